//! The six tabs of a community: where their lists are, and what may be asked of them.
//!
//! All of it is read from the document, which is made from the declarations that the routes are made from: there is no
//! second list of orders and filters that could say something else.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use smilefactory_core::content::{CommunityTab, Tab, TabFilter};
use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr, Schema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::Viewer;
use crate::openapi;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_tabs))
}

/// Which operations a tab is made of.
struct Made {
    tab: Tab,
    list: &'static str,
    facets: &'static str,
    /// What is asked of both in this tab.
    of: Option<(&'static str, &'static str)>,
}

const fn made(tab: Tab, list: &'static str, facets: &'static str) -> Made {
    Made { tab, list, facets, of: None }
}

/// In the order in which they stand side by side.
const TABS: [Made; 6] = [
    made(Tab::Feed, "listFeed", "countFeed"),
    made(Tab::Profiles, "listProfiles", "countProfiles"),
    Made { of: Some(("kind", "article")), ..made(Tab::Blog, "listPosts", "countPosts") },
    made(Tab::Events, "listEvents", "countEventFacets"),
    made(Tab::Groups, "listGroups", "countGroups"),
    made(Tab::Marketplace, "listListings", "countListings"),
];

/// The tabs of a community.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CommunityTabs {
    /// The tabs, in the order in which they stand side by side.
    pub(crate) items: Vec<CommunityTab>,
}

/// List the tabs
///
/// Each with the address of its list and of its counts, the orders it can be in and what it is narrowed down by, so
/// that an app can draw them without knowing them by heart.
#[utoipa::path(
    get, path = "/v1/tabs", operation_id = "listTabs", tag = "operations",
    responses((status = 200, body = CommunityTabs, description = "The tabs.")),
)]
async fn list_tabs(_: Viewer) -> Outcome {
    static WHOLE: OnceLock<CommunityTabs> = OnceLock::new();
    Reply::ok(WHOLE.get_or_init(|| CommunityTabs { items: all(&openapi::openapi()) }))
}

/// The tabs, as a document has their operations.
pub(crate) fn all(document: &OpenApi) -> Vec<CommunityTab> {
    TABS.iter().filter_map(|made| tab(document, made)).collect()
}

fn tab(document: &OpenApi, made: &Made) -> Option<CommunityTab> {
    let (list, operation) = reading(document, made.list)?;
    let facets = reading(document, made.facets).map(|(path, _)| address(path, made));
    let mut sorts = Vec::new();
    let mut filters = Vec::new();
    for parameter in operation.parameters.iter().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        let asked = made.of.is_some_and(|(name, _)| name == parameter.name);
        if parameter.parameter_in != ParameterIn::Query || asked {
            continue;
        }
        match parameter.name.as_str() {
            "limit" | "cursor" => {}
            "sort" => sorts = values(parameter),
            _ => filters.push(TabFilter {
                name: parameter.name.clone(),
                about: parameter.description.clone().unwrap_or_default(),
                format: format(parameter).to_owned(),
                values: values(parameter),
            }),
        }
    }
    Some(CommunityTab { tab: made.tab, list: address(list, made), facets, sorts, filters })
}

fn address(path: &str, made: &Made) -> String {
    match made.of {
        Some((name, value)) => format!("{path}?{name}={value}"),
        None => path.to_owned(),
    }
}

/// The reading operation with this id, and its address.
fn reading<'d>(document: &'d OpenApi, id: &str) -> Option<(&'d str, &'d Operation)> {
    let paths = document.paths.paths.iter();
    paths
        .filter_map(|(path, item)| Some((path.as_str(), item.get.as_ref()?)))
        .find(|(_, operation)| operation.operation_id.as_deref() == Some(id))
}

fn schema(parameter: &Parameter) -> Option<&utoipa::openapi::schema::Object> {
    match parameter.schema.as_ref()? {
        RefOr::T(Schema::Object(object)) => Some(object),
        _ => None,
    }
}

fn values(parameter: &Parameter) -> Vec<String> {
    if format(parameter) == "boolean" {
        return vec!["true".to_owned(), "false".to_owned()];
    }
    let words = schema(parameter).and_then(|schema| schema.enum_values.as_deref()).unwrap_or_default();
    words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

fn format(parameter: &Parameter) -> &'static str {
    let Some(schema) = schema(parameter) else { return "string" };
    match (&schema.schema_type, &schema.format) {
        (SchemaType::Type(Type::Boolean), _) => "boolean",
        (SchemaType::Type(Type::Integer), _) => "integer",
        (_, Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))) => "uuid",
        (_, Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))) => "date-time",
        _ => "string",
    }
}

//! Organisations, and the money they were given: read by everybody, written by imports.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::id::OrganisationId;
use smilefactory_core::identity::{FundingRound, Organisation, OrganisationSort};
use smilefactory_core::page::CursorPage;
use smilefactory_core::text::{Country, Currency, Line};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::identity::{FundingRoundKey, OrganisationFilter, OrganisationKey};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Everything, Filter, Key, Listing, Params, Reader, optional};
use crate::problem::ApiError;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_organisations))
        .routes(routes!(get_organisation))
        .routes(routes!(list_funding_rounds))
}

type Category = Line<1, 60>;
type Prefix = Line<1, 120>;

/// Which organisations, and in which order.
#[derive(Debug, Serialize)]
pub(crate) struct Sorted {
    category: Option<Category>,
    country: Option<Country>,
    prefix: Option<Prefix>,
    sort: OrganisationSort,
    currency: Option<Currency>,
}

impl Filter for Sorted {
    fn read(params: &mut Params) -> Self {
        Self {
            category: params.field("category"),
            country: params.field("country"),
            prefix: params.field("prefix"),
            sort: params.field("sort").unwrap_or(OrganisationSort::Name),
            currency: params.field("currency"),
        }
    }
}

impl IntoParams for Sorted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            optional("category", "Only those that do this, in the word of the list.", Category::schema()),
            optional("country", "Only those with their seat in this country.", Country::schema()),
            optional("prefix", "Only those whose name begins like this, in any case.", Prefix::schema()),
            optional(
                "sort",
                "In which order; by `name` unless something else is asked for.",
                OrganisationSort::schema(),
            ),
            optional(
                "currency",
                "By funding, only those that were given money of this currency; `USD` unless another is asked for.",
                Currency::schema(),
            ),
        ]
    }
}

impl Sorted {
    fn filter(&self) -> OrganisationFilter {
        let mut filter = OrganisationFilter::new();
        filter.category = self.category.as_ref().map(ToString::to_string);
        filter.country.clone_from(&self.country);
        filter.prefix = self.prefix.as_ref().map(ToString::to_string);
        filter.sort = self.sort;
        filter.currency.clone_from(&self.currency);
        filter
    }
}

/// List organisations
///
/// By name, or those that were given most money first, without those of which none is known.
#[utoipa::path(
    get, path = "/v1/organisations", operation_id = "listOrganisations", tag = "organisations",
    params(Listing<Sorted>),
    responses((status = 200, body = CursorPage<Organisation>, description = "A page of organisations.")),
)]
async fn list_organisations(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Sorted>,
) -> Outcome {
    let page = list.page::<OrganisationKey>(&state.store, &reader.viewer)?;
    let organisations = reader.tx.organisations().list(&list.filter.filter(), &page).await?;
    list.reply(organisations, &state.store, &reader.viewer)
}

/// Read an organisation
#[utoipa::path(
    get, path = "/v1/organisations/{organisation_id}", operation_id = "getOrganisation", tag = "organisations",
    responses((status = 200, body = Organisation, description = "The organisation.")),
)]
async fn get_organisation(mut reader: Reader, Key(id): Key<OrganisationId>) -> Outcome {
    let organisation = found(&mut reader, id).await?;
    Reply::ok(&organisation)?.version(organisation.version)
}

/// List what an organisation was given
///
/// The last round first.
#[utoipa::path(
    get, path = "/v1/organisations/{organisation_id}/funding-rounds", operation_id = "listFundingRounds",
    tag = "organisations", params(Listing<Everything>),
    responses((status = 200, body = CursorPage<FundingRound>, description = "A page of rounds.")),
)]
async fn list_funding_rounds(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<OrganisationId>,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<FundingRoundKey>(&state.store, &reader.viewer)?;
    let of = found(&mut reader, id).await?;
    let rounds = reader.tx.organisations().list_rounds(of.id, &page).await?;
    list.reply(rounds, &state.store, &reader.viewer)
}

async fn found(reader: &mut Reader, id: OrganisationId) -> Result<Organisation, ApiError> {
    reader.tx.organisations().get(id).await?.ok_or_else(|| ApiError::not_found("organisation"))
}

//! Lists of groups.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use smilefactory_core::community::{
    GroupFacets, GroupMemberState, GroupSort, GroupView, GroupVisibility, JoinPolicy, RecommendedGroup,
    recommend,
};
use smilefactory_core::id::CategoryId;
use smilefactory_core::page::{CursorPage, PageSize};
use smilefactory_core::text::Country;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::community::{GroupFilter, GroupKey};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Filter, Listing, Params, Query, Reader, optional, page_size};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_groups))
        .routes(routes!(count_groups))
        .routes(routes!(recommend_groups))
}

/// Which groups.
#[derive(Debug, Serialize)]
pub(crate) struct Wanted(GroupFilter);

/// Which groups, in which order.
#[derive(Debug, Serialize)]
pub(crate) struct Sorted(GroupFilter);

impl Filter for Wanted {
    fn read(params: &mut Params) -> Self {
        let mut filter = GroupFilter::new();
        if let Some(category) = params.id::<CategoryId>("category") {
            filter = filter.in_category(category);
        }
        if let Some(visibility) = params.field::<GroupVisibility>("visibility") {
            filter = filter.seen(visibility);
        }
        if let Some(policy) = params.field::<JoinPolicy>("join_policy") {
            filter = filter.joined_by(policy);
        }
        if let Some(state) = params.field::<GroupMemberState>("mine") {
            filter = filter.belonging(state);
        }
        if let Some(country) = params.field::<Country>("country") {
            filter = filter.in_country(country);
        }
        if params.truth("archived").unwrap_or_default() {
            filter = filter.archived();
        }
        Self(filter)
    }
}

impl Filter for Sorted {
    fn read(params: &mut Params) -> Self {
        let Wanted(filter) = Wanted::read(params);
        Self(match params.field::<GroupSort>("sort") {
            Some(sort) => filter.sorted(sort),
            None => filter,
        })
    }
}

impl IntoParams for Sorted {
    fn into_params(provider: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut params = Wanted::into_params(provider);
        params.push(optional("sort", "In which order; by activity unless said.", GroupSort::schema()));
        params
    }
}

impl IntoParams for Wanted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let flag = ObjectBuilder::new().schema_type(Type::Boolean);
        vec![
            optional("category", "Only those in this category, or in one under it.", CategoryId::schema()),
            optional("visibility", "Only those with this visibility.", GroupVisibility::schema()),
            optional("join_policy", "Only those that are joined so.", JoinPolicy::schema()),
            optional(
                "mine",
                "Only those that the caller belongs to in this way: `member`, `invited`, `requested` or `banned`.",
                GroupMemberState::schema(),
            ),
            optional("country", "Only those at home in this country.", Country::schema()),
            optional("archived", "Those that were put away, instead of those that are open.", flag),
        ]
    }
}

/// List groups
///
/// All that are there for the caller: hidden ones are for their members and for who is invited.
#[utoipa::path(
    get, path = "/v1/groups", operation_id = "listGroups", tag = "groups",
    params(Listing<Sorted>),
    responses((status = 200, body = CursorPage<GroupView>, description = "A page of groups.")),
)]
async fn list_groups(State(state): State<AppState>, mut reader: Reader, list: Listing<Sorted>) -> Outcome {
    let page = list.page::<GroupKey>(&state.store, &reader.viewer)?;
    let groups = reader.tx.groups().list(reader.viewer.account, &list.filter.0, &page).await?;
    list.reply(groups, &state.store, &reader.viewer)
}

/// Count groups by what they are
///
/// How many there are in each category and country, of each visibility, and how many are joined how, of the newest
/// 10,000 that the list with the same parameters would have for the caller. The most frequent first, at most 50 of each.
#[utoipa::path(
    get, path = "/v1/groups/facets", operation_id = "countGroups", tag = "groups",
    params(Wanted),
    responses((status = 200, body = GroupFacets, description = "The counts.")),
    extensions(("x-problem-codes" = json!([Code::InvalidInput]))),
)]
async fn count_groups(mut reader: Reader, Query(wanted): Query<Wanted>) -> Outcome {
    let viewer = reader.viewer.account;
    Reply::ok(&reader.tx.groups().count_facets(viewer, &wanted.0).await?)
}

/// At most how many.
#[derive(Debug, Serialize)]
pub(crate) struct AtMost {
    limit: PageSize,
}

impl Filter for AtMost {
    fn read(params: &mut Params) -> Self {
        Self { limit: params.take("limit", page_size).unwrap_or_default() }
    }
}

impl IntoParams for AtMost {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1.0))
            .maximum(Some(100.0))
            .default(Some(PageSize::default().get().into()));
        vec![optional("limit", "At most how many.", limit)]
    }
}

/// Groups that somebody would like to be in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct RecommendedGroups {
    /// The groups, the best first.
    pub(crate) items: Vec<RecommendedGroup>,
}

/// Recommend groups
///
/// Groups that the caller has nothing to do with yet, each with why: people they are connected with who belong to it,
/// as far as they may know, what it is about, where it is, and its languages. Looked at are public groups of people
/// whom they are connected with, and those in which much happens.
#[utoipa::path(
    get, path = "/v1/groups/recommended", operation_id = "recommendGroups", tag = "groups",
    params(AtMost),
    responses((status = 200, body = RecommendedGroups, description = "The groups.")),
)]
async fn recommend_groups(mut reader: Reader, Query(wanted): Query<AtMost>) -> Outcome {
    let viewer = reader.viewer.account;
    let candidates = reader.tx.groups().list_candidates(viewer).await?;
    let categories = reader.tx.groups().categories_of(viewer).await?;
    let profile = reader.tx.profiles().get(viewer).await?;
    let content = profile.as_ref().map(|profile| &profile.content);
    Reply::ok(&RecommendedGroups { items: recommend(candidates, content, &categories, wanted.limit.get()) })
}

//! Lists of groups.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::community::{GroupMemberState, GroupSort, GroupView, GroupVisibility, JoinPolicy};
use smilefactory_core::id::CategoryId;
use smilefactory_core::page::CursorPage;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::community::{GroupFilter, GroupKey};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Filter, Listing, Params, Reader, optional};
use crate::reply::Outcome;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_groups))
}

/// Which groups, in which order.
#[derive(Debug, Serialize)]
pub(crate) struct Wanted(GroupFilter);

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
        if params.truth("archived").unwrap_or_default() {
            filter = filter.archived();
        }
        if let Some(sort) = params.field::<GroupSort>("sort") {
            filter = filter.sorted(sort);
        }
        Self(filter)
    }
}

impl IntoParams for Wanted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let flag = ObjectBuilder::new().schema_type(Type::Boolean);
        vec![
            optional("category", "Only those in this category.", CategoryId::schema()),
            optional("visibility", "Only those with this visibility.", GroupVisibility::schema()),
            optional("join_policy", "Only those that are joined so.", JoinPolicy::schema()),
            optional(
                "mine",
                "Only those that the caller belongs to in this way: `member`, `invited`, `requested` or `banned`.",
                GroupMemberState::schema(),
            ),
            optional("archived", "Those that were put away, instead of those that are open.", flag),
            optional("sort", "In which order; by activity unless said.", GroupSort::schema()),
        ]
    }
}

/// List groups
///
/// All that are there for the caller: hidden ones are for their members and for who is invited.
#[utoipa::path(
    get, path = "/v1/groups", operation_id = "listGroups", tag = "groups",
    params(Listing<Wanted>),
    responses((status = 200, body = CursorPage<GroupView>, description = "A page of groups.")),
)]
async fn list_groups(State(state): State<AppState>, mut reader: Reader, list: Listing<Wanted>) -> Outcome {
    let page = list.page::<GroupKey>(&state.store, &reader.viewer)?;
    let groups = reader.tx.groups().list(reader.viewer.account, &list.filter.0, &page).await?;
    list.reply(groups, &state.store, &reader.viewer)
}

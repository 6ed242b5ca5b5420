//! The queue, the log, and what somebody is told about their own content.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::content::moderation::{
    CaseNotice, CaseState, ModerationCase, ModerationEntry, Strike,
};
use smilefactory_core::id::{AccountId, ModerationCaseId, StrikeId};
use smilefactory_core::page::{CursorPage, Page};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::{CaseFilter, CaseKey, LogKey};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::require_staff;
use crate::extract::{Filter, Listing, Params, Reader, optional};
use crate::problem::Code;
use crate::reply::Outcome;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_cases))
        .routes(routes!(list_moderation_log))
        .routes(routes!(list_my_cases))
        .routes(routes!(list_my_strikes))
}

/// Which cases of the queue.
#[derive(Debug, Serialize)]
pub(crate) struct Queue {
    state: Option<CaseState>,
    assignee: Option<AccountId>,
    overdue: Option<bool>,
}

impl Filter for Queue {
    fn read(params: &mut Params) -> Self {
        Self {
            state: params.field("state"),
            assignee: params.id("assignee"),
            overdue: params.truth("overdue"),
        }
    }
}

impl IntoParams for Queue {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let truth = ObjectBuilder::new().schema_type(Type::Boolean);
        vec![
            optional("state", "Those in this state; the open ones unless said.", CaseState::schema()),
            optional("assignee", "Only those that this account looks into.", AccountId::schema()),
            optional("overdue", "`true`: only those whose time is over.", truth),
        ]
    }
}

/// List the moderation cases
///
/// For staff: the most urgent first, of the same priority those that are due first. A case is urgent from a weight of
/// 100 on, high from 40, normal from 10.
#[utoipa::path(
    get, path = "/v1/moderation/cases", operation_id = "listCases", tag = "moderation",
    params(Listing<Queue>),
    responses((status = 200, body = CursorPage<ModerationCase>, description = "A page of cases.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_cases(State(state): State<AppState>, mut reader: Reader, list: Listing<Queue>) -> Outcome {
    require_staff(&reader.viewer)?;
    let page = list.page::<CaseKey>(&state.store, &reader.viewer)?;
    let mut filter = CaseFilter::new().in_state(list.filter.state.unwrap_or(CaseState::Open));
    if let Some(assignee) = list.filter.assignee {
        filter = filter.assigned_to(assignee);
    }
    if list.filter.overdue == Some(true) {
        filter = filter.overdue_at(reader.tx.now());
    }
    let cases = reader.tx.moderation_cases().list(&filter, &page).await?;
    list.reply(cases, &state.store, &reader.viewer)
}

/// Which part of the log.
#[derive(Debug, Serialize)]
pub(crate) struct OfCase {
    case: Option<ModerationCaseId>,
}

impl Filter for OfCase {
    fn read(params: &mut Params) -> Self {
        Self { case: params.id("case") }
    }
}

impl IntoParams for OfCase {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![optional("case", "Only what happened in this case.", ModerationCaseId::schema())]
    }
}

/// Read the moderation log
///
/// For staff: everything that ever happened, the last first.
#[utoipa::path(
    get, path = "/v1/moderation/log", operation_id = "listModerationLog", tag = "moderation",
    params(Listing<OfCase>),
    responses((status = 200, body = CursorPage<ModerationEntry>, description = "A page of the log.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_moderation_log(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<OfCase>,
) -> Outcome {
    require_staff(&reader.viewer)?;
    let page = list.page::<LogKey>(&state.store, &reader.viewer)?;
    let entries = reader.tx.moderation_log().list(list.filter.case, &page).await?;
    list.reply(entries, &state.store, &reader.viewer)
}

/// Nothing narrows this list down.
#[derive(Debug, Serialize)]
pub(crate) struct Own;

impl Filter for Own {
    fn read(_: &mut Params) -> Self {
        Self
    }
}

impl IntoParams for Own {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// List what was decided against oneself
///
/// About the own content and the own profile, the last opened first. Who is suspended reads this too, and may appeal.
#[utoipa::path(
    get, path = "/v1/me/cases", operation_id = "listMyCases", tag = "moderation",
    params(Listing<Own>),
    responses((status = 200, body = CursorPage<CaseNotice>, description = "A page of notices.")),
)]
async fn list_my_cases(State(state): State<AppState>, mut reader: Reader, list: Listing<Own>) -> Outcome {
    let page = list.page::<ModerationCaseId>(&state.store, &reader.viewer)?;
    let cases = reader.tx.moderation_cases().list_of_author(reader.viewer.account, &page).await?;
    let ids: Vec<_> = cases.items.iter().map(|case| case.id).collect();
    let appeals = reader.tx.appeals().get_many(&ids).await?;
    let notice = |case: &ModerationCase| case.notice(appeals.iter().find(|appeal| appeal.case == case.id));
    let notices = Page { items: cases.items.iter().filter_map(notice).collect::<Vec<_>>(), next: cases.next };
    list.reply(notices, &state.store, &reader.viewer)
}

/// List the own strikes
///
/// Those that ended too, the last issued first. Three that count at the same time suspend.
#[utoipa::path(
    get, path = "/v1/me/strikes", operation_id = "listMyStrikes", tag = "moderation",
    params(Listing<Own>),
    responses((status = 200, body = CursorPage<Strike>, description = "A page of strikes.")),
)]
async fn list_my_strikes(State(state): State<AppState>, mut reader: Reader, list: Listing<Own>) -> Outcome {
    let page = list.page::<StrikeId>(&state.store, &reader.viewer)?;
    let strikes = reader.tx.strikes().list_of_account(reader.viewer.account, &page).await?;
    list.reply(strikes, &state.store, &reader.viewer)
}

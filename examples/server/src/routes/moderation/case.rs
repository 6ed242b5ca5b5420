//! One case: reading it, giving it to somebody, deciding it.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use smilefactory_core::content::moderation::{CaseDecision, CaseDecisionInput, CaseFile, ModerationCase};
use smilefactory_core::id::{AccountId, ModerationCaseId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::{Violation, code};
use smilefactory_store::moderation;
use smilefactory_store::prelude::*;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{case, require_staff};
use crate::extract::{ActiveViewer, IfMatch, Key, Reader, Sent, Valid};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(get_case))
        .routes(routes!(assign_case))
        .routes(routes!(decide_case))
}

/// How many reports, and how many entries of the log, a case is shown with.
const SHOWN: u32 = 50;

/// Read a moderation case
///
/// For staff: with its last reports, the texts as they were reported, and what happened.
#[utoipa::path(
    get, path = "/v1/moderation/cases/{case_id}", operation_id = "getCase", tag = "moderation",
    responses((status = 200, body = CaseFile, description = "The case.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn get_case(mut reader: Reader, Key(id): Key<ModerationCaseId>) -> Outcome {
    require_staff(&reader.viewer)?;
    let case = case(&mut reader.tx, id).await?;
    let size = PageSize::new(SHOWN)?;
    let appeal = reader.tx.appeals().get(id).await?;
    let reports = reader.tx.reports().list_of_case(id, &PageRequest::first(size)).await?.items;
    let log = reader.tx.moderation_log().list(Some(id), &PageRequest::first(size)).await?.items;
    Reply::ok(&CaseFile { case, appeal, reports, log })
}

/// Who is to look into a case.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Assignment {
    /// The account of a moderator; `null` for nobody.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub(crate) assignee: Option<AccountId>,
}

/// Assign a moderation case
///
/// By staff, to one of them or to nobody; not to its author, and an appeal not to who decided.
#[utoipa::path(
    post, path = "/v1/moderation/cases/{case_id}/assign", operation_id = "assignCase", tag = "moderation",
    params(IfMatch, Once), request_body = Assignment,
    responses((status = 200, body = ModerationCase, description = "The case as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn assign_case(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ModerationCaseId>,
    if_match: IfMatch,
    submission: Submission<Sent<Assignment>>,
) -> Outcome {
    require_staff(&viewer)?;
    let Submission { body: Sent(Assignment { assignee }), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let case = case(&mut work.tx, id).await?;
    if_match.check(case.version)?;
    if let Some(assignee) = assignee {
        let account = work.tx.accounts().get(assignee).await?;
        if !account.is_some_and(|account| account.role.is_staff()) {
            let violation = Violation::new(code::NOT_ALLOWED, "must be the account of a moderator");
            return Err(ApiError::invalid("/assignee", violation));
        }
    }
    let case = moderation::assign(&mut work.tx, case, assignee).await?;
    let reply = Reply::ok(&case)?.version(case.version)?;
    work.finish(&state, reply).await
}

/// Decide a moderation case
///
/// By staff, but not about what is their own; and nobody suspends whom they reported. What is removed is in no list
/// from then on. To remove and to warn give a strike, three of which suspend for as long as they count: 90 days each.
#[utoipa::path(
    post, path = "/v1/moderation/cases/{case_id}/decide", operation_id = "decideCase", tag = "moderation",
    params(IfMatch, Once), request_body = CaseDecisionInput,
    responses((status = 200, body = ModerationCase, description = "The case as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn decide_case(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ModerationCaseId>,
    if_match: IfMatch,
    submission: Submission<Valid<CaseDecision>>,
) -> Outcome {
    require_staff(&viewer)?;
    let Submission { body: Valid(decision), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let case = case(&mut work.tx, id).await?;
    if_match.check(case.version)?;
    let case = moderation::decide(&mut work.tx, case, &decision, viewer.account).await?;
    let reply = Reply::ok(&case)?.version(case.version)?;
    work.finish(&state, reply).await
}

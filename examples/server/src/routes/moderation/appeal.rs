//! Appealing, and ruling on that.

use axum::extract::State;
use smilefactory_core::content::moderation::{
    AppealDraft, AppealInput, AppealRuling, AppealRulingInput, CaseNotice, Decision, ModerationCase,
};
use smilefactory_core::error::InvalidTransition;
use smilefactory_core::id::ModerationCaseId;
use smilefactory_store::moderation;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{case, require_staff};
use crate::extract::{ActiveViewer, IfMatch, Key, Valid, Viewer};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(appeal)).routes(routes!(decide_appeal))
}

/// Appeal against a decision
///
/// By who it was decided against, once, within 30 days; who is suspended may. Somebody else than the decider rules
/// within 24 hours.
#[utoipa::path(
    post, path = "/v1/moderation/cases/{case_id}/appeal", operation_id = "appeal", tag = "moderation",
    params(Once), request_body = AppealInput,
    responses((status = 200, body = CaseNotice, description = "The decision, and that it was appealed.")),
    extensions(("x-problem-codes" = json!([Code::StepRefused, Code::Stale]))),
)]
async fn appeal(
    State(state): State<AppState>,
    viewer: Viewer,
    Key(id): Key<ModerationCaseId>,
    submission: Submission<Valid<AppealDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let nothing = || ApiError::not_found("moderation case");
    let case = case(&mut work.tx, id).await?;
    // That somebody reported it, or that nothing was found, is not told.
    let told = case.decision.is_some_and(|decision| decision != Decision::Approve);
    if case.author != viewer.account || !told {
        return Err(nothing());
    }
    let (case, appeal) = moderation::appeal(&mut work.tx, case, draft).await?;
    let notice = case.notice(Some(&appeal)).ok_or_else(nothing)?;
    work.finish(&state, Reply::ok(&notice)?).await
}

/// Rule on an appeal
///
/// By staff, but not by who decided. Overturned, the decision is undone: what was taken off is shown, its strike is
/// revoked, the suspension lifted.
#[utoipa::path(
    post, path = "/v1/moderation/cases/{case_id}/decide-appeal", operation_id = "decideAppeal", tag = "moderation",
    params(IfMatch, Once), request_body = AppealRulingInput,
    responses((status = 200, body = ModerationCase, description = "The case as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn decide_appeal(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ModerationCaseId>,
    if_match: IfMatch,
    submission: Submission<Valid<AppealRuling>>,
) -> Outcome {
    require_staff(&viewer)?;
    let Submission { body: Valid(ruling), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let case = case(&mut work.tx, id).await?;
    if_match.check(case.version)?;
    let Some(appeal) = work.tx.appeals().get(id).await? else {
        let step = "rule on the appeal of";
        return Err(InvalidTransition::new("moderation case", case.state.as_str(), step).into());
    };
    let (case, _) = moderation::rule(&mut work.tx, case, appeal, &ruling, viewer.account).await?;
    let reply = Reply::ok(&case)?.version(case.version)?;
    work.finish(&state, reply).await
}

//! Reporting something to the moderators.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::content::CommentRights;
use smilefactory_core::content::moderation::{
    Evidence, Report, ReportDraft, ReportInput, ReportState, ReportSubject,
};
use smilefactory_core::id::ReportId;
use smilefactory_core::page::CursorPage;
use smilefactory_store::moderation;
use smilefactory_store::prelude::*;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::post;
use crate::extract::{ActiveViewer, Filter, Key, Listing, Params, Reader, Valid, Viewer};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(file_report))
        .routes(routes!(get_report, retract_report))
        .routes(routes!(list_my_reports))
}

/// What the viewer sees of something; what they do not see is not there.
async fn evidence(tx: &mut WriteTx, viewer: &Viewer, subject: ReportSubject) -> Result<Evidence, ApiError> {
    match subject {
        ReportSubject::Post(id) => Ok(Evidence::of_post(&post::visible(tx, viewer, id).await?)),
        ReportSubject::Comment(id) => {
            let nothing = || ApiError::not_found("comment");
            let comment = tx.comments().get(id).await?.ok_or_else(nothing)?;
            // A comment is there for those who see its post, and can be reported as long as it says something.
            if post::visible(tx, viewer, comment.post).await.is_err() {
                return Err(nothing());
            }
            if let Some(author) = comment.author
                && !viewer.sees_what_is_by(tx, author).await?
            {
                return Err(nothing());
            }
            let rights = CommentRights {
                author: comment.author == Some(viewer.account),
                staff: viewer.role.is_staff(),
            };
            Evidence::of_comment(&comment.seen_with(rights)).ok_or_else(nothing)
        }
        ReportSubject::Profile(id) => {
            let nobody = || ApiError::not_found("profile");
            let profile = tx.profiles().get(id).await?.ok_or_else(nobody)?;
            let owner = tx.accounts().get(id).await?.ok_or_else(nobody)?;
            let class = viewer.class_for(tx, id).await?;
            let view = profile.seen_by(&owner, class).ok_or_else(nobody)?;
            Ok(Evidence::of_profile(&view))
        }
    }
}

/// The report with this id, if the viewer filed it or moderates.
async fn visible<Mode>(
    tx: &mut smilefactory_store::Tx<Mode>,
    viewer: &Viewer,
    id: ReportId,
) -> Result<Report, ApiError> {
    let report = tx.reports().get(id).await?;
    report
        .filter(|report| report.reporter == viewer.account || viewer.role.is_staff())
        .ok_or_else(|| ApiError::not_found("report"))
}

/// Report something
///
/// A post or a comment of somebody else, or their profile. What it says now is kept with the report. Of one thing
/// somebody has one report that waits for a decision.
#[utoipa::path(
    post, path = "/v1/reports", operation_id = "fileReport", tag = "moderation",
    params(Once), request_body = ReportInput,
    responses((status = 201, body = Report, description = "The report.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::Forbidden, Code::NotFound, Code::Conflict, Code::Stale
    ]))),
)]
async fn file_report(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    submission: Submission<Valid<ReportDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let evidence = evidence(&mut work.tx, &viewer, draft.subject).await?;
    let report = moderation::file(&mut work.tx, draft, viewer.account, &evidence).await?;
    let reply = Reply::created(&report, &format!("/v1/reports/{}", report.id))?;
    work.finish(&state, reply).await
}

/// Read a report
///
/// By who filed it, and by staff.
#[utoipa::path(
    get, path = "/v1/reports/{report_id}", operation_id = "getReport", tag = "moderation",
    responses((status = 200, body = Report, description = "The report.")),
)]
async fn get_report(mut reader: Reader, Key(id): Key<ReportId>) -> Outcome {
    Reply::ok(&visible(&mut reader.tx, &reader.viewer, id).await?)
}

/// Take a report back
///
/// By who filed it, before it is decided; it weighs nothing then. To take it back twice changes nothing.
#[utoipa::path(
    delete, path = "/v1/reports/{report_id}", operation_id = "retractReport", tag = "moderation",
    responses((status = 204, description = "It is taken back.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::Forbidden, Code::StepRefused, Code::Stale
    ]))),
)]
async fn retract_report(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ReportId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let report = visible(&mut tx, &viewer, id).await?;
    if report.reporter != viewer.account {
        return Err(ApiError::new(Code::Forbidden, "to take a report back is for who filed it"));
    }
    if report.state != ReportState::Retracted {
        moderation::retract(&mut tx, report).await?;
        tx.commit().await?;
        state.told.notify_waiters();
    }
    Ok(Reply::no_content())
}

/// Nothing narrows this list down.
#[derive(Debug, Serialize)]
pub(crate) struct Filed;

impl Filter for Filed {
    fn read(_: &mut Params) -> Self {
        Self
    }
}

impl IntoParams for Filed {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// List the own reports
///
/// With what became of them, the last filed first.
#[utoipa::path(
    get, path = "/v1/me/reports", operation_id = "listMyReports", tag = "moderation",
    params(Listing<Filed>),
    responses((status = 200, body = CursorPage<Report>, description = "A page of reports.")),
)]
async fn list_my_reports(State(state): State<AppState>, mut reader: Reader, list: Listing<Filed>) -> Outcome {
    let page = list.page::<ReportId>(&state.store, &reader.viewer)?;
    let reports = reader.tx.reports().list_of_reporter(reader.viewer.account, &page).await?;
    list.reply(reports, &state.store, &reader.viewer)
}

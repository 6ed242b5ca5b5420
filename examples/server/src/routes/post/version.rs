//! Earlier versions of a post: read, compared, brought back, redacted.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::content::moderation::ReportSubject;
use smilefactory_core::content::{Post, PostDiff, PostDraft, PostKind, PostVersion, Reason};
use smilefactory_core::error::InvalidTransition;
use smilefactory_core::id::PostId;
use smilefactory_core::page::CursorPage;
use smilefactory_core::validation::{Field, Report, Violation};
use smilefactory_core::version::Version;
use smilefactory_store::Tx;
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::step::Explanation;
use super::{behind_the_scenes, own};
use crate::completion;
use crate::extract::Nothing;
use crate::extract::{
    ActiveViewer, Everything, Filter, IfMatch, Key, Listing, Numbered, Params, Query, Reader, Sent, optional,
};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::routes::media;
use crate::screening::screen_post;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_versions))
        .routes(routes!(get_version))
        .routes(routes!(diff_version))
        .routes(routes!(restore_version))
        .routes(routes!(redact_version))
}

/// List the earlier versions of a post
///
/// The last first; each is whole. For its author and staff. The text it has now is not among them.
#[utoipa::path(
    get, path = "/v1/posts/{post_id}/versions", operation_id = "listVersions", tag = "versions",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<PostVersion>, description = "A page of versions.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_versions(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<PostId>,
    list: Listing<Everything>,
) -> Outcome {
    behind_the_scenes(&mut reader.tx, &reader.viewer, id).await?;
    let page = list.page::<Version>(&state.store, &reader.viewer)?;
    let versions = reader.tx.versions().list(id, &page).await?;
    list.reply(versions, &state.store, &reader.viewer)
}

async fn version<Mode>(tx: &mut Tx<Mode>, post: PostId, number: Version) -> Result<PostVersion, ApiError> {
    tx.versions().get(post, number).await?.ok_or_else(|| ApiError::not_found("version"))
}

/// The text of the post at this version of it, whether that is an earlier one or the one it has.
async fn text<Mode>(tx: &mut Tx<Mode>, post: &Post, number: Version) -> Result<PostDraft, ApiError> {
    if number == post.text_version {
        return Ok(post.draft.clone());
    }
    let version = version(tx, post.id, number).await?;
    version.draft.ok_or_else(|| InvalidTransition::new("version", "redacted", "read the text of").into())
}

/// Read an earlier version of a post
///
/// For its author and staff.
#[utoipa::path(
    get, path = "/v1/posts/{post_id}/versions/{number}", operation_id = "getVersion", tag = "versions",
    responses((status = 200, body = PostVersion, description = "The version.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn get_version(mut reader: Reader, Numbered(id, number): Numbered<PostId>) -> Outcome {
    behind_the_scenes(&mut reader.tx, &reader.viewer, id).await?;
    Reply::ok(&version(&mut reader.tx, id, number).await?)
}

/// Which version another one is compared with.
#[derive(Debug, Serialize)]
pub(crate) struct Other {
    to: Option<i64>,
}

impl Filter for Other {
    fn read(params: &mut Params) -> Self {
        let to = params.take("to", |raw| match raw.parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(Violation::malformed("a number above 0")),
        });
        Self { to }
    }
}

impl IntoParams for Other {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1.0));
        vec![optional(
            "to",
            "The number of the later version; without it, the text the post has now.",
            number,
        )]
    }
}

/// Compare two versions of a post
///
/// Line by line. For its author and staff.
#[utoipa::path(
    get, path = "/v1/posts/{post_id}/versions/{number}/diff", operation_id = "diffVersion", tag = "versions",
    params(Other),
    responses((status = 200, body = PostDiff, description = "What changed.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden, Code::StepRefused]))),
)]
async fn diff_version(
    mut reader: Reader,
    Numbered(id, from): Numbered<PostId>,
    Query(Other { to }): Query<Other>,
) -> Outcome {
    let post = behind_the_scenes(&mut reader.tx, &reader.viewer, id).await?;
    let to = to.map_or(post.text_version, Version::new);
    let old = text(&mut reader.tx, &post, from).await?;
    let new = text(&mut reader.tx, &post, to).await?;
    Reply::ok(&PostDiff::between((from, &old), (to, &new)))
}

/// Bring an earlier version of a post back
///
/// By its author: the text is edited to what it was then, which makes a new version.
#[utoipa::path(
    post, path = "/v1/posts/{post_id}/versions/{number}/restore", operation_id = "restoreVersion", tag = "versions",
    params(IfMatch, Once),
    responses((status = 200, body = Post, description = "The post as it is now.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::Forbidden, Code::CompletionTooLow, Code::StepRefused
    ]))),
)]
async fn restore_version(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Numbered(id, number): Numbered<PostId>,
    if_match: IfMatch,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let post = own(&mut work.tx, &viewer, id, "bring back a version of").await?;
    if_match.check(post.version)?;
    if post.is_in_group() {
        community::require_posting(&mut work.tx, &post).await?;
    }
    let draft = text(&mut work.tx, &post, number).await?;
    if draft.kind == PostKind::Article && post.draft.kind != PostKind::Article {
        completion::require_articles(&mut work.tx, &viewer).await?;
    }
    let (edited, fact) = post.edit(draft, work.tx.now())?;
    let saved = work.tx.posts().update(&edited).await?;
    media::attach(&mut work.tx, &saved).await?;
    work.tx.tell(fact)?;
    let saved = screen_post(&state, &mut work.tx, saved).await?;
    let reply = Reply::ok(&saved)?.version(saved.version)?;
    work.finish(&state, reply).await
}

/// Redact an earlier version of a post
///
/// By its author or staff, for good: the text is gone, also from reports that quote it; number, time and digest stay.
/// While moderators look into the post, it is for staff other than the author.
#[utoipa::path(
    post, path = "/v1/posts/{post_id}/versions/{number}/redact", operation_id = "redactVersion", tag = "versions",
    params(Once), request_body = Explanation,
    responses((status = 200, body = PostVersion, description = "What is left of the version.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn redact_version(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Numbered(id, number): Numbered<PostId>,
    submission: Submission<Sent<Explanation>>,
) -> Outcome {
    let Submission { body: Sent(asked), once } = submission;
    let mut report = Report::new();
    let reason = report.field("reason", |report| Reason::parse(asked.reason, report));
    let reason = report.finish(reason)?;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let post = behind_the_scenes(&mut work.tx, &viewer, id).await?;
    let version = version(&mut work.tx, id, number).await?;
    // What is looked into stays evidence, unless somebody else takes it away.
    let looked_into = work.tx.moderation_cases().lock_open(ReportSubject::Post(id)).await?.is_some();
    if post.author == viewer.account && looked_into {
        return Err(InvalidTransition::new("post", "reported", "redact a version of").into());
    }
    let (redacted, fact) = version.redact(id, viewer.account, reason, work.tx.now())?;
    work.tx.versions().redact(&redacted, &fact).await?;
    work.tx.tell(fact)?;
    let reply = Reply::ok(&redacted)?;
    work.finish(&state, reply).await
}

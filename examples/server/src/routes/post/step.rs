//! The steps of the publishing workflow: which may be taken, and by whom, is for core to say.

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::content::{Post, PostMoved, PostState, PublishingRights, Reason, StepRefused};
use smilefactory_core::error::InvalidTransition;
use smilefactory_core::id::PostId;
use smilefactory_core::validation::{Field, Report, Violation};
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{rights, visible};
use crate::completion::settings;
use crate::extract::{ActiveViewer, IfMatch, Key, Nothing, Sent, Viewer};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::screening::screen_post;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(submit_post))
        .routes(routes!(approve_post))
        .routes(routes!(request_changes))
        .routes(routes!(publish_post))
        .routes(routes!(schedule_post))
        .routes(routes!(archive_post))
}

/// Who asks for a step of which post, and which version of it they know.
struct Request {
    viewer: Viewer,
    post: PostId,
    if_match: IfMatch,
    once: Once,
}

impl Request {
    /// Takes the step, once.
    async fn carry_out(
        self,
        state: &AppState,
        take: impl FnOnce(Post, PublishingRights, DateTime<Utc>) -> Result<(Post, PostMoved), StepRefused> + Send,
    ) -> Outcome {
        let mut work = match self.once.begin(state, &self.viewer.scope).await? {
            Begun::Now(work) => work,
            Begun::Before(reply) => return Ok(reply),
        };
        let post = visible(&mut work.tx, &self.viewer, self.post).await?;
        self.if_match.check(post.version)?;
        let rights = rights(&self.viewer, &post, &settings(&mut work.tx).await?);
        let (moved, fact) = take(post, rights, work.tx.now())?;
        match moved.state {
            PostState::Published => community::require_posting(&mut work.tx, &moved).await?,
            // Nobody asks the group when its time has come.
            PostState::Scheduled if moved.group.is_some() => {
                return Err(InvalidTransition::new("post", "of a group", "schedule").into());
            }
            _ => {}
        }
        let saved = work.tx.posts().take_step(&moved, &fact).await?;
        work.tx.tell(fact)?;
        let saved = screen_post(state, &mut work.tx, saved).await?;
        let reply = Reply::ok(&saved)?.version(saved.version)?;
        work.finish(state, reply).await
    }
}

/// The steps that need nothing but to be taken.
macro_rules! plain_steps {
    ($( $(#[$doc:meta])* $name:ident = $operation:literal $path:literal $take:path; )*) => {$(
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, operation_id = $operation, tag = "posts",
            params(IfMatch, Once),
            responses((status = 200, body = Post, description = "The post as it is now.")),
            extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
        )]
        async fn $name(
            State(state): State<AppState>,
            ActiveViewer(viewer): ActiveViewer,
            Key(post): Key<PostId>,
            if_match: IfMatch,
            submission: Submission<Nothing>,
        ) -> Outcome {
            Request { viewer, post, if_match, once: submission.once }.carry_out(&state, $take).await
        }
    )*};
}

plain_steps! {
    /// Submit a post for review
    ///
    /// By its author.
    submit_post = "submitPost" "/v1/posts/{post_id}/submit" Post::submit;

    /// Approve a post
    ///
    /// By staff, of somebody else's post that is in review.
    approve_post = "approvePost" "/v1/posts/{post_id}/approve" Post::approve;

    /// Publish a post
    ///
    /// By its author or staff. Where the community reviews posts, it must have been approved.
    publish_post = "publishPost" "/v1/posts/{post_id}/publish" Post::publish;

    /// Archive a post
    ///
    /// By its author or staff, for good; both still see it.
    archive_post = "archivePost" "/v1/posts/{post_id}/archive" Post::archive;
}

/// Why something is done.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Explanation {
    /// Why, in one line.
    #[schema(min_length = 1, max_length = 500, example = "Say where the pump was tested.")]
    pub(crate) reason: String,
}

/// Send a post back
///
/// By staff, of somebody else's post that is in review or approved, with a reason for its author.
#[utoipa::path(
    post, path = "/v1/posts/{post_id}/request-changes", operation_id = "requestChanges", tag = "posts",
    params(IfMatch, Once), request_body = Explanation,
    responses((status = 200, body = Post, description = "The post as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn request_changes(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(post): Key<PostId>,
    if_match: IfMatch,
    submission: Submission<Sent<Explanation>>,
) -> Outcome {
    let Submission { body: Sent(asked), once } = submission;
    let mut report = Report::new();
    let reason = report.field("reason", |report| Reason::parse(asked.reason, report));
    let reason = report.finish(reason)?;
    Request { viewer, post, if_match, once }
        .carry_out(&state, |post, rights, now| post.request_changes(&reason, rights, now))
        .await
}

/// When a post is to be published.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PublishAt {
    /// A time that is still to come.
    #[schema(value_type = DateTime<Utc>, example = "2026-12-01T08:00:00Z")]
    pub(crate) at: Option<DateTime<Utc>>,
}

/// Schedule a post
///
/// By whoever may publish it, for a time that is still to come.
#[utoipa::path(
    post, path = "/v1/posts/{post_id}/schedule", operation_id = "schedulePost", tag = "posts",
    params(IfMatch, Once), request_body = PublishAt,
    responses((status = 200, body = Post, description = "The post as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn schedule_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(post): Key<PostId>,
    if_match: IfMatch,
    submission: Submission<Sent<PublishAt>>,
) -> Outcome {
    let Submission { body: Sent(PublishAt { at }), once } = submission;
    let at = at.ok_or_else(|| crate::problem::ApiError::invalid("/at", Violation::required()))?;
    Request { viewer, post, if_match, once }
        .carry_out(&state, |post, rights, now| post.schedule(at, rights, now))
        .await
}

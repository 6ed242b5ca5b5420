//! What is posted in a group.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::community::GroupFile;
use smilefactory_core::content::{ListedPost, Post, PostDraft, PostInput, PostKind};
use smilefactory_core::id::{GroupId, PostId};
use smilefactory_core::page::{CursorPage, Page};
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::community::GroupFileKey;
use smilefactory_store::repo::content::PublishedKey;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::there;
use crate::completion;
use crate::extract::{
    ActiveViewer, Everything, Filter, Key, Listing, Nothing, Pair, Params, Reader, Valid, optional,
};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::routes::media;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_group_posts, draft_group_post))
        .routes(routes!(take_off_group_post))
        .routes(routes!(list_group_files))
}

/// Refuses whom the group does not show what is in it.
pub(super) async fn open(reader: &mut Reader, id: GroupId) -> Result<(), ApiError> {
    let view = there(&mut reader.tx, &reader.viewer, id).await?;
    if view.group.is_open_to(view.membership.as_ref()) {
        Ok(())
    } else {
        Err(ApiError::new(Code::Forbidden, "only members see what is posted in a private group"))
    }
}

/// Which posts of the group.
#[derive(Debug, Serialize)]
pub(crate) struct OfKind {
    kind: Option<PostKind>,
}

impl Filter for OfKind {
    fn read(params: &mut Params) -> Self {
        Self { kind: params.field("kind") }
    }
}

impl IntoParams for OfKind {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "Only those of this kind: `discussion` for what is discussed.";
        vec![optional("kind", about, PostKind::schema())]
    }
}

/// List what is posted in a group
///
/// The most lately published first, each with what people did with it. Of a group that is not public, for its members.
#[utoipa::path(
    get, path = "/v1/groups/{group_id}/posts", operation_id = "listGroupPosts", tag = "groups",
    params(Listing<OfKind>),
    responses((status = 200, body = CursorPage<ListedPost>, description = "A page of posts.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_group_posts(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<GroupId>,
    list: Listing<OfKind>,
) -> Outcome {
    let page = list.page::<PublishedKey>(&state.store, &reader.viewer)?;
    open(&mut reader, id).await?;
    let Page { items, next } = reader.tx.posts().list_of_group(id, list.filter.kind, &page).await?;
    let items = reader.tx.engagement().of_listed(items, reader.viewer.account).await?;
    list.reply(Page { items, next }, &state.store, &reader.viewer)
}

/// Draft a post in a group
///
/// By whom the group lets post. It is a draft then, and is published like every post, as long as the group lets its
/// author. What is published in a group that is not public is for its members, and stands in no list but the group's.
#[utoipa::path(
    post, path = "/v1/groups/{group_id}/posts", operation_id = "draftGroupPost", tag = "groups",
    params(Once), request_body = PostInput,
    responses((status = 201, body = Post, description = "The draft.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::Forbidden, Code::StepRefused, Code::CompletionTooLow
    ]))),
)]
async fn draft_group_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<GroupId>,
    submission: Submission<Valid<PostDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    if draft.kind == PostKind::Article {
        completion::require_articles(&mut work.tx, &viewer).await?;
    }
    let post = community::post(&mut work.tx, id, viewer.account, draft).await?;
    media::attach(&mut work.tx, &post).await?;
    let reply = Reply::created(&post, &format!("/v1/posts/{}", post.id))?.version(post.version)?;
    work.finish(&state, reply).await
}

/// Take a post off a group
///
/// By whoever has the permission `moderate_posts` and stands above its author. From then on it is its author's alone.
#[utoipa::path(
    post, path = "/v1/groups/{group_id}/posts/{post_id}/take-off", operation_id = "takeOffGroupPost", tag = "groups",
    params(Once),
    responses((status = 204, description = "It is off the group.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn take_off_group_post(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Pair(id, post): Pair<GroupId, PostId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    community::take_off(&mut work.tx, id, post, viewer.account).await?;
    work.finish(&state, Reply::no_content()).await
}

/// List the files of a group
///
/// Those that hang on what is posted in it, the most lately published first. Of a group that is not public, for its
/// members.
#[utoipa::path(
    get, path = "/v1/groups/{group_id}/files", operation_id = "listGroupFiles", tag = "groups",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<GroupFile>, description = "A page of files.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_group_files(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<GroupId>,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<GroupFileKey>(&state.store, &reader.viewer)?;
    open(&mut reader, id).await?;
    let files = reader.tx.groups().list_files(id, &page).await?;
    list.reply(files, &state.store, &reader.viewer)
}

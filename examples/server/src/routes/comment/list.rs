//! Threads: comments with their first replies, a page at a time at every comment.

use std::collections::HashMap;

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::content::{CommentSort, CommentThread, Reaction};
use smilefactory_core::id::{CommentId, PostId};
use smilefactory_core::page::{CursorPage, Page};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::{CommentKey, Thread};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{post, rights, visible};
use crate::extract::{Filter, Key, Listing, Params, Reader, Viewer, optional};
use crate::reply::Outcome;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_comments)).routes(routes!(list_replies))
}

/// In which order.
#[derive(Debug, Serialize)]
pub(crate) struct Sorted {
    sort: CommentSort,
}

impl Filter for Sorted {
    fn read(params: &mut Params) -> Self {
        Self { sort: params.field("sort").unwrap_or(CommentSort::Best) }
    }
}

impl IntoParams for Sorted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![optional(
            "sort",
            "In which order; `best` unless something else is asked for.",
            CommentSort::schema(),
        )]
    }
}

/// List the comments on a post
///
/// Those that answer the post itself, each with its first replies and those with theirs, at most 8 deep and 500 in all:
/// smaller pages nest more. Where replies are left out, `more` is the `cursor` to read them with, in the same order, from
/// the list of replies to that comment. A comment that is deleted or taken off keeps its place while it has replies.
#[utoipa::path(
    get, path = "/v1/posts/{post_id}/comments", operation_id = "listComments", tag = "comments",
    params(Listing<Sorted>),
    responses((status = 200, body = CursorPage<CommentThread>, description = "A page of threads.")),
)]
async fn list_comments(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(post): Key<PostId>,
    list: Listing<Sorted>,
) -> Outcome {
    let page = list.page::<CommentKey>(&state.store, &reader.viewer)?;
    let post = post::visible(&mut reader.tx, &reader.viewer, post).await?;
    let threads = reader.tx.comments().list(post.id, list.filter.sort, &page).await?;
    reply(threads, &list, &state, &mut reader).await
}

/// List the replies to a comment
///
/// Each with its own first replies, as the comments on a post have them.
#[utoipa::path(
    get, path = "/v1/comments/{comment_id}/replies", operation_id = "listReplies", tag = "comments",
    params(Listing<Sorted>),
    responses((status = 200, body = CursorPage<CommentThread>, description = "A page of threads.")),
)]
async fn list_replies(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(comment): Key<CommentId>,
    list: Listing<Sorted>,
) -> Outcome {
    let page = list.page::<CommentKey>(&state.store, &reader.viewer)?;
    let comment = visible(&mut reader.tx, &reader.viewer, comment).await?;
    let threads = reader.tx.comments().list_replies(comment.id, list.filter.sort, &page).await?;
    reply(threads, &list, &state, &mut reader).await
}

async fn reply(
    mut page: Page<Thread, CommentKey>,
    list: &Listing<Sorted>,
    state: &AppState,
    reader: &mut Reader,
) -> Outcome {
    let mut ids = Vec::new();
    page.items.iter().for_each(|thread| gather(thread, &mut ids));
    let viewer = reader.viewer.account;
    // One statement, however many comments there are.
    let own = reader.tx.engagement().comment_reactions(&ids, viewer).await?.into_iter().collect();
    page.items.iter_mut().for_each(|thread| react(thread, &own));
    let (store, viewer) = (&state.store, &reader.viewer);
    list.reply(page.map(|thread| as_seen(thread, list, store, viewer)), store, viewer)
}

/// All comments that are here.
fn gather(thread: &Thread, ids: &mut Vec<CommentId>) {
    ids.push(thread.comment.id);
    thread.replies.iter().for_each(|reply| gather(reply, ids));
}

/// Says how the reader reacted to each.
fn react(thread: &mut Thread, own: &HashMap<CommentId, Reaction>) {
    thread.comment.own_reaction = own.get(&thread.comment.id).copied();
    thread.replies.iter_mut().for_each(|reply| react(reply, own));
}

/// A thread as somebody sees it, with cursors that go on where it ends.
fn as_seen(thread: Thread, list: &Listing<Sorted>, store: &Store, viewer: &Viewer) -> CommentThread {
    let Thread { comment, replies, more } = thread;
    let replies_to = format!("/v1/comments/{}/replies", comment.id);
    let rights = rights(viewer, &comment);
    CommentThread {
        comment: comment.seen_with(rights),
        replies: replies.into_iter().map(|reply| as_seen(reply, list, store, viewer)).collect(),
        more: more.and_then(|key| list.cursor_at(&replies_to, &key, store, viewer)),
    }
}

//! What is new for the caller.

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::content::PostKind;
use smilefactory_core::feed::{FeedFacets, FeedItem, FeedMode};
use smilefactory_core::page::CursorPage;
use smilefactory_core::text::Line;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::feed::{FeedFilter, FeedKey};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Filter, Listing, Params, Query, Reader, optional};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_feed)).routes(routes!(count_feed))
}

/// Which posts.
#[derive(Debug, Serialize)]
pub(crate) struct Narrowed {
    kind: Option<PostKind>,
    tag: Option<Line<1, 30>>,
}

impl Filter for Narrowed {
    fn read(params: &mut Params) -> Self {
        Self { kind: params.field("kind"), tag: params.field("tag") }
    }
}

impl IntoParams for Narrowed {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            optional("kind", "Only those of this kind.", PostKind::schema()),
            optional(
                "tag",
                "Only those with this tag, in any case, or with one that it is an alias of.",
                Line::<1, 30>::schema(),
            ),
        ]
    }
}

impl Narrowed {
    fn filter(&self) -> FeedFilter {
        let mut filter = FeedFilter::new();
        if let Some(kind) = self.kind {
            filter = filter.of_kind(kind);
        }
        if let Some(tag) = &self.tag {
            filter = filter.tagged(tag.as_str());
        }
        filter
    }
}

/// Which posts, and in which order.
#[derive(Debug, Serialize)]
pub(crate) struct Wanted {
    mode: FeedMode,
    narrowed: Narrowed,
}

impl Filter for Wanted {
    fn read(params: &mut Params) -> Self {
        Self { mode: params.field("mode").unwrap_or(FeedMode::Ranked), narrowed: Narrowed::read(params) }
    }
}

impl IntoParams for Wanted {
    fn into_params(provider: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut params = vec![optional(
            "mode",
            "Which posts, and in which order; `ranked` unless said.",
            FeedMode::schema(),
        )];
        params.extend(Narrowed::into_params(provider));
        params
    }
}

/// List what is new for oneself
///
/// Posts that are for everybody or for a group that the caller belongs to, each with why it is there. What is `ranked`
/// is in the order of 0.40 relevance, 0.25 recency, 0.20 engagement and 0.15 connection, unless the community has set
/// other weights, as of the first page: later pages do not shift because time passes. It ends after some 1,000 posts,
/// behind which `recent` goes on.
#[utoipa::path(
    get, path = "/v1/feed", operation_id = "listFeed", tag = "feed",
    params(Listing<Wanted>),
    responses((status = 200, body = CursorPage<FeedItem>, description = "A page of posts.")),
)]
async fn list_feed(State(state): State<AppState>, mut reader: Reader, list: Listing<Wanted>) -> Outcome {
    let page = list.page::<FeedKey>(&state.store, &reader.viewer)?;
    let filter = list.filter.narrowed.filter();
    let account = reader.viewer.account;
    let posts = reader.tx.feed().list(account, list.filter.mode, &filter, &page).await?;
    list.reply(posts, &state.store, &reader.viewer)
}

/// Count what is new for oneself by what it is
///
/// How many posts there are of each kind, tag and category, of the most recent 10,000 that the feed has for the
/// caller. The most frequent first, at most 50 of each.
#[utoipa::path(
    get, path = "/v1/feed/facets", operation_id = "countFeed", tag = "feed",
    params(Narrowed),
    responses((status = 200, body = FeedFacets, description = "The counts.")),
    extensions(("x-problem-codes" = json!([Code::InvalidInput]))),
)]
async fn count_feed(mut reader: Reader, Query(narrowed): Query<Narrowed>) -> Outcome {
    let account = reader.viewer.account;
    Reply::ok(&reader.tx.feed().count_facets(account, &narrowed.filter()).await?)
}

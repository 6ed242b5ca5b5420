//! Lists of posts.

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use smilefactory_core::content::{ListedPost, Post, PostFacets, PostKind, PostState};
use smilefactory_core::id::{AccountId, CategoryId, PostId};
use smilefactory_core::page::{CursorPage, Page};
use smilefactory_core::text::Line;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::{PostFilter, PublishedKey};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Everything, Filter, Listing, Params, Query, Reader, optional};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_posts))
        .routes(routes!(count_posts))
        .routes(routes!(list_my_posts))
        .routes(routes!(list_posts_in_review))
}

/// Which published posts.
#[derive(Debug, Serialize)]
pub(crate) struct Published {
    author: Option<AccountId>,
    kind: Option<PostKind>,
    tag: Option<Line<1, 30>>,
    category: Option<CategoryId>,
    under: bool,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    featured: bool,
}

impl Filter for Published {
    fn read(params: &mut Params) -> Self {
        Self {
            author: params.id("author"),
            kind: params.field("kind"),
            tag: params.field("tag"),
            category: params.id("category"),
            under: params.truth("under").unwrap_or_default(),
            from: params.field("published_from"),
            until: params.field("published_before"),
            featured: params.truth("featured").unwrap_or_default(),
        }
    }
}

impl IntoParams for Published {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let truth = || ObjectBuilder::new().schema_type(Type::Boolean);
        let time = || {
            let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
            ObjectBuilder::new().schema_type(Type::String).format(Some(format))
        };
        vec![
            optional("author", "Only those of this account.", AccountId::schema()),
            optional("kind", "Only those of this kind.", PostKind::schema()),
            optional(
                "tag",
                "Only those with this tag, in any case, or with one that it is an alias of.",
                Line::<1, 30>::schema(),
            ),
            optional(
                "category",
                "Only those in this category; with `under`, or in one under it.",
                CategoryId::schema(),
            ),
            optional("under", "Whether what stands under the category is meant, too.", truth()),
            optional("published_from", "Only those that were published then or later.", time()),
            optional("published_before", "Only those that were published before then.", time()),
            optional("featured", "Only those that are featured, the last of them first.", truth()),
        ]
    }
}

impl Published {
    fn filter(&self) -> PostFilter {
        let mut filter = PostFilter::new();
        if let Some(author) = self.author {
            filter = filter.by(author);
        }
        if let Some(kind) = self.kind {
            filter = filter.of_kind(kind);
        }
        if let Some(tag) = &self.tag {
            filter = filter.tagged(tag.as_str());
        }
        if let Some(category) = self.category {
            filter = if self.under { filter.in_tree(category) } else { filter.in_category(category) };
        }
        if let Some(from) = self.from {
            filter = filter.published_from(from);
        }
        if let Some(until) = self.until {
            filter = filter.published_before(until);
        }
        if self.featured {
            filter = filter.featured();
        }
        filter
    }
}

/// The posts of a page, each with what people did with it, and the caller: one statement more, however many there are.
async fn listed<K>(reader: &mut Reader, page: Page<Post, K>) -> Result<Page<ListedPost, K>, ApiError> {
    let viewer = reader.viewer.account;
    Ok(Page { items: reader.tx.engagement().of_listed(page.items, viewer).await?, next: page.next })
}

/// List published posts
///
/// The most lately published first, each with what people did with it; of those that are featured, the last featured
/// first.
#[utoipa::path(
    get, path = "/v1/posts", operation_id = "listPosts", tag = "posts",
    params(Listing<Published>),
    responses((status = 200, body = CursorPage<ListedPost>, description = "A page of posts.")),
)]
async fn list_posts(State(state): State<AppState>, mut reader: Reader, list: Listing<Published>) -> Outcome {
    let page = list.page::<PublishedKey>(&state.store, &reader.viewer)?;
    let posts = reader.tx.posts().list(&list.filter.filter(), &page).await?;
    let posts = listed(&mut reader, posts).await?;
    list.reply(posts, &state.store, &reader.viewer)
}

/// Count posts by what they are
///
/// How many there are of each kind, tag, category and author, of the first 10,000 that the list with the same parameters
/// would have for the caller. The most frequent first, at most 50 of each.
#[utoipa::path(
    get, path = "/v1/posts/facets", operation_id = "countPosts", tag = "posts",
    params(Published),
    responses((status = 200, body = PostFacets, description = "The counts.")),
    extensions(("x-problem-codes" = json!([Code::InvalidInput]))),
)]
async fn count_posts(mut reader: Reader, Query(published): Query<Published>) -> Outcome {
    Reply::ok(&reader.tx.posts().count_facets(&published.filter()).await?)
}

/// Which of the own posts.
#[derive(Debug, Serialize)]
pub(crate) struct Own {
    state: Option<PostState>,
}

impl Filter for Own {
    fn read(params: &mut Params) -> Self {
        Self { state: params.field("state") }
    }
}

impl IntoParams for Own {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![optional("state", "Only those in this state.", PostState::schema())]
    }
}

/// List the own posts
///
/// In any state, the last begun first.
#[utoipa::path(
    get, path = "/v1/me/posts", operation_id = "listMyPosts", tag = "posts",
    params(Listing<Own>),
    responses((status = 200, body = CursorPage<ListedPost>, description = "A page of posts.")),
)]
async fn list_my_posts(State(state): State<AppState>, mut reader: Reader, list: Listing<Own>) -> Outcome {
    let page = list.page::<PostId>(&state.store, &reader.viewer)?;
    let posts = reader.tx.posts().list_of_author(reader.viewer.account, list.filter.state, &page).await?;
    let posts = listed(&mut reader, posts).await?;
    list.reply(posts, &state.store, &reader.viewer)
}

/// List the posts that wait for a reviewer
///
/// For staff, the longest waiting first.
#[utoipa::path(
    get, path = "/v1/posts/in-review", operation_id = "listPostsInReview", tag = "posts",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<Post>, description = "A page of posts.")),
    extensions(("x-problem-codes" = json!([Code::Forbidden]))),
)]
async fn list_posts_in_review(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Everything>,
) -> Outcome {
    if !reader.viewer.role.is_staff() {
        return Err(ApiError::new(Code::Forbidden, "to review posts is for staff"));
    }
    let page = list.page::<PostId>(&state.store, &reader.viewer)?;
    let posts = reader.tx.posts().list_in_review(&page).await?;
    list.reply(posts, &state.store, &reader.viewer)
}

//! Search of posts.

use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use smilefactory_core::content::{PostHit, PostKind, PostSearch, SearchText};
use smilefactory_core::id::{AccountId, CategoryId};
use smilefactory_core::page::CursorPage;
use smilefactory_core::text::{LanguageTag, Line};
use smilefactory_core::validation::Violation;
use smilefactory_store::search::HitKey;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Filter, Listing, Params, Reader, optional};
use crate::problem::ApiError;
use crate::reply::Outcome;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(search_posts))
}

/// A time, for the document.
fn instant() -> ObjectBuilder {
    let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
    ObjectBuilder::new().schema_type(Type::String).format(Some(format))
}

/// What is searched for.
#[derive(Debug, Serialize)]
pub(crate) struct Wanted {
    q: Option<SearchText>,
    language: Option<LanguageTag>,
    author: Option<AccountId>,
    kind: Option<PostKind>,
    tag: Option<Line<1, 30>>,
    category: Option<CategoryId>,
    published_from: Option<DateTime<Utc>>,
    published_before: Option<DateTime<Utc>>,
}

impl Filter for Wanted {
    fn read(params: &mut Params) -> Self {
        Self {
            q: params.field("q"),
            language: params.field("language"),
            author: params.id("author"),
            kind: params.field("kind"),
            tag: params.field("tag"),
            category: params.id("category"),
            published_from: params.field("published_from"),
            published_before: params.field("published_before"),
        }
    }
}

impl IntoParams for Wanted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut q = optional(
            "q",
            "What is searched for. Words in quotes stand together; `or` and a leading `-` mean what they mean on the web.",
            SearchText::schema(),
        );
        q.required = Required::True;
        vec![
            q,
            optional("language", "The language the words are in; English without it.", LanguageTag::schema()),
            optional("author", "Only those of this account.", AccountId::schema()),
            optional("kind", "Only those of this kind.", PostKind::schema()),
            optional(
                "tag",
                "Only those with this tag, in any case, or with one that it is an alias of.",
                Line::<1, 30>::schema(),
            ),
            optional(
                "category",
                "Only those in this category; what is in those under it is not among them.",
                CategoryId::schema(),
            ),
            optional(
                "published_from",
                "Only those that were first published at this time or later.",
                instant(),
            ),
            optional("published_before", "Only those that were first published before this time.", instant()),
        ]
    }
}

impl Wanted {
    fn search(&self) -> Result<PostSearch, ApiError> {
        let Some(text) = &self.q else { return Err(ApiError::invalid("/q", Violation::required())) };
        let mut search = PostSearch::new(text.clone());
        search.language.clone_from(&self.language);
        search.author = self.author;
        search.kind = self.kind;
        search.tag.clone_from(&self.tag);
        search.category = self.category;
        search.published_from = self.published_from;
        search.published_before = self.published_before;
        Ok(search)
    }
}

/// Search published posts
///
/// The best first. Words are found in other forms of themselves; when no post has them, those are found that have words
/// spelled alike, and say so (`approximate`).
#[utoipa::path(
    get, path = "/v1/posts/search", operation_id = "searchPosts", tag = "posts",
    params(Listing<Wanted>),
    responses((status = 200, body = CursorPage<PostHit>, description = "A page of posts, with what was found in them.")),
)]
async fn search_posts(State(state): State<AppState>, mut reader: Reader, list: Listing<Wanted>) -> Outcome {
    let search = list.filter.search()?;
    let page = list.page::<HitKey>(&state.store, &reader.viewer)?;
    let hits = state.search.posts(&mut reader.tx, &search, &page).await?;
    list.reply(hits, &state.store, &reader.viewer)
}

//! Which page of which list.

use axum::extract::FromRequestParts;
use axum::http::header::LINK;
use axum::http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use smilefactory_core::page::{Cursor, Page, PageRequest, PageSize};
use smilefactory_core::validation::Violation;
use smilefactory_store::Store;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::query::{Filter, Params, optional};
use super::viewer::Viewer;
use crate::problem::ApiError;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

/// Which page of which list: a filter, how many entries, after which cursor.
///
/// A cursor belongs to the address, the filter, the tenant and the caller it was given to.
#[derive(Clone, Debug)]
pub struct Listing<F> {
    /// What narrows the list down.
    pub filter: F,
    size: PageSize,
    cursor: Option<Cursor>,
    path: String,
    query: String,
}

impl<F: Filter> FromRequestParts<AppState> for Listing<F> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let mut params = Params::new(query);
        let filter = F::read(&mut params);
        let size = params.take("limit", page_size).unwrap_or_default();
        let cursor = params.take("cursor", |raw| Ok(Cursor::from(raw.to_owned())));
        params.finish(Self {
            filter,
            size,
            cursor,
            path: parts.uri.path().to_owned(),
            query: query.to_owned(),
        })
    }
}

/// A number of entries, 1 to 100.
pub(crate) fn page_size(raw: &str) -> Result<PageSize, Violation> {
    let bounds = || Violation::out_of_range(1, PageSize::MAX.get());
    PageSize::new(raw.parse().map_err(|_| bounds())?).map_err(|_| bounds())
}

impl<F: Filter> Listing<F> {
    /// The page that is asked for.
    pub fn page<K: DeserializeOwned>(
        &self,
        store: &Store,
        viewer: &Viewer,
    ) -> Result<PageRequest<K>, ApiError> {
        let Some(cursor) = &self.cursor else { return Ok(PageRequest::first(self.size)) };
        let key = store.cursor_key().open(cursor, viewer.scope.tenant, &self.list(viewer))?;
        Ok(PageRequest::after(self.size, key))
    }

    /// The page as it is sent, with the address of the next one.
    pub fn reply<T: Serialize, K: Serialize>(
        &self,
        page: Page<T, K>,
        store: &Store,
        viewer: &Viewer,
    ) -> Outcome {
        let page = store.cursor_key().seal_page(page, viewer.scope.tenant, &self.list(viewer));
        let reply = Reply::ok(&page)?;
        let Some(cursor) = &page.next_cursor else { return Ok(reply) };
        let given = url::form_urlencoded::parse(self.query.as_bytes()).filter(|(name, _)| name != "cursor");
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(given)
            .append_pair("cursor", cursor.as_str())
            .finish();
        reply.with(LINK, &format!("<{}?{query}>; rel=\"next\"", self.path))
    }

    /// The cursor that goes on after this key in the list of the same filter at another address.
    pub fn cursor_at(
        &self,
        path: &str,
        key: &impl Serialize,
        store: &Store,
        viewer: &Viewer,
    ) -> Option<Cursor> {
        let list = (path, &self.filter, viewer.account, viewer.role);
        store.cursor_key().seal(key, viewer.scope.tenant, &list)
    }

    /// Everything that decides which entries the list has, and for whom.
    fn list<'a>(&'a self, viewer: &Viewer) -> impl Serialize + use<'a, F> {
        (&self.path, &self.filter, viewer.account, viewer.role)
    }
}

impl<F: IntoParams> IntoParams for Listing<F> {
    fn into_params(provider: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut params = F::into_params(provider);
        let limit = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1.0))
            .maximum(Some(100.0))
            .default(Some(PageSize::default().get().into()));
        let cursor = ObjectBuilder::new().schema_type(Type::String);
        params.push(optional("limit", "At most how many entries.", limit));
        params.push(optional(
            "cursor",
            "The `next_cursor` of the page before; everything else must be asked as it was then.",
            cursor,
        ));
        params
    }
}

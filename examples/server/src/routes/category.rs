//! Categories: read by everybody, kept by staff.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use smilefactory_core::content::{
    Category, CategoryDraft, CategoryInput, CategoryNode, CategoryPatch, CategoryTree, Tab,
};
use smilefactory_core::id::CategoryId;
use smilefactory_core::validation::{Field, Violation};
use smilefactory_store::Tx;
use smilefactory_store::prelude::*;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{
    ActiveViewer, Filter, IfMatch, Key, Params, Query, Reader, Sent, Valid, Viewer, optional,
};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_categories, create_category)).routes(routes!(
        get_category,
        change_category,
        archive_category
    ))
}

fn staff(viewer: &Viewer) -> Result<(), ApiError> {
    if viewer.role.is_staff() {
        return Ok(());
    }
    Err(ApiError::new(Code::Forbidden, "categories are kept by staff"))
}

/// The category with this id; archived ones are there for staff alone.
async fn visible<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer, id: CategoryId) -> Result<Category, ApiError> {
    let category = tx.categories().get(id).await?;
    category
        .filter(|category| category.archived_at.is_none() || viewer.role.is_staff())
        .ok_or_else(|| ApiError::not_found("category"))
}

/// The tree of a tab, which nobody else changes before this unit of work ends.
async fn locked(tx: &mut WriteTx, tab: Tab) -> Result<CategoryTree, ApiError> {
    Ok(CategoryTree::new(tab, tx.categories().lock_tree(tab).await?))
}

/// Which tree.
#[derive(Debug, Serialize)]
pub(crate) struct OfTab {
    tab: Option<Tab>,
}

impl Filter for OfTab {
    fn read(params: &mut Params) -> Self {
        Self { tab: params.field("tab") }
    }
}

impl IntoParams for OfTab {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut tab = optional("tab", "The tab whose categories are asked for.", Tab::schema());
        tab.required = Required::True;
        vec![tab]
    }
}

/// The categories of a tab.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Categories {
    /// The categories, each before those under it.
    pub(crate) items: Vec<CategoryNode>,
}

/// List the categories of a tab
///
/// The whole tree: each category before those under it, with its depth and how many posts are in it.
#[utoipa::path(
    get, path = "/v1/categories", operation_id = "listCategories", tag = "categories",
    params(OfTab),
    responses((status = 200, body = Categories, description = "The tree.")),
    extensions(("x-problem-codes" = json!([Code::InvalidInput]))),
)]
async fn list_categories(mut reader: Reader, Query(OfTab { tab }): Query<OfTab>) -> Outcome {
    let tab = tab.ok_or_else(|| ApiError::invalid("/tab", Violation::required()))?;
    Reply::ok(&Categories { items: reader.tx.categories().list_tree(tab).await? })
}

/// Make a category
///
/// By staff.
#[utoipa::path(
    post, path = "/v1/categories", operation_id = "createCategory", tag = "categories",
    params(Once), request_body = CategoryInput,
    responses((status = 201, body = Category, description = "The category.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::Conflict]))),
)]
async fn create_category(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    submission: Submission<Valid<CategoryDraft>>,
) -> Outcome {
    staff(&viewer)?;
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let tree = locked(&mut work.tx, draft.tab).await?;
    let (category, created) = tree.create(draft, work.tx.new_id()?, work.tx.now())?;
    work.tx.categories().insert(&category).await?;
    work.tx.tell(created)?;
    let reply =
        Reply::created(&category, &format!("/v1/categories/{}", category.id))?.version(category.version)?;
    work.finish(&state, reply).await
}

/// Read a category
#[utoipa::path(
    get, path = "/v1/categories/{category_id}", operation_id = "getCategory", tag = "categories",
    responses((status = 200, body = Category, description = "The category.")),
)]
async fn get_category(mut reader: Reader, Key(id): Key<CategoryId>, headers: HeaderMap) -> Outcome {
    let category = visible(&mut reader.tx, &reader.viewer, id).await?;
    Ok(Reply::ok(&category)?.version(category.version)?.unless_known(&headers))
}

/// Change a category
///
/// By staff: another name, another place, or another parent, with all that stands under it.
#[utoipa::path(
    patch, path = "/v1/categories/{category_id}", operation_id = "changeCategory", tag = "categories",
    params(IfMatch), request_body = CategoryPatch,
    responses((status = 200, body = Category, description = "The category as it is now.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::Forbidden, Code::Conflict, Code::StepRefused
    ]))),
)]
async fn change_category(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<CategoryId>,
    if_match: IfMatch,
    Sent(patch): Sent<CategoryPatch>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let category = visible(&mut tx, &viewer, id).await?;
    staff(&viewer)?;
    let tree = locked(&mut tx, category.draft.tab).await?;
    // As it is now that nobody else changes it.
    let category = visible(&mut tx, &viewer, id).await?;
    if_match.check(category.version)?;
    let mut input = CategoryInput::from(category.draft.clone());
    patch.apply(&mut input);
    let (changed, fact) = tree.change(category, CategoryDraft::from_raw(input)?, tx.now())?;
    let saved = tx.categories().update(&changed).await?;
    tx.tell(fact)?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&saved)?.version(saved.version)
}

/// Archive a category
///
/// By staff, once nothing stands under it: no list shows it, and nothing new is put into it.
#[utoipa::path(
    delete, path = "/v1/categories/{category_id}", operation_id = "archiveCategory", tag = "categories",
    params(IfMatch),
    responses((status = 204, description = "The category is archived.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn archive_category(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<CategoryId>,
    if_match: IfMatch,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let category = visible(&mut tx, &viewer, id).await?;
    staff(&viewer)?;
    let tree = locked(&mut tx, category.draft.tab).await?;
    let category = visible(&mut tx, &viewer, id).await?;
    if_match.check(category.version)?;
    let (archived, fact) = tree.archive(category, tx.now())?;
    tx.categories().update(&archived).await?;
    tx.tell(fact)?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

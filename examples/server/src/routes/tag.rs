//! Tags: found and followed by everybody, put in order by staff.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use smilefactory_core::content::{Tag, TagFollowed, TagName, TagSort, TagUnfollowed};
use smilefactory_core::id::TagId;
use smilefactory_core::page::CursorPage;
use smilefactory_core::validation::{Field, Report, Violation, code};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::{FollowedTagKey, PopularTagKey, TagNameKey};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ActiveViewer, Filter, Key, Listing, Params, Reader, Sent, Viewer, optional};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_tags))
        .routes(routes!(list_my_tags))
        .routes(routes!(get_tag))
        .routes(routes!(follow_tag, unfollow_tag))
        .routes(routes!(add_tag_alias))
        .routes(routes!(merge_tag))
}

fn staff(viewer: &Viewer) -> Result<(), ApiError> {
    if viewer.role.is_staff() {
        return Ok(());
    }
    Err(ApiError::new(Code::Forbidden, "tags are put in order by staff"))
}

fn not_found() -> ApiError {
    ApiError::not_found("tag")
}

/// Which tags, and in which order.
#[derive(Debug, Serialize)]
pub(crate) struct Used {
    prefix: Option<TagName>,
    sort: TagSort,
}

impl Filter for Used {
    fn read(params: &mut Params) -> Self {
        Self { prefix: params.field("prefix"), sort: params.field("sort").unwrap_or(TagSort::Popular) }
    }
}

impl IntoParams for Used {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            optional("prefix", "Only those that begin like this, in any case.", TagName::schema()),
            optional("sort", "The order; most posts first unless said.", TagSort::schema()),
        ]
    }
}

/// List tags
///
/// Those that published posts have.
#[utoipa::path(
    get, path = "/v1/tags", operation_id = "listTags", tag = "tags",
    params(Listing<Used>),
    responses((status = 200, body = CursorPage<Tag>, description = "A page of tags.")),
)]
async fn list_tags(State(state): State<AppState>, mut reader: Reader, list: Listing<Used>) -> Outcome {
    let prefix = list.filter.prefix.as_ref().map(AsRef::as_ref).unwrap_or_default();
    match list.filter.sort {
        TagSort::Popular => {
            let page = list.page::<PopularTagKey>(&state.store, &reader.viewer)?;
            let tags = reader.tx.tags().list_popular(prefix, &page).await?;
            list.reply(tags, &state.store, &reader.viewer)
        }
        TagSort::Name => {
            let page = list.page::<TagNameKey>(&state.store, &reader.viewer)?;
            let tags = reader.tx.tags().list_by_name(prefix, &page).await?;
            list.reply(tags, &state.store, &reader.viewer)
        }
    }
}

/// Nothing narrows this list down.
#[derive(Debug, Serialize)]
pub(crate) struct Followed;

impl Filter for Followed {
    fn read(_: &mut Params) -> Self {
        Self
    }
}

impl IntoParams for Followed {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// List the tags one follows
///
/// The last followed first.
#[utoipa::path(
    get, path = "/v1/me/tags", operation_id = "listMyTags", tag = "tags",
    params(Listing<Followed>),
    responses((status = 200, body = CursorPage<Tag>, description = "A page of tags.")),
)]
async fn list_my_tags(State(state): State<AppState>, mut reader: Reader, list: Listing<Followed>) -> Outcome {
    let page = list.page::<FollowedTagKey>(&state.store, &reader.viewer)?;
    let tags = reader.tx.tags().list_followed(reader.viewer.account, &page).await?;
    list.reply(tags, &state.store, &reader.viewer)
}

/// Read a tag
///
/// An alias says which tag is meant by it.
#[utoipa::path(
    get, path = "/v1/tags/{tag_id}", operation_id = "getTag", tag = "tags",
    responses((status = 200, body = Tag, description = "The tag.")),
)]
async fn get_tag(mut reader: Reader, Key(id): Key<TagId>) -> Outcome {
    Reply::ok(&reader.tx.tags().get(id).await?.ok_or_else(not_found)?)
}

/// Follow a tag
///
/// Of an alias, the tag that is meant by it; that is what is answered. To follow it twice changes nothing.
#[utoipa::path(
    put, path = "/v1/tags/{tag_id}/follow", operation_id = "followTag", tag = "tags",
    responses((status = 200, body = Tag, description = "The tag that is followed.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn follow_tag(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<TagId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let (tag, new) = tx.tags().follow(viewer.account, id).await?.ok_or_else(not_found)?;
    if new {
        tx.tell(TagFollowed { tag, by: viewer.account })?;
    }
    let reply = Reply::ok(&tx.tags().get(tag).await?.ok_or_else(not_found)?)?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(reply)
}

/// Follow a tag no more
#[utoipa::path(
    delete, path = "/v1/tags/{tag_id}/follow", operation_id = "unfollowTag", tag = "tags",
    responses((status = 204, description = "The tag is not followed.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn unfollow_tag(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<TagId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let (tag, gone) = tx.tags().unfollow(viewer.account, id).await?.ok_or_else(not_found)?;
    if gone {
        tx.tell(TagUnfollowed { tag, by: viewer.account })?;
    }
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Another word.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TagWord {
    /// The word.
    #[schema(min_length = 1, max_length = 30, example = "mealies")]
    pub(crate) name: String,
}

/// Give a tag an alias
///
/// By staff. Whoever writes the alias has written the tag. A word that is a tag already is merged instead.
#[utoipa::path(
    post, path = "/v1/tags/{tag_id}/aliases", operation_id = "addTagAlias", tag = "tags",
    params(Once), request_body = TagWord,
    responses((status = 201, body = Tag, description = "The alias.")),
    extensions(("x-problem-codes" = json!([
        Code::Suspended, Code::Forbidden, Code::Conflict, Code::StepRefused
    ]))),
)]
async fn add_tag_alias(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<TagId>,
    submission: Submission<Sent<TagWord>>,
) -> Outcome {
    staff(&viewer)?;
    let Submission { body: Sent(alias), once } = submission;
    let mut report = Report::new();
    let name = report.field("name", |report| TagName::parse(alias.name, report));
    let name = report.finish(name)?;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let tag = work.tx.tags().lock(&[id]).await?.pop().ok_or_else(not_found)?;
    let (alias, fact) = tag.alias(work.tx.new_id()?, name, work.tx.now())?;
    work.tx.tags().insert(&alias).await?;
    work.tx.tell(fact)?;
    let reply = Reply::created(&alias, &format!("/v1/tags/{}", alias.id))?;
    work.finish(&state, reply).await
}

/// The tag that stays.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MergeInto {
    /// Its id.
    #[schema(format = "uuid")]
    pub(crate) into: String,
}

/// Merge a tag into another
///
/// By staff. From now on whoever writes it has written the other; its posts and followers follow in batches, and then
/// it is an alias.
#[utoipa::path(
    post, path = "/v1/tags/{tag_id}/merge", operation_id = "mergeTag", tag = "tags",
    params(Once), request_body = MergeInto,
    responses((status = 200, body = Tag, description = "The tag, which is being merged.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Forbidden, Code::StepRefused]))),
)]
async fn merge_tag(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<TagId>,
    submission: Submission<Sent<MergeInto>>,
) -> Outcome {
    staff(&viewer)?;
    let Submission { body: Sent(merge), once } = submission;
    let mut report = Report::new();
    let into = report.field("into", |report| TagId::parse(merge.into, report));
    let into = report.finish(into)?;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let locked = work.tx.tags().lock(&[id, into]).await?;
    let tag = locked.iter().find(|tag| tag.id == id).ok_or_else(not_found)?;
    let other = locked.iter().find(|tag| tag.id == into).ok_or_else(|| {
        ApiError::invalid("/into", Violation::new(code::UNKNOWN_VALUE, "must be the id of a tag"))
    })?;
    let (merging, fact) = tag.clone().begin_merge(other)?;
    work.tx.tags().begin_merge(&merging).await?;
    work.tx.tell(fact)?;
    let reply = Reply::ok(&merging)?;
    work.finish(&state, reply).await
}

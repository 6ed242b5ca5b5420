//! Profiles: one's own, and those of others as far as one sees them.

mod list;

use axum::extract::State;
use axum::http::HeaderMap;
use smilefactory_core::id::AccountId;
use smilefactory_core::profile::{
    Completion, Profile, ProfileContent, ProfileInput, ProfilePatch, ProfileView,
};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::completion;
use crate::extract::{ActiveViewer, IfMatch, Key, Reader, Sent, Valid};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(create_profile))
        .routes(routes!(get_profile))
        .routes(routes!(my_profile, change_profile))
        .routes(routes!(my_completion))
        .merge(list::routes())
}

/// Begin the own profile
///
/// Of one of the eight kinds; nothing but the kind must be there. It is a draft, which nobody else sees, until it is
/// complete to 31 %.
#[utoipa::path(
    post, path = "/v1/profiles", operation_id = "createProfile", tag = "profiles",
    params(Once), request_body = ProfileInput,
    responses((status = 201, body = Profile, description = "The profile.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::Conflict]))),
)]
async fn create_profile(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    submission: Submission<Valid<ProfileContent>>,
) -> Outcome {
    let Submission { body: Valid(content), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let account = completion::account(&mut work.tx, &viewer).await?;
    let completion = completion::of(&mut work.tx, &account, &content).await?;
    let (profile, begun) = content.begin(viewer.account, work.tx.now());
    let (profile, assessed) = profile.assess(&completion);
    work.tx.profiles().insert(&profile).await?;
    work.tx.tell(begun)?;
    if let Some(assessed) = assessed {
        work.tx.tell(assessed)?;
    }
    let reply = Reply::created(&profile, "/v1/me/profile")?.version(profile.version)?;
    work.finish(&state, reply).await
}

/// Read somebody's profile
///
/// As the caller may see it: what they may not see is `null`, as if it had not been given.
#[utoipa::path(
    get, path = "/v1/profiles/{account_id}", operation_id = "getProfile", tag = "profiles",
    responses((status = 200, body = ProfileView, description = "The profile.")),
)]
async fn get_profile(mut reader: Reader, Key(id): Key<AccountId>, headers: HeaderMap) -> Outcome {
    let nobody = || ApiError::not_found("profile");
    let profile = reader.tx.profiles().get(id).await?.ok_or_else(nobody)?;
    let owner = reader.tx.accounts().get(id).await?.ok_or_else(nobody)?;
    let class = reader.viewer.class_for(&mut reader.tx, id).await?;
    let view = profile.seen_by(&owner, class).ok_or_else(nobody)?;
    // Who the owner is and who looks both change what is seen, so that no version tells what this is.
    Ok(Reply::ok(&view)?.tagged_by_body()?.unless_known(&headers))
}

/// Read the own profile
#[utoipa::path(
    get, path = "/v1/me/profile", operation_id = "myProfile", tag = "profiles",
    responses((status = 200, body = Profile, description = "The profile.")),
    extensions(("x-problem-codes" = json!([Code::NotFound]))),
)]
async fn my_profile(mut reader: Reader, headers: HeaderMap) -> Outcome {
    let profile = completion::profile(&mut reader.tx, &reader.viewer).await?;
    Ok(Reply::ok(&profile)?.version(profile.version)?.unless_known(&headers))
}

/// Change the own profile
///
/// A merge patch (RFC 7396): what is absent stays, `null` empties, lists are replaced. The kind stays.
#[utoipa::path(
    patch, path = "/v1/me/profile", operation_id = "changeProfile", tag = "profiles",
    params(IfMatch), request_body = ProfilePatch,
    responses((status = 200, body = Profile, description = "The profile as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::NotFound, Code::StepRefused]))),
)]
async fn change_profile(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    if_match: IfMatch,
    Sent(patch): Sent<ProfilePatch>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let profile = completion::profile(&mut tx, &viewer).await?;
    if_match.check(profile.version)?;
    let mut input = ProfileInput::from(profile.content.clone());
    patch.apply(&mut input);
    let content = ProfileContent::from_raw(input)?;
    let account = completion::account(&mut tx, &viewer).await?;
    let completion = completion::of(&mut tx, &account, &content).await?;
    let (revised, fact) = profile.revise(content, tx.now())?;
    let (revised, assessed) = revised.assess(&completion);
    let saved = tx.profiles().update(&revised).await?;
    tx.tell(fact)?;
    if let Some(assessed) = assessed {
        tx.tell(assessed)?;
    }
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&saved)?.version(saved.version)
}

/// Ask how complete the own profile is
///
/// And what would make it more so, worth most first.
#[utoipa::path(
    get, path = "/v1/me/profile/completion", operation_id = "myCompletion", tag = "profiles",
    responses((status = 200, body = Completion, description = "How complete it is.")),
    extensions(("x-problem-codes" = json!([Code::NotFound]))),
)]
async fn my_completion(mut reader: Reader) -> Outcome {
    Reply::ok(&completion::own(&mut reader.tx, &reader.viewer).await?)
}

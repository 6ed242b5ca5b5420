//! Accounts: signing up, proving the email address, the own account.

use axum::Extension;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use smilefactory_core::id::RequestId;
use smilefactory_core::identity::{
    Account, AccountPatch, AccountSettings, AccountSettingsInput, SignUp, SignUpInput, Token,
};
use smilefactory_core::scope::Scope;
use smilefactory_core::validation::{Field, Violation};
use smilefactory_store::prelude::*;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::completion;
use crate::extract::{ActiveViewer, Community, IfMatch, Reader, Sent, Valid};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(sign_up))
        .routes(routes!(verify_email))
        .routes(routes!(me, change_me))
}

/// Sign up
///
/// Opens an account in a community. A mail with a token is on its way then, to prove the address with.
#[utoipa::path(
    post, path = "/v1/accounts", operation_id = "signUp", tag = "accounts",
    params(Community, Once), request_body = SignUpInput,
    responses((status = 201, body = Account, description = "The account is open.")),
    security(()), extensions(("x-problem-codes" = json!([Code::Conflict, Code::NotFound]))),
)]
async fn sign_up(
    State(state): State<AppState>,
    community: Community,
    submission: Submission<Valid<SignUp>>,
) -> Outcome {
    let Submission { body: Valid(sign_up), once } = submission;
    // Hashing takes long: no connection waits for it.
    let hash = state.store.passwords().hash(sign_up.password.clone(), state.store.random()?).await?;
    let mut work = match once.begin(&state, &community.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let (account, _, opened) = sign_up.open(work.tx.new_id()?, work.tx.now());
    work.tx.accounts().insert(&account, &hash).await?;
    work.tx.tell(opened)?;
    let reply = Reply::created(&account, "/v1/me")?.version(account.version)?;
    work.finish(&state, reply).await
}

/// A token that was sent to an email address.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EmailProof {
    /// The token.
    #[schema(example = "sf_AZVRDKPAcACAAAAAAAAAAAkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ")]
    pub(crate) token: String,
}

/// Prove an email address
///
/// The token works once, within a day after it was sent. Sent again with its `Idempotency-Key`, the answer has the
/// account as it is by then.
#[utoipa::path(
    post, path = "/v1/email-verifications", operation_id = "verifyEmail", tag = "accounts",
    params(Once), request_body = EmailProof,
    responses((status = 200, body = Account, description = "The address is proven.")),
    security(()), extensions(("x-problem-codes" = json!([Code::NotFound]))),
)]
async fn verify_email(
    State(state): State<AppState>,
    Extension(request): Extension<RequestId>,
    submission: Submission<Sent<EmailProof>>,
) -> Outcome {
    let Submission { body: Sent(EmailProof { token }), once } = submission;
    if token.trim().is_empty() {
        return Err(ApiError::invalid("/token", Violation::required()));
    }
    // One answer for all that does not work: a token that was used, is too old, or was never given.
    let refuse = || {
        ApiError::invalid("/token", Violation::malformed("a token that was sent to the address and not used"))
    };
    let token: Token = token.trim().parse().map_err(|_| refuse())?;
    let scope = Scope::anonymous(token.tenant(), request);
    let mut work = match once.begin(&state, &scope).await? {
        Begun::Now(work) => work,
        Begun::Before(kept) => return proven_before(&state, &scope, &kept).await,
    };
    let Some((proof, account)) = work.tx.verifications().redeem(&token.digest()).await? else {
        return Err(refuse());
    };
    let (mut account, verified) = account.verify_email(&proof.email, work.tx.now());
    if let Some(fact) = verified {
        account = work.tx.accounts().update(&account).await?;
        work.tx.tell(fact)?;
    }
    // The account may have a telephone number, which is kept nowhere in the clear: what is kept says whose it is.
    work.finish_keeping(&state, &Reply::ok(&account.id)?).await?;
    Reply::ok(&account)?.version(account.version)
}

/// The account whose address was proven by the same request before, as it is now.
async fn proven_before(state: &AppState, scope: &Scope, kept: &Reply) -> Outcome {
    let mut tx = state.store.read_latest(scope).await?;
    let account = tx.accounts().get(kept.read()?).await?.ok_or_else(|| ApiError::not_found("account"))?;
    Reply::ok(&account)?.version(account.version)?.marked_as_replayed()
}

/// Read the own account
///
/// Always sent whole: its last log-in and the standing of its profile change without its version.
#[utoipa::path(
    get, path = "/v1/me", operation_id = "me", tag = "accounts",
    responses((status = 200, body = Account, description = "The account of whoever calls.")),
)]
async fn me(mut reader: Reader) -> Outcome {
    let account = completion::account(&mut reader.tx, &reader.viewer).await?;
    Reply::ok(&account)?.version(account.version)
}

/// Change the own account
///
/// A merge patch (RFC 7396): what is absent stays, `null` empties.
#[utoipa::path(
    patch, path = "/v1/me", operation_id = "changeMe", tag = "accounts",
    params(IfMatch), request_body = AccountPatch,
    responses((status = 200, body = Account, description = "The account as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn change_me(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    if_match: IfMatch,
    Sent(patch): Sent<AccountPatch>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    let account = completion::account(&mut tx, &viewer).await?;
    if_match.check(account.version)?;
    let mut input = AccountSettingsInput::from(account.settings.clone());
    patch.apply(&mut input);
    let (changed, fact) = account.change(AccountSettings::from_raw(input)?, tx.now());
    let saved = tx.accounts().update(&changed).await?;
    tx.tell(fact)?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&saved)?.version(saved.version)
}

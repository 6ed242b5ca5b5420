//! Log-ins.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use smilefactory_core::id::SessionId;
use smilefactory_core::identity::{Account, Credentials, LoggedOut, Password, Session, Token};
use smilefactory_core::page::CursorPage;
use smilefactory_core::scope::Scope;
use smilefactory_core::text::Email;
use smilefactory_core::validation::{Report, Violation};
use smilefactory_store::password::Verdict;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::identity::StoredCredentials;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Community, Filter, Key, Listing, Params, Reader, Sent, Viewer};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(log_in, list_sessions))
        .routes(routes!(log_out))
        .routes(routes!(end_session))
}

/// A log-in that was just opened. The token is shown here and never again.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct LogIn {
    /// What every further request sends as `Authorization: Bearer`.
    #[schema(example = "sf_AZVRDKPAcACAAAAAAAAAAAkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ")]
    pub(crate) token: String,
    /// The log-in.
    pub(crate) session: Session,
    /// Whose it is.
    pub(crate) account: Account,
}

/// Log in
///
/// Whether the address or the password is wrong is not told, and takes the same time. A repeated log-in opens
/// another one: there is no `Idempotency-Key`, because the token is kept nowhere.
#[utoipa::path(
    post, path = "/v1/sessions", operation_id = "logIn", tag = "sessions",
    params(Community), request_body = Credentials,
    responses((status = 201, body = LogIn, description = "The log-in is open for 30 days.")),
    security(()), extensions(("x-problem-codes" = json!([Code::WrongCredentials, Code::NotFound]))),
)]
async fn log_in(
    State(state): State<AppState>,
    community: Community,
    Sent(credentials): Sent<Credentials>,
) -> Outcome {
    check(&credentials)?;
    let wrong = || ApiError::new(Code::WrongCredentials, "nobody has this email address and password");
    let stored = stored_credentials(&state, &community.scope, &credentials.email).await?;
    let claimed = Password::claimed(&credentials.password);
    let hash = stored.as_ref().map(|stored| stored.password_hash.as_str());
    // Without a hash this takes as long as with one. No connection waits for it.
    let verdict = state.store.passwords().verify(claimed.clone(), hash).await?;
    let Some(stored) = stored.filter(|_| verdict.is_right()) else { return Err(wrong()) };
    let better = match verdict {
        Verdict::RightButOutdated => better_hash(&state, claimed).await,
        Verdict::Right | Verdict::Wrong => None,
    };

    let scope = Scope::account(community.tenant.id, stored.account, community.scope.request);
    let mut tx = state.store.write(&scope).await?;
    if let Some(better) = better {
        tx.accounts().rehash_password(stored.account, &stored.password_hash, &better).await?;
    }
    let token = Token::new(community.tenant.id, tx.random()?);
    let (session, logged_in) = Session::open(tx.new_id()?, stored.account, tx.now());
    tx.sessions().insert(&session, &token.digest()).await?;
    tx.accounts().note_log_in(stored.account).await?;
    let account = tx.accounts().get(stored.account).await?.ok_or_else(wrong)?;
    tx.tell(logged_in)?;
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::json(StatusCode::CREATED, &LogIn { token: token.reveal(), session, account })
}

fn check(credentials: &Credentials) -> Result<(), ApiError> {
    let mut report = Report::new();
    for (name, value) in [("email", &credentials.email), ("password", &credentials.password)] {
        if value.is_empty() {
            report.field(name, |report| report.add(Violation::required()));
        }
    }
    Ok(report.finish(Some(()))?)
}

/// What the password is to be checked against. What is no address at all is nobody's.
async fn stored_credentials(
    state: &AppState,
    scope: &Scope,
    email: &str,
) -> Result<Option<StoredCredentials>, ApiError> {
    let mut tx = state.store.read_latest(scope).await?;
    match email.parse::<Email>() {
        Ok(email) => Ok(tx.accounts().credentials(&email).await?),
        Err(_) => Ok(None),
    }
}

/// A hash as they are made today. Who logs in does not wait for it to work: it is tried again next time.
async fn better_hash(state: &AppState, password: Password) -> Option<String> {
    let salt = state.store.random().ok()?;
    match state.store.passwords().hash(password, salt).await {
        Ok(hash) => Some(hash),
        Err(error) => {
            tracing::warn!(%error, "an outdated password hash stays as it is");
            None
        }
    }
}

/// Nothing narrows this list down.
#[derive(Debug, Serialize)]
pub(crate) struct OwnSessions;

impl Filter for OwnSessions {
    fn read(_: &mut Params) -> Self {
        Self
    }
}

impl IntoParams for OwnSessions {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// List the own log-ins
///
/// Those that still last, newest first.
#[utoipa::path(
    get, path = "/v1/sessions", operation_id = "listSessions", tag = "sessions",
    params(Listing<OwnSessions>),
    responses((status = 200, body = CursorPage<Session>, description = "A page of log-ins.")),
)]
async fn list_sessions(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<OwnSessions>,
) -> Outcome {
    let page = list.page::<SessionId>(&state.store, &reader.viewer)?;
    let sessions = reader.tx.sessions().list(reader.viewer.account, &page).await?;
    list.reply(sessions, &state.store, &reader.viewer)
}

/// Log out
///
/// Ends the log-in that this request is made with.
#[utoipa::path(
    delete, path = "/v1/sessions/current", operation_id = "logOut", tag = "sessions",
    responses((status = 204, description = "The log-in has ended.")),
)]
async fn log_out(State(state): State<AppState>, viewer: Viewer) -> Outcome {
    // Gone already, by another request at the same moment, is ended too.
    end(&state, &viewer, viewer.session.id).await?;
    Ok(Reply::no_content())
}

/// End a log-in
///
/// One of the own, of another device for instance.
#[utoipa::path(
    delete, path = "/v1/sessions/{session_id}", operation_id = "endSession", tag = "sessions",
    responses((status = 204, description = "The log-in has ended.")),
)]
async fn end_session(State(state): State<AppState>, viewer: Viewer, Key(id): Key<SessionId>) -> Outcome {
    if end(&state, &viewer, id).await? {
        Ok(Reply::no_content())
    } else {
        Err(ApiError::not_found("session"))
    }
}

/// Ends a log-in of the viewer; `false` when they have no such log-in.
async fn end(state: &AppState, viewer: &Viewer, id: SessionId) -> Result<bool, ApiError> {
    let mut tx = state.store.write(&viewer.scope).await?;
    if !tx.sessions().delete(viewer.account, id).await? {
        return Ok(false);
    }
    tx.tell(LoggedOut { account: viewer.account, session: id })?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(true)
}

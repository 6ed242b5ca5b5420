//! Who calls.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use smilefactory_core::id::AccountId;
use smilefactory_core::identity::{Role, Session, Token};
use smilefactory_core::profile::ViewerClass;
use smilefactory_core::scope::Scope;
use smilefactory_store::ReadTx;
use smilefactory_store::prelude::*;

use super::request_id;
use crate::problem::{ApiError, Code};
use crate::state::AppState;

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Their tenant, themselves, this request.
    pub scope: Scope,
    /// Their account.
    pub account: AccountId,
    /// The log-in they call with.
    pub session: Session,
    /// What they may do.
    pub role: Role,
    /// Whether staff suspended them.
    pub suspended: bool,
}

impl Viewer {
    /// What they are to the owner of something.
    pub fn class_for(&self, owner: AccountId) -> ViewerClass {
        if self.account == owner { ViewerClass::Owner } else { self.class_for_others() }
    }

    /// What they are to everybody else.
    pub const fn class_for_others(&self) -> ViewerClass {
        if self.role.is_staff() { ViewerClass::Staff } else { ViewerClass::Member }
    }
}

/// Somebody who is logged in and may write: suspended accounts only read.
#[derive(Clone, Debug)]
pub struct ActiveViewer(pub Viewer);

/// Somebody who is logged in, with the unit of work in which they were recognised: what only reads needs no
/// other.
#[derive(Debug)]
pub struct Reader {
    /// Who.
    pub viewer: Viewer,
    /// What they read with.
    pub tx: ReadTx,
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let refuse = || ApiError::new(Code::Unauthenticated, "the token opens no log-in that still lasts");
        let header = parts.headers.get(AUTHORIZATION).ok_or_else(|| {
            ApiError::new(Code::Unauthenticated, "send `Authorization: Bearer` and the token of a log-in")
        })?;
        let (scheme, token) =
            header.to_str().ok().and_then(|value| value.split_once(' ')).ok_or_else(refuse)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(refuse());
        }
        let token: Token = token.trim().parse().map_err(|_| refuse())?;
        let request = request_id(&parts.extensions)?;
        // A replica might not know yet of a log-in that was just opened.
        let mut tx = state.store.read_latest(&Scope::anonymous(token.tenant(), request)).await?;
        let open = tx.sessions().find_by_token(&token.digest()).await?.ok_or_else(refuse)?;
        let account = open.session.account;
        let span = tracing::Span::current();
        span.record("tenant", tracing::field::display(token.tenant()));
        span.record("account", tracing::field::display(account));
        let viewer = Viewer {
            scope: Scope::account(token.tenant(), account, request),
            account,
            session: open.session,
            role: open.role,
            suspended: open.suspended,
        };
        Ok(Self { viewer, tx })
    }
}

impl FromRequestParts<AppState> for Viewer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Ok(Reader::from_request_parts(parts, state).await?.viewer)
    }
}

impl FromRequestParts<AppState> for ActiveViewer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let viewer = Viewer::from_request_parts(parts, state).await?;
        if viewer.suspended {
            return Err(ApiError::new(
                Code::Suspended,
                "staff suspended this account; it reads, but does not write",
            ));
        }
        Ok(Self(viewer))
    }
}

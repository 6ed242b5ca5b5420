//! Who calls.

use std::collections::HashMap;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use smilefactory_core::id::AccountId;
use smilefactory_core::identity::{Role, Session, Token};
use smilefactory_core::profile::ViewerClass;
use smilefactory_core::scope::Scope;
use smilefactory_store::prelude::*;
use smilefactory_store::{ReadTx, Sight, Tx};

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
    pub async fn class_for<Mode>(
        &self,
        tx: &mut Tx<Mode>,
        owner: AccountId,
    ) -> Result<ViewerClass, StoreError> {
        match self.class_by_role(owner) {
            Some(class) => Ok(class),
            None => tx.relations().class_of(self.account, owner).await,
        }
    }

    /// What they are to each of these people.
    pub async fn classes_for<Mode>(
        &self,
        tx: &mut Tx<Mode>,
        owners: &[AccountId],
    ) -> Result<HashMap<AccountId, ViewerClass>, StoreError> {
        let mut classes = tx.relations().classes_of(self.account, owners).await?;
        for (owner, class) in &mut classes {
            *class = self.class_by_role(*owner).unwrap_or(*class);
        }
        Ok(classes)
    }

    /// Whether what somebody did is there for them: not when either of the two blocked the other. Staff see everything.
    pub async fn sees_what_is_by<Mode>(
        &self,
        tx: &mut Tx<Mode>,
        author: AccountId,
    ) -> Result<bool, StoreError> {
        Ok(self.class_for(tx, author).await? != ViewerClass::Blocked)
    }

    /// With whose eyes they look at lists.
    pub const fn sight(&self) -> Sight {
        if self.role.is_staff() { Sight::Staff(self.account) } else { Sight::Person(self.account) }
    }

    /// What they are to somebody whatever the two have to do with each other.
    fn class_by_role(&self, owner: AccountId) -> Option<ViewerClass> {
        if self.account == owner {
            Some(ViewerClass::Owner)
        } else {
            self.role.is_staff().then_some(ViewerClass::Staff)
        }
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
        tx.look_as(viewer.sight());
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

//! Log-ins, and proofs of email addresses.

use smilefactory_core::id::{AccountId, SessionId};
use smilefactory_core::identity::{Account, Role, Session, TokenDigest, VerificationToken};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// A log-in that still lasts, with what every request needs to know of its account.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// The log-in.
    pub session: Session,
    /// What its account may do.
    pub role: Role,
    /// Whether staff suspended the account's profile.
    pub suspended: bool,
}

/// Reads log-ins.
pub trait ReadSessions {
    /// The log-in that this token opens; `None` when there is none or it has expired.
    fn find_by_token(
        &mut self,
        token: &TokenDigest,
    ) -> impl Future<Output = Result<Option<OpenSession>>> + Send;

    /// The log-ins of an account that still last, newest first.
    fn list(
        &mut self,
        account: AccountId,
        page: &PageRequest<SessionId>,
    ) -> impl Future<Output = Result<Page<Session, SessionId>>> + Send;
}

/// Opens and ends log-ins.
pub trait WriteSessions: ReadSessions {
    /// Opens a log-in for whoever has the token.
    fn insert(&mut self, session: &Session, token: &TokenDigest) -> impl Future<Output = Result<()>> + Send;

    /// Ends one log-in of an account; `false` when the account has no such log-in.
    fn delete(&mut self, account: AccountId, id: SessionId) -> impl Future<Output = Result<bool>> + Send;

    /// Ends all log-ins of an account, and says how many there were.
    fn delete_all(&mut self, account: AccountId) -> impl Future<Output = Result<u64>> + Send;
}

/// Sends and takes back proofs of email addresses.
pub trait WriteVerifications {
    /// Keeps a token that was sent.
    fn insert(
        &mut self,
        verification: &VerificationToken,
        token: &TokenDigest,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Takes the token back: the first caller gets it and its account, locked for the rest of the unit of
    /// work; everybody after it, and everybody who comes too late, gets `None`.
    fn redeem(
        &mut self,
        token: &TokenDigest,
    ) -> impl Future<Output = Result<Option<(VerificationToken, Account)>>> + Send;
}

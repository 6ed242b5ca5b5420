//! Log-ins that last.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{LoggedIn, LoggedOut};
use crate::answer::answer;
use crate::id::{AccountId, SessionId, VerificationId};
use crate::text::Email;

/// What somebody logs in with, as it is sent.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Credentials {
    /// The email address of the account.
    #[cfg_attr(feature = "openapi", schema(example = "tariro@example.org"))]
    pub email: String,
    /// The password of the account.
    #[cfg_attr(feature = "openapi", schema(format = Password, example = "correct horse battery"))]
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("email", &self.email).field("password", &"…").finish()
    }
}

answer! {
    /// A log-in. It ends when its owner logs out, or 30 days after it was opened.
    pub struct Session: Eq {
        /// Its id.
        id: SessionId,
        /// Whose log-in it is.
        account: AccountId,
        /// When it was opened.
        created_at: DateTime<Utc>,
        /// When it ends by itself.
        expires_at: DateTime<Utc>,
    }
}

impl Session {
    /// How long a log-in lasts.
    pub const LIFETIME: TimeDelta = TimeDelta::days(30);

    /// The account logs in.
    pub fn open(id: SessionId, account: AccountId, now: DateTime<Utc>) -> (Self, LoggedIn) {
        let session = Self { id, account, created_at: now, expires_at: now + Self::LIFETIME };
        (session, LoggedIn { account, session: id })
    }

    /// The account logs out.
    pub const fn close(&self) -> LoggedOut {
        LoggedOut { account: self.account, session: self.id }
    }

    /// Whether it still lasts.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        now < self.expires_at
    }
}

/// A token on its way to an email address, to prove that the account's owner reads it. Used once, within a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationToken {
    /// Its id.
    pub id: VerificationId,
    /// The account to be verified.
    pub account: AccountId,
    /// The address it was sent to; it proves nothing about another one the account may have by then.
    pub email: Email,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
}

impl VerificationToken {
    /// How long it works.
    pub const LIFETIME: TimeDelta = TimeDelta::days(1);
}

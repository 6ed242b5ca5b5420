//! Accounts: who may log in, and how; and the organisations that people work for.

mod account;
mod erasure;
mod organisation;
mod password;
mod personal_data;
mod session;
mod token;

pub use self::account::{
    Account, AccountPatch, AccountSettings, AccountSettingsInput, AccountSettingsPatch, AccountStanding,
    Role, SignUp, SignUpInput, SignUpPatch,
};
pub use self::erasure::Erasure;
pub use self::organisation::{
    ExternalId, FundingRound, FundingRoundDraft, FundingRoundInput, FundingRoundKind, FundingRoundPatch,
    Organisation, OrganisationDraft, OrganisationInput, OrganisationPatch, OrganisationSort,
    OrganisationStatus,
};
pub use self::password::Password;
pub use self::personal_data::PersonalData;
pub use self::session::{Credentials, Session, VerificationToken};
pub use self::token::{MalformedToken, Token, TokenDigest};

use chrono::{DateTime, Utc};

use crate::fact::facts;
use crate::id::{AccountId, SessionId};

facts! {
    /// Somebody signed up.
    AccountOpened = "identity.account.opened" v 1 of account: AccountId {}

    /// Somebody changed their personal details.
    AccountChanged = "identity.account.changed" v 1 of account: AccountId {}

    /// An email address was proven to be its owner's.
    EmailVerified = "identity.email.verified" v 1 of account: AccountId {}

    /// Somebody logged in.
    LoggedIn = "identity.session.opened" v 1 of account: AccountId {
        /// The log-in.
        session: SessionId,
    }

    /// Somebody asked to be erased.
    ErasureAsked = "identity.erasure.asked" v 1 of account: AccountId {
        /// When they are.
        due_at: DateTime<Utc>,
    }

    /// Somebody who asked to be erased changed their mind.
    ErasureWithdrawn = "identity.erasure.withdrawn" v 1 of account: AccountId {}

    /// Somebody was erased: nothing of them is kept but what the law requires.
    AccountErased = "identity.account.erased" v 1 of account: AccountId {}

    /// Somebody logged out, of one log-in.
    LoggedOut = "identity.session.closed" v 1 of account: AccountId {
        /// The log-in.
        session: SessionId,
    }
}

//! Accounts.

use smilefactory_core::id::AccountId;
use smilefactory_core::identity::{Account, Role};
use smilefactory_core::text::Email;

use crate::error::Result;

/// What is known of an account at log-in.
#[derive(Clone)]
pub struct StoredCredentials {
    /// Whose.
    pub account: AccountId,
    /// The hash of the password, in the form of its scheme.
    pub password_hash: String,
}

impl std::fmt::Debug for StoredCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredCredentials").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Reads accounts.
pub trait ReadAccounts {
    /// The account with this id. Its telephone number is decrypted on the way.
    fn get(&mut self, id: AccountId) -> impl Future<Output = Result<Option<Account>>> + Send;

    /// The accounts with these ids; at most 100 are read.
    fn get_many(&mut self, ids: &[AccountId]) -> impl Future<Output = Result<Vec<Account>>> + Send;

    /// The account with this address.
    fn find_by_email(&mut self, email: &Email) -> impl Future<Output = Result<Option<Account>>> + Send;

    /// What to check a password of this address against; `None` when nobody has the address. Check then all
    /// the same, so that the time it takes tells nothing.
    fn credentials(
        &mut self,
        email: &Email,
    ) -> impl Future<Output = Result<Option<StoredCredentials>>> + Send;
}

/// Opens and changes accounts.
pub trait WriteAccounts: ReadAccounts {
    /// Opens an account. The address being taken is a `Conflict` of `email`.
    fn insert(&mut self, account: &Account, password_hash: &str) -> impl Future<Output = Result<()>> + Send;

    /// Saves what people tell about themselves, the proofs, and the last log-in. Neither the password nor the
    /// role nor the profile's standing is changed by it: those have verbs of their own.
    fn update(&mut self, account: &Account) -> impl Future<Output = Result<Account>> + Send;

    /// Puts another hash in the place of `old`; `false` when somebody changed the password meanwhile.
    fn rehash_password(
        &mut self,
        id: AccountId,
        old: &str,
        new: &str,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Gives the account another role; `false` when there is no such account.
    fn set_role(&mut self, id: AccountId, role: Role) -> impl Future<Output = Result<bool>> + Send;

    /// Suspends an account that has no profile, or lifts that; one that has is suspended with its profile, and nothing
    /// happens here.
    fn set_suspended(&mut self, id: AccountId, suspended: bool) -> impl Future<Output = Result<()>> + Send;

    /// Notes that the owner logged in now. The version stays: a log-in does not make anybody's edit stale.
    fn note_log_in(&mut self, id: AccountId) -> impl Future<Output = Result<()>> + Send;
}

//! Writing profiles.

use smilefactory_core::id::AccountId;
use smilefactory_core::profile::Profile;

use super::ReadProfiles;
use crate::error::Result;

/// Writes profiles. Where a profile stands (kind, state, visibility, completion) is told to its account in the same
/// statement, by the database itself; the account's version stays.
pub trait WriteProfiles: ReadProfiles {
    /// Begins a profile. The account having one already is a `Conflict` of `account`.
    fn insert(&mut self, profile: &Profile) -> impl Future<Output = Result<()>> + Send;

    /// Saves the profile. When its owner became another kind, the details of the former kind are gone.
    fn update(&mut self, profile: &Profile) -> impl Future<Output = Result<Profile>> + Send;

    /// Deletes the profile of this account for good; the account stays.
    fn delete(&mut self, account: AccountId) -> impl Future<Output = Result<bool>> + Send;
}

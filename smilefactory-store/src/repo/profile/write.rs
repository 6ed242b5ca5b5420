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

    /// Deletes the profile of this account for good; the account stays. `false` when there is none.
    ///
    /// Not held against a version: what is to go has to go, however it was edited meanwhile. An edit that was begun
    /// before is stale.
    fn delete(&mut self, account: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Counts anew what [orders](super::ProfileOrder) go by of up to `limit` people who did something or whose
    /// connections changed, and says how many changes there were: nothing, when somebody else is at it.
    fn fold_cards(&mut self, limit: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Compares what orders go by with what it is made of, for up to `limit` profiles after `after`, and mends what
    /// drifted. Says how many did, and the last that was looked at; `None` when there are no more, or somebody else
    /// is at it.
    fn mend_cards(
        &mut self,
        after: Option<AccountId>,
        limit: u16,
    ) -> impl Future<Output = Result<(u64, Option<AccountId>)>> + Send;
}

//! Who looks at profiles, and how much people do.

use chrono::NaiveDate;
use smilefactory_core::id::AccountId;
use smilefactory_core::profile::{Participation, ProfileViews};

use crate::error::Result;

/// Reads who looked at profiles.
pub trait ReadProfileViews {
    /// How often others looked at the profile of this account; without those whom the [sight](crate::Sight) of the unit of
    /// work is not shown.
    fn count(&mut self, account: AccountId) -> impl Future<Output = Result<ProfileViews>> + Send;

    /// Whether anybody did.
    fn any(&mut self, account: AccountId) -> impl Future<Output = Result<bool>> + Send;
}

/// Writes who looked at profiles.
pub trait WriteProfileViews: ReadProfileViews {
    /// `viewer` looks at the profile of `account`: `true` when it counts, as the first time today, in UTC. The profile must
    /// be there ([`Missing`](crate::StoreError::Missing)), and be another's.
    fn view(&mut self, account: AccountId, viewer: AccountId) -> impl Future<Output = Result<bool>> + Send;
}

/// A community member who took part when they were last assessed, and what they did since a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Active {
    /// Who.
    pub account: AccountId,
    /// The level they have.
    pub participation: Participation,
    /// How much they did.
    pub actions: u32,
}

/// Reads how much people do.
pub trait ReadActivity {
    /// How much somebody did on this day and after it.
    fn count(&mut self, account: AccountId, from: NaiveDate) -> impl Future<Output = Result<u32>> + Send;

    /// Community members who do not only observe, in the order of their ids, with what they did from this day on; at
    /// most `limit` after `after`.
    fn list_active(
        &mut self,
        from: NaiveDate,
        after: Option<AccountId>,
        limit: u16,
    ) -> impl Future<Output = Result<Vec<Active>>> + Send;
}

/// Writes how much people do.
pub trait WriteActivity: ReadActivity {
    /// Somebody did something on this day. Nothing happens when they have no account any more.
    fn note(&mut self, account: AccountId, day: NaiveDate) -> impl Future<Output = Result<()>> + Send;

    /// Forgets days before this one, at most 1,000 rows at once, and says how many.
    fn forget_before(&mut self, day: NaiveDate) -> impl Future<Output = Result<u64>> + Send;
}

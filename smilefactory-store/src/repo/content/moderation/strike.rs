//! Strikes.

use chrono::{DateTime, Utc};
use smilefactory_core::content::moderation::Strike;
use smilefactory_core::id::{AccountId, ModerationCaseId, StrikeId};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Reads strikes.
pub trait ReadStrikes {
    /// The strike that a case led to.
    fn find_by_case(&mut self, case: ModerationCaseId)
    -> impl Future<Output = Result<Option<Strike>>> + Send;

    /// The strikes of an account, those that ended too, the last issued first.
    fn list_of_account(
        &mut self,
        account: AccountId,
        page: &PageRequest<StrikeId>,
    ) -> impl Future<Output = Result<Page<Strike, StrikeId>>> + Send;

    /// How many strikes of an account count at this moment.
    fn count_live(
        &mut self,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<i64>> + Send;

    /// One strike whose time is over and that was not ended yet: that which waits longest, if there is one.
    fn next_due(&mut self, now: DateTime<Utc>) -> impl Future<Output = Result<Option<Strike>>> + Send;
}

/// Writes strikes.
pub trait WriteStrikes: ReadStrikes {
    /// Lets nobody else count or change the strikes and suspensions of this account until the unit of work ends.
    fn lock_account(&mut self, account: AccountId) -> impl Future<Output = Result<()>> + Send;

    /// Adds a strike. A second one from the same case is a `Conflict` of `case`.
    fn insert(&mut self, strike: &Strike) -> impl Future<Output = Result<()>> + Send;

    /// Notes that a strike ended; says `false` when it had ended before.
    fn end(&mut self, strike: &Strike) -> impl Future<Output = Result<bool>> + Send;
}

//! Where calendars read somebody's events.

use smilefactory_core::event::Event;
use smilefactory_core::id::AccountId;
use smilefactory_core::identity::TokenDigest;

use crate::error::Result;

/// Reads addresses for calendars.
pub trait ReadEventFeeds {
    /// Whose address has this secret.
    fn find_by_token(
        &mut self,
        digest: &TokenDigest,
    ) -> impl Future<Output = Result<Option<AccountId>>> + Send;

    /// What somebody comes to, may come to or organises, as they see it, from 90 days ago on: at most 500 events, the
    /// first first. Of a draft nothing is said.
    fn list(&mut self, account: AccountId) -> impl Future<Output = Result<Vec<Event>>> + Send;
}

/// Writes addresses for calendars.
pub trait WriteEventFeeds: ReadEventFeeds {
    /// Somebody has this one from now on, and no other.
    fn set(&mut self, account: AccountId, digest: &TokenDigest) -> impl Future<Output = Result<()>> + Send;

    /// Somebody has none any more; `false` when they had none.
    fn delete(&mut self, account: AccountId) -> impl Future<Output = Result<bool>> + Send;
}

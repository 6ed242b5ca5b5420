//! Follows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::id::AccountId;
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::social::Follow;

use crate::error::Result;

/// Where somebody stands in a list of follows: the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowKey {
    /// Since when.
    pub at: DateTime<Utc>,
    /// Who.
    pub account: AccountId,
}

/// Reads follows. Lists have whom the [sight](crate::Sight) of the unit of work may see.
pub trait ReadFollows {
    /// Whom `account` follows.
    fn list(
        &mut self,
        account: AccountId,
        page: &PageRequest<FollowKey>,
    ) -> impl Future<Output = Result<Page<Follow, FollowKey>>> + Send;

    /// Who follows `account`.
    fn list_followers(
        &mut self,
        account: AccountId,
        page: &PageRequest<FollowKey>,
    ) -> impl Future<Output = Result<Page<Follow, FollowKey>>> + Send;

    /// That `account` follows `other`, if they do.
    fn get(
        &mut self,
        account: AccountId,
        other: AccountId,
    ) -> impl Future<Output = Result<Option<Follow>>> + Send;
}

/// Writes follows.
pub trait WriteFollows: ReadFollows {
    /// `account` follows `other` from now on; `false` when they did already.
    fn insert(
        &mut self,
        account: AccountId,
        other: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// `account` follows `other` no more; `false` when they did not.
    fn delete(
        &mut self,
        account: AccountId,
        other: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;
}

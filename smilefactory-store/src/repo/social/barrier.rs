//! Blocks and mutes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::id::AccountId;
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::social::{Block, Mute};

use crate::error::Result;

/// Where somebody stands in a list of blocks or mutes: the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BarrierKey {
    /// Since when.
    pub at: DateTime<Utc>,
    /// Whom.
    pub account: AccountId,
}

/// Reads blocks, for whoever set them.
pub trait ReadBlocks {
    /// Whom `account` blocked.
    fn list(
        &mut self,
        account: AccountId,
        page: &PageRequest<BarrierKey>,
    ) -> impl Future<Output = Result<Page<Block, BarrierKey>>> + Send;
}

/// Writes blocks. What stands between the two for every list is there from the same statement on, in both directions;
/// who writes holds the [lock of the pair](super::WriteRelations::lock_pair).
pub trait WriteBlocks: ReadBlocks {
    /// `account` blocks `other`; `false` when they did already.
    fn insert(
        &mut self,
        account: AccountId,
        other: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// `account` blocks `other` no more; `false` when they did not.
    fn delete(
        &mut self,
        account: AccountId,
        other: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;
}

/// Reads mutes, for whoever set them.
pub trait ReadMutes {
    /// Whom `account` muted.
    fn list(
        &mut self,
        account: AccountId,
        page: &PageRequest<BarrierKey>,
    ) -> impl Future<Output = Result<Page<Mute, BarrierKey>>> + Send;
}

/// Writes mutes, as [`WriteBlocks`] writes blocks; they stand between the two in one direction.
pub trait WriteMutes: ReadMutes {
    /// `account` mutes `other`; `false` when they did already.
    fn insert(
        &mut self,
        account: AccountId,
        other: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// `account` mutes `other` no more; `false` when they did not.
    fn delete(
        &mut self,
        account: AccountId,
        other: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;
}

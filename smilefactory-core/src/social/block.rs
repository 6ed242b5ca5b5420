//! Blocks: two people are not there for each other, because one of them wants it so.

use chrono::{DateTime, Utc};

use super::{BlockLifted, BlockSet};
use crate::answer::answer;
use crate::id::AccountId;

answer! {
    /// Somebody whom one blocked.
    pub struct Block: Copy, Eq {
        /// Whom.
        account: AccountId,
        /// Since when.
        since: DateTime<Utc>,
    }
}

impl Block {
    /// `account` blocks `other`; nobody blocks themselves.
    pub fn set(account: AccountId, other: AccountId) -> Option<BlockSet> {
        (account != other).then_some(BlockSet { account, other })
    }

    /// `account` blocks `other` no more.
    pub const fn lift(account: AccountId, other: AccountId) -> BlockLifted {
        BlockLifted { account, other }
    }
}

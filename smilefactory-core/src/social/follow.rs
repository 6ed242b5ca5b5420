//! Follows: somebody wants to know what somebody else does, and asks nobody.

use chrono::{DateTime, Utc};

use super::{FollowBegun, FollowEnded};
use crate::answer::answer;
use crate::id::AccountId;

answer! {
    /// That somebody follows somebody.
    pub struct Follow: Copy, Eq {
        /// Who follows, or is followed: the other one of whoever the list is of.
        account: AccountId,
        /// Since when.
        since: DateTime<Utc>,
    }
}

impl Follow {
    /// `account` begins to follow `other`; nobody follows themselves.
    pub fn begin(account: AccountId, other: AccountId) -> Option<FollowBegun> {
        (account != other).then_some(FollowBegun { account, other })
    }

    /// `account` follows `other` no more.
    pub const fn end(account: AccountId, other: AccountId) -> FollowEnded {
        FollowEnded { account, other }
    }
}

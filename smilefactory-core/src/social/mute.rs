//! Mutes: one does not want to be shown what somebody does, and the other does not learn of it.

use chrono::{DateTime, Utc};

use super::{MuteLifted, MuteSet};
use crate::answer::answer;
use crate::id::AccountId;

answer! {
    /// Somebody whom one muted.
    pub struct Mute: Copy, Eq {
        /// Whom.
        account: AccountId,
        /// Since when.
        since: DateTime<Utc>,
    }
}

impl Mute {
    /// `account` mutes `other`; nobody mutes themselves.
    pub fn set(account: AccountId, other: AccountId) -> Option<MuteSet> {
        (account != other).then_some(MuteSet { account, other })
    }

    /// `account` mutes `other` no more.
    pub const fn lift(account: AccountId, other: AccountId) -> MuteLifted {
        MuteLifted { account, other }
    }
}

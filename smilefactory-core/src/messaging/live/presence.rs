//! Who is there.

use chrono::{DateTime, TimeDelta, Utc};

use crate::answer::answer;
use crate::id::AccountId;
use crate::record::record;

/// How long somebody writes after they last said so.
pub const TYPING_LASTS: TimeDelta = TimeDelta::seconds(6);

answer! {
    /// Somebody who is there at the moment.
    pub struct Present: Copy, Eq {
        /// Who.
        account: AccountId,
        /// Since when.
        since: DateTime<Utc>,
    }
}

record! {
    /// What somebody wants others to know of them being there.
    pub struct PresencePreferences / PresencePreferencesInput / PresencePreferencesPatch {
        /// Whether those they know see that they are there. Who is not seen does not see others.
        shown: bool = true,
    }
}

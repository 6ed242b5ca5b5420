//! Strikes: marks against somebody who broke the rules.

use chrono::{DateTime, TimeDelta, Utc};

use super::{StrikeEnded, StrikeIssued};
use crate::answer::answer;
use crate::choice::choices;
use crate::id::{AccountId, ModerationCaseId, StrikeId};

choices! {
    /// Why a strike counts no longer.
    StrikeEnd {
        /// Its time was over.
        Expired = "expired",
        /// The decision it came from was overturned.
        Revoked = "revoked",
    }
}

answer! {
    /// A mark against somebody. Three that count at the same time suspend their owner until fewer do.
    pub struct Strike {
        /// Its id.
        id: StrikeId,
        /// Whose it is.
        account: AccountId,
        /// The case it comes from.
        case: ModerationCaseId,
        /// Since when it counts.
        issued_at: DateTime<Utc>,
        /// Until when.
        expires_at: DateTime<Utc>,
        /// When it ended.
        ended_at: Option<DateTime<Utc>>,
        /// Why it ended.
        end: Option<StrikeEnd>,
    }
}

impl Strike {
    /// How long a strike counts.
    pub const LIFETIME: TimeDelta = TimeDelta::days(90);
    /// How many that count suspend their owner.
    pub const TO_SUSPEND: i64 = 3;

    /// Somebody gets a strike.
    pub fn issue(
        id: StrikeId,
        account: AccountId,
        case: ModerationCaseId,
        now: DateTime<Utc>,
    ) -> (Self, StrikeIssued) {
        let strike = Self {
            id,
            account,
            case,
            issued_at: now,
            expires_at: now + Self::LIFETIME,
            ended_at: None,
            end: None,
        };
        (strike, StrikeIssued { strike: id, account, case })
    }

    /// Whether it counts.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }

    /// It counts no longer; nothing happens when it ended before.
    #[must_use]
    pub fn end(self, end: StrikeEnd, now: DateTime<Utc>) -> (Self, Option<StrikeEnded>) {
        if self.ended_at.is_some() {
            return (self, None);
        }
        let fact = StrikeEnded { strike: self.id, account: self.account, end };
        (Self { ended_at: Some(now), end: Some(end), ..self }, Some(fact))
    }
}

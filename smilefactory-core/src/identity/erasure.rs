//! Erasing a person: asked for, thought over, carried out.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use smilefactory_core::id::{AccountId, Id};
//! use smilefactory_core::identity::Erasure;
//!
//! let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
//! let (erasure, _) = Erasure::ask(AccountId::at(now, [1; 10]), now);
//! assert!(erasure.withdraw(now + TimeDelta::days(7)).is_ok());
//! assert!(erasure.withdraw(now + TimeDelta::days(8)).is_err());
//! assert!(!erasure.is_due(now + TimeDelta::days(29)) && erasure.is_due(now + TimeDelta::days(30)));
//! ```

use chrono::{DateTime, TimeDelta, Utc};

use super::{ErasureAsked, ErasureWithdrawn};
use crate::answer::answer;
use crate::error::InvalidTransition;
use crate::id::AccountId;

answer! {
    /// That somebody asked to be erased.
    pub struct Erasure: Copy, Eq {
        /// Who.
        account: AccountId,
        /// When they asked.
        asked_at: DateTime<Utc>,
        /// Until when they may change their mind.
        revocable_until: DateTime<Utc>,
        /// From when on nothing of them is kept but what the law requires.
        due_at: DateTime<Utc>,
    }
}

impl Erasure {
    /// How long somebody may change their mind.
    pub const REVOCABLE: TimeDelta = TimeDelta::days(7);
    /// How long after they asked they are erased.
    pub const AFTER: TimeDelta = TimeDelta::days(30);

    /// Somebody asks to be erased.
    pub fn ask(account: AccountId, now: DateTime<Utc>) -> (Self, ErasureAsked) {
        let erasure = Self {
            account,
            asked_at: now,
            revocable_until: now + Self::REVOCABLE,
            due_at: now + Self::AFTER,
        };
        (erasure, ErasureAsked { account, due_at: erasure.due_at })
    }

    /// They changed their mind in time.
    pub fn withdraw(&self, now: DateTime<Utc>) -> Result<ErasureWithdrawn, InvalidTransition> {
        if now > self.revocable_until {
            return Err(InvalidTransition::new("erasure", "final", "withdraw"));
        }
        Ok(ErasureWithdrawn { account: self.account })
    }

    /// Whether it is to be carried out by now.
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.due_at <= now
    }
}

//! How much is done with a post.

use chrono::{DateTime, Utc};

use crate::choice::choices;
use crate::decay::{decay_key, log_add, log_subtract};

/// After so many days what was done is worth half.
const HALF_LIFE_DAYS: f64 = 1.0;

choices! {
    /// What people do with a post that makes it hotter. The one list of it: what is added here needs a word in the
    /// database, and a trigger that tells it.
    Deed {
        /// They react to it, in whichever way.
        Reaction = "reaction",
        /// They comment on it; each comment counts.
        Comment = "comment",
        /// They share it.
        Share = "share",
        /// They save it.
        Save = "save",
        /// They view it; a person counts once, on the day they last did.
        View = "view",
    }
}

impl Deed {
    /// What it is worth.
    pub const fn worth(self) -> f64 {
        match self {
            Self::Reaction => 1.0,
            Self::Comment | Self::Save => 2.0,
            Self::Share => 3.0,
            Self::View => 0.1,
        }
    }
}

/// How much is done with a post: that it was published, and what people did with it, half of which is forgotten after
/// a day.
///
/// They are logarithms of sums as of one fixed instant, and so is what was taken back: at the time at which it was
/// given, so that nothing is left of it. Posts in this order need no refresh.
///
/// ```
/// use chrono::{TimeDelta, TimeZone, Utc};
/// use smilefactory_core::feed::{Deed, Heat};
///
/// let now = Utc.with_ymd_and_hms(2026, 3, 1, 9, 30, 0).unwrap();
/// let yesterday = Heat::published(now - TimeDelta::days(1));
/// let new = Heat::published(now);
/// assert!(new.key() > yesterday.key());
/// assert!(yesterday.give(Deed::Reaction, now).key() > new.key());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heat {
    /// That it was published.
    pub base: f64,
    /// What people did with it; `-∞` for nothing.
    pub given: f64,
    /// What of that they took back.
    pub taken: f64,
}

impl Heat {
    /// That of a post that was published then.
    pub fn published(at: DateTime<Utc>) -> Self {
        Self { base: decay_key(1.0, at, HALF_LIFE_DAYS), given: f64::NEG_INFINITY, taken: f64::NEG_INFINITY }
    }

    /// The same after somebody did something with it.
    #[must_use]
    pub fn give(self, deed: Deed, at: DateTime<Utc>) -> Self {
        Self { given: log_add(self.given, decay_key(deed.worth(), at, HALF_LIFE_DAYS)), ..self }
    }

    /// The same after somebody took back what they had done then.
    #[must_use]
    pub fn take(self, deed: Deed, at: DateTime<Utc>) -> Self {
        Self { taken: log_add(self.taken, decay_key(deed.worth(), at, HALF_LIFE_DAYS)), ..self }
    }

    /// What posts are put in order by, for good: it does not change as time passes.
    pub fn key(self) -> f64 {
        log_add(self.base, log_subtract(self.given, self.taken))
    }
}

//! How much a report weighs, and what that makes of a case.

use crate::choice::choices;

choices! {
    /// What is wrong with something that is reported.
    ReportReason {
        /// Advertising, or the same again and again.
        Spam = "spam",
        /// Somebody is hounded or insulted.
        Harassment = "harassment",
        /// People are run down for what they are.
        Hate = "hate",
        /// Violence is threatened or praised.
        Violence = "violence",
        /// Sexual content.
        Sexual = "sexual",
        /// It is not true, and does harm.
        Misinformation = "misinformation",
        /// It breaks the law.
        Illegal = "illegal",
        /// Somebody pretends to be somebody else.
        Impersonation = "impersonation",
        /// It does not belong here.
        OffTopic = "off_topic",
        /// Something else; the note says what.
        Other = "other",
    }

    /// How soon moderators should look at a case; it follows from the case's weight.
    Priority {
        /// A weight of 100 or more.
        Urgent = "urgent",
        /// A weight of 40 to 99.
        High = "high",
        /// A weight of 10 to 39.
        Normal = "normal",
        /// Less.
        Low = "low",
    }
}

impl ReportReason {
    /// What a report for this reason weighs before it is looked at who reports, 10 to 100.
    pub const fn base(self) -> u16 {
        match self {
            Self::Illegal => 100,
            Self::Violence => 80,
            Self::Hate | Self::Sexual => 60,
            Self::Harassment => 50,
            Self::Impersonation => 40,
            Self::Misinformation => 30,
            Self::Spam => 20,
            Self::OffTopic | Self::Other => 10,
        }
    }
}

impl Priority {
    /// That of a case of this weight.
    pub const fn of(weight: u16) -> Self {
        match weight {
            100.. => Self::Urgent,
            40..=99 => Self::High,
            10..=39 => Self::Normal,
            0..=9 => Self::Low,
        }
    }

    /// Its place in the queue: 0 comes first.
    pub const fn band(self) -> i16 {
        match self {
            Self::Urgent => 0,
            Self::High => 1,
            Self::Normal => 2,
            Self::Low => 3,
        }
    }
}

/// How often somebody's reports turned out right.
///
/// Whoever reports for the first time is believed by half; from there, each decided report pulls towards what it
/// turned out to be: `(upheld + 1) / (decided + 2)`.
///
/// ```
/// use smilefactory_core::content::moderation::{Reliability, ReportReason};
///
/// assert_eq!(Reliability::default().weigh(ReportReason::Spam), 10);
/// assert_eq!(Reliability { upheld: 8, decided: 8 }.weigh(ReportReason::Spam), 18);
/// assert_eq!(Reliability { upheld: 0, decided: 8 }.weigh(ReportReason::Spam), 2);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reliability {
    /// How many of their reports were upheld.
    pub upheld: u32,
    /// How many were decided at all.
    pub decided: u32,
}

impl Reliability {
    /// What a report of theirs for this reason weighs, rounded down.
    pub fn weigh(self, reason: ReportReason) -> u16 {
        let decided = u64::from(self.decided).saturating_add(2);
        let upheld = u64::from(self.upheld.min(self.decided)).saturating_add(1);
        let weight = u64::from(reason.base()).saturating_mul(upheld).checked_div(decided).unwrap_or(0);
        u16::try_from(weight).unwrap_or(reason.base())
    }
}

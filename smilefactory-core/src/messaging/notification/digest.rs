//! When mails are sent, and what they cover.

use chrono::{DateTime, TimeDelta, Utc};

use crate::choice::choices;

choices! {
    /// How often what happened is sent by mail.
    MailDigest {
        /// At once.
        Now = "now",
        /// Every full hour.
        Hourly = "hourly",
        /// Every day at 6:00 in UTC.
        Daily = "daily",
        /// On Mondays at 6:00 in UTC.
        Weekly = "weekly",
        /// Not at all.
        Never = "never",
    }
}

impl MailDigest {
    /// Those that gather what happened over a time.
    pub const GATHERING: [Self; 3] = [Self::Hourly, Self::Daily, Self::Weekly];

    /// How much time one covers; `None` when it gathers nothing.
    pub const fn period(self) -> Option<TimeDelta> {
        match self {
            Self::Hourly => Some(TimeDelta::hours(1)),
            Self::Daily => Some(TimeDelta::days(1)),
            Self::Weekly => Some(TimeDelta::days(7)),
            Self::Now | Self::Never => None,
        }
    }

    /// Some time at which one is due.
    const fn anchor(self) -> TimeDelta {
        match self {
            // The first Monday of 1970.
            Self::Weekly => TimeDelta::hours(4 * 24 + 6),
            Self::Daily => TimeDelta::hours(6),
            Self::Now | Self::Hourly | Self::Never => TimeDelta::zero(),
        }
    }

    /// When the mail is due that tells what happened at `at`: strictly later for one that gathers. `None` for
    /// [`Never`](Self::Never).
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use smilefactory_core::messaging::notification::MailDigest;
    /// // A Sunday.
    /// let at: DateTime<Utc> = "2026-03-01T09:30:00Z".parse().unwrap();
    /// let due = |digest: MailDigest| digest.due_after(at).map(|due| due.to_rfc3339());
    /// assert_eq!(due(MailDigest::Hourly).unwrap(), "2026-03-01T10:00:00+00:00");
    /// assert_eq!(due(MailDigest::Daily).unwrap(), "2026-03-02T06:00:00+00:00");
    /// assert_eq!(due(MailDigest::Weekly).unwrap(), "2026-03-02T06:00:00+00:00");
    /// assert_eq!(due(MailDigest::Never), None);
    /// ```
    pub fn due_after(self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let Some(period) = self.period() else { return (self == Self::Now).then_some(at) };
        let (period, anchor) = (period.num_seconds(), self.anchor().num_seconds());
        let before = (at.timestamp() - anchor).rem_euclid(period);
        DateTime::from_timestamp(at.timestamp() - before + period, 0)
    }

    /// What the mail that is due at `due` covers: from the first time to before the second.
    pub fn covers(self, due: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.period().map(|period| (due - period, due))
    }
}

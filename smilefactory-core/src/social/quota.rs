//! How many people somebody may ask to connect.

use chrono::{DateTime, TimeDelta, Utc};

use super::ConnectionRefused;

/// How many people somebody may ask to connect: by how complete their profile is, and as their community set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestQuota {
    /// Within [`MONTH`](Self::MONTH).
    pub a_month: u16,
    /// Of one kind, within [`WEEK`](Self::WEEK), as long as they have not answered.
    pub unanswered_of_a_kind: u16,
}

/// What somebody asked lately, and of whom, as far as it decides whether they may ask once more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestHistory {
    /// How many people they asked within a month.
    pub this_month: u32,
    /// How many people of the same kind they asked within a week who have not answered.
    pub unanswered_of_the_kind: u32,
    /// When the same person last declined.
    pub declined_at: Option<DateTime<Utc>>,
}

impl RequestQuota {
    /// The time in which requests of a month are counted.
    pub const MONTH: TimeDelta = TimeDelta::days(30);
    /// The time in which unanswered requests are counted.
    pub const WEEK: TimeDelta = TimeDelta::days(7);
    /// How long somebody who declined is not asked again.
    pub const COOL_DOWN: TimeDelta = TimeDelta::days(30);

    /// Refuses one request more than may be.
    ///
    /// ```
    /// use chrono::{DateTime, TimeDelta};
    /// use smilefactory_core::social::{ConnectionRefused, RequestHistory, RequestQuota};
    ///
    /// let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    /// let quota = RequestQuota { a_month: 50, unanswered_of_a_kind: 10 };
    /// assert!(quota.allow(RequestHistory { this_month: 49, ..RequestHistory::default() }, now).is_ok());
    /// let refused = quota.allow(RequestHistory { this_month: 50, ..RequestHistory::default() }, now).unwrap_err();
    /// assert!(matches!(refused, ConnectionRefused::TooManyThisMonth { quota: 50 }));
    /// ```
    pub fn allow(self, history: RequestHistory, now: DateTime<Utc>) -> Result<(), ConnectionRefused> {
        if let Some(until) = history.declined_at.map(|at| at + Self::COOL_DOWN).filter(|until| *until > now) {
            return Err(ConnectionRefused::CoolingDown { until });
        }
        if history.this_month >= u32::from(self.a_month) {
            return Err(ConnectionRefused::TooManyThisMonth { quota: self.a_month });
        }
        if history.unanswered_of_the_kind >= u32::from(self.unanswered_of_a_kind) {
            return Err(ConnectionRefused::TooManyUnanswered { quota: self.unanswered_of_a_kind });
        }
        Ok(())
    }
}

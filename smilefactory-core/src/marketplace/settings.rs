//! What a community sets for its marketplace.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::validation::{Report, Violation};

/// What a community sets for its marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct MarketplaceSettings {
    /// For how many days a listing is published that does not say it.
    pub usual_days: u16,
    /// For how many days a listing may be published at most.
    pub most_days: u16,
    /// For how many days something is kept for whom it was agreed with.
    pub kept_days: u16,
    /// How many listings somebody may ask about within a day.
    pub inquiries_a_day: u16,
}

#[cfg(feature = "openapi")]
crate::schema::by_utoipa!(MarketplaceSettings);

impl Default for MarketplaceSettings {
    fn default() -> Self {
        Self { usual_days: 30, most_days: 90, kept_days: 7, inquiries_a_day: 20 }
    }
}

impl MarketplaceSettings {
    /// For how long a listing is published that asks for so many days.
    ///
    /// ```
    /// use smilefactory_core::marketplace::MarketplaceSettings;
    ///
    /// let settings = MarketplaceSettings::default();
    /// assert_eq!(settings.published_for(None).num_days(), 30);
    /// assert_eq!(settings.published_for(Some(365)).num_days(), 90);
    /// ```
    pub fn published_for(&self, days: Option<u32>) -> TimeDelta {
        let most = u32::from(self.most_days);
        TimeDelta::days(i64::from(days.unwrap_or_else(|| u32::from(self.usual_days)).min(most)))
    }

    /// How long something is kept for whom it was agreed with.
    pub fn kept_for(&self) -> TimeDelta {
        TimeDelta::days(i64::from(self.kept_days))
    }

    /// What the types alone do not say.
    pub(crate) fn check(self, report: &mut Report) {
        for (name, days, most) in [
            ("usual_days", self.usual_days, self.most_days.min(365)),
            ("most_days", self.most_days, 365),
            ("kept_days", self.kept_days, 60),
        ] {
            if !(1..=most).contains(&days) {
                report.field(name, |report| report.add(Violation::out_of_range(1, most)));
            }
        }
    }
}

//! What counts how much for the order of a feed.

use serde::{Deserialize, Serialize};

use crate::validation::{Report, Violation, code};

/// The slowest that news get old, in hours.
const MAX_HALF_LIFE: u16 = 720;

/// What counts how much for the order of the feed, each as a percentage; together they are 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct FeedWeights {
    /// How well a post fits what its reader is interested in, and what they are.
    pub relevance: u8,
    /// How new it is.
    pub recency: u8,
    /// What people do with it.
    pub engagement: u8,
    /// What its author is to its reader.
    pub connection: u8,
    /// After so many hours a post is half as new: 1 to 720.
    pub half_life_hours: u16,
}

#[cfg(feature = "openapi")]
crate::schema::by_utoipa!(FeedWeights);

impl Default for FeedWeights {
    fn default() -> Self {
        Self { relevance: 40, recency: 25, engagement: 20, connection: 15, half_life_hours: 48 }
    }
}

impl FeedWeights {
    /// What the types alone do not say.
    pub(crate) fn check(self, report: &mut Report) {
        let weights = [
            ("relevance", self.relevance),
            ("recency", self.recency),
            ("engagement", self.engagement),
            ("connection", self.connection),
        ];
        for (name, percent) in weights {
            if percent > 100 {
                report.field(name, |report| report.add(Violation::out_of_range(0, 100)));
            }
        }
        let sum: u16 = weights.iter().map(|(_, percent)| u16::from(*percent)).sum();
        if sum != 100 {
            report.add(
                Violation::new(code::OUT_OF_RANGE, "the four weights must be 100 together").with("sum", sum),
            );
        }
        if !(1..=MAX_HALF_LIFE).contains(&self.half_life_hours) {
            report.field("half_life_hours", |report| report.add(Violation::out_of_range(1, MAX_HALF_LIFE)));
        }
    }
}

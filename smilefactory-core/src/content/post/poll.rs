//! What a post of kind `poll` asks.

use chrono::{DateTime, Utc};

use crate::collection::Set;
use crate::record::record;
use crate::text::Line;
use crate::validation::{Report, Violation};

record! {
    /// A choice to vote on; the title of the post is the question.
    pub struct Poll / PollInput / PollPatch {
        /// What there is to choose from: 2 to 10 answers. They stay once the poll is published.
        options: Set<Line<1, 120>, 10>,
        /// Whether one may choose several.
        several: bool,
        /// Until when; without it, until the post is archived.
        closes_at: Option<DateTime<Utc>>,
    }
    check(options) |report| Poll::check_options(options, report);
}

impl Poll {
    fn check_options(options: &Set<Line<1, 120>, 10>, report: &mut Report) {
        if options.len() < 2 {
            report.field("options", |report| {
                report.add(Violation::too_few(2, options.len()));
            });
        }
    }

    /// Whether votes are taken at this time.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.closes_at.is_none_or(|closes_at| now < closes_at)
    }
}

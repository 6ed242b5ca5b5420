//! What a post of kind `event_post` invites to.

use chrono::{DateTime, Utc};

use crate::record::record;
use crate::text::{Line, Link};
use crate::validation::{Report, Violation};

record! {
    /// An invitation: when and where it takes place.
    pub struct Invitation / InvitationInput / InvitationPatch {
        /// When it begins.
        starts_at: DateTime<Utc>,
        /// When it ends.
        ends_at: Option<DateTime<Utc>>,
        /// Where it takes place; none when it is online only.
        place: Option<Line<1, 200>>,
        /// Where it is joined online; none when it is in person only.
        join_at: Option<Link>,
    }
    check(starts_at, ends_at) |report| Invitation::check_order(*starts_at, *ends_at, report);
    check(place, join_at) |report| Invitation::check_whereabouts(place.as_ref(), join_at.as_ref(), report);
}

impl Invitation {
    fn check_order(starts_at: DateTime<Utc>, ends_at: Option<DateTime<Utc>>, report: &mut Report) {
        if ends_at.is_some_and(|ends_at| ends_at <= starts_at) {
            report.field("ends_at", |report| report.add(Violation::range_order()));
        }
    }

    fn check_whereabouts(place: Option<&Line<1, 200>>, join_at: Option<&Link>, report: &mut Report) {
        if place.is_none() && join_at.is_none() {
            report.field("place", |report| report.add(Violation::required()));
        }
    }
}

//! Mentors: people with experience to pass on.

use super::Labels;
use crate::choice::choices;
use crate::collection::{Set, Whole};
use crate::record::record;
use crate::text::{LanguageTag, Prose};
use crate::validation::{Report, Violation};

choices! {
    /// How a mentor meets people.
    MentoringFormat {
        /// In one place.
        InPerson = "in_person",
        /// Over the distance.
        Remote = "remote",
        /// Either.
        Both = "both",
    }
}

record! {
    /// What a mentor tells beyond the shared parts.
    pub struct Mentor / MentorInput / MentorPatch {
        /// What they know well enough to teach.
        expertise: Labels,
        /// The industries they know.
        industries: Labels,
        /// For how many years they have worked in their field.
        years_of_experience: Option<Whole<0, 80>>,
        /// How they go about it.
        approach: Option<Prose<1, 2_000>>,
        /// How many hours a month they give.
        hours_a_month: Option<Whole<0, 744>>,
        /// The languages they mentor in; none means all they speak.
        languages: Set<LanguageTag, 20>,
        /// How they meet people.
        format: Option<MentoringFormat>,
        /// How many people they mentor at one time, at most.
        capacity: Option<Whole<0, 1_000>>,
        /// How many more they take now; not above their capacity.
        open_slots: Option<Whole<0, 1_000>>,
    }
    check(capacity, open_slots) |report| Mentor::check_slots(*capacity, *open_slots, report);
}

/// How many people, at most a thousand.
type Places = Option<Whole<0, 1_000>>;

impl Mentor {
    fn check_slots(capacity: Places, open_slots: Places, report: &mut Report) {
        match (capacity, open_slots) {
            (None, Some(_)) => report.field("capacity", |report| report.add(Violation::required())),
            (Some(capacity), Some(open)) if open > capacity => {
                report.field("open_slots", |report| report.add(Violation::out_of_range(0, capacity.get())));
            }
            _ => {}
        }
    }
}

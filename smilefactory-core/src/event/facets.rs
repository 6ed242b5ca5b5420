//! How many events there are of what, and whether one can still register.

use crate::answer::answer;
use crate::choice::choices;

choices! {
    /// Whether one can register for an event.
    EventDoor {
        /// Whoever registers gets a seat, or is let in by its organisers.
        Open = "open",
        /// All general seats are taken: whoever registers waits for one.
        Full = "full",
        /// Nobody registers any more: it is too late, or the event is cancelled or over.
        Closed = "closed",
    }
}

answer! {
    /// How many events there are of something.
    pub struct EventCount: Eq {
        /// The word for it, as the list of events takes it for a filter.
        value: String,
        /// How many there are.
        events: u32,
    }
}

answer! {
    /// How many events there are of what, of those that one viewer is shown: the most frequent first, at most 50 of
    /// each.
    pub struct EventFacets: Eq, Default {
        /// How many were counted.
        counted: u32,
        /// Whether there are more, which were not counted.
        more: bool,
        /// By what people come together for.
        categories: Vec<EventCount>,
        /// By where they come together.
        formats: Vec<EventCount>,
        /// By town, in lower case.
        cities: Vec<EventCount>,
        /// By country.
        countries: Vec<EventCount>,
        /// By whether one can register.
        doors: Vec<EventCount>,
        /// How many cost nothing.
        free: u32,
    }
}

impl EventFacets {
    /// At most so many events are counted: those that a list would have first.
    pub const EVENTS: u16 = 10_000;
    /// At most so many values are told of each sort.
    pub const VALUES: u8 = 50;
}

//! Listings as they are shown.

use chrono::{DateTime, Utc};

use super::{Availability, Listing};
use crate::answer::answer;
use crate::choice::choices;

choices! {
    /// In which order listings are listed.
    ListingSort {
        /// The last published first.
        Newest = "newest",
        /// The cheapest first; without those that name no price, and of one currency.
        Cheapest = "cheapest",
        /// The dearest first; without those that name no price, and of one currency.
        Dearest = "dearest",
        /// Those whose time is over soonest first.
        EndingSoon = "ending_soon",
        /// What most people saved first. A moment behind.
        MostSaved = "most_saved",
    }
}

answer! {
    /// What people did with a listing.
    pub struct ListingStats: Copy, Eq, Default {
        /// How often it was viewed; a person counts once a day.
        views: u32,
        /// How many people have it saved.
        saves: u32,
        /// How many people asked about it.
        inquiries: u32,
        /// When the caller saved it, if they did.
        saved_at: Option<DateTime<Utc>>,
    }
}

answer! {
    /// A listing as it is shown to somebody.
    pub struct ListingView {
        /// Its description as HTML that is safe to show.
        html: String,
        /// Whether one can have it; nothing, when it is not shown to everybody.
        availability: Option<Availability>,
        /// What people did with it, and the caller.
        stats: ListingStats,
        ..
        /// The listing.
        listing: Listing,
    }
}

answer! {
    /// A listing in a list.
    pub struct ListedListing {
        /// Whether one can have it; nothing, when it is not shown to everybody.
        availability: Option<Availability>,
        /// What people did with it, and the caller.
        stats: ListingStats,
        ..
        /// The listing.
        listing: Listing,
    }
}

answer! {
    /// A listing that somebody saved.
    pub struct SavedListing {
        /// When they did.
        saved_at: DateTime<Utc>,
        /// Whether one can have it; nothing, when it is not shown to everybody any more.
        availability: Option<Availability>,
        /// What people did with it, and the caller.
        stats: ListingStats,
        /// The listing.
        listing: Listing,
    }
}

answer! {
    /// How many listings there are of something.
    pub struct ListingCount: Eq {
        /// The word or id of it.
        value: String,
        /// How many there are.
        listings: u32,
    }
}

answer! {
    /// How many listings there are of what.
    pub struct ListingFacets: Eq, Default {
        /// How many were counted.
        counted: u32,
        /// Whether there are more, which were not counted.
        more: bool,
        /// By what kind of thing they are.
        kinds: Vec<ListingCount>,
        /// By the category they stand in, not counting those under it.
        categories: Vec<ListingCount>,
        /// By country.
        countries: Vec<ListingCount>,
        /// By town, in lower case.
        cities: Vec<ListingCount>,
        /// By whether one can have them.
        availability: Vec<ListingCount>,
    }
}

impl ListingFacets {
    /// At most so many listings are counted: the last published.
    pub const LISTINGS: u16 = 10_000;
    /// At most so many values are told of each sort, the most frequent first.
    pub const VALUES: u8 = 50;
}

//! How many groups there are of what.

use crate::answer::answer;

answer! {
    /// How many groups there are of something.
    pub struct GroupCount: Eq {
        /// The word or id of it, as the list of groups takes it for a filter.
        value: String,
        /// How many there are.
        groups: u32,
    }
}

answer! {
    /// How many groups there are of what, of those that are there for one viewer: the most frequent first, at most 50
    /// of each.
    pub struct GroupFacets: Eq, Default {
        /// How many were counted: the newest, at most 10,000.
        counted: u32,
        /// Whether there are more, which were not counted.
        more: bool,
        /// By category.
        categories: Vec<GroupCount>,
        /// By who sees them.
        visibilities: Vec<GroupCount>,
        /// By how they are joined.
        join_policies: Vec<GroupCount>,
        /// By country.
        countries: Vec<GroupCount>,
    }
}

impl GroupFacets {
    /// At most so many groups are counted: the newest.
    pub const GROUPS: u16 = 10_000;
    /// At most so many values are told of each sort.
    pub const VALUES: u8 = 50;
}

//! How many profiles there are of what.

use crate::answer::answer;

answer! {
    /// A value, and how many profiles have it.
    pub struct FacetCount: Eq {
        /// The word, as the list of profiles takes it for a filter.
        value: String,
        /// How many profiles have it.
        profiles: u32,
    }
}

answer! {
    /// How many profiles there are of what, of those that one viewer sees and by what they see of them: the most frequent
    /// first, at most 50 of each.
    pub struct ProfileFacets: Eq {
        /// How many profiles were counted: those who signed up last, at most 10,000.
        counted: u32,
        /// Whether there are more than were counted.
        more: bool,
        /// The kinds.
        kinds: Vec<FacetCount>,
        /// The countries.
        countries: Vec<FacetCount>,
        /// The skills.
        skills: Vec<FacetCount>,
        /// The interests.
        interests: Vec<FacetCount>,
    }
}

impl ProfileFacets {
    /// At most how many profiles are counted.
    pub const PROFILES: u16 = 10_000;
    /// At most how many values of each are told.
    pub const VALUES: u8 = 50;
}

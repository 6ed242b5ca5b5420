//! How many profiles there are of what.

use crate::answer::answer;
use crate::choice::choices;

choices! {
    /// In which order profiles are listed.
    ProfileSort {
        /// Who signed up last first.
        Joined = "joined",
        /// By last name, then first name, whatever their capitals.
        Name = "name",
        /// Who last did something first, by the day: published, commented or reacted. Who never did comes by the day on
        /// which they began their profile. A moment behind.
        Activity = "activity",
        /// Who is connected with most people first, as far as everybody may know it. Who hides whom they know comes
        /// with those who know nobody, and who hides that they are known is not counted. A moment behind.
        Connections = "connections",
        /// Whom the caller should meet, the best first: of those who signed up last and those whose texts are
        /// nearest, a few hundred, as matches are found.
        Match = "match",
    }
}

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
        /// The towns, spelled as people do.
        cities: Vec<FacetCount>,
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

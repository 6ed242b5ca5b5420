//! Community members: people who take part.

use crate::choice::choices;
use crate::collection::Set;
use crate::record::record;
use crate::text::Line;

choices! {
    /// How much a community member takes part; more is greater.
    Participation {
        /// Reads.
        Observer = "observer",
        /// Does something now and then.
        Occasional = "occasional",
        /// Does something every week.
        Regular = "regular",
        /// Keeps the community going.
        Core = "core",
    }
}

impl Participation {
    /// The level of somebody who posted, commented, reacted and connected this often in the last 30 days.
    ///
    /// ```
    /// use smilefactory_core::profile::Participation;
    /// assert_eq!(Participation::of(0), Participation::Observer);
    /// assert_eq!(Participation::of(5), Participation::Regular);
    /// ```
    pub const fn of(actions: u32) -> Self {
        match actions {
            0 => Self::Observer,
            1..=4 => Self::Occasional,
            5..=19 => Self::Regular,
            _ => Self::Core,
        }
    }
}

record! {
    /// What a community member tells beyond the shared parts; interests and skills are among those, and how
    /// much they take part is [computed](Participation).
    pub struct CommunityMember / CommunityMemberInput / CommunityMemberPatch {
        /// What they want to reach.
        goals: Set<Line<1, 200>, 20>,
    }
}

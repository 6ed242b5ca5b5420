//! Government officials: people who make or carry out policy.

use super::Labels;
use crate::collection::Set;
use crate::record::record;
use crate::text::Line;

record! {
    /// What a government official tells beyond the shared parts.
    pub struct GovernmentOfficial / GovernmentOfficialInput / GovernmentOfficialPatch {
        /// The department or agency.
        department: Option<Line<1, 160>>,
        /// Their role in it.
        role: Option<Line<1, 120>>,
        /// Where it has a say: a country, a province, a city.
        jurisdiction: Option<Line<1, 120>>,
        /// What their policies are about.
        policy_areas: Labels,
        /// The programmes they run.
        programmes: Set<Line<1, 200>, 30>,
        /// What they are charged with.
        mandates: Set<Line<1, 300>, 30>,
    }
}

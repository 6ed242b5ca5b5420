//! Innovators: people with an idea who make something of it.

use super::{InnovationStage, Label, Labels};
use crate::collection::{Set, Whole};
use crate::money::Money;
use crate::record::record;
use crate::text::{Line, Prose};

record! {
    /// What an innovator tells beyond the shared parts.
    pub struct Innovator / InnovatorInput / InnovatorPatch {
        /// The industries the innovation is for.
        industries: Labels,
        /// How far it is.
        stage: Option<InnovationStage>,
        /// The name of the start-up.
        startup_name: Option<Line<1, 120>>,
        /// What the start-up does.
        startup_description: Option<Prose<1, 2_000>>,
        /// How much money is looked for.
        funding_sought: Option<Money>,
        /// How much money was raised so far.
        funding_raised: Option<Money>,
        /// How many people work on it.
        team_size: Option<Whole<1, 100_000>>,
        /// Which roles are to be filled.
        open_roles: Set<Line<1, 80>, 20>,
        /// How it earns money.
        business_model: Option<Prose<1, 2_000>>,
        /// Who is to buy it.
        target_market: Option<Prose<1, 2_000>>,
        /// What it does better than others.
        competitive_advantage: Option<Prose<1, 2_000>>,
        /// Patents, trade marks and other rights.
        intellectual_property: Option<Prose<1, 2_000>>,
        /// What stands in the way, in a word or two each; mentors' expertise answers it.
        challenges: Set<Label, 20>,
        /// What was achieved so far.
        achievements: Set<Line<1, 300>, 20>,
    }
}

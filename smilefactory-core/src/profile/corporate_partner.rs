//! Corporate partners: people who speak for a company that wants to work with others.

use super::Label;
use crate::choice::choices;
use crate::collection::Set;
use crate::money::MoneyRange;
use crate::record::record;
use crate::text::Line;

choices! {
    /// How many people work for a company; bigger bands are greater.
    SizeBand {
        /// Fewer than 10.
        Micro = "micro",
        /// 10 to 49.
        Small = "small",
        /// 50 to 249.
        Medium = "medium",
        /// 250 to 999.
        Large = "large",
        /// 1,000 or more.
        Enterprise = "enterprise",
    }

    /// What a company wants to do together with others.
    PartnershipInterest {
        /// Try something out.
        Pilot = "pilot",
        /// Buy something.
        Procurement = "procurement",
        /// Invest in somebody.
        Investment = "investment",
        /// Set a task and reward who solves it.
        Challenge = "challenge",
        /// Find something out.
        Research = "research",
        /// Pay for something good.
        Sponsorship = "sponsorship",
    }
}

record! {
    /// What a corporate partner tells beyond the shared parts.
    pub struct CorporatePartner / CorporatePartnerInput / CorporatePartnerPatch {
        /// The name of the organisation they speak for; several people may speak for one.
        organisation: Option<Line<1, 120>>,
        /// What it works in.
        sector: Option<Label>,
        /// How many people work for it.
        size_band: Option<SizeBand>,
        /// What it wants to do together with others.
        partnership_interests: Set<PartnershipInterest, 6>,
        /// What it needs to buy.
        procurement_needs: Set<Line<1, 200>, 30>,
        /// How much it spends on one partnership.
        budget: Option<MoneyRange>,
        /// The challenges it hosts or has hosted.
        challenges_hosted: Set<Line<1, 200>, 30>,
    }
}

//! Investors: people with money for ideas.

use super::{InnovationStage, Labels, StageRange, Visibility};
use crate::choice::choices;
use crate::collection::{List, Set, Whole};
use crate::money::MoneyRange;
use crate::record::record;
use crate::text::{Country, Line, Prose};

choices! {
    /// Whose money an investor invests.
    InvestorType {
        /// Their own.
        Angel = "angel",
        /// A venture capital firm's.
        Vc = "vc",
        /// A company's.
        Corporate = "corporate",
        /// Another fund's.
        Fund = "fund",
        /// A family's.
        FamilyOffice = "family_office",
        /// Money that need not be paid back.
        Grant = "grant",
    }
}

record! {
    /// A company an investor put money into.
    pub struct PortfolioEntry / PortfolioEntryInput / PortfolioEntryPatch {
        /// The name of the company.
        company: Line<1, 120>,
        /// The year of the first investment.
        year: Option<Whole<1950, 2100>>,
        /// How far the company was then.
        stage: Option<InnovationStage>,
        /// Who sees this entry, of those who see the profile.
        visibility: Visibility = Visibility::Public,
    }
}

record! {
    /// What an investor tells beyond the shared parts.
    pub struct BusinessInvestor / BusinessInvestorInput / BusinessInvestorPatch {
        /// The industries they invest in.
        industries: Labels,
        /// How far a start-up must be, and may be.
        stages: Option<StageRange>,
        /// How much they put into one start-up.
        ticket: Option<MoneyRange>,
        /// The countries they invest in; none means anywhere.
        geographies: Set<Country, 250>,
        /// Whose money they invest.
        investor_type: Option<InvestorType>,
        /// What they invested in so far.
        portfolio: List<PortfolioEntry, 500>,
        /// What makes them say yes.
        criteria: Option<Prose<1, 2_000>>,
        /// How they prefer to get out again.
        exit_preference: Option<Line<1, 200>>,
    }
}

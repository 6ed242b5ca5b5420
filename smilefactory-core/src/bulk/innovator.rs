//! Start-ups of a list, as innovators.

use crate::identity::{ExternalId, FundingRoundKind};
use crate::money::Money;
use crate::profile::{InnovationStage, Label, Location};
use crate::record::record;
use crate::text::{PersonName, Slug};

record! {
    /// A start-up as its source has it, from which an account and a profile are made.
    ///
    /// There is no profile without an account in this platform, and no account without a person's name and an address. A
    /// list of companies names no people, so that none is made up: the account is the team's, its first name
    /// [`TEAM`](ListedInnovatorDraft::TEAM) and its last the start-up's; its address is under a name that
    /// can never receive mail (RFC 2606), and it has no password that anybody could log in with.
    pub struct ListedInnovatorDraft / ListedInnovatorInput / ListedInnovatorPatch {
        /// The source's key for it; an organisation of the same source and key is the same start-up.
        external_id: ExternalId,
        /// What the account's address is made of.
        slug: Slug,
        /// The start-up's name, as long as the name of a person may be.
        name: PersonName,
        /// The industry it is in.
        industry: Option<Label>,
        /// How far it is; by the rounds of its organisation when it is not said.
        stage: Option<InnovationStage>,
        /// Where it is.
        location: Option<Location>,
        /// How much money it raised.
        funding_raised: Option<Money>,
    }
}

impl ListedInnovatorDraft {
    /// The first name of every account that is made of a start-up.
    pub const TEAM: &'static str = "Team";

    /// What comes behind the slug and the source in the address of such an account.
    pub const DOMAIN: &'static str = "import.invalid";

    /// How far a start-up is that was given money of these kinds; `None` when they do not tell.
    ///
    /// ```
    /// use smilefactory_core::bulk::ListedInnovatorDraft;
    /// use smilefactory_core::identity::FundingRoundKind::{Angel, Other, SeriesB};
    /// use smilefactory_core::profile::InnovationStage;
    ///
    /// assert_eq!(ListedInnovatorDraft::stage_by([Angel, SeriesB]), Some(InnovationStage::Scaling));
    /// assert_eq!(ListedInnovatorDraft::stage_by([Other]), None);
    /// ```
    pub fn stage_by(rounds: impl IntoIterator<Item = FundingRoundKind>) -> Option<InnovationStage> {
        let stage = |kind| match kind {
            FundingRoundKind::Angel | FundingRoundKind::Crowdfunding => Some(InnovationStage::Mvp),
            FundingRoundKind::Venture | FundingRoundKind::SeriesA => Some(InnovationStage::Launched),
            FundingRoundKind::SeriesB | FundingRoundKind::SeriesC => Some(InnovationStage::Scaling),
            FundingRoundKind::PrivateEquity | FundingRoundKind::PostIpo => Some(InnovationStage::Mature),
            FundingRoundKind::Other => None,
        };
        rounds.into_iter().filter_map(stage).max()
    }
}

//! What people tell about themselves, in one of eight kinds.
//!
//! A profile is what its owner writes, the [`ProfileContent`], and what the platform makes of it: how complete
//! it is, how far it is, who sees it. The parts all kinds share stand at its top; what only its kind has is in
//! its [`Details`]:
//!
//! ```
//! use smilefactory_core::profile::{Details, ProfileContent, ProfileInput};
//! use smilefactory_core::validation::Field;
//!
//! let input: ProfileInput = serde_json::from_str(
//!     r#"{"headline": "Solar pumps for small farms", "details": {"kind": "innovator", "stage": "mvp"}}"#,
//! )?;
//! let content = ProfileContent::from_raw(input)?;
//! assert_eq!(content.kind().as_str(), "innovator");
//!
//! let input: ProfileInput = serde_json::from_str(r#"{"headline": "?", "details": {"kind": "wizard"}}"#)?;
//! let violations = ProfileContent::from_raw(input).unwrap_err();
//! let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
//! assert_eq!(found, [("/headline", "too_short"), ("/details/kind", "unknown_value")]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod about;
mod academic_researcher;
mod activity;
mod business_investor;
mod community_member;
mod completion;
mod content;
mod corporate_partner;
mod details;
mod extra;
mod facets;
mod government_official;
mod innovator;
mod lifecycle;
mod mentor;
mod service_provider;
mod stage;
#[cfg(test)]
mod tests;
mod view;
mod visibility;

pub use self::about::{
    Label, Labels, Location, LocationInput, LocationPatch, LookingFor, LookingForInput, LookingForPatch,
};
pub use self::academic_researcher::{
    AcademicResearcher, AcademicResearcherInput, AcademicResearcherPatch, Publication, PublicationInput,
    PublicationPatch,
};
pub use self::activity::ProfileViews;
pub use self::business_investor::{
    BusinessInvestor, BusinessInvestorInput, BusinessInvestorPatch, InvestorType, PortfolioEntry,
    PortfolioEntryInput, PortfolioEntryPatch,
};
pub use self::community_member::{
    CommunityMember, CommunityMemberInput, CommunityMemberPatch, Participation,
};
pub use self::completion::{Completion, CompletionBands, Engagement, MissingItem, MissingOn, Opens};
pub use self::content::{ProfileContent, ProfileInput, ProfilePatch};
pub use self::corporate_partner::{
    CorporatePartner, CorporatePartnerInput, CorporatePartnerPatch, PartnershipInterest, SizeBand,
};
pub use self::details::{Details, DetailsInput, DetailsPatch};
pub use self::extra::Extra;
pub use self::facets::{FacetCount, ProfileFacets, ProfileSort};
pub use self::government_official::{GovernmentOfficial, GovernmentOfficialInput, GovernmentOfficialPatch};
pub use self::innovator::{Innovator, InnovatorInput, InnovatorPatch};
pub use self::lifecycle::Profile;
pub use self::mentor::{Mentor, MentorInput, MentorPatch, MentoringFormat};
pub use self::service_provider::{
    OrderBook, PriceModel, Service, ServiceInput, ServicePatch, ServiceProvider, ServiceProviderInput,
    ServiceProviderPatch,
};
pub use self::stage::{InnovationStage, StageRange, StageRangeInput, StageRangePatch};
pub use self::view::ProfileView;
pub use self::visibility::{
    FieldVisibility, FieldVisibilityInput, FieldVisibilityPatch, ViewerClass, Visibility,
};

use crate::choice::choices;
use crate::fact::facts;
use crate::id::AccountId;

choices! {
    /// What somebody is in the community.
    ProfileKind {
        /// Has an idea and makes something of it.
        Innovator = "innovator",
        /// Has money for ideas.
        BusinessInvestor = "business_investor",
        /// Has experience to pass on.
        Mentor = "mentor",
        /// Speaks for a company that wants to work with others.
        CorporatePartner = "corporate_partner",
        /// Makes or carries out policy.
        GovernmentOfficial = "government_official",
        /// Does research.
        AcademicResearcher = "academic_researcher",
        /// Sells work that others need.
        ServiceProvider = "service_provider",
        /// Takes part.
        CommunityMember = "community_member",
    }

    /// How far a profile is.
    ProfileState {
        /// Begun; its owner alone sees it.
        Draft = "draft",
        /// Shown, with much still missing.
        Incomplete = "incomplete",
        /// Shown, with all that matters.
        Complete = "complete",
        /// Taken off by staff; staff alone see it.
        Suspended = "suspended",
    }
}

facts! {
    /// Somebody began their profile.
    ProfileBegun = "identity.profile.begun" v 1 of account: AccountId {
        /// Which of the eight kinds.
        kind: ProfileKind,
    }

    /// Somebody changed their profile.
    ProfileRevised = "identity.profile.revised" v 1 of account: AccountId {
        /// Which of the eight kinds it is now.
        kind: ProfileKind,
        /// Which it was before; the same, unless its owner became something else.
        kind_before: ProfileKind,
    }

    /// A profile is more or less complete than it was, or further than it was.
    ProfileAssessed = "identity.profile.assessed" v 1 of account: AccountId {
        /// How complete it is, 0–100.
        completion: u8,
        /// How far it is.
        state: ProfileState,
    }

    /// Staff took a profile off.
    ProfileSuspended = "identity.profile.suspended" v 1 of account: AccountId {
        /// Why.
        reason: String,
    }

    /// Staff brought a profile back.
    ProfileReinstated = "identity.profile.reinstated" v 1 of account: AccountId {
        /// How far it is.
        state: ProfileState,
    }

    /// Somebody looked at a profile; told once a day of each of them.
    ProfileViewed = "identity.profile.viewed" v 1 of account: AccountId {
        /// Who looked.
        by: AccountId,
    }

    /// A community member takes part more, or less, than before.
    ParticipationChanged = "identity.participation.changed" v 1 of account: AccountId {
        /// How much they take part now.
        participation: Participation,
    }
}

//! What two kinds of people can be to each other.

use smilefactory_core::profile::ProfileKind;
use smilefactory_core::recommendation::NextStep;

/// What two kinds of people can be to each other. It is the same from both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// An idea and the money for it.
    Funding,
    /// Challenges and the experience with them.
    Mentoring,
    /// A solution and the company that needs it.
    Partnership,
    /// Research and who puts it to use.
    Research,
    /// Work and who needs it done.
    Service,
    /// People who have something in common.
    Peers,
}

impl Relation {
    /// What people of these two kinds can be to each other.
    pub const fn between(a: ProfileKind, b: ProfileKind) -> Self {
        use ProfileKind::{
            AcademicResearcher, BusinessInvestor, CorporatePartner, GovernmentOfficial, Innovator, Mentor,
            ServiceProvider,
        };
        match (a, b) {
            (Innovator, BusinessInvestor) | (BusinessInvestor, Innovator) => Self::Funding,
            (Innovator, Mentor) | (Mentor, Innovator) => Self::Mentoring,
            (Innovator, CorporatePartner) | (CorporatePartner, Innovator) => Self::Partnership,
            (AcademicResearcher, CorporatePartner | GovernmentOfficial)
            | (CorporatePartner | GovernmentOfficial, AcademicResearcher) => Self::Research,
            (ServiceProvider, other) | (other, ServiceProvider) if !matches!(other, ServiceProvider) => {
                Self::Service
            }
            _ => Self::Peers,
        }
    }

    /// What a seeker of kind `seeker` does about a match in this relation.
    pub const fn next_step(self, seeker: ProfileKind) -> NextStep {
        match (self, seeker) {
            (Self::Funding | Self::Partnership, ProfileKind::Innovator)
            | (Self::Service, ProfileKind::ServiceProvider) => NextStep::Pitch,
            (Self::Mentoring, ProfileKind::Innovator) => NextStep::AskForMentoring,
            (Self::Partnership, _) => NextStep::ProposePilot,
            (Self::Research, _) => NextStep::ProposeResearch,
            (Self::Service, _) => NextStep::RequestOffer,
            _ => NextStep::Connect,
        }
    }
}

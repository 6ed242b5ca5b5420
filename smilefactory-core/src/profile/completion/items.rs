//! What counts how much.

use super::{Engagement, MissingOn};
use crate::identity::Account;
use crate::profile::{Details, ProfileContent};

/// One thing that counts.
pub(super) struct Item {
    pub(super) on: MissingOn,
    pub(super) pointer: &'static str,
    pub(super) points: u8,
    pub(super) hint: &'static str,
    pub(super) there: bool,
}

/// Everything that counts, in the order of the form; 100 points in all.
pub(super) fn items(
    account: &Account,
    content: &ProfileContent,
    engagement: Engagement,
) -> impl Iterator<Item = Item> {
    let item = |on| {
        move |(pointer, points, hint, there): (&'static str, u8, &'static str, bool)| Item {
            on,
            pointer,
            points,
            hint,
            there,
        }
    };
    let settings = &account.settings;
    let on_account = [
        // Nobody has an account without a name and an address.
        ("/first_name", 5, "Tell your name", true),
        ("/email", 5, "Tell your email address", true),
        ("/phone", 5, "Add your telephone number", settings.phone.is_some()),
        ("/bio", 10, "Write a few sentences about yourself", settings.bio.is_some()),
    ];
    let shared = [
        ("/photo", 5, "Add a picture of yourself", content.photo.is_some()),
        ("/location", 5, "Say where you are", content.location.is_some()),
        ("/links", 5, "Link to where else you are found", !content.links.is_empty()),
        ("/availability", 5, "Say when you have time for others", content.availability.is_some()),
    ];
    let done = [
        ("/posted", 5, "Publish your first post", engagement.posted),
        ("/connected", 5, "Connect with somebody", engagement.connected),
        ("/viewed", 5, "Get seen: share your profile", engagement.viewed),
    ];
    let of_the_kind = essentials(content).map(|(pointer, hint, there)| (pointer, 10, hint, there));
    of_the_kind
        .into_iter()
        .chain(shared)
        .map(item(MissingOn::Profile))
        .chain(on_account.map(item(MissingOn::Account)))
        .chain(done.map(item(MissingOn::Engagement)))
}

/// What a kind is about: its focus, its background, its goals and its skills, each with the field that shows it.
fn essentials(content: &ProfileContent) -> [(&'static str, &'static str, bool); 4] {
    let skills = ("/skills", "List what you can do", !content.skills.is_empty());
    let looking_for = !content.looking_for.is_empty();
    match &content.details {
        Details::Innovator(d) => [
            ("/details/industries", "Name the industries your innovation is for", !d.industries.is_empty()),
            ("/details/startup_description", "Describe what you make", d.startup_description.is_some()),
            (
                "/details/challenges",
                "Name what you need: what stands in the way, money, people",
                !d.challenges.is_empty() || d.funding_sought.is_some() || !d.open_roles.is_empty(),
            ),
            skills,
        ],
        Details::BusinessInvestor(d) => [
            ("/details/industries", "Name the industries you invest in", !d.industries.is_empty()),
            ("/details/portfolio", "List what you have invested in", !d.portfolio.is_empty()),
            (
                "/details/ticket",
                "Say how much you invest, or in which stages",
                d.ticket.is_some() || d.stages.is_some(),
            ),
            (
                "/details/criteria",
                "Say what makes you say yes, or what you bring beside money",
                d.criteria.is_some() || !content.skills.is_empty(),
            ),
        ],
        Details::Mentor(d) => [
            ("/details/industries", "Name the industries you know", !d.industries.is_empty()),
            (
                "/details/years_of_experience",
                "Say for how many years you have worked in your field",
                d.years_of_experience.is_some(),
            ),
            (
                "/details/approach",
                "Say how you mentor, or whom you look for",
                d.approach.is_some() || looking_for,
            ),
            ("/details/expertise", "List what you know well enough to teach", !d.expertise.is_empty()),
        ],
        Details::CorporatePartner(d) => [
            ("/details/sector", "Name your organisation's sector", d.sector.is_some()),
            ("/details/organisation", "Name the organisation you speak for", d.organisation.is_some()),
            (
                "/details/partnership_interests",
                "Say what you want to do together with others, or need to buy",
                !d.partnership_interests.is_empty() || !d.procurement_needs.is_empty(),
            ),
            (
                "/offering",
                "Say what your organisation has to give",
                content.offering.is_some() || !content.skills.is_empty(),
            ),
        ],
        Details::GovernmentOfficial(d) => [
            ("/details/policy_areas", "Name what your policies are about", !d.policy_areas.is_empty()),
            ("/details/department", "Name your department", d.department.is_some()),
            (
                "/details/programmes",
                "List the programmes you run, or your mandates",
                !d.programmes.is_empty() || !d.mandates.is_empty(),
            ),
            skills,
        ],
        Details::AcademicResearcher(d) => [
            ("/details/research_areas", "Name what your research is about", !d.research_areas.is_empty()),
            ("/details/institution", "Name where you do research", d.institution.is_some()),
            (
                "/details/transfer_interests",
                "Say what of your research you would see used, or which grants you look for",
                !d.transfer_interests.is_empty() || !d.grants_sought.is_empty(),
            ),
            skills,
        ],
        Details::ServiceProvider(d) => [
            ("/details/services", "List what you offer", !d.services.is_empty()),
            (
                "/details/clients_served",
                "Say how many clients you have served, or what you are certified for",
                d.clients_served.is_some() || !d.certifications.is_empty(),
            ),
            ("/looking_for", "Say whom you look for", looking_for),
            ("/details/expertise", "List what you know well", !d.expertise.is_empty()),
        ],
        Details::CommunityMember(d) => [
            ("/interests", "Name what you care for", !content.interests.is_empty()),
            ("/headline", "Say in a line who you are", content.headline.is_some()),
            ("/details/goals", "Say what you want to reach", !d.goals.is_empty()),
            skills,
        ],
    }
}

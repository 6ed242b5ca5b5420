//! The people of the tour.

use smilefactory_core::content::{OpportunityInput, PostInput};
use smilefactory_core::identity::SignUpInput;
use smilefactory_core::money::MoneyRangeInput;
use smilefactory_core::profile::{
    AcademicResearcherInput, BusinessInvestorInput, CommunityMemberInput, CorporatePartnerInput,
    DetailsInput, DetailsPatch, GovernmentOfficialInput, InnovatorPatch, LocationInput, LookingForInput,
    MentorInput, ProfileInput, ProfileKind, ProfilePatch, ServiceInput, ServiceProviderInput,
    StageRangeInput,
};

/// What everybody logs in with.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Somebody who joins, says who they are, and writes something.
pub(crate) struct Person {
    pub(crate) sign_up: SignUpInput,
    pub(crate) profile: ProfileInput,
    pub(crate) post: PostInput,
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

/// What somebody signs up with, under an address that no earlier tour had.
pub(crate) fn sign_up(first_name: &str, last_name: &str, tour: &str) -> SignUpInput {
    SignUpInput {
        email: format!("{}-{tour}@example.org", first_name.to_lowercase()),
        password: PASSWORD.into(),
        first_name: first_name.into(),
        last_name: last_name.into(),
    }
}

/// The guest's profile as it begins: little more than its kind.
pub(crate) fn begun() -> ProfileInput {
    ProfileInput {
        headline: Some("Solar pumps for small farms".into()),
        details: DetailsInput::empty(ProfileKind::Innovator),
        ..ProfileInput::default()
    }
}

/// What the guest fills in then.
pub(crate) fn filled_in() -> ProfilePatch {
    let looks_for = |kind: &str, why: &str| LookingForInput { kind: kind.into(), why: Some(why.into()) };
    let innovator = InnovatorPatch {
        industries: texts(["agriculture", "energy"]).into(),
        stage: "mvp".to_owned().into(),
        startup_name: "Mvura".to_owned().into(),
        startup_description: "Pumps that run on the sun and are paid for by the harvest.".to_owned().into(),
        challenges: texts(["fundraising", "distribution"]).into(),
        ..InnovatorPatch::default()
    };
    ProfilePatch {
        skills: texts(["mechanical engineering", "irrigation"]).into(),
        interests: texts(["agriculture", "solar energy"]).into(),
        languages: texts(["en", "sn"]).into(),
        offering: "A field trial on two hectares near Mutare".to_owned().into(),
        looking_for: vec![
            looks_for("business_investor", "a seed round"),
            looks_for("mentor", "distribution"),
        ]
        .into(),
        details: DetailsPatch::from(innovator).into(),
        ..ProfilePatch::default()
    }
}

/// The guest's post.
pub(crate) fn post() -> PostInput {
    PostInput {
        kind: "opportunity".into(),
        title: Some("Try a solar pump for a season".into()),
        body: "We look for **ten farms** that pump water by hand today.".into(),
        opportunity: Some(OpportunityInput { of: "partnership".into(), ..OpportunityInput::default() }),
        tags: texts(["irrigation", "solar"]),
        language: Some("en".into()),
        ..PostInput::default()
    }
}

/// The others: one of each kind but the guest's.
pub(crate) fn others(tour: &str) -> Vec<Person> {
    let details: [(&str, &str, &str, DetailsInput); 7] = [
        ("Farai", "Ncube", "Seed money for agriculture", investor().into()),
        ("Rudo", "Moyo", "Twenty years of selling to farmers", mentor().into()),
        ("Tendai", "Dube", "Partnerships of a seed company", partner().into()),
        ("Nyasha", "Sibanda", "Irrigation policy", official().into()),
        ("Chipo", "Banda", "Research on water and soil", researcher().into()),
        ("Kuda", "Phiri", "Bookkeeping for start-ups", provider().into()),
        ("Tariro", "Mbeki", "Learning to farm", member().into()),
    ];
    details
        .into_iter()
        .map(|(first, last, headline, details)| person(first, last, headline, details, tour))
        .collect()
}

fn person(first: &str, last: &str, headline: &str, details: DetailsInput, tour: &str) -> Person {
    let profile = ProfileInput {
        headline: Some(headline.into()),
        location: Some(LocationInput { city: Some("Harare".into()), country: "ZW".into() }),
        languages: texts(["en", "sn"]),
        skills: texts(["negotiation", "irrigation"]),
        interests: texts(["agriculture"]),
        offering: Some("An hour of conversation".into()),
        looking_for: vec![LookingForInput {
            kind: "innovator".into(),
            why: Some("new ideas for farms".into()),
        }],
        details,
        ..ProfileInput::default()
    };
    let post = PostInput {
        kind: "discussion".into(),
        title: Some(headline.into()),
        body: format!("I am {first}. Ask me anything."),
        tags: texts(["introductions"]),
        language: Some("en".into()),
        ..PostInput::default()
    };
    Person { sign_up: sign_up(first, last, tour), profile, post }
}

fn investor() -> BusinessInvestorInput {
    let ticket = MoneyRangeInput { min: 20_000.into(), max: 100_000.into(), currency: "USD".into() };
    BusinessInvestorInput {
        industries: texts(["agriculture", "energy"]),
        stages: Some(StageRangeInput { from: "prototype".into(), to: "launched".into() }),
        ticket: Some(ticket),
        investor_type: Some("angel".into()),
        ..BusinessInvestorInput::default()
    }
}

fn mentor() -> MentorInput {
    MentorInput {
        expertise: texts(["distribution", "fundraising"]),
        industries: texts(["agriculture"]),
        years_of_experience: Some(20),
        capacity: Some(4),
        open_slots: Some(2),
        format: Some("both".into()),
        ..MentorInput::default()
    }
}

fn partner() -> CorporatePartnerInput {
    CorporatePartnerInput {
        organisation: Some("Mbeu Seeds".into()),
        sector: Some("agriculture".into()),
        partnership_interests: texts(["pilot", "procurement"]),
        ..CorporatePartnerInput::default()
    }
}

fn official() -> GovernmentOfficialInput {
    GovernmentOfficialInput {
        department: Some("Lands and Water".into()),
        policy_areas: texts(["irrigation"]),
        ..GovernmentOfficialInput::default()
    }
}

fn researcher() -> AcademicResearcherInput {
    AcademicResearcherInput {
        institution: Some("University of Zimbabwe".into()),
        discipline: Some("agronomy".into()),
        research_areas: texts(["irrigation", "soil"]),
        ..AcademicResearcherInput::default()
    }
}

fn provider() -> ServiceProviderInput {
    let bookkeeping =
        ServiceInput { title: "Bookkeeping".into(), price_model: "quote".into(), ..ServiceInput::default() };
    ServiceProviderInput {
        services: vec![bookkeeping],
        expertise: texts(["fundraising"]),
        ..ServiceProviderInput::default()
    }
}

fn member() -> CommunityMemberInput {
    CommunityMemberInput { goals: texts(["Grow maize without rain"]) }
}

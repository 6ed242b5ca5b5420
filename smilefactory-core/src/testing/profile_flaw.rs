//! Every way to break a rule of a profile.

use super::{Flaw, Spoiled};
use crate::money::{MoneyInput, MoneyRangeInput};
use crate::profile::{
    AcademicResearcherInput, BusinessInvestorInput, CommunityMemberInput, CorporatePartnerInput,
    DetailsInput, Extra, FieldVisibilityInput, GovernmentOfficialInput, InnovatorInput, LocationInput,
    LookingForInput, MentorInput, PortfolioEntryInput, ProfileInput, PublicationInput, ServiceInput,
    ServiceProviderInput, StageRangeInput,
};
use crate::validation::code;

/// The input with one rule broken, for each rule in turn. A flaw of a kind's details replaces the details.
pub fn spoiled_profiles(input: &ProfileInput) -> impl Iterator<Item = Spoiled<ProfileInput>> {
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

/// Puts details of one kind, with one flaw, in the place of those that are there.
macro_rules! flawed {
    ($input:ident { $( $field:ident : $value:expr ),+ }) => {
        |profile| profile.details = $input { $( $field: $value, )+ ..$input::default() }.into()
    };
}

fn entry(year: i64) -> PortfolioEntryInput {
    PortfolioEntryInput { company: "Acme".into(), year: Some(year), ..PortfolioEntryInput::default() }
}

fn publication(doi: &str) -> PublicationInput {
    PublicationInput { title: "On maize".into(), doi: Some(doi.into()), ..PublicationInput::default() }
}

fn service_for(model: &str, price: Option<&str>) -> ServiceInput {
    let price =
        price.and_then(|amount| Some(MoneyInput { amount: amount.parse().ok()?, currency: "USD".into() }));
    ServiceInput { title: "Logo".into(), category: None, price_model: model.into(), price }
}

fn sum(amount: &str, currency: &str) -> Option<MoneyInput> {
    Some(MoneyInput { amount: amount.parse().ok()?, currency: currency.into() })
}

fn range(min: u32, max: u32) -> MoneyRangeInput {
    MoneyRangeInput { min: min.into(), max: max.into(), currency: "USD".into() }
}

fn stages(from: &str, to: &str) -> StageRangeInput {
    StageRangeInput { from: from.into(), to: to.into() }
}

const FLAWS: &[Flaw<ProfileInput>] = &[
    Flaw::new("/headline", code::TOO_SHORT, |p| p.headline = Some("x".into())),
    Flaw::new("/headline", code::TOO_LONG, |p| p.headline = Some("x".repeat(121))),
    Flaw::new("/headline", code::MALFORMED, |p| p.headline = Some("bell\u{7}".into())),
    Flaw::new("/photo", code::MALFORMED, |p| p.photo = Some("ftp://example.org/me.png".into())),
    Flaw::new("/location/country", code::MALFORMED, |p| {
        p.location = Some(LocationInput { city: None, country: "XX".into() });
    }),
    Flaw::new("/location/country", code::REQUIRED, |p| {
        p.location = Some(LocationInput { city: Some("Harare".into()), country: String::new() });
    }),
    Flaw::new("/languages/0", code::MALFORMED, |p| p.languages = vec!["english".into()]),
    Flaw::new("/skills", code::TOO_MANY, |p| p.skills = (0..31).map(|n| n.to_string()).collect()),
    Flaw::new("/skills/0", code::TOO_LONG, |p| p.skills = vec!["x".repeat(61)]),
    Flaw::new("/interests/1", code::DUPLICATE, |p| p.interests = vec!["maize".into(), "maize".into()]),
    Flaw::new("/links/0", code::MALFORMED, |p| p.links = vec!["https://user:secret@example.org".into()]),
    Flaw::new("/looking_for/0/kind", code::UNKNOWN_VALUE, |p| {
        p.looking_for = vec![LookingForInput { kind: "wizard".into(), why: None }];
    }),
    Flaw::new("/looking_for/1/kind", code::DUPLICATE, |p| {
        p.looking_for = vec![LookingForInput { kind: "mentor".into(), why: None }; 2];
    }),
    Flaw::new("/offering", code::TOO_LONG, |p| p.offering = Some("x".repeat(1_001))),
    Flaw::new("/visibility", code::UNKNOWN_VALUE, |p| p.visibility = Some("everybody".into())),
    Flaw::new("/field_visibility/email", code::UNKNOWN_VALUE, |p| {
        p.field_visibility =
            Some(FieldVisibilityInput { email: Some("staff".into()), ..FieldVisibilityInput::default() });
    }),
    Flaw::new("/extra", code::TOO_LONG, |p| {
        p.extra.insert("long".into(), "x".repeat(Extra::MAX_BYTES).into());
    }),
    Flaw::new("/extra", code::MALFORMED, |p| {
        p.extra.insert("nul".into(), "\0".into());
    }),
    Flaw::new("/details/kind", code::REQUIRED, |p| p.details = DetailsInput::default()),
    Flaw::new(
        "/details/stage",
        code::UNKNOWN_VALUE,
        flawed!(InnovatorInput { stage: Some("unicorn".into()) }),
    ),
    Flaw::new("/details/team_size", code::OUT_OF_RANGE, flawed!(InnovatorInput { team_size: Some(0) })),
    Flaw::new(
        "/details/funding_sought/amount",
        code::OUT_OF_RANGE,
        flawed!(InnovatorInput { funding_sought: sum("-1", "USD") }),
    ),
    Flaw::new(
        "/details/funding_sought/amount",
        code::OUT_OF_RANGE,
        flawed!(InnovatorInput { funding_sought: sum("1000000000000000", "USD") }),
    ),
    Flaw::new(
        "/details/funding_sought/amount",
        code::MALFORMED,
        flawed!(InnovatorInput { funding_sought: sum("0.001", "USD") }),
    ),
    Flaw::new(
        "/details/funding_raised/currency",
        code::MALFORMED,
        flawed!(InnovatorInput { funding_raised: sum("1", "XXQ") }),
    ),
    Flaw::new(
        "/details/stages/to",
        code::RANGE_ORDER,
        flawed!(BusinessInvestorInput { stages: Some(stages("mvp", "idea")) }),
    ),
    Flaw::new(
        "/details/stages/from",
        code::REQUIRED,
        flawed!(BusinessInvestorInput { stages: Some(stages("", "idea")) }),
    ),
    Flaw::new(
        "/details/ticket/max",
        code::RANGE_ORDER,
        flawed!(BusinessInvestorInput { ticket: Some(range(2, 1)) }),
    ),
    Flaw::new(
        "/details/portfolio/0/year",
        code::OUT_OF_RANGE,
        flawed!(BusinessInvestorInput { portfolio: vec![entry(1949)] }),
    ),
    Flaw::new(
        "/details/portfolio/1/year",
        code::OUT_OF_RANGE,
        flawed!(BusinessInvestorInput { portfolio: vec![entry(1950), entry(2101)] }),
    ),
    Flaw::new(
        "/details/portfolio/0/company",
        code::REQUIRED,
        flawed!(BusinessInvestorInput { portfolio: vec![PortfolioEntryInput::default()] }),
    ),
    Flaw::new(
        "/details/geographies/0",
        code::MALFORMED,
        flawed!(BusinessInvestorInput { geographies: vec!["Africa".into()] }),
    ),
    Flaw::new(
        "/details/open_slots",
        code::OUT_OF_RANGE,
        flawed!(MentorInput { capacity: Some(2), open_slots: Some(3) }),
    ),
    Flaw::new("/details/capacity", code::REQUIRED, flawed!(MentorInput { open_slots: Some(1) })),
    Flaw::new(
        "/details/hours_a_month",
        code::OUT_OF_RANGE,
        flawed!(MentorInput { hours_a_month: Some(745) }),
    ),
    Flaw::new(
        "/details/years_of_experience",
        code::OUT_OF_RANGE,
        flawed!(MentorInput { years_of_experience: Some(-1) }),
    ),
    Flaw::new(
        "/details/budget/max",
        code::RANGE_ORDER,
        flawed!(CorporatePartnerInput { budget: Some(range(9, 8)) }),
    ),
    Flaw::new(
        "/details/partnership_interests/0",
        code::UNKNOWN_VALUE,
        flawed!(CorporatePartnerInput { partnership_interests: vec!["lunch".into()] }),
    ),
    Flaw::new(
        "/details/mandates/0",
        code::TOO_LONG,
        flawed!(GovernmentOfficialInput { mandates: vec!["x".repeat(301)] }),
    ),
    Flaw::new(
        "/details/orcid",
        code::MALFORMED,
        flawed!(AcademicResearcherInput { orcid: Some("0000-0002-1825-0098".into()) }),
    ),
    Flaw::new(
        "/details/publications/1/doi",
        code::DUPLICATE,
        flawed!(AcademicResearcherInput {
            publications: vec![publication("10.1000/AB"), publication("10.1000/ab")]
        }),
    ),
    Flaw::new(
        "/details/publications/0/doi",
        code::MALFORMED,
        flawed!(AcademicResearcherInput { publications: vec![publication("doi:10.1000/182")] }),
    ),
    Flaw::new(
        "/details/services/0/price",
        code::REQUIRED,
        flawed!(ServiceProviderInput { services: vec![service_for("hourly", None)] }),
    ),
    Flaw::new(
        "/details/services/0/price",
        code::REQUIRED,
        flawed!(ServiceProviderInput { services: vec![service_for("fixed", None)] }),
    ),
    Flaw::new(
        "/details/services/0/price",
        code::NOT_ALLOWED,
        flawed!(ServiceProviderInput { services: vec![service_for("quote", Some("5"))] }),
    ),
    Flaw::new(
        "/details/clients_served",
        code::OUT_OF_RANGE,
        flawed!(ServiceProviderInput { clients_served: Some(1_000_001) }),
    ),
    Flaw::new("/details/goals", code::TOO_MANY, |p| {
        p.details = CommunityMemberInput { goals: (0..21).map(|n| n.to_string()).collect() }.into();
    }),
];

//! Profiles of all eight kinds.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::text::{country, doi, language, line, link, maybe, money, money_range, orcid, prose};
use super::{several, word};
use crate::profile::{
    AcademicResearcherInput, BusinessInvestorInput, CommunityMemberInput, CorporatePartnerInput,
    DetailsInput, FieldVisibilityInput, GovernmentOfficialInput, InnovationStage, InnovatorInput,
    InvestorType, LocationInput, LookingForInput, MentorInput, MentoringFormat, OrderBook,
    PartnershipInterest, PortfolioEntryInput, PriceModel, ProfileContent, ProfileInput, ProfileKind,
    PublicationInput, ServiceInput, ServiceProviderInput, SizeBand, StageRangeInput, Visibility,
};
use crate::validation::Field;

fn labels() -> impl Strategy<Value = Vec<String>> {
    several(line::<1, 60>(), 4)
}

/// A number from the edges of a range or between them, or none.
fn number(min: i64, max: i64) -> impl Strategy<Value = Option<i64>> {
    maybe(prop_oneof![1 => Just(min), 1 => Just(max), 4 => min..=max])
}

fn innovator() -> impl Strategy<Value = DetailsInput> {
    let about =
        (labels(), maybe(word(InnovationStage::WORDS)), maybe(line::<1, 120>()), maybe(prose::<1, 2_000>()));
    let numbers = (maybe(money()), maybe(money()), number(1, 100_000), several(line::<1, 80>(), 3));
    let business = (
        maybe(prose::<1, 2_000>()),
        maybe(prose::<1, 2_000>()),
        maybe(prose::<1, 2_000>()),
        maybe(prose::<1, 2_000>()),
    );
    (about, numbers, business, labels(), several(line::<1, 300>(), 3)).prop_map(
        |(about, numbers, business, challenges, achievements)| {
            InnovatorInput {
                industries: about.0,
                stage: about.1,
                startup_name: about.2,
                startup_description: about.3,
                funding_sought: numbers.0,
                funding_raised: numbers.1,
                team_size: numbers.2,
                open_roles: numbers.3,
                business_model: business.0,
                target_market: business.1,
                competitive_advantage: business.2,
                intellectual_property: business.3,
                challenges,
                achievements,
            }
            .into()
        },
    )
}

fn stage_range() -> impl Strategy<Value = StageRangeInput> {
    (select(InnovationStage::ALL), select(InnovationStage::ALL)).prop_map(|(a, b)| StageRangeInput {
        from: a.min(b).as_str().to_owned(),
        to: a.max(b).as_str().to_owned(),
    })
}

fn portfolio_entry() -> impl Strategy<Value = PortfolioEntryInput> {
    (line::<1, 120>(), number(1950, 2100), maybe(word(InnovationStage::WORDS)), word(Visibility::WORDS))
        .prop_map(|(company, year, stage, visibility)| PortfolioEntryInput {
            company,
            year,
            stage,
            visibility: Some(visibility),
        })
}

fn business_investor() -> impl Strategy<Value = DetailsInput> {
    let what = (labels(), maybe(stage_range()), maybe(money_range()), several(country(), 5));
    let how = (maybe(word(InvestorType::WORDS)), proptest::collection::vec(portfolio_entry(), 0..4));
    (what, how, maybe(prose::<1, 2_000>()), maybe(line::<1, 200>())).prop_map(
        |(what, how, criteria, exit_preference)| {
            BusinessInvestorInput {
                industries: what.0,
                stages: what.1,
                ticket: what.2,
                geographies: what.3,
                investor_type: how.0,
                portfolio: how.1,
                criteria,
                exit_preference,
            }
            .into()
        },
    )
}

fn mentor() -> impl Strategy<Value = DetailsInput> {
    let what = (labels(), labels(), number(0, 80), maybe(prose::<1, 2_000>()), number(0, 744));
    let places = (maybe(0_i64..=1_000), number(0, 1_000));
    (what, several(language(), 3), maybe(word(MentoringFormat::WORDS)), places).prop_map(
        |(what, languages, format, (capacity, open))| {
            MentorInput {
                expertise: what.0,
                industries: what.1,
                years_of_experience: what.2,
                approach: what.3,
                hours_a_month: what.4,
                languages,
                format,
                capacity,
                open_slots: capacity.and_then(|capacity| open.map(|open| open.min(capacity))),
            }
            .into()
        },
    )
}

fn corporate_partner() -> impl Strategy<Value = DetailsInput> {
    let who = (maybe(line::<1, 120>()), maybe(line::<1, 60>()), maybe(word(SizeBand::WORDS)));
    let what =
        (several(word(PartnershipInterest::WORDS), 6), several(line::<1, 200>(), 3), maybe(money_range()));
    (who, what, several(line::<1, 200>(), 3)).prop_map(|(who, what, challenges_hosted)| {
        CorporatePartnerInput {
            organisation: who.0,
            sector: who.1,
            size_band: who.2,
            partnership_interests: what.0,
            procurement_needs: what.1,
            budget: what.2,
            challenges_hosted,
        }
        .into()
    })
}

fn government_official() -> impl Strategy<Value = DetailsInput> {
    let who = (maybe(line::<1, 160>()), maybe(line::<1, 120>()), maybe(line::<1, 120>()));
    (who, labels(), several(line::<1, 200>(), 3), several(line::<1, 300>(), 3)).prop_map(
        |(who, policy_areas, programmes, mandates)| {
            GovernmentOfficialInput {
                department: who.0,
                role: who.1,
                jurisdiction: who.2,
                policy_areas,
                programmes,
                mandates,
            }
            .into()
        },
    )
}

fn publications() -> impl Strategy<Value = Vec<PublicationInput>> {
    let publication = (line::<1, 300>(), number(1900, 2100), maybe(line::<1, 200>()), maybe(doi()))
        .prop_map(|(title, year, venue, doi)| PublicationInput { title, year, venue, doi });
    proptest::collection::vec(publication, 0..4).prop_map(|mut publications| {
        let mut dois = Vec::new();
        for publication in &mut publications {
            if publication.doi.is_some() && dois.contains(&publication.doi) {
                publication.doi = None;
            }
            dois.push(publication.doi.clone());
        }
        publications
    })
}

fn academic_researcher() -> impl Strategy<Value = DetailsInput> {
    let who = (maybe(line::<1, 200>()), maybe(line::<1, 60>()), labels(), maybe(orcid()));
    (who, publications(), several(line::<1, 200>(), 3), labels()).prop_map(
        |(who, publications, grants_sought, transfer_interests)| {
            AcademicResearcherInput {
                institution: who.0,
                discipline: who.1,
                research_areas: who.2,
                orcid: who.3,
                publications,
                grants_sought,
                transfer_interests,
            }
            .into()
        },
    )
}

fn service() -> impl Strategy<Value = ServiceInput> {
    (line::<1, 120>(), maybe(line::<1, 60>()), select(PriceModel::ALL), money()).prop_map(
        |(title, category, model, price)| ServiceInput {
            title,
            category,
            price_model: model.as_str().to_owned(),
            price: (model != PriceModel::Quote).then_some(price),
        },
    )
}

fn service_provider() -> impl Strategy<Value = DetailsInput> {
    let what = (proptest::collection::vec(service(), 0..4), labels(), several(line::<1, 120>(), 3));
    (what, number(0, 1_000_000), number(0, 3_650), maybe(word(OrderBook::WORDS))).prop_map(
        |(what, clients_served, turnaround_days, availability)| {
            ServiceProviderInput {
                services: what.0,
                expertise: what.1,
                certifications: what.2,
                clients_served,
                turnaround_days,
                availability,
            }
            .into()
        },
    )
}

fn community_member() -> impl Strategy<Value = DetailsInput> {
    several(line::<1, 200>(), 3).prop_map(|goals| CommunityMemberInput { goals }.into())
}

/// Valid details of a kind.
pub fn details_input(kind: ProfileKind) -> BoxedStrategy<DetailsInput> {
    match kind {
        ProfileKind::Innovator => innovator().boxed(),
        ProfileKind::BusinessInvestor => business_investor().boxed(),
        ProfileKind::Mentor => mentor().boxed(),
        ProfileKind::CorporatePartner => corporate_partner().boxed(),
        ProfileKind::GovernmentOfficial => government_official().boxed(),
        ProfileKind::AcademicResearcher => academic_researcher().boxed(),
        ProfileKind::ServiceProvider => service_provider().boxed(),
        ProfileKind::CommunityMember => community_member().boxed(),
    }
}

fn field_visibility() -> impl Strategy<Value = FieldVisibilityInput> {
    let visibility = || word(Visibility::WORDS).prop_map(Some);
    (visibility(), visibility(), visibility(), visibility()).prop_map(
        |(email, phone, location, connections)| FieldVisibilityInput { email, phone, location, connections },
    )
}

fn looking_for() -> impl Strategy<Value = Vec<LookingForInput>> {
    let kinds = several(word(ProfileKind::WORDS), 8);
    let whys = proptest::collection::vec(maybe(line::<1, 300>()), 8);
    (kinds, whys).prop_map(|(kinds, whys)| {
        kinds.into_iter().zip(whys).map(|(kind, why)| LookingForInput { kind, why }).collect()
    })
}

fn extra() -> impl Strategy<Value = Map<String, Value>> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        line::<1, 30>().prop_map(Value::from),
        line::<1, 30>().prop_map(|text| json!({ "nested": [text] })),
    ];
    proptest::collection::vec((line::<1, 20>(), value), 0..4)
        .prop_map(|members| members.into_iter().collect())
}

/// A valid profile of a kind, in the form it has after it was parsed.
pub fn profile_input_of(kind: ProfileKind) -> impl Strategy<Value = ProfileInput> {
    let location =
        (maybe(line::<1, 80>()), country()).prop_map(|(city, country)| LocationInput { city, country });
    let who = (maybe(line::<2, 120>()), maybe(link()), maybe(location), several(language(), 4));
    let what = (labels(), labels(), several(link(), 3), maybe(line::<1, 120>()));
    let wants = (looking_for(), maybe(prose::<1, 1_000>()));
    let seen = (word(Visibility::WORDS), field_visibility(), extra());
    (who, what, wants, details_input(kind), seen).prop_map(|(who, what, wants, details, seen)| ProfileInput {
        headline: who.0,
        photo: who.1,
        location: who.2,
        languages: who.3,
        skills: what.0,
        interests: what.1,
        links: what.2,
        availability: what.3,
        looking_for: wants.0,
        offering: wants.1,
        details,
        visibility: Some(seen.0),
        field_visibility: Some(seen.1),
        extra: seen.2,
    })
}

/// A valid profile of any kind, in the form it has after it was parsed.
pub fn profile_input() -> impl Strategy<Value = ProfileInput> {
    select(ProfileKind::ALL).prop_flat_map(profile_input_of)
}

/// What the owner of a profile may have written.
pub fn profile_content() -> impl Strategy<Value = ProfileContent> {
    profile_input().prop_filter_map("a valid profile", |input| ProfileContent::from_raw(input).ok())
}

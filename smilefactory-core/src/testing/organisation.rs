//! Organisations and funding rounds.

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::sample::select;

use super::text::{country, line, link, maybe, money, slug};
use super::{Flaw, Spoiled};
use crate::identity::{FundingRoundInput, FundingRoundKind, OrganisationInput, OrganisationStatus};
use crate::validation::code;

/// A day that core accepts.
fn day() -> impl Strategy<Value = String> {
    (1_i32..=9999, 1_u32..=366).prop_filter_map("a day of that year", |(year, day)| {
        NaiveDate::from_yo_opt(year, day).map(|day| day.to_string())
    })
}

/// A valid organisation.
pub fn organisation_input() -> impl Strategy<Value = OrganisationInput> {
    let names = (line::<1, 200>(), slug(), line::<1, 120>(), maybe(line::<1, 60>()));
    let place = (maybe(link()), maybe(country()), maybe(line::<1, 80>()), maybe(day()));
    (names, place, select(OrganisationStatus::ALL), maybe(money())).prop_map(
        |((external_id, slug, name, category), (site, country, city, founded_on), status, funding_total)| {
            OrganisationInput {
                external_id,
                slug,
                name,
                category,
                site,
                country,
                city,
                founded_on,
                status: status.as_str().to_owned(),
                funding_total,
            }
        },
    )
}

/// A valid funding round of some organisation.
pub fn funding_round_input() -> impl Strategy<Value = FundingRoundInput> {
    (line::<1, 200>(), select(FundingRoundKind::ALL), day(), maybe(money())).prop_map(
        |(organisation, kind, funded_on, raised)| FundingRoundInput {
            organisation,
            kind: kind.as_str().to_owned(),
            funded_on,
            raised,
        },
    )
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_organisations(input: &OrganisationInput) -> impl Iterator<Item = Spoiled<OrganisationInput>> {
    ORGANISATIONS.iter().map(|flaw| flaw.on(input.clone()))
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_funding_rounds(input: &FundingRoundInput) -> impl Iterator<Item = Spoiled<FundingRoundInput>> {
    ROUNDS.iter().map(|flaw| flaw.on(input.clone()))
}

const ORGANISATIONS: &[Flaw<OrganisationInput>] = &[
    Flaw::new("/external_id", code::REQUIRED, |o| o.external_id = " ".into()),
    Flaw::new("/external_id", code::TOO_LONG, |o| o.external_id = "x".repeat(201)),
    Flaw::new("/slug", code::MALFORMED, |o| o.slug = "No Slug".into()),
    Flaw::new("/name", code::REQUIRED, |o| o.name.clear()),
    Flaw::new("/name", code::TOO_LONG, |o| o.name = "x".repeat(121)),
    Flaw::new("/category", code::TOO_LONG, |o| o.category = Some("x".repeat(61))),
    Flaw::new("/site", code::MALFORMED, |o| o.site = Some("example.org".into())),
    Flaw::new("/country", code::MALFORMED, |o| o.country = Some("ZWE".into())),
    Flaw::new("/city", code::TOO_LONG, |o| o.city = Some("x".repeat(81))),
    Flaw::new("/founded_on", code::MALFORMED, |o| o.founded_on = Some("2012".into())),
    Flaw::new("/status", code::UNKNOWN_VALUE, |o| o.status = "ipo".into()),
    Flaw::new("/status", code::REQUIRED, |o| o.status.clear()),
];

const ROUNDS: &[Flaw<FundingRoundInput>] = &[
    Flaw::new("/organisation", code::REQUIRED, |r| r.organisation.clear()),
    Flaw::new("/kind", code::UNKNOWN_VALUE, |r| r.kind = "series-z".into()),
    Flaw::new("/funded_on", code::REQUIRED, |r| r.funded_on.clear()),
    Flaw::new("/funded_on", code::MALFORMED, |r| r.funded_on = "12-Jan".into()),
];

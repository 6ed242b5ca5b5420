//! Examples of organisations.

use chrono::NaiveDate;
use serde_json::{Value, json};
use smilefactory_core::id::{Id, OrganisationId};
use smilefactory_core::identity::{
    FundingRound, FundingRoundKind, Organisation, OrganisationDraft, OrganisationInput,
};
use smilefactory_core::money::Money;
use smilefactory_core::validation::Field;
use smilefactory_core::version::Version;

use super::{now, value};

pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "FundingRound" => value(round()?),
        "Organisation" => value(organisation()?),
        _ => None,
    }
}

fn id() -> OrganisationId {
    Id::at(now(), [21; 10])
}

fn organisation() -> Option<Organisation> {
    let input: OrganisationInput = serde_json::from_value(json!({
        "external_id": "/company/pump-co", "slug": "pump-co", "name": "Pump & Co", "category": "water",
        "site": "https://pump.example.org/", "country": "ZW", "city": "Harare", "founded_on": "2012-06-01",
        "status": "operating", "funding_total": {"amount": "1750000", "currency": "USD"},
    }))
    .ok()?;
    Some(Organisation {
        id: id(),
        source: "crunchbase".parse().ok()?,
        version: Version::FIRST,
        created_at: now(),
        updated_at: now(),
        draft: OrganisationDraft::from_raw(input).ok()?,
    })
}

fn round() -> Option<FundingRound> {
    Some(FundingRound {
        id: Id::at(now(), [22; 10]),
        organisation: id(),
        kind: FundingRoundKind::SeriesA,
        funded_on: NaiveDate::from_ymd_opt(2012, 6, 30)?,
        raised: Money::new(1_750_000.into(), "USD").ok(),
    })
}

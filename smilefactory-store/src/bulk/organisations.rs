//! Organisations.

use rust_decimal::Decimal;
use smilefactory_core::identity::{OrganisationDraft, OrganisationInput};
use smilefactory_core::money::{Money, MoneyInput};
use smilefactory_core::text::{Country, Currency};
use smilefactory_core::validation::{Report, Violation};
use uuid::Uuid;

use super::copy::CopyText;
use super::csv::Row;
use super::kind::{InCrunchbase, Kind, Names};

/// The kind.
#[derive(Debug)]
pub(super) enum Organisations {}

impl Kind for Organisations {
    type Draft = OrganisationDraft;

    fn key(draft: &OrganisationDraft) -> String {
        draft.external_id.to_string()
    }

    fn write(draft: &OrganisationDraft, line: u64, id: Uuid, rows: &mut CopyText) {
        rows.plain(line)
            .plain(id)
            .text(draft.external_id.as_str())
            .text(draft.slug.as_str())
            .text(draft.name.as_str())
            .maybe(draft.category.as_ref().map(AsRef::as_ref))
            .maybe(draft.site.as_ref().map(AsRef::as_ref))
            .maybe(draft.country.as_ref().map(AsRef::as_ref))
            .maybe(draft.city.as_ref().map(AsRef::as_ref))
            .maybe_plain(draft.founded_on)
            .text(draft.status.as_str())
            .maybe_plain(draft.funding_total.as_ref().map(Money::amount))
            .maybe(draft.funding_total.as_ref().map(Money::currency).map(Currency::as_str))
            .end();
    }
}

impl InCrunchbase for Organisations {
    const COLUMNS: Names = &[
        ("/external_id", "permalink"),
        ("/slug", "permalink"),
        ("/name", "name"),
        ("/category", "category_code"),
        ("/country", "country_code"),
        ("/city", "city"),
        ("/founded_on", "founded_at"),
        ("/status", "status"),
        ("/funding_total", "funding_total_usd"),
    ];

    fn from_crunchbase(row: Row<'_>, report: &mut Report) -> OrganisationInput {
        let mut get = |column| row.get(column, report);
        let permalink = get("permalink").unwrap_or_default().to_owned();
        let slug = permalink.rsplit('/').next().unwrap_or_default().to_owned();
        let owned = |value: Option<&str>| value.map(str::to_owned);
        let name = owned(get("name")).unwrap_or_default();
        let category = owned(get("category_code"));
        let city = owned(get("city"));
        let founded_on = owned(get("founded_at"));
        let status = match get("status") {
            Some("ipo") => "public",
            status => status.unwrap_or_default(),
        };
        OrganisationInput {
            external_id: permalink,
            slug,
            name,
            category,
            site: None,
            country: country(row, report),
            city,
            founded_on,
            status: status.to_owned(),
            funding_total: dollars(row, "funding_total_usd", report),
        }
    }
}

/// The country, which CrunchBase writes in three letters.
pub(super) fn country(row: Row<'_>, report: &mut Report) -> Option<String> {
    let code = row.get("country_code", report)?;
    match Country::from_alpha_3(code) {
        Some(country) => Some(country.into()),
        None => report.field("country_code", |report| {
            report.refuse(Violation::malformed("an ISO 3166-1 country code of three letters such as ZWE"))
        }),
    }
}

/// A sum in US dollars.
pub(super) fn dollars(row: Row<'_>, column: &'static str, report: &mut Report) -> Option<MoneyInput> {
    let amount = row.get(column, report)?;
    match amount.parse::<Decimal>() {
        Ok(amount) => Some(MoneyInput { amount, currency: "USD".to_owned() }),
        Err(_) => {
            report.field(column, |report| report.refuse(Violation::malformed("a number of US dollars")))
        }
    }
}

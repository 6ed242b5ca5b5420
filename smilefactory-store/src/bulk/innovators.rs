//! Start-ups, as innovators.

use smilefactory_core::bulk::{ListedInnovatorDraft, ListedInnovatorInput};
use smilefactory_core::money::Money;
use smilefactory_core::profile::{InnovationStage, LocationInput};
use smilefactory_core::text::Currency;
use smilefactory_core::validation::Report;
use uuid::Uuid;

use super::copy::CopyText;
use super::csv::Row;
use super::kind::{InCrunchbase, Kind, Names};
use super::organisations::{country, dollars};

/// The kind.
#[derive(Debug)]
pub(super) enum Innovators {}

impl Kind for Innovators {
    type Draft = ListedInnovatorDraft;

    fn key(draft: &ListedInnovatorDraft) -> String {
        draft.external_id.to_string()
    }

    fn write(draft: &ListedInnovatorDraft, line: u64, id: Uuid, rows: &mut CopyText) {
        let location = draft.location.as_ref();
        rows.plain(line)
            .plain(id)
            .text(draft.external_id.as_str())
            .text(draft.slug.as_str())
            .text(draft.name.as_str())
            .maybe(draft.industry.as_ref().map(AsRef::as_ref))
            .maybe(draft.stage.map(InnovationStage::as_str))
            .maybe(location.map(|location| location.country.as_str()))
            .maybe(location.and_then(|location| location.city.as_ref()).map(AsRef::as_ref))
            .maybe_plain(draft.funding_raised.as_ref().map(Money::amount))
            .maybe(draft.funding_raised.as_ref().map(Money::currency).map(Currency::as_str))
            .end();
    }
}

impl InCrunchbase for Innovators {
    const COLUMNS: Names = &[
        ("/external_id", "permalink"),
        ("/slug", "permalink"),
        ("/name", "name"),
        ("/industry", "category_code"),
        ("/location/country", "country_code"),
        ("/location/city", "city"),
        ("/funding_raised", "funding_total_usd"),
    ];

    fn from_crunchbase(row: Row<'_>, report: &mut Report) -> ListedInnovatorInput {
        let mut get = |column| row.get(column, report);
        let permalink = get("permalink").unwrap_or_default().to_owned();
        let slug = permalink.rsplit('/').next().unwrap_or_default().to_owned();
        let name = get("name").unwrap_or_default().to_owned();
        // Industries of profiles are written as people write them.
        let industry = get("category_code").map(|category| category.replace('_', " "));
        let city = get("city").map(str::to_owned);
        let country = country(row, report);
        ListedInnovatorInput {
            external_id: permalink,
            slug,
            name,
            industry,
            stage: None,
            location: country.map(|country| LocationInput { city, country }),
            funding_raised: dollars(row, "funding_total_usd", report),
        }
    }
}

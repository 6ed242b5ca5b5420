//! Events.

use chrono::{Days, NaiveDate};
use serde::Deserialize;
use smilefactory_core::bulk::{ListedEventDraft, ListedEventInput};
use smilefactory_core::event::{EventFormat, Zone};
use smilefactory_core::text::Country;
use smilefactory_core::validation::{Field, Report, Violation};
use uuid::Uuid;

use super::copy::CopyText;
use super::kind::{Kind, Names, object};
use crate::render;

/// The kind.
#[derive(Debug)]
pub(super) enum Events {}

impl Kind for Events {
    type Draft = ListedEventDraft;

    fn key(draft: &ListedEventDraft) -> String {
        draft.external_id.to_string()
    }

    fn write(draft: &ListedEventDraft, line: u64, id: Uuid, rows: &mut CopyText) {
        let description = draft.description();
        let rendered = render::markdown(&description);
        let topics: Vec<&str> = draft.topics.iter().map(AsRef::as_ref).collect();
        rows.plain(line)
            .plain(id)
            .text(draft.external_id.as_str())
            .text(draft.title.as_str())
            .text(&description)
            .text(&rendered.html)
            .plain(rendered.renderer)
            .text(draft.category.as_str())
            .text(draft.format.as_str())
            .maybe(draft.city.as_ref().map(AsRef::as_ref))
            .maybe(draft.country.as_ref().map(Country::as_str))
            .plain(draft.starts.get())
            .plain(draft.ends.get())
            .text(draft.zone.as_str())
            // Clocks of the zone show both: that was checked.
            .maybe_plain(draft.zone.instant(draft.starts).map(|at| at.to_rfc3339()))
            .maybe_plain(draft.zone.instant(draft.ends).map(|at| at.to_rfc3339()))
            .text(draft.site.as_str())
            .text(&serde_json::json!(topics).to_string())
            .maybe_plain(draft.proposals_until)
            .end();
    }
}

/// What the list of conferences calls the fields of an event.
pub(super) const CONFERENCE: Names = &[
    ("/external_id", "url"),
    ("/title", "name"),
    ("/site", "url"),
    ("/format", "online"),
    ("/starts", "start"),
    ("/ends", "end"),
    ("/proposals_until", "cfp_end"),
];

/// An event as the list of conferences has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Conference {
    name: String,
    url: String,
    start: String,
    end: String,
    #[serde(default)]
    city: Option<String>,
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    online: bool,
    #[serde(default)]
    cfp_end: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
}

impl Conference {
    pub(super) fn read(line: &[u8]) -> Result<Self, Vec<Violation>> {
        object(line).map_err(|violation| vec![violation])
    }

    /// The event: from the beginning of its first day to the end of its last one. A site has several conferences, each
    /// on days of its own.
    pub(super) fn into_event(self, zone: Zone, report: &mut Report) -> ListedEventInput {
        let format = match (self.online, &self.city) {
            (true, None) => EventFormat::Online,
            (true, Some(_)) => EventFormat::Hybrid,
            (false, _) => EventFormat::InPerson,
        };
        let country = self.country.and_then(|name| {
            let country = Country::from_english_name(&name);
            if country.is_none() {
                report.field("country", |report| {
                    report.add(Violation::malformed("what a country is called in English, such as Zimbabwe"));
                });
            }
            country
        });
        let day = |field: &'static str, day: &str, report: &mut Report| {
            report.field(field, |report| NaiveDate::parse(day.to_owned(), report))
        };
        let starts = day("start", &self.start, report);
        let ends = day("end", &self.end, report).and_then(|last| last.checked_add_days(Days::new(1)));
        let midnight = |day: Option<NaiveDate>| day.map(|day| format!("{day}T00:00")).unwrap_or_default();
        ListedEventInput {
            external_id: format!("{} {}", self.start, self.url),
            title: self.name,
            site: self.url,
            category: None,
            format: format.as_str().to_owned(),
            city: self.city,
            country: country.map(Into::into),
            starts: midnight(starts),
            ends: midnight(ends),
            zone: zone.as_str().to_owned(),
            proposals_until: self.cfp_end,
            topics: self.topics,
        }
    }
}

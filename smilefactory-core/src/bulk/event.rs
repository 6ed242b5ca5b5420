//! Events of a list.

use chrono::NaiveDate;

use crate::collection::Set;
use crate::content::TagName;
use crate::event::{EventCategory, EventFormat, WallTime, Zone, check_times};
use crate::identity::ExternalId;
use crate::record::record;
use crate::text::{Country, Line, Link};
use crate::validation::{Report, Violation, code};

record! {
    /// An event as its source has it, from which one of the community's calendar is made: public, published, with as many
    /// seats as people come. Nobody organises it: what its source says is all there is to say.
    ///
    /// ```
    /// use smilefactory_core::bulk::{ListedEventDraft, ListedEventInput};
    /// use smilefactory_core::validation::Field;
    ///
    /// let input: ListedEventInput = serde_json::from_str(
    ///     r#"{"external_id": "pump-conf-2027", "title": "PumpConf", "site": "https://pumps.example", "format": "online",
    ///         "starts": "2027-03-01T09:00", "ends": "2027-03-02T17:00", "zone": "Africa/Harare", "topics": ["solar"]}"#,
    /// )?;
    /// let event = ListedEventDraft::from_raw(input)?;
    /// assert_eq!(event.description(), "<https://pumps.example/>\n\nTopics: solar.");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct ListedEventDraft / ListedEventInput / ListedEventPatch {
        /// The source's key for it.
        external_id: ExternalId,
        /// What it is called.
        title: Line<1, 200>,
        /// Where it tells of itself.
        site: Link,
        /// What people come together for.
        category: EventCategory = EventCategory::Conference,
        /// Where.
        format: EventFormat,
        /// The town, unless it is online only.
        city: Option<Line<1, 80>>,
        /// The country, unless it is online only.
        country: Option<Country>,
        /// When it begins, as clocks in its zone show it.
        starts: WallTime,
        /// When it ends.
        ends: WallTime,
        /// The zone of both.
        zone: Zone,
        /// The last day on which talks can be proposed.
        proposals_until: Option<NaiveDate>,
        /// What it is about, in the source's words.
        topics: Set<TagName, 20>,
    }
    check(format, city, country) |report| somewhere(*format, city.is_some(), country.is_some(), report);
    check(starts, ends, zone) |report| check_times(*starts, *ends, *zone, report);
}

impl ListedEventDraft {
    /// What is said of it, in Markdown.
    pub fn description(&self) -> String {
        let mut paragraphs = vec![format!("<{}>", self.site)];
        if !self.topics.is_empty() {
            let topics: Vec<&str> = self.topics.iter().map(AsRef::as_ref).collect();
            paragraphs.push(format!("Topics: {}.", topics.join(", ")));
        }
        if let Some(day) = self.proposals_until {
            paragraphs.push(format!("Talks can be proposed until {day}."));
        }
        paragraphs.join("\n\n")
    }
}

fn somewhere(format: EventFormat, has_city: bool, has_country: bool, report: &mut Report) {
    let needs_place = format != EventFormat::Online;
    for (field, is_there) in [("city", has_city), ("country", has_country)] {
        report.field(field, |report| {
            if needs_place && !is_there {
                report.add(Violation::required());
            } else if !needs_place && is_there {
                report.add(Violation::new(code::NOT_ALLOWED, "what is online only has no place"));
            }
        });
    }
}

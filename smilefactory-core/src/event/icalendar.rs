//! Events as calendars read them (RFC 5545).

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::{Event, EventPlace, EventState};
use crate::id::Id;

/// How many octets a line has at most.
const LINE: usize = 75;

/// These events as an iCalendar file. Times are instants in UTC, which every calendar knows; a calendar that has the
/// file replaces what it has of an event by what has a higher sequence. Where an event is joined is in it as far as
/// the events say so: give those that are [shown to](Event::shown_to) whoever reads it.
///
/// ```
/// let file = smilefactory_core::event::icalendar("Events", []);
/// assert!(file.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
/// assert!(file.ends_with("X-WR-CALNAME:Events\r\nEND:VCALENDAR\r\n"));
/// ```
pub fn icalendar<'a>(name: &str, events: impl IntoIterator<Item = &'a Event>) -> String {
    let mut file = String::new();
    line(&mut file, "BEGIN", "VCALENDAR");
    line(&mut file, "VERSION", "2.0");
    line(&mut file, "PRODID", "-//SmileFactory//Events//EN");
    line(&mut file, "CALSCALE", "GREGORIAN");
    text(&mut file, "X-WR-CALNAME", name);
    for event in events {
        component(&mut file, event);
    }
    line(&mut file, "END", "VCALENDAR");
    file
}

fn component(file: &mut String, event: &Event) {
    let status = match event.state {
        EventState::Draft => "TENTATIVE",
        EventState::Published | EventState::Completed => "CONFIRMED",
        EventState::Cancelled => "CANCELLED",
    };
    line(file, "BEGIN", "VEVENT");
    line(file, "UID", &format!("{}@events.smilefactory", event.id.uuid()));
    line(file, "SEQUENCE", &event.sequence.to_string());
    line(file, "DTSTAMP", &instant(event.updated_at));
    line(file, "CREATED", &instant(event.created_at));
    line(file, "LAST-MODIFIED", &instant(event.updated_at));
    line(file, "DTSTART", &instant(event.starts_at));
    line(file, "DTEND", &instant(event.ends_at));
    line(file, "STATUS", status);
    line(file, "CATEGORIES", &event.draft.category.as_str().to_uppercase());
    text(file, "SUMMARY", event.draft.title.as_str());
    text(file, "DESCRIPTION", event.draft.description.as_str());
    if let Some(place) = &event.draft.place {
        text(file, "LOCATION", &address(place));
    }
    if let Some(link) = &event.draft.join_at {
        line(file, "URL", link.as_str());
    }
    line(file, "END", "VEVENT");
}

fn address(place: &EventPlace) -> String {
    let parts = [
        place.name.as_ref().map(AsRef::as_ref),
        Some(place.address.as_str()),
        place.city.as_ref().map(AsRef::as_ref),
        Some(place.country.as_str()),
    ];
    parts.into_iter().flatten().collect::<Vec<&str>>().join(", ")
}

fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A property whose value is text for people.
fn text(file: &mut String, name: &str, value: &str) {
    let mut escaped = String::with_capacity(value.len() + 8);
    for letter in value.chars() {
        match letter {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    line(file, name, &escaped);
}

/// A line, folded where it is too long: never within a letter.
fn line(file: &mut String, name: &str, value: &str) {
    let mut octets = name.len() + 1;
    // Writing to a String cannot fail.
    _ = write!(file, "{name}:");
    for letter in value.chars() {
        if octets + letter.len_utf8() > LINE {
            file.push_str("\r\n ");
            octets = 1;
        }
        file.push(letter);
        octets += letter.len_utf8();
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::EventDraft;
    use crate::id::{AccountId, EventId};
    use crate::testing;
    use crate::validation::Field;

    /// The properties of a file, unfolded and unescaped, as a calendar reads them.
    fn read(file: &str) -> Vec<(String, String)> {
        assert!(file.split("\r\n").all(|line| line.len() <= LINE && !line.contains(['\r', '\n'])));
        let unfolded = file.replace("\r\n ", "");
        let property = |line: &str| {
            let (name, value) = line.split_once(':').unwrap();
            let mut letters = value.chars();
            let mut plain = String::new();
            while let Some(letter) = letters.next() {
                match letter {
                    '\\' => plain.push(match letters.next().unwrap() {
                        'n' | 'N' => '\n',
                        other => other,
                    }),
                    letter => plain.push(letter),
                }
            }
            (name.to_owned(), plain)
        };
        unfolded.split_terminator("\r\n").map(property).collect()
    }

    proptest! {
        #[test]
        fn a_calendar_reads_what_the_event_says(input in testing::event_input(), r: [u8; 10]) {
            let draft = EventDraft::from_raw(input).unwrap();
            let now = "1999-01-01T00:00:00Z".parse().unwrap();
            let (event, _) = draft.create(EventId::at(now, r), AccountId::at(now, r), now).unwrap();
            let file = icalendar("A; b, c", [&event]);
            let read = read(&file);
            let one = |name: &str| {
                let found: Vec<_> = read.iter().filter(|(known, _)| known == name).collect();
                assert_eq!(found.len(), 1, "{name}");
                found[0].1.clone()
            };
            prop_assert_eq!(one("SUMMARY"), event.draft.title.as_str());
            prop_assert_eq!(one("DESCRIPTION"), event.draft.description.as_str().replace('\t', " "));
            prop_assert_eq!(one("X-WR-CALNAME"), "A; b, c");
            let at = |name: &str| chrono::NaiveDateTime::parse_from_str(&one(name), "%Y%m%dT%H%M%SZ").unwrap().and_utc();
            prop_assert_eq!((at("DTSTART"), at("DTEND")), (event.starts_at, event.ends_at));
            prop_assert_eq!(one("STATUS"), "TENTATIVE");
            prop_assert_eq!(read.iter().filter(|(name, _)| name == "LOCATION").count(), usize::from(event.draft.place.is_some()));
        }
    }
}

//! Events and registrations.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;

use super::text::{country, line, link, maybe, money, prose, slug};
use super::{Flaw, Spoiled, several, word};
use crate::event::{
    Event, EventCategory, EventDraft, EventFormat, EventInput, EventPlaceInput, EventVisibility,
    Registration, RegistrationState, RepeatsInput, SeatClassInput, WallTime, Zone,
};
use crate::id::Id;
use crate::validation::{Field, code};
use crate::version::Version;

/// A valid event.
pub fn event_input() -> impl Strategy<Value = EventInput> {
    let text =
        (line::<1, 200>(), prose::<1, 300>(), word(EventCategory::WORDS), word(EventVisibility::WORDS));
    let place = (select(EventFormat::ALL), place_input(), maybe(link()));
    let seats = (maybe(1_i64..=100_000), several(slug(), 8), any::<bool>(), maybe(money()), any::<bool>());
    (text, place, when(), seats).prop_map(
        |(text, (format, place, join_at), (starts, ends, zone, until), seats)| {
            let (title, description, category, visibility) = text;
            let (capacity, classes, by_invitation, price, approval) = seats;
            let class = |name| SeatClassInput { name, capacity: 12, by_invitation: Some(by_invitation) };
            EventInput {
                title,
                description,
                category,
                format: format.as_str().to_owned(),
                place: (format != EventFormat::Online).then_some(place),
                join_at: join_at.filter(|_| format != EventFormat::InPerson),
                starts,
                ends,
                zone,
                register_until: until,
                capacity,
                classes: classes.into_iter().filter(|name| name != "general").map(class).collect(),
                price,
                approval: Some(approval),
                visibility: Some(visibility),
                repeats: None,
            }
        },
    )
}

fn place_input() -> impl Strategy<Value = EventPlaceInput> {
    (maybe(line::<1, 120>()), line::<1, 300>(), maybe(line::<1, 80>()), country())
        .prop_map(|(name, address, city, country)| EventPlaceInput { name, address, city, country })
}

/// When an event begins and ends, in which zone, and until when people register.
fn when() -> impl Strategy<Value = (String, String, String, Option<String>)> {
    let zones =
        select(&["Africa/Harare", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"]);
    let minutes = (0_i64..50_000_000, 1_i64..=30 * 24 * 60, maybe(0_i64..100_000));
    (zones, minutes).prop_filter_map("times in order", |(zone, (starts, lasts, before))| {
        let zone: Zone = zone.parse().ok()?;
        let at = DateTime::from_timestamp(978_393_600 + starts * 60, 0)?;
        let (starts, ends) = (zone.wall(at), zone.wall(at + TimeDelta::minutes(lasts)));
        let until = before.map(|before| zone.wall(at - TimeDelta::minutes(before)));
        let instant = |wall: WallTime| zone.instant(wall);
        let lasts = instant(ends)? - instant(starts)?;
        let in_order = lasts > TimeDelta::zero() && lasts <= crate::event::LONGEST_EVENT;
        let until = until.filter(|until| instant(*until) <= instant(starts));
        let year = |wall: WallTime| WallTime::new(wall.get()).is_some();
        (in_order && year(starts) && year(ends) && until.is_none_or(year)).then(|| {
            (starts.to_string(), ends.to_string(), zone.to_string(), until.map(|until| until.to_string()))
        })
    })
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_events(input: &EventInput) -> impl Iterator<Item = Spoiled<EventInput>> {
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

/// One hour on a day on which nothing happens to clocks.
fn at_noon(event: &mut EventInput) {
    event.starts = "2026-06-01T12:00".into();
    event.ends = "2026-06-01T13:00".into();
    event.zone = "Europe/Berlin".into();
    event.register_until = None;
}

/// At noon of a Monday, and again.
fn repeat(event: &mut EventInput, rule: &str) {
    at_noon(event);
    event.repeats = Some(RepeatsInput { rule: rule.into() });
}

const FLAWS: &[Flaw<EventInput>] = &[
    Flaw::new("/title", code::REQUIRED, |event| event.title = " ".into()),
    Flaw::new("/title", code::TOO_LONG, |event| event.title = "x".repeat(201)),
    Flaw::new("/title", code::MALFORMED, |event| event.title = "a\nb".into()),
    Flaw::new("/description", code::REQUIRED, |event| event.description = String::new()),
    Flaw::new("/description", code::TOO_LONG, |event| event.description = "x".repeat(10_001)),
    Flaw::new("/category", code::UNKNOWN_VALUE, |event| event.category = "party".into()),
    Flaw::new("/format", code::UNKNOWN_VALUE, |event| event.format = "nowhere".into()),
    Flaw::new("/place", code::REQUIRED, |event| {
        event.format = "hybrid".into();
        event.place = None;
    }),
    Flaw::new("/place", code::NOT_ALLOWED, |event| {
        event.format = "online".into();
        event.place = Some(EventPlaceInput {
            address: "1 Main St".into(),
            country: "ZW".into(),
            ..EventPlaceInput::default()
        });
    }),
    Flaw::new("/join_at", code::NOT_ALLOWED, |event| {
        event.format = "in_person".into();
        event.place = Some(EventPlaceInput {
            address: "1 Main St".into(),
            country: "ZW".into(),
            ..EventPlaceInput::default()
        });
        event.join_at = Some("https://example.org/".into());
    }),
    Flaw::new("/zone", code::MALFORMED, |event| event.zone = "Harare".into()),
    Flaw::new("/starts", code::MALFORMED, |event| event.starts = "2026-03-01T18:00Z".into()),
    Flaw::new("/starts", code::OUT_OF_RANGE, |event| {
        at_noon(event);
        event.starts = "2026-03-29T02:30".into();
    }),
    Flaw::new("/ends", code::RANGE_ORDER, |event| {
        at_noon(event);
        event.ends.clone_from(&event.starts);
    }),
    Flaw::new("/ends", code::OUT_OF_RANGE, |event| {
        at_noon(event);
        event.ends = "2026-07-02T12:01".into();
    }),
    Flaw::new("/register_until", code::RANGE_ORDER, |event| {
        at_noon(event);
        event.register_until = Some("2026-06-01T12:01".into());
    }),
    Flaw::new("/capacity", code::OUT_OF_RANGE, |event| event.capacity = Some(0)),
    Flaw::new("/classes/0/name", code::NOT_ALLOWED, |event| {
        event.classes = vec![SeatClassInput { name: "general".into(), capacity: 1, by_invitation: None }];
    }),
    Flaw::new("/classes/1/name", code::DUPLICATE, |event| {
        event.classes = vec![SeatClassInput { name: "vip".into(), capacity: 1, by_invitation: None }; 2];
    }),
    Flaw::new("/classes", code::TOO_MANY, |event| event.classes = vec![SeatClassInput::default(); 9]),
    Flaw::new("/repeats/rule", code::REQUIRED, |event| event.repeats = Some(RepeatsInput::default())),
    Flaw::new("/repeats/rule", code::MALFORMED, |event| repeat(event, "every Tuesday")),
    Flaw::new("/repeats/rule", code::NOT_ALLOWED, |event| repeat(event, "FREQ=HOURLY")),
    Flaw::new("/repeats/rule", code::OUT_OF_RANGE, |event| repeat(event, "FREQ=DAILY;COUNT=367")),
    Flaw::new("/repeats/rule", code::OUT_OF_RANGE, |event| repeat(event, "FREQ=DAILY;UNTIL=20280101")),
    Flaw::new("/repeats/rule", code::RANGE_ORDER, |event| repeat(event, "FREQ=WEEKLY;BYDAY=TU")),
    Flaw::new("/visibility", code::UNKNOWN_VALUE, |event| event.visibility = Some("secret".into())),
];

/// A published event of tomorrow, with as many seats as people come, and the time from which that is tomorrow.
#[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a generator of tests")]
pub fn event_of_tomorrow() -> (Event, DateTime<Utc>) {
    let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_485);
    let zone = Zone::UTC;
    let draft = EventDraft::from_raw(EventInput {
        title: "Solar pumps in practice".into(),
        description: "We take one apart.".into(),
        category: "workshop".into(),
        format: "online".into(),
        starts: zone.wall(now + TimeDelta::hours(24)).to_string(),
        ends: zone.wall(now + TimeDelta::hours(26)).to_string(),
        zone: zone.to_string(),
        ..EventInput::default()
    });
    let draft = draft.expect("the event is valid");
    let (event, _) =
        draft.create(Id::at(now, [1; 10]), Id::at(now, [2; 10]), now).expect("its times are there");
    let (event, _) = event.publish(now).expect("it is in the future");
    (event, now)
}

/// A registration for the event that stands like this.
pub fn registration_in(event: &Event, state: RegistrationState, now: DateTime<Utc>) -> Registration {
    let seated =
        matches!(state, RegistrationState::Going | RegistrationState::CheckedIn | RegistrationState::NoShow);
    Registration {
        id: Id::at(now, [3; 10]),
        event: event.id,
        account: Id::at(now, [4; 10]),
        class: None,
        state,
        place: matches!(state, RegistrationState::Waitlisted | RegistrationState::Offered).then_some(1),
        offered_until: (state == RegistrationState::Offered).then_some(now + TimeDelta::hours(1)),
        seated_at: seated.then_some(now),
        checked_in_at: (state == RegistrationState::CheckedIn).then_some(now),
        invited_by: None,
        version: Version::FIRST,
        created_at: now,
        updated_at: now,
    }
}

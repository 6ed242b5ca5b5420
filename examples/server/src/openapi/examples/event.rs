//! Examples of events and registrations.

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};
use smilefactory_core::event::{
    Answer, Arrival, CheckInCode, Event, EventDay, EventDraft, EventInput, EventMonth, EventPlaceInput,
    EventProgramme, EventView, ListedEvent, Organiser, OwnRegistration, Programme, ProgrammeInput,
    ProgrammeSessionInput, Registration, RegistrationState, RepeatsInput, Resource, ResourceDraft,
    ResourceInput, SeatClassInput, SpeakerInput, SponsorInput, Zone,
};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::money::MoneyInput;
use smilefactory_core::validation::Field;

use super::{ID, TOKEN, now, value};

/// The example of a schema of events with this name.
pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "CancellationInput" => Some(json!({"reason": "The hall has no power."})),
        "CheckInCode" => value(CheckInCode { event: event()?.id, code: CODE.to_owned() }),
        "CheckInInput" => Some(json!({"code": CODE})),
        "Event" => value(event()?),
        "EventFeed" => Some(json!({"url": format!("https://example.org/v1/events/feed/{TOKEN}")})),
        "EventInput" => value(input()),
        "EventInvitationInput" => Some(json!({"account": ID, "class": "speaker"})),
        "EventMonth" => value(month()?),
        "EventPatch" => {
            Some(json!({"starts": "2026-12-02T18:00", "ends": "2026-12-02T20:00", "capacity": 60}))
        }
        "EventProgramme" => value(EventProgramme {
            event: event()?.id,
            version: event()?.version,
            programme: Programme::from_raw(programme()).ok()?,
        }),
        "EventView" => value(view()?),
        "ListedEvent" => value(ListedEvent {
            own: Some(RegistrationState::Going),
            taken: 31,
            event: event()?.shown_to(None, false),
        }),
        "Organisers" => Some(json!({"items": [Organiser { account: account(1), since: now() }]})),
        "OwnRegistration" => value(own()?),
        "ProgrammeInput" => value(programme()),
        "Registration" => value(registration()?),
        "Resource" => value(resource()?),
        "ResourceInput" => value(given()),
        "Resources" => Some(json!({"items": [resource()?]})),
        "RegistrationInput" => Some(json!({"answer": "going"})),
        _ => None,
    }
}

const CODE: &str = "AZUQDKPAcQGBAQEBAQEBAT0v2zN0iY1m5oWcQ1rJk0c9L9szdImNZuaFnENayZNH";

fn account(n: u8) -> AccountId {
    AccountId::at(now(), [n; 10])
}

fn input() -> EventInput {
    EventInput {
        title: "Solar pumps in practice".to_owned(),
        description: "We take **one** apart, and build it again.".to_owned(),
        category: "workshop".to_owned(),
        format: "hybrid".to_owned(),
        place: Some(EventPlaceInput {
            name: Some("The Mill".to_owned()),
            address: "12 Samora Machel Avenue".to_owned(),
            city: Some("Harare".to_owned()),
            country: "ZW".to_owned(),
        }),
        join_at: Some("https://meet.example.org/pumps".to_owned()),
        starts: "2026-12-01T18:00".to_owned(),
        ends: "2026-12-01T20:00".to_owned(),
        zone: "Africa/Harare".to_owned(),
        register_until: Some("2026-11-30T18:00".to_owned()),
        capacity: Some(50),
        classes: vec![SeatClassInput { name: "speaker".to_owned(), capacity: 4, by_invitation: Some(true) }],
        price: Some(MoneyInput { amount: 5.into(), currency: "USD".to_owned() }),
        approval: Some(false),
        visibility: Some("members".to_owned()),
        repeats: Some(RepeatsInput { rule: "FREQ=WEEKLY;BYDAY=TU;COUNT=4".to_owned() }),
    }
}

fn event() -> Option<Event> {
    let draft = EventDraft::from_raw(input()).ok()?;
    let (event, _) = draft.create(Id::at(now(), [1; 10]), account(1), now()).ok()?;
    let (series, recurrence) = (Some(Id::at(now(), [12; 10])), Some(event.draft.starts));
    Some(Event { series, recurrence, ..event.publish(now()).ok()?.0 })
}

fn registration() -> Option<Registration> {
    let event = event()?;
    let seats = event.draft.seats().into_iter().next()?;
    let arrival = Arrival { id: Id::at(now(), [6; 10]), account: account(4), place: 1 };
    Some(arrival.answer(None, &event, &seats, Answer::Going, now()).ok()?.0)
}

fn own() -> Option<OwnRegistration> {
    let event = event()?;
    Some(OwnRegistration {
        title: event.draft.title.to_string(),
        event_state: event.state,
        starts_at: event.starts_at,
        ends_at: event.ends_at,
        registration: registration()?,
    })
}

fn view() -> Option<EventView> {
    let event = event()?;
    let mut seats = event.draft.seats();
    if let Some(general) = seats.first_mut() {
        general.taken = 31;
    }
    Some(EventView {
        html: "<p>We take <strong>one</strong> apart, and build it again.</p>\n".to_owned(),
        seats,
        organisers: vec![account(1)],
        own: Some(registration()?),
        organises: false,
        event,
    })
}

fn month() -> Option<EventMonth> {
    let month = NaiveDate::from_ymd_opt(2026, 12, 1)?;
    let days =
        vec![EventDay { date: month, events: 2 }, EventDay { date: month + TimeDelta::days(8), events: 1 }];
    Some(EventMonth { month, zone: "Africa/Harare".parse::<Zone>().ok()?, days })
}

fn programme() -> ProgrammeInput {
    ProgrammeInput {
        sessions: vec![ProgrammeSessionInput {
            title: "What breaks first".to_owned(),
            about: Some("Seals, mostly.".to_owned()),
            starts: "2026-12-01T18:00".to_owned(),
            ends: "2026-12-01T18:45".to_owned(),
            room: Some("Hall".to_owned()),
            speakers: vec!["Rudo Dube".to_owned()],
        }],
        speakers: vec![SpeakerInput {
            name: "Rudo Dube".to_owned(),
            account: Some(account(4).to_string()),
            title: Some("Engineer".to_owned()),
            about: None,
            link: Some("https://example.org/rudo".to_owned()),
        }],
        sponsors: vec![SponsorInput {
            name: "The Mill".to_owned(),
            level: Some("gold".to_owned()),
            link: Some("https://example.org/mill".to_owned()),
        }],
    }
}

fn given() -> ResourceInput {
    ResourceInput {
        title: "How to read the plan of a pump".to_owned(),
        link: Some("https://example.org/plan".to_owned()),
        file: None,
        phase: Some("before".to_owned()),
        audience: Some("registered".to_owned()),
    }
}

fn resource() -> Option<Resource> {
    let draft = ResourceDraft::from_raw(given()).ok()?;
    Some(Resource { id: Id::at(now(), [8; 10]), event: event()?.id, added_at: now(), draft })
}

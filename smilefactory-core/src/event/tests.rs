//! The steps of registrations, each from each state, and in any order.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::id::Id;
use crate::testing;
use crate::validation::Field;

fn now() -> DateTime<Utc> {
    "1999-01-01T00:00:00Z".parse().unwrap()
}

fn draft(input: EventInput) -> EventDraft {
    EventDraft::from_raw(input).unwrap()
}

#[test]
fn wall_times_that_no_clock_shows_are_refused() {
    let base = EventInput {
        title: "Early birds".into(),
        description: "Coffee.".into(),
        category: "meetup".into(),
        format: "online".into(),
        starts: "2026-03-29T02:30".into(),
        ends: "2026-03-29T04:30".into(),
        zone: "Europe/Berlin".into(),
        ..EventInput::default()
    };
    let told = |input: EventInput| -> Vec<(String, String)> {
        let violations = EventDraft::from_raw(input).unwrap_err();
        violations.iter().map(|wrong| (wrong.pointer.clone(), wrong.code.to_string())).collect()
    };
    assert_eq!(told(base.clone()), [("/starts".into(), "out_of_range".into())]);
    // The hour between is left out: this takes one hour and not two.
    let over =
        EventInput { starts: "2026-03-29T01:30".into(), ends: "2026-03-29T03:30".into(), ..base.clone() };
    let (event, _) = draft(over).create(Id::at(now(), [1; 10]), Id::at(now(), [2; 10]), now()).unwrap();
    assert_eq!(event.ends_at - event.starts_at, TimeDelta::hours(1));
    // The hour between is there twice: this takes three hours and not two.
    let back =
        EventInput { starts: "2026-10-25T01:30".into(), ends: "2026-10-25T03:30".into(), ..base.clone() };
    let (event, _) = draft(back).create(Id::at(now(), [1; 10]), Id::at(now(), [2; 10]), now()).unwrap();
    assert_eq!(event.ends_at - event.starts_at, TimeDelta::hours(3));
    // On the wall it ends later, but it would end before it begins: both are the first of two.
    let same = EventInput { starts: "2026-10-25T02:30".into(), ends: "2026-10-25T02:30".into(), ..base };
    assert_eq!(told(same), [("/ends".into(), "range_order".into())]);
}

/// Every step from every state: it leads where the table says, or is refused where the table says nothing.
#[test]
fn no_step_leads_where_the_table_does_not() {
    let (event, now) = testing::event_of_tomorrow();
    let seats = event.draft.seats().remove(0);
    let over = event.ends_at;
    for from in RegistrationState::ALL.iter().copied().map(Some).chain([None]) {
        for step in RegistrationStep::ALL.iter().copied() {
            let there = from.map(|state| testing::registration_in(&event, state, now));
            let arrival = Arrival { id: Id::at(now, [3; 10]), account: Id::at(now, [4; 10]), place: 9 };
            let taken = match (step, there) {
                (RegistrationStep::Invite, there) => {
                    arrival.invite(there, &event, &seats, Id::at(now, [5; 10]), now)
                }
                (RegistrationStep::Register, there) => {
                    arrival.answer(there, &event, &seats, Answer::Going, now)
                }
                (RegistrationStep::Consider, there) => {
                    arrival.answer(there, &event, &seats, Answer::Maybe, now)
                }
                (_, None) => {
                    assert!(step.leads(None).is_empty());
                    continue;
                }
                (RegistrationStep::Approve, Some(there)) => there.approve(&event, &seats, 9, now),
                (RegistrationStep::Offer, Some(there)) => there.offer(&event, now),
                (RegistrationStep::Accept, Some(there)) => there.accept(&event, now),
                (RegistrationStep::Decline, Some(there)) => there.decline(now),
                (RegistrationStep::Refuse, Some(there)) => there.refuse(now),
                (RegistrationStep::Lapse, Some(there)) => {
                    let later = now + Registration::OFFER;
                    there.lapse(later)
                }
                (RegistrationStep::Cancel, Some(there)) => there.cancel(RegistrationBy::Attendee, now),
                (RegistrationStep::CheckIn, Some(there)) => {
                    there.check_in(&event, event.starts_at - TimeDelta::hours(1))
                }
                (RegistrationStep::Miss, Some(there)) => there.miss(&event, over),
            };
            match taken {
                Ok((there, moved)) => {
                    assert!(step.leads(from).contains(&there.state), "{from:?} {step} {there:?}");
                    assert_eq!((moved.from, moved.to, moved.step), (from, there.state, step));
                }
                Err(EventRefused::State(_)) => assert!(step.leads(from).is_empty(), "{from:?} {step}"),
                Err(other) => panic!("{from:?} {step}: {other}"),
            }
        }
    }
}

#[test]
fn what_is_too_early_or_too_late_is_refused() {
    let (event, now) = testing::event_of_tomorrow();
    let seats = event.draft.seats().remove(0);
    let in_state = |state| testing::registration_in(&event, state, now);
    let arrival = Arrival { id: Id::at(now, [3; 10]), account: Id::at(now, [4; 10]), place: 9 };
    let late = arrival.answer(None, &event, &seats, Answer::Going, event.registers_until);
    assert_eq!(late.unwrap_err(), EventRefused::RegistrationClosed);
    let apart = Seats { by_invitation: true, name: Some("vip".parse().unwrap()), ..seats.clone() };
    let barred = arrival.answer(None, &event, &apart, Answer::Going, now);
    assert_eq!(barred.unwrap_err(), EventRefused::ByInvitation);
    // To be invited to general seats opens no others.
    let by = AccountId::at(now, [5; 10]);
    let invited = Registration { invited_by: Some(by), ..in_state(RegistrationState::Invited) };
    let barred = arrival.answer(Some(invited.clone()), &event, &apart, Answer::Going, now);
    assert_eq!(barred.unwrap_err(), EventRefused::ByInvitation);
    let invited = Registration { class: apart.name.clone(), ..invited };
    let (going, _) = arrival.answer(Some(invited), &event, &apart, Answer::Going, now).unwrap();
    assert_eq!((going.state, going.class), (RegistrationState::Going, apart.name));

    let (offered, _) = in_state(RegistrationState::Waitlisted).offer(&event, now).unwrap();
    let until = offered.offered_until.unwrap();
    assert!(until <= event.starts_at && until <= now + Registration::OFFER);
    assert_eq!(offered.clone().accept(&event, until).unwrap_err(), EventRefused::OfferExpired);
    assert!(matches!(offered.clone().lapse(until - TimeDelta::seconds(1)), Err(EventRefused::State(_))));
    assert!(offered.lapse(until).is_ok());
    let early = in_state(RegistrationState::Going)
        .check_in(&event, event.starts_at - Event::DOORS - TimeDelta::seconds(1));
    assert_eq!(early.unwrap_err(), EventRefused::TooEarly);
    assert_eq!(in_state(RegistrationState::Going).miss(&event, now).unwrap_err(), EventRefused::NotOver);
}

#[test]
fn an_event_goes_its_way() {
    let (event, now) = testing::event_of_tomorrow();
    assert!(event.clone().publish(now).is_err(), "it is published");
    assert_eq!(event.clone().complete(now).unwrap_err(), EventRefused::NotOver);
    let (done, _) = event.clone().complete(event.ends_at).unwrap();
    assert_eq!(done.state, EventState::Completed);
    let by = AccountId::at(now, [1; 10]);
    let reason = "The hall has no power.".parse().unwrap();
    let (off, _) = event.clone().cancel(Some(reason), by, now).unwrap();
    assert_eq!((off.state, off.sequence), (EventState::Cancelled, event.sequence + 1));
    assert!(off.clone().change(off.draft.clone(), by, now).is_err());
    assert!(off.require_open(now).is_err());
    let (same, changed) = event.clone().change(event.draft.clone(), by, now).unwrap();
    assert!(!changed.rescheduled && !changed.moved && same.sequence == event.sequence);
    let past = EventDraft {
        starts: "2001-01-01T10:00".parse().unwrap(),
        ends: "2001-01-01T11:00".parse().unwrap(),
        ..event.draft.clone()
    };
    let later: DateTime<Utc> = "2001-06-01T00:00:00Z".parse().unwrap();
    if event.ends_at > later {
        assert_eq!(event.change(past, by, later).unwrap_err(), EventRefused::TimeHasPassed);
    }
}

/// What a crowd does, one after the other: seats are never too many, and nobody overtakes.
#[derive(Clone, Debug)]
enum Act {
    Register(usize),
    Cancel(usize),
    Accept(usize),
    Decline(usize),
    Later(i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0_usize..12).prop_map(Act::Register),
        2 => (0_usize..12).prop_map(Act::Cancel),
        2 => (0_usize..12).prop_map(Act::Accept),
        1 => (0_usize..12).prop_map(Act::Decline),
        1 => (1_i64..30).prop_map(Act::Later),
    ]
}

proptest! {
    #[test]
    fn what_was_parsed_stays_as_it_is(input in testing::event_input()) {
        let event = draft(input.clone());
        prop_assert_eq!(event.clone().into_raw(), input);
        let json = serde_json::to_string(&event).unwrap();
        prop_assert_eq!(serde_json::from_str::<EventDraft>(&json).unwrap(), event);
    }

    #[test]
    fn every_flaw_is_told(input in testing::event_input()) {
        for spoiled in testing::spoiled_events(&input) {
            let violations = EventDraft::from_raw(spoiled.input).unwrap_err();
            let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
            prop_assert_eq!(found, [(spoiled.pointer.as_str(), spoiled.code)]);
        }
    }

    #[test]
    fn a_crowd_gets_its_seats_in_order(capacity in 1_u32..4, acts in proptest::collection::vec(act(), 1..80)) {
        let (mut event, mut now) = testing::event_of_tomorrow();
        event.starts_at += TimeDelta::days(300);
        event.registers_until = event.starts_at;
        event.ends_at = event.starts_at + TimeDelta::hours(2);
        let mut crowd: Vec<Option<Registration>> = vec![None; 12];
        let (mut place, mut seated): (u64, Vec<u64>) = (0, Vec::new());
        for act in acts {
            let mut seats = Seats { name: None, capacity: Some(capacity), by_invitation: false, taken: 0, waiting: 0 };
            for there in crowd.iter().flatten() {
                seats.taken += u32::from(there.state.holds_seat());
                seats.waiting += u32::from(there.state.waits());
            }
            let taken = |there: &Option<Registration>, f: &dyn Fn(Registration) -> Result<(Registration, RegistrationMoved), EventRefused>| {
                there.clone().and_then(|there| f(there).ok())
            };
            let moved = match act {
                Act::Register(who) => {
                    place += 1;
                    let arrival = Arrival { id: Id::at(now, [7; 10]), account: Id::at(now, [8; 10]), place };
                    arrival.answer(crowd[who].clone(), &event, &seats, Answer::Going, now).ok().map(|m| (who, m))
                }
                Act::Cancel(who) => taken(&crowd[who], &|there| there.cancel(RegistrationBy::Attendee, now)).map(|m| (who, m)),
                Act::Accept(who) => taken(&crowd[who], &|there| there.accept(&event, now)).map(|m| (who, m)),
                Act::Decline(who) => taken(&crowd[who], &|there| there.decline(now)).map(|m| (who, m)),
                Act::Later(hours) => {
                    now += TimeDelta::hours(hours);
                    None
                }
            };
            if let Some((who, (there, moved))) = moved {
                prop_assert!(moved.step.leads(moved.from).contains(&moved.to));
                crowd[who] = Some(there);
            }
            // What the store does after each of them, under the same lock.
            for there in crowd.iter_mut().flatten() {
                if there.has_lapsed(now) {
                    *there = there.clone().lapse(now).unwrap().0;
                }
            }
            loop {
                let holding = crowd.iter().flatten().filter(|there| there.state.holds_seat()).count();
                let next = crowd.iter_mut().flatten().filter(|there| there.state.waits()).min_by_key(|there| there.place);
                let Some(next) = next.filter(|_| holding < usize::try_from(capacity).unwrap()) else { break };
                seated.push(next.place.unwrap());
                *next = next.clone().offer(&event, now).unwrap().0;
            }
            let holding = crowd.iter().flatten().filter(|there| there.state.holds_seat()).count();
            prop_assert!(holding <= usize::try_from(capacity).unwrap());
            prop_assert!(seated.is_sorted(), "{:?}", seated);
        }
    }
}

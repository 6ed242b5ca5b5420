//! Events that repeat: what is made ahead, what changes together, and what stays as it is.

use chrono::{DateTime, TimeDelta, Utc};
use smilefactory_core::event::{
    Event, EventDraft, EventInput, EventRefused, EventState, RegistrationState, RepeatsInput, SeriesScope,
};
use smilefactory_core::id::{AccountId, EventId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;
use smilefactory_store::event::{self, EventError};
use smilefactory_store::maintenance::make_events;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{accounts, doing, draft, input, register, state};

/// Tuesdays at six in the evening in Berlin, where clocks are put forward on the 29th of March.
pub(super) fn tuesdays(db: &TestDb, rule: &str) -> EventInput {
    EventInput {
        starts: "2026-03-03T18:00".into(),
        ends: "2026-03-03T20:00".into(),
        zone: "Europe/Berlin".into(),
        repeats: Some(RepeatsInput { rule: rule.into() }),
        ..input(db)
    }
}

/// The events of a series as somebody sees them, some at a time.
async fn all(db: &TestDb, who: AccountId, id: EventId) -> Vec<Event> {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let series = tx.events().get(id).await.unwrap().unwrap().series.unwrap();
    let (mut found, mut page) = (Vec::new(), PageRequest::first(PageSize::new(20).unwrap()));
    loop {
        let read = tx.series().list_occurrences(series, &page).await.unwrap();
        found.extend(read.items.into_iter().map(|listed| listed.event));
        let Some(next) = read.next else { return found };
        page = PageRequest::after(page.size, next);
    }
}

fn walls(events: &[Event]) -> Vec<String> {
    events.iter().map(|event| event.draft.starts.to_string()).collect()
}

async fn publish(db: &TestDb, by: AccountId, id: EventId) -> Event {
    doing!(db, by, |tx| event::publish_several(&mut tx, id, by, SeriesScope::All)).unwrap()
}

/// Changes events as whoever patches them does: the event as its series has it, with this done to it.
async fn change(
    db: &TestDb,
    by: AccountId,
    there: &Event,
    scope: SeriesScope,
    edit: impl FnOnce(&mut EventInput),
) -> Result<Event, EventError> {
    let mut tx = db.store.write(&db.one.scope_of(by)).await.unwrap();
    // It may have moved with its series since.
    let now = tx.events().get(there.id).await?.unwrap();
    let like = event::template_of(&mut tx, &now).await?.unwrap();
    let mut input = EventInput { repeats: None, ..like.into_raw() };
    edit(&mut input);
    let draft = EventDraft::from_raw(input).unwrap();
    let changed = match scope {
        SeriesScope::This => event::change(&mut tx, there.id, by, draft, there.version).await?,
        several => event::change_several(&mut tx, there.id, by, several, draft, there.version).await?,
    };
    tx.commit().await?;
    Ok(changed)
}

fn at(input: &mut EventInput, starts: &str, ends: &str) {
    (input.starts, input.ends) = (starts.into(), ends.into());
}

#[tokio::test]
async fn each_time_is_an_event_that_stays_at_six_when_clocks_change() {
    let db = TestDb::new().await;
    let [host, guest] = accounts(&db, 2).await.try_into().unwrap();
    let first = draft(
        &db,
        host,
        EventInput {
            register_until: Some("2026-03-03T12:00".into()),
            capacity: Some(2),
            ..tuesdays(&db, "FREQ=WEEKLY;BYDAY=TU;COUNT=6")
        },
    )
    .await;
    assert_eq!(first.draft.repeats.as_ref().unwrap().rule.to_string(), "FREQ=WEEKLY;BYDAY=TU;COUNT=6");
    assert!(all(&db, guest, first.id).await.is_empty(), "drafts are their organisers'");
    let events = all(&db, host, first.id).await;
    assert_eq!((events[0].id, events[0].created_by), (first.id, Some(host)));
    let six = |day: &str| format!("2026-{day}T18:00");
    assert_eq!(walls(&events), ["03-03", "03-10", "03-17", "03-24", "03-31", "04-07"].map(six));
    let hours: Vec<String> = events.iter().map(|event| event.starts_at.format("%H:%M").to_string()).collect();
    assert_eq!(hours, ["17:00", "17:00", "17:00", "17:00", "16:00", "16:00"]);
    for event in &events {
        assert_eq!(event.ends_at - event.starts_at, TimeDelta::hours(2));
        assert_eq!(event.starts_at - event.registers_until, TimeDelta::hours(6));
        assert_eq!((event.recurrence, event.exception), (Some(event.draft.starts), false));
        assert_eq!(event.draft.capacity, first.draft.capacity);
    }

    publish(&db, host, events[2].id).await;
    let seen = all(&db, guest, first.id).await;
    assert!(seen.len() == 6 && seen.iter().all(|event| event.state == EventState::Published));
    for event in &seen[..2] {
        register(&db, guest, event.id).await.unwrap();
    }
    let listed =
        db.store.read(&db.one.scope_of(guest)).await.unwrap().event_feeds().list(guest).await.unwrap();
    assert_eq!(listed.len(), 2, "each has registrations of its own");
    let mut other = db.store.read(&db.two.scope).await.unwrap();
    let series = first.series.unwrap();
    assert!(other.series().get(series).await.unwrap().is_none());
    assert!(other.series().list_occurrences(series, &PageRequest::default()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn what_has_no_end_is_made_a_year_ahead_and_further_once() {
    let db = TestDb::new().await;
    let [host, other] = accounts(&db, 2).await.try_into().unwrap();
    let first = draft(&db, host, tuesdays(&db, "FREQ=WEEKLY;BYDAY=TU")).await;
    publish(&db, host, first.id).await;
    let made = all(&db, other, first.id).await;
    assert_eq!((made.len(), made[52].draft.starts.to_string().as_str()), (53, "2027-03-02T18:00"));
    assert_eq!(make_events(&db.store).await.unwrap(), 0, "there is time");
    doing!(db, host, |tx| event::add_organiser(&mut tx, made[52].id, host, other)).unwrap();

    db.clock.advance(TimeDelta::days(40));
    assert_eq!(make_events(&db.store).await.unwrap(), 1);
    assert_eq!(make_events(&db.store).await.unwrap(), 0);
    let further = all(&db, other, first.id).await;
    assert_eq!((further.len(), further[53].draft.starts.to_string().as_str()), (58, "2027-03-09T18:00"));
    let last = further.last().unwrap();
    assert_eq!(last.state, EventState::Published);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.events().organisers(last.id).await.unwrap().len(), 2, "as the last before it");
}

#[tokio::test]
async fn one_that_is_changed_alone_stays_so() {
    let db = TestDb::new().await;
    let [host, guest] = accounts(&db, 2).await.try_into().unwrap();
    let first = draft(&db, host, tuesdays(&db, "FREQ=WEEKLY;BYDAY=TU;COUNT=5")).await;
    publish(&db, host, first.id).await;
    let events = all(&db, host, first.id).await;
    let seat = register(&db, guest, events[3].id).await.unwrap();
    let to_wednesday = |input: &mut EventInput| at(input, "2026-03-11T19:00", "2026-03-11T21:00");
    let alone = change(&db, host, &events[1], SeriesScope::This, to_wednesday).await.unwrap();
    assert!(alone.exception && alone.draft.repeats == events[1].draft.repeats);
    doing!(db, host, |tx| event::cancel(&mut tx, events[2].id, host, None)).unwrap();

    let later = |input: &mut EventInput| {
        at(input, "2026-03-03T18:30", "2026-03-03T21:00");
        input.title = "Pumps".into();
    };
    let changed = change(&db, host, &events[0], SeriesScope::All, later).await.unwrap();
    assert_eq!((changed.series, changed.exception), (first.series, false));
    let now = all(&db, host, first.id).await;
    assert_eq!(
        walls(&now),
        ["2026-03-03T18:30", "2026-03-11T19:00", "2026-03-17T18:00", "2026-03-24T18:30", "2026-03-31T18:30"]
    );
    let titles: Vec<&str> = now.iter().map(|event| event.draft.title.as_str()).collect();
    assert_eq!(titles, ["Pumps", "Solar pumps in practice", "Solar pumps in practice", "Pumps", "Pumps"]);
    assert_eq!(now[2].state, EventState::Cancelled);
    assert_eq!(now[4].ends_at - now[4].starts_at, TimeDelta::minutes(150));
    assert_eq!((now[3].id, state(&db, seat.id).await), (events[3].id, RegistrationState::Going));

    // The one that is named follows again.
    let named =
        change(&db, host, &alone, SeriesScope::All, |input| input.title = "Wells".into()).await.unwrap();
    assert_eq!((named.draft.starts.to_string().as_str(), named.exception), ("2026-03-10T18:30", false));
}

#[tokio::test]
async fn those_that_follow_are_a_series_of_their_own_then() {
    let db = TestDb::new().await;
    let [host, guest] = accounts(&db, 2).await.try_into().unwrap();
    let first = draft(&db, host, tuesdays(&db, "FREQ=WEEKLY;BYDAY=TU;COUNT=5")).await;
    publish(&db, host, first.id).await;
    let events = all(&db, host, first.id).await;
    let mut seats = Vec::new();
    for event in &events {
        seats.push(register(&db, guest, event.id).await.unwrap());
    }
    // Every second Wednesday from the third on: two days are named, two others are not any more.
    let rule = |input: &mut EventInput| {
        at(input, "2026-03-18T18:00", "2026-03-18T20:00");
        input.repeats = Some(RepeatsInput { rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=3".into() });
    };
    let changed = change(&db, host, &events[2], SeriesScope::Following, rule).await.unwrap();
    assert_ne!(changed.series, first.series);
    let before = all(&db, host, first.id).await;
    assert_eq!(walls(&before), ["2026-03-03T18:00", "2026-03-10T18:00"]);
    let rule = before[0].draft.repeats.as_ref().unwrap().rule.to_string();
    assert_eq!(rule, "FREQ=WEEKLY;BYDAY=TU;UNTIL=20260317T175900");
    let after = all(&db, host, changed.id).await;
    let states: Vec<(String, EventState)> =
        after.iter().map(|event| (event.draft.starts.to_string(), event.state)).collect();
    assert_eq!(
        states,
        [
            ("2026-03-18T18:00".to_owned(), EventState::Published),
            ("2026-03-24T18:00".to_owned(), EventState::Cancelled),
            ("2026-04-01T18:00".to_owned(), EventState::Published),
            ("2026-04-15T18:00".to_owned(), EventState::Published),
        ]
    );
    assert_eq!((after[0].id, after[2].id), (events[2].id, events[4].id));
    assert_eq!(state(&db, seats[4].id).await, RegistrationState::Going, "who registered stays registered");
    assert_eq!(make_events(&db.store).await.unwrap(), 0);
}

#[tokio::test]
async fn all_that_follow_are_called_off_and_no_more_are_made() {
    let db = TestDb::new().await;
    let [host, guest] = accounts(&db, 2).await.try_into().unwrap();
    let first = draft(&db, host, tuesdays(&db, "FREQ=WEEKLY;BYDAY=TU")).await;
    publish(&db, host, first.id).await;
    let events = all(&db, host, first.id).await;
    register(&db, guest, events[5].id).await.unwrap();
    let reason = Some("No power.".parse().unwrap());
    let off = doing!(db, host, |tx| event::cancel_several(
        &mut tx,
        events[4].id,
        host,
        SeriesScope::Following,
        reason
    ))
    .unwrap();
    assert_eq!(off.state, EventState::Cancelled);
    let now = all(&db, host, first.id).await;
    let on = now.iter().filter(|event| event.state == EventState::Published).count();
    assert_eq!((on, now.len()), (4, 53));
    db.clock.advance(TimeDelta::days(60));
    assert_eq!(make_events(&db.store).await.unwrap(), 0);
    assert_eq!(all(&db, host, first.id).await.len(), 53);

    // Drafts are thrown away, and their series with them.
    db.clock.advance(TimeDelta::days(-60));
    let thrown = draft(&db, host, tuesdays(&db, "FREQ=DAILY;COUNT=3")).await;
    let all_of_them = SeriesScope::All;
    doing!(db, host, |tx| event::delete_several(&mut tx, thrown.id, host, all_of_them)).unwrap();
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert!(tx.events().get(thrown.id).await.unwrap().is_none());
    assert!(tx.series().get(thrown.series.unwrap()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_series_is_changed_by_who_organises_all_of_it_and_not_back_in_time() {
    let db = TestDb::new().await;
    let [host, guest] = accounts(&db, 2).await.try_into().unwrap();
    let first = draft(&db, host, tuesdays(&db, "FREQ=WEEKLY;BYDAY=TU;COUNT=3")).await;
    publish(&db, host, first.id).await;
    let events = all(&db, host, first.id).await;
    doing!(db, host, |tx| event::add_organiser(&mut tx, events[2].id, host, guest)).unwrap();
    let edit = |input: &mut EventInput| input.title = "Mine".into();
    let refused = change(&db, guest, &events[2], SeriesScope::All, edit).await.unwrap_err();
    assert!(matches!(refused, EventError::Refused(EventRefused::NotYours(_))), "{refused:?}");
    change(&db, guest, &events[2], SeriesScope::Following, edit).await.unwrap();

    let moved = |input: &mut EventInput| at(input, "2026-03-04T18:00", "2026-03-04T20:00");
    let refused = change(&db, host, &events[0], SeriesScope::Following, moved).await.unwrap_err();
    let EventError::Refused(EventRefused::Invalid(violations)) = refused else { panic!("{refused:?}") };
    assert_eq!(violations.into_vec()[0].pointer, "/repeats/rule");
    let back = |input: &mut EventInput| {
        at(input, "2026-02-24T18:00", "2026-02-24T20:00");
    };
    let refused = change(&db, host, &events[0], SeriesScope::All, back).await.unwrap_err();
    assert!(matches!(refused, EventError::Refused(EventRefused::TimeHasPassed)), "{refused:?}");
    let once = super::published(&db, host, input(&db)).await;
    let refused = doing!(db, host, |tx| event::publish_several(&mut tx, once.id, host, SeriesScope::All));
    assert!(matches!(refused, Err(EventError::Refused(EventRefused::Invalid(_)))), "{refused:?}");
    let newer = Event { version: events[1].version.next(), ..events[1].clone() };
    let stale = change(&db, host, &newer, SeriesScope::All, edit).await.unwrap_err();
    assert!(matches!(stale, EventError::Store(StoreError::Stale { .. })), "{stale:?}");
}

#[tokio::test]
async fn who_comes_to_what_moves_is_told() {
    use crate::notification::{kinds, known, settle, told};
    use smilefactory_core::messaging::notification::NotificationKind;

    let db = TestDb::new().await;
    let (host, guest) = (known(&db, "host").await, known(&db, "guest").await);
    let first = draft(&db, host, tuesdays(&db, "FREQ=WEEKLY;BYDAY=TU;COUNT=3")).await;
    publish(&db, host, first.id).await;
    let events = all(&db, host, first.id).await;
    register(&db, guest, events[1].id).await.unwrap();
    let later = |input: &mut EventInput| at(input, "2026-03-03T19:00", "2026-03-03T21:00");
    change(&db, host, &events[0], SeriesScope::All, later).await.unwrap();
    settle(&db).await;
    assert_eq!(kinds(&told(&db, guest).await), [NotificationKind::EventMoved]);
    assert_eq!(told(&db, guest).await[0].target.event, Some(events[1].id));
    doing!(db, host, |tx| event::cancel_several(&mut tx, first.id, host, SeriesScope::All, None)).unwrap();
    settle(&db).await;
    assert_eq!(kinds(&told(&db, guest).await)[0], NotificationKind::EventCancelled);
}

#[tokio::test]
async fn a_series_that_nobody_organises_goes_on_no_longer() {
    let db = TestDb::new().await;
    let [host] = accounts(&db, 1).await.try_into().unwrap();
    let first = draft(&db, host, tuesdays(&db, "FREQ=WEEKLY;BYDAY=TU")).await;
    let made_until = "update event.series set made_until = now() where id = $1";
    let mut conn = super::as_tenant(&db).await;
    sqlx::query("delete from event.organisers").execute(&mut conn).await.unwrap();
    let id = uuid::Uuid::from(first.series.unwrap());
    sqlx::query(made_until).bind(id).execute(&mut conn).await.unwrap();
    assert_eq!(make_events(&db.store).await.unwrap(), 1);
    let left: Option<DateTime<Utc>> = sqlx::query_scalar("select made_until from event.series where id = $1")
        .bind(id)
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(left, None);
}

//! Events of groups: who makes them, who sees them, and who comes to them no longer.

use chrono::{NaiveDate, TimeDelta};
use smilefactory_core::community::{GroupDraft, GroupInput};
use smilefactory_core::event::{
    Event, EventDraft, EventInput, EventWindow, OwnEvents, RegistrationState, RepeatsInput, Zone,
    days_of_month,
};
use smilefactory_core::id::{AccountId, EventId, GroupId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;
use smilefactory_store::community::{self, GroupError};
use smilefactory_store::event;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::event::EventFilter;
use smilefactory_store::testing::TestDb;

use super::{accounts, doing, input, invite, not_there, register, state, view};

/// One step about a group in a unit of work of somebody's, kept if it succeeds.
macro_rules! in_group {
    ($db:expr, $who:expr, |$tx:ident| $step:expr) => {
        async {
            let mut $tx = $db.store.write(&$db.one.scope_of($who)).await.unwrap();
            let done = $step.await?;
            $tx.commit().await?;
            Ok::<_, GroupError>(done)
        }
        .await
    };
}

async fn group(db: &TestDb, owner: AccountId, visibility: &str) -> GroupId {
    let draft = GroupDraft::from_raw(GroupInput {
        name: "Irrigation".into(),
        slug: "irrigation".into(),
        visibility: Some(visibility.into()),
        join_policy: Some("approval".into()),
        ..GroupInput::default()
    });
    in_group!(db, owner, |tx| community::found(&mut tx, draft.unwrap(), owner)).unwrap().id
}

/// Somebody is in the group as this.
async fn belongs(db: &TestDb, group: GroupId, who: AccountId, role: &str) {
    sqlx::query(
        "insert into community.members (tenant_id, group_id, account_id, state, role, joined_at, since)
         values ($1, $2, $3, 'member', $4, $5, $5)",
    )
    .bind(uuid::Uuid::from(db.one.tenant.id))
    .bind(uuid::Uuid::from(group))
    .bind(uuid::Uuid::from(who))
    .bind(role)
    .bind(db.store.now())
    .execute(&mut super::as_tenant(db).await)
    .await
    .unwrap();
}

async fn make(db: &TestDb, group: GroupId, by: AccountId, input: EventInput) -> Result<Event, GroupError> {
    let draft = EventDraft::from_raw(input).unwrap();
    in_group!(db, by, |tx| community::make_event(&mut tx, group, by, draft))
}

async fn published(db: &TestDb, group: GroupId, by: AccountId, input: EventInput) -> Event {
    let made = make(db, group, by, input).await.unwrap();
    doing!(db, by, |tx| event::publish(&mut tx, made.id, by)).unwrap()
}

/// Wherever somebody could find an event: by its id, in lists, in a count, in the group's list, among the others of its
/// series.
async fn finds(db: &TestDb, who: AccountId, event: &Event) -> [bool; 5] {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let has =
        |items: Vec<smilefactory_core::event::ListedEvent>| items.iter().any(|one| one.event.id == event.id);
    let upcoming = EventFilter::within(EventWindow::Upcoming.span(db.store.now(), Zone::UTC).unwrap());
    let page = PageRequest::first(PageSize::new(100).unwrap());
    let listed = has(tx.events().list(&upcoming, &page).await.unwrap().items);
    let days = days_of_month(NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(), Zone::UTC);
    let counted = !tx.events().count_by_day(&upcoming, &days).await.unwrap().is_empty();
    let of_group = has(tx.events().list_of_group(event.group.unwrap(), false, &page).await.unwrap().items);
    let of_series = has(tx.series().list_occurrences(event.series.unwrap(), &page).await.unwrap().items);
    [tx.events().view(event.id).await.unwrap().is_some(), listed, counted, of_group, of_series]
}

fn repeated(db: &TestDb) -> EventInput {
    EventInput {
        visibility: Some("public".into()),
        repeats: Some(RepeatsInput { rule: "FREQ=DAILY;COUNT=1".into() }),
        ..input(db)
    }
}

#[tokio::test]
async fn a_group_that_is_not_public_shows_its_events_to_its_members() {
    for (visibility, outside) in [("public", true), ("private", false), ("hidden", false)] {
        let db = TestDb::new().await;
        let [owner, member, other] = accounts(&db, 3).await.try_into().unwrap();
        let group = group(&db, owner, visibility).await;
        belongs(&db, group, member, "member").await;
        let event = published(&db, group, owner, repeated(&db)).await;
        assert_eq!(event.group, Some(group));
        assert_eq!(finds(&db, owner, &event).await, [true; 5], "{visibility}");
        assert_eq!(finds(&db, member, &event).await, [true; 5], "{visibility}");
        assert_eq!(finds(&db, other, &event).await, [outside; 5], "{visibility}");
        let anonymous =
            db.store.read(&db.one.anonymous()).await.unwrap().events().view(event.id).await.unwrap();
        assert_eq!(anonymous.is_some(), outside);
        assert_eq!(register(&db, other, event.id).await.is_ok(), outside);
        if !outside {
            assert!(not_there(&invite(&db, owner, event.id, other).await.unwrap_err()));
            let add = doing!(db, owner, |tx| event::add_organiser(&mut tx, event.id, owner, other));
            assert!(not_there(&add.unwrap_err()));
            let mut tx = db.store.read(&db.two.scope).await.unwrap();
            let page = PageRequest::default();
            assert!(tx.events().list_of_group(group, false, &page).await.unwrap().items.is_empty());
        }
    }
}

#[tokio::test]
async fn who_may_makes_events_of_a_group() {
    let db = TestDb::new().await;
    let [owner, moderator, member, other] = accounts(&db, 4).await.try_into().unwrap();
    let group = group(&db, owner, "private").await;
    belongs(&db, group, moderator, "moderator").await;
    belongs(&db, group, member, "member").await;
    make(&db, group, moderator, input(&db)).await.unwrap();
    for who in [member, other] {
        let refused = make(&db, group, who, input(&db)).await.unwrap_err();
        assert!(matches!(refused, GroupError::Refused(_)), "{refused:?}");
    }
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let version = tx.groups().get(group).await.unwrap().unwrap().version;
    drop(tx);
    let kept = published(&db, group, owner, input(&db)).await;
    in_group!(db, owner, |tx| community::archive(&mut tx, group, owner, version)).unwrap();
    let refused = make(&db, group, owner, input(&db)).await.unwrap_err();
    assert!(matches!(refused, GroupError::Refused(_)), "{refused:?}");
    assert!(view(&db, member, kept.id).await.is_some(), "what was made stays");
}

#[tokio::test]
async fn who_leaves_a_group_comes_to_its_events_no_longer() {
    let db = TestDb::new().await;
    let [owner, a, b, c, d] = accounts(&db, 5).await.try_into().unwrap();
    let group = group(&db, owner, "private").await;
    for who in [a, b, c, d] {
        belongs(&db, group, who, "member").await;
    }
    let event = published(&db, group, owner, EventInput { capacity: Some(1), ..input(&db) }).await;
    let mut there = Vec::new();
    for who in [a, b, c, d] {
        there.push(register(&db, who, event.id).await.unwrap());
    }
    let states = async || {
        let mut words = Vec::new();
        for one in &there {
            words.push(state(&db, one.id).await.as_str());
        }
        words.join(" ")
    };
    assert_eq!(states().await, "going waitlisted waitlisted waitlisted");
    in_group!(db, a, |tx| community::leave(&mut tx, group, a)).unwrap();
    assert_eq!(states().await, "cancelled offered waitlisted waitlisted");
    let reason = "He shouts.".parse::<smilefactory_core::text::Reason>().unwrap();
    in_group!(db, owner, |tx| community::ban(&mut tx, group, owner, b, reason)).unwrap();
    assert_eq!(states().await, "cancelled cancelled offered waitlisted");
    in_group!(db, owner, |tx| community::remove(&mut tx, group, owner, c)).unwrap();
    assert_eq!(states().await, "cancelled cancelled cancelled offered");
    for who in [a, b, c] {
        assert!(view(&db, who, event.id).await.is_none());
    }
    let mut tx = db.store.read(&db.one.scope_of(a)).await.unwrap();
    let own = EventFilter::past().own(Some(OwnEvents::Registered));
    assert!(tx.events().list(&own, &PageRequest::default()).await.unwrap().items.is_empty());
    assert!(tx.event_feeds().list(a).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_becomes_private_is_gone_for_all_others() {
    let db = TestDb::new().await;
    let [owner, other] = accounts(&db, 2).await.try_into().unwrap();
    let group = group(&db, owner, "public").await;
    let event = published(&db, group, owner, repeated(&db)).await;
    let seat = register(&db, other, event.id).await.unwrap();
    sqlx::query("update community.groups set visibility = 'private'")
        .execute(&mut super::as_tenant(&db).await)
        .await
        .unwrap();
    assert_eq!(finds(&db, other, &event).await, [false; 5]);
    assert!(db.store.read(&db.one.scope).await.unwrap().event_feeds().list(other).await.unwrap().is_empty());
    doing!(db, other, |tx| event::withdraw(&mut tx, seat.id, other)).unwrap();
    assert_eq!(state(&db, seat.id).await, RegistrationState::Cancelled, "theirs to end");
}

/// Events of the past are told apart from those to come.
#[tokio::test]
async fn the_list_of_a_group_goes_on_either_way() {
    let db = TestDb::new().await;
    let [owner] = accounts(&db, 1).await.try_into().unwrap();
    let group = group(&db, owner, "hidden").await;
    let mut made: Vec<EventId> = Vec::new();
    for hours in [0, 24, 48] {
        let wall = |hours| Zone::UTC.wall(db.store.now() + TimeDelta::hours(hours)).to_string();
        let input = EventInput { starts: wall(48 + hours), ends: wall(50 + hours), ..input(&db) };
        made.push(published(&db, group, owner, input).await.id);
    }
    db.clock.advance(TimeDelta::hours(60));
    let mut tx = db.store.read(&db.one.scope_of(owner)).await.unwrap();
    for (past, expected) in [(false, vec![made[1], made[2]]), (true, vec![made[0]])] {
        let (mut found, mut page) = (Vec::new(), PageRequest::first(PageSize::new(1).unwrap()));
        loop {
            let read = tx.events().list_of_group(group, past, &page).await.unwrap();
            found.extend(read.items.iter().map(|listed| listed.event.id));
            let Some(next) = read.next else { break };
            page = PageRequest::after(page.size, next);
        }
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn members_are_told_of_an_event_of_their_group_once() {
    use crate::notification::{known, sentences, settle};

    let db = TestDb::new().await;
    let (owner, member, other) =
        (known(&db, "owner").await, known(&db, "member").await, known(&db, "other").await);
    let group = group(&db, owner, "hidden").await;
    belongs(&db, group, member, "member").await;
    let repeats = Some(RepeatsInput { rule: "FREQ=DAILY;COUNT=3".into() });
    let first = make(&db, group, owner, EventInput { repeats, ..input(&db) }).await.unwrap();
    let all = smilefactory_core::event::SeriesScope::All;
    doing!(db, owner, |tx| event::publish_several(&mut tx, first.id, owner, all)).unwrap();
    settle(&db).await;
    let told = "There is a new event in a group of yours: “Solar pumps in practice”.";
    assert_eq!(sentences(&db, member).await, [told]);
    assert!(sentences(&db, owner).await.is_empty() && sentences(&db, other).await.is_empty());
    in_group!(db, member, |tx| community::leave(&mut tx, group, member)).unwrap();
    assert!(sentences(&db, member).await.is_empty(), "it is not theirs to see any more");
}

#[tokio::test]
async fn what_is_announced_in_a_group_and_who_comes_is_something_that_happens_there() {
    let db = TestDb::new().await;
    let [owner, guest] = accounts(&db, 2).await.try_into().unwrap();
    let group = group(&db, owner, "public").await;
    let noted = async || -> Vec<f64> {
        sqlx::query_scalar("select weight from community.group_activity where group_id = $1 order by id")
            .bind(uuid::Uuid::from(group))
            .fetch_all(&mut db.superuser().await)
            .await
            .unwrap()
    };
    let draft = make(&db, group, owner, input(&db)).await.unwrap();
    assert!(noted().await.is_empty(), "a draft is nobody's business");
    let event = doing!(db, owner, |tx| event::publish(&mut tx, draft.id, owner)).unwrap();
    db.clock.advance(TimeDelta::minutes(1));
    assert_eq!(register(&db, guest, event.id).await.unwrap().state, RegistrationState::Going);
    assert_eq!(noted().await, [3.0, 1.0]);
    // Of a series it counts who comes, and not how far ahead it is made.
    let time = published(&db, group, owner, repeated(&db)).await;
    assert_eq!(noted().await.len(), 2);
    db.clock.advance(TimeDelta::minutes(1));
    register(&db, guest, time.id).await.unwrap();
    assert_eq!(noted().await, [3.0, 1.0, 1.0]);
    while smilefactory_store::maintenance::fold_counts(&db.store).await.unwrap() > 0 {}
    let active: chrono::DateTime<chrono::Utc> =
        sqlx::query_scalar("select active_at from community.group_stats where group_id = $1")
            .bind(uuid::Uuid::from(group))
            .fetch_one(&mut db.superuser().await)
            .await
            .unwrap();
    assert_eq!(active, db.store.now());
}

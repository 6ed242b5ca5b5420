//! What happens when its time has come; and who is erased.

use std::sync::Arc;

use chrono::TimeDelta;
use smilefactory_core::event::{EventState, RegistrationState, ResourceDraft, ResourceInput};
use smilefactory_core::id::{AccountId, Id, MediaId};
use smilefactory_core::identity::Erasure;
use smilefactory_core::validation::Field;
use smilefactory_store::blob::{BlobStore, Objects};
use smilefactory_store::event;
use smilefactory_store::maintenance::{erase_due, tend_events};
use smilefactory_store::media::MediaLibrary;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{accounts, doing, draft, get, input, register, state, view, with_seats};

#[tokio::test]
async fn an_offer_that_nobody_takes_goes_to_the_next() {
    let db = TestDb::new().await;
    let [host, a, b, c] = accounts(&db, 4).await.try_into().unwrap();
    let event = with_seats(&db, host, 1).await;
    let going = register(&db, a, event.id).await.unwrap();
    let (first, second) =
        (register(&db, b, event.id).await.unwrap(), register(&db, c, event.id).await.unwrap());
    doing!(db, a, |tx| event::withdraw(&mut tx, going.id, a)).unwrap();
    assert_eq!(tend_events(&db.store).await.unwrap(), 0, "there is time");
    db.clock.advance(TimeDelta::hours(24));
    let late = doing!(db, b, |tx| event::accept(&mut tx, first.id, b)).unwrap_err();
    assert!(super::refused(&late), "{late:?}");
    assert_eq!(tend_events(&db.store).await.unwrap(), 1);
    assert_eq!(state(&db, first.id).await, RegistrationState::Declined);
    assert_eq!(state(&db, second.id).await, RegistrationState::Offered);
    let until = get(&db, second.id).await.offered_until.unwrap();
    assert!(until <= event.starts_at);
    // At the beginning nobody is offered anything any more.
    db.clock.advance(TimeDelta::hours(24));
    assert_eq!(tend_events(&db.store).await.unwrap(), 1);
    assert_eq!(state(&db, second.id).await, RegistrationState::Declined);
}

#[tokio::test]
async fn who_had_a_seat_and_was_not_let_in_missed_it() {
    let db = TestDb::new().await;
    let [host, a, b] = accounts(&db, 3).await.try_into().unwrap();
    let (event, unlooked) = (with_seats(&db, host, 9).await, with_seats(&db, host, 9).await);
    let came = register(&db, a, event.id).await.unwrap();
    let missed = register(&db, b, event.id).await.unwrap();
    let unseen = register(&db, b, unlooked.id).await.unwrap();
    db.clock.advance(TimeDelta::hours(48));
    let code = doing!(db, a, |tx| event::code_of(&mut tx, came.id, a)).unwrap().1;
    doing!(db, host, |tx| event::check_in(&mut tx, event.id, host, &code)).unwrap();
    assert_eq!(tend_events(&db.store).await.unwrap(), 0, "it is not over");
    db.clock.advance(TimeDelta::hours(2));
    assert_eq!(tend_events(&db.store).await.unwrap(), 2);
    assert_eq!(state(&db, came.id).await, RegistrationState::CheckedIn);
    assert_eq!(state(&db, missed.id).await, RegistrationState::NoShow);
    assert_eq!(state(&db, unseen.id).await, RegistrationState::Going, "nobody looked who came");
    for id in [event.id, unlooked.id] {
        assert_eq!(view(&db, a, id).await.unwrap().event.state, EventState::Completed);
    }
    assert_eq!(tend_events(&db.store).await.unwrap(), 0);
}

async fn erase(db: &TestDb, who: AccountId) {
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    let (erasure, _) = Erasure::ask(who, tx.now());
    assert!(tx.erasures().insert(&erasure).await.unwrap());
    tx.commit().await.unwrap();
    sqlx::query(
        "update identity.erasures set asked_at = asked_at - interval '30 days',
           revocable_until = revocable_until - interval '30 days', due_at = due_at - interval '30 days'",
    )
    .execute(&mut db.superuser().await)
    .await
    .unwrap();
    let blobs: Arc<dyn BlobStore> = Arc::new(Objects::memory());
    let library = MediaLibrary::new(db.store.clone(), blobs);
    assert!(erase_due(&db.store, &library).await.unwrap() > 0);
}

#[tokio::test]
async fn who_is_erased_gives_their_seat_to_the_next_and_their_events_to_others() {
    let db = TestDb::new().await;
    let [host, a, b, other] = accounts(&db, 4).await.try_into().unwrap();
    let (shared, alone) = (with_seats(&db, a, 5).await, draft(&db, a, input(&db)).await);
    doing!(db, a, |tx| event::add_organiser(&mut tx, shared.id, a, other)).unwrap();
    let invited = super::invite(&db, a, shared.id, b).await.unwrap();
    let event = with_seats(&db, host, 1).await;
    let going = register(&db, a, event.id).await.unwrap();
    let waits = register(&db, b, event.id).await.unwrap();
    let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
    let token = smilefactory_core::identity::Token::new(db.one.tenant.id, [3; 32]);
    tx.event_feeds().set(a, &token.digest()).await.unwrap();
    let fed = tx.event_feeds().list(a).await.unwrap();
    assert_eq!(
        fed.iter().map(|event| event.id).collect::<std::collections::BTreeSet<_>>(),
        [shared.id, event.id].into()
    );
    assert_eq!(tx.event_feeds().find_by_token(&token.digest()).await.unwrap(), Some(a));
    tx.commit().await.unwrap();
    erase(&db, a).await;
    assert_eq!(state(&db, waits.id).await, RegistrationState::Offered);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert!(tx.registrations().get(going.id).await.unwrap().is_none());
    assert!(tx.events().get(alone.id).await.unwrap().is_none());
    let kept = tx.events().get(shared.id).await.unwrap().unwrap();
    assert_eq!(kept.created_by, None);
    assert_eq!(tx.registrations().get(invited.id).await.unwrap().unwrap().invited_by, None);
    let organisers = tx.events().organisers(shared.id).await.unwrap();
    assert_eq!(organisers.iter().map(|organiser| organiser.account).collect::<Vec<_>>(), [other]);
    drop(tx);
    assert_eq!(
        db.tables_with(&a.to_string()).await.into_iter().filter(|table| table.starts_with("event.")).count(),
        0
    );
}

#[tokio::test]
async fn who_registered_is_told_when_who_alone_organised_it_is_erased() {
    use crate::notification::{known, sentences, settle};

    let db = TestDb::new().await;
    let (host, guest) = (known(&db, "host").await, known(&db, "guest").await);
    let repeated = super::series::tuesdays(&db, "FREQ=WEEKLY;COUNT=2");
    let first = draft(&db, host, repeated).await;
    let all = smilefactory_core::event::SeriesScope::All;
    doing!(db, host, |tx| event::publish_several(&mut tx, first.id, host, all)).unwrap();
    register(&db, guest, first.id).await.unwrap();
    erase(&db, host).await;
    settle(&db).await;
    let told = sentences(&db, guest).await;
    assert_eq!(told, ["The event “Solar pumps in practice” is cancelled."]);
    let left = view(&db, guest, first.id).await.unwrap();
    assert_eq!((left.event.state, left.event.created_by), (EventState::Cancelled, None));
    assert_eq!(
        (left.event.draft.description.as_str(), left.organisers.len()),
        ("Solar pumps in practice", 0)
    );
    let events = "select count(*) from event.events";
    let count = async |sql: &'static str| {
        sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut db.superuser().await).await.unwrap()
    };
    assert_eq!(count(events).await, 1, "nobody had to do with the other one");
    assert_eq!(tend_events(&db.store).await.unwrap(), 0);
    db.clock.advance(TimeDelta::days(31));
    assert_eq!(tend_events(&db.store).await.unwrap(), 1);
    assert_eq!((count(events).await, count("select count(*) from event.series").await), (0, 0));
}

/// A file of somebody's, as the database has it.
async fn file(db: &TestDb, owner: AccountId) -> MediaId {
    let made = "with content as (
          insert into content.blobs (tenant_id, digest, size, claimed_at)
          values ($1, sha256(gen_random_uuid()::text::bytea), 10, $3)
          returning digest
        )
        insert into content.media (tenant_id, id, owner_id, file_name, media_type, size, state, digest, created_at,
          finalised_at, unused_since)
        select $1, platform.uuid_v7($3), $2::uuid, 'plan.pdf', 'application/pdf', 10, 'ready', digest, $3, $3, $3 from content
        returning id";
    let id = sqlx::query_scalar::<_, uuid::Uuid>(made)
        .bind(uuid::Uuid::from(db.one.tenant.id))
        .bind(uuid::Uuid::from(owner))
        .bind(db.store.now())
        .fetch_one(&mut super::as_tenant(db).await)
        .await
        .unwrap();
    MediaId::from_uuid(id)
}

#[tokio::test]
async fn a_file_is_used_while_people_are_given_it_and_gone_with_its_owner() {
    let db = TestDb::new().await;
    let [host, other] = accounts(&db, 2).await.try_into().unwrap();
    let (plan, photo, foreign) = (file(&db, host).await, file(&db, other).await, file(&db, host).await);
    let event = with_seats(&db, host, 5).await;
    doing!(db, host, |tx| event::add_organiser(&mut tx, event.id, host, other)).unwrap();
    let give = async |who, file: MediaId| {
        let draft = ResourceDraft::from_raw(ResourceInput {
            title: "Plan".into(),
            file: Some(file.to_string()),
            audience: Some("everyone".into()),
            ..ResourceInput::default()
        })
        .unwrap();
        doing!(db, who, |tx| event::add_resource(&mut tx, event.id, who, draft))
    };
    assert!(super::refused(&give(other, foreign).await.unwrap_err()));
    let given = give(host, plan).await.unwrap();
    give(other, photo).await.unwrap();
    let used = async |file: MediaId| {
        sqlx::query_scalar::<_, bool>("select content.is_file_used($1, $2)")
            .bind(uuid::Uuid::from(db.one.tenant.id))
            .bind(uuid::Uuid::from(file))
            .fetch_one(&mut super::as_tenant(&db).await)
            .await
            .unwrap()
    };
    assert_eq!((used(plan).await, used(photo).await, used(foreign).await), (true, true, false));
    let mut tx = db.store.read(&db.one.scope_of(other)).await.unwrap();
    assert!(event::gives_file(&mut tx, plan, other).await.unwrap());
    assert!(!event::gives_file(&mut tx, foreign, other).await.unwrap());
    drop(tx);
    erase(&db, other).await;
    let left = db.store.read(&db.one.scope).await.unwrap().programmes().resources(event.id).await.unwrap();
    assert_eq!(left, std::slice::from_ref(&given));
    doing!(db, host, |tx| event::remove_resource(&mut tx, event.id, host, given.id)).unwrap();
    assert!(!used(plan).await);
}

//! Coming back.

use smilefactory_core::id::Id;

use super::support::{Listened, announce, listen, own, work};
use crate::support::Api;
use server::{AppState, Options};

#[tokio::test]
async fn whoever_comes_back_gets_what_they_missed_once_from_either_server() {
    let listened = Listened::new().await;
    let api = &listened.api;
    let second = AppState::new(api.db.another_store().await, Options::default());
    let _background = work(&second);
    let apps = [api.app.clone(), server::app(second)];
    let tariro = api.member("tariro").await;
    let mut events = listen(&apps[0], &tariro.token, None).await;
    let mut last = events.expect("ready").await.id;
    for round in 0..6 {
        let before = announce(&api.db.store, &api.db, tariro.account.id).await;
        let came = events.next().await;
        assert_eq!(came.told(), before);
        last = came.id;
        drop(events);
        let mut missed = Vec::new();
        for _ in 0..round {
            missed.push(announce(&api.db.store, &api.db, tariro.account.id).await);
        }
        events = listen(&apps[(round + 1) % 2], &tariro.token, Some(&last)).await;
        assert_eq!(events.expect("ready").await.data["resumed"], true);
        for missed in missed {
            let came = events.next().await;
            assert_eq!(came.told(), missed);
            last = came.id;
        }
    }
    assert!(!last.is_empty());
}

/// Comes back with an id that does not do, is told so, and goes on.
async fn is_reset(api: &Api, who: &crate::support::Person, id: &str, reason: &str) {
    let mut events = listen(&api.app, &who.token, Some(id)).await;
    assert_eq!(events.expect("reset").await.data["reason"], reason);
    let ready = events.expect("ready").await;
    assert_eq!(ready.data["resumed"], false);
    let told = announce(&api.db.store, &api.db, who.account.id).await;
    assert_eq!(events.next().await.told(), told);
    drop(events);
    let mut events = listen(&api.app, &who.token, Some(&ready.id)).await;
    assert_eq!(events.expect("ready").await.data["resumed"], true);
    assert_eq!(events.next().await.told(), told);
}

#[tokio::test]
async fn an_id_that_does_not_do_is_told_apart_and_the_stream_goes_on_from_now() {
    let listened = Listened::new().await;
    let api = &listened.api;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let ready = listen(&api.app, &tariro.token, None).await.expect("ready").await.id;
    // Made up, changed, and somebody else's.
    is_reset(api, &tariro, "AZVRDKPAcACA", "invalid").await;
    let mut forged = ready.clone().into_bytes();
    forged[30] = if forged[30] == b'A' { b'B' } else { b'A' };
    is_reset(api, &tariro, std::str::from_utf8(&forged).unwrap(), "invalid").await;
    is_reset(api, &rudo, &ready, "invalid").await;
}

#[tokio::test]
async fn an_id_of_another_database_is_told_apart() {
    let (here, elsewhere) = (Api::new().await, Api::new().await);
    // The same community and person in both: a database that was copied.
    let tariro = here.member("tariro").await;
    let there = elsewhere.member("tariro").await;
    assert_eq!(tariro.account.id, there.account.id);
    assert_eq!(here.db.one.tenant.id, elsewhere.db.one.tenant.id);
    let _background = [work(&here.state), work(&elsewhere.state)];
    let ready = listen(&elsewhere.app, &there.token, None).await.expect("ready").await.id;
    is_reset(&here, &tariro, &ready, "other_log").await;
}

#[tokio::test]
async fn after_so_much_that_reading_anew_is_less_work_that_is_told() {
    let listened = Listened::new().await;
    let api = &listened.api;
    let tariro = api.member("tariro").await;
    let ready = listen(&api.app, &tariro.token, None).await.expect("ready").await.id;
    for _ in 0..6 {
        let mut tx = api.db.store.write(&api.db.one.scope).await.unwrap();
        for _ in 0..10_000 {
            // Somebody's who is not there.
            tx.tell(own(Id::from_uuid(uuid::Uuid::nil()), Id::from_uuid(uuid::Uuid::nil()))).unwrap();
        }
        tx.commit().await.unwrap();
    }
    let mut events = listen(&api.app, &tariro.token, Some(&ready)).await;
    assert_eq!(events.expect("ready").await.data["resumed"], true);
    assert_eq!(events.expect("reset").await.data["reason"], "too_much");
    let told = announce(&api.db.store, &api.db, tariro.account.id).await;
    assert_eq!(events.next().await.told(), told);
}

//! Listening, while it lasts.

use std::time::Duration;

use server::Options;
use smilefactory_store::prelude::*;

use super::support::{Listened, announce, ask, listen};

#[tokio::test]
async fn whoever_listens_is_told_what_concerns_them_as_it_happens() {
    let listened = Listened::new().await;
    let api = &listened.api;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let abroad = api.stranger("abroad").await;
    let earlier = announce(&api.db.store, &api.db, tariro.account.id).await;
    let mut tariros =
        [listen(&api.app, &tariro.token, None).await, listen(&api.app, &tariro.token, None).await];
    let (mut rudos, mut strangers) =
        (listen(&api.app, &rudo.token, None).await, listen(&api.app, &abroad.token, None).await);
    let headers = &tariros[0].headers;
    assert_eq!(headers["content-type"], "text/event-stream");
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["x-accel-buffering"], "no");
    assert!(headers.get("content-encoding").is_none());
    for events in tariros.iter_mut().chain([&mut rudos, &mut strangers]) {
        assert_eq!(events.expect("ready").await.data["resumed"], false);
    }
    let [one, two] = [
        announce(&api.db.store, &api.db, tariro.account.id).await,
        announce(&api.db.store, &api.db, tariro.account.id).await,
    ];
    let rudos_own = announce(&api.db.store, &api.db, rudo.account.id).await;
    for events in &mut tariros {
        assert_eq!(events.next().await.told(), one);
        assert_eq!(events.next().await.told(), two);
    }
    assert_eq!(rudos.next().await.told(), rudos_own);
    assert_ne!(earlier, one);
    listened.background.stop().await;
    assert_eq!(strangers.ending().await, "unavailable");
}

#[tokio::test]
async fn silence_is_told_by_comments_whose_ids_go_on() {
    let mut options = Options::default();
    options.heartbeat = Duration::from_millis(100);
    let listened = Listened::with(options).await;
    let api = &listened.api;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let mut events = listen(&api.app, &tariro.token, None).await;
    let mut last = events.expect("ready").await.id;
    let mut ids = std::collections::BTreeSet::from([last.clone()]);
    // What concerns others moves it on all the same.
    for _ in 0..3 {
        announce(&api.db.store, &api.db, rudo.account.id).await;
        while ids.contains(&last) {
            let came = events.any().await.unwrap();
            assert!(came.data.is_null(), "{came:?}");
            last = came.id;
        }
        ids.insert(last.clone());
    }
    drop(events);
    let missed = announce(&api.db.store, &api.db, tariro.account.id).await;
    let mut events = listen(&api.app, &tariro.token, Some(&last)).await;
    assert_eq!(events.expect("ready").await.data["resumed"], true);
    assert_eq!(events.next().await.told(), missed);
}

#[tokio::test]
async fn an_account_has_five_streams_and_another_one_when_one_ends() {
    let listened = Listened::new().await;
    let api = &listened.api;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let mut streams = Vec::new();
    for _ in 0..5 {
        let mut events = listen(&api.app, &tariro.token, None).await;
        events.expect("ready").await;
        streams.push(events);
    }
    let refused = api.get("/v1/live").as_(&tariro).send().await.expect(429).problem("too_many_streams");
    assert_eq!(refused.header("retry-after"), "1");
    listen(&api.app, &rudo.token, None).await.expect("ready").await;
    streams.pop();
    // Somebody has to notice first.
    while ask(&api.app, &tariro.token, None).await.status() == 429 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let metrics = api.get("/metrics").send().await.expect(200).text;
    assert!(metrics.contains("live_streams "), "{metrics}");
}

#[tokio::test]
async fn only_who_is_logged_in_listens_and_says_so_in_a_header() {
    let listened = Listened::new().await;
    let api = &listened.api;
    let tariro = api.member("tariro").await;
    api.get("/v1/live").send().await.expect(401).problem("unauthenticated");
    for name in ["token", "access_token", "authorization"] {
        let path = format!("/v1/live?{name}={}", tariro.token);
        api.get(path).send().await.expect(401).problem("unauthenticated");
    }
}

#[tokio::test]
async fn where_nobody_reads_the_log_nobody_waits() {
    let api = crate::support::Api::new().await;
    let tariro = api.member("tariro").await;
    api.get("/v1/live").as_(&tariro).send().await.expect(503).problem("unavailable");
}

#[tokio::test]
async fn who_reads_more_slowly_than_things_happen_is_told_so_and_goes_on_later() {
    let mut options = Options::default();
    options.live_queue = 4;
    let listened = Listened::with(options).await;
    let api = &listened.api;
    let tariro = api.member("tariro").await;
    let mut slow = listen(&api.app, &tariro.token, None).await;
    slow.expect("ready").await;
    let mut raised = Vec::new();
    for _ in 0..20 {
        raised.push(announce(&api.db.store, &api.db, tariro.account.id).await);
    }
    // Another stream, for which there is room, says when all of it was told.
    let (mut came, mut last) = (Vec::new(), String::new());
    while came.len() < raised.len() {
        let event = slow.next().await;
        last.clone_from(&event.id);
        if event.kind() == "end" {
            assert_eq!(event.data["reason"], "too_slow");
            slow = listen(&api.app, &tariro.token, Some(&last)).await;
            assert_eq!(slow.expect("ready").await.data["resumed"], true);
        } else {
            came.push(event.told());
        }
    }
    assert_eq!(came, raised);
    assert!(!last.is_empty());
}

#[tokio::test]
async fn connections_to_the_database_may_break_and_nothing_is_lost() {
    let listened = Listened::new().await;
    let api = &listened.api;
    let tariro = api.member("tariro").await;
    let mut events = listen(&api.app, &tariro.token, None).await;
    events.expect("ready").await;
    let writer = api.db.another_store().await;
    for _ in 0..3 {
        let before = announce(&writer, &api.db, tariro.account.id).await;
        assert!(api.db.kill_connections().await > 0);
        // The writer's own connection is gone, too.
        let after = loop {
            let mut tx = match writer.write(&api.db.one.scope).await {
                Ok(tx) => tx,
                Err(error) if error.is_unavailable() => continue,
                Err(error) => panic!("{error}"),
            };
            if tx.tenants().get(api.db.one.tenant.id).await.is_ok() {
                break announce(&writer, &api.db, tariro.account.id).await;
            }
        };
        assert_eq!(events.next().await.told(), before);
        assert_eq!(events.next().await.told(), after);
    }
}

//! Imports that are stopped, repeated, or made twice at once: nothing is there twice, and nothing is missing.

use std::pin::pin;
use std::task::Poll;

use smilefactory_core::bulk::ImportKind::Organisations;
use smilefactory_core::bulk::{BatchImported, ImportState};
use smilefactory_core::page::PageRequest;
use smilefactory_store::bulk::{self, BulkError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::{TestDb, TestOptions};

use super::{Files, exported, import, organisation, plan, rows, run, skips, tally};

/// Polls a future at most so often, and says whether it came to its end.
async fn polled<F: Future>(times: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = times;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// Dropped after its first poll, after its second, and so on until it comes to its end: what was committed stays, what was
/// not is read again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropped_at_every_await_it_goes_on_without_doubles_or_losses() {
    let mut options = TestOptions::default();
    options.max_connections = 2;
    let db = TestDb::with(options).await;
    let files = Files::new();
    let mut content: Vec<String> = (0..60).map(|n| organisation(n, "Pump")).collect();
    content[17] = "broken\n".to_owned();
    content[40] = organisation(3, "Again");
    let plan = plan(Organisations, files.write("a.jsonl", content.concat())).in_batches_of(2);
    let mut drops = 0;
    let done = loop {
        if let Some(done) = polled(drops % 40 + 1, run(&db.store, &db.one, &plan)).await {
            break done.unwrap();
        }
        drops += 1;
        assert!(drops < 2_000, "it does not come to its end");
    };
    // How often it waits depends on how busy the machine is.
    assert!(drops > 10, "dropped only {drops} times");
    assert_eq!((done.state, done.tally), (ImportState::Finished, tally(58, 0, 0, 2)));
    let lines: Vec<u64> = skips(&db, &db.one, &done).await.into_iter().map(|(line, ..)| line).collect();
    assert_eq!(lines, [18, 41]);
    assert_eq!(rows(&db, db.one.tenant.id, "identity.organisations").await, 58);
    // No connection that was left in the midst of a COPY was given to anybody.
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert!(
        tx.organisations().list(&Default::default(), &PageRequest::default()).await.unwrap().items.is_empty()
    );
}

#[tokio::test]
async fn the_same_file_again_does_nothing_and_another_changes_what_is_there() {
    let db = TestDb::new().await;
    let files = Files::new();
    let plan = plan(Organisations, files.organisations("a.jsonl", 20)).in_batches_of(6);
    let first = import(&db, &db.one, &plan).await;
    assert_eq!(first.tally, tally(20, 0, 0, 0));
    let before = exported(&db, &db.one, Organisations).await;
    assert_eq!(import(&db, &db.one, &plan).await, first);

    db.clock.advance(chrono::TimeDelta::hours(1));
    let newer: String =
        (5..25).map(|n| organisation(n, if n % 2 == 0 { "Pump" } else { "Engine" })).collect();
    files.write("a.jsonl", newer);
    let second = import(&db, &db.one, &plan).await;
    assert_ne!(second.id, first.id);
    assert_eq!(second.tally, tally(5, 8, 7, 0));
    assert_eq!(rows(&db, db.one.tenant.id, "identity.organisations").await, 25);
    let superseded = bulk::get(&db.store, db.one.tenant.id, first.id).await.unwrap().unwrap();
    assert_eq!(superseded.state, ImportState::Superseded);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let all = tx.organisations().list(&Default::default(), &PageRequest::default()).await.unwrap().items;
    let changed = all.iter().find(|o| o.draft.external_id.as_str() == "pump-7").unwrap();
    assert_eq!(
        (changed.version.get(), changed.updated_at - changed.created_at),
        (2, chrono::TimeDelta::hours(1))
    );
    let as_it_was =
        tx.organisations().list(&Default::default(), &PageRequest::default()).await.unwrap().items;
    assert!(as_it_was.iter().all(|o| o.version.get() == 1 || o.draft.name.as_str().starts_with("Engine")));
    drop(tx);

    // The older file again is another import: what it has counts.
    files.organisations("a.jsonl", 20);
    let third = import(&db, &db.one, &plan).await;
    assert_eq!(third.tally, tally(0, 8, 12, 0));
    assert!(exported(&db, &db.one, Organisations).await.starts_with(&before[..200]));
}

#[tokio::test]
async fn another_community_has_imports_of_its_own_and_sees_nothing() {
    let db = TestDb::new().await;
    let files = Files::new();
    let plan = plan(Organisations, files.organisations("a.jsonl", 3));
    let done = import(&db, &db.one, &plan).await;
    assert_eq!(bulk::get(&db.store, db.two.tenant.id, done.id).await.unwrap(), None);
    assert_eq!(exported(&db, &db.two, Organisations).await, "");
    let own = import(&db, &db.two, &plan).await;
    assert_eq!(own.tally, done.tally);
    assert_eq!(rows(&db, db.two.tenant.id, "identity.organisations").await, 3);
    assert_eq!(rows(&db, db.one.tenant.id, "identity.organisations").await, 3);
}

/// Whoever comes second learns of it, and what the two wrote together is what one would have written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_imports_of_the_same_file_at_once_one_goes_on() {
    let db = TestDb::new().await;
    let files = Files::new();
    let other = db.another_store().await;
    let mut refused = 0;
    for round in 0..20 {
        let mut plan = plan(Organisations, files.organisations("a.jsonl", 30)).in_batches_of(4);
        plan.source = format!("list-{round}").parse().unwrap();
        sqlx::query("delete from identity.organisations").execute(&mut db.superuser().await).await.unwrap();
        let (one, two) = tokio::join!(run(&db.store, &db.one, &plan), run(&other, &db.one, &plan));
        let mut finished = 0;
        for outcome in [one, two] {
            match outcome {
                Ok(done) => {
                    assert_eq!(done.tally, tally(30, 0, 0, 0));
                    finished += 1;
                }
                Err(BulkError::Busy { .. }) => refused += 1,
                Err(error) => panic!("{error:?}"),
            }
        }
        // Where each refused the other's next batch, whoever comes again goes on.
        if finished == 0 {
            assert_eq!(import(&db, &db.one, &plan).await.tally, tally(30, 0, 0, 0));
        }
        assert_eq!(rows(&db, db.one.tenant.id, "identity.organisations").await, 30, "round {round}");
    }
    assert!(refused > 0, "the two never met");
}

#[tokio::test]
async fn a_newer_file_takes_the_place_of_one_that_is_being_read() {
    let db = TestDb::new().await;
    let files = Files::new();
    let plan_of = |name: &str, count| plan(Organisations, files.organisations(name, count)).in_batches_of(2);
    let (older, newer) = (plan_of("older.jsonl", 8), plan_of("newer.jsonl", 9));
    let stopped = polled(40, run(&db.store, &db.one, &older)).await;
    assert!(stopped.is_none_or(|done| done.is_ok()));
    let done = import(&db, &db.one, &newer).await;
    assert_eq!(done.tally.rows(), 9);
    assert_eq!(rows(&db, db.one.tenant.id, "identity.organisations").await, 9);
}

/// A fact a batch, in the transaction of the batch, and an entry in the trail of the import.
#[tokio::test]
async fn a_batch_is_told_once_and_stands_in_the_trail() {
    let db = TestDb::new().await;
    let files = Files::new();
    let plan = plan(Organisations, files.organisations("a.jsonl", 10)).in_batches_of(4);
    let done = import(&db, &db.one, &plan).await;
    let mut conn = db.superuser().await;
    let facts: Vec<(String, serde_json::Value)> =
        sqlx::query_as("select name, body from platform.outbox where name like 'bulk.%' order by seq")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    let names: Vec<_> = facts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["bulk.batch.imported", "bulk.batch.imported", "bulk.batch.imported", "bulk.import.finished"]
    );
    let told: u64 = facts[..3]
        .iter()
        .map(|(_, body)| serde_json::from_value::<BatchImported>(body.clone()).unwrap().inserted)
        .sum();
    assert_eq!(told, 10);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let trail = tx
        .audit()
        .list_of_row("platform.imports", &done.id.to_string(), &PageRequest::default())
        .await
        .unwrap();
    let actions: Vec<_> = trail.items.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["update", "update", "update", "insert"]);
}

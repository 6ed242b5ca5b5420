//! The outbox: nothing lost, nothing twice, nothing out of order, whatever is killed.

use std::process::Command;
use std::time::Duration;

use async_trait::async_trait;
use smilefactory_core::content::{PostDraft, PostDrafted, PostInput};
use smilefactory_core::id::{Id, PostId};
use smilefactory_core::validation::Field;
use smilefactory_store::outbox::{Handler, HandlerError, Progress, RecordedFact, Relay, RelayOptions};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::Row;

/// Notes every drafted post in a row of its own; refuses those it is told to.
struct Note {
    refuse: Option<PostId>,
    slow: Duration,
}

#[async_trait]
impl Handler for Note {
    async fn handle(&self, tx: &mut WriteTx, fact: &RecordedFact) -> Result<(), HandlerError> {
        let Some(drafted) = fact.fact.read::<PostDrafted>()? else { return Ok(()) };
        // A key can be claimed once: a second effect would be an error.
        let key = format!("note of {}", fact.id);
        tx.idempotency().claim(&key, [0; 32]).await?;
        let response = smilefactory_store::repo::platform::StoredResponse {
            status: 200,
            headers: Vec::new(),
            body: drafted.post.uuid().as_bytes().to_vec(),
        };
        tx.idempotency().finish(&key, &response).await?;
        tokio::time::sleep(self.slow).await;
        if self.refuse == Some(drafted.post) {
            return Err("not this one".into());
        }
        Ok(())
    }
}

const QUICK: Note = Note { refuse: None, slow: Duration::ZERO };

async fn draft(db: &TestDb, author: &smilefactory_core::identity::Account, count: usize) -> Vec<PostId> {
    let mut posts = Vec::new();
    for n in 0..count {
        let mut tx = db.store.write(&db.one.scope_of(author.id)).await.unwrap();
        let input = PostInput { kind: "post".into(), body: format!("Post {n}."), ..PostInput::default() };
        let (post, fact) =
            PostDraft::from_raw(input).unwrap().begin(tx.new_id().unwrap(), author.id, tx.now());
        tx.posts().insert(&post).await.unwrap();
        tx.tell(fact).unwrap();
        tx.commit().await.unwrap();
        posts.push(post.id);
    }
    posts
}

/// Drains until the reader has come to every fact. A transaction that runs anywhere on the server holds readers
/// back, and other tests run on the same server.
async fn settle<H: Handler>(relay: &Relay<H>) {
    for _ in 0..400 {
        relay.drain().await.unwrap();
        if relay.status().await.unwrap().waiting == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("facts wait for ten seconds");
}

/// The posts that were noted, and whether one was noted twice.
async fn noted(db: &TestDb) -> Vec<Vec<u8>> {
    let mut conn = db.superuser().await;
    sqlx::query("select body from platform.idempotency_keys where key like 'note of %' order by key")
        .fetch_all(&mut conn)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.get("body"))
        .collect()
}

#[tokio::test]
async fn what_was_committed_is_handled_once_and_what_was_undone_never() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await;
    draft(&db, &author, 5).await;
    let mut undone = db.store.write(&db.one.scope).await.unwrap();
    undone.tell(PostDrafted { post: undone.new_id().unwrap(), author: author.id }).unwrap();
    drop(undone);

    let relay = Relay::new(db.store.clone(), "notes", QUICK);
    settle(&relay).await;
    relay.drain().await.unwrap();
    assert_eq!(noted(&db).await.len(), 5);
    let status = relay.status().await.unwrap();
    assert_eq!((status.waiting, status.parked, status.dead), (0, 0, 0));
}

/// The number is taken early, the commit comes late: a reader that goes by numbers alone would skip it.
#[tokio::test]
async fn a_transaction_that_commits_late_is_not_skipped() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await;
    let relay = Relay::new(db.store.clone(), "notes", QUICK);
    settle(&relay).await;

    // A rival outside of the store: its number is taken before the others', its commit comes after them.
    let mut conn = db.superuser().await;
    let late = PostId::at(db.store.now(), [9; 10]);
    sqlx::raw_sql("begin").execute(&mut conn).await.unwrap();
    sqlx::query(
        "insert into platform.outbox (tenant_id, id, at, name, version, subject, body, actor)
         values ($1, $2, now(), 'content.post.drafted', 1, $2, $3, 'system')",
    )
    .bind(db.one.tenant.id.uuid())
    .bind(late.uuid())
    .bind(serde_json::to_value(PostDrafted { post: late, author: author.id }).unwrap())
    .execute(&mut conn)
    .await
    .unwrap();
    draft(&db, &author, 3).await;
    relay.drain().await.unwrap();
    assert!(noted(&db).await.is_empty(), "nothing may be read past a transaction that still runs");
    sqlx::raw_sql("commit").execute(&mut conn).await.unwrap();
    settle(&relay).await;
    assert_eq!(noted(&db).await.len(), 4);
}

#[tokio::test]
async fn a_fact_that_cannot_be_handled_is_tried_again_and_then_given_up_while_others_go_on() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await;
    let posts = draft(&db, &author, 3).await;
    let mut options = RelayOptions::default();
    options.attempts = 3;
    let relay = Relay::new(db.store.clone(), "notes", Note { refuse: Some(posts[0]), slow: Duration::ZERO })
        .with_options(options);
    settle(&relay).await;
    assert_eq!(noted(&db).await.len(), 2, "what a failed handler did is undone, the others' stays");
    assert_eq!(relay.status().await.unwrap().parked, 1);
    assert_eq!(relay.turn().await.unwrap(), Progress::default(), "not before its time");

    db.clock.advance(chrono::TimeDelta::seconds(2));
    assert_eq!(relay.turn().await.unwrap().parked, 1);
    db.clock.advance(chrono::TimeDelta::minutes(1));
    assert_eq!(relay.turn().await.unwrap().died, 1);
    let status = relay.status().await.unwrap();
    assert_eq!((status.waiting, status.parked, status.dead), (0, 0, 1));
    assert_eq!(noted(&db).await.len(), 2);
}

#[tokio::test]
async fn later_facts_of_a_subject_wait_for_the_one_that_cannot_be_handled() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await;
    let post = draft(&db, &author, 1).await[0];
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.tell(PostDrafted { post, author: author.id }).unwrap();
    tx.commit().await.unwrap();
    let refusing = Relay::new(db.store.clone(), "notes", Note { refuse: Some(post), slow: Duration::ZERO });
    settle(&refusing).await;
    assert_eq!(refusing.status().await.unwrap().parked, 2);
    db.clock.advance(chrono::TimeDelta::minutes(1));
    let willing = Relay::new(db.store.clone(), "notes", QUICK);
    settle(&willing).await;
    assert_eq!(noted(&db).await.len(), 2);
    assert_eq!(willing.status().await.unwrap().parked, 0);
}

/// Not a test of its own: the process that the next test kills. Without its variable it does nothing.
#[tokio::test]
async fn relay_of_another_process() {
    let Ok(url) = std::env::var("SMILEFACTORY_TEST_RELAY_URL") else { return };
    let config = Config::builder()
        .database_url(url)
        .master_keys(smilefactory_store::crypto::MasterKeys::new(
            smilefactory_store::crypto::MasterKey::from_random([7; 32]),
        ))
        .build()
        .unwrap();
    let store = Store::open(&config).await.unwrap();
    let mut options = RelayOptions::default();
    options.batch = 7;
    options.idle = Duration::from_millis(5);
    let relay = Relay::new(store, "notes", Note { refuse: None, slow: Duration::from_millis(2) })
        .with_options(options);
    relay.run(std::future::pending()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_killed_at_any_time_loses_nothing_and_doubles_nothing() {
    let mut options = TestOptions::default();
    options.running_clock = true;
    let db = TestDb::with(options).await;
    let author = db.one.person("tariro").await;
    let writer = async { draft(&db, &author, 150).await };
    let killer = async {
        let mut kills = 0;
        for round in 0..12 {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "outbox::relay_of_another_process"])
                .env("SMILEFACTORY_TEST_RELAY_URL", db.url_as("smile_app"))
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap();
            tokio::time::sleep(Duration::from_millis(120 + 37 * round)).await;
            // SIGKILL: no goodbye of any kind.
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
        }
        kills
    };
    let (posts, kills) = tokio::join!(writer, killer);
    assert_eq!(kills, 12);
    let survivor = Relay::new(db.store.clone(), "notes", QUICK);
    settle(&survivor).await;
    let mut expected: Vec<Vec<u8>> = posts.iter().map(|post| post.uuid().as_bytes().to_vec()).collect();
    let mut found = noted(&db).await;
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

//! Whoever listens is told everything that concerns them, once, and each conversation in its order: however late writers
//! commit, and wherever listeners are cut off and go on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use smilefactory_core::id::{AccountId, ConversationId, Id};
use smilefactory_core::messaging::live::LiveEvent;
use smilefactory_store::Store;
use smilefactory_store::outbox::Place;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::{TestDb, TestTenant};
use sqlx::Row;

use super::world::{Dice, group, now, tell, this_month, write};

/// By conversation, the numbers in the order in which they were told.
type Heard = BTreeMap<ConversationId, Vec<u64>>;

const WRITERS: u64 = 5;
const MESSAGES: usize = 40;

/// Sends messages in transactions that begin, wait for each other, and commit or give up at random.
async fn send(db: &TestDb, seed: u64, conversations: &[ConversationId], sender: AccountId) {
    let mut dice = Dice::new(seed);
    let mut conn = db.superuser().await;
    let pause = |dice: &mut Dice| Duration::from_micros(dice.roll(6_000));
    for _ in 0..MESSAGES {
        let conversation = conversations[usize::try_from(dice.roll(2)).unwrap()];
        sqlx::raw_sql("begin").execute(&mut conn).await.unwrap();
        if dice.roll(2) == 0 {
            // A key is claimed, say: the transaction has its number before it has the conversation.
            sqlx::raw_sql("select pg_current_xact_id()").execute(&mut conn).await.unwrap();
            tokio::time::sleep(pause(&mut dice)).await;
        }
        let sent = write(&mut conn, &db.one, conversation, sender, this_month(&db.store)).await;
        tokio::time::sleep(pause(&mut dice)).await;
        tell(&mut conn, &db.one, &db.store, &sent).await;
        tokio::time::sleep(pause(&mut dice)).await;
        let end = if dice.roll(8) == 0 { "rollback" } else { "commit" };
        sqlx::raw_sql(end).execute(&mut conn).await.unwrap();
    }
}

/// Listens to one of two servers, is cut off after every few events, and goes on at either.
async fn listen(
    servers: [Store; 2],
    tenant: TestTenant,
    account: AccountId,
    seed: u64,
    writing: Arc<AtomicUsize>,
) -> Heard {
    let (mut dice, mut heard) = (Dice::new(seed), Heard::new());
    let mut place = Place::at(servers[0].log().position().await.unwrap().horizon);
    loop {
        let over = writing.load(Ordering::SeqCst) == 0;
        let server = &servers[usize::try_from(dice.roll(2)).unwrap()];
        let mut tx = server.read(&tenant.scope_of(account)).await.unwrap();
        let until = tx.live().position().await.unwrap().horizon;
        let mut cut = false;
        for mut window in place.windows(&until) {
            loop {
                let limit = 1 + u16::try_from(dice.roll(5)).unwrap();
                let facts = tx.live().read(&window, limit).await.unwrap();
                for told in tx.live().address(&facts, &[account]).await.unwrap() {
                    assert!(!place.has(told.xid, told.seq), "told twice");
                    assert_eq!(told.to, [account]);
                    if let LiveEvent::MessageSent { conversation, seq, .. } = told.event {
                        heard.entry(conversation).or_default().push(seq);
                    }
                    place = window.place(told.seq);
                    cut = !over && dice.roll(4) == 0;
                    if cut {
                        break;
                    }
                }
                match facts.last() {
                    Some(last) if !cut && facts.len() == usize::from(limit) => window.go_on_after(last.seq),
                    _ => break,
                }
            }
            if cut {
                break;
            }
            place = Place::at(window.end().clone());
        }
        if over && !cut {
            return heard;
        }
        tokio::time::sleep(Duration::from_micros(dice.roll(3_000))).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_is_told_once_and_in_order_however_late_it_is_committed() {
    let db = TestDb::new().await;
    let servers = [db.store.clone(), db.another_store().await];
    let [tariro, rudo, farai] =
        [db.one.person("tariro").await, db.one.person("rudo").await, db.one.person("farai").await]
            .map(|a| a.id);
    let stranger = db.two.person("stranger").await.id;
    let mut conn = db.superuser().await;
    let both = [
        group(&mut conn, &db.store, &db.one, &[tariro, rudo]).await,
        group(&mut conn, &db.store, &db.one, &[tariro]).await,
    ];
    let writing = Arc::new(AtomicUsize::new(1));
    let listen = |tenant: &TestTenant, account, seed| {
        tokio::spawn(listen(servers.clone(), tenant.clone(), account, seed, Arc::clone(&writing)))
    };
    let listeners = [
        listen(&db.one, tariro, 1),
        listen(&db.one, tariro, 2),
        listen(&db.one, rudo, 3),
        listen(&db.one, farai, 4),
        listen(&db.two, stranger, 5),
    ];
    futures::future::join_all((0..WRITERS).map(|seed| send(&db, seed + 11, &both, tariro))).await;
    writing.store(0, Ordering::SeqCst);
    let [first, second, rudos, farais, strangers] =
        futures::future::join_all(listeners).await.try_into().unwrap_or_else(|_| panic!("five listened"));

    let rows = sqlx::query(
        "select (body ->> 'conversation')::uuid, (body ->> 'seq')::bigint, xid
         from platform.outbox where name = 'messaging.message.sent' order by 2",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let (mut expected, mut transactions) = (Heard::new(), BTreeMap::<ConversationId, Vec<i64>>::new());
    for row in rows {
        let conversation = ConversationId::from_uuid(row.get(0));
        expected.entry(conversation).or_default().push(u64::try_from(row.get::<i64, _>(1)).unwrap());
        transactions.entry(conversation).or_default().push(row.get(2));
    }
    assert_eq!(first.unwrap(), expected);
    assert_eq!(second.unwrap(), expected);
    expected.remove(&both[1]);
    assert_eq!(rudos.unwrap(), expected);
    assert_eq!((farais.unwrap(), strangers.unwrap()), (Heard::new(), Heard::new()));
    // What makes it hard has happened: whoever wrote later had begun earlier.
    assert!(transactions.values().any(|xids| !xids.is_sorted()), "{transactions:?}");
}

/// A transaction that runs anywhere, however long, holds back nothing but itself.
#[tokio::test]
async fn a_transaction_that_runs_on_holds_back_nobody_else_and_is_told_when_it_commits() {
    let db = TestDb::new().await;
    let tariro = db.one.person("tariro").await.id;
    let (mut late, mut conn) = (db.superuser().await, db.superuser().await);
    let one = group(&mut conn, &db.store, &db.one, &[tariro]).await;
    let two = group(&mut conn, &db.store, &db.one, &[tariro]).await;
    let mut place = now(&db.store).await;
    sqlx::raw_sql("begin").execute(&mut late).await.unwrap();
    let held = write(&mut late, &db.one, one, tariro, this_month(&db.store)).await;
    tell(&mut late, &db.one, &db.store, &held).await;
    let said = super::world::say(&mut conn, &db.store, &db.one, two, tariro).await;
    let told = super::world::since(&db.store, &db.one, &place, &[tariro]).await;
    let messages = |told: &[smilefactory_store::repo::messaging::Told]| -> Vec<_> {
        told.iter()
            .map(|told| match told.event {
                LiveEvent::MessageSent { message, .. } => message,
                _ => panic!("{told:?}"),
            })
            .collect()
    };
    assert_eq!(messages(&told), [said.message]);
    place = now(&db.store).await;
    sqlx::raw_sql("commit").execute(&mut late).await.unwrap();
    let told = super::world::since(&db.store, &db.one, &place, &[tariro]).await;
    assert_eq!(messages(&told), [held.message]);
}

#[tokio::test]
async fn every_database_has_a_log_of_its_own() {
    let (one, two) = (TestDb::new().await, TestDb::new().await);
    let epoch = async |db: &TestDb| db.store.log().position().await.unwrap().epoch;
    assert_ne!(epoch(&one).await, epoch(&two).await);
    assert_eq!(epoch(&one).await, one.another_store().await.log().position().await.unwrap().epoch);
}

//! Who types, and who is there.

use chrono::TimeDelta;
use smilefactory_core::id::{AccountId, ConversationId, Id, StreamId};
use smilefactory_core::messaging::live::PresencePreferences;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::PgConnection;

use super::world::{group, join, uuid};

async fn enter(db: &TestDb, account: AccountId) -> Option<StreamId> {
    let mut tx = db.store.write(&db.one.scope_of(account)).await.unwrap();
    let stream = tx.new_id().unwrap();
    let entered = tx.signals().enter(stream, account, 5).await.unwrap();
    tx.commit().await.unwrap();
    entered.then_some(stream)
}

async fn connect(conn: &mut PgConnection, db: &TestDb, a: AccountId, b: AccountId) {
    for (one, other) in [(a, b), (b, a)] {
        sqlx::query(
            "insert into social.ties (tenant_id, account_id, other_id, type, since, name_key)
             values ($1, $2, $3, 'friendship', now(), 'x')",
        )
        .bind(db.one.tenant.id.uuid())
        .bind(uuid(one))
        .bind(uuid(other))
        .execute(&mut *conn)
        .await
        .unwrap();
    }
}

async fn present(db: &TestDb, viewer: AccountId) -> Vec<AccountId> {
    let mut tx = db.store.read(&db.one.scope_of(viewer)).await.unwrap();
    let (mut found, mut page) = (Vec::new(), PageRequest::first(PageSize::new(1).unwrap()));
    loop {
        let part = tx.signals().list_present(viewer, &page).await.unwrap();
        found.extend(part.items.into_iter().map(|present| present.account));
        let Some(key) = part.next else { return found };
        page = PageRequest::after(page.size, key);
    }
}

/// Whom of all three it is told that these are there.
async fn seen(db: &TestDb, accounts: &[AccountId], listeners: &[AccountId]) -> Vec<(AccountId, AccountId)> {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let mut seen = tx.signals().presence_seen(accounts, listeners).await.unwrap();
    seen.sort();
    seen
}

#[tokio::test]
async fn who_is_there_is_seen_by_those_who_know_them_unless_they_do_not_want_it() {
    let db = TestDb::new().await;
    let [tariro, rudo, farai, nyasha] = [
        db.one.person("tariro").await.id,
        db.one.person("rudo").await.id,
        db.one.person("farai").await.id,
        db.one.person("nyasha").await.id,
    ];
    let mut conn = db.superuser().await;
    connect(&mut conn, &db, tariro, rudo).await;
    let pumps = group(&mut conn, &db.store, &db.one, &[tariro, farai]).await;
    for account in [tariro, rudo, farai, nyasha] {
        enter(&db, account).await.unwrap();
    }
    let mut both = vec![rudo, farai];
    both.sort();
    assert_eq!(present(&db, tariro).await, both);
    assert_eq!(present(&db, rudo).await, [tariro]);
    assert_eq!(present(&db, farai).await, [tariro]);
    assert_eq!(present(&db, nyasha).await, []);
    let everybody = [tariro, rudo, farai, nyasha];
    let mut told = vec![(rudo, tariro), (farai, tariro)];
    told.sort();
    assert_eq!(seen(&db, &[tariro], &everybody).await, told);
    // Who has not accepted yet, or left, takes no part; and a large conversation tells nothing.
    join(&mut conn, &db.one, pumps, farai, "member", "left", 1).await;
    assert_eq!(seen(&db, &[tariro], &everybody).await, [(rudo, tariro)]);
    join(&mut conn, &db.one, pumps, farai, "member", "active", 1).await;
    sqlx::raw_sql("update messaging.conversations set large = true").execute(&mut conn).await.unwrap();
    assert_eq!(seen(&db, &[tariro], &everybody).await, [(rudo, tariro)]);

    let show = async |shown| {
        let mut tx = db.store.write(&db.one.scope_of(rudo)).await.unwrap();
        tx.signals().set_preferences(rudo, &PresencePreferences { shown }).await.unwrap();
        tx.commit().await.unwrap();
    };
    show(false).await;
    assert_eq!(present(&db, tariro).await, []);
    assert_eq!(present(&db, rudo).await, [], "who is not seen does not see");
    assert_eq!(seen(&db, &[tariro], &everybody).await, []);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert!(!tx.signals().present().await.unwrap().contains(&rudo));
    assert!(!tx.signals().preferences(rudo).await.unwrap().shown);
    assert!(tx.signals().preferences(tariro).await.unwrap().shown);
    drop(tx);
    show(true).await;
    assert_eq!(present(&db, tariro).await, [rudo]);
    sqlx::query("insert into social.barriers (tenant_id, viewer_id, other_id, blocked) values ($1, $2, $3, true), ($1, $3, $2, true)")
        .bind(db.one.tenant.id.uuid())
        .bind(uuid(tariro))
        .bind(uuid(rudo))
        .execute(&mut conn)
        .await
        .unwrap();
    assert_eq!(present(&db, tariro).await, []);
    assert_eq!(seen(&db, &[tariro], &everybody).await, []);
}

#[tokio::test]
async fn an_account_has_so_many_streams_and_those_that_died_do_not_count() {
    let db = TestDb::new().await;
    let tariro = db.one.person("tariro").await.id;
    let mut streams = Vec::new();
    for _ in 0..5 {
        streams.push((tariro, enter(&db, tariro).await.unwrap()));
    }
    assert_eq!(enter(&db, tariro).await, None);
    let rudo = db.one.person("rudo").await.id;
    assert!(enter(&db, rudo).await.is_some());
    let leave = async |gone: &[(AccountId, StreamId)]| {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        tx.signals().leave(gone).await.unwrap();
        tx.commit().await.unwrap();
    };
    leave(&streams[..1]).await;
    assert!(enter(&db, tariro).await.is_some());
    assert_eq!(enter(&db, tariro).await, None);
    db.clock.advance(TimeDelta::seconds(59));
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.signals().beat(&streams[1..2]).await.unwrap();
    tx.commit().await.unwrap();
    db.clock.advance(TimeDelta::seconds(2));
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.signals().present().await.unwrap(), [tariro]);
    assert_eq!(tx.signals().trim().await.unwrap(), 5);
    tx.commit().await.unwrap();
    assert!(enter(&db, tariro).await.is_some());
}

/// Ten who begin at once, of whom five may.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_those_who_begin_at_once_no_more_begin_than_may() {
    let db = TestDb::new().await;
    let tariro = db.one.person("tariro").await.id;
    let entered = futures::future::join_all((0..10).map(|_| enter(&db, tariro))).await;
    assert_eq!(entered.into_iter().flatten().count(), 5);
}

#[tokio::test]
async fn who_types_is_told_to_who_takes_part_with_them() {
    let db = TestDb::new().await;
    let [tariro, rudo, farai] =
        [db.one.person("tariro").await.id, db.one.person("rudo").await.id, db.one.person("farai").await.id];
    let stranger = db.two.person("stranger").await.id;
    let mut conn = db.superuser().await;
    let pumps = group(&mut conn, &db.store, &db.one, &[tariro, rudo]).await;
    join(&mut conn, &db.one, pumps, farai, "member", "request", 1).await;
    let start = async |scope, conversation: ConversationId, account| {
        let mut tx = db.store.write(&scope).await.unwrap();
        let typing = tx.signals().start_typing(conversation, account).await.unwrap();
        tx.commit().await.unwrap();
        typing
    };
    assert!(start(db.one.scope, pumps, tariro).await && start(db.one.scope, pumps, tariro).await);
    assert!(!start(db.one.scope, pumps, farai).await, "who has not accepted does not take part");
    assert!(!start(db.two.scope, pumps, stranger).await);
    assert!(!start(db.one.scope, ConversationId::from_uuid(uuid(tariro)), tariro).await);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.signals().typing().await.unwrap(), [(pumps, tariro)]);
    let told = tx.signals().typing_seen(&[(pumps, tariro)], &[tariro, rudo, farai]).await.unwrap();
    assert_eq!(told, [(rudo, (pumps, tariro))]);
    let mut abroad = db.store.read(&db.two.scope).await.unwrap();
    assert_eq!(abroad.signals().typing().await.unwrap(), []);
    drop((tx, abroad));

    db.clock.advance(TimeDelta::seconds(6));
    assert_eq!(db.store.read(&db.one.scope).await.unwrap().signals().typing().await.unwrap(), []);
    start(db.one.scope, pumps, rudo).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert!(tx.signals().stop_typing(pumps, rudo).await.unwrap());
    assert!(!tx.signals().stop_typing(pumps, rudo).await.unwrap());
    assert_eq!(tx.signals().typing().await.unwrap(), []);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn log_ins_that_last_are_told_from_those_that_do_not() {
    use smilefactory_core::identity::{Session, Token};
    let db = TestDb::new().await;
    let tariro = db.one.person("tariro").await.id;
    let mut sessions = Vec::new();
    for n in 0..2 {
        let mut tx = db.store.write(&db.one.scope_of(tariro)).await.unwrap();
        let (session, _) = Session::open(tx.new_id().unwrap(), tariro, tx.now());
        tx.sessions().insert(&session, &Token::new(db.one.tenant.id, [n; 32]).digest()).await.unwrap();
        tx.commit().await.unwrap();
        sessions.push(session.id);
    }
    let mut tx = db.store.write(&db.one.scope_of(tariro)).await.unwrap();
    assert!(tx.sessions().delete(tariro, sessions[0]).await.unwrap());
    tx.commit().await.unwrap();
    let last = async |tenant: &smilefactory_store::testing::TestTenant| {
        db.store.read(&tenant.scope).await.unwrap().live().sessions(&sessions).await.unwrap()
    };
    assert_eq!(last(&db.one).await, [(sessions[1], false)]);
    assert_eq!(last(&db.two).await, []);
    sqlx::query("update identity.personal_details set profile_state = 'suspended' where id = $1")
        .bind(uuid(tariro))
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    assert_eq!(last(&db.one).await, [(sessions[1], true)]);
    db.clock.advance(TimeDelta::days(31));
    assert_eq!(last(&db.one).await, []);
}

//! Races, a thousand rounds each, and what would happen without what holds.

use futures::future::join_all;
use smilefactory_core::id::{AccountId, FactId, Id};
use smilefactory_core::messaging::notification::{NotificationKind, Raise};
use smilefactory_store::notify;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{known, read_up_to, tell, told, unread};

const ROUNDS: u128 = 1_000;

/// Tells it, if the fact was not told before.
async fn tell_fact(db: &TestDb, fact: FactId, raise: &Raise, to: AccountId) -> bool {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let claimed = tx.notifications().claim_fact(fact).await.unwrap();
    if claimed {
        notify::tell(&mut tx, raise, &[to]).await.unwrap();
    }
    tx.commit().await.unwrap();
    claimed
}

async fn rows(db: &TestDb, kind: NotificationKind) -> i64 {
    sqlx::query_scalar("select count(*) from messaging.notifications where kind = $1")
        .bind(kind.as_str())
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap()
}

/// A connection that is in a transaction of the service.
async fn service(db: &TestDb) -> PgConnection {
    let options: sqlx::postgres::PgConnectOptions = db.url_as("smile_app").parse().unwrap();
    let mut conn = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let begin =
        format!("begin; set local role smile_service; set local smile.tenant = '{}'", db.one.tenant.id);
    sqlx::raw_sql(sqlx::AssertSqlSafe(begin)).execute(&mut conn).await.unwrap();
    conn
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_tell_the_same_fact_at_once_tell_it_once() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    let kind = NotificationKind::ConnectionAccepted;
    for round in 0..ROUNDS {
        let fact = FactId::from_uuid(Uuid::from_u128(round));
        let raise = Raise { kind, subject: Uuid::from_u128(round), ..Raise::followed(tariro, rudo) };
        let (one, other) =
            tokio::join!(tell_fact(&db, fact, &raise, tariro), tell_fact(&db, fact, &raise, tariro));
        assert!(one != other, "round {round}");
    }
    assert_eq!(rows(&db, kind).await, 1_000);
    // Without the claim each of the two tells it.
    let raise = Raise { kind, ..Raise::followed(tariro, rudo) };
    join_all([tell(&db, &raise, &[tariro]), tell(&db, &raise, &[tariro])]).await;
    assert_eq!(rows(&db, kind).await, 1_002);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_do_the_same_at_once_are_told_of_as_one_thing() {
    let db = TestDb::new().await;
    let tariro = known(&db, "tariro").await;
    let (rudo, farai, to) = (known(&db, "rudo").await, known(&db, "farai").await, [tariro]);
    for round in 0..ROUNDS {
        let subject = Uuid::from_u128(round);
        let raise = |actor| Raise { subject, ..Raise::followed(tariro, actor) };
        let (one, other) = (raise(rudo), raise(farai));
        let (one, other) = tokio::join!(tell(&db, &one, &to), tell(&db, &other, &to));
        assert!(one[0].grown != other[0].grown, "round {round}");
        assert_ne!(one[0].notification, other[0].notification);
    }
    let kind = NotificationKind::Followed;
    assert_eq!((rows(&db, kind).await, unread(&db, tariro).await), (1_000, 1_000));
    assert_eq!(told(&db, tariro).await[0].actors.len(), 2);

    // Who does not hold the reader's row finds nothing that could grow, and neither does the other.
    let (mut one, mut other) = (service(&db).await, service(&db).await);
    let grow = "update messaging.notifications set details = '{}' where account_id = $1 and subject_id = $2";
    for conn in [&mut one, &mut other] {
        let grown =
            sqlx::query(grow).bind(tariro.uuid()).bind(Uuid::from_u128(7_000)).execute(conn).await.unwrap();
        assert_eq!(grown.rows_affected(), 0);
    }
    for (n, conn) in [&mut one, &mut other].into_iter().enumerate() {
        let add = "insert into messaging.notifications (tenant_id, id, account_id, kind, subject_id, details, in_app)
                   values ($1, $2, $3, 'followed', $4, '{}', true)";
        sqlx::query(add)
            .bind(db.one.tenant.id.uuid())
            .bind(FactId::at(db.store.now(), [u8::try_from(n).unwrap(); 10]).uuid())
            .bind(tariro.uuid())
            .bind(Uuid::from_u128(7_000))
            .execute(&mut *conn)
            .await
            .unwrap();
        sqlx::raw_sql("commit").execute(conn).await.unwrap();
    }
    assert_eq!(rows(&db, kind).await, 1_002);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watermark_never_goes_back_whoever_is_last() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    let mut read = Uuid::nil();
    for round in 0..ROUNDS {
        for n in 0..2 {
            let subject = Uuid::from_u128(2 * round + n);
            tell(&db, &Raise { subject, ..Raise::followed(tariro, rudo) }, &[tariro]).await;
        }
        let all = {
            let mut tx = db.store.read(&db.one.scope).await.unwrap();
            let filter = smilefactory_store::repo::messaging::NotificationFilter::new().unread();
            let two = smilefactory_core::page::PageRequest::default();
            tx.notifications().list(super::reading(tariro), &filter, &two).await.unwrap().items
        };
        assert_eq!(all.len(), 2, "round {round}");
        let (newer, older) = (&all[0], &all[1]);
        let ((), _, _) = tokio::join!(
            async { read = watermark(&db, tariro).await.max(read) },
            read_up_to(&db, tariro, newer),
            read_up_to(&db, tariro, older),
        );
        let reached = watermark(&db, tariro).await;
        assert!(reached == newer.id.uuid() && reached >= read, "round {round}");
    }
    assert_eq!(unread(&db, tariro).await, 0);

    // Who writes what they read before is refused, and would have gone back otherwise.
    let back = "update messaging.notification_reads set read_id = $2 where account_id = $1";
    let low = Uuid::from_u128(1);
    let mut conn = db.superuser().await;
    let error = sqlx::query(back).bind(tariro.uuid()).bind(low).execute(&mut conn).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().constraint(), Some("notification_reads_forward"));
    sqlx::raw_sql("drop trigger guard_notification_reads on messaging.notification_reads")
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::query(back).bind(tariro.uuid()).bind(low).execute(&mut conn).await.unwrap();
    assert_eq!(watermark(&db, tariro).await, low);
}

async fn watermark(db: &TestDb, account: AccountId) -> Uuid {
    sqlx::query_scalar("select read_id from messaging.notification_reads where account_id = $1")
        .bind(account.uuid())
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap()
}

/// Whoever reads while somebody is told never reads past what is not there yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_read_that_was_not_told_yet() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    let kind = NotificationKind::ConnectionAccepted;
    tell(&db, &Raise { kind, ..Raise::followed(tariro, rudo) }, &[tariro]).await;
    let (mut seen, to) = (0, [tariro]);
    for round in 0..ROUNDS {
        let last = told(&db, tariro).await.remove(0);
        let raise = Raise { kind, subject: Uuid::from_u128(round), ..Raise::followed(tariro, rudo) };
        let (raised, _) = tokio::join!(tell(&db, &raise, &to), read_up_to(&db, tariro, &last));
        assert!(raised[0].notification > last.id);
        seen += 1;
        assert_eq!(unread(&db, tariro).await, 1, "round {round}");
    }
    assert_eq!(seen, 1_000);
}

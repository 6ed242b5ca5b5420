//! Five hundred people at once for fifty seats: none is given twice, and who came first is first.

use std::collections::BTreeSet;

use futures::future::join_all;
use smilefactory_core::event::{Registration, RegistrationState};
use smilefactory_core::id::{AccountId, EventId, Id};
use smilefactory_store::event::{self, EventError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::{accounts, as_tenant, doing, register, with_seats};

const CROWD: i32 = 500;
const SEATS: i64 = 50;

/// Registers as a program does: whoever is told that it is not possible right now tries again.
async fn insist(db: &TestDb, who: AccountId, id: EventId) -> Registration {
    loop {
        match register(db, who, id).await {
            Ok(there) => return there,
            Err(EventError::Store(StoreError::Unavailable { .. })) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

async fn count(conn: &mut PgConnection, sql: &str, id: EventId) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).bind(id.uuid()).fetch_one(conn).await.unwrap()
}

const TAKEN: &str =
    "select count(*) from event.registrations where event_id = $1 and state in ('going', 'offered')";
/// Of those who came, in the order in which it was committed, how many were passed by somebody who came later: they
/// wait, and the other has a seat or a better place.
const PASSED: &str = "
    with came as (
      select r.state, r.place, row_number() over (order by o.xid, o.seq) as n
      from platform.outbox o
      join event.registrations r on r.id = o.subject
      where o.name = 'event.registration.moved' and o.body ->> 'step' = 'register' and r.event_id = $1
    )
    select count(*) from came one
    where one.state = 'waitlisted' and exists (
      select from came other
      where other.n > one.n and (other.state <> 'waitlisted' or other.place <= one.place)
    )";

#[tokio::test]
async fn five_hundred_at_once_get_fifty_seats_in_the_order_they_came() {
    let db = TestDb::new().await;
    let people = accounts(&db, CROWD + 1).await;
    let (host, crowd) = people.split_first().unwrap();
    let event = with_seats(&db, *host, SEATS).await;
    let there = join_all(crowd.iter().map(|who| insist(&db, *who, event.id))).await;
    let going: Vec<_> = there.iter().filter(|there| there.state == RegistrationState::Going).collect();
    assert_eq!(going.len(), 50);
    let places: BTreeSet<u64> = there.iter().filter_map(|there| there.place).collect();
    assert_eq!(places, (1..=450).collect());
    let mut conn = as_tenant(&db).await;
    assert_eq!(count(&mut conn, TAKEN, event.id).await, SEATS);
    assert_eq!(count(&mut conn, PASSED, event.id).await, 0);

    // All of them come no longer, at once: the seats are offered to the first fifty of those who wait, and to nobody
    // else.
    let withdraw = |there: &Registration| {
        let (db, id, who) = (&db, there.id, there.account);
        async move {
            loop {
                match doing!(db, who, |tx| event::withdraw(&mut tx, id, who)) {
                    Err(EventError::Store(StoreError::Unavailable { .. })) => {}
                    done => return done.unwrap(),
                }
            }
        }
    };
    join_all(going.iter().map(|there| withdraw(there))).await;
    let offered: Vec<i64> = sqlx::query_scalar(
        "select place from event.registrations where event_id = $1 and state = 'offered' order by place",
    )
    .bind(event.id.uuid())
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert_eq!(offered, (1..=SEATS).collect::<Vec<_>>());

    // Without the lock, and the rules that stand behind it, seats are given twice.
    sqlx::raw_sql(
        "alter table event.seat_classes drop constraint seat_classes_full;
         drop index event.registrations_place_key",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    // Whoever waits in another order is seen to.
    sqlx::query(
        "update event.registrations set place = 1000 - place where event_id = $1 and state = 'waitlisted'",
    )
    .bind(event.id.uuid())
    .execute(&mut conn)
    .await
    .unwrap();
    assert!(count(&mut conn, PASSED, event.id).await > 300, "nobody notices who is passed by");
    let event = with_seats(&db, *host, SEATS).await;
    let hurried = crowd.chunks(usize::try_from(CROWD / 8).unwrap()).map(|crowd| hurry(&db, event.id, crowd));
    join_all(hurried).await;
    let taken = count(&mut conn, TAKEN, event.id).await;
    assert!(taken > SEATS, "the steps without a lock were never in each other's way: {taken} seats");
}

/// The same steps on a connection of their own, without the lock.
async fn hurry(db: &TestDb, id: EventId, crowd: &[AccountId]) {
    let mut conn = as_tenant(db).await;
    for who in crowd {
        let taken: i32 = sqlx::query_scalar("select taken from event.seat_classes where event_id = $1")
            .bind(id.uuid())
            .fetch_one(&mut conn)
            .await
            .unwrap();
        if i64::from(taken) < SEATS {
            sqlx::query(
                "insert into event.registrations (tenant_id, id, event_id, account_id, class, state, seated_at, version,
                   created_at, updated_at)
                 values ($1, platform.uuid_v7(now()), $2, $3, '', 'going', now(), 1, now(), now())",
            )
            .bind(Uuid::from(db.one.tenant.id))
            .bind(id.uuid())
            .bind(who.uuid())
            .execute(&mut conn)
            .await
            .unwrap();
        }
    }
}

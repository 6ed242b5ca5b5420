//! Two who do something about a series at once, a thousand times; and the same steps without the lock, which do go
//! wrong.

use smilefactory_core::event::{Event, EventDraft, EventInput, EventRefused, RegistrationState, SeriesScope};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::PageRequest;
use smilefactory_core::validation::Field;
use smilefactory_store::event::{self, EventError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::{AssertSqlSafe, PgConnection};

use super::series::tuesdays;
use super::{accounts, as_tenant, doing, draft, register};

const ROUNDS: usize = 1_000;
/// How many rounds the steps without a lock have to get in each other's way.
const CONTROLS: usize = 300;

/// What is due in the two months after next January, and how it is taken back.
const THERE: &str = "select count(*) from event.events where recurrence >= '2027-02-01'";
const UNMADE: &str = "delete from event.events where recurrence >= '2027-02-01';
    update event.series set made_until = '2027-01-20 00:00Z'";

async fn run(conn: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await.unwrap();
}

async fn count(conn: &mut PgConnection, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(conn).await.unwrap()
}

#[tokio::test]
async fn two_who_make_what_is_due_make_it_once() {
    let db = TestDb::new().await;
    let [host] = accounts(&db, 1).await.try_into().unwrap();
    let first = draft(&db, host, tuesdays(&db, "FREQ=MONTHLY;BYMONTHDAY=3")).await;
    let mut conn = as_tenant(&db).await;
    let make = || async { doing!(db, host, |tx| event::make_next(&mut tx)).unwrap() };
    for _ in 0..ROUNDS {
        run(&mut conn, UNMADE).await;
        let (one, other) = tokio::join!(make(), make());
        assert!(one != other, "one of them makes it, and the other finds nothing to do");
        assert_eq!(count(&mut conn, THERE).await, 2, "that of February and that of March");
    }

    run(&mut conn, "alter table event.events drop constraint events_recurrence_key").await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    let id = first.id.uuid();
    let make = async |conn: &mut PgConnection| {
        let due = "select count(*) from event.series where made_until < '2027-02-01 00:00Z'";
        if count(conn, due).await == 1 {
            let made = format!(
                "insert into event.events (tenant_id, id, title, description, html, renderer, category, format, join_at,
                   starts, ends, zone, starts_at, ends_at, registers_until, approval, visibility, state, sequence,
                   version, created_at, updated_at, series_id, recurrence)
                 select tenant_id, platform.uuid_v7(now()), title, description, html, renderer, category, format,
                   join_at, starts, ends, zone, starts_at, ends_at, registers_until, approval, visibility, state,
                   sequence, version, created_at, updated_at, series_id, '2027-02-03 18:00'
                 from event.events where id = '{id}'"
            );
            run(conn, &made).await;
            run(conn, "update event.series set made_until = '2027-03-01 00:00Z'").await;
        }
    };
    let mut twice = 0;
    for _ in 0..CONTROLS {
        run(&mut conn, UNMADE).await;
        tokio::join!(make(&mut left), make(&mut right));
        twice += i32::from(count(&mut conn, THERE).await > 1);
    }
    assert!(twice > 0, "the steps without a lock were never in each other's way");
}

/// Two Tuesdays with two seats each, of which one is taken on the second.
async fn two_seats(db: &TestDb, host: AccountId, guest: AccountId) -> [Event; 2] {
    let input = EventInput { capacity: Some(2), ..tuesdays(db, "FREQ=WEEKLY;COUNT=2") };
    let first = draft(db, host, input).await;
    doing!(db, host, |tx| event::publish_several(&mut tx, first.id, host, SeriesScope::All)).unwrap();
    let mut tx = db.store.read(&db.one.scope_of(host)).await.unwrap();
    let listed = tx.series().list_occurrences(first.series.unwrap(), &PageRequest::default()).await.unwrap();
    let [first, second] = <[_; 2]>::try_from(listed.items).unwrap().map(|listed| listed.event);
    drop(tx);
    register(db, guest, second.id).await.unwrap();
    [first, second]
}

#[tokio::test]
async fn seats_of_a_series_are_not_taken_away_from_who_registers_meanwhile() {
    let db = TestDb::new().await;
    let [host, a, b] = accounts(&db, 3).await.try_into().unwrap();
    let [first, second] = two_seats(&db, host, a).await;
    let mut conn = as_tenant(&db).await;
    let again = format!(
        "delete from event.registrations where account_id = '{}'; update event.seat_classes set capacity = 2",
        b.uuid()
    );
    let one_seat = EventDraft::from_raw(EventInput {
        capacity: Some(1),
        repeats: None,
        ..first.draft.clone().into_raw()
    })
    .unwrap();
    let (mut fewer, mut seated) = (0, 0);
    for round in 0..ROUNDS {
        run(&mut conn, &again).await;
        let mut tx = db.store.read(&db.one.scope_of(host)).await.unwrap();
        let version = tx.events().get(first.id).await.unwrap().unwrap().version;
        drop(tx);
        let change = async {
            let draft = one_seat.clone();
            doing!(db, host, |tx| event::change_several(
                &mut tx,
                first.id,
                host,
                SeriesScope::All,
                draft,
                version
            ))
        };
        // Whoever is named first has the lead: each has it in turn.
        let (changed, registered) = if round % 2 == 0 {
            tokio::join!(change, register(&db, b, second.id))
        } else {
            let (registered, changed) = tokio::join!(register(&db, b, second.id), change);
            (changed, registered)
        };
        match (changed, registered.unwrap().state) {
            (Ok(_), RegistrationState::Waitlisted) => fewer += 1,
            (Err(EventError::Refused(EventRefused::SeatsTaken(2))), RegistrationState::Going) => seated += 1,
            wrong => panic!("{wrong:?}"),
        }
    }
    assert!(fewer > 0 && seated > 0, "{fewer} changed, {seated} seated: one was always first");

    run(
        &mut conn,
        "alter table event.seat_classes drop constraint seat_classes_full, drop constraint seat_classes_taken_check",
    )
    .await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    let id = second.id.uuid();
    let taken = format!("select taken::bigint from event.seat_classes where event_id = '{id}'");
    let free = format!("select (capacity - taken)::bigint from event.seat_classes where event_id = '{id}'");
    let mut over = 0;
    for _ in 0..CONTROLS {
        run(&mut conn, &again).await;
        let change = async {
            if count(&mut left, &taken).await < 2 {
                let capacity = format!("update event.seat_classes set capacity = 1 where event_id = '{id}'");
                run(&mut left, &capacity).await;
            }
        };
        let seat = async {
            if count(&mut right, &free).await > 0 {
                let sql = format!(
                    "insert into event.registrations (tenant_id, id, event_id, account_id, class, state, seated_at,
                       version, created_at, updated_at)
                     values ('{}', platform.uuid_v7(now()), '{id}', '{}', '', 'going', now(), 1, now(), now())",
                    db.one.tenant.id,
                    b.uuid()
                );
                run(&mut right, &sql).await;
            }
        };
        tokio::join!(change, seat);
        over += i32::from(count(&mut conn, &free).await < 0);
    }
    assert!(over > 0, "the steps without a lock were never in each other's way");
}

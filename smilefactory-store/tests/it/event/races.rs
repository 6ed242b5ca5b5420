//! Two who do something at once, a thousand times; and the same steps without the lock, which do go wrong.

use chrono::TimeDelta;
use smilefactory_core::event::RegistrationState;
use smilefactory_core::id::{AccountId, EventId, Id, RegistrationId};
use smilefactory_store::event;
use smilefactory_store::testing::TestDb;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::{accounts, as_tenant, doing};

const ROUNDS: usize = 1_000;
/// How many rounds the steps without a lock have to get in each other's way.
const CONTROLS: usize = 300;

async fn run(conn: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await.unwrap();
}

/// As many events as there are rounds, with one seat each, which begin in so many hours.
async fn events(db: &TestDb, host: AccountId, hours: i32) -> Vec<EventId> {
    let mut conn = as_tenant(db).await;
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "insert into event.events (tenant_id, id, created_by, title, description, html, renderer, category, format, starts,
           ends, zone, starts_at, ends_at, registers_until, approval, visibility, state, published_at, sequence, version,
           created_at, updated_at)
         select $1, platform.uuid_v7($3), $2, 'Race', 'Race.', '', 1, 'meetup', 'online', '2026-01-01 00:00',
           '2026-01-01 01:00', 'Etc/UTC', $3 + make_interval(hours => $4), $3 + make_interval(hours => $4 + 1),
           $3 + make_interval(hours => $4), false, 'members', 'published', $3, 0, 1, $3, $3
         from generate_series(1, $5)
         returning id",
    )
    .bind(Uuid::from(db.one.tenant.id))
    .bind(host.uuid())
    .bind(db.store.now())
    .bind(hours)
    .bind(i32::try_from(ROUNDS).unwrap())
    .fetch_all(&mut conn)
    .await
    .unwrap();
    for sql in [
        "insert into event.seat_classes (tenant_id, event_id, name, capacity, by_invitation, ordinal)
         select $1, id, '', 1, false, 0 from unnest($2::uuid[]) as id",
        "insert into event.organisers (tenant_id, event_id, account_id, since)
         select tenant_id, id, created_by, created_at from event.events where tenant_id = $1 and id = any($2)",
    ] {
        sqlx::query(sql).bind(Uuid::from(db.one.tenant.id)).bind(&ids).execute(&mut conn).await.unwrap();
    }
    ids.into_iter().map(EventId::from_uuid).collect()
}

/// A registration of somebody for each of the events, in this state; those who are offered a seat have a second
/// longer at each event than at the one before.
async fn stand(
    db: &TestDb,
    events: &[EventId],
    who: AccountId,
    state: RegistrationState,
    place: i64,
) -> Vec<RegistrationId> {
    let ids: Vec<Uuid> = events.iter().map(|id| id.uuid()).collect();
    let made: Vec<Uuid> = sqlx::query_scalar(
        "insert into event.registrations (tenant_id, id, event_id, account_id, class, state, place, offered_until,
           seated_at, version, created_at, updated_at)
         select $1, platform.uuid_v7($5), e.id, $3, '', $4,
           case when $4 in ('waitlisted', 'offered') then $6::bigint end,
           case when $4 = 'offered' then $5 + make_interval(secs => e.n) end,
           case when $4 = 'going' then $5 end, 1, $5, $5
         from unnest($2::uuid[]) with ordinality as e (id, n)
         returning id",
    )
    .bind(Uuid::from(db.one.tenant.id))
    .bind(&ids)
    .bind(who.uuid())
    .bind(state.as_str())
    .bind(db.store.now())
    .bind(place)
    .fetch_all(&mut as_tenant(db).await)
    .await
    .unwrap();
    made.into_iter().map(RegistrationId::from_uuid).collect()
}

async fn states(conn: &mut PgConnection, ids: [RegistrationId; 2]) -> [String; 2] {
    let ids = ids.map(Id::uuid);
    let rows: Vec<String> = sqlx::query_scalar(
        "select r.state from event.registrations r join unnest($1::uuid[]) with ordinality as o (id, n) using (id) order by n",
    )
    .bind(&ids[..])
    .fetch_all(conn)
    .await
    .unwrap();
    rows.try_into().unwrap()
}

async fn state(conn: &mut PgConnection, id: RegistrationId) -> String {
    sqlx::query_scalar("select state from event.registrations where id = $1")
        .bind(id.uuid())
        .fetch_one(conn)
        .await
        .unwrap()
}

async fn set(conn: &mut PgConnection, id: RegistrationId, state: &str) {
    sqlx::query(
        "update event.registrations
         set state = $2, offered_until = case when $2 = 'offered' then now() end,
           place = case when $2 in ('waitlisted', 'offered') then coalesce(place, 1) end,
           seated_at = case when $2 in ('going', 'checked_in') then now() end,
           checked_in_at = case when $2 = 'checked_in' then now() end
         where id = $1",
    )
    .bind(id.uuid())
    .bind(state)
    .execute(conn)
    .await
    .unwrap();
}

/// The rules that stand behind the lock.
const UNGUARDED: &str = "
    drop trigger guard_state on event.registrations;
    alter table event.seat_classes drop constraint seat_classes_full, drop constraint seat_classes_taken_check,
      drop constraint seat_classes_waiting_check";

#[tokio::test]
async fn an_offer_is_accepted_or_expires() {
    let db = TestDb::new().await;
    let [host, a, b] = accounts(&db, 3).await.try_into().unwrap();
    let made = events(&db, host, 999).await;
    let offers = stand(&db, &made, a, RegistrationState::Offered, 1).await;
    let waits = stand(&db, &made, b, RegistrationState::Waitlisted, 2).await;
    let mut conn = as_tenant(&db).await;
    let (mut accepted, mut lapsed) = (0, 0);
    for (offer, wait) in offers.iter().zip(&waits) {
        // They press the button in time, and wait for the lock while time runs out.
        let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
        db.clock.advance(TimeDelta::seconds(1));
        let accept = async {
            let done = event::accept(&mut tx, *offer, a).await;
            if done.is_ok() {
                tx.commit().await.unwrap()
            } else {
                drop(tx)
            }
            done.is_ok()
        };
        let lapse = async { doing!(db, host, |tx| event::pass_lapsed(&mut tx)).unwrap() };
        let (took, _) = tokio::join!(accept, lapse);
        let [one, other] = states(&mut conn, [*offer, *wait]).await;
        match took {
            true => assert_eq!([one.as_str(), &other], ["going", "waitlisted"]),
            false => assert_eq!([one.as_str(), &other], ["declined", "offered"]),
        }
        (accepted, lapsed) = (accepted + i32::from(took), lapsed + i32::from(!took));
    }
    assert!(accepted > 0 && lapsed > 0, "{accepted} accepted, {lapsed} lapsed: one was always first");

    run(&mut conn, UNGUARDED).await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    let made = events(&db, host, 999).await;
    let offers = stand(&db, &made[..CONTROLS], a, RegistrationState::Offered, 1).await;
    let waits = stand(&db, &made[..CONTROLS], b, RegistrationState::Waitlisted, 2).await;
    let mut both = 0;
    for (offer, wait) in offers.iter().zip(&waits) {
        let accept = async {
            if state(&mut left, *offer).await == "offered" {
                set(&mut left, *offer, "going").await;
            }
            state(&mut left, *offer).await
        };
        let lapse = async {
            let was = state(&mut right, *offer).await == "offered";
            if was {
                set(&mut right, *offer, "declined").await;
                set(&mut right, *wait, "offered").await;
            }
            was
        };
        let (said, passed) = tokio::join!(accept, lapse);
        both += i32::from(said == "going" && passed);
    }
    assert!(both > 0, "the steps without a lock were never in each other's way");
}

#[tokio::test]
async fn a_seat_goes_to_the_next_though_the_first_gives_up() {
    let db = TestDb::new().await;
    let [host, a, b, c] = accounts(&db, 4).await.try_into().unwrap();
    let made = events(&db, host, 999).await;
    let going = stand(&db, &made, a, RegistrationState::Going, 0).await;
    let first = stand(&db, &made, b, RegistrationState::Waitlisted, 1).await;
    let second = stand(&db, &made, c, RegistrationState::Waitlisted, 2).await;
    let mut conn = as_tenant(&db).await;
    let withdraw = |id: RegistrationId, who: AccountId| {
        let db = &db;
        async move { doing!(db, who, |tx| event::withdraw(&mut tx, id, who)) }
    };
    for ((a_there, b_there), c_there) in going.iter().zip(&first).zip(&second) {
        let (one, other) = tokio::join!(withdraw(*a_there, a), withdraw(*b_there, b));
        one.unwrap();
        other.unwrap();
        assert_eq!(states(&mut conn, [*b_there, *c_there]).await, ["cancelled", "offered"]);
    }
    let wrong: i64 =
        sqlx::query_scalar("select count(*) from event.seat_classes where taken <> 1 or waiting <> 0")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert_eq!(wrong, 0);

    run(&mut conn, UNGUARDED).await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    let made = events(&db, host, 999).await;
    let going = stand(&db, &made[..CONTROLS], a, RegistrationState::Going, 0).await;
    let first = stand(&db, &made[..CONTROLS], b, RegistrationState::Waitlisted, 1).await;
    let second = stand(&db, &made[..CONTROLS], c, RegistrationState::Waitlisted, 2).await;
    let mut lost = 0;
    for ((a_there, b_there), c_there) in going.iter().zip(&first).zip(&second) {
        let cancel = async {
            set(&mut left, *a_there, "cancelled").await;
            let next = if state(&mut left, *b_there).await == "waitlisted" { b_there } else { c_there };
            set(&mut left, *next, "offered").await;
        };
        let give_up = async {
            let was = state(&mut right, *b_there).await;
            set(&mut right, *b_there, "cancelled").await;
            if was == "offered" {
                set(&mut right, *c_there, "offered").await;
            }
        };
        tokio::join!(cancel, give_up);
        lost += i32::from(states(&mut conn, [*b_there, *c_there]).await != ["cancelled", "offered"]);
    }
    assert!(lost > 0, "the steps without a lock were never in each other's way");
}

#[tokio::test]
async fn a_code_is_good_once() {
    let db = TestDb::new().await;
    let [host, a] = accounts(&db, 2).await.try_into().unwrap();
    let made = events(&db, host, 1).await;
    let going = stand(&db, &made, a, RegistrationState::Going, 0).await;
    let mut codes = Vec::new();
    let mut tx = db.store.read(&db.one.scope_of(a)).await.unwrap();
    for id in &going {
        codes.push(event::code_of(&mut tx, *id, a).await.unwrap().1);
    }
    drop(tx);
    let check_in = |id: EventId, code: String| {
        let db = &db;
        async move { doing!(db, host, |tx| event::check_in(&mut tx, id, host, &code)) }
    };
    for (id, code) in made.iter().zip(&codes) {
        let (one, other) = tokio::join!(check_in(*id, code.clone()), check_in(*id, code.clone()));
        assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {other:?}");
        assert!(super::refused(&one.err().or(other.err()).unwrap()));
    }

    let mut conn = as_tenant(&db).await;
    run(&mut conn, UNGUARDED).await;
    let (mut left, mut right) = (as_tenant(&db).await, as_tenant(&db).await);
    let made = events(&db, host, 1).await;
    let going = stand(&db, &made[..CONTROLS], a, RegistrationState::Going, 0).await;
    let mut twice = 0;
    for id in &going {
        let check_in = async |conn: &mut PgConnection| {
            let outside = state(conn, *id).await == "going";
            if outside {
                set(conn, *id, "checked_in").await;
            }
            outside
        };
        let (one, other) = tokio::join!(check_in(&mut left), check_in(&mut right));
        twice += i32::from(one && other);
    }
    assert!(twice > 0, "the steps without a lock were never in each other's way");
}

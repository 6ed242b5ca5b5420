//! Two who act at once: a thousand rounds each, and the same without the lock, which must go wrong within as many.

use smilefactory_core::id::AccountId;
use smilefactory_core::social::{Asked, ConnectionRequest, RequestState};
use smilefactory_store::prelude::*;
use smilefactory_store::social::{self, SocialError};
use smilefactory_store::testing::TestDb;
use sqlx::PgConnection;

use super::{ask, asked, by, someone};

const ROUNDS: usize = 1_000;

/// From here on the lock of two people locks nothing.
async fn without_lock(db: &TestDb) {
    let none = "create or replace function social.lock_pair(a uuid, b uuid) returns void language sql volatile return null";
    sqlx::raw_sql(none).execute(&mut db.superuser().await).await.unwrap();
}

/// What there is of two people, who are the only ones.
#[derive(Debug, PartialEq)]
struct State {
    connections: i64,
    ties: i64,
    pending: i64,
    blocks: i64,
    barriers: i64,
}

async fn state(conn: &mut PgConnection) -> State {
    let (connections, ties, pending, blocks, barriers) = sqlx::query_as(
        "select (select count(*) from social.connections), (select count(*) from social.ties),
           (select count(*) from social.connection_requests where state = 'pending'),
           (select count(*) from social.blocks), (select count(*) from social.barriers)",
    )
    .fetch_one(conn)
    .await
    .unwrap();
    State { connections, ties, pending, blocks, barriers }
}

/// As if nothing had been.
async fn forget(conn: &mut PgConnection) {
    let forget = "delete from social.blocks; delete from social.connections; delete from social.connection_requests";
    sqlx::raw_sql(forget).execute(conn).await.unwrap();
}

/// Both ask each other at once; what is wrong with what comes of it.
async fn cross(db: &TestDb, conn: &mut PgConnection, a: AccountId, b: AccountId) -> Option<String> {
    let (one, other) = tokio::join!(ask(db, a, b), ask(db, b, a));
    let state = state(conn).await;
    let connected = State { connections: 1, ties: 2, pending: 0, blocks: 0, barriers: 0 };
    let answers = (&one, &other);
    let fine = matches!(
        answers,
        (Ok(Asked::Requested(_)), Ok(Asked::Connected(_))) | (Ok(Asked::Connected(_)), Ok(Asked::Requested(_)))
    );
    (!fine || state != connected).then(|| format!("{answers:?} leave {state:?}"))
}

#[tokio::test]
async fn who_ask_each_other_at_once_are_connected() {
    let db = TestDb::new().await;
    let (a, b) = (someone(&db, "aa").await, someone(&db, "bb").await);
    let mut conn = db.superuser().await;
    for round in 0..ROUNDS {
        assert_eq!(cross(&db, &mut conn, a, b).await, None, "round {round}");
        forget(&mut conn).await;
    }
    without_lock(&db).await;
    for _ in 0..ROUNDS {
        if cross(&db, &mut conn, a, b).await.is_some() {
            return;
        }
        forget(&mut conn).await;
    }
    panic!("without the lock nothing went wrong either");
}

/// One says yes, the other takes it back, and one of them blocks the other, all at once.
async fn part(
    db: &TestDb,
    conn: &mut PgConnection,
    request: &ConnectionRequest,
    blocker: AccountId,
) -> Option<String> {
    let (from, to) = (request.from, request.to);
    let blocked = if blocker == from { to } else { from };
    let accept = by(db, to, async |tx| social::accept(tx, request.id, to).await);
    let withdraw = by(db, from, async |tx| social::withdraw(tx, request.id, from).await);
    let block = by(db, blocker, async |tx| social::block(tx, blocker, blocked).await);
    let (accept, withdraw, block) = tokio::join!(accept, withdraw, block);
    let left = state(conn).await;
    let parted = State { connections: 0, ties: 0, pending: 0, blocks: 1, barriers: 2 };
    let refused = |error: &SocialError| matches!(error, SocialError::Refused(_) | SocialError::NotThere(_));
    let answered = match (&accept, &withdraw) {
        (Ok(_), Ok(_)) => false,
        (accept, withdraw) => {
            accept.as_ref().err().is_none_or(refused) && withdraw.as_ref().err().is_none_or(refused)
        }
    };
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let request = tx.connection_requests().get(request.id).await.unwrap().unwrap();
    let state = match (accept.is_ok(), withdraw.is_ok()) {
        (true, false) => request.state == RequestState::Accepted,
        (false, true) => request.state == RequestState::Withdrawn,
        _ => matches!(request.state, RequestState::Declined | RequestState::Withdrawn),
    };
    let fine = answered && state && matches!(block, Ok(true)) && left == parted;
    (!fine).then(|| {
        format!("{accept:?}, {withdraw:?} and {block:?} leave {left:?} and the request {}", request.state)
    })
}

#[tokio::test]
async fn of_yes_never_mind_and_a_block_at_once_the_block_stands() {
    let db = TestDb::new().await;
    let (a, b) = (someone(&db, "aa").await, someone(&db, "bb").await);
    let mut conn = db.superuser().await;
    for round in 0..ROUNDS {
        let request = asked(&db, a, b).await;
        let blocker = if round % 2 == 0 { a } else { b };
        assert_eq!(part(&db, &mut conn, &request, blocker).await, None, "round {round}");
        forget(&mut conn).await;
    }
    without_lock(&db).await;
    for round in 0..ROUNDS {
        let request = asked(&db, a, b).await;
        let blocker = if round % 2 == 0 { a } else { b };
        if part(&db, &mut conn, &request, blocker).await.is_some() {
            return;
        }
        forget(&mut conn).await;
    }
    panic!("without the lock nothing went wrong either");
}

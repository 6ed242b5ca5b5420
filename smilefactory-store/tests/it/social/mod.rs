//! What people are to each other: asked, answered, ended; listed, counted; and what two who act at once leave.

mod barrier;
mod connection;
mod follow;
mod race;
mod relation;
mod request;

use smilefactory_core::id::AccountId;
use smilefactory_core::profile::{
    DetailsInput, Profile, ProfileContent, ProfileInput, ProfileKind, ProfileState,
};
use smilefactory_core::social::{
    Asked, Connection, ConnectionKind, ConnectionRequest, ConnectionRequestDraft, Pair, RequestQuota,
};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::social::{self, SocialError};
use smilefactory_store::testing::{TestDb, TestTenant};

/// More than any test asks.
pub(crate) const MANY: RequestQuota = RequestQuota { a_month: u16::MAX, unanswered_of_a_kind: u16::MAX };

/// Somebody of this kind whose profile everybody sees.
pub(crate) async fn someone(db: &TestDb, name: &str) -> AccountId {
    of_kind(db, &db.one, name, ProfileKind::Mentor).await
}

pub(crate) async fn of_kind(db: &TestDb, tenant: &TestTenant, name: &str, kind: ProfileKind) -> AccountId {
    let account = tenant.person(name).await.id;
    let input = ProfileInput { details: DetailsInput::empty(kind), ..ProfileInput::default() };
    let mut tx = db.store.write(&tenant.scope_of(account)).await.unwrap();
    let (profile, _) = ProfileContent::from_raw(input).unwrap().begin(account, tx.now());
    let profile = Profile { state: ProfileState::Complete, completion: 90, ..profile };
    tx.profiles().insert(&profile).await.unwrap();
    tx.commit().await.unwrap();
    account
}

/// Changes who sees somebody's profile.
pub(crate) async fn show(db: &TestDb, account: AccountId, change: impl FnOnce(&mut ProfileContent)) {
    let mut tx = db.store.write(&db.one.scope_of(account)).await.unwrap();
    let mut profile = tx.profiles().get(account).await.unwrap().unwrap();
    change(&mut profile.content);
    tx.profiles().update(&profile).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) fn draft(to: AccountId) -> ConnectionRequestDraft {
    ConnectionRequestDraft {
        to,
        kind: ConnectionKind::Professional,
        message: "Let us talk about pumps.".parse().unwrap(),
    }
}

/// One step by one person, committed.
pub(crate) async fn by<T>(
    db: &TestDb,
    account: AccountId,
    step: impl AsyncFnOnce(&mut WriteTx) -> Result<T, SocialError>,
) -> Result<T, SocialError> {
    let mut tx = db.store.write(&db.one.scope_of(account)).await?;
    let done = step(&mut tx).await?;
    tx.commit().await?;
    Ok(done)
}

pub(crate) async fn ask(db: &TestDb, from: AccountId, to: AccountId) -> Result<Asked, SocialError> {
    by(db, from, async |tx| social::ask(tx, draft(to), from, MANY).await).await
}

/// The request of somebody who had not been asked.
pub(crate) async fn asked(db: &TestDb, from: AccountId, to: AccountId) -> ConnectionRequest {
    match ask(db, from, to).await.unwrap() {
        Asked::Requested(request) => request,
        Asked::Connected(connection) => panic!("{connection:?}"),
    }
}

/// Connects two.
pub(crate) async fn connect(db: &TestDb, one: AccountId, other: AccountId) -> Connection {
    let request = asked(db, one, other).await;
    by(db, other, async |tx| social::accept(tx, request.id, other).await).await.unwrap()
}

pub(crate) async fn connected(db: &TestDb, one: AccountId, other: AccountId) -> bool {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let connection = tx.connections().get(Pair::new(one, other).unwrap()).await.unwrap();
    let ties: i64 = sqlx::query_scalar("select count(*) from social.ties where account_id = any($1) and other_id = any($1)")
        .bind([uuid::Uuid::from(one), uuid::Uuid::from(other)])
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    assert_eq!(ties, if connection.is_some() { 2 } else { 0 }, "the ties are those of the connection");
    connection.is_some()
}

/// The names of the facts told of these subjects, in the order they were told.
pub(crate) async fn told(db: &TestDb) -> Vec<String> {
    sqlx::query_scalar("select name from platform.outbox where name like 'social.%' order by xid, seq")
        .fetch_all(&mut db.superuser().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn everything_there_is_belongs_to_its_tenant() {
    let db = TestDb::new().await;
    let (one, other) = (someone(&db, "tariro").await, someone(&db, "rudo").await);
    let foreign = of_kind(&db, &db.two, "foreign", ProfileKind::Mentor).await;
    let refused = ask(&db, one, foreign).await.unwrap_err();
    assert!(matches!(refused, SocialError::NotThere("profile")), "{refused:?}");
    let request = asked(&db, one, other).await;
    connect(&db, one, someone(&db, "chipo").await).await;
    by(&db, one, async |tx| social::follow(tx, one, other).await).await.unwrap();
    by(&db, one, async |tx| social::mute(tx, one, other).await).await.unwrap();
    for refused in [
        by(&db, one, async |tx| social::block(tx, one, foreign).await).await.unwrap_err(),
        by(&db, one, async |tx| social::mute(tx, one, foreign).await).await.unwrap_err(),
        by(&db, one, async |tx| social::follow(tx, one, foreign).await.map(|_| true)).await.unwrap_err(),
    ] {
        assert!(matches!(refused, SocialError::NotThere(_)), "{refused:?}");
    }

    let mut tx = db.store.write(&db.two.scope).await.unwrap();
    assert!(tx.connection_requests().get(request.id).await.unwrap().is_none());
    assert!(!tx.connections().any(one).await.unwrap());
    assert!(tx.follows().get(one, other).await.unwrap().is_none());
    assert!(tx.mutes().list(one, &Default::default()).await.unwrap().items.is_empty());
    let refused = social::accept(&mut tx, request.id, other).await.unwrap_err();
    assert!(matches!(refused, SocialError::NotThere("connection request")), "{refused:?}");
    assert_eq!(told(&db).await.iter().filter(|name| *name == "social.request.sent").count(), 2);
}

//! Networks: strengths are what core says they are, told twice or killed in between; ways lead over those who may be
//! shown, and nobody is named against their will.

mod asking;
mod company;
mod fold;
mod shape;
mod strength;
mod ways;

use std::time::Duration;

use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::profile::{
    FieldVisibilityInput, ProfileContent, ProfileInput, ProfileKind, ProfileState, Visibility,
};
use smilefactory_core::social::{Connection, ConnectionKind, ConnectionMade, Pair, PairStrength};
use smilefactory_core::validation::Field;
use smilefactory_store::network::Strengths;
use smilefactory_store::outbox::Relay;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

/// Somebody with a profile that is complete.
pub(super) async fn shown(
    db: &TestDb,
    name: &str,
    visibility: Visibility,
    connections: Visibility,
) -> AccountId {
    let input = ProfileInput {
        visibility: Some(visibility.to_string()),
        field_visibility: Some(FieldVisibilityInput {
            connections: Some(connections.to_string()),
            ..FieldVisibilityInput::default()
        }),
        details: smilefactory_core::profile::DetailsInput::empty(ProfileKind::CommunityMember),
        ..ProfileInput::default()
    };
    with_profile(db, name, input).await
}

pub(super) async fn with_profile(db: &TestDb, name: &str, input: ProfileInput) -> AccountId {
    let account = db.one.person(name).await.id;
    let mut tx = db.store.write(&db.one.scope_of(account)).await.unwrap();
    let (mut profile, _) = ProfileContent::from_raw(input).unwrap().begin(account, tx.now());
    profile.state = ProfileState::Complete;
    profile.completion = 90;
    tx.profiles().insert(&profile).await.unwrap();
    tx.commit().await.unwrap();
    account
}

/// Somebody who hides nothing.
pub(super) async fn open(db: &TestDb, name: &str) -> AccountId {
    shown(db, name, Visibility::Public, Visibility::Public).await
}

pub(super) async fn connect(db: &TestDb, a: AccountId, b: AccountId) {
    connect_as(db, a, b, ConnectionKind::Professional).await;
}

pub(super) async fn connect_as(db: &TestDb, a: AccountId, b: AccountId, kind: ConnectionKind) {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let pair = Pair::new(a, b).unwrap();
    let connection = Connection { pair, kind, requested_by: a, since: tx.now() };
    tx.connections().insert(&connection).await.unwrap();
    tx.tell(ConnectionMade { connection: pair.low(), other: pair.high(), kind }).unwrap();
    tx.commit().await.unwrap();
}

/// The two are so strongly connected: as if they had done with each other what makes it so.
pub(super) async fn strengthen(db: &TestDb, a: AccountId, b: AccountId, sum: f64) {
    let pair = Pair::new(a, b).unwrap();
    sqlx::query(
        "insert into social.pair_strengths (tenant_id, low_id, high_id, low_to_high, high_to_low)
         values ($1, $2, $3, social.interaction_key($4, $5), social.interaction_key($4, $5))
         on conflict (tenant_id, low_id, high_id) do update
         set low_to_high = excluded.low_to_high, high_to_low = excluded.high_to_low",
    )
    .bind(db.one.tenant.id.uuid())
    .bind(pair.low().uuid())
    .bind(pair.high().uuid())
    .bind(sum / 2.0)
    .bind(db.store.now())
    .execute(&mut db.superuser().await)
    .await
    .unwrap();
}

pub(super) fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() < 1e-9
}

pub(super) async fn strength(db: &TestDb, a: AccountId, b: AccountId) -> PairStrength {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    tx.network().strength(Pair::new(a, b).unwrap()).await.unwrap()
}

/// Lets the handler come to every fact; what runs elsewhere on the server holds it back.
pub(super) async fn settle(relay: &Relay<Strengths>) {
    loop {
        // A connection that was killed is broken once.
        _ = relay.drain().await;
        if relay.status().await.is_ok_and(|status| status.waiting + status.parked == 0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

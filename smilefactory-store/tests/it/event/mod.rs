//! Events: who finds them, who comes, who waits, what is told of it, and what holds when many do something at once.

mod crowd;
mod going;
mod groups;
mod lists;
mod organising;
mod private;
mod races;
mod rules;
mod series;
mod series_races;
mod telling;
mod tending;

use chrono::TimeDelta;
use smilefactory_core::event::{
    Event, EventDraft, EventInput, EventInvitation, EventView, Registration, RegistrationDraft,
    RegistrationInput, RegistrationState, Zone,
};
use smilefactory_core::id::{AccountId, EventId, Id, RegistrationId};
use smilefactory_core::validation::Field;
use smilefactory_store::event::{self, EventError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use uuid::Uuid;

/// One unit of work of somebody's, kept if it succeeds.
macro_rules! doing {
    ($db:expr, $who:expr, |$tx:ident| $step:expr) => {
        async {
            let mut $tx = $db.store.write(&$db.one.scope_of($who)).await?;
            let done = $step.await?;
            $tx.commit().await?;
            Ok::<_, smilefactory_store::event::EventError>(done)
        }
        .await
    };
}
use doing;

/// A superuser in the tenant, for whom the triggers of other contexts work.
async fn as_tenant(db: &TestDb) -> sqlx::PgConnection {
    let mut conn = db.superuser().await;
    sqlx::query("select set_config('smile.tenant', $1, false)")
        .bind(db.one.tenant.id.to_string())
        .execute(&mut conn)
        .await
        .unwrap();
    conn
}

/// Accounts by the dozen, as the database has them.
async fn accounts(db: &TestDb, count: i32) -> Vec<AccountId> {
    let made = "insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name,
           version, created_at, updated_at)
         select $1, platform.uuid_v7(now()), 'guest' || n || '@example.org', 'x', 'Guest', 'Example', 1, now(), now()
         from generate_series(1, $2) as n
         returning id";
    sqlx::query_scalar::<_, Uuid>(made)
        .bind(Uuid::from(db.one.tenant.id))
        .bind(count)
        .fetch_all(&mut as_tenant(db).await)
        .await
        .unwrap()
        .into_iter()
        .map(AccountId::from_uuid)
        .collect()
}

/// An event that begins in two days and takes two hours.
fn input(db: &TestDb) -> EventInput {
    let wall = |hours| Zone::UTC.wall(db.store.now() + TimeDelta::hours(hours)).to_string();
    EventInput {
        title: "Solar pumps in practice".into(),
        description: "We take **one** apart.".into(),
        category: "workshop".into(),
        format: "online".into(),
        join_at: Some("https://example.org/join".into()),
        starts: wall(48),
        ends: wall(50),
        zone: "Etc/UTC".into(),
        ..EventInput::default()
    }
}

async fn draft(db: &TestDb, by: AccountId, input: EventInput) -> Event {
    let draft = EventDraft::from_raw(input).unwrap();
    doing!(db, by, |tx| event::create(&mut tx, draft, by)).unwrap()
}

async fn published(db: &TestDb, by: AccountId, input: EventInput) -> Event {
    let event = draft(db, by, input).await;
    doing!(db, by, |tx| event::publish(&mut tx, event.id, by)).unwrap()
}

/// The same with so many seats.
pub(crate) async fn with_seats(db: &TestDb, by: AccountId, seats: i64) -> Event {
    published(db, by, EventInput { capacity: Some(seats), ..input(db) }).await
}

fn answer(word: &str, class: Option<&str>) -> RegistrationDraft {
    let input = RegistrationInput { answer: Some(word.into()), class: class.map(str::to_owned) };
    RegistrationDraft::from_raw(input).unwrap()
}

pub(crate) async fn register(db: &TestDb, who: AccountId, id: EventId) -> Result<Registration, EventError> {
    doing!(db, who, |tx| event::register(&mut tx, id, who, &answer("going", None)))
}

async fn invite(db: &TestDb, by: AccountId, id: EventId, who: AccountId) -> Result<Registration, EventError> {
    let invitation = EventInvitation { account: who, class: None };
    doing!(db, by, |tx| event::invite(&mut tx, id, by, &invitation))
}

async fn view(db: &TestDb, who: AccountId, id: EventId) -> Option<EventView> {
    db.store.read(&db.one.scope_of(who)).await.unwrap().events().view(id).await.unwrap()
}

async fn get(db: &TestDb, id: RegistrationId) -> Registration {
    db.store.read(&db.one.scope).await.unwrap().registrations().get(id).await.unwrap().unwrap()
}

async fn state(db: &TestDb, id: RegistrationId) -> RegistrationState {
    get(db, id).await.state
}

fn not_there(error: &EventError) -> bool {
    matches!(error, EventError::NotThere(_))
}

fn refused(error: &EventError) -> bool {
    matches!(error, EventError::Refused(_))
}

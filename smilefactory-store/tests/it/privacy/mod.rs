//! Nobody is shown an id or a number outside of what they may see: communities made at random, looked at by everybody in
//! them through every surface of the store, and held against an oracle.
//!
//! Whoever adds something that shows people anything adds a line to [`surfaces::ALL`].

mod conversations;
mod feeds;
mod groups;
mod live;
mod networks;
mod own;
mod surfaces;
mod tabs;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::pin::Pin;

use smilefactory_core::id::AccountId;
use smilefactory_core::profile::Visibility;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use smilefactory_store::testing::world::{World, WorldPerson};
use smilefactory_store::{ReadTx, Sight, maintenance};

/// How many communities are made.
const WORLDS: u64 = 5;

/// Something that shows people something: looks at all of it with the eyes of one person, and says what it saw.
pub(crate) type Surface = for<'l> fn(&'l mut Look<'_>) -> Pin<Box<dyn Future<Output = ()> + 'l>>;

/// One person who looks at one surface.
pub(crate) struct Look<'w> {
    /// The community.
    pub(crate) world: &'w World,
    /// Who looks.
    pub(crate) viewer: &'w WorldPerson,
    /// What they look with.
    pub(crate) tx: ReadTx,
    claims: usize,
    faults: Vec<String>,
}

impl Look<'_> {
    /// Whoever looks.
    pub(crate) fn me(&self) -> AccountId {
        self.viewer.id
    }

    /// Everybody.
    pub(crate) fn everybody(&self) -> Vec<AccountId> {
        self.world.people.iter().map(|person| person.id).collect()
    }

    /// What was shown must be what may be, no more and no less.
    pub(crate) fn exactly<T: Ord + Debug>(
        &mut self,
        what: &str,
        shown: impl IntoIterator<Item = T>,
        allowed: impl IntoIterator<Item = T>,
    ) {
        let shown: Vec<T> = shown.into_iter().collect();
        let count = shown.len();
        let (shown, allowed): (BTreeSet<T>, BTreeSet<T>) =
            (shown.into_iter().collect(), allowed.into_iter().collect());
        self.claims += 1 + allowed.len();
        if shown.len() != count {
            self.faults.push(format!("{what} shows something twice"));
        }
        let more: Vec<_> = shown.difference(&allowed).collect();
        let less: Vec<_> = allowed.difference(&shown).collect();
        if !more.is_empty() || !less.is_empty() {
            self.faults.push(format!("{what} shows {more:?} too many and {less:?} too few"));
        }
    }

    /// A number that was shown must be that of what may be seen.
    pub(crate) fn number(&mut self, what: &str, shown: u64, allowed: usize) {
        self.claims += 1;
        if usize::try_from(shown) != Ok(allowed) {
            self.faults.push(format!("{what} says {shown} where {allowed} may be seen"));
        }
    }
}

/// What everybody of a community sees of it through these surfaces that they may not, and how much was looked at; or only
/// what the first of them sees.
#[expect(clippy::future_not_send, reason = "a test runs on one thread")]
async fn faults(
    db: &TestDb,
    world: &World,
    surfaces: &[(&str, Surface)],
    only_first: bool,
) -> (usize, Vec<String>) {
    let (mut claims, mut faults) = (0, Vec::new());
    for viewer in &world.people {
        if only_first && !faults.is_empty() {
            break;
        }
        for (name, surface) in surfaces {
            let mut tx = db.store.read(&db.one.scope_of(viewer.id)).await.unwrap();
            if viewer.staff {
                tx.look_as(Sight::Staff(viewer.id));
            }
            let mut look = Look { world, viewer, tx, claims: 0, faults: Vec::new() };
            surface(&mut look).await;
            claims += look.claims;
            let who = if viewer.staff { "staff" } else { &viewer.name };
            faults.extend(look.faults.iter().map(|fault| format!("{name} for {who}: {fault}")));
        }
    }
    (claims, faults)
}

async fn keep_timelines(db: &TestDb, world: &World) {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    for person in &world.people {
        tx.feed().keep_timeline(person.id).await.unwrap();
    }
    tx.commit().await.unwrap();
    while maintenance::fill_timelines(&db.store).await.unwrap() > 0 {}
}

#[tokio::test]
async fn no_surface_shows_what_its_viewer_may_not_see() {
    let mut claims = 0;
    for seed in 0..WORLDS {
        let db = TestDb::new().await;
        let world = World::make(&db, seed).await;
        // What is kept for people shows them what they are shown without.
        if seed % 2 == 1 {
            keep_timelines(&db, &world).await;
        }
        let (looked_at, faults) = faults(&db, &world, surfaces::ALL, false).await;
        assert!(faults.is_empty(), "seed {seed}: {} faults: {faults:#?}", faults.len());
        claims += looked_at;
    }
    assert!(claims > 12_000, "only {claims} things were looked at");
}

/// A community in which somebody hides each thing that can be hidden.
async fn secretive() -> (TestDb, World) {
    for seed in 1.. {
        let db = TestDb::new().await;
        let world = World::make(&db, seed).await;
        let hides = |of: fn(&WorldPerson) -> Visibility| {
            world.people.iter().any(|person| of(person) != Visibility::Public && world.shown(person.id))
        };
        if hides(|person| person.profile)
            && hides(|person| person.location)
            && hides(|person| person.connections)
            && world
                .people
                .iter()
                .any(|person| !world.shown(person.id) && person.profile == Visibility::Public)
            && !(world.blocks.is_empty() || world.mutes.is_empty() || world.ties.is_empty())
        {
            return (db, world);
        }
    }
    unreachable!("one of them is")
}

/// The oracle and the surfaces would notice: without the rows that lists ask, or with fields that are shown to all.
#[tokio::test]
async fn a_leak_is_noticed() {
    let (db, world) = secretive().await;
    let (_, without) = faults(&db, &world, surfaces::ALL, false).await;
    assert!(without.is_empty(), "before anything leaks: {without:#?}");
    let leaks = [
        "delete from social.barriers",
        "update social.barriers set blocked = false",
        "update identity.profiles set connections_visibility = 'public'",
        "update identity.profiles set visibility = 'public'",
        "update identity.profiles set location_visibility = 'public'",
        "update identity.profiles set state = 'complete'",
        "insert into social.ties (tenant_id, account_id, other_id, type, since, name_key)
         select a.tenant_id, a.id, b.id, 'friendship', now(), ''
         from identity.personal_details a
         join identity.personal_details b on b.tenant_id = a.tenant_id and b.id <> a.id
         on conflict do nothing",
    ];
    for leak in leaks {
        let mut conn = db.superuser().await;
        sqlx::raw_sql("drop schema if exists kept cascade; create schema kept")
            .execute(&mut conn)
            .await
            .unwrap();
        let tables = ["social.barriers", "social.ties", "identity.profiles"];
        for (n, table) in tables.iter().enumerate() {
            let keep = format!("create table kept.t{n} as select * from {table}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(keep)).execute(&mut conn).await.unwrap();
        }
        let leaked = sqlx::raw_sql(leak).execute(&mut conn).await.unwrap();
        assert!(leaked.rows_affected() > 0, "nothing leaks: {leak}");
        let (_, faults) = faults(&db, &world, surfaces::ALL, true).await;
        assert!(!faults.is_empty(), "nobody noticed: {leak}");
        let restore = "delete from social.barriers; insert into social.barriers select * from kept.t0;
            delete from social.ties; insert into social.ties select * from kept.t1;
            alter table identity.profiles disable trigger guard_state;
            update identity.profiles p
            set connections_visibility = k.connections_visibility, visibility = k.visibility,
              location_visibility = k.location_visibility, state = k.state
            from kept.t2 k where k.account_id = p.account_id;
            alter table identity.profiles enable trigger guard_state";
        sqlx::raw_sql(restore).execute(&mut conn).await.unwrap();
    }
    let (_, faults) = faults(&db, &world, surfaces::ALL, false).await;
    assert!(faults.is_empty(), "restored: {faults:#?}");
}

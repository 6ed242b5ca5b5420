//! The ways from one to another, against an oracle that tries all of them.

use std::collections::{BTreeMap, BTreeSet};

use smilefactory_core::id::AccountId;
use smilefactory_core::profile::Visibility;
use smilefactory_core::social::Pair;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::{SeededEntropy, TestDb};
use smilefactory_store::time::Entropy;

use super::{connect, open, shown, strengthen};

/// The same numbers in every run.
struct Dice(SeededEntropy);

impl Dice {
    fn below(&self, sides: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes).unwrap();
        u64::from_le_bytes(bytes) % sides
    }
}

/// People, who is connected, how strongly, what they show, and who does not want to see whom.
struct Graph {
    people: Vec<AccountId>,
    shown: BTreeMap<AccountId, (Visibility, Visibility)>,
    ties: BTreeMap<Pair, f64>,
    blocked: BTreeSet<Pair>,
    muted: BTreeSet<(AccountId, AccountId)>,
}

impl Graph {
    async fn make(db: &TestDb, seed: u64, people: usize) -> Self {
        let dice = Dice(SeededEntropy::new(seed));
        let any = || match dice.below(10) {
            0..=6 => Visibility::Public,
            7..=8 => Visibility::ConnectionsOnly,
            _ => Visibility::Private,
        };
        let mut graph = Self {
            people: Vec::new(),
            shown: BTreeMap::new(),
            ties: BTreeMap::new(),
            blocked: BTreeSet::new(),
            muted: BTreeSet::new(),
        };
        for n in 0..people {
            let settings = (any(), any());
            let account = shown(db, &format!("p-{seed}-{n}"), settings.0, settings.1).await;
            graph.shown.insert(account, settings);
            graph.people.push(account);
        }
        for one in 0..people {
            for other in 0..one {
                let (a, b) = (graph.people[one], graph.people[other]);
                let pair = Pair::new(a, b).unwrap();
                match dice.below(100) {
                    0..30 => {
                        connect(db, a, b).await;
                        let sum = f64::from(u32::try_from(1 + dice.below(600)).unwrap()) / 10.0;
                        strengthen(db, a, b, sum).await;
                        graph.ties.insert(pair, sum / (sum + 10.0));
                    }
                    30..35 => {
                        let mut tx = db.store.write(&db.one.scope).await.unwrap();
                        tx.blocks().insert(a, b).await.unwrap();
                        tx.commit().await.unwrap();
                        graph.blocked.insert(pair);
                    }
                    _ => {}
                }
                if dice.below(20) == 0 {
                    let mut tx = db.store.write(&db.one.scope).await.unwrap();
                    tx.mutes().insert(a, b).await.unwrap();
                    tx.commit().await.unwrap();
                    graph.muted.insert((a, b));
                }
            }
        }
        graph
    }

    fn tie(&self, a: AccountId, b: AccountId) -> Option<f64> {
        self.ties.get(&Pair::new(a, b)?).copied()
    }

    fn sees(&self, viewer: AccountId, whom: AccountId, visibility: Visibility) -> bool {
        match visibility {
            Visibility::Public => true,
            Visibility::ConnectionsOnly => self.tie(viewer, whom).is_some(),
            Visibility::Private => false,
        }
    }

    /// Whether the seeker sees somebody, and whom they know.
    fn is_open_to(&self, seeker: AccountId, whom: AccountId) -> bool {
        let (profile, connections) = self.shown[&whom];
        self.sees(seeker, whom, profile)
            && self.sees(seeker, whom, connections)
            && !self.blocked.contains(&Pair::new(seeker, whom).unwrap())
    }

    fn ways(&self, seeker: AccountId, target: AccountId) -> Vec<(f64, Vec<AccountId>)> {
        let usable = |stop: &AccountId| {
            *stop != seeker
                && *stop != target
                && self.is_open_to(seeker, *stop)
                && !self.muted.contains(&(seeker, *stop))
        };
        let mut ways = Vec::new();
        if !self.is_open_to(seeker, target) {
            return ways;
        }
        let stops: Vec<_> = self.people.iter().copied().filter(usable).collect();
        for first in &stops {
            let Some(begin) = self.tie(seeker, *first) else { continue };
            if let Some(end) = self.tie(*first, target) {
                ways.push((begin * end, vec![*first]));
            }
            for second in &stops {
                let ties = (self.tie(*first, *second), self.tie(*second, target), self.tie(seeker, *second));
                if let (Some(between), Some(end), None) = ties {
                    ways.push((begin * between * end, vec![*first, *second]));
                }
            }
        }
        ways.sort_by(|a, b| b.0.total_cmp(&a.0));
        ways
    }
}

#[tokio::test]
async fn the_best_ways_are_found_and_none_that_would_tell_what_somebody_hides() {
    let db = TestDb::new().await;
    let (mut found_any, mut three) = (0, 0);
    for seed in 0..4 {
        let graph = Graph::make(&db, seed, 14).await;
        for seeker in &graph.people {
            for target in &graph.people {
                if seeker == target || graph.tie(*seeker, *target).is_some() {
                    continue;
                }
                let expected = graph.ways(*seeker, *target);
                let mut tx = db.store.read(&db.one.scope_of(*seeker)).await.unwrap();
                let found = tx.network().ways(*seeker, *target).await.unwrap();
                assert_eq!(found.len(), expected.len().min(5), "{expected:#?}, not {found:#?}");
                for (way, (best, _)) in found.iter().zip(&expected) {
                    let through: Vec<_> = way.through.iter().map(|stop| stop.account).collect();
                    assert!((way.strength.get() - best).abs() < 1e-6, "{way:?}, not {best}");
                    let known = expected.iter().find(|(_, stops)| *stops == through);
                    assert!(known.is_some_and(|(strength, _)| (strength - best).abs() < 1e-6), "{way:?}");
                    found_any += 1;
                    three += usize::from(through.len() == 2);
                }
            }
        }
    }
    assert!(found_any > 200 && three > 50, "{found_any} ways, {three} over two people");
}

#[tokio::test]
async fn a_way_of_another_tenant_is_not_there() {
    let db = TestDb::new().await;
    let (seeker, middle, target) =
        (open(&db, "seeker").await, open(&db, "middle").await, open(&db, "target").await);
    connect(&db, seeker, middle).await;
    connect(&db, middle, target).await;
    let mut tx = db.store.read(&db.one.scope_of(seeker)).await.unwrap();
    assert_eq!(tx.network().ways(seeker, target).await.unwrap().len(), 1);
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert!(tx.network().ways(seeker, target).await.unwrap().is_empty());
}

/// Of a list of ten thousand no more is read than the strongest.
#[tokio::test]
async fn a_large_network_is_not_read_to_its_end() {
    let db = TestDb::new().await;
    let (seeker, target) = (open(&db, "seeker").await, open(&db, "target").await);
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "set session_replication_role = replica;
         insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name, version,
           created_at, updated_at)
         select '{tenant}', platform.uuid_v7(now()), 'm' || n || '@example.org', 'x', 'Many', 'People', 1, now(), now()
         from generate_series(1, 10000) as n;
         insert into identity.profiles (tenant_id, account_id, kind, visibility, email_visibility, phone_visibility,
           location_visibility, connections_visibility, state, completion, version, created_at, updated_at)
         select tenant_id, id, 'community_member', 'public', 'private', 'private', 'public', 'public', 'complete', 90, 1,
           now(), now()
         from identity.personal_details where first_name = 'Many';
         insert into social.ties (tenant_id, account_id, other_id, type, since, name_key, strength_key)
         select a.tenant_id, ends.one, ends.other, 'professional', now(), 'people many', random()
         from identity.personal_details as a
         cross join lateral (values ('{seeker}'::uuid, a.id), (a.id, '{seeker}'), ('{target}', a.id), (a.id, '{target}'))
           as ends (one, other)
         where a.first_name = 'Many';
         set session_replication_role = origin;
         analyze social.ties, identity.profiles;",
        tenant = db.one.tenant.id,
    )))
    .execute(&mut db.superuser().await)
    .await
    .unwrap();
    let mut tx = db.store.read(&db.one.scope_of(seeker)).await.unwrap();
    assert_eq!(tx.network().ways(seeker, target).await.unwrap().len(), 5);
    drop(tx);
    let mut conn = db.superuser().await;
    let reads =
        "select coalesce(sum(idx_tup_read), 0)::bigint from pg_stat_user_indexes where relname = 'ties'";
    let read = async |conn: &mut sqlx::PgConnection| -> i64 {
        sqlx::query("select pg_stat_force_next_flush()").execute(&mut *conn).await.unwrap();
        sqlx::query("select pg_stat_clear_snapshot()").execute(&mut *conn).await.unwrap();
        sqlx::query_scalar(reads).fetch_one(conn).await.unwrap()
    };
    // Connections tell what they read when they have been idle for a while.
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    let before = read(&mut conn).await;
    let mut tx = db.store.read(&db.one.scope_of(seeker)).await.unwrap();
    tx.network().ways(seeker, target).await.unwrap();
    drop(tx);
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    let read = read(&mut conn).await - before;
    assert!(read < 8_000, "{read} entries of indexes were read");
}

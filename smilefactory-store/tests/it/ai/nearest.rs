//! The search for the nearest: exact against comparing everything by hand, and by the index against the exact one.

use std::collections::BTreeSet;

use smilefactory_store::StoreError;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::ai::{Nearest, NearestFilter, Precision, TargetKind};
use smilefactory_store::testing::{TestDb, TestOptions, TestTenant};
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::{MODEL, Numbers, axis, cosine, profile, text, vectors};

async fn nearest(
    db: &TestDb,
    tenant: &TestTenant,
    vector: &[f32],
    count: usize,
    filter: &NearestFilter,
) -> Nearest {
    let mut tx = db.store.read(&tenant.scope).await.unwrap();
    tx.embeddings().nearest(TargetKind::Profile, MODEL, vector, count, filter).await.unwrap()
}

#[tokio::test]
async fn the_exact_search_finds_what_comparing_everything_finds() {
    let db = TestDb::new().await;
    let mut numbers = Numbers(5);
    let mut all = Vec::new();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    for n in 0..120 {
        let facet = if n % 3 == 0 { "mentor" } else { "innovator" };
        let id = numbers.id();
        let parts: Vec<_> = (0..1 + n % 2).map(|_| numbers.direction(6)).collect();
        tx.embeddings().upsert(&vectors(profile(id), facet, text(1, 1), parts.clone())).await.unwrap();
        all.push((id, facet, parts));
    }
    tx.commit().await.unwrap();

    let dismissed: Vec<Uuid> = all.iter().step_by(5).map(|(id, ..)| *id).collect();
    for (count, facets, except) in [
        (10, &["mentor", "innovator"][..], &[][..]),
        (200, &["mentor", "innovator"], &[]),
        (10, &["mentor"], &[]),
        (200, &["mentor"], &dismissed[..]),
        (7, &["innovator", "nobody"], &dismissed[..]),
        (3, &[], &[]),
        (0, &["mentor"], &[]),
    ] {
        let wanted = numbers.direction(6);
        let mut expected: Vec<(Uuid, f64)> = all
            .iter()
            .filter(|(id, facet, _)| facets.contains(facet) && !except.contains(id))
            .map(|(id, _, parts)| (*id, parts.iter().map(|part| cosine(part, &wanted)).fold(-1.0, f64::max)))
            .collect();
        expected.sort_by(|a, b| b.1.total_cmp(&a.1));
        expected.truncate(count);
        let filter = NearestFilter::new().of_facets(facets.iter().copied()).except(except.iter().copied());
        let found = nearest(&db, &db.one, &wanted, count, &filter).await;
        assert!(found.exact && !found.truncated);
        let ids = |items: &[(Uuid, f64)]| items.iter().map(|(id, _)| *id).collect::<Vec<_>>();
        let items: Vec<_> =
            found.items.iter().map(|(id, similarity)| (*id, f64::from(*similarity))).collect();
        assert_eq!(ids(&items), ids(&expected), "{count} of {facets:?}");
        for ((_, similarity), (_, cosine)) in items.iter().zip(&expected) {
            assert!((similarity - cosine).abs() < 1e-5, "{similarity} for {cosine}");
        }

        let some: Vec<Uuid> = expected.iter().map(|(id, _)| *id).take(3).collect();
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let mut alike =
            tx.embeddings().similarities(TargetKind::Profile, MODEL, &wanted, &some).await.unwrap();
        alike.sort_by(|a, b| b.1.total_cmp(&a.1));
        assert_eq!(alike, found.items[..some.len()]);
    }
}

#[tokio::test]
async fn equals_stand_in_the_order_of_their_ids() {
    let db = TestDb::new().await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    for n in [3, 1, 2] {
        let same = vectors(profile(Uuid::from_u128(n)), "mentor", text(1, 1), vec![axis(4)]);
        tx.embeddings().upsert(&same).await.unwrap();
    }
    tx.commit().await.unwrap();
    let found = nearest(&db, &db.one, &axis(4), 3, &NearestFilter::new()).await;
    assert_eq!(found.items, [1, 2, 3].map(|n| (Uuid::from_u128(n), 1.0)));
}

#[tokio::test]
async fn a_search_that_fits_no_model_is_refused() {
    let db = TestDb::new().await;
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let filter = NearestFilter::new();
    let error =
        tx.embeddings().nearest(TargetKind::Profile, "unknown", &axis(0), 5, &filter).await.unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error:?}");
    let error = tx.embeddings().nearest(TargetKind::Profile, MODEL, &[1.0], 5, &filter).await.unwrap_err();
    assert!(matches!(error, StoreError::Invalid { .. }), "{error:?}");
}

/// `count` vectors for a tenant, each in one of a hundred directions or so; every hundredth is a mentor's.
async fn crowd(db: &TestDb, tenant: &TestTenant, count: u32) {
    let seed = format!(
        "set smile.tenant = '{tenant}';
         select setseed(0.5);
         alter table ai.embeddings disable trigger audit;
         insert into ai.embeddings (tenant_id, model_id, target_kind, target_id, facet, digest, text_version,
           source_version, embedding, embedded_at)
         select '{tenant}', '{MODEL}', 'profile', md5('{tenant}' || n)::uuid,
           case when n % 100 = 0 then 'mentor' else 'innovator' end, sha256('x'), 1, 1,
           l2_normalize(((
             select array_agg(random() - 0.5) from generate_series(1, 8) where n > 0
           ) || array_fill(0::double precision, array[376]))::vector),
           now()
         from generate_series(1, {count}) n;
         alter table ai.embeddings enable trigger audit;
         analyze ai.embeddings",
        tenant = tenant.tenant.id
    );
    sqlx::raw_sql(AssertSqlSafe(seed)).execute(&mut db.superuser().await).await.unwrap();
}

/// How often an index for the nearest was searched. What a connection of the store counted is told when a later
/// transaction of it ends.
async fn searches(db: &TestDb) -> i64 {
    sqlx::raw_sql("select pg_stat_force_next_flush()").execute(db.store.raw_pool()).await.unwrap();
    sqlx::query(
        "select sum(idx_scan)::bigint from pg_stat_user_indexes
         where schemaname = 'ai' and indexrelname like 'embeddings_near%'",
    )
    .fetch_one(&mut db.superuser().await)
    .await
    .unwrap()
    .get(0)
}

async fn on_one_connection() -> TestDb {
    let mut options = TestOptions::default();
    options.max_connections = 1;
    TestDb::with(options).await
}

/// One tenant has 6,000 vectors, the other a dozen: the small one gets all there are, as many as it asks for; the
/// large one is searched by the index, which finds nearly what the exact search finds.
#[tokio::test]
async fn a_small_tenant_among_a_large_one_gets_all_there_are() {
    let db = on_one_connection().await;
    crowd(&db, &db.one, 6_000).await;
    crowd(&db, &db.two, 12).await;
    let mut numbers = Numbers(9);
    let (mut hits, mut asked) = (0, 0);
    let before = searches(&db).await;
    for _ in 0..20 {
        let wanted = numbers.direction(8);
        for count in [1, 12, 50] {
            let found = nearest(&db, &db.two, &wanted, count, &NearestFilter::new()).await;
            assert_eq!((found.items.len(), found.exact, found.truncated), (count.min(12), true, false));
        }
        let found = nearest(&db, &db.one, &wanted, 50, &NearestFilter::new()).await;
        assert_eq!((found.items.len(), found.exact, found.truncated), (50, false, false));
        assert!(found.items.is_sorted_by(|a, b| a.1 >= b.1));
        let exactly = NearestFilter::new().precision(Precision::Exact);
        let exact = nearest(&db, &db.one, &wanted, 50, &exactly).await;
        assert!(exact.exact);
        let truth: BTreeSet<Uuid> = exact.items.iter().map(|(id, _)| *id).collect();
        hits += found.items.iter().filter(|(id, _)| truth.contains(id)).count();
        asked += truth.len();
    }
    assert!(hits * 100 >= asked * 95, "the index found {hits} of {asked}");
    assert_eq!(searches(&db).await - before, 20, "searches of the index");
}

/// The same by the index alone: it goes on until it has met enough of the small tenant's.
#[tokio::test]
async fn the_index_is_searched_until_it_gave_enough() {
    let db = on_one_connection().await;
    crowd(&db, &db.one, 6_000).await;
    crowd(&db, &db.two, 12).await;
    // So few rows the planner would sort.
    let no_sort = format!(
        "alter role smile_app in database {} set enable_seqscan = off;
         alter role smile_app in database {0} set enable_bitmapscan = off;
         alter role smile_app in database {0} set enable_sort = off",
        db.store.raw_pool().connect_options().get_database().unwrap(),
    );
    sqlx::raw_sql(AssertSqlSafe(no_sort)).execute(&mut db.superuser().await).await.unwrap();
    let store = db.another_store().await;
    let mut numbers = Numbers(11);
    let by_index = NearestFilter::new().precision(Precision::Indexed);
    let before = searches(&db).await;
    for tenant in [&db.one, &db.two] {
        let wanted = numbers.direction(8);
        let mut tx = store.read(&tenant.scope).await.unwrap();
        let rare = by_index.clone().of_facets(["mentor"]);
        let count = if tenant.tenant.id == db.one.tenant.id { 40 } else { 12 };
        let filter = if count == 40 { &rare } else { &by_index };
        let found =
            tx.embeddings().nearest(TargetKind::Profile, MODEL, &wanted, count, filter).await.unwrap();
        assert_eq!((found.items.len(), found.exact, found.truncated), (count, false, false));
        // More than there are: it says that it cannot know.
        let found = tx.embeddings().nearest(TargetKind::Profile, MODEL, &wanted, 100, filter).await.unwrap();
        assert!(found.truncated && !found.exact && found.items.len() <= 60);
    }
    // The connection that searched may be any of the other store's, and is idle in a moment.
    while searches(&db).await - before < 4 {
        sqlx::raw_sql("select pg_stat_force_next_flush()").execute(store.raw_pool()).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// A search that the index gives too little for is made exactly after all.
#[tokio::test]
async fn what_the_index_gives_too_little_for_is_compared_after_all() {
    let db = on_one_connection().await;
    crowd(&db, &db.one, 5_500).await;
    let all = nearest(&db, &db.one, &axis(0), 500, &NearestFilter::new()).await;
    assert!(!all.exact && all.items.len() == 500);
    let everybody: Vec<Uuid> = sqlx::query("select target_id from ai.embeddings order by target_id")
        .fetch_all(&mut db.superuser().await)
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    let but_three = NearestFilter::new().except(everybody[3..].iter().copied());
    let found = nearest(&db, &db.one, &axis(0), 10, &but_three).await;
    let ids: BTreeSet<Uuid> = found.items.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, everybody[..3].iter().copied().collect());
    assert!(found.exact && !found.truncated);
}

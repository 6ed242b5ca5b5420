//! Months of notifications: they go once their year is over, without an archive, and no earlier.

use std::sync::Arc;

use smilefactory_core::id::Id;
use smilefactory_store::blob::Objects;
use smilefactory_store::partition::{Kept, Partitions};
use smilefactory_store::testing::TestDb;
use sqlx::Executor as _;

use super::{followed, known, sentences, tell, told};

#[tokio::test]
async fn what_was_told_longer_than_a_year_ago_is_forgotten() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    tell(&db, &followed(tariro, rudo), &[tariro]).await;
    let mut conn = db.superuser().await;
    conn.execute("select platform.add_month_partition('messaging.notifications', '2020-03-01')")
        .await
        .unwrap();
    sqlx::query(
        "insert into messaging.notifications (tenant_id, id, account_id, kind, subject_id, details, in_app)
         values ($1, platform.uuid_v7('2020-03-05T08:00Z'), $2, 'followed', $2, '{}', true)",
    )
    .bind(db.one.tenant.id.uuid())
    .bind(tariro.uuid())
    .execute(&mut conn)
    .await
    .unwrap();
    assert_eq!(told(&db, tariro).await.len(), 2);

    let partitions = Partitions::new(db.store.clone(), Arc::new(Objects::memory()));
    let kept = partitions.keep().await.unwrap();
    assert_eq!((kept.archived, kept.dropped, kept.put_back), (0, 1, 0));
    let left: Option<String> =
        sqlx::query_scalar("select to_regclass('messaging.notifications_2020_03')::text")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert_eq!(left, None);
    assert_eq!(sentences(&db, tariro).await, ["rudo Example started to follow you."]);
    assert_eq!(partitions.keep().await.unwrap(), Kept::default(), "and nothing more");
}

#[tokio::test]
async fn nobody_takes_a_month_away_whose_year_is_not_over() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    conn.execute("set role smile_operator").await.unwrap();
    for ago in ["0 months", "11 months", "12 months"] {
        let month = format!("date_trunc('month', now() at time zone 'UTC' - interval '{ago}')::date");
        for call in ["detach_partition", "drop_partition"] {
            let statement = format!("select platform.{call}('messaging.notifications', {month})");
            let gone: bool =
                sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_one(&mut conn).await.unwrap();
            // What is not there needs not be dropped.
            let there = format!(
                "select exists (select from platform.list_partitions()
                 where table_name = 'messaging.notifications' and month = {month})"
            );
            let there: bool =
                sqlx::query_scalar(sqlx::AssertSqlSafe(there)).fetch_one(&mut conn).await.unwrap();
            assert!(!gone || (call == "drop_partition" && !there), "{call} of {ago} ago");
        }
    }
}

//! The statements about months: what there is, what comes, and what goes.

use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};
use smilefactory_core::id::{Id, MessageId};
use sqlx::{Executor as _, PgConnection};

use crate::error::Result;
use crate::maintenance::Scopes;
use crate::repo::messaging::WriteMessages;
use crate::store::Store;
use crate::tx::Door;

/// How many rows that hung on messages are deleted at once.
const BATCH: u16 = 1_000;

/// A table that has partitions.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) kept_months: u32,
    /// Whether its months go by themselves, without an archive.
    pub(super) is_forgotten: bool,
}

/// A partition.
pub(super) struct Partition {
    pub(super) month: NaiveDate,
    pub(super) attached: bool,
}

/// A month on its way out.
pub(super) struct Leaving {
    pub(super) month: NaiveDate,
    pub(super) archived_at: Option<DateTime<Utc>>,
    pub(super) detached_at: Option<DateTime<Utc>>,
    pub(super) dropped_at: Option<DateTime<Utc>>,
}

/// All tables that have partitions.
pub(super) async fn tables(store: &Store) -> Result<Vec<Table>> {
    let mut conn = store.begin_as(Door::Operator, None).await?;
    let rows = sqlx::query!(
        r#"
        select name, kept_months, follows is null and not archived as "is_forgotten!"
        from platform.partitioned_tables
        order by name
        "#,
    )
    .fetch_all(conn.get()?)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Table {
            name: row.name,
            kept_months: u32::try_from(row.kept_months).unwrap_or(u32::MAX),
            is_forgotten: row.is_forgotten,
        })
        .collect())
}

/// The partitions of a table, and what was one of them.
pub(super) async fn months(store: &Store, table: &str) -> Result<Vec<Partition>> {
    let mut conn = store.begin_as(Door::Operator, None).await?;
    Ok(sqlx::query_as!(
        Partition,
        r#"
        select month as "month!", attached as "attached!"
        from platform.list_partitions()
        where table_name = $1
        order by month
        "#,
        table,
    )
    .fetch_all(conn.get()?)
    .await?)
}

/// The time of the clock that is behind, of this program's and the database's.
pub(super) async fn earlier_clock(store: &Store) -> Result<DateTime<Utc>> {
    let mut conn = store.begin_as(Door::Operator, None).await?;
    let there = sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(conn.get()?).await?;
    Ok(there.min(store.now()))
}

/// Makes the partition of a month, unless somebody else just did.
pub(super) async fn make(store: &Store, table: &str, month: NaiveDate) -> Result<bool> {
    let mut conn = store.begin_as(Door::Operator, None).await?;
    let made = sqlx::query_scalar!(r#"select platform.make_partition($1, $2) as "made!""#, table, month)
        .fetch_one(conn.get()?)
        .await?;
    conn.commit().await?;
    Ok(made)
}

/// The month of this table that is to go next: one that is on its way, or else the oldest before `oldest_kept`.
pub(super) async fn next_to_go(
    store: &Store,
    table: &str,
    oldest_kept: Option<NaiveDate>,
) -> Result<Option<Leaving>> {
    let mut conn = store.begin_as(Door::Operator, None).await?;
    let under_way = sqlx::query_as!(
        Leaving,
        r#"
        select month, archived_at, detached_at, dropped_at
        from platform.partition_months
        where table_name = $1 and tidied_at is null
        order by month
        limit 1
        "#,
        table,
    )
    .fetch_optional(conn.get()?)
    .await?;
    if under_way.is_some() {
        return Ok(under_way);
    }
    let begun = sqlx::query_as!(
        Leaving,
        r#"
        insert into platform.partition_months (table_name, month)
        select table_name, min(month)
        from platform.list_partitions()
        where table_name = $1 and month < $2
        group by table_name
        on conflict (table_name, month) do update
        set archived_at = null, detached_at = null, dropped_at = null, tidied_at = null
        returning month, archived_at, detached_at, dropped_at
        "#,
        table,
        oldest_kept,
    )
    .fetch_optional(conn.get()?)
    .await?;
    conn.commit().await?;
    Ok(begun)
}

/// All of a month is in the archive, and was read back.
pub(super) async fn archived(store: &Store, table: &str, month: NaiveDate) -> Result<()> {
    let now = store.now();
    let mut conn = store.begin_as(Door::Operator, None).await?;
    sqlx::query!(
        "update platform.partition_months set archived_at = $3 where table_name = $1 and month = $2",
        table,
        month,
        now,
    )
    .execute(conn.get()?)
    .await?;
    conn.commit().await
}

/// Takes a month out of its table; `false` when it may not be.
pub(super) async fn detach(store: &Store, table: &str, month: NaiveDate) -> Result<bool> {
    let now = store.now();
    let mut conn = store.begin_as(Door::Operator, None).await?;
    let out = sqlx::query_scalar!(r#"select platform.detach_partition($1, $2) as "out!""#, table, month)
        .fetch_one(conn.get()?)
        .await?;
    sqlx::query!(
        "update platform.partition_months set detached_at = $3 where table_name = $1 and month = $2 and $4",
        table,
        month,
        now,
        out,
    )
    .execute(conn.get()?)
    .await?;
    conn.commit().await?;
    Ok(out)
}

/// Drops a month that was taken out; `false` when it is not what the archive has.
pub(super) async fn drop(store: &Store, table: &str, month: NaiveDate) -> Result<bool> {
    let now = store.now();
    let mut conn = store.begin_as(Door::Operator, None).await?;
    let gone = drop_on(conn.get()?, table, month).await?;
    sqlx::query!(
        "update platform.partition_months set dropped_at = $3 where table_name = $1 and month = $2 and $4",
        table,
        month,
        now,
        gone,
    )
    .execute(conn.get()?)
    .await?;
    conn.commit().await?;
    Ok(gone)
}

/// Every row of the month is looked at, which takes as long as it takes.
async fn drop_on(conn: &mut PgConnection, table: &str, month: NaiveDate) -> Result<bool> {
    conn.execute(sqlx::raw_sql("set local statement_timeout = 0")).await?;
    Ok(sqlx::query_scalar!(r#"select platform.drop_partition($1, $2) as "gone!""#, table, month)
        .fetch_one(conn)
        .await?)
}

/// Puts a month back that was taken out, and forgets what was archived of it; `false` when it is gone.
pub(super) async fn put_back(store: &Store, table: &str, month: NaiveDate) -> Result<bool> {
    let mut conn = store.begin_as(Door::Operator, None).await?;
    conn.get()?.execute(sqlx::raw_sql("set local statement_timeout = 0")).await?;
    let back = sqlx::query_scalar!(r#"select platform.attach_partition($1, $2) as "back!""#, table, month)
        .fetch_one(conn.get()?)
        .await?;
    if !back {
        return Ok(false);
    }
    sqlx::query!(
        "delete from platform.partition_archives where table_name = $1 and month = $2",
        table,
        month
    )
    .execute(conn.get()?)
    .await?;
    sqlx::query!(
        "update platform.partition_months set archived_at = null, detached_at = null where table_name = $1 and month = $2",
        table,
        month,
    )
    .execute(conn.get()?)
    .await?;
    conn.commit().await?;
    Ok(true)
}

/// The months of a table that were taken out and are not gone.
pub(super) async fn detached(store: &Store, table: &str) -> Result<Vec<NaiveDate>> {
    let mut conn = store.begin_as(Door::Operator, None).await?;
    Ok(sqlx::query_scalar!(
        r#"
        select month
        from platform.partition_months
        where table_name = $1 and detached_at is not null and dropped_at is null
        order by month
        "#,
        table,
    )
    .fetch_all(conn.get()?)
    .await?)
}

/// Drops the same month of the tables that were made from this one.
pub(super) async fn drop_followers(store: &Store, leader: &str, month: NaiveDate) -> Result<()> {
    let mut conn = store.begin_as(Door::Operator, None).await?;
    let followers = sqlx::query_scalar!(
        "select name from platform.partitioned_tables where follows = $1 order by name",
        leader
    )
    .fetch_all(conn.get()?)
    .await?;
    conn.commit().await?;
    for follower in followers {
        // One after the other, so that the table is locked for a moment only.
        if detach(store, &follower, month).await? {
            drop(store, &follower, month).await?;
        }
    }
    Ok(())
}

/// Deletes what hung on the messages of a month, in every tenant.
pub(super) async fn tidy_messages(store: &Store, month: NaiveDate) -> Result<()> {
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let first = MessageId::earliest_at(midnight(month));
    let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
    let next = MessageId::earliest_at(midnight(next));
    let mut scopes = Scopes::of(store);
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            let forgotten = tx.messages().forget_hanging(first, next, BATCH).await?;
            tx.commit().await?;
            if forgotten == 0 {
                break;
            }
        }
    }
    Ok(())
}

/// Nothing of a month is left.
pub(super) async fn tidied(store: &Store, table: &str, month: NaiveDate) -> Result<()> {
    let now = store.now();
    let mut conn = store.begin_as(Door::Operator, None).await?;
    sqlx::query!(
        "update platform.partition_months set tidied_at = $3 where table_name = $1 and month = $2 and dropped_at is not null",
        table,
        month,
        now,
    )
    .execute(conn.get()?)
    .await?;
    conn.commit().await
}

//! Months of messages: made ahead, protected like their table, and gone only once the archive has every row of them.

mod erasure;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use serde_json::Value;
use smilefactory_core::content::MediaType;
use smilefactory_core::id::{Id, MediaId, TenantId};
use smilefactory_store::blob::{Blob, BlobError, BlobKey, BlobStore, Objects};
use smilefactory_store::partition::{AHEAD, ArchivedTable, Kept, PartitionError, Partitions};
use smilefactory_store::testing::{TestDb, TestTenant};
use smilefactory_store::{Source, StoreError};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use url::Url;

/// Long over.
const OLD: &str = "2020-03";

fn month(text: &str) -> NaiveDate {
    format!("{text}-01").parse().unwrap()
}

/// Which months there are of a table, and whether each is part of it.
async fn months(db: &TestDb, table: &str) -> Vec<(NaiveDate, bool)> {
    sqlx::query_as(
        "select month, attached from platform.list_partitions() where table_name = $1 order by month",
    )
    .bind(table)
    .fetch_all(&mut db.superuser().await)
    .await
    .unwrap()
}

async fn has(db: &TestDb, table: &str, wanted: &str) -> Option<bool> {
    months(db, table)
        .await
        .into_iter()
        .find(|(found, _)| *found == month(wanted))
        .map(|(_, attached)| attached)
}

/// `count` messages of a tenant in a month, with words, and reactions on some.
async fn messages(db: &TestDb, tenant: &TestTenant, of_month: &str, count: i32) {
    let mut conn = db.superuser().await;
    for table in ["messaging.messages", "messaging.message_words"] {
        sqlx::query("select platform.add_month_partition($1::text::regclass, $2)")
            .bind(table)
            .bind(month(of_month))
            .execute(&mut conn)
            .await
            .unwrap();
    }
    let sender = tenant.person(&format!("sender-{of_month}")).await.id.uuid();
    let statements = [
        "insert into messaging.conversations (tenant_id, id, kind, title, history, approval, member_limit, active_at,
           created_at, version)
         select $1, $2, 'group', 'Pumps', 'start', false, 10, $3, $3, 1 where $4 > 0",
        "insert into messaging.messages (tenant_id, id, conversation_id, seq, sender_id, body, sent_at, version)
         select $1, platform.uuid_v7(at), $2, n, $2, sha512(n::text::bytea) || sha256('nonce'), at, 1
         from generate_series(1, $4) as n
         cross join lateral (select $3 + n * interval '1 minute' as at) as sent",
        "insert into messaging.message_words (tenant_id, message_id, word)
         select tenant_id, id, substring(sha256('pump') from 1 for 16) from messaging.messages
         where tenant_id = $1 and conversation_id = $2 and sent_at >= $3 and $4 > 0",
        "insert into messaging.reactions (tenant_id, message_id, account_id, reaction, reacted_at)
         select tenant_id, id, sender_id, 'like', sent_at from messaging.messages
         where tenant_id = $1 and conversation_id = $2 and sent_at >= $3 and seq % 3 = 0 and $4 > 0",
    ];
    for statement in statements {
        sqlx::query(statement)
            .bind(tenant.tenant.id.uuid())
            // The conversation has the id of its only member.
            .bind(sender)
            .bind(month(of_month).and_hms_opt(8, 0, 0).unwrap().and_utc())
            .bind(count)
            .execute(&mut conn)
            .await
            .unwrap();
    }
}

/// The rows of a month in the table, as they would be archived but for what hangs on them.
async fn rows(db: &TestDb, tenant: TenantId, of_month: &str) -> Vec<Value> {
    sqlx::query_scalar(
        "select to_jsonb(m) from messaging.messages m
         where tenant_id = $1 and date_trunc('month', sent_at at time zone 'UTC') = $2 order by id",
    )
    .bind(tenant.uuid())
    .bind(month(of_month).and_hms_opt(0, 0, 0).unwrap())
    .fetch_all(&mut db.superuser().await)
    .await
    .unwrap()
}

/// What the archive has of a month.
async fn archived(partitions: &Partitions, tenant: TenantId, of_month: &str) -> Vec<Value> {
    let mut lines = Vec::new();
    for part in partitions.parts(ArchivedTable::Messages, month(of_month), tenant).await.unwrap() {
        assert!(part.verified_at.is_some());
        let of_part = partitions.read_part(ArchivedTable::Messages, month(of_month), &part).await.unwrap();
        lines.extend(of_part.iter().map(|line| serde_json::from_str::<Value>(line).unwrap()));
    }
    lines
}

fn without_what_hangs_on_it(mut line: Value) -> Value {
    let members = line.as_object_mut().unwrap();
    members.remove("attachments");
    members.remove("reactions");
    line
}

fn partitions(db: &TestDb, blobs: &Arc<dyn BlobStore>) -> Partitions {
    Partitions::new(db.store.clone(), Arc::clone(blobs)).with_rows_a_part(7)
}

fn memory() -> Arc<dyn BlobStore> {
    Arc::new(Objects::memory())
}

#[tokio::test]
async fn months_are_made_ahead_and_protected_like_their_table() {
    let db = TestDb::new().await;
    let partitions = partitions(&db, &memory());
    db.clock.advance(TimeDelta::days(900));
    let short = db.store.operator().partition_horizons().await.unwrap();
    assert!(short.len() >= 2 && short.iter().all(|table| table.months.is_none() && table.is_short()));
    let made = partitions.make_ahead().await.unwrap();
    assert_eq!(made, u32::try_from(short.len()).unwrap() * (AHEAD + 1));
    assert_eq!(partitions.make_ahead().await.unwrap(), 0, "once");
    let horizons = db.store.operator().partition_horizons().await.unwrap();
    assert!(horizons.iter().all(|table| table.months == Some(AHEAD) && !table.is_short()), "{horizons:?}");

    let mut conn = db.superuser().await;
    let found = sqlx::query(
        "select c.oid::regclass::text as name, c.relrowsecurity and c.relforcerowsecurity as protected,
           (select count(*) from pg_policy p where p.polrelid = c.oid) as policies,
           (select count(*) from pg_index x where x.indrelid = c.oid)
             = (select count(*) from pg_index x where x.indrelid = i.inhparent) as indexed,
           (select count(*) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)
             = (select count(*) from pg_trigger t where t.tgrelid = i.inhparent and not t.tgisinternal) as triggered,
           (select count(*) from pg_constraint f where f.conrelid = c.oid and f.contype = 'f')
             = (select count(*) from pg_constraint f where f.conrelid = i.inhparent and f.contype = 'f') as bound,
           has_table_privilege('smile_service', c.oid, 'select, insert, update, delete') as granted
         from pg_inherits i
         join pg_class c on c.oid = i.inhrelid
         join pg_class parent on parent.oid = i.inhparent and parent.relkind = 'p'
         where c.relkind = 'r'",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    assert!(found.len() > 20, "{} partitions", found.len());
    for row in found {
        let name: String = row.get("name");
        for what in ["protected", "indexed", "triggered", "bound"] {
            assert!(row.get::<bool, _>(what), "{name} is not {what}");
        }
        assert_eq!((row.get::<i64, _>("policies"), row.get::<bool, _>("granted")), (1, false), "{name}");
    }
    // What refers to a table with partitions would hold every month back.
    let held: i64 = sqlx::query_scalar(
        "select count(*) from pg_constraint f join pg_class c on c.oid = f.confrelid
         where f.contype = 'f' and c.relkind = 'p'",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!(held, 0, "a foreign key leads into a table with partitions");
}

#[tokio::test]
async fn a_month_whose_time_is_over_goes_into_the_archive_whole() {
    let db = TestDb::new().await;
    messages(&db, &db.one, OLD, 20).await;
    messages(&db, &db.two, OLD, 3).await;
    messages(&db, &db.one, "2026-02", 2).await;
    let (one, two) = (rows(&db, db.one.tenant.id, OLD).await, rows(&db, db.two.tenant.id, OLD).await);
    assert_eq!((one.len(), two.len()), (20, 3));
    let partitions = partitions(&db, &memory());
    let kept = partitions.keep().await.unwrap();
    assert_eq!((kept.archived, kept.dropped, kept.put_back), (4, 1, 0));
    assert_eq!(has(&db, "messaging.messages", OLD).await, None);
    assert_eq!(has(&db, "messaging.message_words", OLD).await, None);
    assert_eq!(has(&db, "messaging.messages", "2026-02").await, Some(true));
    assert_eq!(rows(&db, db.one.tenant.id, "2026-02").await.len(), 2);

    for (tenant, expected) in [(db.one.tenant.id, one), (db.two.tenant.id, two)] {
        let lines = archived(&partitions, tenant, OLD).await;
        let reactions = lines.iter().filter(|line| line["reactions"].is_array()).count();
        assert_eq!(reactions, expected.len() / 3);
        // As it lay in the table, body and all: what was encrypted still is.
        assert!(lines.iter().all(|line| line["body"].as_str().unwrap().starts_with("\\x")));
        let lines: Vec<_> = lines.into_iter().map(without_what_hangs_on_it).collect();
        assert_eq!(lines, expected);
    }
    let left: i64 =
        sqlx::query_scalar("select count(*) from messaging.reactions where reacted_at < '2021-01-01'")
            .fetch_one(&mut db.superuser().await)
            .await
            .unwrap();
    assert_eq!(left, 0, "nothing that hung on them is left");
    assert_eq!(partitions.keep().await.unwrap(), Kept::default(), "and nothing more");
}

/// Does what another store does, and something else besides.
#[derive(Debug)]
struct Meddling {
    beneath: Objects,
    /// Gives what was read with one byte changed.
    damage: AtomicBool,
    /// Changes a row of the database when something is read.
    change: AtomicBool,
    url: String,
}

impl Meddling {
    fn over(db: &TestDb) -> Arc<Self> {
        Arc::new(Self {
            beneath: Objects::memory(),
            damage: AtomicBool::new(false),
            change: AtomicBool::new(false),
            url: db.url_as("postgres"),
        })
    }
}

#[async_trait]
impl BlobStore for Meddling {
    async fn put(&self, key: BlobKey, content: Bytes, media_type: MediaType) -> Result<(), BlobError> {
        self.beneath.put(key, content, media_type).await
    }

    async fn put_stream(
        &self,
        key: BlobKey,
        content: BoxStream<'static, Result<Bytes, Source>>,
        size: u64,
    ) -> Result<(), BlobError> {
        self.beneath.put_stream(key, content, size).await
    }

    async fn get(&self, key: BlobKey) -> Result<Option<Blob>, BlobError> {
        if self.change.swap(false, Ordering::SeqCst) {
            let mut conn = PgConnection::connect(&self.url).await.unwrap();
            conn.execute(
                "update messaging.messages set body = null, files = 0, deleted_at = sent_at, deleted_by = sender_id
                 where seq = 2",
            )
            .await
            .unwrap();
        }
        let Some(found) = self.beneath.get(key).await? else { return Ok(None) };
        if !self.damage.load(Ordering::SeqCst) {
            return Ok(Some(found));
        }
        let size = found.size;
        let mut content = found.read(1 << 20).await?.to_vec();
        content[12] ^= 1;
        Ok(Some(Blob { size, content: stream::iter([Ok(Bytes::from(content))]).boxed() }))
    }

    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        self.beneath.delete(key).await
    }

    async fn list_staged(&self, tenant: TenantId, before: DateTime<Utc>) -> Result<Vec<MediaId>, BlobError> {
        self.beneath.list_staged(tenant, before).await
    }

    async fn signed_get(
        &self,
        key: BlobKey,
        lasts: Duration,
        disposition: &str,
        media_type: MediaType,
    ) -> Result<Option<Url>, BlobError> {
        self.beneath.signed_get(key, lasts, disposition, media_type).await
    }

    async fn signed_put(
        &self,
        key: BlobKey,
        lasts: Duration,
        media_type: MediaType,
    ) -> Result<Option<Url>, BlobError> {
        self.beneath.signed_put(key, lasts, media_type).await
    }
}

#[tokio::test]
async fn what_is_changed_after_it_was_archived_is_archived_anew_before_it_goes() {
    let db = TestDb::new().await;
    messages(&db, &db.one, OLD, 10).await;
    let blobs = Meddling::over(&db);
    let archive: Arc<dyn BlobStore> = blobs.clone();
    let partitions = partitions(&db, &archive);
    blobs.change.store(true, Ordering::SeqCst);
    let kept = partitions.keep().await.unwrap();
    assert_eq!((kept.dropped, kept.put_back), (0, 1));
    assert_eq!(has(&db, "messaging.messages", OLD).await, Some(true));
    let there = rows(&db, db.one.tenant.id, OLD).await;
    assert_eq!(there.len(), 10);
    // It is protected again, too.
    let forced: bool =
        sqlx::query_scalar("select relforcerowsecurity from pg_class where relname = 'messages_2020_03'")
            .fetch_one(&mut db.superuser().await)
            .await
            .unwrap();
    assert!(forced);

    assert_eq!(partitions.keep().await.unwrap().dropped, 1);
    let lines: Vec<_> = archived(&partitions, db.one.tenant.id, OLD)
        .await
        .into_iter()
        .map(without_what_hangs_on_it)
        .collect();
    assert_eq!(lines, there);
    assert!(lines[1]["body"].is_null());
}

#[tokio::test]
async fn a_month_whose_archive_cannot_be_read_back_stays() {
    let db = TestDb::new().await;
    messages(&db, &db.one, OLD, 10).await;
    let blobs = Meddling::over(&db);
    let archive: Arc<dyn BlobStore> = blobs.clone();
    let partitions = partitions(&db, &archive);
    blobs.damage.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        let damaged = partitions.keep().await.unwrap_err();
        assert!(matches!(damaged, PartitionError::Damaged { part: 1, .. }), "{damaged:?}");
        assert_eq!(has(&db, "messaging.messages", OLD).await, Some(true));
        assert_eq!(rows(&db, db.one.tenant.id, OLD).await.len(), 10);
    }
    blobs.damage.store(false, Ordering::SeqCst);
    assert_eq!(partitions.keep().await.unwrap().dropped, 1);
    assert_eq!(archived(&partitions, db.one.tenant.id, OLD).await.len(), 10);
}

#[tokio::test]
async fn killed_at_any_step_it_goes_on_and_loses_nothing() {
    let db = TestDb::new().await;
    messages(&db, &db.one, OLD, 30).await;
    messages(&db, &db.two, OLD, 9).await;
    let tenants = [db.one.tenant.id, db.two.tenant.id];
    let expected = [rows(&db, tenants[0], OLD).await, rows(&db, tenants[1], OLD).await];
    let blobs = memory();
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and usename = 'smile_app'";
    let mut steps = 0;
    for n in 0_u64.. {
        // Another process each time, which gets a little further than the one before.
        let partitions = partitions(&db, &blobs);
        let patience = Duration::from_millis(2 + n / 2);
        if n % 2 == 0 {
            if let Ok(Ok(kept)) = tokio::time::timeout(patience, partitions.keep()).await
                && kept.dropped == 0
                && has(&db, "messaging.messages", OLD).await.is_none()
            {
                break;
            }
        } else {
            let mut conn = db.superuser().await;
            let rival = async {
                tokio::time::sleep(patience).await;
                sqlx::query(kill).execute(&mut conn).await.unwrap();
            };
            _ = tokio::join!(partitions.keep(), rival);
        }
        // What is not in the table is in the archive, or in the month that was taken out of it.
        let there = has(&db, "messaging.messages", OLD).await;
        if there == Some(true) {
            assert_eq!(rows(&db, tenants[0], OLD).await.len(), 30);
        }
        steps += 1;
        assert!(steps < 600, "it does not come to an end");
    }
    assert_eq!(has(&db, "messaging.messages", OLD).await, None);
    let partitions = partitions(&db, &blobs);
    for (tenant, expected) in tenants.into_iter().zip(expected) {
        let lines = archived(&partitions, tenant, OLD).await;
        assert_eq!(lines.into_iter().map(without_what_hangs_on_it).collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn a_clock_that_jumps_takes_nothing_away() {
    let db = TestDb::new().await;
    let before = months(&db, "messaging.messages").await;
    db.clock.advance(TimeDelta::days(3_650));
    let partitions = partitions(&db, &memory());
    let kept = partitions.keep().await.unwrap();
    assert_eq!((kept.archived, kept.dropped), (0, 0));
    assert!(kept.made > 0, "what is written by that clock has its place");
    db.clock.advance(TimeDelta::days(-3_650 - 7_300));
    partitions.keep().await.unwrap();
    db.clock.advance(TimeDelta::days(7_300));
    let after = months(&db, "messaging.messages").await;
    assert!(before.iter().all(|month| after.contains(month)));
}

#[tokio::test]
async fn nobody_but_whoever_runs_the_installation_may_do_any_of_it_and_they_only_what_is_safe() {
    let db = TestDb::new().await;
    messages(&db, &db.one, OLD, 3).await;
    let mut conn = PgConnection::connect(&db.url_as("smile_app")).await.unwrap();
    let calls = ["make_partition", "detach_partition", "attach_partition", "drop_partition"];
    for role in ["smile_service", "smile_relay", "smile_messaging"] {
        for call in calls {
            let statement = format!(
                "begin; set local role {role}; select platform.{call}('messaging.messages', '2020-03-01')"
            );
            let denied =
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut conn).await.map_err(StoreError::from);
            assert!(denied.as_ref().is_err_and(StoreError::is_denied), "{role} may {call}: {denied:?}");
            sqlx::raw_sql("rollback").execute(&mut conn).await.unwrap();
        }
    }
    sqlx::raw_sql("begin; set local role smile_operator").execute(&mut conn).await.unwrap();
    for call in ["detach_partition", "drop_partition"] {
        for table in ["messaging.messages", "messaging.message_words", "messaging.conversations"] {
            let statement = format!("select platform.{call}('{table}', '2020-03-01')");
            let done: bool = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(&mut conn).await.unwrap();
            assert!(!done, "{call} of {table}, of which nothing is archived");
        }
    }
    sqlx::raw_sql("rollback").execute(&mut conn).await.unwrap();
    let read = "begin; set local role smile_operator; select * from messaging.messages";
    assert!(sqlx::raw_sql(read).execute(&mut conn).await.map_err(StoreError::from).unwrap_err().is_denied());
    assert_eq!(rows(&db, db.one.tenant.id, OLD).await.len(), 3);
}

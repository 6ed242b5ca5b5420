//! The trail of changes: which tables have one, and that it says of every row which one it is.

use std::collections::BTreeMap;

use smilefactory_core::id::Id;
use smilefactory_core::page::PageRequest;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::isolation::catalogue::{Access, declared};
use crate::isolation::seed;

/// Tables of tenants whose changes are not in the trail, and why.
const UNTRAILED: &[(&str, &str)] = &[
    ("community.group_activity", "derived: gone as soon as it is added"),
    ("community.group_stats", "derived: counted from who belongs to groups"),
    ("content.timeline_changes", "derived: gone as soon as it is put into timelines"),
    ("content.timeline_entries", "derived: from the posts, which are in the trail"),
    ("content.timelines", "derived: from the posts, which are in the trail"),
    ("content.author_activity", "derived: from the posts, which are in the trail"),
    ("content.author_stats", "derived: counted from what is in the trail or told as facts"),
    ("content.comment_actions", "a row a reader of everything; what was done is told as facts"),
    ("content.comment_count_changes", "derived: gone as soon as it is counted"),
    ("content.comment_counts", "derived: counted from the comments"),
    ("content.comment_nodes", "derived: the tree of the comments, which are in the trail"),
    ("content.comment_score_deltas", "derived: gone as soon as it is counted"),
    ("content.label_counts", "derived: counted from the posts' labels"),
    ("content.label_deltas", "derived: gone as soon as it is counted"),
    ("content.post_actions", "a row a reader of everything; what was done is told as facts"),
    ("content.post_categories", "derived: from the column of the post, which is in the trail"),
    ("content.post_documents", "derived: the search index of the posts"),
    ("content.post_heat", "derived: summed up from what people did"),
    ("content.post_heat_changes", "derived: gone as soon as it is summed up"),
    ("content.post_stat_deltas", "derived: gone as soon as it is counted"),
    ("content.post_stats", "derived: counted from what people did"),
    ("content.post_tags", "derived: from the column of the post, which is in the trail"),
    ("content.post_version_attachments", "derived: the files of a version, which is in the trail"),
    ("event.imported_events", "which events were imported; those have a trail"),
    ("identity.activity_days", "derived: counted from facts"),
    ("identity.card_changes", "derived: gone as soon as it is counted"),
    (
        "identity.funding_rounds",
        "written by imports alone, which are in the trail with the file that they read",
    ),
    ("identity.imported_innovators", "which accounts were imported; those have a trail"),
    (
        "identity.organisations",
        "written by imports alone, which are in the trail with the file that they read",
    ),
    ("identity.profile_cards", "derived: from accounts, profiles, days and connections"),
    ("identity.profile_labels", "derived: from the columns of the profile, which is in the trail"),
    ("identity.profile_views", "a row a reader of everything; what was done is told as facts"),
    (
        "marketplace.inquiry_entries",
        "what two say to each other is nobody else's to read; facts tell that something was",
    ),
    ("marketplace.listing_actions", "a row a reader of everything; what was done is told as facts"),
    ("marketplace.listing_documents", "derived: the search index of the listings"),
    ("marketplace.listing_pictures", "derived: from the column of the listing, which is in the trail"),
    ("marketplace.listing_stat_deltas", "derived: gone as soon as it is counted"),
    ("marketplace.listing_stats", "derived: counted from what people did"),
    ("marketplace.seller_stats", "derived: counted from inquiries and reviews, which are in the trail"),
    ("messaging.attachments", "written with a message, and never changed"),
    ("messaging.digests", "mails that are due; what they tell is told by facts"),
    ("messaging.message_words", "derived: what messages are found by"),
    (
        "messaging.messages",
        "what people say to each other is nobody else's to read; facts tell that something was",
    ),
    ("messaging.presence", "who listens at the moment: gone a minute later"),
    ("messaging.notification_reads", "how far somebody read what they were told, which is told as facts"),
    ("messaging.notifications", "derived: from facts, and read by one person"),
    ("messaging.notified_facts", "which facts were told"),
    ("messaging.reactions", "a row a reader of everything; what was done is told as facts"),
    ("messaging.reminders", "derived: from facts, and gone when its time has come"),
    ("messaging.stranger_messages", "derived: counted from messages"),
    ("messaging.typing", "who types at the moment: gone seconds later"),
    ("platform.audit", "the trail itself"),
    ("platform.idempotency_keys", "what is kept of a request for a day; its effect is in the trail"),
    ("platform.import_skips", "written with an import, which is in the trail, and never changed"),
    ("platform.outbox", "facts, which nobody changes"),
    ("social.barriers", "derived: from blocks and mutes, which are in the trail"),
    ("social.interactions", "a row for each message and comment; what was done is told as facts"),
    ("social.pair_strengths", "derived: summed up from what people did with each other"),
    ("social.ties", "derived: from connections, which are in the trail"),
];

/// The tables with the trigger, the operations it fires on, and the columns that it takes the key of a row from.
async fn trailed(conn: &mut PgConnection) -> BTreeMap<String, (bool, Option<String>)> {
    let rows = sqlx::query(
        "select t.tgrelid::regclass::text as name, t.tgtype & 28 = 28 and t.tgenabled <> 'D' as on_everything,
           substring(encode(t.tgargs, 'escape') from '^key=([a-z_,]+)') as key
         from pg_trigger t join pg_class c on c.oid = t.tgrelid
         where t.tgfoid = 'platform.record_change'::regproc and not c.relispartition",
    );
    let rows = rows.fetch_all(conn).await.unwrap();
    rows.into_iter().map(|row| (row.get("name"), (row.get("on_everything"), row.get("key")))).collect()
}

/// The columns of a table's primary key without the tenant.
async fn key_columns(conn: &mut PgConnection, table: &str) -> Vec<String> {
    sqlx::query_scalar("select platform.key_columns($1::text::regclass)")
        .bind(table)
        .fetch_one(conn)
        .await
        .unwrap()
}

#[tokio::test]
async fn every_table_of_tenants_has_a_trail_or_a_reason() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    let trailed = trailed(&mut conn).await;
    let untrailed: BTreeMap<_, _> = UNTRAILED.iter().copied().collect();
    for (table, access) in declared() {
        if matches!(access, Access::SharedReference | Access::None) {
            continue;
        }
        match (trailed.get(table), untrailed.get(table)) {
            (Some((_, key)), None) => {
                let columns = key_columns(&mut conn, table).await;
                if let Some(key) = key {
                    assert_eq!(*key, columns.join(","), "{table} has another key than when it was adopted");
                }
            }
            (None, Some(_)) => {}
            (Some(_), Some(_)) => panic!("{table} has a trail: take it off the list"),
            (None, None) => panic!("{table} has no trail: adopt it, or say on the list why it needs none"),
        }
    }
    for table in untrailed.keys() {
        let there = sqlx::query_scalar("select to_regclass($1) is not null").bind(*table);
        let there: bool = there.fetch_one(&mut conn).await.unwrap();
        assert!(there, "{table} is on the list and does not exist");
    }
    assert!(trailed.values().filter(|(on_everything, _)| *on_everything).count() > 30);
}

/// Of each table every row that there is was inserted under its whole key, and under no other row's.
#[tokio::test]
async fn the_trail_says_of_every_row_which_one_it_is() {
    let db = TestDb::new().await;
    seed::both_tenants(&db).await;
    let mut conn = db.superuser().await;
    let mut rows_of_several_columns = 0;
    for table in trailed(&mut conn).await.into_keys().filter(|table| table != "tenancy.tenants") {
        let columns = key_columns(&mut conn, &table).await;
        let key: Vec<_> = columns.iter().map(|column| format!("to_jsonb(t) ->> '{column}'")).collect();
        let statement = format!(
            "select count(*), count(distinct (tenant_id, key)), count(*) filter (where exists (
               select from platform.audit a
               where a.tenant_id = k.tenant_id and a.table_name = '{table}' and a.row_key = k.key
                 and a.action = 'insert'
             ))
             from (select t.tenant_id, concat_ws('/', {}) as key from {table} t) as k",
            key.join(", ")
        );
        let row = sqlx::query(AssertSqlSafe(statement)).fetch_one(&mut conn).await.unwrap();
        let (rows, keys, told): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        assert_eq!((keys, told), (rows, rows), "{table}: rows, keys that differ, rows in the trail");
        rows_of_several_columns += if columns.len() > 1 { rows } else { 0 };
    }
    assert!(rows_of_several_columns > 10);
}

/// An update says which entry changed, though it tells nothing but what changed.
#[tokio::test]
async fn a_change_of_one_entry_of_many_says_which() {
    let db = TestDb::new().await;
    seed::both_tenants(&db).await;
    let mut conn = db.superuser().await;
    let row = sqlx::query(
        "update identity.portfolio_entries set company = 'Other' where tenant_id = $1
         returning account_id::text, position::text",
    )
    .bind(db.one.tenant.id.uuid())
    .fetch_one(&mut conn)
    .await
    .unwrap();
    let key = format!("{}/{}", row.get::<String, _>(0), row.get::<String, _>(1));
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let page = PageRequest::default();
    let trail = tx.audit().list_of_row("identity.portfolio_entries", &key, &page).await.unwrap().items;
    let [update, insert] = trail.as_slice() else { panic!("{trail:#?}") };
    assert_eq!((update.action.as_str(), insert.action.as_str()), ("update", "insert"));
    assert_eq!(update.after, Some(serde_json::json!({"company": "Other"})));
}

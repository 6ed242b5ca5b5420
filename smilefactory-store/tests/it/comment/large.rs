//! A thread of 100,000 comments, 32 deep: how it is read.

use std::sync::{Arc, Mutex};

use smilefactory_core::content::{CommentSort, Post};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use smilefactory_store::{Sight, Store};
use sqlx::{AssertSqlSafe, Executor};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id as SpanId, Record};
use tracing::{Event, Metadata, Subscriber};

use super::{comment, post};

const COMMENTS: i64 = 100_000;
const DEEP: i64 = 32;
const PEOPLE: i64 = 5_000;

/// The plans of what is carried out, as the database tells them.
#[derive(Clone, Default)]
struct Plans(Arc<Mutex<Vec<String>>>);

impl Plans {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Visit for &Plans {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" && text.contains("plan:") {
            self.0.lock().unwrap().push(text);
        }
    }
}

impl Subscriber for Plans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::postgres::notice"
    }
    fn new_span(&self, _: &Attributes<'_>) -> SpanId {
        SpanId::from_u64(1)
    }
    fn record(&self, _: &SpanId, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &SpanId, _: &SpanId) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut &*self);
    }
    fn enter(&self, _: &SpanId) {}
    fn exit(&self, _: &SpanId) {}
}

/// Writes the thread past the triggers, and has everything counted.
async fn large(db: &TestDb, author: AccountId) -> Post {
    let post = post(db, author).await;
    let statement = format!(
        "set session_replication_role = replica;
         insert into content.comments (tenant_id, id, post_id, parent_id, depth, author_id, body, body_html, body_text,
           renderer, body_digest, version, created_at)
         select '{tenant}', id.of_this, '{post}', id.of_parent, (n - 1) / w, lpad(to_hex(1 + n % {PEOPLE}), 32, '0')::uuid, 'x', '<p>x</p>', 'x', 1,
           sha256('x'), 1, now()
         from (select {COMMENTS} / {DEEP} as w) as wide, generate_series(1, wide.w * {DEEP}) as n,
           lateral (
             select lpad(to_hex(n), 32, '0')::uuid as of_this,
               -- Some comments have many replies, many have none.
               case when n > w then
                 lpad(to_hex(((n - 1) / w - 1) * w + 1 + ((n::bigint * n) % w)), 32, '0')::uuid
               end as of_parent
           ) as id;
         -- Everybody wrote as much as everybody else, and is kept from what three of the others wrote.
         insert into social.barriers (tenant_id, viewer_id, other_id, blocked)
         select '{tenant}', lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(1 + (n + 31 * step) % {PEOPLE}), 32, '0')::uuid, true
         from generate_series(1, {PEOPLE}) as n, generate_series(1, 3) as step;
         -- Some reactions elsewhere that are not added up yet.
         insert into content.comment_score_deltas (tenant_id, comment_id, likes)
         select '{tenant}', gen_random_uuid(), 1 from generate_series(1, 5000);
         insert into content.comment_actions (tenant_id, comment_id, account_id, reaction, reacted_at)
         select '{tenant}', gen_random_uuid(), gen_random_uuid(), 'like', now() from generate_series(1, 5000);
         set session_replication_role = origin",
        tenant = db.one.tenant.id.uuid(),
        post = post.id.uuid(),
    );
    let mut admin = db.superuser().await;
    admin.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.unwrap();
    assert!(recount(db, &post).await > COMMENTS);
    admin.execute("analyze").await.unwrap();
    assert_eq!(recount(db, &post).await, 0);
    post
}

/// Without the store, whose statements may not take so long.
async fn recount(db: &TestDb, post: &Post) -> i64 {
    sqlx::query_scalar("select content.recount_comments($1, $2)")
        .bind(db.one.tenant.id.uuid())
        .bind(post.id.uuid())
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap()
}

/// A store on the same database whose connections are told the plan of every statement.
async fn told(db: &TestDb, mode: &str) -> Store {
    let name = db.url_as("x").rsplit('/').next().unwrap().to_owned();
    for set in [
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        "auto_explain.log_analyze = on",
        "client_min_messages = log",
        &format!("plan_cache_mode = {mode}"),
    ] {
        let statement = format!("alter database {name} set {set}");
        db.superuser().await.execute(sqlx::raw_sql(AssertSqlSafe(statement))).await.unwrap();
    }
    db.another_store().await
}

#[tokio::test]
async fn a_page_of_a_large_thread_is_one_statement_that_reads_through_indexes() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let small = post(&db, author).await;
    let root = comment(&db, &small, None, author).await;
    comment(&db, &small, Some(&root), author).await;
    let large = large(&db, author).await;

    for mode in ["force_generic_plan", "force_custom_plan"] {
        let store = told(&db, mode).await;
        let plans = Plans::default();
        let listening = tracing::subscriber::set_default(plans.clone());
        for sort in CommentSort::ALL {
            for (post, size, kept) in [
                (&small, 20, false),
                (&large, 20, false),
                (&large, 100, false),
                (&small, 20, true),
                (&large, 100, true),
            ] {
                let place = format!("{mode}, {sort}, a page of {size}");
                let mut tx = store.read(&db.one.scope).await.unwrap();
                if kept {
                    tx.look_as(Sight::Person(AccountId::from_uuid(uuid::Uuid::from_u128(7))));
                }
                plans.take();
                let request = PageRequest::first(PageSize::new(size).unwrap());
                let first = tx.comments().list(post.id, *sort, &request).await.unwrap();
                let told = plans.take();
                assert_eq!(told.len(), 1, "{place}: {told:#?}");
                expect_indexes(&told[0], &place);
                let Some(key) = first.next else { continue };
                assert_eq!(first.items.len(), request.size.get());
                let request = PageRequest::after(request.size, key);
                tx.comments().list(post.id, *sort, &request).await.unwrap();
                expect_indexes(&plans.take()[0], &place);
                let parent = first.items.iter().find(|thread| thread.comment.replies > 0).unwrap();
                let request = PageRequest::default();
                tx.comments().list_replies(parent.comment.id, *sort, &request).await.unwrap();
                expect_indexes(&plans.take()[0], &place);
            }
        }
        drop(listening);
    }
}

/// No table is read as a whole, and no step handles more rows than a page has, one more, and what nests in it.
fn expect_indexes(plan: &str, place: &str) {
    assert!(!plan.contains("Seq Scan"), "{place}: {plan}");
    assert!(plan.contains("comment_nodes_best") || plan.contains("comment_nodes_by_time"), "{place}: {plan}");
    let most = plan
        .split("actual time=")
        .skip(1)
        .filter_map(|step| step.split("rows=").nth(1)?.split([' ', '.', ')']).next()?.parse::<usize>().ok())
        .max();
    assert!(most.is_some_and(|most| most <= CommentSort::COMMENTS + 1), "{place}: {plan}");
}

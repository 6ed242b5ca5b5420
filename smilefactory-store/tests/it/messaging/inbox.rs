//! Lists of conversations, and what is unread in them.

use smilefactory_core::id::{AccountId, ConversationId};
use smilefactory_core::messaging::{InboxFilter, Marks, MembershipSettings};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::messaging;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{doing, entry, group, people, say};

async fn walk(db: &TestDb, who: AccountId, filter: InboxFilter) -> Vec<ConversationId> {
    let size = PageSize::new(2).unwrap();
    let (mut seen, mut request) = (Vec::new(), PageRequest::first(size));
    loop {
        let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
        let page = tx.conversations().inbox(who, filter, &request).await.unwrap();
        seen.extend(page.items.into_iter().map(|entry| entry.conversation.id));
        let Some(next) = page.next else { return seen };
        request = PageRequest::after(size, next);
    }
}

async fn keep(db: &TestDb, who: AccountId, id: ConversationId, change: impl FnOnce(&mut MembershipSettings)) {
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    let member = tx.members().belonging(id, who).await.unwrap().unwrap();
    let mut settings = MembershipSettings {
        muted_until: member.muted_until,
        archived: member.archived_at.is_some(),
        pinned: member.pinned_at.is_some(),
        receipts: member.receipts,
    };
    change(&mut settings);
    let now = tx.now();
    tx.members().keep(&member.keep(&settings, now)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn unread(db: &TestDb, who: AccountId) -> (u64, u32) {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let unread = tx.conversations().unread(who).await.unwrap();
    (unread.messages, unread.conversations)
}

#[tokio::test]
async fn the_list_has_pinned_ones_first_and_then_the_last_active() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    super::connect(&db, a, b).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        db.clock.advance(chrono::TimeDelta::seconds(1));
        made.push(group(&db, b, &[]).await.id);
        let id = *made.last().unwrap();
        doing!(db, b, |tx| messaging::add(&mut tx, id, b, a)).unwrap();
    }
    assert_eq!(walk(&db, a, InboxFilter::Inbox).await, made.iter().rev().copied().collect::<Vec<_>>());
    db.clock.advance(chrono::TimeDelta::seconds(1));
    say(&db, b, made[1], "Up.").await.unwrap();
    assert_eq!(walk(&db, a, InboxFilter::Inbox).await, [made[1], made[4], made[3], made[2], made[0]]);
    keep(&db, a, made[0], |settings| settings.pinned = true).await;
    keep(&db, a, made[3], |settings| settings.archived = true).await;
    assert_eq!(walk(&db, a, InboxFilter::Inbox).await, [made[0], made[1], made[4], made[2]]);
    assert_eq!(walk(&db, a, InboxFilter::Archived).await, [made[3]]);
    assert_eq!(walk(&db, a, InboxFilter::Unread).await, [made[1]]);
    // Large ones stand among the others by the same rule.
    sqlx::query("update messaging.conversations set large = true where id = $1")
        .bind(uuid::Uuid::from(made[2]))
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    sqlx::query("update messaging.members set active_at = null where conversation_id = $1")
        .bind(uuid::Uuid::from(made[2]))
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    assert_eq!(walk(&db, a, InboxFilter::Inbox).await, [made[0], made[1], made[4], made[2]]);
    db.clock.advance(chrono::TimeDelta::seconds(1));
    say(&db, b, made[2], "Up.").await.unwrap();
    assert_eq!(walk(&db, a, InboxFilter::Inbox).await, [made[0], made[2], made[1], made[4]]);
    assert_eq!(walk(&db, a, InboxFilter::Unread).await, [made[2], made[1]]);
}

#[tokio::test]
async fn a_group_that_grows_large_keeps_its_place_with_itself() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    // Members by the hundred, as the database has them.
    let many =
        "insert into identity.personal_details (tenant_id, id, email, password_hash, first_name, last_name,
           version, created_at, updated_at)
         select $1, platform.uuid_v7(now()), 'm' || n || '@example.org', 'x', 'Em', 'Member', 1, now(), now()
         from generate_series(1, 99) as n";
    let mut conn = super::as_tenant(&db).await;
    sqlx::query(many).bind(uuid::Uuid::from(db.one.tenant.id)).execute(&mut conn).await.unwrap();
    let join = "insert into messaging.members (tenant_id, conversation_id, account_id, role, state, joined_at, created_at,
           active_at)
         select tenant_id, $1, id, 'member', 'active', now(), now(), now()
         from identity.personal_details where first_name = 'Em'";
    sqlx::query(join).bind(uuid::Uuid::from(made.id)).execute(&mut conn).await.unwrap();
    let now = entry(&db, b, made.id).await.unwrap().conversation;
    assert!(now.large && now.members == 101, "{now:?}");
    let kept: i64 = sqlx::query_scalar("select count(*) from messaging.members where active_at is not null")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(kept, 0);
    say(&db, a, made.id, "Hello, all.").await.unwrap();
    assert_eq!(walk(&db, b, InboxFilter::Unread).await, [made.id]);
    let mut tx = db.store.read(&db.one.scope_of(b)).await.unwrap();
    assert!(tx.members().receipts(made.id, b).await.unwrap().is_empty());
}

#[tokio::test]
async fn unread_is_what_came_since_and_not_what_is_muted_or_put_away() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    super::connect(&db, a, b).await;
    let (one, two) = (group(&db, b, &[]).await.id, group(&db, b, &[]).await.id);
    for id in [one, two] {
        doing!(db, b, |tx| messaging::add(&mut tx, id, b, a)).unwrap();
        for n in 0..3 {
            say(&db, b, id, &format!("{n}")).await.unwrap();
        }
    }
    assert_eq!(unread(&db, a).await, (6, 2));
    assert_eq!(unread(&db, b).await, (0, 0), "what one sends one has read");
    let two_read =
        Marks { delivered_seq: None, read_seq: Some(smilefactory_core::collection::Whole::new(2).unwrap()) };
    doing!(db, a, |tx| messaging::mark(&mut tx, one, a, &two_read)).unwrap();
    assert_eq!(unread(&db, a).await, (4, 2));
    assert_eq!(entry(&db, a, one).await.unwrap().unread, 1);
    say(&db, a, one, "All read.").await.unwrap();
    assert_eq!(unread(&db, a).await, (3, 1), "who answers has read");
    let until = db.store.now() + chrono::TimeDelta::hours(1);
    keep(&db, a, two, |settings| settings.muted_until = Some(until)).await;
    assert_eq!(unread(&db, a).await, (0, 0));
    db.clock.advance(chrono::TimeDelta::hours(1));
    assert_eq!(unread(&db, a).await, (3, 1));
    keep(&db, a, two, |settings| settings.archived = true).await;
    assert_eq!(unread(&db, a).await, (0, 0));
}

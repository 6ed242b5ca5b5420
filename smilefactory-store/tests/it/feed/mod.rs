//! What is new for somebody: each mode has what it should, in its order, page by page; and nothing that is kept for it
//! goes wrong.

mod following;
mod heat;
mod modes;
mod ranked;
mod timeline;

use smilefactory_core::feed::{FeedItem, FeedMode, FeedReasonKind};
use smilefactory_core::id::{AccountId, PostId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::feed::FeedFilter;
use smilefactory_store::testing::TestDb;

/// All pages of a feed.
async fn read(db: &TestDb, who: AccountId, mode: FeedMode, filter: &FeedFilter, size: u32) -> Vec<FeedItem> {
    let (mut items, mut page) = (Vec::new(), PageRequest::first(PageSize::new(size).unwrap()));
    loop {
        let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
        let found = tx.feed().list(who, mode, filter, &page).await.unwrap();
        assert!(found.next.is_none() || found.items.len() == page.size.get(), "a short page is the last");
        items.extend(found.items);
        let Some(key) = found.next else { return items };
        page = PageRequest::after(page.size, key);
    }
}

/// The ids of all of it, by pages of different sizes, which must not matter.
async fn ids(db: &TestDb, who: AccountId, mode: FeedMode) -> Vec<PostId> {
    let all = FeedFilter::new();
    let of = |items: Vec<FeedItem>| -> Vec<PostId> { items.iter().map(|item| item.listed.post.id).collect() };
    let found = of(read(db, who, mode, &all, 100).await);
    for size in [1, 3] {
        assert_eq!(of(read(db, who, mode, &all, size).await), found, "{mode} by {size}");
    }
    found
}

/// Why each is there.
fn reasons(items: &[FeedItem]) -> Vec<(PostId, Vec<FeedReasonKind>)> {
    let kinds = |item: &FeedItem| item.reasons.iter().map(|reason| reason.kind).collect();
    items.iter().map(|item| (item.listed.post.id, kinds(item))).collect()
}

/// Adds up all that was done with posts.
async fn fold(db: &TestDb) -> u64 {
    let (mut folded, mut tx) = (0, db.store.write(&db.one.scope).await.unwrap());
    loop {
        let some = tx.feed().fold_heat(7).await.unwrap();
        folded += some;
        if some == 0 {
            tx.commit().await.unwrap();
            return folded;
        }
    }
}

/// A superuser in the tenant, for whom the triggers work.
async fn as_tenant(db: &TestDb) -> sqlx::PgConnection {
    let mut conn = db.superuser().await;
    sqlx::query("select set_config('smile.tenant', $1, false)")
        .bind(db.one.tenant.id.to_string())
        .execute(&mut conn)
        .await
        .unwrap();
    conn
}

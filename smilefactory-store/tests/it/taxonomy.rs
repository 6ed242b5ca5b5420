//! Categories and tags: the tree stays a tree whoever writes, posts are found by every spelling of a word, merges lose
//! nothing, and counts are what counting gives.

mod category;
mod label;
mod tag;

pub(crate) use self::category::{made, made_in};
use smilefactory_core::content::{Post, Tag};
use smilefactory_core::id::AccountId;
use smilefactory_core::page::PageRequest;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::PostFilter;
use smilefactory_store::testing::TestDb;

use crate::post;

/// A draft with these tags.
pub(crate) async fn draft(db: &TestDb, author: AccountId, tags: &[&str]) -> Post {
    post::draft(db, author, post::input("post", tags)).await
}

/// A published post with these tags.
pub(crate) async fn published(db: &TestDb, author: AccountId, tags: &[&str]) -> Post {
    post::publish(db, draft(db, author, tags).await).await
}

/// The ids of the posts with this tag, as their list has them.
pub(crate) async fn tagged(db: &TestDb, tag: &str) -> Vec<smilefactory_core::id::PostId> {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let page = tx.posts().list(&PostFilter::new().tagged(tag), &PageRequest::default()).await.unwrap();
    page.items.into_iter().map(|post| post.id).collect()
}

pub(crate) async fn tag(db: &TestDb, name: &str) -> Tag {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    tx.tags().find_by_name(name).await.unwrap().unwrap()
}

/// Folds all there is.
pub(crate) async fn fold(db: &TestDb) {
    loop {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let folded = tx.labels().fold(7).await.unwrap();
        tx.commit().await.unwrap();
        if folded == 0 {
            return;
        }
    }
}

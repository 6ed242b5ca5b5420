//! Comments: read as written, shown as long as they are alive or hold a place, changed by one writer at a time.

mod large;
mod rules;
mod thread;
mod writing;

use smilefactory_core::content::{
    Comment, CommentDraft, CommentInput, Post, PostDraft, PostInput, PublishingRights,
};
use smilefactory_core::id::{AccountId, CommentId};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

/// A published post of this author.
async fn post(db: &TestDb, author: AccountId) -> Post {
    let input = PostInput { kind: "post".into(), body: "It rains.".into(), ..PostInput::default() };
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let (post, _) = PostDraft::from_raw(input).unwrap().begin(tx.new_id().unwrap(), author, tx.now());
    tx.posts().insert(&post).await.unwrap();
    let rights = PublishingRights { author: true, ..PublishingRights::default() };
    let (post, moved) = post.publish(rights, tx.now()).unwrap();
    let post = tx.posts().take_step(&post, &moved).await.unwrap();
    tx.commit().await.unwrap();
    post
}

fn draft(body: &str) -> CommentDraft {
    CommentDraft::from_raw(CommentInput { body: body.into(), parent: None }).unwrap()
}

async fn comment(db: &TestDb, post: &Post, parent: Option<&Comment>, author: AccountId) -> Comment {
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let (comment, fact) =
        draft("Here too.").write(tx.new_id().unwrap(), post, parent, author, tx.now()).unwrap();
    let comment = tx.comments().insert(&comment).await.unwrap();
    tx.tell(fact).unwrap();
    tx.commit().await.unwrap();
    comment
}

async fn get(db: &TestDb, id: CommentId) -> Comment {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    tx.comments().get(id).await.unwrap().unwrap()
}

async fn delete(db: &TestDb, id: CommentId) -> Result<Comment, StoreError> {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let comment = tx.comments().get(id).await.unwrap().unwrap();
    let (deleted, fact) = comment.delete(tx.now()).unwrap();
    let deleted = tx.comments().update(&deleted).await?;
    tx.tell(fact).unwrap();
    tx.commit().await?;
    Ok(deleted)
}

/// How many numbers of the thread are wrong.
async fn wrong(db: &TestDb, post: &Post) -> u64 {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.comments().recount(post.id).await.unwrap()
}

/// How many comments the post has.
async fn count(db: &TestDb, post: &Post) -> u64 {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    tx.comments().count_of_posts(&[post.id]).await.unwrap()[0].1
}

//! More hits than are weighed.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use smilefactory_core::content::{PostDraft, PostInput};
use smilefactory_core::id::PostId;
use smilefactory_core::validation::Field;

use super::{AUTHOR, ids, page, search};
use crate::repo::content::WritePosts;
use crate::search::{CANDIDATES, SearchIndex};
use crate::testing::TestDb;

/// How many posts are published at one moment.
const BATCH: usize = 50;

/// Tries on a fresh database what happens when more posts have the words than are weighed: the newest of them are found,
/// the best first, and pages of any size end, miss none of these and have none twice.
///
/// # Panics
///
/// At the first promise that is broken.
pub async fn check_many(db: &TestDb, index: &dyn SearchIndex, settle: impl AsyncFn()) {
    let weighed = usize::try_from(CANDIDATES).expect("a small number");
    let too_old = publish(db, BATCH).await;
    let newest = publish(db, weighed).await;
    settle().await;
    for size in [100, 37] {
        let hits = page(db, index, &search("rain"), size).await;
        let found: BTreeSet<_> = hits.iter().map(|hit| hit.post.id).collect();
        assert_eq!(found.len(), hits.len(), "one is there twice, in pages of {size}");
        assert!(too_old.is_disjoint(&found), "an old one is weighed in the place of a new one");
        assert_eq!(found, newest, "in pages of {size}");
        let keys: Vec<_> = hits.iter().map(|hit| (hit.rank, hit.post.id)).collect();
        assert!(keys.is_sorted_by(|one, next| one > next), "not the best first, in pages of {size}");
        assert!(
            hits.first().zip(hits.last()).is_some_and(|(best, last)| best.rank > last.rank),
            "all fit equally well: nothing is tried"
        );
    }
    // What is asked for narrows what is weighed, and not what was weighed.
    let mut oldest = search("rain");
    oldest.published_before = Some(db.store.now() - TimeDelta::seconds(seconds(weighed)));
    assert_eq!(BTreeSet::from_iter(ids(&page(db, index, &oldest, 100).await)), too_old);
}

fn seconds(posts: usize) -> i64 {
    i64::try_from(posts / BATCH).expect("a small number")
}

/// So many posts, some of which fit better than others; a second passes after each batch.
async fn publish(db: &TestDb, count: usize) -> BTreeSet<PostId> {
    let author = db.one.person(&format!("author-of-{count}")).await.id;
    let mut published = BTreeSet::new();
    for batch in 0..count / BATCH {
        let mut tx = db.store.write(&db.one.scope_of(author)).await.expect("the database is there");
        for number in 0..BATCH {
            let input = PostInput {
                kind: "post".to_owned(),
                body: format!("Note {batch}. {}", "Rain fell. ".repeat(number % 4 + 1)),
                language: Some("en".to_owned()),
                ..PostInput::default()
            };
            let draft = PostDraft::from_raw(input).expect("a valid post");
            let (post, _) = draft.begin(tx.new_id().expect("seeded"), author, tx.now());
            tx.posts().insert(&post).await.expect("a new post");
            let (post, moved) = post.publish(AUTHOR, tx.now()).expect("a draft");
            published.insert(tx.posts().take_step(&post, &moved).await.expect("nobody else saved it").id);
        }
        tx.commit().await.expect("the database is there");
        db.clock.advance(TimeDelta::seconds(1));
    }
    published
}

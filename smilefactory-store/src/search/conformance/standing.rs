//! What moderation has against a post is not found, from the commit on.

use smilefactory_core::content::moderation::ReportSubject;
use smilefactory_core::content::{Post, Standing};

use super::{find, page, publish, search};
use crate::repo::content::WriteStandings;
use crate::search::SearchIndex;
use crate::testing::TestDb;

pub(super) async fn check(db: &TestDb, index: &dyn SearchIndex, settle: &impl AsyncFn()) {
    let well = publish(db, &db.one, "Borehole drilling", "Forty metres of granite.", "en").await;
    let spring = publish(db, &db.one, "Borehole repairs", "Granite again.", "en").await;
    settle().await;
    let mut both = [well.id, spring.id];
    both.sort();
    for standing in [Standing::Held, Standing::Removed] {
        // Nobody waits for an index that is a moment behind: what is taken off is gone at once.
        set(db, &well, standing).await;
        assert_eq!(find(db, index, "borehole").await, [spring.id], "{standing}: by its words");
        assert_eq!(find(db, index, "drilling").await, [], "{standing}: by words of its own");
        let alike = page(db, index, &search("borehol drillng"), 20).await;
        assert!(
            alike.iter().all(|hit| hit.post.id != well.id),
            "{standing}: by words that are spelled alike"
        );
        for size in [1, 20] {
            let pages = page(db, index, &search("granite"), size).await;
            assert_eq!(super::ids(&pages), [spring.id], "{standing}: in pages of {size}");
        }
        set(db, &well, Standing::Visible).await;
        settle().await;
        let mut found = find(db, index, "borehole").await;
        found.sort();
        assert_eq!(found, both, "what is shown again is found again");
    }
}

async fn set(db: &TestDb, post: &Post, standing: Standing) {
    let mut tx = db.store.write(&db.one.scope).await.expect("the database is there");
    let changed = tx.standings().set(ReportSubject::Post(post.id), standing).await;
    assert!(changed.expect("the database is there"), "it has this standing already");
    tx.commit().await.expect("the database is there");
}

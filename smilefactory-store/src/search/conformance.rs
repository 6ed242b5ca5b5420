//! What every [`SearchIndex`] must do, as one function: run it in the tests of each implementation.

#![expect(
    clippy::expect_used,
    clippy::future_not_send,
    reason = "a test fails by panicking, and runs on the thread it begins on"
)]

mod many;
mod standing;

use smilefactory_core::content::{
    Post, PostDraft, PostHit, PostInput, PostKind, PostSearch, PublishingRights,
};
use smilefactory_core::id::PostId;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;

pub use self::many::check_many;
use super::SearchIndex;
use crate::repo::content::WritePosts;
use crate::testing::{TestDb, TestTenant};

const AUTHOR: PublishingRights =
    PublishingRights { author: true, staff: false, review_needed: false, system: false };

/// Tries the promises of [`SearchIndex`] one after the other on a fresh database. `settle` waits until the index knows what was committed.
///
/// # Panics
///
/// At the first promise that is broken.
pub async fn check(db: &TestDb, index: &dyn SearchIndex, settle: impl AsyncFn()) {
    let pump = publish(db, &db.one, "Solar pumps for maize farmers", "They run on the sun.", "en").await;
    let maize = publish(db, &db.one, "Storage", "How do you dry maize? Nobody likes a wet cob.", "en").await;
    let french =
        publish(db, &db.one, "Les pompes solaires", "Les terres sont arrosées continuellement.", "fr").await;
    let foreign = publish(db, &db.two, "Solar pumps of somebody else", "They run, too.", "en").await;
    let draft = begin(db, &db.one, "Solar pumps that nobody sees yet", "Soon.", "en").await;
    settle().await;

    // Stems, the title above the text, other tenants' and drafts nowhere.
    assert_eq!(find(db, index, "pump").await, [pump.id], "a word is found in another form");
    assert_eq!(find(db, index, "maize").await, [pump.id, maize.id], "a title counts more than a text");
    assert_eq!(find(db, index, "maize -sun").await, [maize.id], "words may be left out");
    assert_eq!(find(db, index, "\"dry maize\"").await, [maize.id], "words may stand together");
    assert_eq!(find(db, index, "continuelle").await.len(), 0, "a stem of another language is not guessed");
    let mut in_french = search("terre continuelle");
    in_french.language = Some("fr".parse().expect("a language"));
    assert_eq!(ids(&page(db, index, &in_french, 20).await), [french.id], "words are those of their language");
    assert_eq!(
        find(db, index, "pompes").await,
        [french.id],
        "a word as it is written is found in any language"
    );

    // Spelled a little differently, when nothing else is found.
    let hits = page(db, index, &search("solr pumps maze"), 20).await;
    assert_eq!(ids(&hits).first(), Some(&pump.id), "a slip of the pen is forgiven");
    assert!(hits.iter().all(|hit| hit.approximate));

    // What means nothing finds nothing, and is no error.
    for text in ["-", "\"", "& | ! ( ) :* <->", "'; drop table content.posts; --", "%", "\u{e000}", "or or"] {
        assert_eq!(find(db, index, text).await, [], "{text}");
    }

    // What was found is marked.
    let hits = page(db, index, &search("dry"), 20).await;
    let marked: Vec<_> = hits.iter().flat_map(|hit| &hit.text_excerpts).filter(|piece| piece.hit).collect();
    assert_eq!(marked.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["dry"]);

    // Filters.
    let mut narrowed = search("maize");
    narrowed.author = Some(maize.author);
    assert_eq!(ids(&page(db, index, &narrowed, 20).await), [maize.id]);
    narrowed.kind = Some(PostKind::Question);
    assert!(page(db, index, &narrowed, 20).await.is_empty());
    let mut tagged = search("maize");
    tagged.tag = Some("farming".parse().expect("a tag"));
    assert_eq!(ids(&page(db, index, &tagged, 20).await), [pump.id, maize.id]);

    // Pages of any size put together are the list.
    for n in 0..9 {
        publish(db, &db.one, &format!("Note {n}"), "Rain, rain, and more of it.", "en").await;
    }
    settle().await;
    let all = find(db, index, "rain").await;
    assert_eq!(all.len(), 9);
    for size in [1, 2, 4] {
        assert_eq!(ids(&page(db, index, &search("rain"), size).await), all, "in pages of {size}");
    }

    // What is taken off is not found any more.
    let (archived, moved) = pump.archive(AUTHOR, db.store.now()).expect("it is published");
    let mut tx = db.store.write(&db.one.scope_of(archived.author)).await.expect("the database is there");
    tx.posts().take_step(&archived, &moved).await.expect("nobody else saved it");
    tx.commit().await.expect("the database is there");
    settle().await;
    assert_eq!(find(db, index, "pump").await, []);
    let _ = (foreign, draft);

    standing::check(db, index, &settle).await;
}

fn search(text: &str) -> PostSearch {
    PostSearch::new(text.parse().expect("a text to search for"))
}

fn ids(hits: &[PostHit]) -> Vec<PostId> {
    hits.iter().map(|hit| hit.post.id).collect()
}

async fn find(db: &TestDb, index: &dyn SearchIndex, text: &str) -> Vec<PostId> {
    let hits = page(db, index, &search(text), 20).await;
    ids(&hits.into_iter().filter(|hit| !hit.approximate).collect::<Vec<_>>())
}

/// All pages.
async fn page(db: &TestDb, index: &dyn SearchIndex, search: &PostSearch, size: u32) -> Vec<PostHit> {
    let size = PageSize::new(size).expect("a size of a page");
    let (mut hits, mut request) = (Vec::new(), PageRequest::first(size));
    loop {
        let mut tx = db.store.read(&db.one.scope).await.expect("the database is there");
        let page = index.posts(&mut tx, search, &request).await.expect("a search never fails");
        hits.extend(page.items);
        let Some(next) = page.next else { return hits };
        request = PageRequest::after(size, next);
    }
}

async fn begin(db: &TestDb, tenant: &TestTenant, title: &str, body: &str, language: &str) -> Post {
    let author = tenant.person(&format!("author-{}", title.to_lowercase().replace(' ', "-"))).await.id;
    let input = PostInput {
        kind: "post".to_owned(),
        title: Some(title.to_owned()),
        body: body.to_owned(),
        tags: vec!["farming".to_owned()],
        language: Some(language.to_owned()),
        ..PostInput::default()
    };
    let draft = PostDraft::from_raw(input).expect("a valid post");
    let mut tx = db.store.write(&tenant.scope_of(author)).await.expect("the database is there");
    let (post, _) = draft.begin(tx.new_id().expect("seeded"), author, tx.now());
    tx.posts().insert(&post).await.expect("a new post");
    tx.commit().await.expect("the database is there");
    post
}

async fn publish(db: &TestDb, tenant: &TestTenant, title: &str, body: &str, language: &str) -> Post {
    let post = begin(db, tenant, title, body, language).await;
    let mut tx = db.store.write(&tenant.scope_of(post.author)).await.expect("the database is there");
    let (post, moved) = post.publish(AUTHOR, tx.now()).expect("a draft");
    let post = tx.posts().take_step(&post, &moved).await.expect("nobody else saved it");
    tx.commit().await.expect("the database is there");
    post
}

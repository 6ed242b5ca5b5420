//! Tags.

use smilefactory_core::content::{Tag, fold_tag};
use smilefactory_core::id::{AccountId, Id, TagId};
use smilefactory_core::page::{Page, PageRequest, PageSize};
use smilefactory_store::StoreError;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use crate::post::publish;

use super::{draft, fold, published, tag, tagged};

/// Begins to merge one tag into another.
async fn begin(db: &TestDb, from: &Tag, into: &Tag) {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let locked = tx.tags().lock(&[from.id, into.id]).await.unwrap();
    let find = |id: TagId| locked.iter().find(|tag| tag.id == id).unwrap();
    let (merging, fact) = find(from.id).clone().begin_merge(find(into.id)).unwrap();
    tx.tags().begin_merge(&merging).await.unwrap();
    tx.tell(fact).unwrap();
    tx.commit().await.unwrap();
}

/// One batch, and whether it was the last.
async fn step(db: &TestDb, from: &Tag, limit: u16) -> (usize, u64, bool) {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let batch = tx.tags().merge_batch(from.id, limit).await.unwrap();
    tx.commit().await.unwrap();
    (batch.edited.len(), batch.followers, batch.finished.is_some())
}

async fn follow(db: &TestDb, account: AccountId, tag: &Tag) -> bool {
    let mut tx = db.store.write(&db.one.scope_of(account)).await.unwrap();
    let (_, new) = tx.tags().follow(account, tag.id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    new
}

#[tokio::test]
async fn a_post_is_found_by_every_spelling_while_it_is_shown() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let hidden = draft(&db, author, &["Maize"]).await;
    let shown = published(&db, author, &["maize", "École"]).await;
    for spelling in ["maize", "Maize", "MAIZE"] {
        assert_eq!(tagged(&db, spelling).await, [shown.id], "{spelling}");
    }
    assert_eq!(tagged(&db, "éCOLE").await, [shown.id]);
    assert_eq!(tagged(&db, "rice").await, []);
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert_eq!(tx.tags().find_by_name("maize").await.unwrap(), None);
    drop(tx);

    // What moderation decides counts at once, and what is published next comes first.
    let mut tx = db.superuser().await;
    let stand = "update content.posts set standing = $1 where id = $2";
    sqlx::query(stand).bind("held").bind(shown.id.uuid()).execute(&mut tx).await.unwrap();
    assert_eq!(tagged(&db, "maize").await, []);
    sqlx::query(stand).bind("visible").bind(shown.id.uuid()).execute(&mut tx).await.unwrap();
    db.clock.advance(chrono::TimeDelta::seconds(1));
    let now_shown = publish(&db, hidden).await;
    assert_eq!(tagged(&db, "maize").await, [now_shown.id, shown.id]);

    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert!(tx.posts().delete(&now_shown).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(tagged(&db, "maize").await, [shown.id]);
}

#[tokio::test]
async fn core_and_the_database_fold_alike() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    let words = [
        "Maize",
        "ÉCOLE",
        "cafe\u{301}",
        "ΣΊΣΥΦΟΣ",
        "İstanbul",
        "STRASSE",
        "Straße",
        "ДОМ",
        "Ǆ",
        "日本",
        "Å",
        "x y-z_9",
    ];
    for word in words {
        let folded: String = sqlx::query_scalar("select content.fold_tag(normalize($1, nfc))")
            .bind(word)
            .fetch_one(&mut conn)
            .await
            .unwrap();
        assert_eq!(folded, fold_tag(word), "{word}");
    }
}

#[tokio::test]
async fn an_alias_stands_for_its_tag_and_no_alias_has_one() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = published(&db, author, &["maize"]).await;
    let maize = tag(&db, "maize").await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (corn, _) = maize.alias(tx.new_id().unwrap(), "Corn".parse().unwrap(), tx.now()).unwrap();
    tx.tags().insert(&corn).await.unwrap();
    tx.commit().await.unwrap();
    db.clock.advance(chrono::TimeDelta::seconds(1));
    let other = published(&db, author, &["corn"]).await;
    assert_eq!(tag(&db, "CORN").await.id, maize.id);
    assert_eq!(tagged(&db, "Corn").await, [other.id, post.id]);

    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (again, _) = maize.alias(tx.new_id().unwrap(), "CORN".parse().unwrap(), tx.now()).unwrap();
    let error = tx.tags().insert(&again).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { entity: "tag", field: "name" }), "{error:?}");
    // Past core.
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let chain =
        Tag { id: tx.new_id().unwrap(), name: "mealie".parse().unwrap(), alias_of: Some(corn.id), ..maize };
    let error = tx.tags().insert(&chain).await.unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error:?}");
}

#[tokio::test]
async fn a_merge_moves_posts_and_followers_in_batches_and_ends_with_an_alias() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let mut posts = Vec::new();
    for tags in [&["Corn"][..], &["corn", "maize"], &["maize"], &["rain", "CORN"]] {
        db.clock.advance(chrono::TimeDelta::seconds(1));
        posts.insert(0, published(&db, author, tags).await.id);
    }
    let kept = draft(&db, author, &["corn"]).await;
    let (corn, maize) = (tag(&db, "corn").await, tag(&db, "maize").await);
    let mut followers = Vec::new();
    for name in ["anesu", "blessing", "chipo"] {
        followers.push(db.one.person(name).await.id);
        assert!(follow(&db, *followers.last().unwrap(), &corn).await);
    }
    assert!(follow(&db, followers[0], &maize).await);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (mais, _) = corn.alias(tx.new_id().unwrap(), "Mais".parse().unwrap(), tx.now()).unwrap();
    tx.tags().insert(&mais).await.unwrap();
    tx.commit().await.unwrap();

    begin(&db, &corn, &maize).await;
    // Who writes or follows meanwhile has written and followed the other one.
    db.clock.advance(chrono::TimeDelta::seconds(1));
    let late = published(&db, author, &["corn"]).await;
    assert_eq!(tagged(&db, "maize").await[0], late.id);
    assert!(!follow(&db, followers[0], &corn).await);
    assert_eq!(step(&db, &corn, 3).await, (3, 0, false));
    // A step that was not committed is taken again.
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.tags().merge_batch(corn.id, 3).await.unwrap().edited.len(), 1);
    drop(tx);
    // What was dropped is undone a moment later; until then the merge is somebody's.
    let mut taken = (0, 0, false);
    while taken.0 == 0 {
        taken = step(&db, &corn, 3).await;
    }
    assert_eq!(taken, (1, 0, false));
    assert_eq!(step(&db, &corn, 3).await, (0, 3, false));
    assert_eq!(step(&db, &corn, 3).await, (0, 0, true));
    assert_eq!(step(&db, &corn, 3).await, (0, 0, false));

    posts.insert(0, late.id);
    for word in ["maize", "Corn", "mais"] {
        assert_eq!(tagged(&db, word).await, posts, "{word}");
        assert_eq!(tag(&db, word).await.id, maize.id);
    }
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.tags().get(corn.id).await.unwrap().unwrap().alias_of, Some(maize.id));
    assert_eq!(tx.tags().get(mais.id).await.unwrap().unwrap().alias_of, Some(maize.id));
    assert!(tx.tags().list_merging().await.unwrap().is_empty());
    let tags = async |tx: &mut ReadTx, id| {
        let post = tx.posts().get(id).await.unwrap().unwrap();
        post.draft.tags.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(tags(&mut tx, posts[1]).await, ["rain", "maize"]);
    assert_eq!(tags(&mut tx, posts[3]).await, ["maize"]);
    assert_eq!(tags(&mut tx, kept.id).await, ["maize"]);
    // Who had read a post before the merge does not save over it.
    assert_eq!(tx.posts().get(kept.id).await.unwrap().unwrap().version, kept.version.next());
    drop(tx);

    fold(&db).await;
    let maize = tag(&db, "maize").await;
    assert_eq!((maize.posts, maize.followers), (5, 3));
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (drift, _) = tx.labels().drift(None, 100).await.unwrap();
    assert_eq!(drift, []);
}

#[tokio::test]
async fn of_two_merges_in_a_row_the_second_waits_and_none_goes_in_a_ring() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = published(&db, author, &["a"]).await;
    published(&db, author, &["b"]).await;
    published(&db, author, &["c"]).await;
    let (a, b, c) = (tag(&db, "a").await, tag(&db, "b").await, tag(&db, "c").await);
    begin(&db, &a, &b).await;
    begin(&db, &b, &c).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let locked = tx.tags().lock(&[c.id, a.id]).await.unwrap();
    let find = |id: TagId| locked.iter().find(|tag| tag.id == id).unwrap();
    assert!(find(c.id).clone().begin_merge(find(a.id)).is_err());
    drop(tx);
    assert_eq!(step(&db, &b, 9).await, (1, 0, false));
    assert_eq!(step(&db, &b, 9).await, (0, 0, false), "something is merged into it still");
    assert_eq!(step(&db, &a, 9).await, (1, 0, false));
    assert_eq!(step(&db, &a, 9).await, (0, 0, true));
    while !step(&db, &b, 9).await.2 {}
    assert_eq!(tagged(&db, "a").await.len(), 3);
    assert!(tagged(&db, "c").await.contains(&post.id));
}

#[tokio::test]
async fn a_writer_and_the_end_of_a_merge_do_not_miss_each_other() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    published(&db, author, &["corn"]).await;
    published(&db, author, &["maize"]).await;
    let (corn, maize) = (tag(&db, "corn").await, tag(&db, "maize").await);
    // Somebody writes the word before the merge begins, and commits after all posts were moved.
    let post = draft(&db, author, &[]).await;
    let mut slow = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let mut edited = post.clone();
    edited.draft.tags = vec!["corn".parse().unwrap()].try_into().unwrap();
    slow.posts().update(&edited).await.unwrap();

    begin(&db, &corn, &maize).await;
    assert_eq!(step(&db, &corn, 9).await, (1, 0, false));
    let (ended, committed) = tokio::join!(step(&db, &corn, 9), async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        slow.commit().await
    });
    committed.unwrap();
    assert_eq!(ended, (0, 0, false), "it waited, and saw what was left");
    assert_eq!(step(&db, &corn, 9).await, (1, 0, false));
    assert_eq!(step(&db, &corn, 9).await, (0, 0, true));
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let post = tx.posts().get(post.id).await.unwrap().unwrap();
    drop(tx);
    assert_eq!(post.draft.tags[0].as_str(), "maize");
    let post = publish(&db, post).await;
    assert!(tagged(&db, "maize").await.contains(&post.id));
}

#[tokio::test]
async fn twenty_who_bring_the_same_new_words_make_each_once() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let write = |n: usize| {
        let db = &db;
        async move {
            let words =
                if n.is_multiple_of(2) { ["Solar", "water", "wind"] } else { ["WIND", "Water", "solar"] };
            published(db, author, &words).await
        }
    };
    futures::future::join_all((0..20).map(write)).await;
    fold(&db).await;
    for word in ["solar", "water", "wind"] {
        assert_eq!(tag(&db, word).await.posts, 20, "{word}");
    }
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.tags().list_by_name("", &PageRequest::default()).await.unwrap().items.len(), 3);
}

#[tokio::test]
async fn lists_of_tags_hold_together() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    for (word, times) in [("water", 3), ("Watt", 1), ("wind", 2), ("ärger", 1), ("draft only", 0)] {
        for _ in 0..times {
            published(&db, author, &[word]).await;
        }
    }
    draft(&db, author, &["draft only"]).await;
    fold(&db).await;
    let size = PageSize::new(1).unwrap();
    let all = async |prefix: &str| {
        let (mut names, mut request) = (Vec::new(), PageRequest::first(size));
        loop {
            let mut tx = db.store.read(&db.one.scope).await.unwrap();
            let Page { items, next } = tx.tags().list_by_name(prefix, &request).await.unwrap();
            names.extend(items.into_iter().map(|tag| tag.name.to_string()));
            let Some(next) = next else { return names };
            request = PageRequest::after(size, next);
        }
    };
    let popular = async |prefix: &str| {
        let (mut names, mut request) = (Vec::new(), PageRequest::first(size));
        loop {
            let mut tx = db.store.read(&db.one.scope).await.unwrap();
            let Page { items, next } = tx.tags().list_popular(prefix, &request).await.unwrap();
            names.extend(items.into_iter().map(|tag| tag.name.to_string()));
            let Some(next) = next else { return names };
            request = PageRequest::after(size, next);
        }
    };
    assert_eq!(
        all("").await,
        ["water", "Watt", "wind", "ärger"],
        "a word that only a draft has is nobody's business"
    );
    assert_eq!(all("WA").await, ["water", "Watt"]);
    assert_eq!(all("x").await, [""; 0]);
    assert_eq!(popular("").await[..2], ["water", "wind"]);
    assert_eq!(popular("wat").await, ["water", "Watt"]);

    let (water, wind) = (tag(&db, "water").await, tag(&db, "wind").await);
    assert!(follow(&db, author, &water).await);
    assert!(!follow(&db, author, &water).await, "once is enough");
    db.clock.advance(chrono::TimeDelta::seconds(1));
    assert!(follow(&db, author, &wind).await);
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let page = tx.tags().list_followed(author, &PageRequest::first(size)).await.unwrap();
    assert_eq!(page.items[0].id, wind.id);
    let rest = tx.tags().list_followed(author, &PageRequest::after(size, page.next.unwrap())).await.unwrap();
    assert_eq!((rest.items[0].id, rest.next), (water.id, None));
    assert_eq!(tx.tags().unfollow(author, wind.id).await.unwrap(), Some((wind.id, true)));
    assert_eq!(tx.tags().unfollow(author, wind.id).await.unwrap(), Some((wind.id, false)));
    assert_eq!(tx.tags().follow(author, TagId::from_uuid(author.uuid())).await.unwrap(), None);
}

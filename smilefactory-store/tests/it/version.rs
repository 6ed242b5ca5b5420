//! Earlier versions: whole, kept whoever writes, redacted for good; texts that are rendered anew.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::content::{Post, PostDraft, PostKind};
use smilefactory_core::id::Id;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;
use smilefactory_core::version::Version;
use smilefactory_store::maintenance::render_anew;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use uuid::Uuid;

use crate::post::{draft, input, publish};

async fn edit(db: &TestDb, post: Post, draft: PostDraft) -> Post {
    let mut tx = db.store.write(&db.one.scope_of(post.author)).await.unwrap();
    let (edited, fact) = post.edit(draft, tx.now()).unwrap();
    let saved = tx.posts().update(&edited).await.unwrap();
    tx.tell(fact).unwrap();
    tx.commit().await.unwrap();
    saved
}

/// Any text whatever comes back as it was.
#[tokio::test]
async fn every_earlier_version_is_kept_whole() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let mut runner = TestRunner::deterministic();
    let mut post = draft(&db, author, input("post", &["rain"])).await;
    let mut texts = vec![(post.text_version, post.draft.clone())];
    for _ in 0..40 {
        let next = smilefactory_core::testing::post_input().new_tree(&mut runner).unwrap().current();
        let next = PostDraft::from_raw(next).unwrap();
        if next == post.draft {
            continue;
        }
        post = edit(&db, post, next).await;
        texts.push((post.text_version, post.draft.clone()));
    }
    // One that changes nothing makes no version.
    let same = post.draft.clone();
    let post = edit(&db, post, same).await;
    assert_ne!(post.version, post.text_version);
    assert_eq!(texts.pop().unwrap(), (post.text_version, post.draft.clone()));

    let (mut seen, mut request) = (Vec::new(), PageRequest::first(PageSize::new(7).unwrap()));
    loop {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let page = tx.versions().list(post.id, &request).await.unwrap();
        seen.extend(page.items.into_iter().map(|version| (version.number, version.draft.unwrap())));
        let Some(next) = page.next else { break };
        request = PageRequest::after(request.size, next);
    }
    seen.reverse();
    assert_eq!(seen, texts);
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert!(tx.versions().get(post.id, Version::FIRST).await.unwrap().is_none());
}

#[tokio::test]
async fn a_redacted_version_keeps_its_number_and_digest_and_nothing_of_its_text_is_left() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let mut with_secret = input("post", &[]);
    with_secret.body = "Call me on 0771-secret.".into();
    let post = draft(&db, author, with_secret).await;
    let next = PostDraft { body: "Write to me.".parse().unwrap(), ..post.draft.clone() };
    let post = edit(&db, post, next).await;
    let redact = async || {
        let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
        let version = tx.versions().get(post.id, Version::FIRST).await.unwrap().unwrap();
        let digest = version.digest.clone();
        let reason = "A number.".parse().unwrap();
        let (redacted, fact) = version.redact(post.id, author, reason, tx.now()).unwrap();
        tx.versions().redact(&redacted, &fact).await?;
        tx.commit().await?;
        Ok::<_, StoreError>(digest)
    };
    let (a, b) = tokio::join!(redact(), redact());
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    let digest = a.or(b).unwrap();
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let left = tx.versions().get(post.id, Version::FIRST).await.unwrap().unwrap();
    assert_eq!((left.draft.is_none(), left.digest), (true, digest));
    assert_eq!(left.redaction.unwrap().by, author);

    let mut conn = db.superuser().await;
    let traces: i64 = sqlx::query_scalar(
        "select (select count(*) from platform.audit t where t::text like '%0771-secret%')
           + (select count(*) from platform.outbox t where t::text like '%0771-secret%')
           + (select count(*) from content.post_versions t where t::text like '%0771-secret%')",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!(traces, 0);
    // For good: not even the owner puts a text back.
    let back = "update content.post_versions set text = '{}', redacted_at = null, redacted_by = null,
                redaction_reason = null where post_id = $1";
    let error = sqlx::query(back).bind(post.id.uuid()).execute(&mut conn).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().constraint(), Some("post_versions_kept"));
}

#[tokio::test]
async fn what_older_rules_rendered_is_rendered_anew_and_nothing_else_changes() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let mut bold = input("article", &[]);
    bold.body = "It **runs**.".into();
    let post = draft(&db, author, bold).await;
    let post = publish(&db, post).await;
    let other = draft(&db, author, input("post", &[])).await;
    let view = async |id| {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        tx.posts().view(id, author).await.unwrap().unwrap()
    };
    let before = view(post.id).await;
    assert_eq!(before.html, "<p>It <strong>runs</strong>.</p>\n");
    assert_eq!((before.reading_minutes, before.post.draft.kind), (1, PostKind::Article));
    assert_eq!(render_anew(&db.store).await.unwrap(), 0);

    let mut conn = db.superuser().await;
    // As if a version 0 of the rules had been.
    let older = "alter table content.posts drop constraint posts_renderer_check;
                 update content.posts set body_html = 'old', renderer = 0";
    sqlx::raw_sql(older).execute(&mut conn).await.unwrap();
    assert_eq!(view(post.id).await.html, "old");
    let another = db.another_store().await;
    let (a, b) = tokio::join!(render_anew(&db.store), render_anew(&another));
    assert_eq!(a.unwrap() + b.unwrap(), 2);
    assert_eq!(view(post.id).await, before);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert!(tx.versions().list(other.id, &PageRequest::default()).await.unwrap().items.is_empty());
    let _: Uuid = other.id.uuid();
}

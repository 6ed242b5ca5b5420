//! What the database knows of files.

use chrono::TimeDelta;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::content::{
    ContentDigest, Media, MediaFound, MediaInput, MediaState, MediaUpload, Post, PostDraft, PostInput,
};
use smilefactory_core::id::{AccountId, Id, MediaId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

const FOUND: MediaFound =
    MediaFound { size: 9, digest: ContentDigest([7; 32]), dimensions: Some((65_535, 1)) };

pub(super) async fn declared(db: &TestDb, owner: AccountId) -> Media {
    let mut tx = db.store.write(&db.one.scope_of(owner)).await.unwrap();
    let input = MediaInput { file_name: "pump.png".into(), media_type: "image/png".into(), size: 10 };
    let upload = MediaUpload::from_raw(input).unwrap();
    let media = upload.begin(tx.new_id().unwrap(), owner, 100, tx.now()).unwrap();
    tx.media().insert(&media).await.unwrap();
    tx.commit().await.unwrap();
    media
}

pub(super) async fn ready(db: &TestDb, owner: AccountId) -> Media {
    let media = declared(db, owner).await;
    let mut tx = db.store.write(&db.one.scope_of(owner)).await.unwrap();
    tx.media().claim_blob(FOUND.digest, FOUND.size).await.unwrap();
    let (media, _) = media.finalise(FOUND, tx.now()).unwrap();
    tx.media().finalise(&media).await.unwrap();
    tx.commit().await.unwrap();
    media
}

async fn a_post(db: &TestDb, author: AccountId) -> Post {
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let input = PostInput { kind: "post".into(), body: "Hello.".into(), ..PostInput::default() };
    let (post, _) = PostDraft::from_raw(input).unwrap().begin(tx.new_id().unwrap(), author, tx.now());
    tx.posts().insert(&post).await.unwrap();
    tx.commit().await.unwrap();
    post
}

#[tokio::test]
async fn a_file_is_read_as_it_was_written_and_by_nobody_elses_tenant() {
    let db = TestDb::new().await;
    let owner = db.one.person("tariro").await.id;
    let (pending, ready) = (declared(&db, owner).await, ready(&db, owner).await);
    assert_eq!((pending.state, ready.state), (MediaState::Pending, MediaState::Ready));
    for media in [&pending, &ready] {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        assert_eq!(tx.media().get(media.id).await.unwrap().as_ref(), Some(media));
        let mut tx = db.store.read(&db.two.scope).await.unwrap();
        assert_eq!(tx.media().get(media.id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn of_two_who_finalise_one_is_stale_and_content_must_be_claimed() {
    let db = TestDb::new().await;
    let owner = db.one.person("tariro").await.id;
    let media = declared(&db, owner).await;
    let finalise = async || {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let (ready, fact) = media.clone().finalise(FOUND, tx.now()).unwrap();
        tx.media().finalise(&ready).await?;
        tx.tell(fact).unwrap();
        tx.commit().await
    };
    let unclaimed = finalise().await.unwrap_err();
    assert!(matches!(unclaimed, StoreError::Missing { .. }), "{unclaimed:?}");
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    tx.media().claim_blob(FOUND.digest, FOUND.size).await.unwrap();
    tx.commit().await.unwrap();
    let (a, b) = tokio::join!(finalise(), finalise());
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
    assert!(a.err().or(b.err()).unwrap().is_stale());
}

#[tokio::test]
async fn pages_of_any_size_put_together_are_the_owners_files() {
    let db = TestDb::new().await;
    let (owner, other) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let mut expected = Vec::new();
    for n in 0..7 {
        db.clock.advance(TimeDelta::milliseconds(n % 2));
        expected.push(declared(&db, owner).await.id);
        declared(&db, other).await;
    }
    expected.sort_unstable_by(|a, b| b.cmp(a));
    for size in [1, 3, 7, 100] {
        let size = PageSize::new(size).unwrap();
        let (mut seen, mut request) = (Vec::new(), PageRequest::first(size));
        loop {
            let mut tx = db.store.read(&db.one.scope).await.unwrap();
            let page = tx.media().list_of_owner(owner, &request).await.unwrap();
            seen.extend(page.items.into_iter().map(|media| media.id));
            let Some(next) = page.next else { break };
            request = PageRequest::after(size, next);
        }
        assert_eq!(seen, expected, "{}", size.get());
    }
}

#[tokio::test]
async fn what_hangs_on_a_post_is_ready_its_authors_and_in_order() {
    let db = TestDb::new().await;
    let (author, other) = (db.one.person("tariro").await.id, db.one.person("rudo").await.id);
    let (post, elsewhere) = (a_post(&db, author).await, a_post(&db, author).await);
    let (pending, foreign) = (declared(&db, author).await.id, ready(&db, other).await.id);
    let nobodys = MediaId::at(db.store.now(), [9; 10]);
    let mut own = Vec::new();
    for _ in 0..6 {
        own.push(ready(&db, author).await.id);
    }
    let set = async |post: &Post, media: &[MediaId]| {
        let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
        let unfit = tx.media().set_attachments(post.id, author, media).await?;
        tx.commit().await.map(|()| unfit)
    };
    let attached = async |post: &Post| {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let found = tx.media().attachments_of(&[post.id, elsewhere.id]).await.unwrap();
        let of_post = found.into_iter().filter(|(id, _)| *id == post.id);
        of_post.map(|(_, media)| media.id).collect::<Vec<_>>()
    };
    assert_eq!(set(&post, &[own[2], own[0]]).await.unwrap(), []);
    assert_eq!(attached(&post).await, [own[2], own[0]]);
    for unfit in [pending, foreign, nobodys] {
        assert_eq!(set(&post, &[own[1], unfit]).await.unwrap(), [unfit]);
    }
    assert_eq!(attached(&post).await, [own[2], own[0]], "nothing is changed when one is unfit");
    let twice = set(&post, &[own[1], own[1]]).await.unwrap_err();
    assert!(matches!(twice, StoreError::Conflict { entity: "post", field: "attachments" }), "{twice:?}");
    assert!(set(&post, &own).await.is_err(), "six are too many");
    assert_eq!(set(&elsewhere, &own[..5]).await.unwrap(), []);

    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.media().posts_with(own[2]).await.unwrap(), [elsewhere.id, post.id]);
    assert!(tx.media().posts_with(own[5]).await.unwrap().is_empty());
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert!(tx.media().attachments_of(&[post.id]).await.unwrap().is_empty());
    assert!(tx.media().posts_with(own[2]).await.unwrap().is_empty());

    let delete = async |id| {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let gone = tx.media().delete(id).await?;
        tx.commit().await.map(|()| gone)
    };
    let kept = delete(own[0]).await.unwrap_err();
    assert!(matches!(kept, StoreError::Missing { .. }), "{kept:?}");
    assert!(delete(own[5]).await.unwrap());
    assert!(!delete(own[5]).await.unwrap());
    assert_eq!(set(&post, &[]).await.unwrap(), []);
    assert_eq!(attached(&post).await, []);
}

/// What core accepts the database accepts, and what core refuses the database refuses.
#[tokio::test]
async fn the_database_accepts_what_core_accepts() {
    let db = TestDb::new().await;
    let owner = db.one.person("tariro").await.id;
    let mut conn = db.superuser().await;
    let mut runner = TestRunner::deterministic();
    let mut refused = 0;
    for _ in 0..150 {
        let good = smilefactory_core::testing::media_input().new_tree(&mut runner).unwrap().current();
        insert_raw(&db, &mut conn, owner, &good).await.unwrap_or_else(|error| panic!("{good:?}: {error}"));
        for spoiled in smilefactory_core::testing::spoiled_media(&good) {
            if insert_raw(&db, &mut conn, owner, &spoiled.input).await.is_ok() {
                panic!("the database accepts {} at {}: {:?}", spoiled.code, spoiled.pointer, spoiled.input);
            }
            refused += 1;
        }
    }
    assert!(refused >= 500, "only {refused} were refused");
}

async fn insert_raw(
    db: &TestDb,
    conn: &mut sqlx::PgConnection,
    owner: AccountId,
    input: &MediaInput,
) -> Result<(), sqlx::Error> {
    let id: MediaId = db.store.new_id().unwrap();
    sqlx::query(
        "insert into content.media (tenant_id, id, owner_id, file_name, media_type, size, state, created_at)
         values ($1, $2, $3, $4, $5, $6, 'pending', now())",
    )
    .bind(db.one.tenant.id.uuid())
    .bind(id.uuid())
    .bind(owner.uuid())
    .bind(&input.file_name)
    .bind(&input.media_type)
    .bind(i32::try_from(input.size).unwrap())
    .execute(conn)
    .await
    .map(|_| ())
}

/// What an earlier version of a post names stays until that version is redacted or the post is gone.
#[tokio::test]
async fn an_earlier_version_keeps_the_files_it_names() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let mut post = a_post(&db, author).await;
    let files = [ready(&db, author).await, ready(&db, author).await];
    for file in &files {
        let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
        let mut draft = post.draft.clone();
        draft.attachments = vec![file.id].try_into().unwrap();
        let (edited, _) = post.edit(draft, tx.now()).unwrap();
        post = tx.posts().update(&edited).await.unwrap();
        assert!(tx.media().set_attachments(post.id, author, &[file.id]).await.unwrap().is_empty());
        tx.commit().await.unwrap();
    }
    let delete = async |file: &Media| {
        let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
        let gone = tx.media().delete(file.id).await?;
        tx.commit().await?;
        Ok::<_, StoreError>(gone)
    };
    assert!(
        matches!(delete(&files[0]).await, Err(StoreError::Missing { .. })),
        "an earlier version names it"
    );
    assert!(matches!(delete(&files[1]).await, Err(StoreError::Missing { .. })), "it hangs there");
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    assert_eq!(tx.media().posts_with_version(files[0].id).await.unwrap(), [post.id]);
    assert_eq!(tx.media().posts_with_version(files[1].id).await.unwrap(), []);

    // The version is brought back whole.
    let versions = tx.versions().list(post.id, &PageRequest::default()).await.unwrap();
    let earlier = versions
        .items
        .iter()
        .find(|version| version.draft.as_ref().is_some_and(|draft| draft.attachments.contains(&files[0].id)));
    let earlier = earlier.unwrap().clone();
    let (restored, _) = post.clone().edit(earlier.draft.clone().unwrap(), tx.now()).unwrap();
    let restored = tx.posts().update(&restored).await.unwrap();
    assert!(
        tx.media().set_attachments(post.id, author, &restored.draft.attachments).await.unwrap().is_empty()
    );
    let hangs = tx.media().attachments_of(&[post.id]).await.unwrap();
    assert_eq!(hangs.iter().map(|(_, file)| file.id).collect::<Vec<_>>(), [files[0].id]);
    drop(tx);

    // Redacted, it names nothing any more.
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let (redacted, fact) =
        earlier.redact(post.id, author, "It shows a face.".parse().unwrap(), tx.now()).unwrap();
    tx.versions().redact(&redacted, &fact).await.unwrap();
    tx.commit().await.unwrap();
    assert!(delete(&files[0]).await.unwrap());
}

#[tokio::test]
async fn a_file_that_hangs_on_nothing_for_long_is_told_from_one_that_does() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = a_post(&db, author).await;
    let (hanging, let_go, unused) =
        (ready(&db, author).await, ready(&db, author).await, ready(&db, author).await);
    declared(&db, author).await;
    let set = async |files: &[MediaId]| {
        let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
        tx.media().set_attachments(post.id, author, files).await.unwrap();
        let mut saved = tx.posts().get(post.id).await.unwrap().unwrap();
        saved.draft.attachments = files.to_vec().try_into().unwrap();
        // Past the trigger that keeps versions, which would keep what they name.
        tx.posts().update(&saved).await.unwrap();
        tx.commit().await.unwrap();
        let forget = "delete from content.post_version_attachments";
        sqlx::raw_sql(forget).execute(&mut db.superuser().await).await.unwrap();
    };
    set(&[hanging.id, let_go.id]).await;
    db.clock.advance(TimeDelta::days(20));
    set(&[hanging.id]).await;
    db.clock.advance(TimeDelta::days(20));
    let unused_since = async |days: i64| {
        let tx = db.store.read(&db.one.scope).await.unwrap();
        let before = tx.now() - TimeDelta::days(days);
        drop(tx);
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let found = tx.media().unused(before, None).await.unwrap();
        found.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
    };
    assert_eq!(unused_since(30).await, [unused.id], "let go twenty days ago");
    assert_eq!(unused_since(10).await, [unused.id, let_go.id]);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let before = tx.now() - TimeDelta::days(30);
    assert!(!tx.media().delete_unused(let_go.id, before).await.unwrap());
    assert!(tx.media().delete_unused(unused.id, before).await.unwrap());
}

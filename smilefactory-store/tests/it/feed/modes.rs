//! What the modes have.

use chrono::TimeDelta;
use smilefactory_core::community::{GroupDraft, GroupInput};
use smilefactory_core::content::{PostDraft, PostInput, PostKind, PublishingRights};
use smilefactory_core::feed::{FeedMode, FeedReasonKind};
use smilefactory_core::id::{AccountId, GroupId, PostId};
use smilefactory_core::validation::Field;
use smilefactory_store::community;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::feed::FeedFilter;
use smilefactory_store::social;
use smilefactory_store::testing::TestDb;

use super::{fold, ids, read, reasons};
use crate::social::{by, connect, someone};

/// A private group of these people, the first of whom made it.
async fn gathered<const N: usize>(db: &TestDb, people: [AccountId; N]) -> GroupId {
    let founder = people[0];
    let input = GroupInput {
        name: "Pumps".into(),
        slug: "pumps".into(),
        visibility: Some("private".into()),
        ..GroupInput::default()
    };
    let mut tx = db.store.write(&db.one.scope_of(founder)).await.unwrap();
    let group = community::found(&mut tx, GroupDraft::from_raw(input).unwrap(), founder).await.unwrap();
    tx.commit().await.unwrap();
    for who in &people[1..] {
        let mut tx = db.store.write(&db.one.scope_of(founder)).await.unwrap();
        community::invite(&mut tx, group.id, founder, *who).await.unwrap();
        community::accept(&mut tx, group.id, *who).await.unwrap();
        tx.commit().await.unwrap();
    }
    group.id
}

async fn post_in(db: &TestDb, group: GroupId, author: AccountId) -> PostId {
    let input = PostInput {
        kind: "post".into(),
        body: "It rains.".into(),
        tags: vec!["rain".into()],
        ..PostInput::default()
    };
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let post = community::post(&mut tx, group, author, PostDraft::from_raw(input).unwrap()).await.unwrap();
    let rights = PublishingRights { author: true, ..PublishingRights::default() };
    let (post, moved) = post.publish(rights, tx.now()).unwrap();
    tx.posts().take_step(&post, &moved).await.unwrap();
    tx.commit().await.unwrap();
    post.id
}

async fn follow_tag(db: &TestDb, who: AccountId, name: &str) {
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    let tag = tx.tags().find_by_name(name).await.unwrap().unwrap();
    tx.tags().follow(who, tag.id).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn each_post_is_there_once_with_all_it_comes_from() {
    use FeedReasonKind as K;
    let db = TestDb::new().await;
    let (me, known) = (someone(&db, "me").await, someone(&db, "known").await);
    let (tagged, muted, other) =
        (someone(&db, "tagged").await, someone(&db, "muted").await, someone(&db, "other").await);
    let group = gathered(&db, [known, me]).await;
    connect(&db, me, known).await;
    by(&db, me, async |tx| social::follow(tx, me, known).await).await.unwrap();
    by(&db, me, async |tx| social::follow(tx, me, muted).await).await.unwrap();
    by(&db, me, async |tx| social::mute(tx, me, muted).await).await.unwrap();
    let rain = |post: &mut PostInput| post.tags = vec!["Rain".into()];
    let mut written = Vec::new();
    for author in [known, tagged, muted, other, me] {
        db.clock.advance(TimeDelta::minutes(1));
        let post = db.one.post(author);
        let post = if author == other { post } else { post.with(rain) };
        written.push(post.published().await.id);
    }
    let [of_known, of_tagged, of_muted, of_other, own] = written.try_into().unwrap();
    follow_tag(&db, me, "rain").await;
    db.clock.advance(TimeDelta::minutes(1));
    let in_group = post_in(&db, group, known).await;

    let following = read(&db, me, FeedMode::Following, &FeedFilter::new(), 2).await;
    let all = [K::FollowedTag, K::Connection, K::FollowedAuthor];
    let grouped = vec![K::FollowedTag, K::Connection, K::FollowedAuthor, K::Group];
    assert_eq!(
        reasons(&following),
        [(in_group, grouped), (of_tagged, vec![K::FollowedTag]), (of_known, all.to_vec())]
    );
    assert_eq!(following[1].reasons[0].labels, ["Rain"]);
    assert_eq!(ids(&db, me, FeedMode::Following).await, [in_group, of_tagged, of_known]);
    assert_eq!(ids(&db, me, FeedMode::Recent).await, [in_group, own, of_other, of_tagged, of_known]);
    assert_eq!(ids(&db, me, FeedMode::Trending).await, [in_group, own, of_other, of_tagged, of_known]);
    let ranked = ids(&db, me, FeedMode::Ranked).await;
    assert_eq!(ranked.len(), 4);
    assert!(!ranked.contains(&own) && !ranked.contains(&of_muted));
    // Who is not in the group sees nothing of it, and who was muted is shown to others.
    let theirs = [own, of_other, of_muted, of_tagged, of_known];
    assert_eq!(ids(&db, other, FeedMode::Recent).await, theirs);
    assert_eq!(ids(&db, other, FeedMode::Trending).await, theirs);
    assert!(ids(&db, other, FeedMode::Following).await.is_empty());

    // It is gone with what it came from.
    by(&db, me, async |tx| social::unfollow(tx, me, known).await).await.unwrap();
    let mut tx = db.store.write(&db.one.scope_of(me)).await.unwrap();
    community::leave(&mut tx, group, me).await.unwrap();
    tx.commit().await.unwrap();
    let following = read(&db, me, FeedMode::Following, &FeedFilter::new(), 1).await;
    assert_eq!(
        reasons(&following),
        [(of_tagged, vec![K::FollowedTag]), (of_known, vec![K::FollowedTag, K::Connection])]
    );
    assert_eq!(ids(&db, me, FeedMode::Recent).await, [own, of_other, of_tagged, of_known]);
    by(&db, tagged, async |tx| social::block(tx, tagged, me).await).await.unwrap();
    assert_eq!(ids(&db, me, FeedMode::Following).await, [of_known]);
    assert_eq!(ids(&db, me, FeedMode::Trending).await, [own, of_other, of_known]);
    // Another community has its own.
    let foreign = db.two.person("foreign").await.id;
    let mut tx = db.store.read(&db.two.scope_of(foreign)).await.unwrap();
    for mode in FeedMode::ALL {
        let page = tx.feed().list(foreign, *mode, &FeedFilter::new(), &Default::default()).await.unwrap();
        assert!(page.items.is_empty());
    }
}

#[tokio::test]
async fn kinds_and_tags_narrow_down_every_mode() {
    let db = TestDb::new().await;
    let (me, author) = (someone(&db, "me").await, someone(&db, "author").await);
    by(&db, me, async |tx| social::follow(tx, me, author).await).await.unwrap();
    let group = gathered(&db, [author, me]).await;
    let in_group = post_in(&db, group, author).await;
    let mut written = Vec::new();
    for (kind, tag) in [("question", "rain"), ("post", "rain"), ("question", "sun")] {
        db.clock.advance(TimeDelta::minutes(1));
        let fill = |post: &mut PostInput| {
            post.kind = kind.into();
            post.title = Some("Well?".into());
            post.tags = vec![tag.into()];
        };
        written.push(db.one.post(author).with(fill).published().await.id);
    }
    for mode in FeedMode::ALL {
        let of = async |filter: FeedFilter| -> Vec<PostId> {
            let items = read(&db, me, *mode, &filter, 1).await;
            let mut ids: Vec<_> = items.iter().map(|item| item.listed.post.id).collect();
            ids.sort_by_key(|id| written.iter().position(|known| known == id));
            ids
        };
        let questions = FeedFilter::new().of_kind(PostKind::Question);
        assert_eq!(of(questions.clone()).await, [written[0], written[2]], "{mode}");
        assert_eq!(of(FeedFilter::new().tagged("RAIN")).await, [in_group, written[0], written[1]], "{mode}");
        assert_eq!(of(questions.tagged("rain")).await, [written[0]], "{mode}");
        assert!(of(FeedFilter::new().tagged("nothing")).await.is_empty());
    }
    let mut tx = db.store.read(&db.one.scope_of(me)).await.unwrap();
    let facets = tx.feed().count_facets(me, &FeedFilter::new().tagged("rain")).await.unwrap();
    let kinds: Vec<_> = facets.kinds.iter().map(|kind| (kind.value.as_str(), kind.posts)).collect();
    assert_eq!((facets.counted, facets.more, kinds), (3, false, vec![("post", 2), ("question", 1)]));
    assert_eq!(facets.tags.first().map(|tag| (tag.value.as_str(), tag.posts)), Some(("rain", 3)));
    let nothing = tx.feed().count_facets(me, &FeedFilter::new().tagged("nothing")).await.unwrap();
    assert_eq!(nothing.counted, 0);
    drop(tx);
    // Common tags are read from the other end.
    sqlx::query("update content.label_counts set posts = 5000")
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    while tx.labels().fold(100).await.unwrap() > 0 {}
    tx.commit().await.unwrap();
    sqlx::query("update content.label_counts set posts = 5000")
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    let rain = read(&db, me, FeedMode::Trending, &FeedFilter::new().tagged("rain"), 1).await;
    assert_eq!(rain.len(), 3);
}

#[tokio::test]
async fn nothing_is_there_before_its_time_or_after_it_was_taken_off() {
    let db = TestDb::new().await;
    let (me, author) = (someone(&db, "me").await, someone(&db, "author").await);
    by(&db, me, async |tx| social::follow(tx, me, author).await).await.unwrap();
    let gone = db.one.post(author).published().await;
    let stays = db.one.post(author).published().await.id;
    let future = db.one.post(author).published().await.id;
    sqlx::query("update content.posts set published_at = published_at + interval '1 hour' where id = $1")
        .bind(uuid::Uuid::from(future))
        .execute(&mut super::as_tenant(&db).await)
        .await
        .unwrap();
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let rights = PublishingRights { author: true, ..PublishingRights::default() };
    let (archived, moved) = gone.archive(rights, tx.now()).unwrap();
    tx.posts().take_step(&archived, &moved).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fold(&db).await, 0);
    for mode in [FeedMode::Recent, FeedMode::Following, FeedMode::Ranked] {
        assert_eq!(ids(&db, me, mode).await, [stays], "{mode}");
    }
    db.clock.advance(TimeDelta::hours(2));
    for mode in [FeedMode::Recent, FeedMode::Following] {
        assert_eq!(ids(&db, me, mode).await, [future, stays], "{mode}");
    }
}

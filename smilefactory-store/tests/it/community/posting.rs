//! What is posted in groups, and for whom it is.

use smilefactory_core::community::{Group, GroupInput, GroupRefused, GroupRole, GroupVisibility};
use smilefactory_core::content::{Post, PostDraft, PostInput, PostKind, PostSearch, PublishingRights};
use smilefactory_core::id::{AccountId, PostId};
use smilefactory_core::messaging::notification::Raise;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;
use smilefactory_store::community::{self, GroupError};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::PostFilter;
use smilefactory_store::search::{PostgresSearch, SearchIndex};
use smilefactory_store::testing::TestDb;

use super::{belongs, doing, enter, found, group, input, not_there, people};

fn draft(kind: &str) -> PostDraft {
    let input = PostInput {
        kind: kind.into(),
        title: Some("Pumps".into()),
        body: "It rains on the pumps.".into(),
        tags: vec!["rain".into()],
        ..PostInput::default()
    };
    PostDraft::from_raw(input).unwrap()
}

async fn drafted(db: &TestDb, group: &Group, by: AccountId, kind: &str) -> Result<Post, GroupError> {
    doing!(db, by, |tx| community::post(&mut tx, group.id, by, draft(kind)))
}

async fn posted(db: &TestDb, group: &Group, by: AccountId, kind: &str) -> Post {
    let post = drafted(db, group, by, kind).await.unwrap();
    let mut tx = db.store.write(&db.one.scope_of(by)).await.unwrap();
    community::require_posting(&mut tx, &post).await.unwrap();
    let rights = PublishingRights { author: true, ..PublishingRights::default() };
    let (post, moved) = post.publish(rights, tx.now()).unwrap();
    let post = tx.posts().take_step(&post, &moved).await.unwrap();
    tx.commit().await.unwrap();
    post
}

/// In how many lists, searches and counts that are for everybody somebody finds something.
async fn found_by(db: &TestDb, who: AccountId, author: AccountId) -> [usize; 5] {
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    while tx.labels().fold(100).await.unwrap() > 0 {}
    while tx.engagement().fold(100).await.unwrap() > 0 {}
    tx.commit().await.unwrap();
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let all = PageRequest::first(PageSize::MAX);
    let listed = tx.posts().list(&PostFilter::new(), &all).await.unwrap().items.len();
    let tagged = tx.posts().list(&PostFilter::new().tagged("rain"), &all).await.unwrap().items.len();
    let theirs = tx.posts().list(&PostFilter::new().by(author), &all).await.unwrap().items.len();
    let search = PostSearch::new("pumps".parse().unwrap());
    let found = PostgresSearch.posts(&mut tx, &search, &PageRequest::default()).await.unwrap().items.len();
    let counted = tx.engagement().author_stats(author).await.unwrap().posts;
    [listed, tagged, theirs, found, counted.try_into().unwrap()]
}

async fn in_group(db: &TestDb, group: &Group, who: AccountId, kind: Option<PostKind>) -> Vec<PostId> {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let (mut all, mut request) = (Vec::new(), PageRequest::first(PageSize::new(1).unwrap()));
    loop {
        let page = tx.posts().list_of_group(group.id, kind, &request).await.unwrap();
        all.extend(page.items.into_iter().map(|post| post.id));
        let Some(key) = page.next else { break };
        request = PageRequest::after(request.size, key);
    }
    all
}

async fn sees(db: &TestDb, post: PostId, who: AccountId) -> bool {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let post = tx.posts().get(post).await.unwrap().unwrap();
    community::is_in_audience(&mut tx, &post, who).await.unwrap()
}

#[tokio::test]
async fn what_is_posted_in_a_private_group_is_for_its_members_and_nowhere_else() {
    let db = TestDb::new().await;
    let [a, b, stranger] = people(&db).await;
    let made = group(&db, a, "Pumps", "private", "invite").await;
    belongs(&db, &made, b, GroupRole::Member).await;
    let post = posted(&db, &made, b, "discussion").await;
    db.clock.advance(chrono::TimeDelta::minutes(1));
    let other = posted(&db, &made, a, "post").await;
    assert_eq!(in_group(&db, &made, a, None).await, [other.id, post.id]);
    assert_eq!(in_group(&db, &made, a, Some(PostKind::Discussion)).await, [post.id]);
    for who in [a, b, stranger] {
        assert_eq!(found_by(&db, who, b).await, [0; 5]);
    }
    assert!(
        sees(&db, post.id, a).await && sees(&db, post.id, b).await && !sees(&db, post.id, stranger).await
    );
    // Whoever is told of it and does not belong to the group (any more) is told nothing.
    let raise = Raise::mentioned_in_post(post.id, a);
    crate::notification::tell(&db, &raise, &[b, stranger]).await;
    let raise = Raise::mentioned_in_post(other.id, a);
    crate::notification::tell(&db, &raise, &[b]).await;
    assert_eq!(crate::notification::told(&db, b).await.len(), 2);
    assert!(crate::notification::told(&db, stranger).await.is_empty());
    doing!(db, a, |tx| community::remove(&mut tx, made.id, a, b)).unwrap();
    assert!(sees(&db, post.id, b).await, "one's own stays one's own");
    assert!(!sees(&db, other.id, b).await);
    assert_eq!(crate::notification::told(&db, b).await.len(), 1);

    // Who opens the group opens what is in it, and closes it again.
    for (visibility, expected) in
        [(GroupVisibility::Public, [2, 2, 1, 2, 1]), (GroupVisibility::Hidden, [0; 5])]
    {
        let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
        let now = tx.groups().get(made.id).await.unwrap().unwrap();
        let mut draft = now.draft.clone();
        draft.visibility = visibility;
        community::change(&mut tx, made.id, a, draft, now.version).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(found_by(&db, stranger, b).await, expected, "{visibility}");
        assert_eq!(sees(&db, post.id, stranger).await, visibility == GroupVisibility::Public);
    }
}

#[tokio::test]
async fn a_public_group_lets_everybody_read_and_its_moderators_take_off() {
    let db = TestDb::new().await;
    let [owner, moderator, member, stranger] = people(&db).await;
    let made = found(&db, owner, input("Pumps")).await;
    belongs(&db, &made, moderator, GroupRole::Moderator).await;
    enter(&db, made.id, member).await.unwrap();
    let post = posted(&db, &made, member, "post").await;
    let theirs = posted(&db, &made, owner, "post").await;
    assert_eq!(found_by(&db, stranger, member).await, [2, 2, 1, 2, 1]);
    let off = |by, post: PostId| {
        let db = &db;
        async move { doing!(db, by, |tx| community::take_off(&mut tx, made.id, post, by)) }
    };
    assert!(matches!(off(member, theirs.id).await, Err(GroupError::Refused(GroupRefused::Permission(_)))));
    assert!(matches!(off(moderator, theirs.id).await, Err(GroupError::Refused(GroupRefused::Seniority))));
    off(moderator, post.id).await.unwrap();
    assert!(matches!(off(moderator, post.id).await, Err(GroupError::Refused(GroupRefused::State(_)))));
    assert_eq!(found_by(&db, stranger, member).await, [1, 1, 0, 1, 0]);
    assert_eq!(in_group(&db, &made, stranger, None).await, [theirs.id]);
    assert!(sees(&db, post.id, member).await && !sees(&db, post.id, owner).await);
    let elsewhere = found(&db, owner, input("Wells")).await;
    let of_another = doing!(db, owner, |tx| community::take_off(&mut tx, elsewhere.id, theirs.id, owner));
    assert!(not_there(&of_another.unwrap_err(), "post"));
}

#[tokio::test]
async fn only_whom_the_group_lets_posts_in_it_and_publishes_there() {
    let db = TestDb::new().await;
    let [owner, moderator, member, stranger] = people(&db).await;
    let of = GroupInput { posting: Some("moderators".into()), ..input("News") };
    let made = found(&db, owner, of).await;
    belongs(&db, &made, moderator, GroupRole::Moderator).await;
    enter(&db, made.id, member).await.unwrap();
    for who in [member, stranger] {
        let refused = drafted(&db, &made, who, "post").await.unwrap_err();
        assert!(matches!(refused, GroupError::Refused(GroupRefused::Posting)), "{refused:?}");
    }
    let hidden = group(&db, owner, "Hidden", "hidden", "invite").await;
    assert!(not_there(&drafted(&db, &hidden, stranger, "post").await.unwrap_err(), "group"));
    // Who is taken out does not publish what they had begun.
    let begun = drafted(&db, &made, moderator, "post").await.unwrap();
    doing!(db, owner, |tx| community::remove(&mut tx, made.id, owner, moderator)).unwrap();
    let late = doing!(db, moderator, |tx| community::require_posting(&mut tx, &begun)).unwrap_err();
    assert!(matches!(late, GroupError::Refused(GroupRefused::Posting)), "{late:?}");
    let away = doing!(db, owner, |tx| community::archive(&mut tx, made.id, owner, made.version)).unwrap();
    let refused = drafted(&db, &away, owner, "post").await.unwrap_err();
    assert!(matches!(refused, GroupError::Refused(GroupRefused::State(_))), "{refused:?}");
}

#[tokio::test]
async fn what_happens_in_a_group_makes_it_trend_once_it_is_added() {
    use smilefactory_core::community::GroupSort;
    use smilefactory_core::content::CommentDraft;
    use smilefactory_store::maintenance;
    use smilefactory_store::repo::community::GroupFilter;

    let db = TestDb::new().await;
    let [owner] = people(&db).await;
    let (quiet, busy) = (found(&db, owner, input("Quiet")).await, found(&db, owner, input("Busy")).await);
    db.clock.advance(chrono::TimeDelta::hours(1));
    let post = posted(&db, &quiet, owner, "post").await;
    let first = posted(&db, &busy, owner, "post").await;
    for _ in 0..5 {
        db.clock.advance(chrono::TimeDelta::minutes(1));
        let mut tx = db.store.write(&db.one.scope_of(owner)).await.unwrap();
        let draft = CommentDraft { body: "So it does.".parse().unwrap(), parent: None };
        let (comment, _) = draft.write(tx.new_id().unwrap(), &first, None, owner, tx.now()).unwrap();
        tx.comments().insert(&comment).await.unwrap();
        tx.commit().await.unwrap();
    }
    let order = |sort| {
        let db = &db;
        async move {
            let mut tx = db.store.read(&db.one.scope_of(owner)).await.unwrap();
            let filter = GroupFilter::new().sorted(sort);
            let page = tx.groups().list(owner, &filter, &PageRequest::default()).await.unwrap();
            page.items.into_iter().map(|view| (view.group.id, view.group.active_at)).collect::<Vec<_>>()
        }
    };
    let before = order(GroupSort::Trending).await;
    // Counted once, whoever adds at the same time.
    let (one, other) = tokio::join!(maintenance::fold_counts(&db.store), maintenance::fold_counts(&db.store));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert!(one + other > 0);
    assert_eq!(maintenance::fold_counts(&db.store).await.unwrap(), 0);
    let after = order(GroupSort::Trending).await;
    assert_eq!(after.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [busy.id, quiet.id], "{before:?}");
    assert_eq!(after[1].1, post.published_at.unwrap());
    assert!(after[0].1 > first.published_at.unwrap());
    assert_eq!(order(GroupSort::Activity).await[0].0, busy.id);
    // The sum is that of all that happened, each decayed to the same instant.
    let key: f64 = sqlx::query_scalar("select trend_key from community.group_stats where group_id = $1")
        .bind(uuid::Uuid::from(busy.id))
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    let rate = std::f64::consts::LN_2 / 7.0 / 86_400.0;
    let at = |time: chrono::DateTime<chrono::Utc>| (time - chrono::DateTime::UNIX_EPOCH).as_seconds_f64();
    let start = first.published_at.unwrap();
    let happened = [(1.0, busy.created_at), (1.0, busy.created_at), (3.0, start)];
    let comments = (1..=5).map(|n| (1.0, start + chrono::TimeDelta::minutes(n)));
    let sum: f64 = happened
        .into_iter()
        .chain(comments)
        .map(|(weight, time)| weight * ((at(time) - at(start)) * rate).exp())
        .sum();
    assert!((key - (sum.ln() + at(start) * rate)).abs() < 1e-6, "{key} {}", sum.ln() + at(start) * rate);
}

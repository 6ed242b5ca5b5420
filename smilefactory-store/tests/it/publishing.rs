//! The publishing workflow in the database: every step is told, what is scheduled is published once, reviewers are asked.

use chrono::TimeDelta;
use smilefactory_core::content::{Post, PostState, PostStep, PublishingRights, Standing, StepBy};
use smilefactory_core::id::AccountId;
use smilefactory_core::identity::Role;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::maintenance::publish_due;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use uuid::Uuid;

use crate::post::{AUTHOR, draft, input, publish};

const STAFF: PublishingRights =
    PublishingRights { author: false, staff: true, review_needed: false, system: false };

async fn submit(db: &TestDb, post: Post) -> Post {
    let mut tx = db.store.write(&db.one.scope_of(post.author)).await.unwrap();
    let (post, moved) = post.submit(AUTHOR, tx.now()).unwrap();
    let post = tx.posts().take_step(&post, &moved).await.unwrap();
    tx.commit().await.unwrap();
    post
}

async fn schedule(db: &TestDb, author: AccountId, hours: i64) -> Post {
    let post = draft(db, author, input("post", &[])).await;
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let at = tx.now() + TimeDelta::hours(hours);
    let (post, moved) = post.schedule(at, AUTHOR, tx.now()).unwrap();
    let post = tx.posts().take_step(&post, &moved).await.unwrap();
    tx.commit().await.unwrap();
    post
}

#[tokio::test]
async fn every_step_is_told_with_who_when_and_why() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let reviewer = db.one.staff("memory", Role::Moderator).await.id;
    let post = draft(&db, author, input("article", &[])).await;
    let post = submit(&db, post).await;
    let mut tx = db.store.write(&db.one.scope_of(reviewer)).await.unwrap();
    let reason = "Say where.".parse().unwrap();
    let (post, moved) = post.request_changes(&reason, STAFF, tx.now()).unwrap();
    let post = tx.posts().take_step(&post, &moved).await.unwrap();
    tx.commit().await.unwrap();
    let post = publish(&db, post).await;

    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let two = PageSize::new(2).unwrap();
    let first = tx.posts().list_steps(post.id, &PageRequest::first(two)).await.unwrap();
    let last = tx.posts().list_steps(post.id, &PageRequest::after(two, first.next.unwrap())).await.unwrap();
    let told: Vec<_> =
        first.items.iter().chain(&last.items).map(|step| (step.step, step.by, step.account)).collect();
    assert_eq!(
        told,
        [
            (PostStep::Publish, StepBy::Author, Some(author)),
            (PostStep::RequestChanges, StepBy::Staff, Some(reviewer)),
            (PostStep::Submit, StepBy::Author, Some(author)),
        ]
    );
    assert_eq!(first.items[1].reason.as_ref(), Some(&reason));
    assert!(last.next.is_none());
}

#[tokio::test]
async fn a_step_that_nobody_is_said_to_have_taken_does_not_last() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = draft(&db, author, input("post", &[])).await;
    let mut conn = db.superuser().await;
    let moved =
        "update content.posts set state = 'published', published_at = now(), version = 2 where id = $1";
    let error = sqlx::query(moved).bind(Uuid::from(post.id)).execute(&mut conn).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().constraint(), Some("posts_step_told"));
    // Nor does a step whose taker or reason the workflow does not have.
    for (taker, account, step, to, reason) in [
        ("system", None, "publish", "published", None),
        ("author", Some(author), "approve", "approved", None),
        ("staff", Some(author), "submit", "in_review", None),
    ] {
        let error = sqlx::query(
            "insert into content.post_moves (tenant_id, post_id, version, step, from_state, to_state, taker, account_id, at, reason)
             values ($1, $2, 2, $3, 'draft', $4, $5, $6, now(), $7)",
        )
        .bind(Uuid::from(db.one.tenant.id))
        .bind(Uuid::from(post.id))
        .bind(step)
        .bind(to)
        .bind(taker)
        .bind(account.map(Uuid::from))
        .bind(reason.map(|reason: &str| reason.to_owned()))
        .execute(&mut conn)
        .await
        .unwrap_err();
        assert_eq!(
            error.as_database_error().unwrap().constraint(),
            Some("post_moves_step"),
            "{taker} {step}"
        );
    }
}

#[tokio::test]
async fn what_is_scheduled_is_published_when_it_is_time_and_once() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let mut soon = Vec::new();
    for _ in 0..12 {
        soon.push(schedule(&db, author, 1).await);
    }
    let later = schedule(&db, author, 3).await;
    assert_eq!(publish_due(&db.store).await.unwrap(), 0);
    db.clock.advance(TimeDelta::hours(1));

    // Four processes at once, one of which is stopped in the middle of it.
    let (one, two) = (&db.store, db.another_store().await);
    let stopped = tokio::time::timeout(std::time::Duration::from_millis(15), publish_due(one));
    let (a, b, c, _) = tokio::join!(publish_due(one), publish_due(&two), publish_due(&two), stopped);
    let rest = publish_due(one).await.unwrap();
    assert!(a.unwrap() + b.unwrap() + c.unwrap() + rest <= 12);

    let mut conn = db.superuser().await;
    let (posts, moves, facts): (i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from content.posts where state = 'published'),
           (select count(*) from content.post_moves where step = 'publish' and taker = 'system'),
           (select count(*) from platform.outbox where name = 'content.post.moved' and body ->> 'to' = 'published')",
    )
    .fetch_one(&mut conn)
    .await
    .unwrap();
    assert_eq!((posts, moves, facts), (12, 12, 12));
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.posts().get(later.id).await.unwrap().unwrap().state, PostState::Scheduled);
    let first = tx.posts().get(soon[0].id).await.unwrap().unwrap();
    assert_eq!((first.published_at, first.scheduled_for), (Some(tx.now()), None));
}

#[tokio::test]
async fn reviewers_see_what_they_are_to_look_at_the_soonest_due_first() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let reviewer = db.one.staff("memory", Role::Moderator).await.id;
    let mut asked = Vec::new();
    for hours in [5, 2, 9] {
        let post = draft(&db, author, input("post", &[])).await;
        let post = submit(&db, post).await;
        let mut tx = db.store.write(&db.one.scope_of(reviewer)).await.unwrap();
        let due_at = tx.now() + TimeDelta::hours(hours);
        let (assignment, _) = post.ask_reviewer(reviewer, STAFF, reviewer, due_at, tx.now()).unwrap();
        tx.posts().ask_reviewer(post.id, &assignment).await.unwrap();
        tx.commit().await.unwrap();
        asked.push((hours, post));
    }
    asked.sort_by_key(|(hours, _)| *hours);
    let ids: Vec<_> = asked.iter().map(|(_, post)| post.id).collect();
    let (mut seen, mut request) = (Vec::new(), PageRequest::first(PageSize::new(1).unwrap()));
    loop {
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let page = tx.posts().list_to_review(reviewer, &request).await.unwrap();
        seen.extend(page.items.iter().map(|due| due.post.id));
        let Some(next) = page.next else { break };
        request = PageRequest::after(request.size, next);
    }
    assert_eq!(seen, ids);

    // Who is asked no more, and what is reviewed, is not in the list.
    let mut tx = db.store.write(&db.one.scope_of(reviewer)).await.unwrap();
    assert!(tx.posts().release_reviewer(ids[0], reviewer).await.unwrap());
    assert!(!tx.posts().release_reviewer(ids[0], reviewer).await.unwrap());
    let (approved, moved) = asked[1].1.clone().approve(STAFF, tx.now()).unwrap();
    tx.posts().take_step(&approved, &moved).await.unwrap();
    let page = tx.posts().list_to_review(reviewer, &PageRequest::default()).await.unwrap();
    assert_eq!(page.items.iter().map(|due| due.post.id).collect::<Vec<_>>(), ids[2..]);
    assert_eq!(tx.posts().reviewers(ids[2]).await.unwrap()[0].reviewer, reviewer);
}

/// Whoever writes: a post begins as a draft, and is what its author and staff make of it.
#[tokio::test]
async fn nothing_enters_the_workflow_but_a_draft() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = draft(&db, author, input("post", &[])).await;
    for wrong in [
        Post { state: PostState::Published, published_at: Some(post.created_at), ..post.clone() },
        Post { state: PostState::InReview, ..post.clone() },
        Post { standing: Standing::Removed, ..post.clone() },
        Post { published_at: Some(post.created_at), ..post.clone() },
    ] {
        let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
        let wrong = Post { id: tx.new_id().unwrap(), ..wrong };
        let refused = tx.posts().insert(&wrong).await.unwrap_err();
        let StoreError::Invalid { constraint, .. } = refused else { panic!("{refused:?}") };
        assert_eq!(constraint, "posts_begun", "{wrong:?}");
    }
}

/// Who is said to have taken a step is who may: told by the rows of the database, whatever the program says.
#[tokio::test]
async fn nobody_takes_a_step_as_somebody_they_are_not() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let other = db.one.person("rudo").await.id;
    let reviewer = db.one.staff("memory", Role::Moderator).await.id;
    let admin = db.one.staff("admin", Role::Admin).await.id;
    let abroad = db.two.staff("abroad", Role::Admin).await.id;
    let take = async |post: &Post, who: AccountId, rights: PublishingRights, step: PostStep| {
        let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
        let reason = "Because.".parse().unwrap();
        let (moved, fact) = match step {
            PostStep::Submit => post.clone().submit(rights, tx.now()),
            PostStep::Approve => post.clone().approve(rights, tx.now()),
            PostStep::RequestChanges => post.clone().request_changes(&reason, rights, tx.now()),
            PostStep::Publish => post.clone().publish(rights, tx.now()),
            PostStep::Archive => post.clone().archive(rights, tx.now()),
            PostStep::Schedule => post.clone().schedule(tx.now() + TimeDelta::hours(1), rights, tx.now()),
        }
        .unwrap();
        tx.posts().take_step(&moved, &fact).await
    };
    let refused = |result: Result<Post, StoreError>, what: &str| match result {
        Err(StoreError::Invalid { constraint, .. }) => assert_eq!(constraint, "post_moves_step", "{what}"),
        other => panic!("{what}: {other:?}"),
    };
    let draft = draft(&db, author, input("post", &[])).await;
    refused(take(&draft, other, AUTHOR, PostStep::Publish).await, "another as the author");
    refused(take(&draft, other, STAFF, PostStep::Archive).await, "a member as staff");
    refused(take(&draft, abroad, STAFF, PostStep::Publish).await, "staff of another community");
    refused(take(&draft, author, STAFF, PostStep::Publish).await, "the author as staff");
    take(&draft, admin, STAFF, PostStep::Publish).await.unwrap();
    let sent = submit(&db, draft.clone()).await;
    refused(take(&sent, other, STAFF, PostStep::Approve).await, "a member as reviewer");
    take(&sent, reviewer, STAFF, PostStep::Approve).await.unwrap();

    // Nobody reviews what they wrote, whatever role they have.
    let own = crate::post::draft(&db, reviewer, input("post", &[])).await;
    let own = submit(&db, own).await;
    for step in [PostStep::Approve, PostStep::RequestChanges, PostStep::Archive] {
        refused(take(&own, reviewer, STAFF, step).await, "staff with their own");
    }
    take(&own, admin, STAFF, PostStep::RequestChanges).await.unwrap();

    // Where the community reviews posts, that is so for the database too.
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let mut tenant = tx.tenants().get(db.one.tenant.id).await.unwrap().unwrap();
    tenant.settings.posts_need_review = true;
    tx.tenants().update(&tenant).await.unwrap();
    tx.commit().await.unwrap();
    let draft = crate::post::draft(&db, author, input("post", &[])).await;
    for step in [PostStep::Publish, PostStep::Schedule] {
        refused(take(&draft, author, AUTHOR, step).await, "unreviewed");
        take(&draft, admin, STAFF, step).await.unwrap();
        // Staff may with their own, as core has it.
        let own = crate::post::draft(&db, admin, input("post", &[])).await;
        take(&own, admin, STAFF, step).await.unwrap();
    }
    let approved = take(&submit(&db, draft).await, reviewer, STAFF, PostStep::Approve).await.unwrap();
    assert_eq!(approved.state, PostState::Approved);
}

#[tokio::test]
async fn the_platform_publishes_nothing_before_its_time() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let post = schedule(&db, author, 1).await;
    let early = async |at: chrono::DateTime<chrono::Utc>| {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let system = PublishingRights { system: true, ..PublishingRights::default() };
        let (moved, fact) = post.clone().publish(system, at).unwrap();
        tx.posts().take_step(&moved, &fact).await.unwrap();
        tx.commit().await
    };
    let refused = early(db.store.now()).await.unwrap_err();
    let StoreError::Invalid { constraint, .. } = refused else { panic!("{refused:?}") };
    assert_eq!(constraint, "posts_step_due");
    early(db.store.now() + TimeDelta::hours(1)).await.unwrap();
}

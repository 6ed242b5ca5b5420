//! Cases: decided once, found in the order of urgency, and what becomes of the content.

use chrono::TimeDelta;
use smilefactory_core::content::moderation::{
    CaseState, Decision, Evidence, Finding, ReportReason, ScreeningRule,
};
use smilefactory_core::content::{
    Comment, CommentDraft, CommentRights, CommentSort, Post, PublishingRights, Standing,
};
use smilefactory_core::id::AccountId;
use smilefactory_core::identity::Role;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::moderation;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::{CaseFilter, PostFilter};
use smilefactory_store::testing::TestDb;

use super::{a_post, case, decide, decided, is_stale, people, report};

#[tokio::test]
async fn of_two_who_decide_at_once_one_is_stale() {
    let db = TestDb::new().await;
    let [author, reporter, one, other] = people(&db, ["tariro", "rudo", "mercy", "farai"]).await;
    let post = a_post(&db, author, "Buy now!").await;
    let filed = report(&db, reporter, &Evidence::of_post(&post), ReportReason::Spam).await.unwrap();
    let open = case(&db, filed.case).await;
    let (a, b) =
        tokio::join!(decide(&db, &open, one, Decision::Remove), decide(&db, &open, other, Decision::Approve));
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
    assert!(is_stale(a.as_ref().err().or(b.as_ref().err()).unwrap()));
    // Only what the winner decided was done.
    let standing = if a.is_ok() { Standing::Removed } else { Standing::Visible };
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.posts().get(post.id).await.unwrap().unwrap().standing, standing);
    assert_eq!(tx.strikes().find_by_case(open.id).await.unwrap().is_some(), a.is_ok());
}

#[tokio::test]
async fn what_is_dropped_before_its_end_leaves_nothing() {
    let db = TestDb::new().await;
    let [author, reporter, moderator] = people(&db, ["tariro", "rudo", "mercy"]).await;
    let post = a_post(&db, author, "Buy now!").await;
    let filed = report(&db, reporter, &Evidence::of_post(&post), ReportReason::Spam).await.unwrap();
    let open = case(&db, filed.case).await;
    let mut tx = db.store.write(&db.one.scope_of(moderator)).await.unwrap();
    let decision = smilefactory_core::content::moderation::CaseDecision {
        decision: Decision::Remove,
        reason: "Because.".parse().unwrap(),
    };
    moderation::decide(&mut tx, open.clone(), &decision, moderator).await.unwrap();
    drop(tx);
    assert_eq!(case(&db, open.id).await, open);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.posts().get(post.id).await.unwrap(), Some(post));
    assert!(tx.strikes().list_of_account(author, &PageRequest::default()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn what_is_removed_is_in_no_list_at_once_and_a_racing_edit_is_stale() {
    let db = TestDb::new().await;
    let people = people(&db, ["tariro", "rudo", "mercy"]).await;
    let kept = a_post(&db, people[0], "Hello.").await;
    for (decision, standing) in [
        (Decision::Approve, Standing::Visible),
        (Decision::Warn, Standing::Visible),
        (Decision::Remove, Standing::Removed),
        (Decision::Suspend, Standing::Removed),
    ] {
        let (post, _) = decided(&db, people, decision).await;
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let now = tx.posts().get(post.id).await.unwrap().unwrap();
        assert_eq!(now.standing, standing, "{decision}");
        for filter in
            [PostFilter::new(), PostFilter::new().by(people[0]), PostFilter::new().of_kind(post.draft.kind)]
        {
            let listed = tx.posts().list(&filter, &PageRequest::default()).await.unwrap().items;
            assert!(listed.iter().any(|listed| listed.id == kept.id));
            assert_eq!(listed.iter().any(|listed| listed.id == post.id), standing == Standing::Visible);
        }
        assert_eq!(now.is_visible_with(PublishingRights::default()), standing == Standing::Visible);
        if standing == Standing::Removed {
            assert!(tx.posts().update(&post).await.unwrap_err().is_stale());
        }
    }
}

#[tokio::test]
async fn a_removed_comment_is_gone_or_keeps_its_place_only() {
    let db = TestDb::new().await;
    let [author, reporter, moderator] = people(&db, ["tariro", "rudo", "mercy"]).await;
    let post = a_post(&db, reporter, "Hello.").await;
    let comment = a_comment(&db, &post, None, author).await;
    let reply = a_comment(&db, &post, Some(&comment), author).await;
    for (comment, left) in [(&comment, 2), (&reply, 0)] {
        let evidence = Evidence::of_comment(comment).unwrap();
        let filed = report(&db, reporter, &evidence, ReportReason::Hate).await.unwrap();
        assert_eq!(filed.text_as_reported, "Buy now!");
        decide(&db, &case(&db, filed.case).await, moderator, Decision::Remove).await.unwrap();
        let mut tx = db.store.read(&db.one.scope).await.unwrap();
        let listed = tx.comments().list(post.id, CommentSort::Oldest, &PageRequest::default()).await.unwrap();
        let listed = listed.items.iter().map(|thread| 1 + thread.replies.len()).sum::<usize>();
        assert_eq!(listed, left);
        let read = tx.comments().get(comment.id).await.unwrap().unwrap();
        assert_eq!(read.standing, Standing::Removed);
        assert_eq!(read.seen_with(CommentRights::default()).body, None);
        let counted = tx.comments().count_of_posts(&[post.id]).await.unwrap();
        assert_eq!(counted, [(post.id, u64::from(left > 0))]);
    }
}

async fn a_comment(db: &TestDb, post: &Post, parent: Option<&Comment>, author: AccountId) -> Comment {
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let draft = CommentDraft { body: "Buy now!".parse().unwrap(), parent: parent.map(|parent| parent.id) };
    let (comment, _) = draft.write(tx.new_id().unwrap(), post, parent, author, tx.now()).unwrap();
    let comment = tx.comments().insert(&comment).await.unwrap();
    tx.commit().await.unwrap();
    comment
}

#[tokio::test]
async fn the_queue_has_the_most_urgent_first_and_knows_what_is_overdue() {
    let db = TestDb::new().await;
    let moderator = db.one.staff("mercy", Role::Moderator).await.id;
    let [author, reporter] = people(&db, ["tariro", "rudo"]).await;
    let mut expected = Vec::new();
    for (n, reason) in ReportReason::ALL.iter().chain(ReportReason::ALL).enumerate() {
        if n % 3 == 0 {
            db.clock.advance(TimeDelta::minutes(1));
        }
        let post = a_post(&db, author, "Buy now!").await;
        let filed = report(&db, reporter, &Evidence::of_post(&post), *reason).await.unwrap();
        let case = case(&db, filed.case).await;
        expected.push((case.priority().band(), case.due_at, case.id));
    }
    expected.sort();
    for size in [1, 3, 100] {
        let size = PageSize::new(size).unwrap();
        let (mut seen, mut request) = (Vec::new(), PageRequest::first(size));
        loop {
            let mut tx = db.store.read(&db.one.scope).await.unwrap();
            let page = tx.moderation_cases().list(&CaseFilter::new(), &request).await.unwrap();
            seen.extend(page.items.iter().map(|case| (case.priority().band(), case.due_at, case.id)));
            let Some(next) = page.next else { break };
            request = PageRequest::after(size, next);
        }
        assert_eq!(seen, expected, "in pages of {}", size.get());
    }

    let id = expected[0].2;
    let mut tx = db.store.write(&db.one.scope_of(moderator)).await.unwrap();
    let first = tx.moderation_cases().get(id).await.unwrap().unwrap();
    moderation::assign(&mut tx, first.clone(), Some(moderator)).await.unwrap();
    assert!(is_stale(&moderation::assign(&mut tx, first, None).await.unwrap_err()));
    tx.commit().await.unwrap();

    db.clock.advance(TimeDelta::hours(24) - TimeDelta::minutes(3));
    let now = db.store.now();
    let due: Vec<_> = expected.iter().filter(|(_, due_at, _)| *due_at <= now).collect();
    assert!(!due.is_empty() && due.len() < expected.len());
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let mut list = async |filter: CaseFilter| {
        let page = tx.moderation_cases().list(&filter, &PageRequest::default()).await.unwrap();
        page.items.iter().map(|case| case.id).collect::<Vec<_>>()
    };
    assert_eq!(list(CaseFilter::new().assigned_to(moderator)).await, [id]);
    assert_eq!(list(CaseFilter::new().in_state(CaseState::Decided)).await, []);
    assert_eq!(list(CaseFilter::new().overdue_at(now)).await.len(), due.len());
    let backlog = tx.moderation_cases().backlog(now).await.unwrap();
    assert_eq!((backlog.waiting, backlog.overdue), (20, u64::try_from(due.len()).unwrap()));
}

#[tokio::test]
async fn what_screening_holds_waits_for_a_moderator() {
    let db = TestDb::new().await;
    let [author, reporter, moderator] = people(&db, ["tariro", "rudo", "mercy"]).await;
    let post = a_post(&db, author, "Casino!").await;
    let evidence = Evidence::of_post(&post);
    let filed = report(&db, reporter, &evidence, ReportReason::Spam).await.unwrap();
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let finding = Finding { rule: ScreeningRule::HeldWord, detail: "/body says “casino”".into() };
    moderation::hold(&mut tx, &evidence, &[finding]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.store.write(&db.one.scope_of(reporter)).await.unwrap();
    assert_eq!(tx.posts().get(post.id).await.unwrap().unwrap().standing, Standing::Held);
    // The report joined the same case, which stays without it: somebody waits for the decision.
    moderation::retract(&mut tx, filed.clone()).await.unwrap();
    tx.commit().await.unwrap();
    let held = case(&db, filed.case).await;
    assert_eq!((held.state, held.reports, held.weight), (CaseState::Open, 0, 10));
    decide(&db, &held, moderator, Decision::Approve).await.unwrap();
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.posts().get(post.id).await.unwrap().unwrap().standing, Standing::Visible);
}

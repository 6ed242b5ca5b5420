//! Facts raise what they are about, once however often they are handled.

use chrono::TimeDelta;
use smilefactory_core::content::moderation::{
    AppealDraft, AppealRuling, CaseDecision, Decision, Evidence, ReportDraft, ReportReason, Ruling,
};
use smilefactory_core::content::{
    Comment, CommentDraft, CommentInput, Engaging, Post, PublishingRights, Reaction,
};
use smilefactory_core::id::{AccountId, CommentId, PostId};
use smilefactory_core::identity::Role;
use smilefactory_core::messaging::notification::NotificationKind;
use smilefactory_core::validation::Field;
use smilefactory_store::moderation;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{kinds, known, read_up_to, relay, sentences, settle, titled, told, unread};
use crate::post;

async fn comment(
    db: &TestDb,
    author: AccountId,
    post: PostId,
    parent: Option<CommentId>,
    body: &str,
) -> Comment {
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let shown = tx.posts().get(post).await.unwrap().unwrap();
    let parent = match parent {
        Some(parent) => tx.comments().get(parent).await.unwrap(),
        None => None,
    };
    let draft = CommentDraft::from_raw(CommentInput { body: body.into(), parent: None }).unwrap();
    let (comment, fact) =
        draft.write(tx.new_id().unwrap(), &shown, parent.as_ref(), author, tx.now()).unwrap();
    let comment = tx.comments().insert(&comment).await.unwrap();
    tx.tell(fact).unwrap();
    tx.commit().await.unwrap();
    comment
}

async fn react(db: &TestDb, by: AccountId, post: PostId) {
    let mut tx = db.store.write(&db.one.scope_of(by)).await.unwrap();
    let shown = tx.posts().get(post).await.unwrap().unwrap();
    let fact = Engaging { by }.react(&shown, Reaction::Like).unwrap();
    tx.engagement().react(post, by, Reaction::Like).await.unwrap();
    tx.tell(fact).unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_fact_that_is_handled_again_is_told_once() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    let post = titled(&db, tariro, "Pumps").await;
    react(&db, rudo, post).await;
    comment(&db, rudo, post, None, "Where?").await;
    settle(&db).await;
    let first = told(&db, tariro).await;
    assert_eq!(kinds(&first), [NotificationKind::PostCommented, NotificationKind::PostReacted]);
    // Another reader handles all of it again, and once more after it was read.
    relay(&db, "another").await;
    assert_eq!(told(&db, tariro).await, first);
    read_up_to(&db, tariro, &first[0]).await;
    relay(&db, "a third").await;
    assert_eq!((told(&db, tariro).await.len(), unread(&db, tariro).await), (2, 0));
    // The raising is told too, once.
    let raised: i64 = sqlx::query_scalar(
        "select count(*) from platform.outbox where name = 'messaging.notification.raised'",
    )
    .fetch_one(&mut db.superuser().await)
    .await
    .unwrap();
    assert_eq!(raised, 2);
}

#[tokio::test]
async fn who_wrote_what_is_answered_and_who_is_named_are_told_once_each() {
    let db = TestDb::new().await;
    let [tariro, rudo, farai] =
        [known(&db, "tariro").await, known(&db, "rudo").await, known(&db, "farai").await];
    let abroad = db.two.person("abroad").await.id;
    let post = titled(&db, tariro, "Pumps").await;
    let question =
        comment(&db, rudo, post, None, &format!("Where? Ask @{farai}, @{abroad} and @{tariro}.")).await;
    let answer = comment(&db, tariro, post, Some(question.id), &format!("In Harare, @{rudo}.")).await;
    comment(&db, rudo, post, Some(answer.id), "Thanks.").await;
    settle(&db).await;
    assert_eq!(sentences(&db, farai).await, ["rudo Example named you in “Pumps”."]);
    assert_eq!(sentences(&db, rudo).await, ["tariro Example answered your comment on “Pumps”."]);
    assert_eq!(
        sentences(&db, tariro).await,
        ["rudo Example answered your comment on “Pumps”.", "rudo Example commented on your post “Pumps”."]
    );
    assert_eq!(told(&db, tariro).await[1].target.comment, Some(question.id));
    let abroad: i64 =
        sqlx::query_scalar("select count(*) from messaging.notifications where account_id = $1")
            .bind(smilefactory_core::id::Id::uuid(abroad))
            .fetch_one(&mut db.superuser().await)
            .await
            .unwrap();
    assert_eq!(abroad, 0);

    // What is deleted or held is told no more; what is shown again is not told again.
    let mut tx = db.store.write(&db.one.scope_of(rudo)).await.unwrap();
    let asked = tx.comments().get(question.id).await.unwrap().unwrap();
    let (gone, fact) = asked.delete(tx.now()).unwrap();
    tx.comments().update(&gone).await.unwrap();
    tx.tell(fact).unwrap();
    tx.commit().await.unwrap();
    settle(&db).await;
    assert_eq!(kinds(&told(&db, tariro).await), [NotificationKind::CommentReplied]);
    assert!(told(&db, farai).await.is_empty());
}

#[tokio::test]
async fn an_author_is_told_what_becomes_of_their_post_and_a_reviewer_what_to_look_at() {
    const STAFF: PublishingRights =
        PublishingRights { author: false, staff: true, review_needed: false, system: false };
    let db = TestDb::new().await;
    let tariro = known(&db, "tariro").await;
    let memory = db.one.staff("memory", Role::Moderator).await.id;
    let post = post::draft(&db, tariro, post::input("article", &[])).await;
    let step = async |post: Post, which: &str| {
        let by = if which == "submit" { tariro } else { memory };
        let mut tx = db.store.write(&db.one.scope_of(by)).await.unwrap();
        let reason = "Say where.".parse().unwrap();
        let (post, moved) = match which {
            "submit" => post.submit(post::AUTHOR, tx.now()),
            "request" => post.request_changes(&reason, STAFF, tx.now()),
            "approve" => post.approve(STAFF, tx.now()),
            _ => post.publish(STAFF, tx.now()),
        }
        .unwrap();
        let post = tx.posts().take_step(&post, &moved).await.unwrap();
        tx.tell(moved).unwrap();
        tx.commit().await.unwrap();
        post
    };
    let post = step(post, "submit").await;
    let mut tx = db.store.write(&db.one.scope_of(memory)).await.unwrap();
    let due_at = tx.now() + TimeDelta::days(2);
    let (assignment, asked) = post.ask_reviewer(memory, STAFF, memory, due_at, tx.now()).unwrap();
    tx.posts().ask_reviewer(post.id, &assignment).await.unwrap();
    tx.tell(asked).unwrap();
    tx.commit().await.unwrap();
    settle(&db).await;
    assert_eq!(
        sentences(&db, memory).await,
        ["You are asked to review the post “A title” until 3 March 2026."]
    );
    let post = step(post, "request").await;
    let post = step(post, "submit").await;
    let post = step(post, "approve").await;
    step(post, "publish").await;
    settle(&db).await;
    assert_eq!(
        sentences(&db, tariro).await,
        [
            "Your post “A title” was published.",
            "Your post “A title” was approved.",
            "A reviewer asks for changes to your post “A title”: Say where.",
        ]
    );
    // Nobody is told what they did themselves.
    titled(&db, tariro, "Mine").await;
    settle(&db).await;
    assert_eq!(told(&db, tariro).await.len(), 3);
}

#[tokio::test]
async fn what_was_decided_about_somebody_is_told_them() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    let [memory, mercy] =
        [db.one.staff("memory", Role::Moderator).await.id, db.one.staff("mercy", Role::Moderator).await.id];
    let post = titled(&db, tariro, "Pumps").await;
    let mut tx = db.store.write(&db.one.scope_of(rudo)).await.unwrap();
    let evidence = Evidence::of_post(&tx.posts().get(post).await.unwrap().unwrap());
    let draft = ReportDraft { subject: evidence.subject, reason: ReportReason::Spam, note: None };
    moderation::file(&mut tx, draft, rudo, &evidence).await.unwrap();
    let case = tx.moderation_cases().lock_open(evidence.subject).await.unwrap().unwrap();
    let decided = CaseDecision { decision: Decision::Remove, reason: "Advertising.".parse().unwrap() };
    let case = moderation::decide(&mut tx, case, &decided, memory).await.unwrap();
    let (case, appeal) =
        moderation::appeal(&mut tx, case, AppealDraft { text: "No.".parse().unwrap() }).await.unwrap();
    let ruling = AppealRuling { ruling: Ruling::Overturn, reason: "It was none.".parse().unwrap() };
    moderation::rule(&mut tx, case, appeal, &ruling, mercy).await.unwrap();
    tx.commit().await.unwrap();
    settle(&db).await;
    assert_eq!(
        sentences(&db, tariro).await,
        [
            "Your appeal was heard, and the decision undone: It was none.",
            "A moderator took off something of yours: Advertising.",
        ]
    );
    assert!(told(&db, rudo).await.is_empty());
}

#[tokio::test]
async fn what_happened_long_ago_is_not_told() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    let post = titled(&db, tariro, "Pumps").await;
    react(&db, rudo, post).await;
    db.clock.advance(TimeDelta::days(28));
    settle(&db).await;
    assert!(told(&db, tariro).await.is_empty());
}

#[tokio::test]
async fn what_was_dropped_was_never_told() {
    let db = TestDb::new().await;
    let (tariro, rudo) = (known(&db, "tariro").await, known(&db, "rudo").await);
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let raise = super::followed(tariro, rudo);
    smilefactory_store::notify::tell(&mut tx, &raise, &[tariro]).await.unwrap();
    drop(tx);
    assert_eq!(unread(&db, tariro).await, 0);
    assert_eq!(super::tell(&db, &raise, &[tariro, tariro]).await.len(), 1);
    assert_eq!(unread(&db, tariro).await, 1);
}

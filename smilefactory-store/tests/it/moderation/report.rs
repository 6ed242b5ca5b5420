//! Reports: kept as they were filed, one at a time, weighed by who files them.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use smilefactory_core::content::moderation::{
    CaseState, Decision, Evidence, ReportDraft, ReportInput, ReportReason, ReportState, ReportSubject,
};
use smilefactory_core::content::{PostDraft, PostInput, PublishingRights};
use smilefactory_core::id::{Id, ReportId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;
use smilefactory_store::moderation;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{a_post, a_profile, case, decided, is_conflict, is_stale, people, report, subject_of};

#[tokio::test]
async fn a_report_keeps_what_was_read_whatever_the_author_does_since() {
    let db = TestDb::new().await;
    let [author, reporter] = people(&db, ["tariro", "rudo"]).await;
    let post = a_post(&db, author, "Buy now!").await;
    let filed = report(&db, reporter, &Evidence::of_post(&post), ReportReason::Spam).await.unwrap();
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let input = PostInput { body: "Hello.".into(), ..PostInput::from(post.draft.clone()) };
    let (edited, _) = post.edit(PostDraft::from_raw(input).unwrap(), tx.now()).unwrap();
    let edited = tx.posts().update(&edited).await.unwrap();
    let rights = PublishingRights { author: true, ..PublishingRights::default() };
    let (archived, moved) = edited.archive(rights, tx.now()).unwrap();
    tx.posts().take_step(&archived, &moved).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    assert_eq!(tx.reports().get(filed.id).await.unwrap(), Some(filed.clone()));
    assert_eq!(filed.text_as_reported, "Buy now!");
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    assert_eq!(tx.reports().get(filed.id).await.unwrap(), None);
    assert_eq!(tx.moderation_cases().get(filed.case).await.unwrap(), None);
    // Nor may the service change it.
    let mut conn = db.superuser().await;
    let refused = sqlx::raw_sql(
        "begin; set local role smile_service; update content.reports set text_as_reported = 'Hello.'",
    )
    .execute(&mut conn)
    .await
    .unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().code().as_deref(), Some("42501"));
}

#[tokio::test]
async fn of_one_thing_somebody_has_one_live_report() {
    let db = TestDb::new().await;
    let [author, reporter] = people(&db, ["tariro", "rudo"]).await;
    a_profile(&db, author).await;
    let post = a_post(&db, author, "Buy now!").await;
    let profile = Evidence { subject: ReportSubject::Profile(author), author, text: "Tariro".into() };
    for evidence in [Evidence::of_post(&post), profile] {
        let first = report(&db, reporter, &evidence, ReportReason::Spam).await.unwrap();
        let second = report(&db, reporter, &evidence, ReportReason::Hate).await.unwrap_err();
        assert!(is_conflict(&second, "report"), "{second}");

        let retract = async || {
            let mut tx = db.store.write(&db.one.scope_of(reporter)).await.unwrap();
            moderation::retract(&mut tx, first.clone()).await?;
            tx.commit().await?;
            Ok::<_, moderation::ModerationError>(())
        };
        let (a, b) = tokio::join!(retract(), retract());
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
        assert!(is_stale(&a.err().or(b.err()).unwrap()));
        let closed = case(&db, first.case).await;
        assert_eq!((closed.state, closed.reports, closed.weight), (CaseState::Closed, 0, 0));
        // It counted for nothing, and a new one is another case's.
        let again = report(&db, reporter, &evidence, ReportReason::Hate).await.unwrap();
        assert_ne!(again.case, first.case);
        assert_eq!(again.weight, 30);
    }
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let mut seen = Vec::new();
    let mut request = PageRequest::first(PageSize::new(1).unwrap());
    loop {
        let page = tx.reports().list_of_reporter(reporter, &request).await.unwrap();
        seen.extend(page.items.into_iter().map(|report| (report.id, report.state)));
        let Some(next) = page.next else { break };
        request = PageRequest::after(PageSize::new(1).unwrap(), next);
    }
    let states: Vec<_> = seen.iter().map(|(_, state)| *state).collect();
    assert_eq!(seen.len(), 4);
    assert_eq!(states.iter().filter(|state| **state == ReportState::Open).count(), 2);
    assert!(seen.windows(2).all(|pair| pair[0].0 > pair[1].0));
}

#[tokio::test]
async fn those_who_report_at_the_same_moment_meet_in_one_case() {
    let db = TestDb::new().await;
    let [author, a, b, c] = people(&db, ["tariro", "rudo", "chipo", "farai"]).await;
    let post = a_post(&db, author, "Buy now!").await;
    let evidence = Evidence::of_post(&post);
    let file = |who| report(&db, who, &evidence, ReportReason::Harassment);
    let (a, b, c) = tokio::join!(file(a), file(b), file(c));
    let (a, b, c) = (a.unwrap(), b.unwrap(), c.unwrap());
    assert_eq!((a.case, b.case), (b.case, c.case));
    let case = case(&db, a.case).await;
    assert_eq!((case.reports, case.weight, case.subject), (3, 75, subject_of(&post)));
}

#[tokio::test]
async fn who_was_right_before_weighs_more() {
    let db = TestDb::new().await;
    let staff = db.one.staff("mercy", smilefactory_core::identity::Role::Moderator).await.id;
    let [author, right, wrong] = people(&db, ["tariro", "rudo", "chipo"]).await;
    for _ in 0..2 {
        decided(&db, [author, right, staff], Decision::Warn).await;
        decided(&db, [author, wrong, staff], Decision::Approve).await;
    }
    let post = a_post(&db, author, "Buy now!").await;
    let evidence = Evidence::of_post(&post);
    let more = report(&db, right, &evidence, ReportReason::Spam).await.unwrap();
    let less = report(&db, wrong, &evidence, ReportReason::Spam).await.unwrap();
    assert_eq!((more.weight, less.weight), (15, 5));
    assert_eq!(case(&db, more.case).await.weight, 20);
    assert!(report(&db, author, &evidence, ReportReason::Spam).await.is_err(), "nobody reports themselves");
}

/// What core accepts the database accepts, and what core refuses the database refuses.
#[tokio::test]
async fn the_database_accepts_what_core_accepts() {
    let db = TestDb::new().await;
    let [author, reporter] = people(&db, ["tariro", "rudo"]).await;
    let mut runner = TestRunner::deterministic();
    for _ in 0..30 {
        let post = a_post(&db, author, "Buy now!").await;
        let good = smilefactory_core::testing::report_input().new_tree(&mut runner).unwrap().current();
        let draft = ReportDraft::from_raw(good.clone()).unwrap();
        let mut tx = db.store.write(&db.one.scope_of(reporter)).await.unwrap();
        let draft = ReportDraft { subject: subject_of(&post), ..draft };
        let filed = moderation::file(&mut tx, draft, reporter, &Evidence::of_post(&post)).await.unwrap();
        tx.commit().await.unwrap();
        for spoiled in smilefactory_core::testing::spoiled_reports(&good) {
            if spoiled.pointer.starts_with("/subject") {
                continue;
            }
            let raw = insert_raw(&db, filed.id, &spoiled.input).await;
            assert!(raw.is_err(), "the database accepts {} at {}", spoiled.code, spoiled.pointer);
        }
        insert_raw(&db, filed.id, &good).await.unwrap();
    }
}

/// The report once more, past core, with another reason and note.
async fn insert_raw(db: &TestDb, like: ReportId, input: &ReportInput) -> Result<(), sqlx::Error> {
    let id: ReportId = db.store.new_id().unwrap();
    sqlx::query(
        "insert into content.reports (tenant_id, id, case_id, reporter_id, post_id, reason, note, text_as_reported,
           weight, filed_at, state)
         select tenant_id, $2, case_id, reporter_id, post_id, $3, $4, text_as_reported, weight, filed_at, 'retracted'
         from content.reports where id = $1",
    )
    .bind(like.uuid())
    .bind(id.uuid())
    .bind(&input.reason)
    .bind(&input.note)
    .execute(&mut db.superuser().await)
    .await
    .map(|_| ())
}

//! The log: nothing in it changes, and the cases are what it adds up to.

use smilefactory_core::content::moderation::{
    CaseState, Decision, Evidence, ModerationStep, Projection, ReportReason, Ruling,
};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::moderation;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{a_post, appeal, case, decide, decided, people, report, rule};

#[tokio::test]
async fn nobody_changes_the_log() {
    let db = TestDb::new().await;
    let people = people(&db, ["tariro", "rudo", "mercy"]).await;
    decided(&db, people, Decision::Remove).await;
    let mut conn = db.superuser().await;
    for statement in ["update content.moderation_log set note = 'x'", "delete from content.moderation_log"] {
        for role in ["smile_service", "smile_content"] {
            let attempt = format!("begin; set local role {role}; {statement}");
            let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(attempt)).execute(&mut conn).await.unwrap_err();
            assert_eq!(refused.as_database_error().unwrap().code().as_deref(), Some("42501"), "{statement}");
            sqlx::raw_sql("rollback").execute(&mut conn).await.unwrap();
        }
    }
}

#[tokio::test]
async fn every_case_is_what_its_log_adds_up_to() {
    let db = TestDb::new().await;
    let [author, a, b, decider, other] = people(&db, ["tariro", "rudo", "chipo", "mercy", "farai"]).await;
    let mut cases = Vec::new();
    // Each case goes one step further than the one before.
    for steps in 0..7 {
        let post = a_post(&db, author, "Buy now!").await;
        let evidence = Evidence::of_post(&post);
        let first = report(&db, a, &evidence, ReportReason::Spam).await.unwrap();
        cases.push(first.case);
        if steps > 0 {
            report(&db, b, &evidence, ReportReason::Hate).await.unwrap();
        }
        if steps > 1 {
            let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
            moderation::retract(&mut tx, first.clone()).await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut now = case(&db, first.case).await;
        if steps > 2 {
            let mut tx = db.store.write(&db.one.scope_of(decider)).await.unwrap();
            now = moderation::assign(&mut tx, now, Some(decider)).await.unwrap();
            tx.commit().await.unwrap();
        }
        if steps > 3 {
            now = decide(&db, &now, decider, Decision::Remove).await.unwrap();
        }
        if steps > 4 {
            now = appeal(&db, &now).await.unwrap();
        }
        if steps > 5 {
            rule(&db, &now, other, Ruling::Overturn).await.unwrap();
        }
    }
    // One that everybody took back.
    let post = a_post(&db, author, "Buy now!").await;
    let only = report(&db, a, &Evidence::of_post(&post), ReportReason::Spam).await.unwrap();
    let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
    moderation::retract(&mut tx, only.clone()).await.unwrap();
    tx.commit().await.unwrap();
    cases.push(only.case);

    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let mut states = Vec::new();
    for id in cases {
        let case = tx.moderation_cases().get(id).await.unwrap().unwrap();
        let mut entries = tx.moderation_log().list(Some(id), &PageRequest::default()).await.unwrap().items;
        entries.reverse();
        let numbers: Vec<_> = entries.iter().map(|entry| usize::from(entry.number)).collect();
        assert_eq!(numbers, (1..=entries.len()).collect::<Vec<_>>());
        let ruling = tx.appeals().get(id).await.unwrap().and_then(|appeal| appeal.ruling);
        let projected = Projection::of(&entries);
        assert_eq!(
            projected,
            Projection { state: case.state, reports: case.reports, decision: case.decision, ruling },
            "{entries:?}"
        );
        states.push(case.state);
    }
    use CaseState::{Appealed, Closed, Decided, Open};
    assert_eq!(states, [Open, Open, Open, Open, Decided, Appealed, Closed, Closed]);

    // In pages of any size, the same list.
    let whole = tx.moderation_log().list(None, &PageRequest::first(PageSize::MAX)).await.unwrap().items;
    assert!(whole.len() > 20 && whole.iter().any(|entry| entry.step == ModerationStep::Revoked));
    for size in [1, 4] {
        let size = PageSize::new(size).unwrap();
        let (mut seen, mut request) = (Vec::new(), PageRequest::first(size));
        loop {
            let page = tx.moderation_log().list(None, &request).await.unwrap();
            seen.extend(page.items);
            let Some(next) = page.next else { break };
            request = PageRequest::after(size, next);
        }
        assert_eq!(seen, whole);
    }
}

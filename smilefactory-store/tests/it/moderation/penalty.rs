//! Strikes and suspensions: three suspend, and they end.

use chrono::TimeDelta;
use smilefactory_core::content::moderation::{
    CaseDecision, Decision, Evidence, ReportReason, Ruling, StrikeEnd,
};
use smilefactory_core::page::PageRequest;
use smilefactory_core::profile::ProfileState;
use smilefactory_store::moderation;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{a_post, a_profile, appeal, case, decide, decided, expire, people, report, rule, state_of};

#[tokio::test]
async fn three_strikes_suspend_until_one_expires() {
    let db = TestDb::new().await;
    let [author, unknown, reporter, moderator] = people(&db, ["tariro", "nobody", "rudo", "mercy"]).await;
    a_profile(&db, author).await;
    // Somebody without a profile is suspended all the same.
    for who in [author, unknown] {
        let before = state_of(&db, who).await;
        for (n, decision) in [Decision::Warn, Decision::Remove, Decision::Warn].into_iter().enumerate() {
            assert_eq!(state_of(&db, who).await, before, "after {n} strikes");
            decided(&db, [who, reporter, moderator], decision).await;
            db.clock.advance(TimeDelta::days(1));
        }
        assert_eq!(state_of(&db, who).await, ProfileState::Suspended);
    }
    assert_eq!(expire(&db).await, 0);
    db.clock.advance(TimeDelta::days(84));
    assert_eq!(expire(&db).await, 1);
    assert_ne!(state_of(&db, author).await, ProfileState::Suspended);
    assert_eq!(state_of(&db, unknown).await, ProfileState::Suspended);
    db.clock.advance(TimeDelta::days(3));
    assert_eq!(expire(&db).await, 3);
    assert_eq!(state_of(&db, unknown).await, ProfileState::Draft);

    // The next strike finds two that count, and makes a third.
    decided(&db, [unknown, reporter, moderator], Decision::Warn).await;
    assert_eq!(state_of(&db, unknown).await, ProfileState::Suspended);
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let strikes = tx.strikes().list_of_account(unknown, &PageRequest::default()).await.unwrap().items;
    assert_eq!(strikes.iter().filter(|strike| strike.is_live(db.store.now())).count(), 3);
    assert_eq!(strikes.last().unwrap().end, Some(StrikeEnd::Expired));
}

#[tokio::test]
async fn two_strikes_at_the_same_moment_are_both_counted() {
    let db = TestDb::new().await;
    let [author, reporter, one, other] = people(&db, ["tariro", "rudo", "mercy", "farai"]).await;
    decided(&db, [author, reporter, one], Decision::Warn).await;
    let mut cases = Vec::new();
    for _ in 0..2 {
        let post = a_post(&db, author, "Buy now!").await;
        let filed = report(&db, reporter, &Evidence::of_post(&post), ReportReason::Spam).await.unwrap();
        cases.push(case(&db, filed.case).await);
    }
    // The first is done but not committed when the second begins: it waits, and counts both.
    let mut tx = db.store.write(&db.one.scope_of(one)).await.unwrap();
    let warning = CaseDecision { decision: Decision::Warn, reason: "Because.".parse().unwrap() };
    moderation::decide(&mut tx, cases[0].clone(), &warning, one).await.unwrap();
    let first = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        tx.commit().await
    };
    let (a, b) = tokio::join!(first, decide(&db, &cases[1], other, Decision::Remove));
    a.unwrap();
    b.unwrap();
    assert_eq!(state_of(&db, author).await, ProfileState::Suspended);
}

#[tokio::test]
async fn whoever_is_suspended_for_two_reasons_stays_so_until_both_are_gone() {
    let db = TestDb::new().await;
    let [author, reporter, one, other] = people(&db, ["tariro", "rudo", "mercy", "farai"]).await;
    a_profile(&db, author).await;
    let mut last = None;
    for _ in 0..3 {
        last = Some(decided(&db, [author, reporter, one], Decision::Warn).await.1);
    }
    let (_, suspended) = decided(&db, [author, reporter, one], Decision::Suspend).await;
    let appealed = appeal(&db, &suspended).await.unwrap();
    rule(&db, &appealed, other, Ruling::Overturn).await.unwrap();
    assert_eq!(state_of(&db, author).await, ProfileState::Suspended, "three strikes count still");
    let appealed = appeal(&db, &last.unwrap()).await.unwrap();
    rule(&db, &appealed, other, Ruling::Overturn).await.unwrap();
    assert_ne!(state_of(&db, author).await, ProfileState::Suspended);
}

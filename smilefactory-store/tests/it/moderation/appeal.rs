//! Appeals: once, and never ruled on by who decided.

use smilefactory_core::content::Standing;
use smilefactory_core::content::moderation::{CaseState, Decision, ModerationRefused, Ruling};
use smilefactory_core::page::PageRequest;
use smilefactory_core::profile::ProfileState;
use smilefactory_store::moderation::ModerationError;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{appeal, decided, is_stale, people, rule, state_of};

#[tokio::test]
async fn an_overturned_decision_is_undone_and_one_that_is_upheld_stands() {
    let db = TestDb::new().await;
    for decision in [Decision::Remove, Decision::Warn, Decision::Suspend] {
        for ruling in [Ruling::Overturn, Ruling::Uphold] {
            let [a, b, c, d] =
                ["author", "reporter", "decider", "other"].map(|who| format!("{who}-{decision}-{ruling}"));
            let [author, reporter, decider, other] = people(&db, [&a, &b, &c, &d]).await;
            let (post, case) = decided(&db, [author, reporter, decider], decision).await;
            assert_eq!(state_of(&db, author).await == ProfileState::Suspended, decision == Decision::Suspend);
            let appealed = appeal(&db, &case).await.unwrap();
            assert!(appeal(&db, &appealed).await.is_err(), "one appeal a case");
            let refused = rule(&db, &appealed, decider, ruling).await.unwrap_err();
            assert!(matches!(refused, ModerationError::Refused(ModerationRefused::SameDecider)), "{refused}");
            let closed = rule(&db, &appealed, other, ruling).await.unwrap();
            assert_eq!(closed.state, CaseState::Closed);

            let undone = ruling == Ruling::Overturn;
            let mut tx = db.store.read(&db.one.scope).await.unwrap();
            let standing = if undone { Standing::Visible } else { decision.standing() };
            assert_eq!(tx.posts().get(post.id).await.unwrap().unwrap().standing, standing);
            let strike = tx.strikes().find_by_case(case.id).await.unwrap();
            assert_eq!(
                strike.is_some_and(|strike| strike.is_live(db.store.now())),
                decision.strikes() && !undone
            );
            assert_eq!(
                state_of(&db, author).await == ProfileState::Suspended,
                decision == Decision::Suspend && !undone
            );
            let reliability = tx.reports().reliability(reporter).await.unwrap();
            assert_eq!((reliability.upheld, reliability.decided), (u32::from(!undone), 1));
            let own =
                tx.moderation_cases().list_of_author(author, &PageRequest::default()).await.unwrap().items;
            assert_eq!(own, [closed]);
        }
    }
}

#[tokio::test]
async fn of_two_who_rule_at_once_one_is_stale_and_the_database_holds_the_rule_too() {
    let db = TestDb::new().await;
    let [author, reporter, decider, one, other] =
        people(&db, ["tariro", "rudo", "mercy", "farai", "chipo"]).await;
    let (_, case) = decided(&db, [author, reporter, decider], Decision::Remove).await;
    let appealed = appeal(&db, &case).await.unwrap();
    let set =
        "update content.appeals set ruling = 'uphold', ruling_reason = 'x', ruled_at = now(), ruled_by = $1";
    for nobody in [decider, author] {
        let refused =
            sqlx::query(set).bind(uuid::Uuid::from(nobody)).execute(&mut db.superuser().await).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().constraint(), Some("appeals_ruled_by_another"));
    }
    let (a, b) = tokio::join!(
        rule(&db, &appealed, one, Ruling::Uphold),
        rule(&db, &appealed, other, Ruling::Overturn)
    );
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|ok| **ok).count(), 1, "{a:?} {b:?}");
    assert!(is_stale(&a.err().or(b.err()).unwrap()));
}

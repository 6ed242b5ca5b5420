//! Moderation: what is reported, decided, appealed, and what comes of it.

mod appeal;
mod case;
mod log;
mod penalty;
mod report;

use smilefactory_core::content::moderation::{
    AppealRuling, CaseDecision, Decision, Evidence, ModerationCase, Report, ReportDraft, ReportReason,
    ReportSubject, Ruling,
};
use smilefactory_core::content::{Post, PostDraft, PostInput, PublishingRights};
use smilefactory_core::id::{AccountId, ModerationCaseId};
use smilefactory_core::profile::{ProfileContent, ProfileInput, ProfileState};
use smilefactory_core::validation::Field;
use smilefactory_store::moderation::{self, ModerationError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

/// A published post of this author.
async fn a_post(db: &TestDb, author: AccountId, body: &str) -> Post {
    let mut tx = db.store.write(&db.one.scope_of(author)).await.unwrap();
    let input = PostInput { kind: "post".into(), body: body.into(), ..PostInput::default() };
    let (post, _) = PostDraft::from_raw(input).unwrap().begin(tx.new_id().unwrap(), author, tx.now());
    tx.posts().insert(&post).await.unwrap();
    let rights = PublishingRights { author: true, ..PublishingRights::default() };
    let (post, moved) = post.publish(rights, tx.now()).unwrap();
    let post = tx.posts().take_step(&post, &moved).await.unwrap();
    tx.commit().await.unwrap();
    post
}

/// A profile of this account, complete enough to be shown.
async fn a_profile(db: &TestDb, account: AccountId) {
    let mut tx = db.store.write(&db.one.scope_of(account)).await.unwrap();
    let input: ProfileInput = serde_json::from_str(r#"{"details": {"kind": "mentor"}}"#).unwrap();
    let (profile, _) = ProfileContent::from_raw(input).unwrap().begin(account, tx.now());
    tx.profiles().insert(&profile).await.unwrap();
    tx.commit().await.unwrap();
}

async fn report(
    db: &TestDb,
    reporter: AccountId,
    evidence: &Evidence,
    reason: ReportReason,
) -> Result<Report, ModerationError> {
    let mut tx = db.store.write(&db.one.scope_of(reporter)).await.unwrap();
    let draft = ReportDraft { subject: evidence.subject, reason, note: None };
    let report = moderation::file(&mut tx, draft, reporter, evidence).await?;
    tx.commit().await?;
    Ok(report)
}

async fn case(db: &TestDb, id: ModerationCaseId) -> ModerationCase {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    tx.moderation_cases().get(id).await.unwrap().unwrap()
}

async fn decide(
    db: &TestDb,
    case: &ModerationCase,
    by: AccountId,
    decision: Decision,
) -> Result<ModerationCase, ModerationError> {
    let mut tx = db.store.write(&db.one.scope_of(by)).await.unwrap();
    let decided = CaseDecision { decision, reason: "Because.".parse().unwrap() };
    let case = moderation::decide(&mut tx, case.clone(), &decided, by).await?;
    tx.commit().await?;
    Ok(case)
}

/// A new post of `author` that `reporter` reports and `moderator` decides about.
async fn decided(
    db: &TestDb,
    [author, reporter, moderator]: [AccountId; 3],
    decision: Decision,
) -> (Post, ModerationCase) {
    let post = a_post(db, author, "Buy now!").await;
    let report = report(db, reporter, &Evidence::of_post(&post), ReportReason::Spam).await.unwrap();
    let case = case(db, report.case).await;
    (post, decide(db, &case, moderator, decision).await.unwrap())
}

async fn appeal(db: &TestDb, case: &ModerationCase) -> Result<ModerationCase, ModerationError> {
    let mut tx = db.store.write(&db.one.scope_of(case.author)).await.unwrap();
    let draft = smilefactory_core::content::moderation::AppealDraft { text: "No.".parse().unwrap() };
    let (case, _) = moderation::appeal(&mut tx, case.clone(), draft).await?;
    tx.commit().await?;
    Ok(case)
}

async fn rule(
    db: &TestDb,
    case: &ModerationCase,
    by: AccountId,
    ruling: Ruling,
) -> Result<ModerationCase, ModerationError> {
    let mut tx = db.store.write(&db.one.scope_of(by)).await.unwrap();
    let appeal = tx.appeals().get(case.id).await.unwrap().unwrap();
    let ruled = AppealRuling { ruling, reason: "Looked again.".parse().unwrap() };
    let (case, _) = moderation::rule(&mut tx, case.clone(), appeal, &ruled, by).await?;
    tx.commit().await?;
    Ok(case)
}

async fn state_of(db: &TestDb, account: AccountId) -> ProfileState {
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    tx.accounts().get(account).await.unwrap().unwrap().standing.state
}

/// Ends every strike whose time is over.
async fn expire(db: &TestDb) -> usize {
    let mut count = 0;
    loop {
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let ended = moderation::expire_next(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        if !ended {
            return count;
        }
        count += 1;
    }
}

async fn people<const N: usize>(db: &TestDb, names: [&str; N]) -> [AccountId; N] {
    let mut ids = Vec::new();
    for name in names {
        ids.push(db.one.person(name).await.id);
    }
    ids.try_into().unwrap()
}

fn is_stale(error: &ModerationError) -> bool {
    matches!(error, ModerationError::Store(error) if error.is_stale())
}

fn is_conflict(error: &ModerationError, of: &str) -> bool {
    matches!(error, ModerationError::Store(StoreError::Conflict { entity, .. }) if *entity == of)
}

fn subject_of(post: &Post) -> ReportSubject {
    ReportSubject::Post(post.id)
}

//! Examples of moderation.

use serde_json::{Value, json};
use smilefactory_core::content::moderation::{
    AppealDraft, CaseDecision, CaseFile, CaseNotice, CaseOrigin, Decider, Decision, Evidence, ModerationCase,
    ModerationEntry, ModerationStep, Reliability, Report, ReportDraft, ReportReason, Strike,
};
use smilefactory_core::id::{AccountId, Id, ModerationCaseId};
use smilefactory_core::validation::Field;

use super::{ID, now, post, value};

/// The example of a schema of moderation with this name.
pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "AppealInput" => Some(json!({"text": "It was an offer to our partners, and no advertising."})),
        "AppealRulingInput" => Some(json!({"ruling": "overturn", "reason": "It was no advertising."})),
        "Assignment" => Some(json!({"assignee": ID})),
        "CaseDecisionInput" => {
            Some(json!({"decision": "remove", "reason": "Advertising is for the marketplace."}))
        }
        "CaseFile" => {
            value(CaseFile { case: case()?, appeal: None, reports: vec![report()?], log: vec![entry()] })
        }
        "CaseNotice" => value(notice()?),
        "ModerationCase" => value(case()?),
        "ModerationEntry" => value(entry()),
        "Report" => value(report()?),
        "ReportInput" => Some(json!({
            "subject": {"kind": "post", "id": ID},
            "reason": "spam",
            "note": "The same text for the third time.",
        })),
        "Strike" => value(Strike::issue(Id::at(now(), [6; 10]), account(3), case_id(), now()).0),
        _ => None,
    }
}

fn account(n: u8) -> AccountId {
    AccountId::at(now(), [n; 10])
}

fn case_id() -> ModerationCaseId {
    Id::at(now(), [4; 10])
}

fn evidence() -> Option<Evidence> {
    post().map(|post| Evidence::of_post(&post))
}

fn report() -> Option<Report> {
    let note = "The same text for the third time.".parse().ok();
    let evidence = evidence()?;
    let draft = ReportDraft { subject: evidence.subject, reason: ReportReason::Spam, note };
    let id = Id::at(now(), [5; 10]);
    Some(draft.file(id, case_id(), account(3), &evidence, Reliability::default(), now()).ok()?.0)
}

fn case() -> Option<ModerationCase> {
    let (case, _) = ModerationCase::open(case_id(), &evidence()?, CaseOrigin::Reports, now());
    Some(case.tally(1, report()?.weight))
}

fn notice() -> Option<CaseNotice> {
    let raw = serde_json::from_value(of("CaseDecisionInput")?).ok()?;
    let by = Decider { account: account(7), has_reported: false };
    let (case, _) = case()?.decide(&CaseDecision::from_raw(raw).ok()?, by, now()).ok()?;
    let text = "It was an offer to our partners, and no advertising.".parse().ok()?;
    let (case, appeal, _) = case.appeal(AppealDraft { text }, now()).ok()?;
    case.notice(Some(&appeal))
}

fn entry() -> ModerationEntry {
    ModerationEntry {
        id: Id::at(now(), [8; 10]),
        case: case_id(),
        number: 2,
        step: ModerationStep::Decided,
        actor: Some(account(7)),
        detail: Some(Decision::Remove.to_string()),
        note: Some("Advertising is for the marketplace.".to_owned()),
        at: now(),
    }
}

//! Deciding, appealing, ruling.

use smilefactory_core::content::Standing;
use smilefactory_core::content::moderation::{
    Appeal, AppealDraft, AppealRuling, CaseDecision, Decider, Decision, ModerationCase, ModerationStep,
    ReportState, Ruling, StrikeEnd,
};
use smilefactory_core::id::AccountId;

use super::{Result, penalty, set_standing};
use crate::repo::content::{
    Cause, ReadReports, ReadStrikes, WriteAppeals, WriteModerationCases, WriteModerationLog, WriteReports,
};
use crate::tx::WriteTx;

/// Gives a case to a moderator, or takes it from one. `Stale` when somebody saved the case since it was read.
pub async fn assign(
    tx: &mut WriteTx,
    case: ModerationCase,
    assignee: Option<AccountId>,
) -> Result<ModerationCase> {
    let (case, fact) = case.assign(assignee)?;
    let case = tx.moderation_cases().update(&case).await?;
    let detail = assignee.map(|account| account.to_string());
    tx.moderation_log().append(case.id, ModerationStep::Assigned, detail.as_deref(), None).await?;
    tx.tell(fact)?;
    Ok(case)
}

/// A moderator decides: the content is taken off or shown, the reports were right or wrong, the author gets a strike or
/// is suspended, all at once. Of two who decide at the same time one is `Stale`.
pub async fn decide(
    tx: &mut WriteTx,
    case: ModerationCase,
    decided: &CaseDecision,
    by: AccountId,
) -> Result<ModerationCase> {
    let has_reported = tx.reports().is_reporter(case.id, by).await?;
    let (case, fact) = case.decide(decided, Decider { account: by, has_reported }, tx.now())?;
    let case = tx.moderation_cases().update(&case).await?;
    let decision = fact.decision;
    let (detail, note) = (Some(decision.as_str()), Some(decided.reason.as_str()));
    tx.moderation_log().append(case.id, ModerationStep::Decided, detail, note).await?;
    tx.tell(fact)?;
    tx.reports().move_all(case.id, ReportState::Open, decision.outcome()).await?;
    set_standing(tx, case.subject, decision.standing()).await?;
    if decision.strikes() {
        penalty::strike(tx, &case).await?;
    } else if decision == Decision::Suspend {
        penalty::suspend(tx, case.id, case.author, Cause::Decision).await?;
    }
    Ok(case)
}

/// The author appeals against the decision, once.
pub async fn appeal(
    tx: &mut WriteTx,
    case: ModerationCase,
    draft: AppealDraft,
) -> Result<(ModerationCase, Appeal)> {
    let (case, appeal, appealed) = case.appeal(draft, tx.now())?;
    let case = tx.moderation_cases().update(&case).await?;
    tx.appeals().insert(&appeal).await?;
    tx.moderation_log().append(case.id, ModerationStep::Appealed, None, Some(appeal.text.as_str())).await?;
    tx.tell(appealed)?;
    Ok((case, appeal))
}

/// Somebody else than the decider rules on the appeal. Overturned, the decision is undone: what it took off is shown,
/// its strike is revoked, its suspension lifted, and who reported it was wrong.
pub async fn rule(
    tx: &mut WriteTx,
    case: ModerationCase,
    appeal: Appeal,
    ruled: &AppealRuling,
    by: AccountId,
) -> Result<(ModerationCase, Appeal)> {
    let (case, appeal, fact) = case.rule(appeal, ruled, by, tx.now())?;
    let case = tx.moderation_cases().update(&case).await?;
    tx.appeals().rule(&appeal).await?;
    let (detail, note) = (Some(ruled.ruling.as_str()), Some(ruled.reason.as_str()));
    tx.moderation_log().append(case.id, ModerationStep::AppealDecided, detail, note).await?;
    tx.tell(fact)?;
    if ruled.ruling == Ruling::Overturn {
        undo(tx, &case).await?;
    }
    Ok((case, appeal))
}

async fn undo(tx: &mut WriteTx, case: &ModerationCase) -> Result<()> {
    tx.reports().move_all(case.id, ReportState::Upheld, ReportState::Dismissed).await?;
    // What was only warned about stayed: whatever took it off since is another case's.
    if case.decision.is_some_and(|decision| decision.standing() == Standing::Removed) {
        set_standing(tx, case.subject, Standing::Visible).await?;
    }
    if let Some(strike) = tx.strikes().find_by_case(case.id).await? {
        penalty::end_strike(tx, strike, StrikeEnd::Revoked).await?;
    }
    if case.decision == Some(Decision::Suspend) {
        penalty::lift(tx, case.id, case.author, Cause::Decision, Some(case.id)).await?;
    }
    Ok(())
}

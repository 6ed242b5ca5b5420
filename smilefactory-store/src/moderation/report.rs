//! Reporting, taking that back, and what screening holds.

use smilefactory_core::content::Standing;
use smilefactory_core::content::moderation::{
    CaseOrigin, Evidence, Finding, ModerationCase, ModerationStep, Report, ReportDraft,
};
use smilefactory_core::id::AccountId;

use super::{Result, open_case, set_standing};
use crate::error::StoreError;
use crate::repo::content::{ReadReports, WriteModerationCases, WriteModerationLog, WriteReports};
use crate::tx::WriteTx;

/// Files a report of what `reporter` read, whom the caller knows to see it. It opens a case, or adds to the one that
/// is open. A second live report of the same by the same is a `Conflict` of `subject`.
pub async fn file(
    tx: &mut WriteTx,
    draft: ReportDraft,
    reporter: AccountId,
    evidence: &Evidence,
) -> Result<Report> {
    let case = open_case(tx, evidence, CaseOrigin::Reports).await?;
    let reliability = tx.reports().reliability(reporter).await?;
    let (report, filed) = draft.file(tx.new_id()?, case.id, reporter, evidence, reliability, tx.now())?;
    tx.reports().insert(&report).await?;
    tally(tx, case).await?;
    let reason = Some(report.reason.as_str());
    tx.moderation_log().append(report.case, ModerationStep::Reported, reason, None).await?;
    tx.tell(filed)?;
    Ok(report)
}

/// Takes a report back, which then weighs nothing; a case that nobody reports any more is closed. `Stale` when the
/// report was decided since it was read.
pub async fn retract(tx: &mut WriteTx, report: Report) -> Result<Report> {
    let (report, retracted) = report.retract()?;
    let Some(case) = tx.moderation_cases().lock(report.case).await? else {
        return Err(StoreError::internal("a report belongs to no case").into());
    };
    tx.reports().retract(&report).await?;
    tally(tx, case).await?;
    tx.moderation_log().append(report.case, ModerationStep::Retracted, None, None).await?;
    tx.tell(retracted)?;
    Ok(report)
}

/// Holds back what screening found something in, until a moderator decides: its author and staff alone see it.
pub async fn hold(tx: &mut WriteTx, evidence: &Evidence, findings: &[Finding]) -> Result<()> {
    let case = open_case(tx, evidence, CaseOrigin::Screening).await?.screen();
    let case = tx.moderation_cases().update(&case).await?;
    let note = findings.iter().map(|finding| format!("{}: {}", finding.rule, finding.detail));
    let note = note.collect::<Vec<_>>().join("; ");
    tx.moderation_log().append(case.id, ModerationStep::Screened, None, Some(&note)).await?;
    set_standing(tx, case.subject, Standing::Held).await
}

/// Counts the reports of a case anew, whose row is locked.
async fn tally(tx: &mut WriteTx, case: ModerationCase) -> Result<()> {
    let (reports, weight) = tx.reports().tally(case.id).await?;
    tx.moderation_cases().update(&case.tally(reports, weight)).await?;
    Ok(())
}

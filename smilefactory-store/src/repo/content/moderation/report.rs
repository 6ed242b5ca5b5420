//! Reports.

use smilefactory_core::content::moderation::{Reliability, Report, ReportState};
use smilefactory_core::id::{AccountId, ModerationCaseId, ReportId};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Reads reports.
pub trait ReadReports {
    /// The report with this id, whoever filed it.
    fn get(&mut self, id: ReportId) -> impl Future<Output = Result<Option<Report>>> + Send;

    /// What this account reported, the last filed first.
    fn list_of_reporter(
        &mut self,
        reporter: AccountId,
        page: &PageRequest<ReportId>,
    ) -> impl Future<Output = Result<Page<Report, ReportId>>> + Send;

    /// The reports of a case in any state, the last filed first.
    fn list_of_case(
        &mut self,
        case: ModerationCaseId,
        page: &PageRequest<ReportId>,
    ) -> impl Future<Output = Result<Page<Report, ReportId>>> + Send;

    /// How often this account's reports turned out right.
    fn reliability(&mut self, reporter: AccountId) -> impl Future<Output = Result<Reliability>> + Send;

    /// How many reports of a case count, and what they weigh together; each at most 65,535.
    fn tally(&mut self, case: ModerationCaseId) -> impl Future<Output = Result<(u16, u16)>> + Send;

    /// Whether this account filed a report of the case that it did not take back.
    fn is_reporter(
        &mut self,
        case: ModerationCaseId,
        account: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;
}

/// Writes reports. The database lets nothing but the state of one be changed.
pub trait WriteReports: ReadReports {
    /// Files a report. A second one by the same reporter of the same subject, while the first waits for a decision,
    /// is a `Conflict` of `subject`.
    fn insert(&mut self, report: &Report) -> impl Future<Output = Result<()>> + Send;

    /// Notes that a report was taken back. `Stale` when it does not wait for a decision any more.
    fn retract(&mut self, report: &Report) -> impl Future<Output = Result<()>> + Send;

    /// Moves all reports of a case that are in one state to another, and says how many there were.
    fn move_all(
        &mut self,
        case: ModerationCaseId,
        from: ReportState,
        to: ReportState,
    ) -> impl Future<Output = Result<u64>> + Send;
}

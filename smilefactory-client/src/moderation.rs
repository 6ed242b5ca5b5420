//! Moderation: reporting, deciding, appealing.

use serde::Serialize;
use smilefactory_core::content::moderation::{
    AppealInput, AppealRulingInput, CaseDecisionInput, CaseFile, CaseNotice, CaseState, ModerationCase,
    ModerationEntry, Report, ReportInput, Strike,
};
use smilefactory_core::id::{AccountId, ModerationCaseId, ReportId};
use smilefactory_core::version::Version;

use crate::call::{Call, Keyed};
use crate::operation::{self as op, Operation};
use crate::page::List;
use crate::request::Transport;

/// Reporting something to the moderators; from [`Client::reports`](crate::Client::reports).
#[derive(Clone, Copy, Debug)]
pub struct Reports<'a>(pub(crate) &'a Transport);

impl Reports<'_> {
    /// Reports a post or a comment of somebody else, or their profile. What it says now is kept. A second report of the
    /// same, while the first waits for a decision, [is a conflict](crate::Error::is_conflict).
    ///
    /// ```no_run
    /// # async fn example(
    /// #     client: smilefactory_client::Client,
    /// #     post: smilefactory_core::id::PostId,
    /// # ) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::content::moderation::{ReportInput, ReportSubject};
    /// use smilefactory_core::validation::Field;
    ///
    /// let subject = ReportSubject::Post(post).into_raw();
    /// let report = client.reports().file(&ReportInput { subject, reason: "spam".into(), note: None }).await?;
    /// client.reports().retract(report.id).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn file(&self, input: &ReportInput) -> Call<Report, Keyed> {
        Call::new(self.0, &op::FILE_REPORT).json(input)
    }

    /// One report, for who filed it and for staff.
    pub fn get(&self, report: ReportId) -> Call<Report> {
        Call::new(self.0, &op::GET_REPORT).id(report)
    }

    /// Takes a report of one's own back, before it is decided; it weighs nothing then.
    pub fn retract(&self, report: ReportId) -> Call<()> {
        Call::without_answer(self.0, &op::RETRACT_REPORT).id(report)
    }

    /// The own reports and what became of them, the last filed first.
    pub fn list_mine(&self) -> List<Report> {
        List::new(self.0, &op::LIST_MY_REPORTS)
    }
}

/// What moderators do, and what those they decide about may do; from
/// [`Client::moderation`](crate::Client::moderation).
///
/// What is done to a case names the version it was decided on: given a `&ModerationCase`, its own. When somebody saved
/// since, the error [is stale](crate::Error::is_stale).
#[derive(Clone, Copy, Debug)]
pub struct Moderation<'a>(pub(crate) &'a Transport);

/// Which version of which case: a `&ModerationCase` turns into it, and so does `(id, version)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseVersion {
    /// The case.
    pub id: ModerationCaseId,
    /// Its version.
    pub version: Version,
}

impl From<&ModerationCase> for CaseVersion {
    fn from(case: &ModerationCase) -> Self {
        Self { id: case.id, version: case.version }
    }
}

impl From<(ModerationCaseId, Version)> for CaseVersion {
    fn from((id, version): (ModerationCaseId, Version)) -> Self {
        Self { id, version }
    }
}

/// Marks the queue of cases.
#[derive(Debug)]
pub enum Queue {}

/// Marks the log of moderation.
#[derive(Debug)]
pub enum Log {}

impl Moderation<'_> {
    /// The cases that wait for a decision, the most urgent first. For staff.
    pub fn cases(&self) -> List<ModerationCase, Queue> {
        List::new(self.0, &op::LIST_CASES)
    }

    /// One case with its reports and what happened. For staff.
    pub fn case(&self, case: ModerationCaseId) -> Call<CaseFile> {
        Call::new(self.0, &op::GET_CASE).id(case)
    }

    /// Gives a case to a moderator, or to nobody. For staff.
    pub fn assign(
        &self,
        case: impl Into<CaseVersion>,
        assignee: Option<AccountId>,
    ) -> Call<ModerationCase, Keyed> {
        #[derive(Serialize)]
        struct Assignment {
            assignee: Option<AccountId>,
        }
        self.on(&op::ASSIGN_CASE, case.into()).json(&Assignment { assignee })
    }

    /// Decides a case; nobody does about what is their own. For staff.
    pub fn decide(
        &self,
        case: impl Into<CaseVersion>,
        decision: &CaseDecisionInput,
    ) -> Call<ModerationCase, Keyed> {
        self.on(&op::DECIDE_CASE, case.into()).json(decision)
    }

    /// Rules on the appeal of a case; who decided it does not. For staff.
    pub fn decide_appeal(
        &self,
        case: impl Into<CaseVersion>,
        ruling: &AppealRulingInput,
    ) -> Call<ModerationCase, Keyed> {
        self.on(&op::DECIDE_APPEAL, case.into()).json(ruling)
    }

    /// Everything that ever happened, the last first. For staff.
    pub fn log(&self) -> List<ModerationEntry, Log> {
        List::new(self.0, &op::LIST_MODERATION_LOG)
    }

    /// What was decided against the caller, the last opened first.
    pub fn my_cases(&self) -> List<CaseNotice> {
        List::new(self.0, &op::LIST_MY_CASES)
    }

    /// The caller's strikes, the last issued first.
    pub fn my_strikes(&self) -> List<Strike> {
        List::new(self.0, &op::LIST_MY_STRIKES)
    }

    /// Appeals against a decision, once; who is suspended may.
    pub fn appeal(&self, case: ModerationCaseId, appeal: &AppealInput) -> Call<CaseNotice, Keyed> {
        Call::new(self.0, &op::APPEAL).id(case).json(appeal)
    }

    fn on<K>(self, operation: &'static Operation, case: CaseVersion) -> Call<ModerationCase, K> {
        Call::new(self.0, operation).id(case.id).if_match(case.version)
    }
}

impl List<ModerationCase, Queue> {
    /// Those in this state, in the place of the open ones.
    pub fn state(self, state: CaseState) -> Self {
        self.filter("state", state.as_str())
    }

    /// Only those that this account looks into.
    pub fn assignee(self, assignee: AccountId) -> Self {
        self.filter("assignee", assignee.to_string())
    }

    /// Only those whose time is over.
    pub fn overdue(self) -> Self {
        self.filter("overdue", "true")
    }
}

impl List<ModerationEntry, Log> {
    /// Only what happened in this case.
    pub fn case(self, case: ModerationCaseId) -> Self {
        self.filter("case", case.to_string())
    }
}

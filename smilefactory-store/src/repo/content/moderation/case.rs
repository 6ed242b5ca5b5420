//! Cases.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::content::moderation::{CaseState, ModerationCase, ReportSubject};
use smilefactory_core::id::{AccountId, ModerationCaseId};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Which cases the queue has: the open ones, unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseFilter {
    pub(crate) state: CaseState,
    pub(crate) assignee: Option<AccountId>,
    pub(crate) due_by: Option<DateTime<Utc>>,
}

impl Default for CaseFilter {
    fn default() -> Self {
        Self { state: CaseState::Open, assignee: None, due_by: None }
    }
}

impl CaseFilter {
    /// The open cases.
    pub fn new() -> Self {
        Self::default()
    }

    /// Those in this state instead.
    #[must_use]
    pub const fn in_state(mut self, state: CaseState) -> Self {
        self.state = state;
        self
    }

    /// Only those that this account looks into.
    #[must_use]
    pub const fn assigned_to(mut self, assignee: AccountId) -> Self {
        self.assignee = Some(assignee);
        self
    }

    /// Only those whose time is over at this moment.
    #[must_use]
    pub const fn overdue_at(mut self, now: DateTime<Utc>) -> Self {
        self.due_by = Some(now);
        self
    }
}

/// Where a case stands in the queue: by priority, then by when it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseKey {
    /// Its [`Priority`](smilefactory_core::content::moderation::Priority), as a number.
    pub band: i16,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// Which one.
    pub id: ModerationCaseId,
}

/// How much work there is for moderators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many cases wait for a decision or a ruling.
    pub waiting: u64,
    /// How many of them are overdue.
    pub overdue: u64,
}

/// Reads cases.
pub trait ReadModerationCases {
    /// The case with this id.
    fn get(&mut self, id: ModerationCaseId) -> impl Future<Output = Result<Option<ModerationCase>>> + Send;

    /// The queue: the most urgent first, of the same priority those that are due first. A case whose weight changes
    /// between two pages may be on both, or on neither.
    fn list(
        &mut self,
        filter: &CaseFilter,
        page: &PageRequest<CaseKey>,
    ) -> impl Future<Output = Result<Page<ModerationCase, CaseKey>>> + Send;

    /// The cases about this account's content and profile in which something was decided against them, the last
    /// opened first.
    fn list_of_author(
        &mut self,
        author: AccountId,
        page: &PageRequest<ModerationCaseId>,
    ) -> impl Future<Output = Result<Page<ModerationCase, ModerationCaseId>>> + Send;

    /// How much work there is.
    fn backlog(&mut self, now: DateTime<Utc>) -> impl Future<Output = Result<Backlog>> + Send;
}

/// Writes cases.
pub trait WriteModerationCases: ReadModerationCases {
    /// Opens a case, unless its subject has an open one; says whether it did. Waits for whoever opens one of the
    /// same subject at the same moment.
    fn insert_unless_open(&mut self, case: &ModerationCase) -> impl Future<Output = Result<bool>> + Send;

    /// The open case of a subject, its row locked until the unit of work ends.
    fn lock_open(
        &mut self,
        subject: ReportSubject,
    ) -> impl Future<Output = Result<Option<ModerationCase>>> + Send;

    /// The case with this id, its row locked until the unit of work ends.
    fn lock(&mut self, id: ModerationCaseId) -> impl Future<Output = Result<Option<ModerationCase>>> + Send;

    /// Saves the case; what it is about, whose that is and when it was opened stay. Of two who decide one is `Stale`.
    fn update(&mut self, case: &ModerationCase) -> impl Future<Output = Result<ModerationCase>> + Send;
}

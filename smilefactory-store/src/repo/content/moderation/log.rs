//! The log of moderation.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::content::moderation::{ModerationEntry, ModerationStep};
use smilefactory_core::id::{ModerationCaseId, ModerationEntryId};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Where an entry stands in the log: the last first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogKey {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Its place in its case.
    pub number: u16,
    /// Which one.
    pub id: ModerationEntryId,
}

/// Reads the log of moderation.
pub trait ReadModerationLog {
    /// The log, of one case or of all: the last entry first. Entries of one case are in the order of their numbers.
    fn list(
        &mut self,
        case: Option<ModerationCaseId>,
        page: &PageRequest<LogKey>,
    ) -> impl Future<Output = Result<Page<ModerationEntry, LogKey>>> + Send;
}

/// Adds to the log of moderation. Nothing in it is ever changed; the database refuses that.
pub trait WriteModerationLog: ReadModerationLog {
    /// Adds an entry to a case whose row this unit of work has locked. Who did it, and when, the unit of work knows.
    /// A note that is longer than 2,000 characters is cut.
    fn append(
        &mut self,
        case: ModerationCaseId,
        step: ModerationStep,
        detail: Option<&str>,
        note: Option<&str>,
    ) -> impl Future<Output = Result<()>> + Send;
}

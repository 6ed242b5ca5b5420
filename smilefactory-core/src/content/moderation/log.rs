//! The log of moderation, and what it adds up to.

use chrono::{DateTime, Utc};

use super::{CaseState, Decision, Ruling};
use crate::answer::answer;
use crate::choice::choices;
use crate::id::{AccountId, ModerationCaseId, ModerationEntryId};

choices! {
    /// What happened in a case.
    ModerationStep {
        /// Somebody reported it; the detail is the reason.
        Reported = "reported",
        /// A report was taken back.
        Retracted = "retracted",
        /// Automatic screening held it back; the note says why.
        Screened = "screened",
        /// It was given to somebody (the detail is their account), or taken from them.
        Assigned = "assigned",
        /// It was decided; the detail is the decision, the note its reason.
        Decided = "decided",
        /// The author got a strike; the detail is its id.
        Struck = "struck",
        /// The author was suspended; the detail says by what.
        Suspended = "suspended",
        /// The author appealed.
        Appealed = "appealed",
        /// The appeal was ruled on; the detail is the ruling, the note its reason.
        AppealDecided = "appeal_decided",
        /// The strike was revoked; the detail is its id.
        Revoked = "revoked",
        /// The strike expired; the detail is its id.
        Expired = "expired",
        /// The author is suspended no longer; the detail says by what they were.
        Reinstated = "reinstated",
    }
}

answer! {
    /// One entry of the log of moderation. Entries are added, never changed.
    pub struct ModerationEntry {
        /// Its id.
        id: ModerationEntryId,
        /// The case it belongs to.
        case: ModerationCaseId,
        /// Its place among the entries of the case, counted from 1 without a gap.
        number: u16,
        /// What happened.
        step: ModerationStep,
        /// Who did it; `null` when the platform did.
        actor: Option<AccountId>,
        /// A word or an id, as the step says.
        detail: Option<String>,
        /// The reason in words.
        note: Option<String>,
        /// When.
        at: DateTime<Utc>,
    }
}

/// What the log of one case adds up to: the part of the case that can be made anew from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Projection {
    /// How far the case is.
    pub state: CaseState,
    /// How many reports count; those that counted when it was decided.
    pub reports: u16,
    /// What was decided.
    pub decision: Option<Decision>,
    /// What was ruled on the appeal.
    pub ruling: Option<Ruling>,
}

impl Projection {
    /// Adds up the entries of one case, in the order of their numbers.
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a ModerationEntry>) -> Self {
        let mut now = Self { state: CaseState::Open, reports: 0, decision: None, ruling: None };
        let mut screened = false;
        for entry in entries {
            let detail = entry.detail.as_deref().unwrap_or_default();
            match entry.step {
                ModerationStep::Reported => now.reports = now.reports.saturating_add(1),
                ModerationStep::Screened => screened = true,
                ModerationStep::Retracted => {
                    now.reports = now.reports.saturating_sub(1);
                    if now.reports == 0 && !screened {
                        now.state = CaseState::Closed;
                    }
                }
                ModerationStep::Decided => {
                    now.state = CaseState::Decided;
                    now.decision = detail.parse().ok();
                }
                ModerationStep::Appealed => now.state = CaseState::Appealed,
                ModerationStep::AppealDecided => {
                    now.state = CaseState::Closed;
                    now.ruling = detail.parse().ok();
                }
                ModerationStep::Assigned
                | ModerationStep::Struck
                | ModerationStep::Suspended
                | ModerationStep::Revoked
                | ModerationStep::Expired
                | ModerationStep::Reinstated => {}
            }
        }
        now
    }
}

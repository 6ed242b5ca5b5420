//! Decisions.

use chrono::{DateTime, Utc};

use super::{CaseDecided, CaseState, ModerationCase, ReportState, SubjectKind};
use crate::choice::choices;
use crate::content::Standing;
use crate::error::InvalidTransition;
use crate::id::AccountId;
use crate::record::record;
use crate::text::Reason;

choices! {
    /// What a moderator decides.
    Decision {
        /// Nothing is wrong with it: it is shown, and who reported it was wrong.
        Approve = "approve",
        /// It is taken off, and its author gets a strike.
        Remove = "remove",
        /// It stays, and its author gets a strike.
        Warn = "warn",
        /// It is taken off, and its author is suspended at once, until somebody lifts that.
        Suspend = "suspend",
    }
}

record! {
    /// What a moderator decides about a case, and why.
    pub struct CaseDecision / CaseDecisionInput / CaseDecisionPatch {
        /// What is decided. A profile is not removed; its owner is warned or suspended.
        decision: Decision,
        /// Why; its author is told.
        reason: Reason,
    }
}

/// Who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decider {
    /// Their account.
    pub account: AccountId,
    /// Whether they reported it themselves.
    pub has_reported: bool,
}

/// Why a step of moderation was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModerationRefused {
    /// The state does not allow it.
    #[error(transparent)]
    State(#[from] InvalidTransition),
    /// Nobody reports, decides or rules on what is their own.
    #[error("what is one's own is for others to report and to decide")]
    OwnContent,
    /// Nobody is suspended by who reported them.
    #[error("to suspend is for somebody else than the one who reported it")]
    OwnReport,
    /// Nobody rules on an appeal against their own decision.
    #[error("an appeal is for somebody else than the one who decided")]
    SameDecider,
    /// The time to appeal has passed.
    #[error("a decision is appealed within 30 days")]
    TooLate,
    /// A profile is not removed.
    #[error("a profile is not removed: its owner is warned or suspended")]
    NotForProfiles,
}

impl Decision {
    /// What becomes of the content.
    pub const fn standing(self) -> Standing {
        match self {
            Self::Approve | Self::Warn => Standing::Visible,
            Self::Remove | Self::Suspend => Standing::Removed,
        }
    }

    /// Whether the author gets a strike. Whoever is suspended at once needs none.
    pub const fn strikes(self) -> bool {
        matches!(self, Self::Remove | Self::Warn)
    }

    /// What it makes of the reports.
    pub const fn outcome(self) -> ReportState {
        match self {
            Self::Approve => ReportState::Dismissed,
            Self::Remove | Self::Warn | Self::Suspend => ReportState::Upheld,
        }
    }
}

impl ModerationCase {
    /// A moderator decides.
    pub fn decide(
        self,
        decided: &CaseDecision,
        by: Decider,
        now: DateTime<Utc>,
    ) -> Result<(Self, CaseDecided), ModerationRefused> {
        let decision = decided.decision;
        if self.state != CaseState::Open {
            return Err(InvalidTransition::new("moderation case", self.state.as_str(), "decide").into());
        }
        if by.account == self.author {
            return Err(ModerationRefused::OwnContent);
        }
        if decision == Decision::Suspend && by.has_reported {
            return Err(ModerationRefused::OwnReport);
        }
        if decision == Decision::Remove && self.subject.kind() == SubjectKind::Profile {
            return Err(ModerationRefused::NotForProfiles);
        }
        let fact = CaseDecided { case: self.id, subject: self.subject, author: self.author, decision };
        let case = Self {
            state: CaseState::Decided,
            decision: Some(decision),
            decision_reason: Some(decided.reason.clone()),
            decided_by: Some(by.account),
            decided_at: Some(now),
            ..self
        };
        Ok((case, fact))
    }
}

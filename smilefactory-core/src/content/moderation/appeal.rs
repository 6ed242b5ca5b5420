//! Appeals: one a case, by who it was decided against, ruled on by somebody else than who decided.

use chrono::{DateTime, Utc};

use super::{AppealDecided, CaseAppealed, CaseState, Decision, ModerationCase, ModerationRefused};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::{AccountId, ModerationCaseId};
use crate::record::record;
use crate::text::{Prose, Reason};

choices! {
    /// What is ruled on an appeal.
    Ruling {
        /// The decision stands.
        Uphold = "uphold",
        /// The decision is undone: what was taken off is shown, the strike is revoked, the suspension lifted.
        Overturn = "overturn",
    }
}

record! {
    /// What somebody says against a decision.
    pub struct AppealDraft / AppealInput / AppealPatch {
        /// Why it was wrong.
        text: Prose<1, 2_000>,
    }
}

record! {
    /// What is ruled on an appeal, and why.
    pub struct AppealRuling / AppealRulingInput / AppealRulingPatch {
        /// What is ruled.
        ruling: Ruling,
        /// Why; the author is told.
        reason: Reason,
    }
}

answer! {
    /// An appeal against a decision.
    pub struct Appeal {
        /// The case that was decided.
        case: ModerationCaseId,
        /// Who appealed.
        author: AccountId,
        /// Why it was wrong, in their words.
        text: Prose<1, 2_000>,
        /// Whose decision it is against.
        against: AccountId,
        /// When it was filed.
        filed_at: DateTime<Utc>,
        /// What was ruled.
        ruling: Option<Ruling>,
        /// Why.
        ruling_reason: Option<Reason>,
        /// Who ruled.
        ruled_by: Option<AccountId>,
        /// When.
        ruled_at: Option<DateTime<Utc>>,
    }
}

impl ModerationCase {
    /// Its author appeals, once, within [`APPEAL_WINDOW`](Self::APPEAL_WINDOW). Somebody else has 24 hours for it.
    pub fn appeal(
        self,
        draft: AppealDraft,
        now: DateTime<Utc>,
    ) -> Result<(Self, Appeal, CaseAppealed), ModerationRefused> {
        let refused = || InvalidTransition::new("moderation case", self.state.as_str(), "appeal");
        let (Some(against), Some(decided_at)) = (self.decided_by, self.decided_at) else {
            return Err(refused().into());
        };
        if self.state != CaseState::Decided || self.decision == Some(Decision::Approve) {
            return Err(refused().into());
        }
        if decided_at + Self::APPEAL_WINDOW < now {
            return Err(ModerationRefused::TooLate);
        }
        let appeal = Appeal {
            case: self.id,
            author: self.author,
            text: draft.text,
            against,
            filed_at: now,
            ruling: None,
            ruling_reason: None,
            ruled_by: None,
            ruled_at: None,
        };
        let fact = CaseAppealed { case: self.id, author: self.author };
        let case = Self { state: CaseState::Appealed, assignee: None, due_at: now + Self::CLOCK, ..self };
        Ok((case, appeal, fact))
    }

    /// Somebody else than who decided rules on the appeal, and closes the case.
    pub fn rule(
        self,
        appeal: Appeal,
        ruled: &AppealRuling,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(Self, Appeal, AppealDecided), ModerationRefused> {
        if self.state != CaseState::Appealed || appeal.case != self.id {
            let step = "rule on the appeal of";
            return Err(InvalidTransition::new("moderation case", self.state.as_str(), step).into());
        }
        if by == self.author {
            return Err(ModerationRefused::OwnContent);
        }
        if by == appeal.against {
            return Err(ModerationRefused::SameDecider);
        }
        let fact = AppealDecided { case: self.id, author: self.author, ruling: ruled.ruling };
        let appeal = Appeal {
            ruling: Some(ruled.ruling),
            ruling_reason: Some(ruled.reason.clone()),
            ruled_by: Some(by),
            ruled_at: Some(now),
            ..appeal
        };
        Ok((Self { state: CaseState::Closed, ..self }, appeal, fact))
    }
}

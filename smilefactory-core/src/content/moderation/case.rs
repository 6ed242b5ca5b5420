//! Cases: what moderators look into.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Appeal, CaseAssigned, CaseOpened, Decision, Evidence, ModerationEntry, ModerationRefused, Priority,
    Report, ReportSubject, Ruling,
};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::{AccountId, ModerationCaseId};
use crate::text::Reason;
use crate::version::Version;

choices! {
    /// How far a case is.
    CaseState {
        /// It waits for a decision.
        Open = "open",
        /// It was decided.
        Decided = "decided",
        /// The decision was appealed, and waits for somebody else.
        Appealed = "appealed",
        /// It is over: the appeal was ruled on, or every report was taken back.
        Closed = "closed",
    }

    /// What opened a case.
    CaseOrigin {
        /// Somebody reported it.
        Reports = "reports",
        /// Automatic screening held it back.
        Screening = "screening",
    }
}

answer! {
    /// Something that moderators look into, for staff.
    pub struct ModerationCase {
        /// Its id.
        id: ModerationCaseId,
        /// What it is about.
        subject: ReportSubject,
        /// Whose that is.
        author: AccountId,
        /// What opened it.
        origin: CaseOrigin,
        /// How far it is.
        state: CaseState,
        /// How many reports count.
        reports: u16,
        /// What those reports weigh together.
        weight: u16,
        /// Who looks into it.
        assignee: Option<AccountId>,
        /// What was decided.
        decision: Option<Decision>,
        /// Why, in the decider's words.
        decision_reason: Option<Reason>,
        /// Who decided.
        decided_by: Option<AccountId>,
        /// When it was decided.
        decided_at: Option<DateTime<Utc>>,
        /// When it was opened.
        opened_at: DateTime<Utc>,
        /// By when it should be decided, or its appeal ruled on: 24 hours after it was opened, or appealed.
        due_at: DateTime<Utc>,
        /// How often it was saved.
        version: Version,
    }
}

answer! {
    /// All there is about a case, for staff.
    pub struct CaseFile {
        /// The case.
        case: ModerationCase,
        /// The appeal, if there is one.
        appeal: Option<Appeal>,
        /// The last reports, the last filed first; at most 50.
        reports: Vec<Report>,
        /// What happened last, the last first; at most 50 entries.
        log: Vec<ModerationEntry>,
    }
}

answer! {
    /// What is told to somebody about whose content or profile was decided.
    pub struct CaseNotice {
        /// The case; to appeal, name it.
        id: ModerationCaseId,
        /// What was decided about.
        subject: ReportSubject,
        /// What was decided.
        decision: Decision,
        /// Why.
        reason: Reason,
        /// When.
        decided_at: DateTime<Utc>,
        /// Until when an appeal is heard.
        appeal_until: DateTime<Utc>,
        /// When it was appealed.
        appealed_at: Option<DateTime<Utc>>,
        /// What was ruled on the appeal.
        ruling: Option<Ruling>,
        /// Why.
        ruling_reason: Option<Reason>,
    }
}

impl ModerationCase {
    /// How long a decision, or a ruling on an appeal, may take.
    pub const CLOCK: TimeDelta = TimeDelta::hours(24);
    /// For how long a decision may be appealed.
    pub const APPEAL_WINDOW: TimeDelta = TimeDelta::days(30);
    /// What screening weighs: somebody waits for the decision, so that it does not come last.
    pub const SCREENING_WEIGHT: u16 = 10;

    /// There is something to look into.
    pub fn open(
        id: ModerationCaseId,
        evidence: &Evidence,
        origin: CaseOrigin,
        now: DateTime<Utc>,
    ) -> (Self, CaseOpened) {
        let Evidence { subject, author, .. } = *evidence;
        let case = Self {
            id,
            subject,
            author,
            origin,
            state: CaseState::Open,
            reports: 0,
            weight: origin.weight(),
            assignee: None,
            decision: None,
            decision_reason: None,
            decided_by: None,
            decided_at: None,
            opened_at: now,
            due_at: now + Self::CLOCK,
            version: Version::FIRST,
        };
        (case, CaseOpened { case: id, subject, author, origin })
    }

    /// How soon it should be looked at.
    pub const fn priority(&self) -> Priority {
        Priority::of(self.weight)
    }

    /// Whether it is later than it should have been decided.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        matches!(self.state, CaseState::Open | CaseState::Appealed) && self.due_at <= now
    }

    /// The reports that count were counted anew. What nobody reports any more is closed, unless screening holds it.
    #[must_use]
    pub fn tally(self, reports: u16, weight: u16) -> Self {
        if self.state != CaseState::Open {
            return self;
        }
        let given_up = reports == 0 && self.origin == CaseOrigin::Reports;
        let state = if given_up { CaseState::Closed } else { self.state };
        Self { reports, weight: weight.saturating_add(self.origin.weight()), state, ..self }
    }

    /// Screening holds back what is looked into already: it stays so although every report is taken back.
    #[must_use]
    pub fn screen(self) -> Self {
        match self.origin {
            CaseOrigin::Screening => self,
            CaseOrigin::Reports => {
                let weight = self.weight.saturating_add(Self::SCREENING_WEIGHT);
                Self { origin: CaseOrigin::Screening, weight, ..self }
            }
        }
    }

    /// Somebody looks into it from now on, or nobody does. Not its author, and of an appeal not who decided.
    pub fn assign(self, assignee: Option<AccountId>) -> Result<(Self, CaseAssigned), ModerationRefused> {
        if !matches!(self.state, CaseState::Open | CaseState::Appealed) {
            return Err(InvalidTransition::new("moderation case", self.state.as_str(), "assign").into());
        }
        if assignee == Some(self.author) {
            return Err(ModerationRefused::OwnContent);
        }
        if assignee.is_some() && assignee == self.decided_by {
            return Err(ModerationRefused::SameDecider);
        }
        let fact = CaseAssigned { case: self.id, assignee };
        Ok((Self { assignee, ..self }, fact))
    }

    /// What its author is told; `None` as long as nothing was decided against them.
    pub fn notice(&self, appeal: Option<&Appeal>) -> Option<CaseNotice> {
        let decision = self.decision.filter(|decision| *decision != Decision::Approve)?;
        let decided_at = self.decided_at?;
        Some(CaseNotice {
            id: self.id,
            subject: self.subject,
            decision,
            reason: self.decision_reason.clone()?,
            decided_at,
            appeal_until: decided_at + Self::APPEAL_WINDOW,
            appealed_at: appeal.map(|appeal| appeal.filed_at),
            ruling: appeal.and_then(|appeal| appeal.ruling),
            ruling_reason: appeal.and_then(|appeal| appeal.ruling_reason.clone()),
        })
    }
}

impl CaseOrigin {
    const fn weight(self) -> u16 {
        match self {
            Self::Reports => 0,
            Self::Screening => ModerationCase::SCREENING_WEIGHT,
        }
    }
}

//! Reports.

use chrono::{DateTime, Utc};

use super::{
    Evidence, ModerationRefused, Reliability, ReportFiled, ReportReason, ReportRetracted, ReportSubject,
};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::{AccountId, ModerationCaseId, ReportId};
use crate::record::record;
use crate::text::Prose;

choices! {
    /// What became of a report.
    ReportState {
        /// It waits for a decision, and counts.
        Open = "open",
        /// Whoever filed it took it back; it counts no longer.
        Retracted = "retracted",
        /// It was right.
        Upheld = "upheld",
        /// It was not.
        Dismissed = "dismissed",
    }
}

record! {
    /// What somebody says who reports something.
    pub struct ReportDraft / ReportInput / ReportPatch {
        /// What is reported.
        subject: ReportSubject,
        /// What is wrong with it.
        reason: ReportReason,
        /// The same in the reporter's own words.
        note: Option<Prose<1, 1_000>>,
    }
}

answer! {
    /// A report, with the text as it was reported.
    pub struct Report {
        /// Its id.
        id: ReportId,
        /// The case it belongs to.
        case: ModerationCaseId,
        /// Who filed it; moderators see this, nobody else but the reporter does.
        reporter: AccountId,
        /// What is reported.
        subject: ReportSubject,
        /// What is wrong with it.
        reason: ReportReason,
        /// The same in the reporter's own words.
        note: Option<Prose<1, 1_000>>,
        /// What the reporter read. It stays, whatever the author does since.
        text_as_reported: String,
        /// What it weighs, by its reason and by how often its reporter was right before.
        weight: u16,
        /// What became of it.
        state: ReportState,
        /// When it was filed.
        filed_at: DateTime<Utc>,
    }
}

impl ReportDraft {
    /// Somebody files the report, of what they read. Nobody reports themselves.
    pub fn file(
        self,
        id: ReportId,
        case: ModerationCaseId,
        reporter: AccountId,
        evidence: &Evidence,
        reliability: Reliability,
        now: DateTime<Utc>,
    ) -> Result<(Report, ReportFiled), ModerationRefused> {
        if evidence.author == reporter {
            return Err(ModerationRefused::OwnContent);
        }
        let weight = reliability.weigh(self.reason);
        let fact = ReportFiled { report: id, case, subject: evidence.subject, reason: self.reason };
        let report = Report {
            id,
            case,
            reporter,
            subject: evidence.subject,
            reason: self.reason,
            note: self.note,
            text_as_reported: evidence.text.clone(),
            weight,
            state: ReportState::Open,
            filed_at: now,
        };
        Ok((report, fact))
    }
}

impl Report {
    /// Whoever filed it takes it back, before it is decided.
    pub fn retract(self) -> Result<(Self, ReportRetracted), InvalidTransition> {
        if self.state != ReportState::Open {
            return Err(InvalidTransition::new("report", self.state.as_str(), "retract"));
        }
        let fact = ReportRetracted { report: self.id, case: self.case };
        Ok((Self { state: ReportState::Retracted, ..self }, fact))
    }
}

//! Moderation: what members report, what moderators decide, and what comes of it.
//!
//! A [`Report`] keeps the text as it was read and belongs to a [`ModerationCase`], of which a subject has at most
//! one that is open. A moderator decides a case; what was decided against somebody may be appealed once, and
//! somebody else rules on that. Everything that happens is an entry of a log that nobody changes; the case is what
//! the log adds up to ([`Projection`]).
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use smilefactory_core::content::Standing;
//! use smilefactory_core::content::moderation::{
//!     CaseDecision, CaseDecisionInput, CaseOrigin, CaseState, Decider, Evidence, ModerationCase, ModerationRefused,
//!     ReportSubject,
//! };
//! use smilefactory_core::id::{AccountId, Id, ModerationCaseId, PostId};
//! use smilefactory_core::validation::Field;
//!
//! let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
//! let [author, moderator] = [1, 2].map(|n| AccountId::at(now, [n; 10]));
//! let post = ReportSubject::Post(PostId::at(now, [3; 10]));
//! let evidence = Evidence { subject: post, author, text: "Buy now!".to_owned() };
//! let (case, _) = ModerationCase::open(ModerationCaseId::at(now, [4; 10]), &evidence, CaseOrigin::Reports, now);
//!
//! let decision = CaseDecision::from_raw(CaseDecisionInput { decision: "remove".into(), reason: "Spam.".into() })?;
//! let own = case.clone().decide(&decision, Decider { account: author, has_reported: false }, now);
//! assert_eq!(own.unwrap_err(), ModerationRefused::OwnContent);
//! let (case, fact) = case.decide(&decision, Decider { account: moderator, has_reported: false }, now)?;
//! assert_eq!((case.state, fact.decision.standing()), (CaseState::Decided, Standing::Removed));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod appeal;
mod case;
mod decision;
mod evidence;
mod log;
mod report;
mod screening;
mod strike;
mod subject;
#[cfg(test)]
mod tests;
mod weight;

pub use self::appeal::{
    Appeal, AppealDraft, AppealInput, AppealPatch, AppealRuling, AppealRulingInput, AppealRulingPatch, Ruling,
};
pub use self::case::{CaseFile, CaseNotice, CaseOrigin, CaseState, ModerationCase};
pub use self::decision::{
    CaseDecision, CaseDecisionInput, CaseDecisionPatch, Decider, Decision, ModerationRefused,
};
pub use self::evidence::Evidence;
pub use self::log::{ModerationEntry, ModerationStep, Projection};
pub use self::report::{Report, ReportDraft, ReportInput, ReportPatch, ReportState};
pub use self::screening::{Finding, ScreeningRule, ScreeningRules, Verdict};
pub use self::strike::{Strike, StrikeEnd};
pub use self::subject::{ReportSubject, ReportSubjectInput, SubjectKind};
pub use self::weight::{Priority, Reliability, ReportReason};
use super::Standing;
use crate::fact::facts;
use crate::id::{AccountId, CommentId, ModerationCaseId, PostId, ReportId, StrikeId};

facts! {
    /// Somebody brought something to the moderators' attention.
    ReportFiled = "content.report.filed" v 1 of report: ReportId {
        /// The case it belongs to.
        case: ModerationCaseId,
        /// What it is about.
        subject: ReportSubject,
        /// What is wrong with it.
        reason: ReportReason,
    }

    /// Whoever reported something took that back.
    ReportRetracted = "content.report.retracted" v 1 of report: ReportId {
        /// The case it belongs to.
        case: ModerationCaseId,
    }

    /// There is something for moderators to look into.
    CaseOpened = "content.case.opened" v 1 of case: ModerationCaseId {
        /// What it is about.
        subject: ReportSubject,
        /// Whose it is.
        author: AccountId,
        /// What opened it.
        origin: CaseOrigin,
    }

    /// A case was given to a moderator, or taken from one.
    CaseAssigned = "content.case.assigned" v 1 of case: ModerationCaseId {
        /// Who looks into it now.
        assignee: Option<AccountId>,
    }

    /// A moderator decided a case.
    CaseDecided = "content.case.decided" v 1 of case: ModerationCaseId {
        /// What it is about.
        subject: ReportSubject,
        /// Whose it is.
        author: AccountId,
        /// What was decided.
        decision: Decision,
    }

    /// Whoever it was decided against appealed.
    CaseAppealed = "content.case.appealed" v 1 of case: ModerationCaseId {
        /// Whose it is.
        author: AccountId,
    }

    /// Somebody else than the decider ruled on an appeal.
    AppealDecided = "content.case.appeal_decided" v 1 of case: ModerationCaseId {
        /// Whose it is.
        author: AccountId,
        /// What was ruled.
        ruling: Ruling,
    }

    /// Somebody got a strike.
    StrikeIssued = "content.strike.issued" v 1 of strike: StrikeId {
        /// Who.
        account: AccountId,
        /// For what.
        case: ModerationCaseId,
    }

    /// A strike counts no longer.
    StrikeEnded = "content.strike.ended" v 1 of strike: StrikeId {
        /// Whose it was.
        account: AccountId,
        /// Why.
        end: StrikeEnd,
    }

    /// A post was held, taken off, or shown again.
    PostStandingChanged = "content.post.standing_changed" v 1 of post: PostId {
        /// What moderation thinks of it now.
        standing: Standing,
    }

    /// A comment was held, taken off, or shown again.
    CommentStandingChanged = "content.comment.standing_changed" v 1 of comment: CommentId {
        /// What moderation thinks of it now.
        standing: Standing,
    }
}

//! Moderation in whole steps: each function does, in one unit of work, everything that belongs to what happened.
//!
//! Each locks the row of its case first and the account whose strikes count last, so that two of them wait for each
//! other instead of undoing each other's work, and never in a circle. The log has an entry for each step, the outbox
//! a fact.

mod decide;
mod penalty;
mod report;

use smilefactory_core::content::Standing;
use smilefactory_core::content::moderation::{
    CaseOrigin, CommentStandingChanged, Evidence, ModerationCase, ModerationRefused, PostStandingChanged,
    ReportSubject,
};

pub use self::decide::{appeal, assign, decide, rule};
pub use self::penalty::expire_next;
pub use self::report::{file, hold, retract};
use crate::error::StoreError;
use crate::repo::content::{WriteModerationCases, WriteStandings};
use crate::tx::WriteTx;

/// Why a step of moderation was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ModerationError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] ModerationRefused),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<smilefactory_core::error::InvalidTransition> for ModerationError {
    fn from(refused: smilefactory_core::error::InvalidTransition) -> Self {
        Self::Refused(refused.into())
    }
}

/// What a step gives back.
pub type Result<T> = std::result::Result<T, ModerationError>;

/// How often a case is looked for that somebody else decides between two looks.
const LOOKS: usize = 5;

/// The open case of something, its row locked; opened now if there is none.
async fn open_case(tx: &mut WriteTx, evidence: &Evidence, origin: CaseOrigin) -> Result<ModerationCase> {
    for _ in 0..LOOKS {
        if let Some(case) = tx.moderation_cases().lock_open(evidence.subject).await? {
            return Ok(case);
        }
        let (case, opened) = ModerationCase::open(tx.new_id()?, evidence, origin, tx.now());
        if tx.moderation_cases().insert_unless_open(&case).await? {
            tx.tell(opened)?;
            return Ok(case);
        }
    }
    Err(StoreError::Unavailable { reason: "the case is decided again and again".into(), source: None }.into())
}

/// Gives content another standing, and tells it.
async fn set_standing(tx: &mut WriteTx, subject: ReportSubject, standing: Standing) -> Result<()> {
    if tx.standings().set(subject, standing).await? {
        match subject {
            ReportSubject::Post(post) => tx.tell(PostStandingChanged { post, standing })?,
            ReportSubject::Comment(comment) => tx.tell(CommentStandingChanged { comment, standing })?,
            // A profile has no standing.
            ReportSubject::Profile(_) => return Ok(()),
        };
    }
    Ok(())
}

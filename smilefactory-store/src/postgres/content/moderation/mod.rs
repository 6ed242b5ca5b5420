//! Moderation.

mod appeal;
mod case;
mod log;
mod report;
mod standing;
mod strike;
mod suspension;

use smilefactory_core::content::moderation::ReportSubject;
use smilefactory_core::id::{AccountId, CommentId, Id, PostId};
use uuid::Uuid;

pub use self::appeal::Appeals;
pub use self::case::ModerationCases;
pub use self::log::ModerationLog;
pub use self::report::Reports;
pub use self::standing::Standings;
pub use self::strike::Strikes;
pub use self::suspension::Suspensions;
use super::super::row::RowOf;
use crate::error::{Result, StoreError};

/// What a row is about: a column for each kind of thing, one of which is set.
#[derive(Clone, Copy)]
struct Arcs {
    post: Option<Uuid>,
    comment: Option<Uuid>,
    profile: Option<Uuid>,
}

impl From<ReportSubject> for Arcs {
    fn from(subject: ReportSubject) -> Self {
        let mut arcs = Self { post: None, comment: None, profile: None };
        match subject {
            ReportSubject::Post(id) => arcs.post = Some(id.uuid()),
            ReportSubject::Comment(id) => arcs.comment = Some(id.uuid()),
            ReportSubject::Profile(id) => arcs.profile = Some(id.uuid()),
        }
        arcs
    }
}

impl Arcs {
    fn subject(self, of: RowOf) -> Result<ReportSubject> {
        match (self.post, self.comment, self.profile) {
            (Some(id), None, None) => Ok(ReportSubject::Post(PostId::from_uuid(id))),
            (None, Some(id), None) => Ok(ReportSubject::Comment(CommentId::from_uuid(id))),
            (None, None, Some(id)) => Ok(ReportSubject::Profile(AccountId::from_uuid(id))),
            _ => Err(StoreError::corrupt(of.table, "post_id", of.id)("it is not about one thing".into())),
        }
    }
}

/// A number of a column that is checked to be one.
fn number(of: RowOf, column: &'static str, number: i32) -> Result<u16> {
    u16::try_from(number).map_err(|error| StoreError::corrupt(of.table, column, of.id)(Box::new(error)))
}

//! Moderation. What is to be done in one go, and in which order, [`moderation`](crate::moderation) does; these are
//! the rows it does it with.
//!
//! Whoever changes anything of a case locks its row first ([`lock`](WriteModerationCases::lock),
//! [`lock_open`](WriteModerationCases::lock_open), or the versioned
//! [`update`](WriteModerationCases::update)), so that its log has no gap and its counts are right.

mod appeal;
mod case;
mod log;
mod report;
mod standing;
mod strike;
mod suspension;

pub use self::appeal::{ReadAppeals, WriteAppeals};
pub use self::case::{Backlog, CaseFilter, CaseKey, ReadModerationCases, WriteModerationCases};
pub use self::log::{LogKey, ReadModerationLog, WriteModerationLog};
pub use self::report::{ReadReports, WriteReports};
pub use self::standing::WriteStandings;
pub use self::strike::{ReadStrikes, WriteStrikes};
pub use self::suspension::{Cause, WriteSuspensions};

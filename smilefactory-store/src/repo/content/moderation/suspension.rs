//! Why somebody is suspended.

use smilefactory_core::id::{AccountId, ModerationCaseId};

use crate::error::Result;

/// What somebody is suspended by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A decision: until it is overturned.
    Decision,
    /// Strikes: until fewer than three count.
    Strikes,
}

impl Cause {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Strikes => "strikes",
        }
    }
}

/// Writes suspensions. Whoever does has locked the account with
/// [`lock_account`](super::WriteStrikes::lock_account).
pub trait WriteSuspensions {
    /// Notes that an account is suspended, by a case.
    fn insert(
        &mut self,
        case: ModerationCaseId,
        account: AccountId,
        by: Cause,
    ) -> impl Future<Output = Result<()>> + Send;

    /// How many suspensions of an account by this cause last.
    fn count(&mut self, account: AccountId, by: Cause) -> impl Future<Output = Result<i64>> + Send;

    /// Lifts the suspensions of an account by this cause, of one case or of all; says how many there were.
    fn lift(
        &mut self,
        account: AccountId,
        by: Cause,
        case: Option<ModerationCaseId>,
    ) -> impl Future<Output = Result<u64>> + Send;
}

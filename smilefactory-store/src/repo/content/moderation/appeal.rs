//! Appeals.

use smilefactory_core::content::moderation::Appeal;
use smilefactory_core::id::ModerationCaseId;

use crate::error::Result;

/// Reads appeals.
pub trait ReadAppeals {
    /// The appeals of these cases; at most 100 are read.
    fn get_many(&mut self, cases: &[ModerationCaseId]) -> impl Future<Output = Result<Vec<Appeal>>> + Send;

    /// The appeal of this case.
    fn get(&mut self, case: ModerationCaseId) -> impl Future<Output = Result<Option<Appeal>>> + Send;
}

/// Writes appeals.
pub trait WriteAppeals: ReadAppeals {
    /// Files an appeal. A second one of the same case is a `Conflict` of `case`.
    fn insert(&mut self, appeal: &Appeal) -> impl Future<Output = Result<()>> + Send;

    /// Notes what was ruled. `Stale` when somebody ruled before.
    fn rule(&mut self, appeal: &Appeal) -> impl Future<Output = Result<()>> + Send;
}

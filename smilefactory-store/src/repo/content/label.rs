//! What posts are found by, and how much there is under each tag and category.

use smilefactory_core::id::CategoryId;
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::PublishedKey;
use crate::error::Result;

/// A count that is not what counting anew gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelDrift {
    /// The tag or category.
    pub label: Uuid,
    /// How many posts too many it says it has.
    pub posts: i64,
    /// How many followers too many it says it has.
    pub followers: i64,
}

/// Reads what posts are found by.
pub trait ReadLabels {
    /// The shown posts in a category, most lately published first, by their keys; without those of authors whom the
    /// [sight](crate::Sight) of the unit of work is not shown.
    fn list_in_category(
        &mut self,
        category: CategoryId,
        page: &PageRequest<PublishedKey>,
    ) -> impl Future<Output = Result<Page<PublishedKey, PublishedKey>>> + Send;

    /// Which counts have drifted, among up to `limit` tags and categories behind `after` in the order of their ids; and
    /// the last of these, to go on behind it. What is not folded yet is no drift.
    fn drift(
        &mut self,
        after: Option<Uuid>,
        limit: u16,
    ) -> impl Future<Output = Result<(Vec<LabelDrift>, Option<Uuid>)>> + Send;
}

/// Keeps the counts. What posts are found by is written with them: a post's tags and categories are labels as soon as it
/// is saved.
pub trait WriteLabels: ReadLabels {
    /// Adds up to `limit` changes to the counts, and says how many there were. While somebody else does, nothing is
    /// done. A change is counted once, whatever is killed.
    fn fold(&mut self, limit: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Counts these tags and categories anew, and says how many counts were wrong. Waits for whoever folds.
    fn repair(&mut self, labels: &[Uuid]) -> impl Future<Output = Result<u64>> + Send;
}

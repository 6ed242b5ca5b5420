//! What is new for somebody.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::content::PostKind;
use smilefactory_core::feed::{FeedFacets, FeedItem, FeedMode};
use smilefactory_core::id::{AccountId, PostId};
use smilefactory_core::page::{Page, PageRequest};

use crate::error::Result;

/// Which posts a feed has; all of its mode unless narrowed down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FeedFilter {
    pub(crate) kind: Option<PostKind>,
    pub(crate) tag: Option<String>,
}

impl FeedFilter {
    /// All of them.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those of this kind.
    #[must_use]
    pub const fn of_kind(mut self, kind: PostKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Only those with this tag, in any case, or with one that it is an alias of.
    #[must_use]
    pub fn tagged(mut self, tag: impl Into<String>) -> Self {
        self.tag = Some(tag.into());
        self
    }
}

/// Where a post stands in a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeedKey {
    /// By when it was published.
    Time(DateTime<Utc>, PostId),
    /// By how much is done with it: the bits of the logarithm.
    Heat(u64, PostId),
    /// By what it is worth, as of the instant of the first page: the bits of the score.
    Score(DateTime<Utc>, u64, PostId),
}

/// Reads feeds: published posts that are for everybody, or for the members of a group that their reader belongs to;
/// without those of authors whom the [sight](crate::Sight) of the unit of work is not shown. Nothing must
/// be refreshed for it: a page is what is there when it is read, and no page but the last is short.
pub trait ReadFeed {
    /// What is new for `reader`.
    ///
    /// - [`Recent`](FeedMode::Recent): the last published first. Nothing is there before its time.
    /// - [`Following`](FeedMode::Following): the same of whom and what the reader follows, knows and belongs to, each
    ///   post once, without their own. It is merged exactly: only the sources that were active last are read, and more
    ///   of them until no other can have anything newer; of whoever has many, what is newest of all is looked at first.
    /// - [`Trending`](FeedMode::Trending): by [heat](smilefactory_core::feed::Heat), as far as it is
    ///   [folded](WriteFeed::fold_heat).
    /// - [`Ranked`](FeedMode::Ranked): by what each is worth as of the instant of the first page: the newest 400 of
    ///   all, the newest 400 of the reader's sources (at most 20 of each, of the 256 that were active last; among the newest
    ///   2,000 of all, of whoever has more than a thousand), the hottest 200, and the 200 nearest to what they tell about themselves; without their own, and without what was
    ///   published since. What becomes of a post between two pages moves it, and time alone moves nothing.
    fn list(
        &mut self,
        reader: AccountId,
        mode: FeedMode,
        filter: &FeedFilter,
        page: &PageRequest<FeedKey>,
    ) -> impl Future<Output = Result<Page<FeedItem, FeedKey>>> + Send;

    /// How many posts there are of what, of the most recent that `reader` would be given with this filter.
    fn count_facets(
        &mut self,
        reader: AccountId,
        filter: &FeedFilter,
    ) -> impl Future<Output = Result<FeedFacets>> + Send;

    /// Which of up to `limit` posts behind `after`, in the order of their ids, have a heat, or an author with a last
    /// time, that is not what summing up anew gives; and the last of those that were looked at. What is not folded yet
    /// is no drift.
    fn drift(
        &mut self,
        after: Option<PostId>,
        limit: u16,
    ) -> impl Future<Output = Result<(Vec<PostId>, Option<PostId>)>> + Send;
}

/// Keeps what feeds are read from.
pub trait WriteFeed: ReadFeed {
    /// Adds up to `limit` of the things that were done with posts to how much is done with them, and says how many
    /// there were; nothing, while somebody else does. What is done with a post that somebody changes at this moment is
    /// left for the next time. What is taken away here and added there lasts together.
    fn fold_heat(&mut self, limit: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Keeps a timeline for `reader` from now on, so that [`Following`](FeedMode::Following) is read from one place. It
    /// has the same posts as without; it is quicker for whoever follows hundreds. It is used once it is
    /// [filled](Self::fill_timeline), and kept as long as its reader [takes part](Self::trim_timelines).
    fn keep_timeline(&mut self, reader: AccountId) -> impl Future<Output = Result<()>> + Send;

    /// Keeps timelines for those of up to `limit` people behind `after`, in the order of their ids, who took part of late
    /// and follow hundreds. Says how many were begun, and who was looked at last.
    fn keep_timelines(
        &mut self,
        after: Option<AccountId>,
        limit: u16,
    ) -> impl Future<Output = Result<(u64, Option<AccountId>)>> + Send;

    /// Takes the next step towards filling a timeline, and says whether there was one to take: nothing, while
    /// transactions run that began before the timeline did, while somebody else keeps the timelines of the community, or
    /// in a unit of work that has written something before.
    fn fill_timeline(&mut self) -> impl Future<Output = Result<bool>> + Send;

    /// Puts up to `limit` changes, of what was published and of what readers follow, into the timelines they belong to, and
    /// says how many there were; nothing, while somebody else keeps the timelines of the community. What is read is the same before
    /// and after.
    fn fold_timelines(&mut self, limit: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Cuts those of up to `limit` timelines behind `after` that are long, and drops those whose readers have not taken part
    /// for two weeks, or have no profile. Says how many it were, and whose was looked at last. Waits for whoever keeps the
    /// timelines of the community, as long as for any lock.
    fn trim_timelines(
        &mut self,
        after: Option<AccountId>,
        limit: u16,
    ) -> impl Future<Output = Result<(u64, Option<AccountId>)>> + Send;

    /// Drops up to `limit` timelines, and says how many there were. Nothing is lost by it but time. Waits for whoever keeps
    /// the timelines of the community, as long as for any lock.
    fn drop_timelines(&mut self, limit: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Sums the heat of these posts up anew, and says how many were wrong. Waits for whoever folds.
    fn repair(&mut self, posts: &[PostId]) -> impl Future<Output = Result<u64>> + Send;
}

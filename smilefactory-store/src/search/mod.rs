//! Search: a trait, the default that needs nothing but the database, and what every implementation must do.

#[cfg(feature = "testing")]
pub mod conformance;
mod excerpt;
mod postgres;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use smilefactory_core::content::{PostHit, PostSearch};
use smilefactory_core::id::PostId;
use smilefactory_core::page::{Page, PageRequest};

pub use self::postgres::PostgresSearch;
use crate::error::Result;
use crate::tx::ReadTx;

/// Where a hit stands in a list: the best first, equal ones by id, the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitKey {
    /// How well it fits.
    pub rank: u32,
    /// Which post.
    pub id: PostId,
    /// Whether the list has words that are only spelled alike.
    pub approximate: bool,
}

/// Finds posts by their words.
///
/// It finds what everybody in the unit of work's tenant may see, and nothing else: a post that was taken off or removed
/// is not among the hits of a unit of work that began after that, nor is one whose author the [sight](crate::Sight) of the
/// unit of work is not shown; of one author that is asked for, only a block hides them. Any text may be searched for; one that means nothing
/// finds nothing. A post without the words as they are is found only when no post has them.
#[async_trait]
pub trait SearchIndex: std::fmt::Debug + Send + Sync {
    /// A page of what is found, the best first. Of very many posts with the words, the newest [`CANDIDATES`]
    /// are weighed.
    async fn posts(
        &self,
        tx: &mut ReadTx,
        search: &PostSearch,
        page: &PageRequest<HitKey>,
    ) -> Result<Page<PostHit, HitKey>>;
}

/// At most how many posts are weighed in one search.
pub const CANDIDATES: i32 = 1000;

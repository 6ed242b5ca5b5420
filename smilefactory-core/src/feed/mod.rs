//! What is new for somebody: in which order, and why.
//!
//! A feed is of posts that somebody may see and did not ask for. Nothing is kept for it: what a post is worth to
//! somebody is computed when they look, from [signals](Signals) that are stored where they come from.

mod heat;
mod reason;
mod score;
mod signals;
mod view;
mod weights;

pub use self::heat::{Deed, Heat};
pub use self::reason::{FeedReason, FeedReasonKind};
pub use self::score::{FeedScore, Ranked, rank, score};
pub use self::signals::{Engagements, Signals};
pub use self::view::{FeedCount, FeedFacets, FeedItem};
pub use self::weights::FeedWeights;
use crate::choice::choices;

choices! {
    /// Which posts a feed has, and in which order.
    FeedMode {
        /// What may matter most to its reader: by interests, recency, what people do with it, and who wrote it.
        /// Without one's own posts. It comes to an end, behind which the most recent goes on.
        Ranked = "ranked",
        /// What comes from people, tags and groups that its reader follows, knows or belongs to, the last published
        /// first; without one's own posts.
        Following = "following",
        /// What people do most with, of which half is forgotten after a day. A moment behind.
        Trending = "trending",
        /// Everything, the last published first.
        Recent = "recent",
    }
}

#[cfg(test)]
mod tests;

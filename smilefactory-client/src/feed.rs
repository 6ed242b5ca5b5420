//! The feed: what is new for the caller, in which order and why.

use smilefactory_core::content::PostKind;
use smilefactory_core::feed::{FeedFacets, FeedItem, FeedMode};

use crate::call::Call;
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// What is new for the caller; from [`Client::feed`](crate::Client::feed).
#[derive(Clone, Copy, Debug)]
pub struct Feed<'a>(pub(crate) &'a Transport);

/// Marks the lists of what is new for the caller.
#[derive(Debug)]
pub enum News {}

impl Feed<'_> {
    /// What may matter most to the caller, each post with why it is there and what put it where it is. It ends after
    /// some 1,000 posts, behind which [`recent`](Self::recent) goes on.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// for item in client.feed().ranked().limit(10).await? {
    ///     let why: Vec<_> = item.reasons.iter().map(|reason| reason.kind.as_str()).collect();
    ///     println!("{} {}", item.listed.post.id, why.join(", "));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn ranked(&self) -> List<FeedItem, News> {
        self.list(FeedMode::Ranked)
    }

    /// What comes from people, tags and groups that the caller follows, knows or belongs to, the last published first.
    pub fn following(&self) -> List<FeedItem, News> {
        self.list(FeedMode::Following)
    }

    /// What people do most with at the moment.
    pub fn trending(&self) -> List<FeedItem, News> {
        self.list(FeedMode::Trending)
    }

    /// Everything that is for the caller, the last published first.
    pub fn recent(&self) -> List<FeedItem, News> {
        self.list(FeedMode::Recent)
    }

    /// The posts of a mode.
    pub fn list(&self, mode: FeedMode) -> List<FeedItem, News> {
        List::new(self.0, &op::LIST_FEED).filter("mode", mode.as_str())
    }

    /// How many of the most recent posts are of which kind, tag and category.
    pub fn facets(&self) -> Call<FeedFacets, News> {
        Call::new(self.0, &op::COUNT_FEED)
    }
}

/// The same narrows down the lists and the counts.
macro_rules! narrowed {
    ($on:ty, $filter:ident) => {
        impl $on {
            /// Only posts of this kind.
            pub fn kind(self, kind: PostKind) -> Self {
                self.$filter("kind", kind.as_str())
            }

            /// Only posts with this tag, or with one that it is an alias of.
            pub fn tag(self, tag: impl AsRef<str>) -> Self {
                self.$filter("tag", tag.as_ref())
            }
        }
    };
}
narrowed!(List<FeedItem, News>, filter);
narrowed!(Call<FeedFacets, News>, query);

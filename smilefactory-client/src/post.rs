//! Posts: what people publish.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::content::{
    FeaturedPost, ListedPost, PollResult, Post, PostFacets, PostHit, PostInput, PostKind, PostPatch,
    PostState, PostView, ReviewAssignment, ReviewDue, StepTaken,
};
use smilefactory_core::id::{AccountId, CategoryId, PostId};
use smilefactory_core::version::Version;

use crate::call::{Call, Keyed};
use crate::operation::{self as op, Operation};
use crate::page::{List, read_whole};
use crate::request::Transport;

/// What people publish; from [`Client::posts`](crate::Client::posts).
///
/// A step (`submit`, `publish`, …) and a change name the version of the post they were decided on: given a `&Post`,
/// its own. When somebody saved since, the error [is stale](crate::Error::is_stale); when the post's state does not
/// allow the step, it [is refused](crate::Error::is_step_refused); when it is for somebody else, it [is
/// forbidden](crate::Error::is_forbidden).
#[derive(Clone, Copy, Debug)]
pub struct Posts<'a>(pub(crate) &'a Transport);

/// Which version of which post: a `&Post` turns into it, and so does `(id, version)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostVersion {
    /// The post.
    pub id: PostId,
    /// Its version.
    pub version: Version,
}

impl From<&Post> for PostVersion {
    fn from(post: &Post) -> Self {
        Self { id: post.id, version: post.version }
    }
}

impl From<&PostView> for PostVersion {
    fn from(view: &PostView) -> Self {
        Self::from(&view.post)
    }
}

impl From<&ListedPost> for PostVersion {
    fn from(listed: &ListedPost) -> Self {
        Self::from(&listed.post)
    }
}

impl From<(PostId, Version)> for PostVersion {
    fn from((id, version): (PostId, Version)) -> Self {
        Self { id, version }
    }
}

/// Marks the list of published posts.
#[derive(Debug)]
pub enum Published {}

/// Marks the list of posts that were searched for.
#[derive(Debug)]
pub enum Found {}

/// Marks a list of the caller's own: posts, those they saved, or tags they follow.
#[derive(Debug)]
pub enum Mine {}

/// Marks the list of the posts that wait for a reviewer.
#[derive(Debug)]
pub enum InReview {}

impl Posts<'_> {
    /// Begins a post. Its author alone sees it, and staff.
    pub fn draft(&self, input: &PostInput) -> Call<Post, Keyed> {
        Call::new(self.0, &op::DRAFT_POST).json(input)
    }

    /// The published posts, newest first, each with what people did with it, and the caller.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use futures::{StreamExt, TryStreamExt};
    /// use smilefactory_core::content::PostKind;
    ///
    /// let posts = client.posts().list().kind(PostKind::Opportunity).tag("maize").into_stream();
    /// let newest: Vec<_> = posts.take(50).try_collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<ListedPost, Published> {
        List::new(self.0, &op::LIST_POSTS)
    }

    /// How many of the posts that [`list`](Self::list) would give are of which kind, tag, category and author.
    pub fn facets(&self) -> Call<PostFacets, Published> {
        Call::new(self.0, &op::COUNT_POSTS)
    }

    /// Features a post that is published for everybody, at most 20 at a time. For staff.
    pub fn feature(&self, post: PostId) -> Call<FeaturedPost> {
        Call::new(self.0, &op::FEATURE_POST).id(post)
    }

    /// Features a post no more. For staff.
    pub fn unfeature(&self, post: PostId) -> Call<()> {
        Call::without_answer(self.0, &op::UNFEATURE_POST).id(post)
    }

    /// The published posts with these words, the best first: 1 to 200 characters; words in quotes stand together, `or` and
    /// a leading `-` mean what they mean on the web. When no post has them, those are found that have words spelled alike.
    pub fn search(&self, words: &str) -> List<PostHit, Found> {
        List::new(self.0, &op::SEARCH_POSTS).filter("q", words)
    }

    /// The caller's own posts in any state, newest first.
    pub fn list_mine(&self) -> List<ListedPost, Mine> {
        List::new(self.0, &op::LIST_MY_POSTS)
    }

    /// The posts that wait for a reviewer. For staff.
    pub fn list_in_review(&self) -> List<Post, InReview> {
        List::new(self.0, &op::LIST_POSTS_IN_REVIEW)
    }

    /// One post as it is shown, with its text as HTML that is safe to show, and what people did with it; one the caller may not see is [not
    /// found](crate::Error::is_not_found).
    pub fn get(&self, post: PostId) -> Call<PostView> {
        Call::new(self.0, &op::GET_POST).id(post)
    }

    /// Changes a post; what the patch leaves out stays.
    pub fn edit(&self, post: impl Into<PostVersion>, patch: &PostPatch) -> Call<Post> {
        self.on(&op::EDIT_POST, post.into()).json(patch)
    }

    /// Deletes a draft of one's own, for good.
    pub fn delete(&self, post: impl Into<PostVersion>) -> Call<()> {
        let post = post.into();
        Call::without_answer(self.0, &op::DELETE_POST).id(post.id).if_match(post.version)
    }

    /// The author asks for review.
    pub fn submit(&self, post: impl Into<PostVersion>) -> Call<Post, Keyed> {
        self.on(&op::SUBMIT_POST, post.into())
    }

    /// A reviewer agrees; nobody reviews their own post.
    pub fn approve(&self, post: impl Into<PostVersion>) -> Call<Post, Keyed> {
        self.on(&op::APPROVE_POST, post.into())
    }

    /// A reviewer sends it back, and says why: 1 to 500 characters on one line.
    pub fn request_changes(&self, post: impl Into<PostVersion>, reason: &str) -> Call<Post, Keyed> {
        #[derive(Serialize)]
        struct Review<'a> {
            reason: &'a str,
        }
        self.on(&op::REQUEST_CHANGES, post.into()).json(&Review { reason })
    }

    /// Everybody may read it from now on.
    pub fn publish(&self, post: impl Into<PostVersion>) -> Call<Post, Keyed> {
        self.on(&op::PUBLISH_POST, post.into())
    }

    /// It is to be published at a time in the future.
    pub fn schedule(&self, post: impl Into<PostVersion>, at: DateTime<Utc>) -> Call<Post, Keyed> {
        #[derive(Serialize)]
        struct Time {
            at: DateTime<Utc>,
        }
        self.on(&op::SCHEDULE_POST, post.into()).json(&Time { at })
    }

    /// It is taken off; author and staff still see it.
    pub fn archive(&self, post: impl Into<PostVersion>) -> Call<Post, Keyed> {
        self.on(&op::ARCHIVE_POST, post.into())
    }

    /// The steps it took, the last first: who, when and why. For its author and staff.
    pub fn list_steps(&self, post: PostId) -> List<StepTaken> {
        List::new(self.0, &op::LIST_STEPS).of(post)
    }

    /// Who was asked to review it, and until when. For its author and staff.
    pub fn list_reviewers(&self, post: PostId) -> Call<Vec<ReviewAssignment>> {
        #[derive(Deserialize)]
        struct Reviewers {
            items: Vec<ReviewAssignment>,
        }
        Call::reading(self.0, &op::LIST_REVIEWERS, |answer| {
            let reviewers: Reviewers =
                read_whole(&answer.body).map_err(|error| answer.exchange.fail(error))?;
            Ok(reviewers.items)
        })
        .id(post)
    }

    /// Asks somebody of the staff to review it until then, or gives them another time. For staff.
    pub fn ask_reviewer(
        &self,
        post: PostId,
        reviewer: AccountId,
        due_at: DateTime<Utc>,
    ) -> Call<ReviewAssignment> {
        #[derive(Serialize)]
        struct Due {
            due_at: DateTime<Utc>,
        }
        Call::new(self.0, &op::ASK_REVIEWER).id(post).id(reviewer).json(&Due { due_at })
    }

    /// Asks a reviewer no more. For staff.
    pub fn release_reviewer(&self, post: PostId, reviewer: AccountId) -> Call<()> {
        Call::without_answer(self.0, &op::RELEASE_REVIEWER).id(post).id(reviewer)
    }

    /// The posts the caller is asked to review, the soonest due first. For staff.
    pub fn list_my_reviews(&self) -> List<ReviewDue> {
        List::new(self.0, &op::LIST_MY_REVIEWS)
    }

    /// Votes in a poll, by the places of the answers, the first of which is 0. Whoever voted before changes their mind.
    pub fn vote(&self, post: PostId, choices: &[u8]) -> Call<PollResult> {
        #[derive(Serialize)]
        struct Vote<'a> {
            choices: &'a [u8],
        }
        Call::new(self.0, &op::VOTE).id(post).json(&Vote { choices })
    }

    /// Takes the own vote back.
    pub fn withdraw_vote(&self, post: PostId) -> Call<()> {
        Call::without_answer(self.0, &op::WITHDRAW_VOTE).id(post)
    }

    fn on<K>(self, operation: &'static Operation, post: PostVersion) -> Call<Post, K> {
        Call::new(self.0, operation).id(post.id).if_match(post.version)
    }
}

/// The same narrows down the list and the counts.
macro_rules! narrowed {
    ($on:ty, $filter:ident) => {
        impl $on {
            /// Only what this account wrote.
            pub fn author(self, author: AccountId) -> Self {
                self.$filter("author", author.to_string())
            }

            /// Only this kind.
            pub fn kind(self, kind: PostKind) -> Self {
                self.$filter("kind", kind.as_str())
            }

            /// Only what has this tag, in any case, or one that it is an alias of.
            pub fn tag(self, tag: impl AsRef<str>) -> Self {
                self.$filter("tag", tag.as_ref())
            }

            /// Only what stands in this category; what is in those under it is not among them.
            pub fn category(self, category: CategoryId) -> Self {
                self.$filter("category", category.to_string())
            }

            /// Only what stands in this category or in one under it.
            pub fn in_tree(self, category: CategoryId) -> Self {
                self.category(category).$filter("under", "true")
            }

            /// Only what was first published at this time or later.
            pub fn published_from(self, time: DateTime<Utc>) -> Self {
                self.$filter("published_from", time.to_rfc3339())
            }

            /// Only what was first published before this time.
            pub fn published_before(self, time: DateTime<Utc>) -> Self {
                self.$filter("published_before", time.to_rfc3339())
            }

            /// Only what staff feature; a list has the last featured first.
            pub fn featured(self) -> Self {
                self.$filter("featured", "true")
            }
        }
    };
}
narrowed!(List<ListedPost, Published>, filter);
narrowed!(Call<PostFacets, Published>, query);

impl List<PostHit, Found> {
    /// The language the words are in; English unless said.
    pub fn language(self, language: impl AsRef<str>) -> Self {
        self.filter("language", language.as_ref())
    }

    /// Only what this account wrote.
    pub fn author(self, author: AccountId) -> Self {
        self.filter("author", author.to_string())
    }

    /// Only this kind.
    pub fn kind(self, kind: PostKind) -> Self {
        self.filter("kind", kind.as_str())
    }

    /// Only what has this tag, in any case, or one that it is an alias of.
    pub fn tag(self, tag: impl AsRef<str>) -> Self {
        self.filter("tag", tag.as_ref())
    }

    /// Only what stands in this category; what is in those under it is not among them.
    pub fn category(self, category: CategoryId) -> Self {
        self.filter("category", category.to_string())
    }

    /// Only what was first published at this time or later.
    pub fn published_from(self, time: DateTime<Utc>) -> Self {
        self.filter("published_from", time.to_rfc3339())
    }

    /// Only what was first published before this time.
    pub fn published_before(self, time: DateTime<Utc>) -> Self {
        self.filter("published_before", time.to_rfc3339())
    }
}

impl List<ListedPost, Mine> {
    /// Only what is in this state.
    pub fn state(self, state: PostState) -> Self {
        self.filter("state", state.as_str())
    }
}

//! What people publish.

mod category;
mod comment;
mod engagement;
mod facets;
mod featured;
mod media;
pub mod moderation;
mod post;
mod publishing;
mod rendered;
mod review;
mod search;
mod standing;
mod tab;
mod tag;
#[cfg(test)]
mod taxonomy_tests;
#[cfg(test)]
mod tests;
mod thread;
mod version;
mod view;
mod vote;

pub use self::category::{
    Category, CategoryDraft, CategoryInput, CategoryNode, CategoryPatch, CategoryRefused, CategoryTree,
    MAX_CATEGORY_DEPTH, Tab,
};
pub use self::comment::{Comment, CommentDraft, CommentInput, CommentPatch, CommentRights};
pub use self::engagement::{
    AuthorStats, CommentReaction, Engaging, PostAction, PostEngagement, PostReaction, Reaction,
    ReactionCounts, ReactionDraft, ReactionInput, ReactionPatch, SavedPost, ViewerState,
};
pub use self::facets::{PostCount, PostFacets};
pub use self::featured::{FeatureRefused, FeaturedPost};
pub use self::media::{
    ContentDigest, DeclaredMedia, HeaderField, Media, MediaFound, MediaInput, MediaPatch, MediaSize,
    MediaState, MediaType, MediaUpload, MediaUrl, MediaVariant, UploadTarget,
};
pub use self::post::{
    Invitation, InvitationInput, InvitationPatch, Opportunity, OpportunityInput, OpportunityPatch,
    OpportunityType, Poll, PollInput, PollPatch, Post, PostAudience, PostDraft, PostInput, PostKind,
    PostPatch,
};
pub use self::publishing::{
    Edge, PostState, PostStep, PublishingRights, StepBy, StepRefused, StepTaken, StepTaker,
};
pub use self::rendered::Rendered;
pub use self::review::{ReviewAssigned, ReviewAssignment, ReviewDue, ReviewRefused};
pub use self::search::{Excerpt, PostHit, PostSearch, SearchText};
pub use self::standing::Standing;
pub use self::tab::{CommunityTab, TabFilter};
pub use self::tag::{Tag, TagName, TagSort, fold_tag};
pub use self::thread::{CommentSort, CommentThread};
pub use self::version::{DiffLine, DiffPart, PostDiff, PostVersion, Redaction};
pub use self::view::{ListedPost, PollResult, PostView, reading_minutes};
pub use self::vote::{OwnVote, Place, Vote, VoteInput, VotePatch, VoteRefused};
use chrono::{DateTime, Utc};

use crate::fact::facts;
use crate::id::{AccountId, CategoryId, CommentId, MediaId, PostId, TagId};
pub use crate::text::Reason;
use crate::version::Version;

facts! {
    /// Somebody began a post.
    PostDrafted = "content.post.drafted" v 1 of post: PostId {
        /// Who writes it.
        author: AccountId,
    }

    /// A draft was deleted for good.
    PostDeleted = "content.post.deleted" v 1 of post: PostId {
        /// Who wrote it.
        author: AccountId,
    }

    /// A post's text, tags or kind changed.
    PostEdited = "content.post.edited" v 1 of post: PostId {
        /// Who wrote it.
        author: AccountId,
        /// The state it was edited in.
        state: PostState,
    }

    /// A post went from one state of the publishing workflow to another.
    PostMoved = "content.post.moved" v 1 of post: PostId {
        /// Who wrote it.
        author: AccountId,
        /// The step that was taken.
        step: PostStep,
        /// As whom.
        by: StepBy,
        /// The state it was in.
        from: PostState,
        /// The state it is in now.
        to: PostState,
        /// Why, where the step asks for a reason.
        reason: Option<String>,
    }

    /// Staff feature a post.
    PostFeatured = "content.post.featured" v 1 of post: PostId {
        /// Who.
        by: AccountId,
    }

    /// Staff feature a post no more.
    PostUnfeatured = "content.post.unfeatured" v 1 of post: PostId {
        /// Who.
        by: AccountId,
    }

    /// Somebody commented on a post, or answered a comment.
    CommentWritten = "content.comment.written" v 1 of comment: CommentId {
        /// The post it belongs to.
        post: PostId,
        /// Who wrote it.
        author: AccountId,
        /// The comment it answers, when it answers one.
        parent: Option<CommentId>,
    }

    /// The text of a comment changed.
    CommentEdited = "content.comment.edited" v 1 of comment: CommentId {
        /// The post it belongs to.
        post: PostId,
        /// Who wrote it.
        author: AccountId,
        /// The comment it answers, when it answers one.
        parent: Option<CommentId>,
    }

    /// The text of a comment is gone: somebody deleted it, or its author was erased.
    CommentDeleted = "content.comment.deleted" v 1 of comment: CommentId {
        /// The post it belongs to.
        post: PostId,
        /// Who wrote it; nobody, once they are erased.
        author: Option<AccountId>,
        /// The comment it answers, when it answers one.
        parent: Option<CommentId>,
    }

    /// A reviewer was asked to look at a post.
    ReviewerAsked = "content.review.asked" v 1 of post: PostId {
        /// Who is to look.
        reviewer: AccountId,
        /// Until when.
        due_at: DateTime<Utc>,
    }

    /// A reviewer need not look at a post any more.
    ReviewerReleased = "content.review.released" v 1 of post: PostId {
        /// Who was to look.
        reviewer: AccountId,
    }

    /// Somebody voted, or changed their vote.
    VoteCast = "content.vote.cast" v 1 of post: PostId {
        /// Who voted.
        voter: AccountId,
    }

    /// Somebody took their vote back.
    VoteWithdrawn = "content.vote.withdrawn" v 1 of post: PostId {
        /// Who had voted.
        voter: AccountId,
    }

    /// An earlier version of a post was redacted: its text is gone, that it was there is not.
    VersionRedacted = "content.version.redacted" v 1 of post: PostId {
        /// The version.
        number: Version,
        /// Why.
        reason: String,
    }

    /// Staff made a category.
    CategoryCreated = "content.category.created" v 1 of category: CategoryId {
        /// The tab it belongs to.
        tab: Tab,
        /// The category it stands under.
        parent: Option<CategoryId>,
    }

    /// A category was renamed, or stands somewhere else.
    CategoryChanged = "content.category.changed" v 1 of category: CategoryId {
        /// The tab it belongs to.
        tab: Tab,
        /// The category it stood under.
        from: Option<CategoryId>,
        /// The category it stands under now.
        to: Option<CategoryId>,
    }

    /// A category is shown no more.
    CategoryArchived = "content.category.archived" v 1 of category: CategoryId {
        /// The tab it belongs to.
        tab: Tab,
    }

    /// A tag got another word.
    TagAliased = "content.tag.aliased" v 1 of tag: TagId {
        /// The tag that is meant.
        of: TagId,
    }

    /// A tag is to be merged into another.
    TagMergeBegun = "content.tag.merge_begun" v 1 of tag: TagId {
        /// The tag that stays.
        into: TagId,
    }

    /// A tag was merged into another, and is an alias of it.
    TagMerged = "content.tag.merged" v 1 of tag: TagId {
        /// The tag that stays.
        into: TagId,
    }

    /// Somebody follows a tag.
    TagFollowed = "content.tag.followed" v 1 of tag: TagId {
        /// Who.
        by: AccountId,
    }

    /// Somebody follows a tag no more.
    TagUnfollowed = "content.tag.unfollowed" v 1 of tag: TagId {
        /// Who.
        by: AccountId,
    }

    /// The content of a file is there, and was found to be good.
    MediaUploaded = "content.media.uploaded" v 1 of media: MediaId {
        /// Who uploaded it.
        owner: AccountId,
        /// What it is.
        media_type: MediaType,
        /// How many bytes are kept.
        size: u32,
    }

    /// A file was deleted by its owner.
    MediaDeleted = "content.media.deleted" v 1 of media: MediaId {
        /// Who uploaded it.
        owner: AccountId,
    }

    /// Somebody reacted to a post, or reacts otherwise than before.
    PostReacted = "content.post.reacted" v 1 of post: PostId {
        /// Who.
        by: AccountId,
        /// How.
        reaction: Reaction,
    }

    /// Somebody took their reaction to a post back.
    PostUnreacted = "content.post.unreacted" v 1 of post: PostId {
        /// Who.
        by: AccountId,
    }

    /// Somebody saved a post.
    PostSaved = "content.post.saved" v 1 of post: PostId {
        /// Who.
        by: AccountId,
    }

    /// Somebody has a post saved no more.
    PostUnsaved = "content.post.unsaved" v 1 of post: PostId {
        /// Who.
        by: AccountId,
    }

    /// Somebody shared a post; told once of a person and post.
    PostShared = "content.post.shared" v 1 of post: PostId {
        /// Who.
        by: AccountId,
    }

    /// Somebody viewed a post for the first time.
    PostViewed = "content.post.viewed" v 1 of post: PostId {
        /// Who.
        by: AccountId,
    }

    /// Somebody reacted to a comment, or reacts otherwise than before.
    CommentReacted = "content.comment.reacted" v 1 of comment: CommentId {
        /// The post it belongs to.
        post: PostId,
        /// Who.
        by: AccountId,
        /// How.
        reaction: Reaction,
    }

    /// Somebody took their reaction to a comment back.
    CommentUnreacted = "content.comment.unreacted" v 1 of comment: CommentId {
        /// The post it belongs to.
        post: PostId,
        /// Who.
        by: AccountId,
    }
}

//! What people publish.

mod category;
mod comment;
mod engagement;
mod erasure;
mod label;
mod media;
mod moderation;
mod post;
mod tag;
mod version;
mod vote;

pub use self::category::{MAX_CATEGORIES, ReadCategories, WriteCategories};
pub use self::comment::{CommentKey, ErasedComments, ReadComments, Thread, WriteComments};
pub use self::engagement::{ReactionKey, ReadEngagement, SavedKey, WriteEngagement};
pub use self::erasure::{ErasedPosts, WriteContentErasure};
pub use self::label::{LabelDrift, ReadLabels, WriteLabels};
pub use self::media::{ReadMedia, WriteMedia};
pub use self::moderation::{
    Backlog, CaseFilter, CaseKey, Cause, LogKey, ReadAppeals, ReadModerationCases, ReadModerationLog,
    ReadReports, ReadStrikes, WriteAppeals, WriteModerationCases, WriteModerationLog, WriteReports,
    WriteStandings, WriteStrikes, WriteSuspensions,
};
pub use self::post::{DueKey, PostFilter, PublishedKey, ReadPosts, WritePosts};
pub use self::tag::{FollowedTagKey, MergeBatch, PopularTagKey, ReadTags, TagNameKey, WriteTags};
pub use self::version::{ReadVersions, WriteVersions};
pub use self::vote::{ReadVotes, WriteVotes};

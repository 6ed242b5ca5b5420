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
mod tag_merge;
mod thread;
mod version;
mod vote;

pub use self::category::Categories;
pub(in crate::postgres) use self::category::with_those_under;
pub use self::comment::Comments;
pub use self::engagement::Engagement;
pub use self::erasure::ContentErasure;
pub use self::label::Labels;
pub(in crate::postgres) use self::label::count;
pub use self::media::MediaFiles;
pub(in crate::postgres) use self::media::MediaRow;
pub use self::moderation::{
    Appeals, ModerationCases, ModerationLog, Reports, Standings, Strikes, Suspensions,
};
pub use self::post::Posts;
pub use self::tag::Tags;
pub use self::version::Versions;
pub use self::vote::Votes;

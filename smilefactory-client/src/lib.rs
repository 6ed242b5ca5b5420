#![doc = include_str!("../README.md")]

mod builder;
mod call;
mod client;
mod content;
mod entropy;
mod error;
mod operation;
mod page;
mod problem;
mod request;
mod retry;

mod account;
mod category;
mod comment;
mod engagement;
mod matching;
mod media;
mod moderation;
mod platform;
mod post;
mod profile;
mod session;
mod tag;
mod version;

pub use self::account::Accounts;
pub use self::builder::ClientBuilder;
pub use self::call::{Call, Keyed, Versioned};
pub use self::category::{Categories, CategoryVersion};
pub use self::client::Client;
pub use self::comment::{CommentVersion, Comments, Threads};
pub use self::engagement::Engagement;
pub use self::error::{Error, ErrorKind};
pub use self::matching::{ListMatches, Matches};
pub use self::media::{Media, MyFiles, Upload};
pub use self::moderation::{CaseVersion, Log, Moderation, Queue, Reports};
pub use self::operation::{OPERATIONS, Operation};
pub use self::page::{List, Page, Unreadable};
pub use self::platform::{Platform, Readiness};
pub use self::post::{Found, InReview, Mine, PostVersion, Posts, Published};
pub use self::problem::Problem;
pub use self::profile::{Profiles, Shown};
pub use self::session::{LogIn, Sessions};
pub use self::tag::{Tags, Used};
pub use self::version::Versions;

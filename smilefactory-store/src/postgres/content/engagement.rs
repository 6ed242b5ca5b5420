//! What people do with posts and comments.

mod counts;
mod own;
mod read;
mod write;

use chrono::{DateTime, NaiveDate, Utc};
use smilefactory_core::content::{PostEngagement, ReactionCounts, ViewerState};
use smilefactory_core::id::{Id, PostId};
use uuid::Uuid;

use super::super::repository;
use super::super::row::RowOf;
use super::label::count;
use crate::error::{Result, StoreError};

pub(super) use self::counts::hold as hold_counts;

repository! {
    /// What people do with posts and comments.
    Engagement = engagement
}

struct StateRow {
    reaction: Option<String>,
    reacted_at: Option<DateTime<Utc>>,
    saved_at: Option<DateTime<Utc>>,
    shared_at: Option<DateTime<Utc>>,
    viewed_on: Option<NaiveDate>,
}

struct ReactionRow {
    account_id: Uuid,
    reaction: String,
    reacted_at: DateTime<Utc>,
}

struct CountsRow {
    post: Uuid,
    likes: i64,
    insights: i64,
    supports: i64,
    celebrates: i64,
    saves: i64,
    shares: i64,
    views: i64,
    comments: i64,
    reaction: Option<String>,
    reacted_at: Option<DateTime<Utc>>,
    saved_at: Option<DateTime<Utc>>,
    shared_at: Option<DateTime<Utc>>,
    viewed_on: Option<NaiveDate>,
}

impl StateRow {
    fn read(self, post: Uuid) -> Result<ViewerState> {
        let of = RowOf { table: "content.post_actions", id: post };
        Ok(ViewerState {
            reaction: of.parse_opt("reaction", self.reaction.as_deref())?,
            reacted_at: self.reacted_at,
            saved_at: self.saved_at,
            shared_at: self.shared_at,
            viewed_on: self.viewed_on,
        })
    }
}

impl TryFrom<CountsRow> for PostEngagement {
    type Error = StoreError;
    fn try_from(row: CountsRow) -> Result<Self> {
        let viewer = StateRow {
            reaction: row.reaction,
            reacted_at: row.reacted_at,
            saved_at: row.saved_at,
            shared_at: row.shared_at,
            viewed_on: row.viewed_on,
        };
        Ok(Self {
            post: PostId::from_uuid(row.post),
            reactions: ReactionCounts {
                like: count(Some(row.likes)),
                insightful: count(Some(row.insights)),
                support: count(Some(row.supports)),
                celebrate: count(Some(row.celebrates)),
            },
            saves: count(Some(row.saves)),
            shares: count(Some(row.shares)),
            views: count(Some(row.views)),
            comments: count(Some(row.comments)),
            viewer: viewer.read(row.post)?,
        })
    }
}

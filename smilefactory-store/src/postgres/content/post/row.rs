//! Rows of posts.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use smilefactory_core::content::{
    Invitation, InvitationInput, OpportunityInput, PollInput, Post, PostDraft, PostInput,
};
use smilefactory_core::id::{AccountId, CategoryId, GroupId, Id, MediaId, PostId};
use smilefactory_core::money::MoneyInput;
use smilefactory_core::validation::Field;
use smilefactory_core::version::Version;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::postgres::row::RowOf;

pub(super) struct PostRow {
    pub(super) id: Uuid,
    pub(super) author_id: Uuid,
    pub(super) kind: String,
    pub(super) title: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) body: String,
    pub(super) tags: Vec<String>,
    pub(super) language: Option<String>,
    pub(super) categories: Vec<Uuid>,
    pub(super) attachments: Vec<Uuid>,
    pub(super) opportunity_of: Option<String>,
    pub(super) deadline: Option<DateTime<Utc>>,
    pub(super) apply_at: Option<String>,
    pub(super) award_amount: Option<Decimal>,
    pub(super) award_currency: Option<String>,
    pub(super) poll_options: Option<Vec<String>>,
    pub(super) poll_several: Option<bool>,
    pub(super) poll_closes_at: Option<DateTime<Utc>>,
    pub(super) starts_at: Option<DateTime<Utc>>,
    pub(super) ends_at: Option<DateTime<Utc>>,
    pub(super) place: Option<String>,
    pub(super) join_at: Option<String>,
    pub(super) state: String,
    pub(super) standing: String,
    pub(super) group_id: Option<Uuid>,
    pub(super) audience: String,
    pub(super) published_at: Option<DateTime<Utc>>,
    pub(super) scheduled_for: Option<DateTime<Utc>>,
    pub(super) version: i64,
    pub(super) text_version: i64,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

/// Reads posts: what follows `from content.posts`, and its parameters.
macro_rules! select_posts {
    ($tail:tt, $($parameter:expr),* $(,)?) => {
        sqlx::query_as!(
            PostRow,
            r#"
            select id, author_id, kind, title, summary, body, tags, language, categories, attachments, opportunity_of,
              deadline, apply_at, award_amount, award_currency, poll_options, poll_several, poll_closes_at, starts_at,
              ends_at, place, join_at, state, standing, group_id, audience, published_at, scheduled_for, version,
              text_version, created_at, updated_at
            from content.posts
            "# + $tail,
            $($parameter),*
        )
    };
}
pub(super) use select_posts;

impl TryFrom<PostRow> for Post {
    type Error = StoreError;
    fn try_from(row: PostRow) -> Result<Self> {
        let of = RowOf { table: "content.posts", id: row.id };
        let at = |at: Option<DateTime<Utc>>| at.map(Field::into_raw);
        let opportunity = row.opportunity_of.map(|sort| OpportunityInput {
            of: sort,
            deadline: at(row.deadline),
            apply_at: row.apply_at,
            award: row
                .award_amount
                .zip(row.award_currency)
                .map(|(amount, currency)| MoneyInput { amount, currency }),
        });
        let poll = row.poll_options.map(|options| PollInput {
            options,
            several: row.poll_several.unwrap_or_default(),
            closes_at: at(row.poll_closes_at),
        });
        let invitation = row.starts_at.map(|starts_at| InvitationInput {
            starts_at: starts_at.into_raw(),
            ends_at: at(row.ends_at),
            place: row.place,
            join_at: row.join_at,
        });
        Ok(Self {
            id: PostId::from_uuid(row.id),
            author: AccountId::from_uuid(row.author_id),
            draft: PostDraft {
                kind: of.parse("kind", &row.kind)?,
                title: of.parse_opt("title", row.title.as_deref())?,
                summary: of.parse_opt("summary", row.summary.as_deref())?,
                body: of.parse("body", &row.body)?,
                tags: of.field("tags", row.tags)?,
                language: of.parse_opt("language", row.language.as_deref())?,
                categories: of.set("categories", row.categories.into_iter().map(CategoryId::from_uuid))?,
                attachments: of.set("attachments", row.attachments.into_iter().map(MediaId::from_uuid))?,
                opportunity: of.field("opportunity", opportunity)?,
                poll: of.field("poll", poll)?,
                invitation: of.field::<Option<Invitation>>("invitation", invitation)?,
            },
            state: of.parse("state", &row.state)?,
            standing: of.parse("standing", &row.standing)?,
            group: row.group_id.map(GroupId::from_uuid),
            audience: of.parse("audience", &row.audience)?,
            published_at: row.published_at,
            scheduled_for: row.scheduled_for,
            version: Version::new(row.version),
            text_version: Version::new(row.text_version),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// The columns of a post's text, as they are written.
pub(super) struct TextColumns {
    pub(super) input: PostInput,
    pub(super) categories: Vec<Uuid>,
    pub(super) attachments: Vec<Uuid>,
    pub(super) deadline: Option<DateTime<Utc>>,
    pub(super) poll_closes_at: Option<DateTime<Utc>>,
    pub(super) starts_at: Option<DateTime<Utc>>,
    pub(super) ends_at: Option<DateTime<Utc>>,
}

impl TextColumns {
    pub(super) fn of(draft: &PostDraft) -> Self {
        Self {
            input: PostInput::from(draft.clone()),
            categories: draft.categories.iter().map(|id| id.uuid()).collect(),
            attachments: draft.attachments.iter().map(|id| id.uuid()).collect(),
            deadline: draft.opportunity.as_ref().and_then(|opportunity| opportunity.deadline),
            poll_closes_at: draft.poll.as_ref().and_then(|poll| poll.closes_at),
            starts_at: draft.invitation.as_ref().map(|invitation| invitation.starts_at),
            ends_at: draft.invitation.as_ref().and_then(|invitation| invitation.ends_at),
        }
    }

    pub(super) fn opportunity(&self) -> Option<&OpportunityInput> {
        self.input.opportunity.as_ref()
    }

    pub(super) fn award(&self) -> Option<&MoneyInput> {
        self.opportunity()?.award.as_ref()
    }

    pub(super) fn poll(&self) -> Option<&PollInput> {
        self.input.poll.as_ref()
    }

    pub(super) fn invitation(&self) -> Option<&InvitationInput> {
        self.input.invitation.as_ref()
    }
}

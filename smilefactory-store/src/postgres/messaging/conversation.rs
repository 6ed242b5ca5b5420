//! Conversations; [`inbox`](super::inbox) reads them as one person has them.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, ConversationId, Id, MessageId};
use smilefactory_core::messaging::{Conversation, InboxEntry, InboxFilter, Pair, Unread};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::super::repository;
use super::super::row::RowOf;
use super::{from_count, inbox, to_count, to_seq};
use crate::error::{Result, StoreError};
use crate::repo::messaging::{InboxKey, Reach, ReadConversations, WriteConversations};
use crate::tx::ReadWrite;

repository! {
    /// Conversations.
    Conversations = conversations
}

pub(super) struct ConversationRow {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) low_id: Option<Uuid>,
    pub(super) high_id: Option<Uuid>,
    pub(super) title: Option<String>,
    pub(super) history: String,
    pub(super) approval: bool,
    pub(super) member_limit: i32,
    pub(super) members: i32,
    pub(super) owners: i32,
    pub(super) large: bool,
    pub(super) last_seq: i64,
    pub(super) last_message_id: Option<Uuid>,
    pub(super) active_at: DateTime<Utc>,
    pub(super) attached_bytes: i64,
    pub(super) created_by: Option<Uuid>,
    pub(super) version: i64,
    pub(super) created_at: DateTime<Utc>,
}

impl TryFrom<ConversationRow> for Conversation {
    type Error = StoreError;
    fn try_from(row: ConversationRow) -> Result<Self> {
        let of = RowOf { table: "messaging.conversations", id: row.id };
        let pair = row.low_id.zip(row.high_id);
        Ok(Self {
            id: ConversationId::from_uuid(row.id),
            kind: of.parse("kind", &row.kind)?,
            pair: pair
                .map(|(low, high)| Pair { low: AccountId::from_uuid(low), high: AccountId::from_uuid(high) }),
            title: of.parse_opt("title", row.title.as_deref())?,
            history: of.parse("history", &row.history)?,
            approval: row.approval,
            member_limit: to_count(row.member_limit),
            members: to_count(row.members),
            owners: to_count(row.owners),
            large: row.large,
            last_seq: to_seq(row.last_seq),
            last_message: row.last_message_id.map(MessageId::from_uuid),
            active_at: row.active_at,
            attached_bytes: to_seq(row.attached_bytes),
            created_by: row.created_by.map(AccountId::from_uuid),
            version: Version::new(row.version),
            created_at: row.created_at,
        })
    }
}

macro_rules! select_conversations {
    ($rest:literal, $($value:expr),* $(,)?) => {
        sqlx::query_as!(
            ConversationRow,
            "select id, kind, low_id, high_id, title, history, approval, member_limit, members, owners, large, last_seq,
              last_message_id, active_at, attached_bytes, created_by, version, created_at
            from messaging.conversations " + $rest,
            $($value),*
        )
    };
}

impl<Mode> ReadConversations for Conversations<'_, Mode> {
    async fn get(&mut self, id: ConversationId) -> Result<Option<Conversation>> {
        select_conversations!("where tenant_id = $1 and id = $2", self.0.scope().tenant.uuid(), id.uuid(),)
            .fetch_optional(self.0.conn()?)
            .await?
            .map(Conversation::try_from)
            .transpose()
    }

    async fn find_direct(&mut self, pair: Pair) -> Result<Option<Conversation>> {
        select_conversations!(
            "where tenant_id = $1 and low_id = $2 and high_id = $3",
            self.0.scope().tenant.uuid(),
            pair.low.uuid(),
            pair.high.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Conversation::try_from)
        .transpose()
    }

    async fn entry(&mut self, id: ConversationId, viewer: AccountId) -> Result<Option<InboxEntry>> {
        inbox::entry(self.0, id, viewer).await
    }

    async fn inbox(
        &mut self,
        viewer: AccountId,
        filter: InboxFilter,
        page: &PageRequest<InboxKey>,
    ) -> Result<Page<InboxEntry, InboxKey>> {
        inbox::list(self.0, viewer, filter, page).await
    }

    async fn unread(&mut self, viewer: AccountId) -> Result<Unread> {
        inbox::unread(self.0, viewer).await
    }

    async fn reach(&mut self, from: AccountId, to: AccountId) -> Result<Option<Reach>> {
        let Some(pair) = Pair::of(from, to) else { return Ok(None) };
        let row = sqlx::query!(
            r#"
            select t.other_id is not null as "connected!", c.id as "conversation?"
            from identity.personal_details a
            left join identity.profiles p on p.tenant_id = a.tenant_id and p.account_id = a.id
            left join social.ties t on t.tenant_id = a.tenant_id and t.account_id = $2 and t.other_id = a.id
            left join messaging.conversations c on c.tenant_id = a.tenant_id and c.low_id = $4 and c.high_id = $5
            where a.tenant_id = $1
              and a.id = $3
              and a.erased_at is null
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = $3 and b.blocked
              )
              and (
                (p.state in ('incomplete', 'complete') and p.visibility = 'public')
                or t.other_id is not null
                or c.id is not null
                or exists (
                  select
                  from identity.personal_details s
                  where s.tenant_id = $1 and s.id = $2 and s.role in ('moderator', 'admin')
                )
              )
            "#,
            self.0.scope().tenant.uuid(),
            from.uuid(),
            to.uuid(),
            pair.low.uuid(),
            pair.high.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(row.map(|row| Reach {
            connected: row.connected,
            conversation: row.conversation.map(ConversationId::from_uuid),
        }))
    }
}

impl WriteConversations for Conversations<'_, ReadWrite> {
    async fn lock_pair(&mut self, pair: Pair) -> Result<()> {
        sqlx::query_scalar!(
            r#"select true as "held!" from (select social.lock_pair($1, $2)) as held"#,
            pair.low.uuid(),
            pair.high.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn lock(&mut self, id: ConversationId) -> Result<Option<Conversation>> {
        select_conversations!(
            "where tenant_id = $1 and id = $2 for no key update",
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Conversation::try_from)
        .transpose()
    }

    async fn insert(&mut self, conversation: &Conversation) -> Result<()> {
        self.insert_direct(conversation).await?;
        Ok(())
    }

    async fn insert_direct(&mut self, conversation: &Conversation) -> Result<bool> {
        let made = sqlx::query!(
            r#"
            insert into messaging.conversations (tenant_id, id, kind, low_id, high_id, title, history, approval,
              member_limit, active_at, created_by, version, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            on conflict (tenant_id, low_id, high_id) do nothing
            "#,
            self.0.scope().tenant.uuid(),
            conversation.id.uuid(),
            conversation.kind.as_str(),
            conversation.pair.map(|pair| pair.low.uuid()),
            conversation.pair.map(|pair| pair.high.uuid()),
            conversation.title.as_ref().map(AsRef::as_ref),
            conversation.history.as_str(),
            conversation.approval,
            from_count(conversation.member_limit),
            conversation.active_at,
            conversation.created_by.map(Uuid::from),
            conversation.version.get(),
            conversation.created_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(made.rows_affected() > 0)
    }

    async fn update(&mut self, conversation: &Conversation) -> Result<Conversation> {
        let next = conversation.version.next();
        let saved = sqlx::query!(
            r#"
            update messaging.conversations
            set title = $4, history = $5, approval = $6, member_limit = $7, version = $8
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            self.0.scope().tenant.uuid(),
            conversation.id.uuid(),
            conversation.version.get(),
            conversation.title.as_ref().map(AsRef::as_ref),
            conversation.history.as_str(),
            conversation.approval,
            from_count(conversation.member_limit),
            next.get(),
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: ConversationId::ENTITY, id: conversation.id.uuid() }),
            _ => Ok(Conversation { version: next, ..conversation.clone() }),
        }
    }

    async fn count_to_stranger(&mut self, sender: AccountId, most: u32) -> Result<bool> {
        let today = self.0.now().date_naive();
        let counted = sqlx::query!(
            r#"
            insert into messaging.stranger_messages as s (tenant_id, account_id, day, sent)
            select $1, $2, $3, 1
            where $4 > 0
            on conflict (tenant_id, account_id, day) do update
            set sent = s.sent + 1
            where s.sent < $4
            "#,
            self.0.scope().tenant.uuid(),
            sender.uuid(),
            today,
            from_count(most),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(counted.rows_affected() > 0)
    }

    async fn erase_beginner(&mut self, account: AccountId, most: u16) -> Result<u64> {
        let tenant = self.0.scope().tenant.uuid();
        let begun = sqlx::query!(
            r#"
            update messaging.conversations c
            set created_by = null
            from (
              select b.id
              from messaging.members m
              join messaging.conversations b on b.tenant_id = m.tenant_id and b.id = m.conversation_id
              where m.tenant_id = $1 and m.account_id = $2 and b.created_by = $2
              order by b.id
              limit $3
            ) as theirs
            where c.tenant_id = $1 and c.id = theirs.id
            "#,
            tenant,
            account.uuid(),
            i64::from(most),
        )
        .execute(self.0.conn()?)
        .await?;
        let counted = sqlx::query!(
            "delete from messaging.stranger_messages where tenant_id = $1 and account_id = $2",
            tenant,
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(begun.rows_affected() + counted.rows_affected())
    }

    async fn forget_counts(&mut self, limit: u16) -> Result<u64> {
        // Nowhere on earth is it still the day before yesterday.
        let over = self.0.now().date_naive() - chrono::Days::new(1);
        let gone = sqlx::query!(
            r#"
            delete from messaging.stranger_messages
            where tenant_id = $1 and (account_id, day) in (
              select account_id, day
              from messaging.stranger_messages
              where tenant_id = $1 and day < $2
              order by day
              limit $3
            )
            "#,
            self.0.scope().tenant.uuid(),
            over,
            i64::from(limit),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected())
    }
}

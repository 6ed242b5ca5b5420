//! Who belongs to conversations.

use chrono::{DateTime, Utc};
use smilefactory_core::collection::Whole;
use smilefactory_core::id::{AccountId, ConversationId, Id};
use smilefactory_core::messaging::{Marks, Member, MemberState, Membership, Receipt};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::{RowOf, page};
use super::{from_seq, to_seq};
use crate::error::{Result, StoreError};
use crate::repo::messaging::{ReadMembers, WriteMembers};
use crate::tx::ReadWrite;

repository! {
    /// Who belongs to conversations.
    Members = members
}

pub(super) struct MemberRow {
    pub(super) conversation_id: Uuid,
    pub(super) account_id: Uuid,
    pub(super) role: String,
    pub(super) state: String,
    pub(super) from_seq: i64,
    pub(super) delivered_seq: i64,
    pub(super) read_seq: i64,
    pub(super) receipts: bool,
    pub(super) muted_until: Option<DateTime<Utc>>,
    pub(super) archived_at: Option<DateTime<Utc>>,
    pub(super) pinned_at: Option<DateTime<Utc>>,
    pub(super) invited_by: Option<Uuid>,
    pub(super) joined_at: Option<DateTime<Utc>>,
    pub(super) created_at: DateTime<Utc>,
}

impl TryFrom<MemberRow> for Membership {
    type Error = StoreError;
    fn try_from(row: MemberRow) -> Result<Self> {
        let of = RowOf { table: "messaging.members", id: row.account_id };
        Ok(Self {
            conversation: ConversationId::from_uuid(row.conversation_id),
            account: AccountId::from_uuid(row.account_id),
            role: of.parse("role", &row.role)?,
            state: of.parse("state", &row.state)?,
            from_seq: to_seq(row.from_seq),
            delivered_seq: to_seq(row.delivered_seq),
            read_seq: to_seq(row.read_seq),
            receipts: row.receipts,
            muted_until: row.muted_until,
            archived_at: row.archived_at,
            pinned_at: row.pinned_at,
            invited_by: row.invited_by.map(AccountId::from_uuid),
            joined_at: row.joined_at,
            created_at: row.created_at,
        })
    }
}

impl<Mode> ReadMembers for Members<'_, Mode> {
    async fn get(&mut self, conversation: ConversationId, account: AccountId) -> Result<Option<Membership>> {
        sqlx::query_as!(
            MemberRow,
            r#"
            select conversation_id, account_id, role, state, from_seq, delivered_seq, read_seq, receipts, muted_until,
              archived_at, pinned_at, invited_by, joined_at, created_at
            from messaging.members
            where tenant_id = $1 and conversation_id = $2 and account_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            conversation.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Membership::try_from)
        .transpose()
    }

    async fn belonging(
        &mut self,
        conversation: ConversationId,
        viewer: AccountId,
    ) -> Result<Option<Membership>> {
        sqlx::query_as!(
            MemberRow,
            r#"
            select m.conversation_id, m.account_id, m.role, m.state, m.from_seq, m.delivered_seq, m.read_seq, m.receipts,
              m.muted_until, m.archived_at, m.pinned_at, m.invited_by, m.joined_at, m.created_at
            from messaging.members m
            join messaging.conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
            where m.tenant_id = $1
              and m.conversation_id = $2
              and m.account_id = $3
              and m.state in ('active', 'request')
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1
                  and b.viewer_id = $3
                  and b.other_id = case when c.low_id = $3 then c.high_id else c.low_id end
                  and b.blocked
              )
            "#,
            self.0.scope().tenant.uuid(),
            conversation.uuid(),
            viewer.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Membership::try_from)
        .transpose()
    }

    async fn list(
        &mut self,
        conversation: ConversationId,
        viewer: AccountId,
        state: MemberState,
        request: &PageRequest<AccountId>,
    ) -> Result<Page<Member, AccountId>> {
        let rows = sqlx::query_as!(
            MemberRow,
            r#"
            select m.conversation_id, m.account_id, m.role, m.state, m.from_seq, m.delivered_seq, m.read_seq, m.receipts,
              m.muted_until, m.archived_at, m.pinned_at, m.invited_by, m.joined_at, m.created_at
            from messaging.members m
            where m.tenant_id = $1
              and m.conversation_id = $2
              and m.account_id > $3
              and (m.state = $4 or ($4 = 'request' and m.state = 'declined'))
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = m.account_id and b.blocked
              )
            order by m.account_id
            limit $6
            "#,
            self.0.scope().tenant.uuid(),
            conversation.uuid(),
            request.after.map_or(Uuid::nil(), Uuid::from),
            state.as_str(),
            viewer.uuid(),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, |row| Ok(Membership::try_from(row)?.seen()), |member| member.account)
    }

    async fn receipts(&mut self, conversation: ConversationId, viewer: AccountId) -> Result<Vec<Receipt>> {
        let rows = sqlx::query!(
            r#"
            select m.account_id, m.delivered_seq, m.read_seq
            from messaging.conversations c
            join messaging.members own
              on own.tenant_id = c.tenant_id and own.conversation_id = c.id and own.account_id = $3
            join messaging.members m on m.tenant_id = c.tenant_id and m.conversation_id = c.id
            where c.tenant_id = $1
              and c.id = $2
              and not c.large
              and own.state = 'active'
              and own.receipts
              and m.state = 'active'
              and m.receipts
              and m.account_id <> $3
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = m.account_id and b.blocked
              )
            order by m.account_id
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            conversation.uuid(),
            viewer.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let receipts = rows.into_iter().map(|row| Receipt {
            account: AccountId::from_uuid(row.account_id),
            delivered_seq: to_seq(row.delivered_seq),
            read_seq: to_seq(row.read_seq),
        });
        Ok(receipts.collect())
    }

    async fn conversations_of(&mut self, account: AccountId) -> Result<Vec<ConversationId>> {
        let ids = sqlx::query_scalar!(
            r#"
            select conversation_id
            from messaging.members
            where tenant_id = $1 and account_id = $2 and state = 'active'
            order by conversation_id
            limit 10000
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(ids.into_iter().map(ConversationId::from_uuid).collect())
    }

    async fn list_of_account(
        &mut self,
        account: AccountId,
        request: &PageRequest<ConversationId>,
    ) -> Result<Page<Membership, ConversationId>> {
        let rows = sqlx::query_as!(
            MemberRow,
            r#"
            select m.conversation_id, m.account_id, m.role, m.state, m.from_seq, m.delivered_seq, m.read_seq, m.receipts,
              m.muted_until, m.archived_at, m.pinned_at, m.joined_at, m.created_at,
              case
                when not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = m.invited_by and b.blocked
                ) then m.invited_by
              end as invited_by
            from messaging.members m
            where m.tenant_id = $1 and m.account_id = $2 and m.conversation_id > $3
            order by m.conversation_id
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            request.after.map_or(Uuid::nil(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Membership::try_from, |member| member.conversation)
    }

    async fn groups_of(&mut self, account: AccountId, most: u16) -> Result<Vec<ConversationId>> {
        let ids = sqlx::query_scalar!(
            r#"
            select m.conversation_id
            from messaging.members m
            join messaging.conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
            where m.tenant_id = $1
              and m.account_id = $2
              and m.state in ('active', 'request', 'requested')
              and c.kind = 'group'
            order by m.conversation_id
            limit $3
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            i64::from(most),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(ids.into_iter().map(ConversationId::from_uuid).collect())
    }

    async fn heir(&mut self, conversation: ConversationId, owner: AccountId) -> Result<Option<Membership>> {
        sqlx::query_as!(
            MemberRow,
            r#"
            select conversation_id, account_id, role, state, from_seq, delivered_seq, read_seq, receipts, muted_until,
              archived_at, pinned_at, invited_by, joined_at, created_at
            from messaging.members
            where tenant_id = $1 and conversation_id = $2 and account_id <> $3 and state = 'active'
            order by array_position(array['owner', 'admin', 'member'], role), joined_at, account_id
            limit 1
            "#,
            self.0.scope().tenant.uuid(),
            conversation.uuid(),
            owner.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Membership::try_from)
        .transpose()
    }
}

impl WriteMembers for Members<'_, ReadWrite> {
    async fn save(&mut self, member: &Membership) -> Result<()> {
        let now = self.0.now();
        // How somebody keeps the conversation for themselves is theirs, and may be changed at this moment.
        let saved = sqlx::query!(
            r#"
            insert into messaging.members as m (tenant_id, conversation_id, account_id, role, state, from_seq,
              delivered_seq, read_seq, active_at, invited_by, joined_at, created_at)
            select $1, c.id, $3, $4, $5, $6, $7, $8, case when c.large then null else greatest(c.active_at, $9) end,
              $10, $11, $12
            from messaging.conversations c
            where c.tenant_id = $1 and c.id = $2
            on conflict (tenant_id, conversation_id, account_id) do update
            set role = excluded.role, state = excluded.state, from_seq = excluded.from_seq,
              delivered_seq = greatest(m.delivered_seq, excluded.delivered_seq),
              read_seq = greatest(m.read_seq, excluded.read_seq), active_at = excluded.active_at,
              invited_by = excluded.invited_by, joined_at = excluded.joined_at
            "#,
            self.0.scope().tenant.uuid(),
            member.conversation.uuid(),
            member.account.uuid(),
            member.role.as_str(),
            member.state.as_str(),
            from_seq(member.from_seq),
            from_seq(member.delivered_seq),
            from_seq(member.read_seq),
            now,
            member.invited_by.map(Uuid::from),
            member.joined_at,
            member.created_at,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Missing {
                entity: "messaging.members".into(),
                constraint: "members_conversation".to_owned(),
            }),
            _ => Ok(()),
        }
    }

    async fn mark(
        &mut self,
        conversation: ConversationId,
        account: AccountId,
        marks: &Marks,
    ) -> Result<Option<Membership>> {
        let read = marks.read_seq.map_or(0, Whole::get);
        let delivered = marks.delivered_seq.map_or(0, Whole::get).max(read);
        sqlx::query_as!(
            MemberRow,
            r#"
            update messaging.members m
            set delivered_seq = greatest(m.delivered_seq, least($4, c.last_seq)),
              read_seq = greatest(m.read_seq, least($5, c.last_seq))
            from messaging.conversations c
            where m.tenant_id = $1
              and m.conversation_id = $2
              and m.account_id = $3
              and m.state in ('active', 'request')
              and c.tenant_id = $1
              and c.id = $2
              and (least($4, c.last_seq) > m.delivered_seq or least($5, c.last_seq) > m.read_seq)
            returning m.conversation_id, m.account_id, m.role, m.state, m.from_seq, m.delivered_seq, m.read_seq,
              m.receipts, m.muted_until, m.archived_at, m.pinned_at, m.invited_by, m.joined_at, m.created_at
            "#,
            self.0.scope().tenant.uuid(),
            conversation.uuid(),
            account.uuid(),
            i64::from(delivered),
            i64::from(read),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Membership::try_from)
        .transpose()
    }

    async fn keep(&mut self, member: &Membership) -> Result<()> {
        sqlx::query!(
            r#"
            update messaging.members
            set muted_until = $4, archived_at = $5, pinned_at = $6, receipts = $7
            where tenant_id = $1 and conversation_id = $2 and account_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            member.conversation.uuid(),
            member.account.uuid(),
            member.muted_until,
            member.archived_at,
            member.pinned_at,
            member.receipts,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }
}

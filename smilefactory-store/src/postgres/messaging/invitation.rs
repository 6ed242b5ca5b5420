//! Codes that groups are joined with.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, ConversationId, Id, InvitationId};
use smilefactory_core::identity::TokenDigest;
use smilefactory_core::messaging::GroupInvitation;
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::super::row::page;
use super::{from_count, to_count};
use crate::error::{Result, StoreError};
use crate::repo::messaging::{ReadInvitations, WriteInvitations};
use crate::tx::ReadWrite;

repository! {
    /// Codes that groups are joined with.
    Invitations = invitations
}

struct InvitationRow {
    id: Uuid,
    conversation_id: Uuid,
    made_by: Uuid,
    max_uses: i32,
    uses: i32,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

impl From<InvitationRow> for GroupInvitation {
    fn from(row: InvitationRow) -> Self {
        Self {
            id: InvitationId::from_uuid(row.id),
            conversation: ConversationId::from_uuid(row.conversation_id),
            made_by: AccountId::from_uuid(row.made_by),
            max_uses: to_count(row.max_uses),
            uses: to_count(row.uses),
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        }
    }
}

impl<Mode> ReadInvitations for Invitations<'_, Mode> {
    async fn get(&mut self, id: InvitationId) -> Result<Option<GroupInvitation>> {
        let row = sqlx::query_as!(
            InvitationRow,
            r#"
            select id, conversation_id, made_by, max_uses, uses, created_at, expires_at, revoked_at
            from messaging.invitations
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(row.map(GroupInvitation::from))
    }

    async fn list(
        &mut self,
        conversation: ConversationId,
        request: &PageRequest<InvitationId>,
    ) -> Result<Page<GroupInvitation, InvitationId>> {
        let rows = sqlx::query_as!(
            InvitationRow,
            r#"
            select id, conversation_id, made_by, max_uses, uses, created_at, expires_at, revoked_at
            from messaging.invitations
            where tenant_id = $1 and conversation_id = $2 and id < $3
            order by id desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            conversation.uuid(),
            request.after.map_or(Uuid::max(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, |row| Ok(row.into()), |invitation: &GroupInvitation| invitation.id)
    }

    async fn find_by_code(&mut self, digest: &TokenDigest) -> Result<Option<GroupInvitation>> {
        let row = sqlx::query_as!(
            InvitationRow,
            r#"
            select id, conversation_id, made_by, max_uses, uses, created_at, expires_at, revoked_at
            from messaging.invitations
            where tenant_id = $1 and code_digest = $2
            "#,
            self.0.scope().tenant.uuid(),
            digest.0.as_slice(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(row.map(GroupInvitation::from))
    }
}

impl WriteInvitations for Invitations<'_, ReadWrite> {
    async fn insert(&mut self, invitation: &GroupInvitation, digest: &TokenDigest) -> Result<()> {
        sqlx::query!(
            r#"
            insert into messaging.invitations (tenant_id, id, conversation_id, made_by, code_digest, max_uses, uses,
              created_at, expires_at, revoked_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            "#,
            self.0.scope().tenant.uuid(),
            invitation.id.uuid(),
            invitation.conversation.uuid(),
            invitation.made_by.uuid(),
            digest.0.as_slice(),
            from_count(invitation.max_uses),
            from_count(invitation.uses),
            invitation.created_at,
            invitation.expires_at,
            invitation.revoked_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn revoke(&mut self, invitation: &GroupInvitation) -> Result<()> {
        let saved = sqlx::query!(
            r#"
            update messaging.invitations
            set revoked_at = $3
            where tenant_id = $1 and id = $2 and revoked_at is null
            "#,
            self.0.scope().tenant.uuid(),
            invitation.id.uuid(),
            invitation.revoked_at,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: InvitationId::ENTITY, id: invitation.id.uuid() }),
            _ => Ok(()),
        }
    }

    async fn count_use(&mut self, id: InvitationId) -> Result<bool> {
        let now = self.0.now();
        let counted = sqlx::query!(
            r#"
            update messaging.invitations
            set uses = uses + 1
            where tenant_id = $1 and id = $2 and uses < max_uses and revoked_at is null and expires_at > $3
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(counted.rows_affected() > 0)
    }
}

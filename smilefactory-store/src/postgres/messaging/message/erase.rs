//! Takes messages out: those of somebody who is erased, and what hangs on months that are gone.

use smilefactory_core::id::{AccountId, ConversationId, Id, MessageId};
use smilefactory_core::messaging::MessageDeleted;
use uuid::Uuid;

use crate::error::Result;
use crate::postgres::messaging::to_seq;
use crate::repo::messaging::ErasedMessages;
use crate::tx::WriteTx;

/// Empties messages that somebody sent.
pub(super) async fn sent(tx: &mut WriteTx, sender: AccountId, most: u16) -> Result<ErasedMessages> {
    let (tenant, now) = (tx.scope().tenant.uuid(), tx.now());
    let batch = sqlx::query!(
        r#"
        select id, conversation_id
        from messaging.messages
        where tenant_id = $1 and sender_id = $2
        order by id
        limit $3
        "#,
        tenant,
        sender.uuid(),
        i64::from(most),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let ids: Vec<Uuid> = batch.iter().map(|row| row.id).collect();
    let conversations: Vec<Uuid> = batch.iter().map(|row| row.conversation_id).collect();
    // In the order of their ids: two who erase do not wait for each other in a circle.
    sqlx::query!(
        r#"
        select id
        from messaging.conversations
        where tenant_id = $1 and id = any($2)
        order by id
        for no key update
        "#,
        tenant,
        &conversations,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let live = sqlx::query!(
        r#"
        select id, conversation_id, seq
        from messaging.messages
        where tenant_id = $1 and id = any($2) and deleted_at is null
        order by id
        "#,
        tenant,
        &ids,
    )
    .fetch_all(tx.conn()?)
    .await?;
    sqlx::query!(
        r#"
        with forgotten as (
          delete from messaging.message_words where tenant_id = $1 and message_id = any($2)
        ),
        taken_back as (
          delete from messaging.reactions where tenant_id = $1 and message_id = any($2)
        ),
        unhung as (
          delete from messaging.attachments
          where tenant_id = $1 and message_id = any($2)
          returning conversation_id, media_id, size
        ),
        let_go as (
          update content.media m
          set unused_since = greatest(m.unused_since, $3)
          from unhung
          where m.tenant_id = $1 and m.id = unhung.media_id
        ),
        freed as (
          update messaging.conversations c
          set attached_bytes = c.attached_bytes - u.size
          from (select conversation_id, sum(size) as size from unhung group by conversation_id) as u
          where c.tenant_id = $1 and c.id = u.conversation_id
        )
        update messaging.messages
        set body = null, files = 0, deleted_at = coalesce(deleted_at, $3), sender_id = null, version = version + 1
        where tenant_id = $1 and id = any($2)
        "#,
        tenant,
        &ids,
        now,
    )
    .execute(tx.conn()?)
    .await?;
    let deleted = live.into_iter().map(|row| MessageDeleted {
        message: MessageId::from_uuid(row.id),
        conversation: ConversationId::from_uuid(row.conversation_id),
        seq: to_seq(row.seq),
    });
    Ok(ErasedMessages { found: u64::try_from(ids.len()).unwrap_or(u64::MAX), deleted: deleted.collect() })
}

/// Takes somebody's reactions back.
pub(super) async fn reactions(tx: &mut WriteTx, account: AccountId, most: u16) -> Result<u64> {
    let gone = sqlx::query!(
        r#"
        delete from messaging.reactions r
        using (
          select message_id
          from messaging.reactions
          where tenant_id = $1 and account_id = $2
          order by message_id
          limit $3
        ) as theirs
        where r.tenant_id = $1 and r.account_id = $2 and r.message_id = theirs.message_id
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
        i64::from(most),
    )
    .execute(tx.conn()?)
    .await?;
    Ok(gone.rows_affected())
}

/// Forgets what hangs on messages of a span of time.
pub(super) async fn hanging(tx: &mut WriteTx, from: MessageId, to: MessageId, limit: u16) -> Result<u64> {
    let (tenant, now) = (tx.scope().tenant.uuid(), tx.now());
    let unhung = sqlx::query_scalar!(
        r#"
        with unhung as (
          delete from messaging.attachments
          where tenant_id = $1 and (message_id, place) in (
            select message_id, place
            from messaging.attachments
            where tenant_id = $1 and message_id >= $2 and message_id < $3
            order by message_id, place
            limit $4
          )
          returning conversation_id, media_id, size
        ),
        let_go as (
          update content.media as m
          set unused_since = greatest(m.unused_since, $5)
          from unhung
          where m.tenant_id = $1 and m.id = unhung.media_id
        ),
        freed as (
          update messaging.conversations c
          set attached_bytes = c.attached_bytes - u.size
          from (select conversation_id, sum(size) as size from unhung group by conversation_id) as u
          where c.tenant_id = $1 and c.id = u.conversation_id
        )
        select count(*) as "unhung!" from unhung
        "#,
        tenant,
        from.uuid(),
        to.uuid(),
        i64::from(limit),
        now,
    )
    .fetch_one(tx.conn()?)
    .await?;
    let taken_back = sqlx::query!(
        r#"
        delete from messaging.reactions
        where tenant_id = $1 and (message_id, account_id) in (
          select message_id, account_id
          from messaging.reactions
          where tenant_id = $1 and message_id >= $2 and message_id < $3
          order by message_id, account_id
          limit $4
        )
        "#,
        tenant,
        from.uuid(),
        to.uuid(),
        i64::from(limit),
    )
    .execute(tx.conn()?)
    .await?;
    Ok(u64::try_from(unhung).unwrap_or_default().saturating_add(taken_back.rows_affected()))
}

//! Saves messages.

use smilefactory_core::content::{Media, Reaction};
use smilefactory_core::id::{AccountId, Id, MediaId, MessageId};
use smilefactory_core::messaging::{Message, words_of};
use uuid::Uuid;

use super::hydrate::BODY;
use super::search::digests;
use super::{Messages, erase};
use crate::error::{Result, StoreError};
use crate::postgres::content::MediaRow;
use crate::postgres::messaging::from_seq;
use crate::repo::messaging::{ErasedMessages, WriteMessages};
use crate::tx::{ReadWrite, Tx};

/// The text of a message as it is kept: encrypted, and its words as digests.
async fn seal<Mode>(tx: &mut Tx<Mode>, message: &Message) -> Result<(Option<Vec<u8>>, Vec<Vec<u8>>)> {
    let Some(body) = &message.body else { return Ok((None, Vec::new())) };
    let nonce = tx.random()?;
    let cipher = tx.cipher().await?;
    let sealed = cipher.encrypt(BODY.row(message.id.uuid()), body.as_str(), nonce)?;
    Ok((Some(sealed), digests(&cipher, message.conversation, &words_of(body.as_str()))))
}

/// The database's whole numbers have a sign; the largest file of a message fits by far.
fn bytes(size: u32) -> i32 {
    i32::try_from(size).unwrap_or(i32::MAX)
}

impl WriteMessages for Messages<'_, ReadWrite> {
    async fn insert(&mut self, message: &Message) -> Result<()> {
        let (body, words) = seal(self.0, message).await?;
        let files: Vec<Uuid> = message.attachments.iter().map(|file| file.id.uuid()).collect();
        let sizes: Vec<i32> = message.attachments.iter().map(|file| bytes(file.upload.size.get())).collect();
        // Who reads the conversation finds the message and its number at once, or neither.
        let taken = sqlx::query_scalar!(
            r#"
            with taken as (
              update messaging.conversations
              set last_seq = last_seq + 1, last_message_id = $2, active_at = greatest(active_at, $4),
                attached_bytes = attached_bytes + coalesce((select sum(size) from unnest($11::integer[]) as size), 0)
              where tenant_id = $1 and id = $3
              returning last_seq, large
            ),
            written as (
              insert into messaging.messages (tenant_id, id, conversation_id, seq, sender_id, reply_to, thread_id, body,
                files, sent_at, version)
              select $1, $2, $3, taken.last_seq, $5, $6, $7, $8, cardinality($10::uuid[])::smallint, $4, $12
              from taken
            ),
            indexed as (
              insert into messaging.message_words (tenant_id, message_id, word)
              select $1, $2, word
              from unnest($9::bytea[]) as word
            ),
            hung as (
              insert into messaging.attachments (tenant_id, message_id, place, media_id, conversation_id, seq, sender_id,
                size)
              select $1, $2, file.place::smallint, file.id, $3, taken.last_seq, $5, file.size
              from taken
              cross join unnest($10::uuid[], $11::integer[]) with ordinality as file (id, size, place)
            ),
            threaded as (
              update messaging.messages
              set replies = replies + 1
              where tenant_id = $1 and id = $7
            ),
            moved as (
              update messaging.members m
              set active_at = case when taken.large then null else greatest(m.active_at, $4) end,
                delivered_seq = case m.account_id when $5 then greatest(m.delivered_seq, taken.last_seq)
                  else m.delivered_seq end,
                read_seq = case m.account_id when $5 then greatest(m.read_seq, taken.last_seq) else m.read_seq end
              from taken
              where m.tenant_id = $1
                and m.conversation_id = $3
                and (m.account_id = $5 or (not taken.large and m.state in ('active', 'request', 'declined')))
            )
            select last_seq from taken
            "#,
            self.0.scope().tenant.uuid(),
            message.id.uuid(),
            message.conversation.uuid(),
            message.sent_at,
            message.sender.map(Uuid::from),
            message.reply_to.map(Uuid::from),
            message.thread.map(Uuid::from),
            body,
            &words,
            &files,
            &sizes,
            message.version.get(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        match taken {
            Some(seq) if seq == from_seq(message.seq) => Ok(()),
            _ => Err(StoreError::Stale { entity: MessageId::ENTITY, id: message.id.uuid() }),
        }
    }

    async fn update(&mut self, message: &Message) -> Result<Message> {
        let (body, words) = seal(self.0, message).await?;
        let next = message.version.next();
        let tenant = self.0.scope().tenant.uuid();
        let saved = sqlx::query!(
            r#"
            update messaging.messages
            set body = $4, files = case when $6::timestamptz is null then files else 0 end, edited_at = $5,
              deleted_at = $6, deleted_by = $7, version = $8
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            tenant,
            message.id.uuid(),
            message.version.get(),
            body,
            message.edited_at,
            message.deleted_at,
            message.deleted_by.map(Uuid::from),
            next.get(),
        )
        .execute(self.0.conn()?)
        .await?;
        if saved.rows_affected() == 0 {
            return Err(StoreError::Stale { entity: MessageId::ENTITY, id: message.id.uuid() });
        }
        sqlx::query!(
            r#"
            with forgotten as (
              delete from messaging.message_words
              where tenant_id = $1 and message_id = $2 and word <> all($3)
            )
            insert into messaging.message_words (tenant_id, message_id, word)
            select $1, $2, word
            from unnest($3::bytea[]) as word
            on conflict do nothing
            "#,
            tenant,
            message.id.uuid(),
            &words,
        )
        .execute(self.0.conn()?)
        .await?;
        if message.deleted_at.is_some() {
            sqlx::query!(
                r#"
                with unhung as (
                  delete from messaging.attachments where tenant_id = $1 and message_id = $2 returning media_id, size
                ),
                let_go as (
                  update content.media as m
                  set unused_since = greatest(m.unused_since, $4)
                  from unhung
                  where m.tenant_id = $1 and m.id = unhung.media_id
                ),
                taken_back as (
                  delete from messaging.reactions where tenant_id = $1 and message_id = $2
                )
                update messaging.conversations
                set attached_bytes = attached_bytes - (select sum(size) from unhung)
                where tenant_id = $1 and id = $3 and exists (select from unhung)
                "#,
                tenant,
                message.id.uuid(),
                message.conversation.uuid(),
                message.deleted_at,
            )
            .execute(self.0.conn()?)
            .await?;
        }
        Ok(Message { version: next, ..message.clone() })
    }

    async fn react(&mut self, message: MessageId, account: AccountId, reaction: Reaction) -> Result<bool> {
        let now = self.0.now();
        let changed = sqlx::query!(
            r#"
            insert into messaging.reactions as r (tenant_id, message_id, account_id, reaction, reacted_at)
            values ($1, $2, $3, $4, $5)
            on conflict (tenant_id, message_id, account_id) do update
            set reaction = excluded.reaction, reacted_at = excluded.reacted_at
            where r.reaction <> excluded.reaction
            "#,
            self.0.scope().tenant.uuid(),
            message.uuid(),
            account.uuid(),
            reaction.as_str(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn unreact(&mut self, message: MessageId, account: AccountId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from messaging.reactions where tenant_id = $1 and message_id = $2 and account_id = $3",
            self.0.scope().tenant.uuid(),
            message.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }

    async fn fit_files(&mut self, owner: AccountId, files: &[MediaId]) -> Result<Vec<Media>> {
        let ids: Vec<Uuid> = files.iter().map(|id| id.uuid()).collect();
        // Locked, so that none of them is deleted before it hangs.
        let mut fit = sqlx::query_as!(
            MediaRow,
            r#"
            select id, owner_id, file_name, media_type, size, state, digest, width, height, created_at, finalised_at
            from content.media
            where tenant_id = $1 and id = any($2) and owner_id = $3 and state = 'ready'
            for key share
            "#,
            self.0.scope().tenant.uuid(),
            &ids,
            owner.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        fit.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
        fit.into_iter().map(Media::try_from).collect()
    }

    async fn erase_sent(&mut self, sender: AccountId, most: u16) -> Result<ErasedMessages> {
        erase::sent(self.0, sender, most).await
    }

    async fn erase_reactions(&mut self, account: AccountId, most: u16) -> Result<u64> {
        erase::reactions(self.0, account, most).await
    }

    async fn forget_hanging(&mut self, from: MessageId, to: MessageId, limit: u16) -> Result<u64> {
        erase::hanging(self.0, from, to, limit).await
    }
}

//! Reads messages.

use chrono::{DateTime, Utc};
use smilefactory_core::content::Media;
use smilefactory_core::id::{AccountId, Id, MediaId, MessageId};
use smilefactory_core::messaging::{
    Membership, Message, MessageOrder, MessageReaction, MessageSearch, OwnMessageReaction,
};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::hydrate::{MessageRow, hydrate};
use super::{Messages, search};
use crate::error::Result;
use crate::postgres::messaging::{from_seq, to_seq};
use crate::postgres::row::{RowOf, page};
use crate::repo::content::ReactionKey;
use crate::repo::messaging::ReadMessages;

/// Messages of one member's conversation, without those of whom they block or who blocks them.
macro_rules! select_messages {
    ($rest:literal, $($value:expr),* $(,)?) => {
        sqlx::query_as!(
            MessageRow,
            "select m.id, m.conversation_id, m.seq, m.sender_id, m.body, m.reply_to, m.thread_id, m.replies, m.files,
              m.sent_at, m.edited_at, m.deleted_at, m.deleted_by, m.version
            from messaging.messages m
            where m.tenant_id = $1
              and m.conversation_id = $2
              and m.seq >= $3
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $4 and b.other_id = m.sender_id and b.blocked
              )
              " + $rest,
            $($value),*
        )
    };
}

impl<Mode> ReadMessages for Messages<'_, Mode> {
    async fn get(&mut self, id: MessageId, viewer: AccountId) -> Result<Option<Message>> {
        Ok(self.get_many(&[id], viewer).await?.pop())
    }

    async fn find_sent(&mut self, id: MessageId) -> Result<Option<Message>> {
        let rows = sqlx::query_as!(
            MessageRow,
            r#"
            select id, conversation_id, seq, sender_id, body, reply_to, thread_id, replies, files, sent_at, edited_at,
              deleted_at, deleted_by, version
            from messaging.messages
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(hydrate(self.0, rows, None).await?.pop())
    }

    async fn get_many(&mut self, ids: &[MessageId], viewer: AccountId) -> Result<Vec<Message>> {
        let ids: Vec<Uuid> = ids.iter().take(100).map(|id| id.uuid()).collect();
        // One after the other: so that each is looked for in the month it is of, and in no other.
        let rows = sqlx::query_as!(
            MessageRow,
            r#"
            select m.id, m.conversation_id, m.seq, m.sender_id, m.body, m.reply_to, m.thread_id, m.replies, m.files,
              m.sent_at, m.edited_at, m.deleted_at, m.deleted_by, m.version
            from unnest($2::uuid[]) as wanted (id)
            cross join lateral (
              select * from messaging.messages where tenant_id = $1 and id = wanted.id limit 1
            ) as m
            join messaging.conversations c on c.tenant_id = $1 and c.id = m.conversation_id
            join messaging.members own
              on own.tenant_id = $1 and own.conversation_id = m.conversation_id and own.account_id = $3
            where own.state in ('active', 'request')
              and m.seq >= own.from_seq
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1
                  and b.viewer_id = $3
                  and b.other_id in (m.sender_id, case when c.low_id = $3 then c.high_id else c.low_id end)
                  and b.blocked
              )
            "#,
            self.0.scope().tenant.uuid(),
            &ids,
            viewer.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        hydrate(self.0, rows, Some(viewer)).await
    }

    async fn list(
        &mut self,
        member: &Membership,
        order: MessageOrder,
        from: Option<u64>,
        request: &PageRequest<u64>,
    ) -> Result<Page<Message, u64>> {
        let tenant = self.0.scope().tenant.uuid();
        let (conversation, viewer) = (member.conversation.uuid(), member.account);
        let rows = match order {
            MessageOrder::Newest => {
                let start = from.map(|from| from.saturating_add(1));
                select_messages!(
                    "and m.seq < $5 order by m.seq desc limit $6",
                    tenant,
                    conversation,
                    from_seq(member.from_seq),
                    viewer.uuid(),
                    request.after.or(start).map_or(i64::MAX, from_seq),
                    request.size.with_one_more(),
                )
                .fetch_all(self.0.conn()?)
                .await?
            }
            MessageOrder::Oldest => {
                let start = from.map(|from| from.saturating_sub(1));
                select_messages!(
                    "and m.seq > $5 order by m.seq limit $6",
                    tenant,
                    conversation,
                    from_seq(member.from_seq),
                    viewer.uuid(),
                    request.after.or(start).map_or(0, from_seq),
                    request.size.with_one_more(),
                )
                .fetch_all(self.0.conn()?)
                .await?
            }
        };
        let Page { items, next } = Page::from_one_more(rows, request.size, |row| to_seq(row.seq));
        Ok(Page { items: hydrate(self.0, items, Some(viewer)).await?, next })
    }

    async fn list_thread(
        &mut self,
        member: &Membership,
        thread: MessageId,
        request: &PageRequest<u64>,
    ) -> Result<Page<Message, u64>> {
        let rows = select_messages!(
            "and m.thread_id = $5 and m.seq > $6 order by m.seq limit $7",
            self.0.scope().tenant.uuid(),
            member.conversation.uuid(),
            from_seq(member.from_seq),
            member.account.uuid(),
            thread.uuid(),
            request.after.map_or(0, from_seq),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let Page { items, next } = Page::from_one_more(rows, request.size, |row| to_seq(row.seq));
        Ok(Page { items: hydrate(self.0, items, Some(member.account)).await?, next })
    }

    async fn search(
        &mut self,
        viewer: AccountId,
        search: &MessageSearch,
        page: &PageRequest<MessageId>,
    ) -> Result<Page<Message, MessageId>> {
        search::find(self.0, viewer, search, page).await
    }

    async fn list_of_sender(
        &mut self,
        sender: AccountId,
        request: &PageRequest<MessageId>,
    ) -> Result<Page<Message, MessageId>> {
        let rows = sqlx::query_as!(
            MessageRow,
            r#"
            select id, conversation_id, seq, sender_id, body, reply_to, thread_id, replies, files, sent_at, edited_at,
              deleted_at, deleted_by, version
            from messaging.messages
            where tenant_id = $1 and sender_id = $2 and id > $3
            order by id
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            sender.uuid(),
            request.after.map_or(Uuid::nil(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let key = |row: &MessageRow| MessageId::from_uuid(row.id);
        let Page { items, next } = Page::from_one_more(rows, request.size, key);
        Ok(Page { items: hydrate(self.0, items, Some(sender)).await?, next })
    }

    async fn list_reactions_of(
        &mut self,
        account: AccountId,
        request: &PageRequest<MessageId>,
    ) -> Result<Page<OwnMessageReaction, MessageId>> {
        let rows = sqlx::query!(
            r#"
            select message_id, reaction, reacted_at
            from messaging.reactions
            where tenant_id = $1 and account_id = $2 and message_id > $3
            order by message_id
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            request.after.map_or(Uuid::nil(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let rows = rows.into_iter().map(|row| (row.message_id, row.reaction, row.reacted_at)).collect();
        let reaction = |(message, reaction, reacted_at): (Uuid, String, DateTime<Utc>)| {
            let of = RowOf { table: "messaging.reactions", id: message };
            let message = MessageId::from_uuid(message);
            Ok(OwnMessageReaction { message, reaction: of.parse("reaction", &reaction)?, reacted_at })
        };
        page(rows, request.size, reaction, |last| last.message)
    }

    async fn list_reactions(
        &mut self,
        message: MessageId,
        viewer: AccountId,
        request: &PageRequest<ReactionKey>,
    ) -> Result<Page<MessageReaction, ReactionKey>> {
        let rows = sqlx::query!(
            r#"
            select r.account_id, r.reaction, r.reacted_at
            from messaging.reactions r
            where r.tenant_id = $1
              and r.message_id = $2
              and (r.reacted_at, r.account_id) < ($3, $4)
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = r.account_id and b.blocked
              )
            order by r.reacted_at desc, r.account_id desc
            limit $6
            "#,
            self.0.scope().tenant.uuid(),
            message.uuid(),
            request.after.map_or(DateTime::<Utc>::MAX_UTC, |key| key.at),
            request.after.map_or(Uuid::max(), |key| key.account.uuid()),
            viewer.uuid(),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let of = RowOf { table: "messaging.reactions", id: message.uuid() };
        let rows = rows.into_iter().map(|row| (row.account_id, row.reaction, row.reacted_at)).collect();
        let reaction = |(account, reaction, reacted_at): (Uuid, String, DateTime<Utc>)| {
            Ok(MessageReaction {
                account: AccountId::from_uuid(account),
                reaction: of.parse("reaction", &reaction)?,
                reacted_at,
            })
        };
        page(rows, request.size, reaction, |last| ReactionKey { at: last.reacted_at, account: last.account })
    }

    async fn attachment(
        &mut self,
        message: MessageId,
        media: MediaId,
        viewer: AccountId,
    ) -> Result<Option<Media>> {
        let message = self.get(message, viewer).await?;
        Ok(message.and_then(|message| message.attachments.into_iter().find(|file| file.id == media)))
    }

    async fn sees_file(&mut self, media: MediaId, viewer: AccountId) -> Result<bool> {
        let sees = sqlx::query_scalar!(
            r#"
            select exists (
              select
              from messaging.attachments a
              join messaging.conversations c on c.tenant_id = a.tenant_id and c.id = a.conversation_id
              join messaging.members own
                on own.tenant_id = a.tenant_id and own.conversation_id = a.conversation_id and own.account_id = $3
              where a.tenant_id = $1
                and a.media_id = $2
                and own.state in ('active', 'request')
                and a.seq >= own.from_seq
                and not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1
                    and b.viewer_id = $3
                    and b.other_id in (a.sender_id, case when c.low_id = $3 then c.high_id else c.low_id end)
                    and b.blocked
                )
            ) as "sees!"
            "#,
            self.0.scope().tenant.uuid(),
            media.uuid(),
            viewer.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(sees)
    }

    async fn has_file(&mut self, media: MediaId) -> Result<bool> {
        let has = sqlx::query_scalar!(
            r#"select exists (select from messaging.attachments where tenant_id = $1 and media_id = $2) as "has!""#,
            self.0.scope().tenant.uuid(),
            media.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(has)
    }
}

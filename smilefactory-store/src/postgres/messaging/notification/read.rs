//! Reading notifications: all of it from what may still be told, and by ranges of the ids of one person.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, ConversationId, Id, NotificationId};
use smilefactory_core::messaging::notification::{
    Notification, NotificationDetails, NotificationKind, UnreadNotifications,
};
use smilefactory_core::page::{Page, PageRequest};
use sqlx::types::Json;
use uuid::Uuid;

use super::Notifications;
use crate::error::Result;
use crate::repo::messaging::{Listener, NotificationFilter, ReadNotifications, Reading};

/// A notification before it is put into words.
pub(super) struct ToldRow {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) subject_id: Uuid,
    pub(super) actors: Vec<Uuid>,
    pub(super) person_id: Option<Uuid>,
    pub(super) post_id: Option<Uuid>,
    pub(super) comment_id: Option<Uuid>,
    pub(super) conversation_id: Option<Uuid>,
    pub(super) message_id: Option<Uuid>,
    pub(super) request_id: Option<Uuid>,
    pub(super) case_id: Option<Uuid>,
    pub(super) group_id: Option<Uuid>,
    pub(super) details: Json<NotificationDetails>,
    pub(super) read: bool,
}

impl<Mode> Notifications<'_, Mode> {
    /// How far this person has read.
    async fn watermark(&mut self, account: AccountId) -> Result<Uuid> {
        let read = sqlx::query_scalar!(
            "select read_id from messaging.notification_reads where tenant_id = $1 and account_id = $2",
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(read.unwrap_or_default())
    }

    /// Those between two places, the last first.
    async fn rows(
        &mut self,
        account: AccountId,
        filter: &NotificationFilter,
        before: Uuid,
        limit: i64,
    ) -> Result<Vec<ToldRow>> {
        let read = self.watermark(account).await?;
        let after = if filter.unread { read } else { Uuid::nil() };
        let Some(kind) = filter.kind else {
            return Ok(sqlx::query_as!(
                ToldRow,
                r#"
                select id as "id!", kind as "kind!", subject_id as "subject_id!", actors as "actors!", person_id, post_id,
                  comment_id, conversation_id, message_id, request_id, case_id, group_id,
                  details as "details!: Json<NotificationDetails>",
                  (read_at is not null or id <= $3) as "read!"
                from messaging.told_notifications
                where tenant_id = $1
                  and account_id = $2
                  and id < $4
                  and id > $5
                  and in_app
                  and (read_at is null or not $6)
                order by id desc
                limit $7
                "#,
                self.0.scope().tenant.uuid(),
                account.uuid(),
                read,
                before,
                after,
                filter.unread,
                limit,
            )
            .fetch_all(self.0.conn()?)
            .await?);
        };
        Ok(sqlx::query_as!(
            ToldRow,
            r#"
            select id as "id!", kind as "kind!", subject_id as "subject_id!", actors as "actors!", person_id, post_id,
              comment_id, conversation_id, message_id, request_id, case_id, group_id,
                  details as "details!: Json<NotificationDetails>",
              (read_at is not null or id <= $3) as "read!"
            from messaging.told_notifications
            where tenant_id = $1
              and account_id = $2
              and kind = $8
              and id < $4
              and id > $5
              and in_app
              and (read_at is null or not $6)
            order by id desc
            limit $7
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            read,
            before,
            after,
            filter.unread,
            limit,
            kind.as_str(),
        )
        .fetch_all(self.0.conn()?)
        .await?)
    }
}

impl<Mode> ReadNotifications for Notifications<'_, Mode> {
    async fn get(&mut self, reading: Reading, id: NotificationId) -> Result<Option<Notification>> {
        let read = self.watermark(reading.account).await?;
        let rows = sqlx::query_as!(
            ToldRow,
            r#"
            select id as "id!", kind as "kind!", subject_id as "subject_id!", actors as "actors!", person_id, post_id,
              comment_id, conversation_id, message_id, request_id, case_id, group_id,
                  details as "details!: Json<NotificationDetails>",
              (read_at is not null or id <= $4) as "read!"
            from messaging.told_notifications
            where tenant_id = $1 and account_id = $2 and id = $3
            "#,
            self.0.scope().tenant.uuid(),
            reading.account.uuid(),
            id.uuid(),
            read,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(self.in_words(reading, rows).await?.pop())
    }

    async fn list(
        &mut self,
        reading: Reading,
        filter: &NotificationFilter,
        request: &PageRequest<NotificationId>,
    ) -> Result<Page<Notification, NotificationId>> {
        let before = request.after.map_or(Uuid::max(), Uuid::from);
        let rows = self.rows(reading.account, filter, before, request.size.with_one_more()).await?;
        let page = Page::from_one_more(rows, request.size, |row| NotificationId::from_uuid(row.id));
        Ok(Page { items: self.in_words(reading, page.items).await?, next: page.next })
    }

    async fn count_unread(&mut self, account: AccountId) -> Result<UnreadNotifications> {
        let read = self.watermark(account).await?;
        let unread = sqlx::query_scalar!(
            r#"
            select count(*) as "count!"
            from (
              select from messaging.told_notifications
              where tenant_id = $1 and account_id = $2 and id > $3 and in_app and read_at is null
              limit $4
            ) as unread
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            read,
            i64::from(UnreadNotifications::MOST),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(UnreadNotifications { unread: u32::try_from(unread).unwrap_or(UnreadNotifications::MOST) })
    }

    async fn list_listeners(
        &mut self,
        conversation: ConversationId,
        sender: AccountId,
        seq: u64,
    ) -> Result<Vec<Listener>> {
        let now = self.0.now();
        let rows = sqlx::query!(
            r#"
            select account_id, state = 'request' as "asked!"
            from messaging.members
            where tenant_id = $1
              and conversation_id = $2
              and account_id <> $3
              and state in ('active', 'request')
              and read_seq < $4
              and from_seq <= $4
              and (muted_until is null or muted_until <= $5)
            order by account_id
            "#,
            self.0.scope().tenant.uuid(),
            conversation.uuid(),
            sender.uuid(),
            i64::try_from(seq).unwrap_or(i64::MAX),
            now,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let listener = |(account, asked)| Listener { account: AccountId::from_uuid(account), asked };
        Ok(rows.into_iter().map(|row| listener((row.account_id, row.asked))).collect())
    }

    async fn list_keepers(&mut self, conversation: ConversationId) -> Result<Vec<AccountId>> {
        let keepers = sqlx::query_scalar!(
            r#"
            select account_id
            from messaging.members
            where tenant_id = $1 and conversation_id = $2 and state = 'active' and role in ('owner', 'admin')
            "#,
            self.0.scope().tenant.uuid(),
            conversation.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(keepers.into_iter().map(AccountId::from_uuid).collect())
    }

    async fn list_unread_between(
        &mut self,
        reading: Reading,
        kinds: &[NotificationKind],
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<Notification>> {
        let read = self.watermark(reading.account).await?;
        let from = NotificationId::earliest_at(from).uuid();
        let kinds: Vec<String> = kinds.iter().map(ToString::to_string).collect();
        let rows = sqlx::query_as!(
            ToldRow,
            r#"
            select id as "id!", kind as "kind!", subject_id as "subject_id!", actors as "actors!", person_id, post_id,
              comment_id, conversation_id, message_id, request_id, case_id, group_id,
                  details as "details!: Json<NotificationDetails>", false as "read!"
            from messaging.told_notifications
            where tenant_id = $1
              and account_id = $2
              and id >= $3
              and id > $4
              and id < $5
              and kind = any($6)
              and read_at is null
            order by id desc
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            reading.account.uuid(),
            from,
            read,
            NotificationId::earliest_at(to).uuid(),
            &kinds,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        self.in_words(reading, rows).await
    }

    async fn find_unread(
        &mut self,
        reading: Reading,
        kind: NotificationKind,
        subject: Uuid,
    ) -> Result<Option<Notification>> {
        let read = self.watermark(reading.account).await?;
        let rows = sqlx::query_as!(
            ToldRow,
            r#"
            select id as "id!", kind as "kind!", subject_id as "subject_id!", actors as "actors!", person_id, post_id,
              comment_id, conversation_id, message_id, request_id, case_id, group_id,
                  details as "details!: Json<NotificationDetails>", false as "read!"
            from messaging.told_notifications
            where tenant_id = $1
              and account_id = $2
              and subject_id = $3
              and kind = $4
              and id > $5
              and read_at is null
            order by id desc
            limit 1
            "#,
            self.0.scope().tenant.uuid(),
            reading.account.uuid(),
            subject,
            kind.as_str(),
            read,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(self.in_words(reading, rows).await?.pop())
    }
}

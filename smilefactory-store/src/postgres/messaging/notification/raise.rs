//! Telling people something: a constant number of statements, however many they are.

use chrono::TimeDelta;
use smilefactory_core::id::{AccountId, Id, NotificationId};
use smilefactory_core::messaging::notification::{MailDigest, Notification, NotificationPreference, Raise};
use sqlx::types::Json;
use uuid::Uuid;

use super::super::super::row::RowOf;
use super::Notifications;
use crate::error::Result;
use crate::repo::messaging::Raised;
use crate::tx::ReadWrite;

/// For how long something that nobody reads grows.
const GROWS: TimeDelta = TimeDelta::days(90);

/// Somebody who is to be told, with their row held.
struct Recipient {
    account: Uuid,
    /// The place that what they are told gets.
    place: NotificationId,
    read: Uuid,
    preference: NotificationPreference,
}

impl Notifications<'_, ReadWrite> {
    pub(super) async fn tell(&mut self, raise: &Raise, to: &[AccountId]) -> Result<Vec<Raised>> {
        let mut accounts: Vec<Uuid> = to.iter().map(|account| account.uuid()).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let recipients = self.hold(raise, &accounts).await?;
        if recipients.is_empty() {
            return Ok(Vec::new());
        }
        let grown = if raise.kind.grows() { self.grow(raise, &recipients).await? } else { Vec::new() };
        let (more, new): (Vec<_>, Vec<_>) =
            recipients.iter().partition(|recipient| grown.contains(&recipient.account));
        self.add(raise, &new).await?;
        self.move_on(&recipients).await?;
        self.make_due(raise, &new, &more).await?;
        let raised = |recipient: &Recipient| Raised {
            account: AccountId::from_uuid(recipient.account),
            notification: recipient.place,
            in_app: recipient.preference.in_app,
            grown: grown.contains(&recipient.account),
        };
        Ok(recipients.iter().map(raised).collect())
    }

    /// Holds the rows of those who are to be told and want to be, in the order of their ids, so that nobody waits in a
    /// circle.
    async fn hold(&mut self, raise: &Raise, accounts: &[Uuid]) -> Result<Vec<Recipient>> {
        if accounts.is_empty() {
            return Ok(Vec::new());
        }
        sqlx::query!(
            r#"
            insert into messaging.notification_reads (tenant_id, account_id)
            select $1, a.id
            from identity.personal_details as a
            where a.tenant_id = $1 and a.id = any($2) and a.erased_at is null
            order by a.id
            on conflict (tenant_id, account_id) do nothing
            "#,
            self.0.scope().tenant.uuid(),
            accounts,
        )
        .execute(self.0.conn()?)
        .await?;
        let rows = sqlx::query!(
            r#"
            select r.account_id, r.last_id, r.read_id, p.in_app as "in_app?", p.mail as "mail?"
            from messaging.notification_reads as r
            left join messaging.notification_preferences as p
              on p.tenant_id = r.tenant_id and p.account_id = r.account_id and p.kind = $3
            where r.tenant_id = $1
              and r.account_id = any($2)
              and exists (
                select
                from identity.personal_details as a
                where a.tenant_id = r.tenant_id and a.id = r.account_id and a.erased_at is null
              )
              and not exists (
                select from social.barriers as b
                where b.tenant_id = r.tenant_id and b.viewer_id = r.account_id and b.other_id = $4
              )
            order by r.account_id
            for no key update of r
            "#,
            self.0.scope().tenant.uuid(),
            accounts,
            raise.kind.as_str(),
            raise.actor.map(smilefactory_core::id::Id::uuid),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let mut recipients = Vec::with_capacity(rows.len());
        for row in rows {
            let of = RowOf { table: "messaging.notification_preferences", id: row.account_id };
            let usual = raise.kind.usually_told();
            let preference = NotificationPreference {
                kind: raise.kind,
                in_app: row.in_app.unwrap_or(usual.in_app),
                mail: of.parse_opt("mail", row.mail.as_deref())?.unwrap_or(usual.mail),
            };
            if preference.is_told() {
                let place = Notification::id_after(self.0.new_id()?, NotificationId::from_uuid(row.last_id));
                recipients.push(Recipient { account: row.account_id, place, read: row.read_id, preference });
            }
        }
        Ok(recipients)
    }

    /// What is unread of the same about the same takes it in, and comes first again. Gives whose did.
    async fn grow(&mut self, raise: &Raise, to: &[Recipient]) -> Result<Vec<Uuid>> {
        let accounts: Vec<Uuid> = to.iter().map(|recipient| recipient.account).collect();
        let places: Vec<Uuid> = to.iter().map(|recipient| recipient.place.uuid()).collect();
        let read: Vec<Uuid> = to.iter().map(|recipient| recipient.read).collect();
        let in_app: Vec<bool> = to.iter().map(|recipient| recipient.preference.in_app).collect();
        let youngest = NotificationId::earliest_at(self.0.now() - GROWS).uuid();
        let target = &raise.target;
        let grown = sqlx::query_scalar!(
            r#"
            update messaging.notifications as n
            set id = told.place,
              actors = (array_remove(array[$8::uuid], null) || array_remove(n.actors, $8))[1:100],
              in_app = told.in_app,
              comment_id = $10,
              message_id = $11,
              details = jsonb_strip_nulls($12)
            from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::boolean[]) as told (account_id, place, read_id, in_app)
            where n.tenant_id = $1
              and n.account_id = told.account_id
              and n.subject_id = $6
              and n.kind = $7
              and n.read_at is null
              and n.id > told.read_id
              and n.id > $9
            returning n.account_id
            "#,
            self.0.scope().tenant.uuid(),
            &accounts,
            &places,
            &read,
            &in_app,
            raise.subject,
            raise.kind.as_str(),
            raise.actor.map(smilefactory_core::id::Id::uuid),
            youngest,
            target.comment.map(smilefactory_core::id::Id::uuid),
            target.message.map(smilefactory_core::id::Id::uuid),
            Json(&raise.details) as _,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(grown)
    }

    async fn add(&mut self, raise: &Raise, to: &[&Recipient]) -> Result<()> {
        if to.is_empty() {
            return Ok(());
        }
        let accounts: Vec<Uuid> = to.iter().map(|recipient| recipient.account).collect();
        let places: Vec<Uuid> = to.iter().map(|recipient| recipient.place.uuid()).collect();
        let in_app: Vec<bool> = to.iter().map(|recipient| recipient.preference.in_app).collect();
        let target = &raise.target;
        sqlx::query!(
            r#"
            insert into messaging.notifications (
              tenant_id, id, account_id, kind, subject_id, actors, person_id, post_id, comment_id, conversation_id,
              message_id, request_id, case_id, details, in_app, group_id
            )
            select $1, told.place, told.account_id, $5, $6, array_remove(array[$7::uuid], null), $8, $9, $10, $11, $12, $13,
              $14, jsonb_strip_nulls($15), told.in_app, $16
            from unnest($2::uuid[], $3::uuid[], $4::boolean[]) as told (account_id, place, in_app)
            "#,
            self.0.scope().tenant.uuid(),
            &accounts,
            &places,
            &in_app,
            raise.kind.as_str(),
            raise.subject,
            raise.actor.map(smilefactory_core::id::Id::uuid),
            target.account.map(smilefactory_core::id::Id::uuid),
            target.post.map(smilefactory_core::id::Id::uuid),
            target.comment.map(smilefactory_core::id::Id::uuid),
            target.conversation.map(smilefactory_core::id::Id::uuid),
            target.message.map(smilefactory_core::id::Id::uuid),
            target.request.map(smilefactory_core::id::Id::uuid),
            target.case.map(smilefactory_core::id::Id::uuid),
            Json(&raise.details) as _,
            target.group.map(smilefactory_core::id::Id::uuid),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    /// Notes the last place of each.
    async fn move_on(&mut self, to: &[Recipient]) -> Result<()> {
        let accounts: Vec<Uuid> = to.iter().map(|recipient| recipient.account).collect();
        let places: Vec<Uuid> = to.iter().map(|recipient| recipient.place.uuid()).collect();
        sqlx::query!(
            r#"
            update messaging.notification_reads as r
            set last_id = told.place
            from unnest($2::uuid[], $3::uuid[]) as told (account_id, place)
            where r.tenant_id = $1 and r.account_id = told.account_id
            "#,
            self.0.scope().tenant.uuid(),
            &accounts,
            &places,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    /// The mails that are to tell it: at once what is new, in what gathers what has grown too.
    async fn make_due(&mut self, raise: &Raise, new: &[&Recipient], more: &[&Recipient]) -> Result<()> {
        let (mut ids, mut accounts, mut digests, mut due) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let gathered = more.iter().filter(|recipient| recipient.preference.mail != MailDigest::Now);
        for recipient in new.iter().chain(gathered) {
            let digest = recipient.preference.mail;
            // The time in the id, by which a digest finds it.
            let at = recipient.place.created_at().unwrap_or_else(|| self.0.now());
            let Some(at) = digest.due_after(at) else { continue };
            ids.push(self.0.new_id::<NotificationId>()?.uuid());
            accounts.push(recipient.account);
            digests.push(digest.as_str().to_owned());
            due.push(at);
        }
        if ids.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            r#"
            insert into messaging.digests (tenant_id, id, account_id, period, kind, subject_id, due_at, state, try_at)
            select $1, due.id, due.account_id, due.period, case due.period when 'now' then $6 end,
              case due.period when 'now' then $7::uuid end, due.due_at, 'waiting', due.due_at
            from unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[]) as due (id, account_id, period, due_at)
            on conflict do nothing
            "#,
            self.0.scope().tenant.uuid(),
            &ids,
            &accounts,
            &digests,
            &due,
            raise.kind.as_str(),
            raise.subject,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }
}

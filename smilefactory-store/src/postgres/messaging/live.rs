//! What of the log concerns those who listen.

use std::collections::{BTreeMap, HashSet};

use smilefactory_core::id::{AccountId, Id, NotificationId, SessionId};
use smilefactory_core::messaging::live::{Audience, FACT_NAMES, LiveEvent, Tie, concerns};
use uuid::Uuid;

use super::super::repository;
use crate::error::Result;
use crate::outbox::{LogPosition, LoggedFact, Window, log};
use crate::repo::messaging::{ReadLive, Told};
use crate::tx::ReadOnly;

repository! {
    /// What of the log concerns those who listen.
    Live = live
}

/// Something that may be told, at the place of its fact.
struct Candidate<'f> {
    fact: &'f LoggedFact,
    event: LiveEvent,
    to: Vec<AccountId>,
}

/// Concerns whose listeners are found in the same way, as the columns of a table.
#[derive(Default)]
struct Asked {
    places: Vec<i32>,
    kinds: Vec<String>,
    conversations: Vec<Uuid>,
    /// The nil id where there is none.
    messages: Vec<Uuid>,
    about: Vec<Uuid>,
}

/// Accounts that are told something about somebody, as the columns of a table.
#[derive(Default)]
struct Named {
    places: Vec<i32>,
    accounts: Vec<Uuid>,
    about: Vec<Uuid>,
    ties: Vec<String>,
}

impl Named {
    fn add(&mut self, place: i32, account: AccountId, about: AccountId, tie: Tie) {
        self.places.push(place);
        self.accounts.push(account.uuid());
        self.about.push(about.uuid());
        let tie = match tie {
            Tie::Sent => "sent",
            Tie::Received => "received",
            Tie::Connected => "connected",
        };
        self.ties.push(tie.to_owned());
    }
}

/// Accounts that are told of a notification, as the columns of a table.
#[derive(Default)]
struct Notified {
    places: Vec<i32>,
    accounts: Vec<Uuid>,
    notifications: Vec<Uuid>,
}

impl Notified {
    fn add(&mut self, place: i32, account: AccountId, notification: NotificationId) {
        self.places.push(place);
        self.accounts.push(account.uuid());
        self.notifications.push(notification.uuid());
    }
}

impl Asked {
    fn add(
        &mut self,
        place: i32,
        kind: &str,
        conversation: impl Id,
        message: Option<Uuid>,
        about: Option<AccountId>,
    ) {
        self.places.push(place);
        self.kinds.push(kind.to_owned());
        self.conversations.push(conversation.uuid());
        self.messages.push(message.unwrap_or_default());
        self.about.push(about.map(Id::uuid).unwrap_or_default());
    }
}

impl ReadLive for Live<'_, ReadOnly> {
    async fn position(&mut self) -> Result<LogPosition> {
        log::position(self.0.conn()?).await
    }

    async fn read(&mut self, window: &Window, limit: u16) -> Result<Vec<LoggedFact>> {
        let tenant = self.0.scope().tenant.uuid();
        log::read(self.0.conn()?, window, &[tenant], FACT_NAMES, limit).await
    }

    async fn address(&mut self, facts: &[LoggedFact], listeners: &[AccountId]) -> Result<Vec<Told>> {
        let listening: HashSet<_> = listeners.iter().copied().collect();
        let (mut candidates, mut asked, mut named) = (Vec::new(), Asked::default(), Named::default());
        let mut notified = Notified::default();
        for fact in facts {
            let concerns = concerns(&fact.recorded.fact).unwrap_or_else(|error| {
                tracing::error!(%error, fact = %fact.recorded.id, "nobody is told of a fact that cannot be read");
                Vec::new()
            });
            for concern in concerns {
                let place = i32::try_from(candidates.len()).unwrap_or(i32::MAX);
                let mut to = Vec::new();
                match concern.audience {
                    Audience::Account { account }
                    | Audience::Between { account, .. }
                    | Audience::Notified { account, .. }
                        if !listening.contains(&account) =>
                    {
                        continue;
                    }
                    Audience::Account { account } => to.push(account),
                    Audience::Between { account, about, tie } => named.add(place, account, about, tie),
                    Audience::Notified { account, notification } => {
                        notified.add(place, account, notification);
                    }
                    Audience::Readers { conversation, message, by } => {
                        asked.add(place, "readers", conversation, Some(message.uuid()), by);
                    }
                    Audience::Invited { conversation } => {
                        asked.add(place, "invited", conversation, None, None);
                    }
                    Audience::Members { conversation, about } => {
                        asked.add(place, "members", conversation, None, Some(about));
                    }
                    Audience::Managers { conversation, about } => {
                        asked.add(place, "managers", conversation, None, Some(about));
                    }
                    Audience::Receipts { conversation, account } => {
                        asked.add(place, "receipts", conversation, None, Some(account));
                    }
                }
                candidates.push(Candidate { fact, event: concern.event, to });
            }
        }
        let mut found = BTreeMap::<i32, Vec<AccountId>>::new();
        for (place, account) in self.in_conversations(&asked, listeners).await? {
            found.entry(place).or_default().push(account);
        }
        for (place, account) in self.not_hidden(&named).await? {
            found.entry(place).or_default().push(account);
        }
        for (place, account) in self.still_told(&notified).await? {
            found.entry(place).or_default().push(account);
        }
        let told = candidates.into_iter().enumerate().filter_map(|(place, candidate)| {
            let Candidate { fact, event, mut to } = candidate;
            to.extend(i32::try_from(place).ok().and_then(|place| found.remove(&place)).unwrap_or_default());
            to.sort_unstable();
            let told = Told { xid: fact.xid, seq: fact.seq, at: fact.recorded.at, event, to };
            (!told.to.is_empty()).then_some(told)
        });
        Ok(told.collect())
    }

    async fn sessions(&mut self, sessions: &[SessionId]) -> Result<Vec<(SessionId, bool)>> {
        let ids: Vec<_> = sessions.iter().map(|session| session.uuid()).collect();
        let now = self.0.now();
        let rows = sqlx::query!(
            r#"
            select s.id, a.profile_state = 'suspended' as "suspended!"
            from identity.sessions s
            join identity.personal_details a on a.tenant_id = s.tenant_id and a.id = s.account_id
            where s.tenant_id = $1 and s.id = any($2) and s.expires_at > $3
            "#,
            self.0.scope().tenant.uuid(),
            &ids,
            now,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows.into_iter().map(|row| (SessionId::from_uuid(row.id), row.suspended)).collect())
    }
}

impl Live<'_, ReadOnly> {
    /// Who of the listeners is in the audience of what happened in conversations. What of a conversation is whose to see
    /// is as in `messages.rs` and `members.rs`.
    async fn in_conversations(
        &mut self,
        asked: &Asked,
        listeners: &[AccountId],
    ) -> Result<Vec<(i32, AccountId)>> {
        if asked.places.is_empty() {
            return Ok(Vec::new());
        }
        let listeners: Vec<_> = listeners.iter().map(|account| account.uuid()).collect();
        let rows = sqlx::query!(
            r#"
            select asked.place as "place!", m.account_id
            from unnest($2::integer[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[])
              as asked (place, kind, conversation_id, message_id, about_id)
            -- One after the other: so that each is looked for in the month it is of, and in no other.
            left join lateral (
              select seq, sender_id from messaging.messages where tenant_id = $1 and id = asked.message_id limit 1
            ) as w on true
            join messaging.conversations c on c.tenant_id = $1 and c.id = asked.conversation_id
            join messaging.members m
              on m.tenant_id = $1 and m.conversation_id = asked.conversation_id and m.account_id = any($7)
            left join messaging.members a
              on a.tenant_id = $1 and a.conversation_id = asked.conversation_id and a.account_id = asked.about_id
            where
              case asked.kind
                when 'readers' then
                  w.seq >= m.from_seq and (m.state = 'active' or (m.state = 'request' and c.kind = 'direct'))
                  and not exists (
                    select
                    from identity.personal_details e
                    where e.tenant_id = $1 and e.id = asked.about_id and e.erased_at is not null
                  )
                when 'invited' then m.state in ('active', 'request')
                when 'members' then
                  m.account_id = asked.about_id
                  or (m.state = 'active' and (m.role in ('owner', 'admin') or a.joined_at is not null))
                when 'managers' then
                  m.account_id = asked.about_id or (m.state = 'active' and m.role in ('owner', 'admin'))
                when 'receipts' then
                  m.account_id = asked.about_id
                  or (m.state = 'active' and m.receipts and a.state = 'active' and a.receipts and not c.large)
              end
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = m.account_id and b.blocked
                  and b.other_id in (asked.about_id, w.sender_id, c.low_id, c.high_id)
              )
            "#,
            self.0.scope().tenant.uuid(),
            &asked.places,
            &asked.kinds,
            &asked.conversations,
            &asked.messages,
            &asked.about,
            &listeners,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows.into_iter().map(|row| (row.place, AccountId::from_uuid(row.account_id))).collect())
    }

    /// Those who may be told about whom it is about.
    async fn not_hidden(&mut self, named: &Named) -> Result<Vec<(i32, AccountId)>> {
        if named.places.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query!(
            r#"
            select named.place as "place!", named.account_id as "account_id!"
            from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::text[]) as named (place, account_id, about_id, tie)
            join identity.personal_details a on a.tenant_id = $1 and a.id = named.about_id
            where a.profile_state <> 'suspended'
              and (named.tie <> 'connected' or (a.profile_state <> 'draft' and a.visibility <> 'private'))
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = named.account_id and b.other_id = named.about_id
                  and (b.blocked or named.tie <> 'sent')
              )
            "#,
            self.0.scope().tenant.uuid(),
            &named.places,
            &named.accounts,
            &named.about,
            &named.ties,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows.into_iter().map(|row| (row.place, AccountId::from_uuid(row.account_id))).collect())
    }

    /// Those who are to be told of their notification still.
    async fn still_told(&mut self, notified: &Notified) -> Result<Vec<(i32, AccountId)>> {
        if notified.places.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query!(
            r#"
            select notified.place as "place!", notified.account_id as "account_id!"
            from unnest($2::integer[], $3::uuid[], $4::uuid[]) as notified (place, account_id, id)
            cross join lateral (
              select n.in_app
              from messaging.told_notifications n
              where n.tenant_id = $1 and n.id = notified.id and n.account_id = notified.account_id
              limit 1
            ) as told
            where told.in_app
            "#,
            self.0.scope().tenant.uuid(),
            &notified.places,
            &notified.accounts,
            &notified.notifications,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows.into_iter().map(|row| (row.place, AccountId::from_uuid(row.account_id))).collect())
    }
}

//! Notifications in words: the names and titles that the reader may know, looked up for a whole page at once.

use std::collections::{BTreeMap, BTreeSet};

use smilefactory_core::id::{
    AccountId, CommentId, ConnectionRequestId, ConversationId, EventId, GroupId, Id, MessageId,
    ModerationCaseId, NotificationId, PostId,
};
use smilefactory_core::identity::AccountStanding;
use smilefactory_core::messaging::notification::{
    Notification, NotificationActor, NotificationKind, NotificationTarget, Telling,
};
use smilefactory_core::profile::ViewerClass;
use uuid::Uuid;

use super::super::super::row::RowOf;
use super::Notifications;
use super::read::ToldRow;
use crate::error::{Result, StoreError};
use crate::repo::messaging::Reading;

/// Among how many of those who did something names are looked for.
const LOOKED_AT: usize = 10;

/// Texts by what they are the names of.
type Names = BTreeMap<Uuid, String>;

impl<Mode> Notifications<'_, Mode> {
    /// The rows in words, in their order.
    pub(super) async fn in_words(
        &mut self,
        reading: Reading,
        rows: Vec<ToldRow>,
    ) -> Result<Vec<Notification>> {
        let people =
            rows.iter().flat_map(|row| row.actors.iter().take(LOOKED_AT).copied().chain(row.person_id));
        let people = self.people(reading, people.collect()).await?;
        let posts = self.posts(rows.iter().filter_map(|row| row.post_id).collect()).await?;
        let conversations =
            self.conversations(rows.iter().filter_map(|row| row.conversation_id).collect()).await?;
        let groups = self.groups(rows.iter().filter_map(|row| row.group_id).collect()).await?;
        let told_of_events =
            |row: &&ToldRow| row.kind.parse::<NotificationKind>().is_ok_and(NotificationKind::is_about_event);
        let events =
            self.events(rows.iter().filter(told_of_events).map(|row| row.subject_id).collect()).await?;
        let names = [&conversations, &groups, &posts, &events];
        rows.into_iter().map(|row| in_words(row, &people, names)).collect()
    }

    /// The names of those of these people whose profile the reader sees.
    async fn people(&mut self, reading: Reading, ids: BTreeSet<Uuid>) -> Result<Names> {
        if ids.is_empty() {
            return Ok(Names::new());
        }
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let rows = sqlx::query!(
            r#"
            select a.id, a.first_name, a.last_name, a.profile_kind, a.profile_state, a.visibility, asked.class as "class!"
            from identity.personal_details as a
            join social.viewer_classes($2, $3) as asked on asked.owner_id = a.id
            where a.tenant_id = $1 and a.id = any($3)
            "#,
            self.0.scope().tenant.uuid(),
            reading.account.uuid(),
            &ids,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let mut names = Names::new();
        for row in rows {
            let of = RowOf { table: "identity.personal_details", id: row.id };
            let standing = AccountStanding {
                kind: of.parse_opt("profile_kind", row.profile_kind.as_deref())?,
                state: of.parse("profile_state", &row.profile_state)?,
                visibility: of.parse("visibility", &row.visibility)?,
                completion: 0,
            };
            let class = match &*row.class {
                "owner" => ViewerClass::Owner,
                "blocked" => ViewerClass::Blocked,
                _ if reading.staff => ViewerClass::Staff,
                "connection" => ViewerClass::Connection,
                "group" => ViewerClass::Group,
                _ => ViewerClass::Member,
            };
            if standing.is_seen_by(class) {
                names.insert(row.id, format!("{} {}", row.first_name, row.last_name));
            }
        }
        Ok(names)
    }

    /// The titles of posts, or how they begin.
    async fn posts(&mut self, ids: BTreeSet<Uuid>) -> Result<Names> {
        if ids.is_empty() {
            return Ok(Names::new());
        }
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let rows = sqlx::query!(
            r#"
            select id, coalesce(title, left(body_text, 60)) as "title!"
            from content.posts
            where tenant_id = $1 and id = any($2)
            "#,
            self.0.scope().tenant.uuid(),
            &ids,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let line = |title: String| title.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(rows.into_iter().map(|row| (row.id, line(row.title))).collect())
    }

    /// The titles of events that others than their organisers know of.
    async fn events(&mut self, ids: BTreeSet<Uuid>) -> Result<Names> {
        if ids.is_empty() {
            return Ok(Names::new());
        }
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let rows = sqlx::query!(
            r#"
            select id, title
            from event.events
            where tenant_id = $1 and id = any($2) and state <> 'draft'
            "#,
            self.0.scope().tenant.uuid(),
            &ids,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
    }

    /// The titles of conversations that have one.
    async fn conversations(&mut self, ids: BTreeSet<Uuid>) -> Result<Names> {
        if ids.is_empty() {
            return Ok(Names::new());
        }
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let rows = sqlx::query!(
            r#"
            select id, title as "title!"
            from messaging.conversations
            where tenant_id = $1 and id = any($2) and title is not null
            "#,
            self.0.scope().tenant.uuid(),
            &ids,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
    }

    /// The names of groups.
    async fn groups(&mut self, ids: BTreeSet<Uuid>) -> Result<Names> {
        if ids.is_empty() {
            return Ok(Names::new());
        }
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let rows = sqlx::query!(
            "select id, name from community.groups where tenant_id = $1 and id = any($2)",
            self.0.scope().tenant.uuid(),
            &ids,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
    }
}

fn in_words(
    row: ToldRow,
    people: &Names,
    [conversations, groups, posts, events]: [&Names; 4],
) -> Result<Notification> {
    let of = RowOf { table: "messaging.notifications", id: row.id };
    let id = NotificationId::from_uuid(row.id);
    let kind: NotificationKind = of.parse("kind", &row.kind)?;
    let named = |actor: &Uuid| Some((AccountId::from_uuid(*actor), people.get(actor)?.clone()));
    let actors: Vec<NotificationActor> = row
        .actors
        .iter()
        .take(LOOKED_AT)
        .filter_map(named)
        .take(Notification::NAMED)
        .map(|(account, name)| NotificationActor { account, name })
        .collect();
    let others = u32::try_from(row.actors.len().saturating_sub(actors.len())).unwrap_or(u32::MAX);
    let about = [
        (row.person_id, people),
        (row.conversation_id, conversations),
        (row.group_id, groups),
        (row.post_id, posts),
        (Some(row.subject_id), events),
    ]
    .into_iter()
    .find_map(|(id, names)| names.get(&id?).cloned());
    let shown: Vec<String> = actors.iter().map(|actor| actor.name.clone()).collect();
    let details = row.details.0;
    let telling = Telling { actors: &shown, others, about: about.as_deref(), details: Some(&details) };
    let at = id.created_at().ok_or_else(|| StoreError::internal("a notification whose id has no time"))?;
    Ok(Notification {
        id,
        kind,
        priority: kind.priority(),
        title: kind.title().to_owned(),
        text: telling.text(kind),
        actors,
        others,
        target: NotificationTarget {
            // Whoever is not for the reader to see is not named either.
            account: row.person_id.filter(|person| people.contains_key(person)).map(AccountId::from_uuid),
            post: row.post_id.map(PostId::from_uuid),
            comment: row.comment_id.map(CommentId::from_uuid),
            conversation: row.conversation_id.map(ConversationId::from_uuid),
            message: row.message_id.map(MessageId::from_uuid),
            request: row.request_id.map(ConnectionRequestId::from_uuid),
            case: row.case_id.map(ModerationCaseId::from_uuid),
            group: row.group_id.map(GroupId::from_uuid),
            event: kind.is_about_event().then(|| EventId::from_uuid(row.subject_id)),
        },
        about,
        details,
        at,
        read: row.read,
    })
}

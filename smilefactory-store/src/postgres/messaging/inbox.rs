//! Conversations as one person has them.
//!
//! Where one stands in somebody's list is kept with them, so that a page is some entries of an index; of a large one it is
//! kept with the conversation, since whoever sends would write a row for each member: of these somebody has few, and all
//! of them are looked at.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, ConversationId, Id, MessageId};
use smilefactory_core::messaging::{Conversation, InboxEntry, InboxFilter, MemberState, Membership, Unread};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::conversation::ConversationRow;
use super::member::MemberRow;
use crate::error::Result;
use crate::repo::messaging::{InboxKey, ReadMessages};
use crate::tx::Tx;

struct EntryRow {
    conversation: ConversationRow,
    member: MemberRow,
    at: DateTime<Utc>,
}

macro_rules! entry {
    ($row:ident, $viewer:ident) => {
        EntryRow {
            at: $row.at,
            member: MemberRow {
                conversation_id: $row.id,
                account_id: $viewer.uuid(),
                role: $row.role,
                state: $row.state,
                from_seq: $row.from_seq,
                delivered_seq: $row.delivered_seq,
                read_seq: $row.read_seq,
                receipts: $row.receipts,
                muted_until: $row.muted_until,
                archived_at: $row.archived_at,
                pinned_at: $row.pinned_at,
                invited_by: $row.invited_by,
                joined_at: $row.joined_at,
                created_at: $row.member_since,
            },
            conversation: ConversationRow {
                id: $row.id,
                kind: $row.kind,
                low_id: $row.low_id,
                high_id: $row.high_id,
                title: $row.title,
                history: $row.history,
                approval: $row.approval,
                member_limit: $row.member_limit,
                members: $row.members,
                owners: $row.owners,
                large: $row.large,
                last_seq: $row.last_seq,
                last_message_id: $row.last_message_id,
                active_at: $row.active_at,
                attached_bytes: $row.attached_bytes,
                created_by: $row.created_by,
                version: $row.version,
                created_at: $row.created_at,
            },
        }
    };
}

pub(super) async fn entry<Mode>(
    tx: &mut Tx<Mode>,
    id: ConversationId,
    viewer: AccountId,
) -> Result<Option<InboxEntry>> {
    let row = sqlx::query!(
        r#"
        select c.id, c.kind, c.low_id, c.high_id, c.title, c.history, c.approval, c.member_limit, c.members, c.owners,
          c.large, c.last_seq, c.last_message_id, c.active_at, c.attached_bytes, c.created_by, c.version, c.created_at,
          m.role, m.state, m.from_seq, m.delivered_seq, m.read_seq, m.receipts, m.muted_until, m.archived_at,
          m.pinned_at, m.invited_by, m.joined_at, m.created_at as member_since, c.active_at as at
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
        tx.scope().tenant.uuid(),
        id.uuid(),
        viewer.uuid(),
    )
    .fetch_optional(tx.conn()?)
    .await?;
    let rows = row.map(|row| entry!(row, viewer)).into_iter().collect();
    Ok(entries(tx, rows, viewer).await?.pop().map(|(_, entry)| entry))
}

pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    viewer: AccountId,
    filter: InboxFilter,
    request: &PageRequest<InboxKey>,
) -> Result<Page<InboxEntry, InboxKey>> {
    let state = match filter {
        InboxFilter::Inbox | InboxFilter::Unread | InboxFilter::Archived => MemberState::Active,
        InboxFilter::Requests => MemberState::Request,
    };
    let first =
        InboxKey { pinned: true, at: DateTime::<Utc>::MAX_UTC, id: ConversationId::from_uuid(Uuid::max()) };
    let after = request.after.unwrap_or(first);
    let rows = sqlx::query!(
        r#"
        with mine as (
          (
            select m.conversation_id, m.pinned, m.active_at as at
            from messaging.members m
            join messaging.conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
            where m.tenant_id = $1
              and m.account_id = $2
              and m.state = $3
              and m.archived = $4
              and m.active_at is not null
              and (m.pinned, m.active_at, m.conversation_id) < ($5, $6, $7)
              and (not $8 or c.last_seq > m.read_seq)
              and not exists (
                select
                from social.barriers b
                where b.tenant_id = $1
                  and b.viewer_id = $2
                  and b.other_id = case when c.low_id = $2 then c.high_id else c.low_id end
                  and b.blocked
              )
            order by m.pinned desc, m.active_at desc, m.conversation_id desc
            limit $9
          )
          union all
          (
            select m.conversation_id, m.pinned, c.active_at
            from messaging.members m
            cross join lateral (
              select * from messaging.conversations where tenant_id = $1 and id = m.conversation_id limit 1
            ) as c
            where m.tenant_id = $1
              and m.account_id = $2
              and m.state = $3
              and m.archived = $4
              and m.active_at is null
              and (m.pinned, c.active_at, m.conversation_id) < ($5, $6, $7)
              and (not $8 or c.last_seq > m.read_seq)
            order by m.pinned desc, c.active_at desc, m.conversation_id desc
            limit $9
          )
        )
        select c.id, c.kind, c.low_id, c.high_id, c.title, c.history, c.approval, c.member_limit, c.members, c.owners,
          c.large, c.last_seq, c.last_message_id, c.active_at, c.attached_bytes, c.created_by, c.version, c.created_at,
          m.role, m.state, m.from_seq, m.delivered_seq, m.read_seq, m.receipts, m.muted_until, m.archived_at,
          m.pinned_at, m.invited_by, m.joined_at, m.created_at as member_since, mine.at as "at!"
        from (select * from mine order by pinned desc, at desc, conversation_id desc limit $9) as mine
        cross join lateral (
          select * from messaging.members
          where tenant_id = $1 and conversation_id = mine.conversation_id and account_id = $2
        ) as m
        cross join lateral (
          select * from messaging.conversations where tenant_id = $1 and id = mine.conversation_id
        ) as c
        order by mine.pinned desc, mine.at desc, mine.conversation_id desc
        "#,
        tx.scope().tenant.uuid(),
        viewer.uuid(),
        state.as_str(),
        filter == InboxFilter::Archived,
        after.pinned,
        after.at,
        after.id.uuid(),
        filter == InboxFilter::Unread,
        request.size.with_one_more(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let rows = rows.into_iter().map(|row| entry!(row, viewer)).collect();
    let key = |row: &EntryRow| InboxKey {
        pinned: row.member.pinned_at.is_some(),
        at: row.at,
        id: ConversationId::from_uuid(row.conversation.id),
    };
    let Page { items, next } = Page::from_one_more(rows, request.size, key);
    let items = entries(tx, items, viewer).await?.into_iter().map(|(_, entry)| entry).collect();
    Ok(Page { items, next })
}

/// Rows into entries, each with the last message if that is for the viewer.
async fn entries<Mode>(
    tx: &mut Tx<Mode>,
    rows: Vec<EntryRow>,
    viewer: AccountId,
) -> Result<Vec<(DateTime<Utc>, InboxEntry)>> {
    let last: Vec<MessageId> =
        rows.iter().filter_map(|row| row.conversation.last_message_id).map(MessageId::from_uuid).collect();
    let messages = if last.is_empty() { Vec::new() } else { tx.messages().get_many(&last, viewer).await? };
    rows.into_iter()
        .map(|row| {
            let (conversation, membership) =
                (Conversation::try_from(row.conversation)?, Membership::try_from(row.member)?);
            let last = messages.iter().find(|message| Some(message.id) == conversation.last_message);
            let entry = InboxEntry {
                with: conversation.other_than(viewer),
                unread: membership.unread(&conversation),
                last_message: last.cloned(),
                conversation,
                membership,
            };
            Ok((row.at, entry))
        })
        .collect()
}

pub(super) async fn unread<Mode>(tx: &mut Tx<Mode>, viewer: AccountId) -> Result<Unread> {
    let now = tx.now();
    let row = sqlx::query!(
        r#"
        select
          coalesce(sum(c.last_seq - m.read_seq) filter (where m.state = 'active'), 0)::bigint as "messages!",
          count(*) filter (where m.state = 'active' and c.last_seq > m.read_seq) as "conversations!",
          count(*) filter (where m.state = 'request') as "requests!"
        from messaging.members m
        join messaging.conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
        where m.tenant_id = $1
          and m.account_id = $2
          and m.state in ('active', 'request')
          and not m.archived
          and (m.muted_until is null or m.muted_until <= $3)
          and not exists (
            select
            from social.barriers b
            where b.tenant_id = $1
              and b.viewer_id = $2
              and b.other_id = case when c.low_id = $2 then c.high_id else c.low_id end
              and b.blocked
          )
        "#,
        tx.scope().tenant.uuid(),
        viewer.uuid(),
        now,
    )
    .fetch_one(tx.conn()?)
    .await?;
    let people = |count: i64| u32::try_from(count).unwrap_or_default();
    Ok(Unread {
        messages: super::to_seq(row.messages),
        conversations: people(row.conversations),
        requests: people(row.requests),
    })
}

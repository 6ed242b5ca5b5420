//! Rows into messages: texts decrypted, files and reactions of all of them in a statement each.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use smilefactory_core::content::{Media, Reaction, ReactionCounts};
use smilefactory_core::id::{AccountId, ConversationId, Id, MessageId};
use smilefactory_core::messaging::Message;
use smilefactory_core::version::Version;
use uuid::Uuid;

use crate::crypto::{Cipher, FieldColumn};
use crate::error::{Result, StoreError};
use crate::postgres::content::MediaRow;
use crate::postgres::messaging::{to_count, to_seq};
use crate::postgres::row::RowOf;
use crate::tx::Tx;

const TABLE: &str = "messaging.messages";

/// Where the text of a message is kept; the ciphertext opens in its own row and nowhere else.
pub(super) const BODY: FieldColumn = FieldColumn { table: TABLE, column: "body" };

pub(super) struct MessageRow {
    pub(super) id: Uuid,
    pub(super) conversation_id: Uuid,
    pub(super) seq: i64,
    pub(super) sender_id: Option<Uuid>,
    pub(super) body: Option<Vec<u8>>,
    pub(super) reply_to: Option<Uuid>,
    pub(super) thread_id: Option<Uuid>,
    pub(super) replies: i32,
    pub(super) files: i16,
    pub(super) sent_at: DateTime<Utc>,
    pub(super) edited_at: Option<DateTime<Utc>>,
    pub(super) deleted_at: Option<DateTime<Utc>>,
    pub(super) deleted_by: Option<Uuid>,
    pub(super) version: i64,
}

/// What people did with a message, as the viewer sees it.
type Reactions = (ReactionCounts, Option<Reaction>);

/// The rows as messages, in their order. Without a viewer, nobody reacted.
pub(super) async fn hydrate<Mode>(
    tx: &mut Tx<Mode>,
    rows: Vec<MessageRow>,
    viewer: Option<AccountId>,
) -> Result<Vec<Message>> {
    let cipher = if rows.iter().any(|row| row.body.is_some()) { Some(tx.cipher().await?) } else { None };
    let with_files: Vec<Uuid> = rows.iter().filter(|row| row.files > 0).map(|row| row.id).collect();
    let mut files = if with_files.is_empty() { HashMap::new() } else { files(tx, &with_files).await? };
    let live: Vec<Uuid> = rows.iter().filter(|row| row.deleted_at.is_none()).map(|row| row.id).collect();
    let mut reactions = match viewer {
        Some(viewer) if !live.is_empty() => reactions(tx, &live, viewer).await?,
        _ => HashMap::new(),
    };
    rows.into_iter()
        .map(|row| {
            let files = files.remove(&row.id).unwrap_or_default();
            let reactions = reactions.remove(&row.id).unwrap_or_default();
            message(row, cipher.as_ref(), files, reactions)
        })
        .collect()
}

fn message(
    row: MessageRow,
    cipher: Option<&Cipher>,
    attachments: Vec<Media>,
    (reactions, reacted): Reactions,
) -> Result<Message> {
    let of = RowOf { table: TABLE, id: row.id };
    let body = match (row.body, cipher) {
        (Some(sealed), Some(cipher)) => Some(of.parse("body", &cipher.decrypt(BODY.row(row.id), &sealed)?)?),
        (Some(_), None) => return Err(StoreError::internal("an encrypted field was read without a key")),
        (None, _) => None,
    };
    Ok(Message {
        id: MessageId::from_uuid(row.id),
        conversation: ConversationId::from_uuid(row.conversation_id),
        seq: to_seq(row.seq),
        sender: row.sender_id.map(AccountId::from_uuid),
        body,
        reply_to: row.reply_to.map(MessageId::from_uuid),
        thread: row.thread_id.map(MessageId::from_uuid),
        replies: to_count(row.replies),
        attachments,
        reactions,
        reacted,
        sent_at: row.sent_at,
        edited_at: row.edited_at,
        deleted_at: row.deleted_at,
        deleted_by: row.deleted_by.map(AccountId::from_uuid),
        version: Version::new(row.version),
    })
}

async fn files<Mode>(tx: &mut Tx<Mode>, messages: &[Uuid]) -> Result<HashMap<Uuid, Vec<Media>>> {
    let rows = sqlx::query!(
        r#"
        select a.message_id, m.id, m.owner_id, m.file_name, m.media_type, m.size, m.state, m.digest, m.width, m.height,
          m.created_at, m.finalised_at
        from messaging.attachments a
        join content.media m on m.tenant_id = a.tenant_id and m.id = a.media_id
        where a.tenant_id = $1 and a.message_id = any($2)
        order by a.message_id, a.place
        "#,
        tx.scope().tenant.uuid(),
        messages,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let mut files: HashMap<Uuid, Vec<Media>> = HashMap::new();
    for row in rows {
        let media = MediaRow {
            id: row.id,
            owner_id: row.owner_id,
            file_name: row.file_name,
            media_type: row.media_type,
            size: row.size,
            state: row.state,
            digest: row.digest,
            width: row.width,
            height: row.height,
            created_at: row.created_at,
            finalised_at: row.finalised_at,
        };
        files.entry(row.message_id).or_default().push(media.try_into()?);
    }
    Ok(files)
}

async fn reactions<Mode>(
    tx: &mut Tx<Mode>,
    messages: &[Uuid],
    viewer: AccountId,
) -> Result<HashMap<Uuid, Reactions>> {
    let rows = sqlx::query!(
        r#"
        select r.message_id,
          count(*) filter (where r.reaction = 'like') as "likes!",
          count(*) filter (where r.reaction = 'insightful') as "insights!",
          count(*) filter (where r.reaction = 'support') as "supports!",
          count(*) filter (where r.reaction = 'celebrate') as "celebrates!",
          max(r.reaction) filter (where r.account_id = $3) as own
        from messaging.reactions r
        where r.tenant_id = $1
          and r.message_id = any($2)
          and not exists (
            select
            from social.barriers b
            where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = r.account_id and b.blocked
          )
        group by r.message_id
        "#,
        tx.scope().tenant.uuid(),
        messages,
        viewer.uuid(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let people = |count: i64| u32::try_from(count).unwrap_or_default();
    rows.into_iter()
        .map(|row| {
            let of = RowOf { table: "messaging.reactions", id: row.message_id };
            let counts = ReactionCounts {
                like: people(row.likes),
                insightful: people(row.insights),
                support: people(row.supports),
                celebrate: people(row.celebrates),
            };
            Ok((row.message_id, (counts, of.parse_opt("reaction", row.own.as_deref())?)))
        })
        .collect()
}

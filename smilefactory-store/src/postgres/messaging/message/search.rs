//! Finds messages by their words, of which only digests are kept.
//!
//! A word has another digest in each conversation, so what is looked for is a list: in which conversation which digest.
//! For each of them some entries of an index are read, the newest first, and of all these the newest are the page.

use smilefactory_core::id::{AccountId, ConversationId, Id, MessageId};
use smilefactory_core::messaging::{Message, MessageSearch};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::hydrate::{MessageRow, hydrate};
use crate::crypto::{Cipher, FieldColumn};
use crate::error::Result;
use crate::repo::messaging::ReadMembers;
use crate::tx::Tx;

/// How many bytes of a digest are kept: enough to tell the words of a conversation apart.
const KEPT: usize = 16;

const WORD: FieldColumn = FieldColumn { table: "messaging.message_words", column: "word" };

/// What a word is looked up by: bound to its conversation, so that nobody who sees the table can tell that two
/// conversations have it.
fn salted(conversation: ConversationId, word: &str) -> String {
    format!("{conversation} {word}")
}

fn kept(digest: [u8; 32]) -> Vec<u8> {
    digest.into_iter().take(KEPT).collect()
}

/// The digests that words of a conversation are kept as.
pub(super) fn digests<'a>(
    cipher: &Cipher,
    conversation: ConversationId,
    words: impl IntoIterator<Item = &'a String>,
) -> Vec<Vec<u8>> {
    words.into_iter().map(|word| kept(cipher.blind_index(WORD, &salted(conversation, word)))).collect()
}

/// What is looked for: a conversation, the digest of the first word, those of the others put together.
#[derive(Default)]
struct Sought {
    conversations: Vec<Uuid>,
    first: Vec<Vec<u8>>,
    rest: Vec<Vec<u8>>,
}

impl Sought {
    /// A message has all its words under one key, so the words are looked for together, under each of the keys.
    fn add(&mut self, cipher: &Cipher, conversation: ConversationId, search: &MessageSearch) {
        let by_word: Vec<_> = search
            .words()
            .iter()
            .map(|word| cipher.blind_indexes(WORD, &salted(conversation, word)))
            .collect();
        let keys = by_word.iter().map(Vec::len).min().unwrap_or_default();
        for key in 0..keys {
            let mut digests = by_word.iter().filter_map(|word| word.get(key)).map(|digest| kept(*digest));
            self.conversations.push(conversation.uuid());
            self.first.push(digests.next().unwrap_or_default());
            self.rest.push(digests.flatten().collect());
        }
    }
}

pub(super) async fn find<Mode>(
    tx: &mut Tx<Mode>,
    viewer: AccountId,
    search: &MessageSearch,
    request: &PageRequest<MessageId>,
) -> Result<Page<Message, MessageId>> {
    let conversations = tx.members().conversations_of(viewer).await?;
    let cipher = tx.cipher().await?;
    let mut sought = Sought::default();
    for conversation in conversations {
        sought.add(&cipher, conversation, search);
    }
    let rows = sqlx::query_as!(
        MessageRow,
        r#"
        select m.id as "id!", m.conversation_id as "conversation_id!", m.seq as "seq!", m.sender_id, m.body, m.reply_to,
          m.thread_id, m.replies as "replies!", m.files as "files!", m.sent_at as "sent_at!", m.edited_at, m.deleted_at,
          m.deleted_by, m.version as "version!"
        from unnest($2::uuid[], $3::bytea[], $4::bytea[]) as sought (conversation_id, first, rest)
        cross join lateral (
          select own.from_seq, case when c.low_id = $5 then c.high_id else c.low_id end as other_id
          from messaging.members own
          join messaging.conversations c on c.tenant_id = own.tenant_id and c.id = own.conversation_id
          where own.tenant_id = $1
            and own.conversation_id = sought.conversation_id
            and own.account_id = $5
            and own.state = 'active'
        ) as place
        cross join lateral (
          select found.*
          from messaging.message_words w
          cross join lateral (
            select * from messaging.messages where tenant_id = $1 and id = w.message_id limit 1
          ) as found
          where w.tenant_id = $1
            and w.word = sought.first
            and w.message_id < $6
            and found.conversation_id = sought.conversation_id
            and found.seq >= place.from_seq
            and found.deleted_at is null
            and not exists (
              select
              from social.barriers b
              where b.tenant_id = $1
                and b.viewer_id = $5
                and b.other_id in (found.sender_id, place.other_id)
                and b.blocked
            )
            and not exists (
              select
              from generate_series(0, octet_length(sought.rest) / 16 - 1) as n
              where not exists (
                select
                from messaging.message_words x
                where x.tenant_id = $1
                  and x.message_id = w.message_id
                  and x.word = substring(sought.rest from n * 16 + 1 for 16)
              )
            )
          order by w.message_id desc
          limit $7
        ) as m
        order by m.id desc
        limit $7
        "#,
        tx.scope().tenant.uuid(),
        &sought.conversations,
        &sought.first,
        &sought.rest,
        viewer.uuid(),
        request.after.map_or(Uuid::max(), Uuid::from),
        request.size.with_one_more(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let key = |row: &MessageRow| MessageId::from_uuid(row.id);
    let Page { items, next } = Page::from_one_more(rows, request.size, key);
    Ok(Page { items: hydrate(tx, items, Some(viewer)).await?, next })
}

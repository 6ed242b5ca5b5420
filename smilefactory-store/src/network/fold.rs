//! Facts are folded into the strengths of connections.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use smilefactory_core::community::GroupMemberJoined;
use smilefactory_core::content::moderation::CommentStandingChanged;
use smilefactory_core::content::{Comment, CommentReacted, CommentWritten, Post, PostReacted};
use smilefactory_core::event::EventCompleted;
use smilefactory_core::fact::{Fact, FactBody};
use smilefactory_core::id::{AccountId, CommentId, Id, MessageId, PostId};
use smilefactory_core::messaging::{MessageReacted, MessageSent};
use smilefactory_core::social::{ConnectionMade, InteractionKind, Pair};

use crate::error::Result;
use crate::outbox::{Handler, HandlerError, RecordedFact};
use crate::repo::content::{ReadComments, ReadPosts};
use crate::repo::messaging::ReadMessages;
use crate::repo::social::{Interaction, ReadNetwork, ReadRelations, WriteNetwork};
use crate::repo::tenancy::ReadTenants;
use crate::tx::WriteTx;

/// The name of the reader of the outbox that does this.
pub const READER: &str = "connection_strength";

/// Makes connections stronger by what people do with each other, each thing once, however often it is told. What they
/// take back stays what they did. What one of the two may not read does not count: how strong a connection is must not
/// tell them of it.
///
/// Groups that two people belong to and events that they were both at count once they are connected, in either order; what
/// brings so many together that two need not have met does not count.
#[derive(Clone, Copy, Debug, Default)]
pub struct Strengths;

#[async_trait]
impl Handler for Strengths {
    async fn handle(&self, tx: &mut WriteTx, fact: &RecordedFact) -> std::result::Result<(), HandlerError> {
        let done = interactions(tx, fact).await?;
        if done.is_empty() {
            return Ok(());
        }
        let tenant = tx.tenants().get(fact.tenant).await?;
        let weights = tenant.map(|tenant| tenant.settings.interaction_weights).unwrap_or_default();
        for interaction in done {
            tx.network().interact(&interaction, &weights).await?;
        }
        Ok(())
    }
}

/// What somebody did with somebody else, when this is told of such a thing.
async fn interactions(
    tx: &mut WriteTx,
    recorded: &RecordedFact,
) -> std::result::Result<Vec<Interaction>, HandlerError> {
    let RecordedFact { id, at, fact, .. } = recorded;
    if let Some(made) = read::<ConnectionMade>(fact)? {
        let both = [(made.connection, made.other), (made.other, made.connection)];
        let subject = id.uuid();
        let of = |(from, to)| Interaction { from, to, kind: InteractionKind::Connection, subject, at: *at };
        let mut done: Vec<Interaction> = both.into_iter().map(of).collect();
        if let Some(pair) = Pair::new(made.connection, made.other) {
            for (kind, subject, at) in tx.network().shared(pair).await? {
                done.extend(both.map(|(from, to)| Interaction { from, to, kind, subject, at }));
            }
        }
        return Ok(done);
    }
    if let Some(joined) = read::<GroupMemberJoined>(fact)? {
        let (kind, subject) = (InteractionKind::Group, joined.group.uuid());
        let known = tx.network().known_in(joined.group, joined.account).await?;
        let both = known.into_iter().flat_map(|other| [(joined.account, other), (other, joined.account)]);
        return Ok(both.map(|(from, to)| Interaction { from, to, kind, subject, at: *at }).collect());
    }
    if let Some(over) = read::<EventCompleted>(fact)? {
        let (kind, subject) = (InteractionKind::Event, over.event.uuid());
        let met = tx.network().met_at(over.event).await?;
        return Ok(met
            .into_iter()
            .map(|(from, to)| Interaction { from, to, kind, subject, at: *at })
            .collect());
    }
    if let Some(sent) = read::<MessageSent>(fact)? {
        return Ok(sent_to(tx, &sent, *at).await?);
    }
    if let Some(reacted) = read::<MessageReacted>(fact)? {
        return Ok(reacted_to_message(tx, &reacted, *at).await?);
    }
    if let Some(written) = read::<CommentWritten>(fact)? {
        return Ok(commented(tx, written.comment).await?);
    }
    // What was held back counts once it is shown.
    if let Some(changed) = read::<CommentStandingChanged>(fact)? {
        return Ok(commented(tx, changed.comment).await?);
    }
    if let Some(reacted) = read::<PostReacted>(fact)? {
        let Some(post) = shown_post(tx, reacted.post).await? else { return Ok(Vec::new()) };
        let (kind, subject) = (InteractionKind::Reaction, post.id.uuid());
        let done = Interaction { from: reacted.by, to: post.author, kind, subject, at: *at };
        return Ok(read_by_both(tx, done, &post).await?.into_iter().collect());
    }
    if let Some(reacted) = read::<CommentReacted>(fact)? {
        let Some(comment) = shown_comment(tx, reacted.comment).await? else { return Ok(Vec::new()) };
        let Some(post) = shown_post(tx, comment.post).await? else { return Ok(Vec::new()) };
        let Some(to) = comment.author else { return Ok(Vec::new()) };
        let (kind, subject) = (InteractionKind::Reaction, comment.id.uuid());
        let done = Interaction { from: reacted.by, to, kind, subject, at: *at };
        return Ok(read_by_both(tx, done, &post).await?.into_iter().collect());
    }
    Ok(Vec::new())
}

fn read<B: FactBody>(fact: &Fact) -> std::result::Result<Option<B>, HandlerError> {
    Ok(fact.read::<B>()?)
}

/// In a conversation of two it is for the other; in a group it is for whom it answers.
async fn sent_to(tx: &mut WriteTx, sent: &MessageSent, at: DateTime<Utc>) -> Result<Vec<Interaction>> {
    let to = match (sent.to, sent.reply_to) {
        (Some(to), _) => Some(to),
        (None, Some(answered)) => sender_of(tx, answered).await?,
        (None, None) => None,
    };
    said(tx, sent.sender, to, InteractionKind::Message, sent.message, at).await
}

async fn reacted_to_message(
    tx: &mut WriteTx,
    reacted: &MessageReacted,
    at: DateTime<Utc>,
) -> Result<Vec<Interaction>> {
    let to = sender_of(tx, reacted.message).await?;
    said(tx, reacted.by, to, InteractionKind::Reaction, reacted.message, at).await
}

/// Nobody, when the message is gone with its month, or its sender was erased.
async fn sender_of(tx: &mut WriteTx, message: MessageId) -> Result<Option<AccountId>> {
    Ok(tx.messages().find_sent(message).await?.and_then(|message| message.sender))
}

/// Something about a message that both read.
async fn said(
    tx: &mut WriteTx,
    from: AccountId,
    to: Option<AccountId>,
    kind: InteractionKind,
    message: MessageId,
    at: DateTime<Utc>,
) -> Result<Vec<Interaction>> {
    let Some(to) = to.filter(|to| *to != from) else { return Ok(Vec::new()) };
    if tx.messages().get(message, to).await?.is_none() || tx.relations().is_barred(from, to).await? {
        return Ok(Vec::new());
    }
    Ok(vec![Interaction { from, to, kind, subject: message.uuid(), at }])
}

/// A comment is for who wrote the post and for who wrote what it answers.
async fn commented(tx: &mut WriteTx, comment: CommentId) -> Result<Vec<Interaction>> {
    let Some(comment) = shown_comment(tx, comment).await? else { return Ok(Vec::new()) };
    let Some(post) = shown_post(tx, comment.post).await? else { return Ok(Vec::new()) };
    let Some(from) = comment.author else { return Ok(Vec::new()) };
    let mut whom = vec![post.author];
    if let Some(parent) = comment.parent {
        whom.extend(shown_comment(tx, parent).await?.and_then(|parent| parent.author));
    }
    let mut done = Vec::new();
    for to in whom {
        let (kind, subject) = (InteractionKind::Comment, comment.id.uuid());
        let interaction = Interaction { from, to, kind, subject, at: comment.created_at };
        done.extend(read_by_both(tx, interaction, &post).await?);
    }
    Ok(done)
}

/// What is done at this post, when each of the two reads the post and the other.
async fn read_by_both(tx: &mut WriteTx, done: Interaction, post: &Post) -> Result<Option<Interaction>> {
    let Interaction { from, to, .. } = done;
    for (one, other) in [(from, to), (from, post.author), (to, post.author)] {
        if one != other && tx.relations().is_barred(one, other).await? {
            return Ok(None);
        }
    }
    Ok(Some(done))
}

/// None, when the post is gone since, was taken off, or is for a group only: who leaves it reads it no more.
async fn shown_post(tx: &mut WriteTx, post: PostId) -> Result<Option<Post>> {
    Ok(tx.posts().get(post).await?.filter(Post::is_for_everybody))
}

/// None, when the comment was deleted since, is held back or was taken off.
async fn shown_comment(tx: &mut WriteTx, comment: CommentId) -> Result<Option<Comment>> {
    Ok(tx.comments().get(comment).await?.filter(Comment::is_shown))
}

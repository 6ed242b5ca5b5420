//! Facts are folded into the strengths of connections.

use async_trait::async_trait;
use smilefactory_core::content::{CommentReacted, CommentWritten, PostReacted};
use smilefactory_core::fact::Fact;
use smilefactory_core::id::{AccountId, CommentId, Id, PostId};
use smilefactory_core::social::{ConnectionMade, InteractionKind};

use crate::error::Result;
use crate::outbox::{Handler, HandlerError, RecordedFact};
use crate::repo::content::{ReadComments, ReadPosts};
use crate::repo::social::{Interaction, WriteNetwork};
use crate::repo::tenancy::ReadTenants;
use crate::tx::WriteTx;

/// The name of the reader of the outbox that does this.
pub const READER: &str = "connection_strength";

/// Makes connections stronger by what people do with each other, each thing once, however often it is told. What they
/// take back stays what they did.
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
    let one = |from, to: Option<AccountId>, kind, subject| {
        let interaction = |to| Interaction { from, to, kind, subject, at: *at };
        to.map(interaction).into_iter().collect::<Vec<_>>()
    };
    if let Some(made) = read::<ConnectionMade>(fact)? {
        let both = [(made.connection, made.other), (made.other, made.connection)];
        let of = |(from, to)| one(from, Some(to), InteractionKind::Connection, id.uuid());
        return Ok(both.into_iter().flat_map(of).collect());
    }
    if let Some(written) = read::<CommentWritten>(fact)? {
        let mut whom = vec![author_of_post(tx, written.post).await?];
        if let Some(parent) = written.parent {
            whom.push(author_of_comment(tx, parent).await?);
        }
        let subject = written.comment.uuid();
        let of = |to| one(written.author, to, InteractionKind::Comment, subject);
        return Ok(whom.into_iter().flat_map(of).collect());
    }
    if let Some(reacted) = read::<PostReacted>(fact)? {
        let author = author_of_post(tx, reacted.post).await?;
        return Ok(one(reacted.by, author, InteractionKind::Reaction, reacted.post.uuid()));
    }
    if let Some(reacted) = read::<CommentReacted>(fact)? {
        let author = author_of_comment(tx, reacted.comment).await?;
        return Ok(one(reacted.by, author, InteractionKind::Reaction, reacted.comment.uuid()));
    }
    Ok(Vec::new())
}

fn read<B: smilefactory_core::fact::FactBody>(fact: &Fact) -> std::result::Result<Option<B>, HandlerError> {
    Ok(fact.read::<B>()?)
}

/// Nobody, when the post is gone since.
async fn author_of_post(tx: &mut WriteTx, post: PostId) -> Result<Option<AccountId>> {
    Ok(tx.posts().get(post).await?.map(|post| post.author))
}

/// Nobody, when their author was erased.
async fn author_of_comment(tx: &mut WriteTx, comment: CommentId) -> Result<Option<AccountId>> {
    Ok(tx.comments().get(comment).await?.and_then(|comment| comment.author))
}

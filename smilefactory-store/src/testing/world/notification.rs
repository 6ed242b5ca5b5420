//! What everybody in a community made at random is told, and what of it they may still be.

use std::collections::{BTreeMap, BTreeSet};

use smilefactory_core::content::Reaction;
use smilefactory_core::id::{AccountId, ConversationId, PostId};
use smilefactory_core::messaging::notification::{NotificationKind, Raise};
use uuid::Uuid;

use super::World;
use crate::notify;
use crate::tx::WriteTx;

/// Something that somebody was told that somebody else did.
#[derive(Clone, Debug)]
pub struct WorldNotification {
    /// Who was told.
    pub to: AccountId,
    /// What kind of thing.
    pub kind: NotificationKind,
    /// Who did it.
    pub actor: AccountId,
    /// On which post.
    pub post: Option<PostId>,
    /// In which conversation.
    pub conversation: Option<ConversationId>,
    /// Where it leads: a post, a conversation, a request, or nowhere.
    pub place: Uuid,
}

impl World {
    /// What `viewer` is told, by its kind and where it leads, and who did it. Moderating makes no difference: it is told
    /// nobody what people did whom they block or mute, or who block them.
    pub fn told(&self, viewer: AccountId) -> BTreeMap<(&'static str, Uuid), BTreeSet<AccountId>> {
        let mut told: BTreeMap<_, BTreeSet<AccountId>> = BTreeMap::new();
        for told_of in self.notifications.iter().filter(|told| told.to == viewer) {
            let post = told_of.post.and_then(|post| self.posts.iter().find(|known| known.id == post));
            let hides_post = post.is_some_and(|post| {
                post.author != viewer
                    && (!post.shown
                        || self.blocked(viewer, post.author)
                        || !self.is_in_audience(viewer, post))
            });
            let conversation =
                told_of.conversation.and_then(|id| self.conversations.iter().find(|known| known.id == id));
            let hides_conversation =
                conversation.is_some_and(|conversation| !self.has_conversation(viewer, conversation));
            if !hides_post && !hides_conversation && !self.barred(viewer, told_of.actor) {
                told.entry((told_of.kind.as_str(), told_of.place)).or_default().insert(told_of.actor);
            }
        }
        told
    }

    /// Tells everybody what happened so far.
    pub(super) async fn tell(&mut self, tx: &mut WriteTx) {
        let mut raised = Vec::new();
        for (request, from, to) in &self.requests {
            raised.push((Raise::connection_requested(*request, *from), *to));
        }
        for (who, other) in &self.follows {
            raised.push((Raise::followed(*other, *who), *other));
        }
        let author = |post| self.posts.iter().find(|known| known.id == post).map(|known| known.author);
        for (post, who) in &self.reactions {
            if let Some(author) = author(*post).filter(|author| author != who) {
                raised.push((Raise::post_reacted(*post, *who, Reaction::Like), author));
            }
        }
        for comment in &self.comments {
            if let Some(author) = author(comment.post).filter(|author| *author != comment.author) {
                raised.push((Raise::post_commented(comment.post, comment.id, comment.author), author));
            }
        }
        for conversation in &self.conversations {
            for message in &conversation.messages {
                let members = conversation.members.iter();
                for (member, _) in
                    members.filter(|(who, from)| **who != message.sender && message.seq >= **from)
                {
                    raised.push((Raise::message_received(conversation.id, message.sender), *member));
                }
            }
            if let Some(first) = conversation.messages.first() {
                for asked in &conversation.asked {
                    raised.push((Raise::message_requested(conversation.id, first.sender), *asked));
                }
            }
        }
        for (raise, to) in raised {
            notify::tell(tx, &raise, &[to]).await.expect("somebody is told");
            let Raise { kind, actor, target, .. } = raise;
            let place = target
                .request
                .map(smilefactory_core::id::Id::uuid)
                .or(target.post.map(smilefactory_core::id::Id::uuid));
            self.notifications.push(WorldNotification {
                to,
                kind,
                actor: actor.expect("somebody did it"),
                post: target.post,
                conversation: target.conversation,
                place: place.or(target.conversation.map(smilefactory_core::id::Id::uuid)).unwrap_or_default(),
            });
        }
    }
}

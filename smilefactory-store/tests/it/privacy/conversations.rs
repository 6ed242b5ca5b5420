//! What is shown of conversations.

use std::collections::BTreeSet;

use smilefactory_core::id::{ConversationId, MessageId};
use smilefactory_core::messaging::{InboxFilter, MemberState, MessageOrder, MessageSearch, Pair};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::Visibility;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::world::WorldConversation;

use super::Look;

fn page<K>() -> PageRequest<K> {
    PageRequest::first(PageSize::MAX)
}

/// The conversations that the viewer has: those that they take part in, or those that they are asked to.
fn of_viewer(look: &Look<'_>, asked: bool) -> Vec<WorldConversation> {
    let me = look.me();
    let has = |conversation: &&WorldConversation| {
        look.world.has_conversation(me, conversation) && conversation.asked.contains(&me) == asked
    };
    look.world.conversations.iter().filter(has).cloned().collect()
}

pub(super) async fn lists(look: &mut Look<'_>) {
    let me = look.me();
    for (filter, asked) in [(InboxFilter::Inbox, false), (InboxFilter::Requests, true)] {
        let allowed = of_viewer(look, asked);
        let shown = look.tx.conversations().inbox(me, filter, &page()).await.unwrap().items;
        let ids: Vec<ConversationId> = shown.iter().map(|entry| entry.conversation.id).collect();
        look.exactly("a list", ids, allowed.iter().map(|conversation| conversation.id));
        let last: Vec<MessageId> =
            shown.iter().filter_map(|entry| entry.last_message.as_ref()).map(|last| last.id).collect();
        let allowed: BTreeSet<MessageId> = allowed
            .iter()
            .filter_map(|conversation| {
                let last = conversation.messages.last().map(|message| message.id);
                last.filter(|last| look.world.reads_messages(me, conversation).contains(last))
            })
            .collect();
        look.exactly("the last messages", last, allowed);
    }
    let unread = look.tx.conversations().unread(me).await.unwrap();
    let (asked, mine) = (of_viewer(look, true), of_viewer(look, false));
    look.number("requests", unread.requests.into(), asked.len());
    look.number(
        "unread",
        u64::from(unread.conversations).saturating_sub(u64::try_from(mine.len()).unwrap()),
        0,
    );
    for conversation in look.world.conversations.iter() {
        let has = look.world.has_conversation(me, conversation);
        let entry = look.tx.conversations().entry(conversation.id, me).await.unwrap();
        look.number("a conversation", entry.is_some().into(), has.into());
    }
    for other in look.everybody() {
        let Some(pair) = Pair::of(me, other) else { continue };
        let barred = look.world.blocked(me, other);
        let found = look.tx.conversations().find_direct(pair).await.unwrap();
        let open = look.world.shown(other) && look.world.person(other).profile == Visibility::Public;
        let reached = !barred && (open || look.world.tied(me, other) || found.is_some() || look.viewer.staff);
        let reach = look.tx.conversations().reach(me, other).await.unwrap();
        look.number("whether one may write", reach.is_some().into(), reached.into());
        if let Some(found) = found {
            let entry = look.tx.conversations().entry(found.id, me).await.unwrap();
            look.number("a conversation of two", entry.is_some().into(), (!barred).into());
        }
    }
}

pub(super) async fn members(look: &mut Look<'_>) {
    let me = look.me();
    for conversation in of_viewer(look, false).into_iter().chain(of_viewer(look, true)) {
        let allowed = look.world.members_of(me, &conversation);
        let found = look.tx.members().list(conversation.id, me, MemberState::Active, &page()).await.unwrap();
        look.exactly("a list", found.items.into_iter().map(|member| member.account), allowed.clone());
        let receipts = look.tx.members().receipts(conversation.id, me).await.unwrap();
        let takes_part = conversation.members.contains_key(&me);
        let allowed = allowed.into_iter().filter(|other| takes_part && *other != me);
        look.exactly("receipts", receipts.into_iter().map(|receipt| receipt.account), allowed);
    }
}

pub(super) async fn messages(look: &mut Look<'_>) {
    let me = look.me();
    for conversation in &look.world.conversations {
        let allowed = look.world.reads_messages(me, conversation);
        let belonging = look.tx.members().belonging(conversation.id, me).await.unwrap();
        let has = look.world.has_conversation(me, conversation);
        look.number("whether it is there", belonging.is_some().into(), has.into());
        if let Some(member) = belonging {
            for order in [MessageOrder::Newest, MessageOrder::Oldest] {
                let found = look.tx.messages().list(&member, order, None, &page()).await.unwrap();
                look.exactly("a history", found.items.into_iter().map(|message| message.id), allowed.clone());
            }
        }
        for message in &conversation.messages {
            let found = look.tx.messages().get(message.id, me).await.unwrap();
            look.number("a message", found.is_some().into(), allowed.contains(&message.id).into());
            let Some(found) = found else { continue };
            let likes: Vec<_> =
                message.likes.iter().copied().filter(|who| !look.world.blocked(me, *who)).collect();
            look.number("likes", found.reactions.like.into(), likes.len());
            let list = look.tx.messages().list_reactions(message.id, me, &page()).await.unwrap();
            look.exactly("reactions", list.items.into_iter().map(|reaction| reaction.account), likes);
        }
    }
}

pub(super) async fn search(look: &mut Look<'_>) {
    let me = look.me();
    let allowed: BTreeSet<MessageId> = of_viewer(look, false)
        .iter()
        .flat_map(|conversation| look.world.reads_messages(me, conversation))
        .collect();
    let words = MessageSearch::of(&"pumps rains".parse().unwrap()).unwrap();
    let (mut found, mut request) = (Vec::new(), page());
    loop {
        let next = look.tx.messages().search(me, &words, &request).await.unwrap();
        found.extend(next.items.into_iter().map(|message| message.id));
        let Some(key) = next.next else { break };
        request = PageRequest::after(request.size, key);
    }
    look.exactly("what is found", found, allowed);
}

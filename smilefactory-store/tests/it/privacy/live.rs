//! What whoever listens is told.

use std::collections::{BTreeMap, BTreeSet};

use smilefactory_core::id::{AccountId, ConnectionRequestId, ConversationId, MessageId};
use smilefactory_core::messaging::MemberJoined;
use smilefactory_core::messaging::live::LiveEvent;
use smilefactory_core::messaging::notification::NotificationKind;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::outbox::{Horizon, LoggedFact, Window};
use smilefactory_store::prelude::*;

use super::Look;

/// All that happened, a page at a time.
async fn log(look: &mut Look<'_>) -> Vec<LoggedFact> {
    let now = look.tx.live().position().await.unwrap().horizon;
    let mut window = Window::between(&Horizon::default(), &now);
    let mut log = Vec::new();
    loop {
        let page = look.tx.live().read(&window, 100).await.unwrap();
        let Some(last) = page.last() else { return log };
        window.go_on_after(last.seq);
        log.extend(page);
    }
}

/// What was told, by what sort of thing it is.
#[derive(Default)]
struct Heard {
    sent: Vec<MessageId>,
    reacted: Vec<(MessageId, AccountId)>,
    begun: Vec<ConversationId>,
    joined: Vec<(ConversationId, AccountId)>,
    requests: Vec<ConnectionRequestId>,
    connections: Vec<AccountId>,
    notifications: Vec<NotificationKind>,
    other: Vec<String>,
}

impl Heard {
    fn hear(&mut self, event: LiveEvent) {
        match event {
            LiveEvent::MessageSent { message, .. } => self.sent.push(message),
            LiveEvent::MessageReacted { message, by, .. } => self.reacted.push((message, by)),
            LiveEvent::ConversationBegun { conversation } => self.begun.push(conversation),
            LiveEvent::MemberChanged { conversation, account, .. } => {
                self.joined.push((conversation, account))
            }
            LiveEvent::RequestChanged { request, .. } => self.requests.push(request),
            LiveEvent::ConnectionMade { with } => self.connections.push(with),
            LiveEvent::NotificationRaised { kind, .. } => self.notifications.push(kind),
            other => self.other.push(format!("{other:?}")),
        }
    }
}

/// All that happened, told to one who was away from the beginning.
pub(super) async fn stream(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let log = log(look).await;
    let told = look.tx.live().address(&log, &[me]).await.unwrap();
    let mut heard = Heard::default();
    for told in told {
        assert_eq!(told.to, [me]);
        heard.hear(told.event);
    }
    let read: BTreeSet<MessageId> =
        world.conversations.iter().flat_map(|conversation| world.reads_messages(me, conversation)).collect();
    look.exactly("messages", heard.sent, read.clone());
    let messages = world.conversations.iter().flat_map(|conversation| &conversation.messages);
    let likes = messages
        .filter(|message| read.contains(&message.id))
        .flat_map(|message| message.likes.iter().map(|who| (message.id, *who)))
        .filter(|(_, who)| !world.blocked(me, *who));
    look.exactly("reactions", heard.reacted, likes.collect::<Vec<_>>());
    let mine = world.conversations.iter().filter(|conversation| world.has_conversation(me, conversation));
    look.exactly("conversations", heard.begun, mine.clone().map(|conversation| conversation.id));
    let joined = log.iter().filter_map(|fact| fact.recorded.fact.read::<MemberJoined>().unwrap());
    let joined: Vec<_> = joined
        .map(|joined| (joined.conversation, joined.account))
        .filter(|(id, account)| {
            mine.clone().any(|conversation| {
                conversation.id == *id
                    && conversation.members.contains_key(&me)
                    && world.members_of(me, conversation).contains(account)
            })
        })
        .collect();
    look.exactly("members", heard.joined, joined);
    let requests = world.requests.iter().filter(|(_, from, to)| world.told_of_request(me, *from, *to));
    look.exactly("requests", heard.requests, requests.map(|(id, ..)| *id));
    let ties = world.ties_of(me).into_iter().filter(|other| world.told_of_tie(me, *other));
    look.exactly("connections", heard.connections, ties);
    let told = world.told(me).into_keys().map(|(kind, _)| kind);
    look.exactly(
        "notifications",
        counted(heard.notifications.iter().map(|kind| kind.as_str())),
        counted(told),
    );
    look.exactly("anything else", heard.other, []);
}

/// How many there are of each kind.
fn counted(kinds: impl Iterator<Item = &'static str>) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for kind in kinds {
        *counts.entry(kind).or_default() += 1;
    }
    counts
}

/// If everybody typed wherever they take part, and came or went.
pub(super) async fn signals(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let (mut typing, mut allowed) = (Vec::new(), Vec::new());
    for conversation in &world.conversations {
        for who in conversation.members.keys() {
            typing.push((conversation.id, *who));
            if conversation.members.contains_key(&me) && *who != me && !world.blocked(me, *who) {
                allowed.push((conversation.id, *who));
            }
        }
    }
    let seen = look.tx.signals().typing_seen(&typing, &[me]).await.unwrap();
    look.exactly("who types", seen.into_iter().map(|(_, typing)| typing), allowed);
    let there = look.tx.signals().present().await.unwrap();
    let wanted: Vec<_> = world.present.difference(&world.unseen).copied().collect();
    look.exactly("who is there for anybody", there.clone(), wanted);
    let seen = look.tx.signals().presence_seen(&there, &[me]).await.unwrap();
    look.exactly("who comes and goes", seen.into_iter().map(|(_, who)| who), world.sees_present(me));
    let page = PageRequest::first(PageSize::MAX);
    let list = look.tx.signals().list_present(me, &page).await.unwrap();
    look.exactly(
        "who is there",
        list.items.into_iter().map(|present| present.account),
        world.sees_present(me),
    );
}

//! Who writes to whom in a community made at random, and what of it everybody may read.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use smilefactory_core::content::Reaction;
use smilefactory_core::id::{AccountId, ConversationId, MessageId};
use smilefactory_core::messaging::{MessageDraft, MessageInput, NewGroup, NewGroupInput};
use smilefactory_core::validation::Field;

use super::World;
use crate::messaging::{self, MessagingError};
use crate::tx::WriteTx;

/// A conversation.
#[derive(Clone, Debug)]
pub struct WorldConversation {
    /// Which.
    pub id: ConversationId,
    /// Whether it is of two people.
    pub direct: bool,
    /// Who takes part, and from which number on they read.
    pub members: BTreeMap<AccountId, u64>,
    /// Who is asked to.
    pub asked: BTreeSet<AccountId>,
    /// What was said in it, in that order.
    pub messages: Vec<WorldMessage>,
}

/// A message.
#[derive(Clone, Debug)]
pub struct WorldMessage {
    /// Which.
    pub id: MessageId,
    /// Its number.
    pub seq: u64,
    /// Who said it.
    pub sender: AccountId,
    /// Who likes it.
    pub likes: BTreeSet<AccountId>,
}

impl World {
    /// Whether a conversation is there for somebody: they take part or are asked to, and of two neither blocks the other.
    pub fn has_conversation(&self, viewer: AccountId, conversation: &WorldConversation) -> bool {
        let belongs = conversation.members.contains_key(&viewer) || conversation.asked.contains(&viewer);
        let mut others = conversation.members.keys().chain(&conversation.asked);
        belongs && !(conversation.direct && others.any(|other| self.blocked(viewer, *other)))
    }

    /// The messages of a conversation that somebody reads: from where their reading begins, and nothing of whom they block
    /// or who blocks them. Who is asked to a group reads nothing of it; of two people, what the other wrote.
    pub fn reads_messages(&self, viewer: AccountId, conversation: &WorldConversation) -> BTreeSet<MessageId> {
        let from = match conversation.members.get(&viewer) {
            _ if !self.has_conversation(viewer, conversation) => None,
            Some(from) => Some(*from),
            None => conversation.direct.then_some(1),
        };
        let read = |message: &&WorldMessage| {
            from.is_some_and(|from| message.seq >= from) && !self.blocked(viewer, message.sender)
        };
        conversation.messages.iter().filter(read).map(|message| message.id).collect()
    }

    /// Of those who take part in a conversation, whom somebody who has it is shown.
    pub fn members_of(&self, viewer: AccountId, conversation: &WorldConversation) -> BTreeSet<AccountId> {
        conversation.members.keys().copied().filter(|other| !self.blocked(viewer, *other)).collect()
    }

    /// Conversations of people who know each other and of some who do not, and groups that some join late.
    pub(super) async fn converse(&mut self, tx: &mut WriteTx, seed: u64) {
        // Randomness of its own: all else in the community is as it would be if nobody wrote.
        let mut random = StdRng::seed_from_u64(seed ^ 0x5eed);
        for (a, b) in self.pairs() {
            if a < b && random.random_bool(if self.tied(a, b) { 0.5 } else { 0.15 }) {
                self.write_to_each_other(tx, &mut random, a, b).await;
            }
        }
        let people: Vec<AccountId> = self.people.iter().map(|person| person.id).collect();
        for owner in people {
            if random.random_bool(0.3) {
                self.gather(tx, &mut random, owner).await;
            }
        }
    }

    async fn write_to_each_other(
        &mut self,
        tx: &mut WriteTx,
        random: &mut StdRng,
        a: AccountId,
        b: AccountId,
    ) {
        let first = match messaging::write_to(tx, a, b, says()).await {
            Ok(first) => first,
            Err(MessagingError::Nobody) => return,
            Err(error) => panic!("{error:?}"),
        };
        let mut conversation = WorldConversation {
            id: first.conversation,
            direct: true,
            members: BTreeMap::from([(a, 1)]),
            asked: BTreeSet::new(),
            messages: vec![WorldMessage { id: first.id, seq: 1, sender: a, likes: BTreeSet::new() }],
        };
        if self.tied(a, b) {
            conversation.members.insert(b, 1);
        } else {
            conversation.asked.insert(b);
        }
        talk(tx, random, &mut conversation).await;
        self.conversations.push(conversation);
    }

    /// A group of people who know its owner, the last of whom join when others have talked already.
    async fn gather(&mut self, tx: &mut WriteTx, random: &mut StdRng, owner: AccountId) {
        let mut known: Vec<AccountId> = self.ties_of(owner).into_iter().collect();
        known.retain(|_| random.random_bool(0.7));
        let late = known.split_off(known.len().saturating_sub(2));
        let from_start = random.random_bool(0.5);
        let input = NewGroupInput {
            title: "Pumps".to_owned(),
            history: Some(if from_start { "start" } else { "joining" }.to_owned()),
            members: known.iter().map(ToString::to_string).collect(),
            ..NewGroupInput::default()
        };
        let new = NewGroup::from_raw(input).expect("a valid group");
        let group = messaging::begin(tx, new, owner).await.expect("they know each other");
        let members = known.into_iter().chain([owner]).map(|member| (member, 1)).collect();
        let mut conversation = WorldConversation {
            id: group.id,
            direct: false,
            members,
            asked: BTreeSet::new(),
            messages: Vec::new(),
        };
        talk(tx, random, &mut conversation).await;
        for member in late {
            messaging::add(tx, group.id, owner, member).await.expect("they know each other");
            let last = conversation.messages.last().map_or(0, |message| message.seq);
            conversation.members.insert(member, if from_start { 1 } else { last + 1 });
        }
        talk(tx, random, &mut conversation).await;
        self.conversations.push(conversation);
    }
}

fn says() -> MessageDraft {
    let input = MessageInput { body: Some("It rains on the pumps.".to_owned()), ..MessageInput::default() };
    MessageDraft::from_raw(input).expect("a valid message")
}

/// Those who take part say something, and like what was said.
async fn talk(tx: &mut WriteTx, random: &mut StdRng, conversation: &mut WorldConversation) {
    let members: Vec<AccountId> = conversation.members.keys().copied().collect();
    for sender in &members {
        if random.random_bool(0.6) {
            let said = messaging::reply(tx, conversation.id, *sender, says()).await.expect("a member");
            let likes = BTreeSet::new();
            conversation.messages.push(WorldMessage { id: said.id, seq: said.seq, sender: *sender, likes });
        }
    }
    for message in &mut conversation.messages {
        for who in &members {
            let reads = conversation.members.get(who).is_some_and(|from| message.seq >= *from);
            if reads && random.random_bool(0.2) {
                messaging::react(tx, message.id, *who, Reaction::Like).await.expect("a reader");
                message.likes.insert(*who);
            }
        }
    }
}

//! Examples of conversations.

use serde_json::{Value, json};
use smilefactory_core::content::Reaction;
use smilefactory_core::id::{AccountId, ConversationId, Id};
use smilefactory_core::messaging::{
    Conversation, GroupInvitation, GroupInvitationDraft, InboxEntry, InvitationCode, MadeInvitation,
    Membership, Message, MessageDraft, MessageInput, MessageReaction, NewGroup, Receipt, Sending, Unread,
};
use smilefactory_core::validation::Field;

use super::{ID, now, value};

/// The example of a schema of conversations with this name.
pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "Conversation" => value(group()?.0),
        "DirectInput" => Some(json!({"to": ID, "message": {"body": "May I come and see your pump?"}})),
        "GroupInvitation" => value(invitation()?),
        "GroupInvitationInput" => Some(json!({"max_uses": 20, "hours": 72})),
        "GroupSettingsPatch" => Some(json!({"title": "Pumps and wells", "approval": true})),
        "InboxEntry" => value(entry()?),
        "JoinInput" => Some(json!({"code": InvitationCode::new([9; 16]).reveal()})),
        "MadeInvitation" => {
            value(MadeInvitation { code: InvitationCode::new([9; 16]).reveal(), invitation: invitation()? })
        }
        "MarksInput" => Some(json!({"delivered_seq": 12, "read_seq": 10})),
        "Member" => value(group()?.1.seen()),
        "Membership" => value(group()?.1),
        "MembershipSettingsPatch" => Some(json!({"pinned": true, "muted_until": null})),
        "Message" => value(message()?),
        "MessageInput" => Some(json!({"body": "It runs on **150 W**."})),
        "MessageReaction" => {
            value(MessageReaction { account: account(3), reaction: Reaction::Celebrate, reacted_at: now() })
        }
        "MessageTextPatch" => Some(json!({"body": "It runs on **120 W**."})),
        "NewGroupInput" => Some(json!({"title": "Pumps", "history": "start", "members": [ID]})),
        "NewMemberInput" => Some(json!({"account": ID})),
        "Receipts" => {
            Some(json!({"items": [Receipt { account: account(3), delivered_seq: 12, read_seq: 10 }]}))
        }
        "RoleChangeInput" => Some(json!({"role": "admin"})),
        "Unread" => value(Unread { messages: 7, conversations: 2, requests: 1 }),
        _ => None,
    }
}

fn account(n: u8) -> AccountId {
    AccountId::at(now(), [n; 10])
}

fn group() -> Option<(Conversation, Membership)> {
    let new = NewGroup::from_raw(serde_json::from_value(of("NewGroupInput")?).ok()?).ok()?;
    let (group, owner, _) = new.begin(ConversationId::at(now(), [4; 10]), account(1), now());
    Some((group, owner))
}

pub(super) fn message() -> Option<Message> {
    let (group, member) = group()?;
    let input: MessageInput = serde_json::from_value(of("MessageInput")?).ok()?;
    let sending =
        Sending { conversation: &group, member: &member, reply_to: None, thread: None, files: Vec::new() };
    let draft = MessageDraft::from_raw(input).ok()?;
    Some(draft.send(Id::at(now(), [5; 10]), sending, now()).ok()?.0)
}

fn entry() -> Option<InboxEntry> {
    let (conversation, membership) = group()?;
    let message = message()?;
    let conversation = Conversation { last_seq: 1, last_message: Some(message.id), ..conversation };
    let membership = Membership { delivered_seq: 1, read_seq: 1, ..membership };
    Some(InboxEntry { conversation, membership, with: None, unread: 0, last_message: Some(message) })
}

fn invitation() -> Option<GroupInvitation> {
    let (group, owner) = group()?;
    let draft =
        GroupInvitationDraft::from_raw(serde_json::from_value(of("GroupInvitationInput")?).ok()?).ok()?;
    draft.make(Id::at(now(), [6; 10]), &group, &owner, now()).ok()
}

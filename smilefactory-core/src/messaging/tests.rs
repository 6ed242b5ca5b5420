//! Who may do what in a conversation, and what stays true whatever is done.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::error::InvalidTransition;
use crate::id::Id;
use crate::testing::{group_input, instant, message_input, spoiled_groups, spoiled_messages};
use crate::validation::Field;

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn who(n: u8) -> AccountId {
    AccountId::at(now(), [n; 10])
}

fn group(input: NewGroupInput) -> (Conversation, Membership) {
    let (group, owner, _) =
        NewGroup::from_raw(input).unwrap().begin(ConversationId::at(now(), [9; 10]), who(1), now());
    (group, owner)
}

fn pumps() -> (Conversation, Membership) {
    group(NewGroupInput { title: "Pumps".into(), ..NewGroupInput::default() })
}

fn member(group: &Conversation, n: u8, role: MemberRole) -> Membership {
    Membership { role, ..group.welcome(who(n), Arrival::Joins, None, now()) }
}

fn said(conversation: &Conversation, member: &Membership, body: &str) -> Message {
    let draft = MessageDraft::from_raw(MessageInput { body: Some(body.into()), ..MessageInput::default() });
    let into = Sending { conversation, member, reply_to: None, thread: None, files: Vec::new() };
    draft.unwrap().send(MessageId::at(now(), [7; 10]), into, now()).unwrap().0
}

proptest! {
    #[test]
    fn what_is_valid_is_read_and_what_is_spoiled_is_told(message in message_input(), group in group_input()) {
        prop_assert_eq!(MessageInput::from(MessageDraft::from_raw(message.clone()).unwrap()), message.clone());
        prop_assert_eq!(NewGroupInput::from(NewGroup::from_raw(group.clone()).unwrap()), group.clone());
        for spoiled in spoiled_messages(&message) {
            let found = MessageDraft::from_raw(spoiled.input).unwrap_err().into_vec();
            prop_assert_eq!((found.len(), found[0].pointer.as_str(), found[0].code.as_ref()),
                (1, spoiled.pointer.as_str(), spoiled.code));
        }
        for spoiled in spoiled_groups(&group) {
            let found = NewGroup::from_raw(spoiled.input).unwrap_err().into_vec();
            prop_assert_eq!((found.len(), found[0].pointer.as_str(), found[0].code.as_ref()),
                (1, spoiled.pointer.as_str(), spoiled.code));
        }
    }

    #[test]
    fn an_id_is_taken_that_was_made_today(at in instant(), millis in -90_000_000_i64..400_000, random: [u8; 10]) {
        let id = MessageId::at(at + TimeDelta::milliseconds(millis), random);
        let draft = MessageDraft::from_raw(MessageInput {
            id: Some(id.to_string()), body: Some("x".into()), ..MessageInput::default()
        }).unwrap();
        let fits = (-86_400_000..=300_000).contains(&millis);
        prop_assert_eq!(draft.id_or(MessageId::at(at, [0; 10]), at).is_ok(), fits);
    }

    #[test]
    fn words_are_found_however_they_are_written(text: String) {
        let words = words_of(&text);
        prop_assert_eq!(&words_of(&text.to_uppercase()), &words_of(&text.to_uppercase().to_lowercase()));
        for word in &words {
            prop_assert!(!word.is_empty() && word.chars().count() <= 64);
        }
        let again: std::collections::BTreeSet<_> = words.iter().flat_map(|word| words_of(word)).collect();
        // What was cut is a word of its own.
        prop_assert!(again.iter().all(|word| word.chars().count() <= 64));
    }

    #[test]
    fn nobody_takes_out_who_stands_above_or_beside_them(by in 0_usize..3, other in 0_usize..3) {
        let (group, _) = pumps();
        let [by, other] = [by, other].map(|n| MemberRole::ALL[n]);
        let removed = member(&group, 2, by).remove(&group, &member(&group, 3, other));
        prop_assert_eq!(removed.is_ok(), by.is_manager() && by < other);
        let changed = member(&group, 2, by).change_role(&group, &member(&group, 3, other), MemberRole::Admin);
        prop_assert_eq!(changed.is_ok(), by == MemberRole::Owner && other != MemberRole::Owner);
    }
}

#[test]
fn the_last_owner_stays_while_there_are_others() {
    let (group, owner) = pumps();
    assert_eq!(owner.clone().leave(&group).unwrap().0.state, MemberState::Left, "alone");
    let two = Conversation { members: 2, ..group };
    assert_eq!(owner.clone().leave(&two).unwrap_err(), MessagingRefused::LastOwner);
    let lowered = owner.change_role(&two, &owner, MemberRole::Member);
    assert_eq!(lowered.unwrap_err(), MessagingRefused::LastOwner);
    let two_owners = Conversation { owners: 2, ..two };
    assert!(owner.clone().leave(&two_owners).is_ok());
    assert!(member(&two_owners, 2, MemberRole::Member).leave(&two_owners).is_ok());
}

#[test]
fn who_joins_reads_from_where_the_group_says() {
    let (group, _) = pumps();
    let joining = Conversation { last_seq: 5, history: HistoryFrom::Joining, ..group };
    let start = Conversation { history: HistoryFrom::Start, ..joining.clone() };
    let late = member(&joining, 2, MemberRole::Member);
    assert_eq!((late.from_seq, late.read_seq, late.unread(&joining)), (6, 5, 0));
    let late = member(&start, 2, MemberRole::Member);
    assert_eq!((late.from_seq, late.read_seq, late.unread(&start)), (1, 5, 0));
    let asked = joining.welcome(who(2), Arrival::Asked, Some(who(1)), now());
    assert_eq!((asked.from_seq, asked.unread(&joining)), (Membership::NOTHING_YET, 0));
    let (joined, fact) = asked.accept(&joining, now()).unwrap();
    assert_eq!((joined.from_seq, joined.state, fact.by), (6, MemberState::Active, who(2)));
}

#[test]
fn a_stranger_is_asked_and_a_full_group_takes_nobody() {
    let (group, owner) = pumps();
    let add = |group: &Conversation, before, connected| owner.add(group, who(2), before, connected, now());
    let Added::Joined(joined, _) = add(&group, None, true).unwrap() else {
        panic!("connected people are in")
    };
    assert!(matches!(add(&group, Some(joined.clone()), true), Ok(Added::Unchanged(_))));
    let Added::Asked(asked, _) = add(&group, None, false).unwrap() else { panic!("strangers are asked") };
    let declined = asked.decline().unwrap();
    assert_eq!(declined.seen().state, MemberState::Request, "nobody is told");
    assert!(matches!(add(&group, Some(declined), true), Ok(Added::Unchanged(_))), "and nobody asks again");
    let (left, _) = joined.clone().leave(&group).unwrap();
    assert!(matches!(add(&group, Some(left.clone()), true), Ok(Added::Asked(..))), "who left is asked");
    let full = Conversation { members: 250, ..group.clone() };
    assert_eq!(add(&full, None, true).unwrap_err(), MessagingRefused::Full);

    let come = |group: &Conversation, before| Membership::come(group, who(2), before, now());
    assert!(matches!(come(&group, Some(left)), Ok(Came::Joined(..))));
    let (removed, _) = owner.remove(&group, &joined).unwrap();
    assert!(come(&group, Some(removed)).is_err(), "who was taken out stays out");
    let careful = Conversation { approval: true, ..group };
    let Came::Asks(asking, _) = come(&careful, None).unwrap() else { panic!("somebody must agree") };
    assert_eq!(owner.approve(&careful, asking, now()).unwrap().0.state, MemberState::Active);
    assert_eq!(come(&full, None).unwrap_err(), MessagingRefused::Full);
}

#[test]
fn what_is_deleted_is_neither_edited_nor_answered() {
    let (group, owner) = pumps();
    let other = member(&group, 2, MemberRole::Member);
    let message = said(&group, &owner, "It runs!");
    let text = || MessageText { body: "It ran.".parse().unwrap() };
    assert!(message.clone().edit(text(), &other, now()).is_err(), "another's");
    assert!(message.clone().delete(&other, now()).is_err(), "another's");
    let (edited, _) = message.clone().edit(text(), &owner, now()).unwrap();
    assert_eq!(edited.body.as_ref().map(AsRef::as_ref), Some("It ran."));
    let theirs = said(&group, &other, "Where?");
    let (deleted, _) = theirs.delete(&owner, now()).unwrap();
    assert_eq!((deleted.body.as_ref(), deleted.deleted_by, deleted.seq), (None, Some(who(1)), 1));
    assert!(deleted.clone().edit(text(), &other, now()).is_err());
    assert!(deleted.react(&other).is_err());
    let draft = MessageDraft::from_raw(MessageInput { body: Some("?".into()), ..MessageInput::default() });
    let into = Sending {
        conversation: &group,
        member: &owner,
        reply_to: Some(&deleted),
        thread: None,
        files: Vec::new(),
    };
    let refused = draft.unwrap().send(MessageId::at(now(), [8; 10]), into, now()).unwrap_err();
    assert_eq!(refused, InvalidTransition::new("message", "deleted", "reply to").into());
}

#[test]
fn a_thread_is_that_of_the_message_that_began_it() {
    let (group, owner) = pumps();
    let root = said(&group, &owner, "It runs!");
    let inner = Message { thread: Some(root.id), id: MessageId::at(now(), [8; 10]), ..root.clone() };
    let draft = MessageDraft::from_raw(MessageInput { body: Some("?".into()), ..MessageInput::default() });
    let into = Sending {
        conversation: &group,
        member: &owner,
        reply_to: None,
        thread: Some(&inner),
        files: Vec::new(),
    };
    let (message, _) = draft.unwrap().send(MessageId::at(now(), [6; 10]), into, now()).unwrap();
    assert_eq!(message.thread, Some(root.id));
}

#[test]
fn a_code_is_good_for_as_many_as_it_says_and_not_for_ever() {
    let (group, owner) = pumps();
    let draft = GroupInvitationDraft { max_uses: None, hours: None };
    let id = crate::id::InvitationId::at(now(), [1; 10]);
    assert!(draft.make(id, &group, &member(&group, 2, MemberRole::Member), now()).is_err());
    let made = draft.make(id, &group, &owner, now()).unwrap();
    assert!(made.is_good(now()) && !made.is_good(now() + TimeDelta::days(7)));
    assert!(!GroupInvitation { uses: 1, ..made.clone() }.is_good(now()));
    assert!(!made.revoke(&owner, now()).unwrap().is_good(now()));
}

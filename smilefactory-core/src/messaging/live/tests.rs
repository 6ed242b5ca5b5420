use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::fact::Fact;
use crate::id::{AccountId, ConversationId, Id, MessageId};
use crate::messaging::{ConversationKind, MessageSent, ReceiptMoved};
use crate::social::{ConnectionKind, ConnectionMade};

fn id<I: Id>(n: u128) -> I {
    I::from_uuid(Uuid::from_u128(n))
}

#[test]
fn an_event_says_what_it_is() {
    let event = LiveEvent::Typing { conversation: id(1), account: id(2), typing: true };
    let json = json!({
        "type": "typing",
        "conversation": id::<ConversationId>(1),
        "account": id::<AccountId>(2),
        "typing": true,
    });
    assert_eq!(serde_json::to_value(&event).unwrap(), json);
    assert_eq!(serde_json::from_value::<LiveEvent>(json).unwrap(), event);
    assert_eq!(event.word(), "typing");
    // What newer servers add is no mistake; what they invent is for the SDK to pass on.
    assert!(
        serde_json::from_value::<LiveEvent>(json!({"type": "ready", "resumed": true, "since": 7})).is_ok()
    );
    assert!(serde_json::from_value::<LiveEvent>(json!({"type": "danced"})).is_err());
}

#[test]
fn every_word_is_there_once() {
    let mut words = LiveEvent::WORDS.to_vec();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), LiveEvent::WORDS.len());
}

#[test]
fn a_message_concerns_those_who_may_read_it() {
    let sent = MessageSent {
        message: id(1),
        conversation: id(2),
        sender: id(3),
        seq: 7,
        reply_to: None,
        thread: None,
        to: Some(id(4)),
    };
    let [concern] = concerns(&Fact::new(&sent)).unwrap().try_into().unwrap();
    assert_eq!(
        concern.audience,
        Audience::Readers { conversation: id(2), message: id::<MessageId>(1), by: Some(id(3)) }
    );
    assert!(matches!(concern.event, LiveEvent::MessageSent { seq: 7, .. }));
}

#[test]
fn each_of_two_is_told_of_the_other() {
    let made = ConnectionMade { connection: id(1), other: id(2), kind: ConnectionKind::Friendship };
    let told: Vec<_> = concerns(&Fact::new(&made))
        .unwrap()
        .into_iter()
        .map(|concern| match (concern.audience, concern.event) {
            (
                Audience::Between { account, about, tie: Tie::Connected },
                LiveEvent::ConnectionMade { with },
            ) => (account, about, with),
            other => panic!("{other:?}"),
        })
        .collect();
    let (low, high) = (id::<AccountId>(1), id::<AccountId>(2));
    assert_eq!(told, [(low, high, high), (high, low, low)]);
}

#[test]
fn who_hides_how_far_they_read_is_told_alone() {
    let moved = |shown| {
        let moved =
            ReceiptMoved { conversation: id(1), account: id(2), delivered_seq: 3, read_seq: 2, shown };
        concerns(&Fact::new(&moved)).unwrap()[0].audience
    };
    assert_eq!(moved(true), Audience::Receipts { conversation: id(1), account: id(2) });
    assert_eq!(moved(false), Audience::Account { account: id(2) });
}

#[test]
fn facts_that_concern_nobody_are_told_to_nobody_and_broken_ones_are_noticed() {
    use crate::messaging::ConversationBegun;
    let other =
        Fact { name: "content.post.drafted".into(), version: 1, subject: Uuid::nil(), body: json!({}) };
    assert_eq!(concerns(&other).unwrap(), []);
    assert!(!FACT_NAMES.contains(&other.name.as_str()));
    let begun = ConversationBegun { conversation: id(1), kind: ConversationKind::Group, by: id(2) };
    let broken = Fact { body: json!({"by": 1}), ..Fact::new(&begun) };
    assert!(concerns(&broken).is_err());
}

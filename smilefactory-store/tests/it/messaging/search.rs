//! Finding messages by their words.

use smilefactory_core::id::{AccountId, MessageId};
use smilefactory_core::messaging::{MessageSearch, MessageText, NewGroupInput};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::version::Version;
use smilefactory_store::messaging;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{block, connect, doing, group, group_input, group_of, people, say, write_to};

async fn find(db: &TestDb, who: AccountId, text: &str) -> Vec<MessageId> {
    let search = MessageSearch::of(&text.parse().unwrap()).unwrap();
    let size = PageSize::new(2).unwrap();
    let (mut found, mut request) = (Vec::new(), PageRequest::first(size));
    loop {
        let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
        let page = tx.messages().search(who, &search, &request).await.unwrap();
        found.extend(page.items.into_iter().map(|message| message.id));
        let Some(next) = page.next else { return found };
        request = PageRequest::after(size, next);
    }
}

#[tokio::test]
async fn messages_are_found_by_whole_words_in_all_conversations_newest_first() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let (one, two) = (group(&db, a, &[b]).await, group(&db, a, &[c]).await);
    let mut pumps = Vec::new();
    for n in 0..6 {
        db.clock.advance(chrono::TimeDelta::days(6));
        let id = if n % 2 == 0 { one.id } else { two.id };
        pumps.insert(0, say(&db, a, id, &format!("The PUMP, number {n}.")).await.unwrap().id);
        say(&db, a, id, "Something else: pumps.").await.unwrap();
    }
    assert_eq!(find(&db, a, "pump").await, pumps);
    assert_eq!(find(&db, a, "pump the").await, pumps, "all words, in any order");
    assert_eq!(find(&db, a, "Pump number 3").await, [pumps[2]]);
    assert!(find(&db, a, "pum").await.is_empty(), "whole words");
    assert!(find(&db, a, "pump else").await.is_empty(), "in one message");
    assert_eq!(find(&db, b, "pump").await, [pumps[1], pumps[3], pumps[5]], "of one's own conversations");
    let outsider = db.one.person("outsider").await.id;
    assert!(find(&db, outsider, "pump").await.is_empty());
    let mut tx = db.store.read(&db.two.scope).await.unwrap();
    let search = MessageSearch::of(&"pump".parse().unwrap()).unwrap();
    assert!(tx.messages().search(a, &search, &PageRequest::default()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn words_are_found_in_every_case_and_form() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    connect(&db, a, b).await;
    for (said, sought) in [
        ("Caf\u{e9} Straße", "CAFE\u{301} strasse"),
        ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
        ("पानी का पंप", "पंप"),
        ("水泵", "水泵"),
        ("don't", "don"),
    ] {
        let message = write_to(&db, a, b, said).await.unwrap();
        assert_eq!(find(&db, b, sought).await, [message.id], "{sought} in {said}");
    }
}

#[tokio::test]
async fn what_is_not_for_somebody_is_not_found_by_them() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let input = NewGroupInput { history: Some("joining".into()), ..group_input("Pumps") };
    let made = group_of(&db, a, &[b], input).await;
    let before = say(&db, a, made.id, "pump").await.unwrap();
    connect(&db, a, c).await;
    doing!(db, a, |tx| messaging::add(&mut tx, made.id, a, c)).unwrap();
    let after = say(&db, b, made.id, "pump").await.unwrap();
    assert_eq!(find(&db, c, "pump").await, [after.id], "from where they joined");
    assert_eq!(find(&db, b, "pump").await, [after.id, before.id]);
    block(&db, c, b).await;
    assert!(find(&db, c, "pump").await.is_empty(), "nor of whom they block");
    assert_eq!(find(&db, b, "pump").await.len(), 2);
    doing!(db, b, |tx| messaging::leave(&mut tx, made.id, b)).unwrap();
    assert!(find(&db, b, "pump").await.is_empty(), "nor after leaving");
}

#[tokio::test]
async fn what_is_deleted_or_edited_is_not_found_any_more() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    let one = say(&db, a, made.id, "A pump and a well.").await.unwrap();
    let two = say(&db, a, made.id, "Another pump.").await.unwrap();
    let text = MessageText { body: "A spring and a well.".parse().unwrap() };
    doing!(db, a, |tx| messaging::edit(&mut tx, one.id, a, text, Version::FIRST)).unwrap();
    assert_eq!(find(&db, b, "pump").await, [two.id]);
    assert_eq!(find(&db, b, "spring well").await, [one.id]);
    doing!(db, a, |tx| messaging::delete(&mut tx, two.id, a)).unwrap();
    assert!(find(&db, b, "pump").await.is_empty());
    let left: i64 = sqlx::query_scalar("select count(*) from messaging.message_words where message_id = $1")
        .bind(uuid::Uuid::from(two.id))
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

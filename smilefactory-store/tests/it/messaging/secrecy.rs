//! What is said is nowhere to be read but by whom it is for.

use smilefactory_core::messaging::MessageText;
use smilefactory_core::version::Version;
use smilefactory_store::messaging;
use smilefactory_store::testing::TestDb;

use super::{connect, doing, group, people, reads, say, write_to};

#[tokio::test]
async fn no_text_of_a_message_is_in_the_tables_the_trail_or_the_outbox() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    connect(&db, a, b).await;
    let made = group(&db, b, &[]).await;
    write_to(&db, a, b, "xylophone and Quetzalcoatl").await.unwrap();
    let message = say(&db, b, made.id, "xylophone again").await.unwrap();
    let text = MessageText { body: "Quetzalcoatl after all".parse().unwrap() };
    doing!(db, b, |tx| messaging::edit(&mut tx, message.id, b, text, Version::FIRST)).unwrap();
    doing!(db, b, |tx| messaging::delete(&mut tx, message.id, b)).unwrap();
    for word in ["xylophone", "quetzalcoatl"] {
        assert_eq!(db.tables_with(word).await, Vec::<String>::new(), "{word}");
    }
    // The search itself can find something.
    assert!(db.tables_with("person-0@example.org").await.contains(&"identity.personal_details".to_owned()));
    // And the words have another digest in each conversation.
    say(&db, b, made.id, "xylophone and Quetzalcoatl").await.unwrap();
    let (words, digests): (i64, i64) =
        sqlx::query_as("select count(*), count(distinct word) from messaging.message_words")
            .fetch_one(&mut db.superuser().await)
            .await
            .unwrap();
    assert_eq!((words, digests), (6, 6));
}

#[tokio::test]
async fn a_text_that_is_moved_to_another_message_does_not_open() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    say(&db, a, made.id, "One.").await.unwrap();
    say(&db, a, made.id, "Two.").await.unwrap();
    assert_eq!(reads(&db, b, made.id).await.len(), 2);
    let moved = "update messaging.messages set body = (select body from messaging.messages where seq = 1)";
    sqlx::query(moved).execute(&mut db.superuser().await).await.unwrap();
    let mut tx = db.store.read(&db.one.scope_of(b)).await.unwrap();
    use smilefactory_store::prelude::*;
    let member = tx.members().belonging(made.id, b).await.unwrap().unwrap();
    let order = smilefactory_core::messaging::MessageOrder::Newest;
    let page = tx.messages().list(&member, order, None, &Default::default()).await;
    assert!(matches!(page, Err(StoreError::Internal(..))), "{page:?}");
}

//! Files on messages.

use smilefactory_core::content::{ContentDigest, Media, MediaFound, MediaInput, MediaUpload};
use smilefactory_core::id::{AccountId, ConversationId};
use smilefactory_core::messaging::{Message, MessageDraft, MessageInput, MessagingRefused};
use smilefactory_core::validation::Field;
use smilefactory_store::messaging::{self, MessagingError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{block, connect, doing, entry, group, people, say};

const MIB: u32 = 1_048_576;

pub(super) async fn file(db: &TestDb, owner: AccountId, size: u32) -> Media {
    let input =
        MediaInput { file_name: "pump.pdf".into(), media_type: "application/pdf".into(), size: size.into() };
    let mut tx = db.store.write(&db.one.scope_of(owner)).await.unwrap();
    let upload = MediaUpload::from_raw(input).unwrap();
    let media = upload.begin(tx.new_id().unwrap(), owner, 100 * MIB, tx.now()).unwrap();
    tx.media().insert(&media).await.unwrap();
    let found = MediaFound { size, digest: ContentDigest([7; 32]), dimensions: None };
    tx.media().claim_blob(found.digest, found.size).await.unwrap();
    let (media, _) = media.finalise(found, tx.now()).unwrap();
    tx.media().finalise(&media).await.unwrap();
    tx.commit().await.unwrap();
    media
}

pub(super) async fn send(
    db: &TestDb,
    who: AccountId,
    id: ConversationId,
    files: &[&Media],
) -> Result<Message, MessagingError> {
    let attachments = files.iter().map(|file| file.id.to_string()).collect();
    let draft = MessageDraft::from_raw(MessageInput { attachments, ..MessageInput::default() }).unwrap();
    doing!(db, who, |tx| messaging::reply(&mut tx, id, who, draft))
}

async fn sees(db: &TestDb, who: AccountId, file: &Media) -> bool {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    tx.messages().sees_file(file.id, who).await.unwrap()
}

#[tokio::test]
async fn a_file_is_for_the_members_of_the_conversation_and_goes_with_the_message() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    let (one, two) = (file(&db, a, MIB).await, file(&db, a, 9).await);
    let message = send(&db, a, made.id, &[&two, &one]).await.unwrap();
    assert_eq!(message.attachments, [two.clone(), one.clone()]);
    assert!(sees(&db, b, &one).await && !sees(&db, c, &one).await);
    let mut tx = db.store.read(&db.one.scope_of(b)).await.unwrap();
    assert_eq!(
        tx.messages().get(message.id, b).await.unwrap().unwrap().attachments,
        [two.clone(), one.clone()]
    );
    assert_eq!(tx.messages().attachment(message.id, one.id, b).await.unwrap(), Some(one.clone()));
    assert_eq!(tx.messages().attachment(message.id, one.id, c).await.unwrap(), None);
    drop(tx);
    assert_eq!(entry(&db, b, made.id).await.unwrap().conversation.attached_bytes, u64::from(MIB) + 9);
    let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
    assert!(tx.messages().has_file(one.id).await.unwrap());
    assert!(tx.media().delete(one.id).await.is_err(), "as long as it hangs");
    drop(tx);
    connect(&db, a, c).await;
    doing!(db, a, |tx| messaging::add(&mut tx, made.id, a, c)).unwrap();
    assert!(sees(&db, c, &one).await);
    block(&db, c, a).await;
    assert!(!sees(&db, c, &one).await);
    doing!(db, a, |tx| messaging::delete(&mut tx, message.id, a)).unwrap();
    assert!(!sees(&db, b, &one).await);
    let now = entry(&db, b, made.id).await.unwrap();
    assert_eq!((now.conversation.attached_bytes, now.last_message.unwrap().attachments.len()), (0, 0));
    let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
    assert!(tx.media().delete(one.id).await.unwrap());
}

#[tokio::test]
async fn files_of_others_or_too_large_are_refused() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    let theirs = file(&db, b, 9).await;
    let refused = send(&db, a, made.id, &[&theirs]).await.unwrap_err();
    assert!(matches!(refused, MessagingError::Invalid(_)), "{refused:?}");
    let large = file(&db, a, 10 * MIB + 1).await;
    let refused = send(&db, a, made.id, &[&large]).await.unwrap_err();
    assert!(matches!(refused, MessagingError::Refused(MessagingRefused::FileTooLarge)), "{refused:?}");
    let fits = file(&db, a, 10 * MIB).await;
    for _ in 0..10 {
        send(&db, a, made.id, &[&fits]).await.unwrap();
    }
    let small = file(&db, a, 1).await;
    let refused = send(&db, a, made.id, &[&small]).await.unwrap_err();
    assert!(matches!(refused, MessagingError::Refused(MessagingRefused::FilesTooLarge)), "{refused:?}");
    say(&db, a, made.id, "A text fits.").await.unwrap();
}

#[tokio::test]
async fn what_hangs_on_a_month_that_is_gone_is_forgotten() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    let made = group(&db, a, &[b]).await;
    let (old, new) = (file(&db, a, 7).await, file(&db, a, 9).await);
    let message = send(&db, a, made.id, &[&old]).await.unwrap();
    doing!(db, b, |tx| messaging::react(&mut tx, message.id, b, smilefactory_core::content::Reaction::Like))
        .unwrap();
    db.clock.advance(chrono::TimeDelta::days(31));
    send(&db, a, made.id, &[&new]).await.unwrap();
    use smilefactory_core::id::{Id, MessageId};
    let month = |text: &str| MessageId::earliest_at(text.parse().unwrap());
    let (from, to) = (month("2026-03-01T00:00:00Z"), month("2026-04-01T00:00:00Z"));
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    assert_eq!(tx.messages().forget_hanging(from, to, 100).await.unwrap(), 2);
    assert_eq!(tx.messages().forget_hanging(from, to, 100).await.unwrap(), 0);
    assert!(!tx.messages().has_file(old.id).await.unwrap() && tx.messages().has_file(new.id).await.unwrap());
    assert_eq!(tx.conversations().get(made.id).await.unwrap().unwrap().attached_bytes, 9);
}

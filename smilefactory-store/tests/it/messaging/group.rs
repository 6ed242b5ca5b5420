//! Groups: who comes, who goes, who may do what.

use smilefactory_core::messaging::{
    GroupInvitationDraft, GroupSettings, MemberRole, MemberState, MessagingRefused, NewGroupInput,
};
use smilefactory_core::page::PageRequest;
use smilefactory_core::validation::Field;
use smilefactory_core::version::Version;
use smilefactory_store::StoreError;
use smilefactory_store::messaging::{self, MessagingError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{
    block, connect, doing, entry, group, group_input, group_of, nobody, not_there, people, reads, say,
};

const CODE: GroupInvitationDraft = GroupInvitationDraft { max_uses: None, hours: None };

#[tokio::test]
async fn a_group_has_those_who_are_connected_and_asks_the_others() {
    let db = TestDb::new().await;
    let [a, friend, stranger, other] = people(&db).await;
    connect(&db, a, friend).await;
    let input = NewGroupInput {
        members: [friend, stranger].iter().map(ToString::to_string).collect(),
        ..group_input("Pumps")
    };
    let made = group_of(&db, a, &[], NewGroupInput { members: vec![], ..input.clone() }).await;
    assert_eq!((made.members, made.owners), (1, 1));
    let new = smilefactory_core::messaging::NewGroup::from_raw(input).unwrap();
    let made = doing!(db, a, |tx| messaging::begin(&mut tx, new, a)).unwrap();
    assert_eq!((made.members, made.owners, made.title.as_ref().unwrap().as_str()), (2, 1, "Pumps"));
    say(&db, a, made.id, "Welcome.").await.unwrap();
    assert_eq!(reads(&db, friend, made.id).await.len(), 1);
    assert!(reads(&db, stranger, made.id).await.is_empty(), "whoever has not joined reads nothing");
    assert!(entry(&db, stranger, made.id).await.unwrap().last_message.is_none());
    assert!(entry(&db, other, made.id).await.is_none());
    let refused = say(&db, stranger, made.id, "Who are you?").await.unwrap_err();
    assert!(matches!(refused, MessagingError::Refused(MessagingRefused::State(_))), "{refused:?}");
    assert!(not_there(&say(&db, other, made.id, "Who are you?").await.unwrap_err()));
    doing!(db, stranger, |tx| messaging::accept(&mut tx, made.id, stranger)).unwrap();
    assert_eq!(reads(&db, stranger, made.id).await.len(), 1, "from the start");

    block(&db, other, a).await;
    let added = doing!(db, a, |tx| messaging::add(&mut tx, made.id, a, other)).unwrap_err();
    assert!(nobody(&added), "{added:?}");
    let added = doing!(db, friend, |tx| messaging::add(&mut tx, made.id, friend, other)).unwrap_err();
    assert!(matches!(added, MessagingError::Refused(MessagingRefused::Role(_))), "{added:?}");
}

#[tokio::test]
async fn who_joins_reads_from_where_the_group_says() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let input = NewGroupInput { history: Some("joining".into()), ..group_input("Pumps") };
    let made = group_of(&db, a, &[b], input).await;
    say(&db, a, made.id, "Before.").await.unwrap();
    connect(&db, a, c).await;
    doing!(db, a, |tx| messaging::add(&mut tx, made.id, a, c)).unwrap();
    say(&db, b, made.id, "After.").await.unwrap();
    assert_eq!(reads(&db, c, made.id).await, [(2, Some("After.".to_owned()))]);
    assert_eq!(entry(&db, c, made.id).await.unwrap().unread, 1);
    assert_eq!(reads(&db, b, made.id).await.len(), 2);
    // Who leaves reads nothing, and reads from then on when they come back.
    doing!(db, c, |tx| messaging::leave(&mut tx, made.id, c)).unwrap();
    assert!(reads(&db, c, made.id).await.is_empty());
    say(&db, b, made.id, "Gone?").await.unwrap();
    let (_, code) = doing!(db, a, |tx| messaging::invite(&mut tx, made.id, a, &CODE)).unwrap();
    doing!(db, c, |tx| messaging::join(&mut tx, &code, c)).unwrap();
    say(&db, b, made.id, "Back!").await.unwrap();
    assert_eq!(reads(&db, c, made.id).await, [(4, Some("Back!".to_owned()))]);
}

#[tokio::test]
async fn a_code_lets_in_as_many_as_it_says_until_it_expires_or_is_taken_back() {
    let db = TestDb::new().await;
    let [a, b, c, d] = people(&db).await;
    let made = group(&db, a, &[]).await;
    let (once, code) = doing!(db, a, |tx| messaging::invite(&mut tx, made.id, a, &CODE)).unwrap();
    assert!(code.reveal().starts_with("sfj_"));
    doing!(db, b, |tx| messaging::join(&mut tx, &code, b)).unwrap();
    doing!(db, b, |tx| messaging::join(&mut tx, &code, b)).unwrap();
    let used = doing!(db, c, |tx| messaging::join(&mut tx, &code, c)).unwrap_err();
    assert!(not_there(&used), "{used:?}");
    let mut tx = db.store.read(&db.one.scope_of(a)).await.unwrap();
    let codes = tx.invitations().list(made.id, &PageRequest::default()).await.unwrap();
    assert_eq!((codes.items[0].id, codes.items[0].uses), (once.id, 1));
    drop(tx);

    let many = GroupInvitationDraft {
        max_uses: Some(smilefactory_core::collection::Whole::new(5).unwrap()),
        hours: None,
    };
    let (late, code) = doing!(db, a, |tx| messaging::invite(&mut tx, made.id, a, &many)).unwrap();
    db.clock.advance(late.expires_at - db.store.now());
    assert!(not_there(&doing!(db, c, |tx| messaging::join(&mut tx, &code, c)).unwrap_err()));
    let (gone, code) = doing!(db, a, |tx| messaging::invite(&mut tx, made.id, a, &many)).unwrap();
    doing!(db, a, |tx| messaging::revoke(&mut tx, made.id, gone.id, a)).unwrap();
    assert!(not_there(&doing!(db, c, |tx| messaging::join(&mut tx, &code, c)).unwrap_err()));
    let (_, code) = doing!(db, a, |tx| messaging::invite(&mut tx, made.id, a, &many)).unwrap();
    let elsewhere = {
        let mut tx = db.store.write(&db.two.scope).await.unwrap();
        messaging::join(&mut tx, &code, c).await.unwrap_err()
    };
    assert!(not_there(&elsewhere), "another tenant's: {elsewhere:?}");
    let made_by_member = doing!(db, b, |tx| messaging::invite(&mut tx, made.id, b, &many)).unwrap_err();
    assert!(matches!(made_by_member, MessagingError::Refused(MessagingRefused::Role(_))));
    // Who was taken out does not come back with a code.
    doing!(db, c, |tx| messaging::join(&mut tx, &code, c)).unwrap();
    doing!(db, a, |tx| messaging::remove(&mut tx, made.id, a, c)).unwrap();
    assert!(not_there(&doing!(db, c, |tx| messaging::join(&mut tx, &code, c)).unwrap_err()));
    assert!(entry(&db, c, made.id).await.is_none());
    doing!(db, d, |tx| messaging::join(&mut tx, &code, d)).unwrap();

    let mut conn = db.superuser().await;
    let digests: Vec<Vec<u8>> = sqlx::query_scalar("select code_digest from messaging.invitations")
        .fetch_all(&mut conn)
        .await
        .unwrap();
    let revealed = code.reveal();
    assert!(digests.iter().all(|digest| digest.len() == 32 && !revealed.as_bytes().ends_with(digest)));
}

#[tokio::test]
async fn who_comes_with_a_code_waits_where_somebody_must_agree() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let input = NewGroupInput { approval: Some(true), ..group_input("Careful") };
    let made = group_of(&db, a, &[], input).await;
    let five = GroupInvitationDraft {
        max_uses: Some(smilefactory_core::collection::Whole::new(5).unwrap()),
        hours: None,
    };
    let (_, code) = doing!(db, a, |tx| messaging::invite(&mut tx, made.id, a, &five)).unwrap();
    let waiting = doing!(db, b, |tx| messaging::join(&mut tx, &code, b)).unwrap();
    assert_eq!(waiting.state, MemberState::Requested);
    assert!(entry(&db, b, made.id).await.is_none(), "not theirs yet");
    doing!(db, c, |tx| messaging::join(&mut tx, &code, c)).unwrap();
    let mut tx = db.store.read(&db.one.scope_of(a)).await.unwrap();
    let asking =
        tx.members().list(made.id, a, MemberState::Requested, &PageRequest::default()).await.unwrap();
    assert_eq!(asking.items.len(), 2);
    drop(tx);
    doing!(db, a, |tx| messaging::add(&mut tx, made.id, a, b)).unwrap();
    doing!(db, a, |tx| messaging::remove(&mut tx, made.id, a, c)).unwrap();
    assert!(entry(&db, b, made.id).await.is_some() && entry(&db, c, made.id).await.is_none());
}

#[tokio::test]
async fn the_last_owner_stays_and_juniors_do_not_take_out_seniors() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let made = group(&db, a, &[b, c]).await;
    let role = |by, who, role| {
        let db = &db;
        async move { doing!(db, by, |tx| messaging::change_role(&mut tx, made.id, by, who, role)) }
    };
    let refused = |error: MessagingError, why: MessagingRefused| {
        assert!(matches!(&error, MessagingError::Refused(found) if *found == why), "{error:?}");
    };
    refused(
        doing!(db, a, |tx| messaging::leave(&mut tx, made.id, a)).unwrap_err(),
        MessagingRefused::LastOwner,
    );
    refused(role(a, a, MemberRole::Member).await.unwrap_err(), MessagingRefused::LastOwner);
    role(a, b, MemberRole::Admin).await.unwrap();
    assert!(doing!(db, b, |tx| messaging::remove(&mut tx, made.id, b, a)).is_err(), "an admin the owner");
    assert!(role(b, c, MemberRole::Admin).await.is_err(), "an admin gives no roles");
    role(a, b, MemberRole::Owner).await.unwrap();
    doing!(db, a, |tx| messaging::leave(&mut tx, made.id, a)).unwrap();
    let now = entry(&db, b, made.id).await.unwrap().conversation;
    assert_eq!((now.members, now.owners), (2, 1));
    doing!(db, b, |tx| messaging::remove(&mut tx, made.id, b, c)).unwrap();
    doing!(db, b, |tx| messaging::leave(&mut tx, made.id, b)).unwrap();
    assert!(entry(&db, b, made.id).await.is_none(), "the last one closes the door");
}

#[tokio::test]
async fn settings_are_changed_by_one_at_a_time_and_the_limit_holds() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let input = NewGroupInput { member_limit: Some(2), ..group_input("Two") };
    let made = group_of(&db, a, &[b], input).await;
    connect(&db, a, c).await;
    let full = doing!(db, a, |tx| messaging::add(&mut tx, made.id, a, c)).unwrap_err();
    assert!(matches!(full, MessagingError::Refused(MessagingRefused::Full)), "{full:?}");
    let settings = |limit: u32| GroupSettings {
        title: "More".parse().unwrap(),
        history: made.history,
        approval: false,
        member_limit: Some(smilefactory_core::collection::Whole::new(limit).unwrap()),
    };
    let changed =
        doing!(db, a, |tx| messaging::change(&mut tx, made.id, a, settings(3), Version::FIRST)).unwrap();
    assert_eq!((changed.member_limit, changed.version), (3, Version::new(2)));
    let stale =
        doing!(db, a, |tx| messaging::change(&mut tx, made.id, a, settings(4), Version::FIRST)).unwrap_err();
    assert!(matches!(stale, MessagingError::Store(StoreError::Stale { .. })), "{stale:?}");
    doing!(db, a, |tx| messaging::add(&mut tx, made.id, a, c)).unwrap();
    let below =
        doing!(db, a, |tx| messaging::change(&mut tx, made.id, a, settings(2), Version::new(2))).unwrap_err();
    assert!(matches!(below, MessagingError::Refused(MessagingRefused::MoreMembers(3))), "{below:?}");
}

#[tokio::test]
async fn who_is_blocked_is_not_read_in_a_group_either() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let made = group(&db, a, &[b, c]).await;
    let from_b = say(&db, b, made.id, "Hello, all.").await.unwrap();
    say(&db, a, made.id, "Hello, B.").await.unwrap();
    block(&db, c, b).await;
    assert_eq!(reads(&db, c, made.id).await, [(2, Some("Hello, B.".to_owned()))]);
    assert_eq!(reads(&db, a, made.id).await.len(), 2);
    say(&db, c, made.id, "Who is B?").await.unwrap();
    assert_eq!(reads(&db, b, made.id).await.len(), 2, "in both directions");
    let mut tx = db.store.read(&db.one.scope_of(c)).await.unwrap();
    assert!(tx.messages().get(from_b.id, c).await.unwrap().is_none());
    let seen = tx.members().list(made.id, c, MemberState::Active, &PageRequest::default()).await.unwrap();
    let seen: Vec<_> = seen.items.into_iter().map(|member| member.account).collect();
    assert!(seen.contains(&a) && seen.contains(&c) && !seen.contains(&b));
}

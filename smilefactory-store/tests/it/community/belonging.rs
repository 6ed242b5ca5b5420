//! How people come to belong to groups, and to whom these are there.

use smilefactory_core::community::{GroupMemberState, GroupRefused, GroupRole};
use smilefactory_store::community::{self, GroupError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{belongs, doing, enter, found, group, input, listed, not_there, people, view};

#[tokio::test]
async fn whoever_wants_to_joins_an_open_group_and_is_counted() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let made = found(&db, a, input("Pumps")).await;
    assert_eq!((made.members, made.owners, made.created_by), (1, 1, Some(a)));
    let own = enter(&db, made.id, b).await.unwrap();
    assert_eq!((own.state, own.role), (GroupMemberState::Member, GroupRole::Member));
    assert_eq!(enter(&db, made.id, b).await.unwrap(), own, "once");
    let seen = view(&db, made.id, c).await.unwrap();
    assert_eq!((seen.group.members, seen.membership, seen.permissions.len()), (2, None, 0));
    assert_eq!(listed(&db, made.id, c, GroupMemberState::Member, false).await, [a, b], "owners first");
    doing!(db, b, |tx| community::leave(&mut tx, made.id, b)).unwrap();
    assert_eq!(view(&db, made.id, b).await.unwrap().group.members, 1);
    assert!(view(&db, made.id, b).await.unwrap().membership.is_none());
    let again = doing!(db, b, |tx| community::leave(&mut tx, made.id, b)).unwrap_err();
    assert!(not_there(&again, "member"), "{again:?}");
    assert!(enter(&db, made.id, b).await.is_ok(), "they may come again");
}

#[tokio::test]
async fn who_asks_waits_until_somebody_answers_or_they_think_again() {
    let db = TestDb::new().await;
    let [a, b, c, d] = people(&db).await;
    let made = group(&db, a, "Pumps", "private", "approval").await;
    let note = Some("I build one.".parse().unwrap());
    let asks = doing!(db, b, |tx| community::enter(&mut tx, made.id, b, note)).unwrap();
    assert_eq!((asks.state, asks.note.unwrap().as_str()), (GroupMemberState::Requested, "I build one."));
    for who in [c, d] {
        enter(&db, made.id, who).await.unwrap();
    }
    assert_eq!(view(&db, made.id, b).await.unwrap().group.members, 1, "who asks is no member");
    let approve = |by, who| {
        let db = &db;
        async move { doing!(db, by, |tx| community::approve(&mut tx, made.id, by, who)) }
    };
    let refused = approve(b, c).await.unwrap_err();
    assert!(matches!(refused, GroupError::Refused(GroupRefused::Permission(_))), "{refused:?}");
    let let_in = approve(a, b).await.unwrap();
    assert_eq!((let_in.state, let_in.by), (GroupMemberState::Member, Some(a)));
    doing!(db, a, |tx| community::refuse(&mut tx, made.id, a, c)).unwrap();
    doing!(db, d, |tx| community::withdraw(&mut tx, made.id, d)).unwrap();
    assert!(listed(&db, made.id, a, GroupMemberState::Requested, true).await.is_empty());
    assert!(not_there(&approve(a, d).await.unwrap_err(), "request"));
    assert_eq!(enter(&db, made.id, c).await.unwrap().state, GroupMemberState::Requested, "they ask again");
}

#[tokio::test]
async fn a_hidden_group_is_there_for_its_members_and_who_is_invited() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let made = group(&db, a, "Secret", "hidden", "open").await;
    assert!(view(&db, made.id, b).await.is_none());
    assert!(not_there(&enter(&db, made.id, b).await.unwrap_err(), "group"));
    let nobody = db.store.new_id().unwrap();
    assert!(not_there(&enter(&db, nobody, b).await.unwrap_err(), "group"));
    doing!(db, a, |tx| community::invite(&mut tx, made.id, a, b)).unwrap();
    let seen = view(&db, made.id, b).await.unwrap();
    assert_eq!(seen.membership.unwrap().by, Some(a));
    assert!(!seen.group.is_open_to(None));
    assert!(view(&db, made.id, c).await.is_none());
    doing!(db, b, |tx| community::decline(&mut tx, made.id, b)).unwrap();
    assert!(view(&db, made.id, b).await.is_none(), "who declined has nothing to do with it");
    // Who is banned is told nothing of it.
    belongs(&db, &made, b, GroupRole::Member).await;
    let reason = "Advertises.".parse().unwrap();
    doing!(db, a, |tx| community::ban(&mut tx, made.id, a, b, reason)).unwrap();
    assert!(view(&db, made.id, b).await.is_none());
    // One that is hidden later is not there for who asked.
    let later = group(&db, a, "Later", "private", "approval").await;
    enter(&db, later.id, c).await.unwrap();
    let mut draft = later.draft.clone();
    draft.visibility = smilefactory_core::community::GroupVisibility::Hidden;
    doing!(db, a, |tx| community::change(&mut tx, later.id, a, draft, later.version)).unwrap();
    assert!(view(&db, later.id, c).await.is_none());
    doing!(db, c, |tx| community::withdraw(&mut tx, later.id, c)).unwrap();
    let nothing = doing!(db, c, |tx| community::withdraw(&mut tx, later.id, c)).unwrap_err();
    assert!(not_there(&nothing, "group"), "{nothing:?}");
}

#[tokio::test]
async fn a_block_stands_between_members_and_before_invitations() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let made = group(&db, a, "Pumps", "private", "invite").await;
    belongs(&db, &made, b, GroupRole::Admin).await;
    db.one.block(c, b).await;
    let invited = doing!(db, b, |tx| community::invite(&mut tx, made.id, b, c)).unwrap_err();
    assert!(not_there(&invited, "account"), "{invited:?}");
    let by_nobody = db.store.new_id().unwrap();
    let invited = doing!(db, b, |tx| community::invite(&mut tx, made.id, b, by_nobody)).unwrap_err();
    assert!(not_there(&invited, "account"), "{invited:?}");
    belongs(&db, &made, c, GroupRole::Member).await;
    assert_eq!(listed(&db, made.id, c, GroupMemberState::Member, true).await, [a, c]);
    assert_eq!(listed(&db, made.id, b, GroupMemberState::Member, true).await, [a, b]);

    // An invitation by who is blocked since is none.
    let hidden = group(&db, a, "Hidden", "hidden", "invite").await;
    doing!(db, a, |tx| community::invite(&mut tx, hidden.id, a, c)).unwrap();
    db.one.block(c, a).await;
    assert!(view(&db, hidden.id, c).await.is_none());
    let accepted = doing!(db, c, |tx| community::accept(&mut tx, hidden.id, c)).unwrap_err();
    assert!(not_there(&accepted, "group"), "{accepted:?}");
    // And who made a group is not named to who blocked them.
    assert_eq!(view(&db, made.id, c).await.unwrap().group.created_by, None);
    let own = view(&db, made.id, c).await.unwrap().membership.unwrap();
    assert_eq!(own.by, None, "nor who let them in");
}

#[tokio::test]
async fn no_group_is_larger_than_it_says_or_the_community_lets_it_be() {
    let db = TestDb::new().await;
    let [a, b, c, d] = people(&db).await;
    let small =
        found(&db, a, smilefactory_core::community::GroupInput { member_limit: Some(2), ..input("Small") })
            .await;
    enter(&db, small.id, b).await.unwrap();
    let full = enter(&db, small.id, c).await.unwrap_err();
    assert!(matches!(full, GroupError::Refused(GroupRefused::Full)), "{full:?}");
    let other = found(&db, a, input("Other")).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let mut tenant = tx.tenants().get(db.one.tenant.id).await.unwrap().unwrap();
    tenant.settings.group_member_limit = 2;
    tx.tenants().update(&tenant).await.unwrap();
    tx.commit().await.unwrap();
    enter(&db, other.id, b).await.unwrap();
    let full = enter(&db, other.id, d).await.unwrap_err();
    assert!(matches!(full, GroupError::Refused(GroupRefused::Full)), "{full:?}");
    let large = smilefactory_core::community::GroupInput { member_limit: Some(3), ..input("Large") };
    let draft = smilefactory_core::validation::Field::from_raw(large).unwrap();
    let large = doing!(db, a, |tx| community::found(&mut tx, draft, a)).unwrap_err();
    assert!(matches!(large, GroupError::Invalid(_)), "{large:?}");
}

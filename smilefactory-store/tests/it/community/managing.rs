//! Who has a say in groups.

use smilefactory_core::community::{GroupMemberState, GroupPermission, GroupRefused, GroupRole};
use smilefactory_core::text::Reason;
use smilefactory_core::version::Version;
use smilefactory_store::community::{self, GroupError};
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;

use super::{belongs, doing, enter, found, group, input, listed, not_there, people, view};

fn reason() -> Reason {
    "Advertises.".parse().unwrap()
}

fn junior(error: &GroupError) -> bool {
    matches!(error, GroupError::Refused(GroupRefused::Seniority))
}

#[tokio::test]
async fn a_junior_neither_takes_out_nor_bans_nor_demotes_who_is_not_below_them() {
    let db = TestDb::new().await;
    let [owner, admin, other_admin, moderator, member] = people(&db).await;
    let made = found(&db, owner, input("Pumps")).await;
    for (who, role) in [
        (admin, GroupRole::Admin),
        (other_admin, GroupRole::Admin),
        (moderator, GroupRole::Moderator),
        (member, GroupRole::Member),
    ] {
        belongs(&db, &made, who, role).await;
    }
    for (by, of) in
        [(admin, owner), (admin, other_admin), (moderator, admin), (moderator, owner), (moderator, moderator)]
    {
        let removed = doing!(db, by, |tx| community::remove(&mut tx, made.id, by, of)).unwrap_err();
        assert!(junior(&removed), "{removed:?}");
        let banned = doing!(db, by, |tx| community::ban(&mut tx, made.id, by, of, reason())).unwrap_err();
        assert!(junior(&banned), "{banned:?}");
    }
    let role = GroupRole::Member;
    let demoted = doing!(db, admin, |tx| community::change_role(&mut tx, made.id, admin, other_admin, role))
        .unwrap_err();
    assert!(junior(&demoted), "{demoted:?}");
    let role = GroupRole::Admin;
    let raised =
        doing!(db, admin, |tx| community::change_role(&mut tx, made.id, admin, member, role)).unwrap_err();
    assert!(junior(&raised), "{raised:?}");
    let removed =
        doing!(db, member, |tx| community::remove(&mut tx, made.id, member, moderator)).unwrap_err();
    assert!(matches!(removed, GroupError::Refused(GroupRefused::Permission(_))), "{removed:?}");

    doing!(db, moderator, |tx| community::remove(&mut tx, made.id, moderator, member)).unwrap();
    enter(&db, made.id, member).await.unwrap();
    doing!(db, moderator, |tx| community::ban(&mut tx, made.id, moderator, member, reason())).unwrap();
    let back = enter(&db, made.id, member).await.unwrap_err();
    assert!(matches!(back, GroupError::Refused(GroupRefused::State(_))), "{back:?}");
    let own = view(&db, made.id, member).await.unwrap().membership.unwrap();
    assert_eq!((own.state, own.note, own.by), (GroupMemberState::Banned, None, None), "why is not told them");
    assert_eq!(listed(&db, made.id, admin, GroupMemberState::Banned, true).await, [member]);
    doing!(db, admin, |tx| community::unban(&mut tx, made.id, admin, member)).unwrap();
    enter(&db, made.id, member).await.unwrap();
}

#[tokio::test]
async fn a_group_is_handed_on_and_never_without_an_owner() {
    let db = TestDb::new().await;
    let [owner, heir] = people(&db).await;
    let made = found(&db, owner, input("Pumps")).await;
    let last = doing!(db, owner, |tx| community::leave(&mut tx, made.id, owner)).unwrap_err();
    assert!(matches!(last, GroupError::Refused(GroupRefused::LastOwner)), "{last:?}");
    belongs(&db, &made, heir, GroupRole::Owner).await;
    assert_eq!(view(&db, made.id, heir).await.unwrap().group.owners, 2);
    let role = GroupRole::Member;
    doing!(db, owner, |tx| community::change_role(&mut tx, made.id, owner, owner, role)).unwrap();
    doing!(db, owner, |tx| community::leave(&mut tx, made.id, owner)).unwrap();
    let last = doing!(db, heir, |tx| community::change_role(&mut tx, made.id, heir, heir, role)).unwrap_err();
    assert!(matches!(last, GroupError::Refused(GroupRefused::LastOwner)), "{last:?}");
}

#[tokio::test]
async fn what_is_set_for_a_group_is_changed_by_who_may_and_once() {
    let db = TestDb::new().await;
    let [owner, admin, moderator] = people(&db).await;
    let made = found(&db, owner, input("Pumps")).await;
    belongs(&db, &made, admin, GroupRole::Admin).await;
    belongs(&db, &made, moderator, GroupRole::Moderator).await;
    let mut draft = made.draft.clone();
    draft.name = "Pumps and wells".parse().unwrap();
    let refused = {
        let draft = draft.clone();
        doing!(db, moderator, |tx| community::change(&mut tx, made.id, moderator, draft, made.version))
    };
    assert!(matches!(
        refused.unwrap_err(),
        GroupError::Refused(GroupRefused::Permission(GroupPermission::ChangeGroup))
    ));
    let change = |version: Version| {
        let (db, draft) = (&db, draft.clone());
        async move { doing!(db, admin, |tx| community::change(&mut tx, made.id, admin, draft, version)) }
    };
    let changed = change(made.version).await.unwrap();
    assert_eq!(changed.version, Version::new(2));
    assert!(matches!(change(made.version).await, Err(GroupError::Store(StoreError::Stale { .. }))));
    // The name in addresses is somebody else's.
    let other = found(&db, owner, input("Wells")).await;
    let mut taken = other.draft.clone();
    taken.slug = "pumps".parse().unwrap();
    let taken = doing!(db, owner, |tx| community::change(&mut tx, other.id, owner, taken, other.version));
    let Err(GroupError::Store(StoreError::Conflict { entity, field })) = taken else { panic!("{taken:?}") };
    assert_eq!((entity, field), ("group", "slug"));

    let version = changed.version;
    let refused = doing!(db, admin, |tx| community::archive(&mut tx, made.id, admin, version)).unwrap_err();
    assert!(matches!(refused, GroupError::Refused(GroupRefused::Permission(_))), "{refused:?}");
    let away = doing!(db, owner, |tx| community::archive(&mut tx, made.id, owner, version)).unwrap();
    let late = enter(&db, made.id, super::person(&db, "late").await).await.unwrap_err();
    assert!(matches!(late, GroupError::Refused(GroupRefused::State(_))), "{late:?}");
    assert!(view(&db, made.id, moderator).await.unwrap().group.archived_at.is_some());
    doing!(db, owner, |tx| community::reopen(&mut tx, made.id, owner, away.version)).unwrap();
    assert!(view(&db, made.id, moderator).await.unwrap().group.archived_at.is_none());
}

#[tokio::test]
async fn another_tenant_has_nothing_to_do_with_it() {
    let db = TestDb::new().await;
    let [owner] = people(&db).await;
    let made = group(&db, owner, "Pumps", "public", "open").await;
    let abroad = db.two.person("abroad").await.id;
    let mut tx = db.store.write(&db.two.scope_of(abroad)).await.unwrap();
    assert!(tx.groups().get(made.id).await.unwrap().is_none());
    assert!(tx.groups().view(made.id, abroad).await.unwrap().is_none());
    let entered = community::enter(&mut tx, made.id, abroad, None).await.unwrap_err();
    assert!(not_there(&entered, "group"), "{entered:?}");
}

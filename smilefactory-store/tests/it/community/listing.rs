//! Lists of groups and of who belongs to them.

use std::collections::BTreeSet;

use smilefactory_core::community::{GroupMemberState, GroupRole, GroupSort, GroupVisibility, JoinPolicy};
use smilefactory_core::content::{CategoryDraft, CategoryInput, CategoryTree, Tab};
use smilefactory_core::id::{AccountId, GroupId, Id};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;
use smilefactory_store::community::{self, GroupError};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::community::{GroupFilter, GroupMemberFilter};
use smilefactory_store::testing::TestDb;

use super::{belongs, doing, enter, found, group, input, people, person};

/// All pages of two put together.
async fn listed(db: &TestDb, who: AccountId, filter: GroupFilter) -> Vec<GroupId> {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let (mut all, mut request) = (Vec::new(), PageRequest::first(PageSize::new(2).unwrap()));
    loop {
        let page = tx.groups().list(who, &filter, &request).await.unwrap();
        assert!(page.next.is_none() || page.items.len() == 2, "a page that is not full");
        all.extend(page.items.into_iter().map(|view| view.group.id));
        let Some(key) = page.next else { break };
        request = PageRequest::after(request.size, key);
    }
    all
}

#[tokio::test]
async fn groups_come_in_every_order_a_page_after_the_other() {
    let db = TestDb::new().await;
    let [a, b, c] = people(&db).await;
    let mut made = Vec::new();
    for name in ["Wells", "pumps", "Maize", "Bees"] {
        db.clock.advance(chrono::TimeDelta::hours(1));
        made.push(group(&db, a, name, "public", "open").await.id);
    }
    let [wells, pumps, maize, bees] = made[..] else { panic!("four groups") };
    db.clock.advance(chrono::TimeDelta::hours(1));
    enter(&db, maize, b).await.unwrap();
    enter(&db, maize, c).await.unwrap();
    db.clock.advance(chrono::TimeDelta::hours(1));
    enter(&db, wells, b).await.unwrap();
    for filter in [GroupFilter::new(), GroupFilter::new().belonging(GroupMemberState::Member)] {
        for (sort, expected) in [
            (GroupSort::Activity, [wells, maize, bees, pumps]),
            (GroupSort::Trending, [maize, wells, bees, pumps]),
            (GroupSort::Name, [bees, maize, pumps, wells]),
            (GroupSort::Newest, [bees, maize, pumps, wells]),
            (GroupSort::Members, [maize, wells, bees, pumps]),
        ] {
            let found = listed(&db, a, filter.clone().sorted(sort)).await;
            assert_eq!(found, expected, "{sort} {filter:?}");
        }
    }
    let theirs = GroupFilter::new().belonging(GroupMemberState::Member).sorted(GroupSort::Name);
    assert_eq!(listed(&db, b, theirs).await, [maize, wells]);
    // Time passes, and nothing is written: what trends stays in its order.
    db.clock.advance(chrono::TimeDelta::days(400));
    let trending = listed(&db, a, GroupFilter::new().sorted(GroupSort::Trending)).await;
    assert_eq!(trending, [maize, wells, bees, pumps]);
}

#[tokio::test]
async fn a_list_has_what_is_there_for_its_reader_as_the_filter_asks() {
    let db = TestDb::new().await;
    let [a, b] = people(&db).await;
    let open = group(&db, a, "Open", "public", "open").await.id;
    let asks = group(&db, a, "Asks", "private", "approval").await.id;
    let hidden = group(&db, a, "Hidden", "hidden", "invite").await.id;
    let away = group(&db, a, "Away", "public", "open").await;
    doing!(db, a, |tx| community::archive(&mut tx, away.id, a, away.version)).unwrap();
    let set = |ids: Vec<GroupId>| ids.into_iter().collect::<BTreeSet<_>>();
    let all = |who, filter| {
        let db = &db;
        async move { listed(db, who, filter).await.into_iter().collect::<BTreeSet<_>>() }
    };
    for sort in GroupSort::ALL {
        let any = GroupFilter::new().sorted(*sort);
        assert_eq!(all(a, any.clone()).await, set(vec![open, asks, hidden]));
        assert_eq!(all(b, any.clone()).await, set(vec![open, asks]), "{sort}");
        assert_eq!(all(b, any.clone().archived()).await, set(vec![away.id]));
        assert_eq!(all(b, any.clone().seen(GroupVisibility::Hidden)).await, set(vec![]));
        assert_eq!(all(a, any.clone().seen(GroupVisibility::Private)).await, set(vec![asks]));
        assert_eq!(all(a, any.clone().joined_by(JoinPolicy::Open)).await, set(vec![open]));
    }
    enter(&db, asks, b).await.unwrap();
    doing!(db, a, |tx| community::invite(&mut tx, hidden, a, b)).unwrap();
    let mine = |state| GroupFilter::new().belonging(state);
    assert_eq!(all(b, mine(GroupMemberState::Requested)).await, set(vec![asks]));
    assert_eq!(all(b, mine(GroupMemberState::Invited)).await, set(vec![hidden]));
    assert_eq!(all(b, mine(GroupMemberState::Member)).await, set(vec![]));
    db.one.block(a, b).await;
    assert_eq!(all(b, mine(GroupMemberState::Invited)).await, set(vec![]), "by who is blocked");
}

#[tokio::test]
async fn a_group_stands_in_a_category_of_the_groups() {
    let db = TestDb::new().await;
    let [a] = people(&db).await;
    let mut ids = Vec::new();
    for (tab, slug) in [(Tab::Groups, "water"), (Tab::Blog, "water")] {
        let mut tx = db.store.write(&db.one.scope_of(a)).await.unwrap();
        let raw = CategoryInput {
            tab: tab.as_str().into(),
            name: "Water".into(),
            slug: slug.into(),
            ..CategoryInput::default()
        };
        let draft = CategoryDraft::from_raw(raw).unwrap();
        let tree = CategoryTree::new(tab, []);
        let (category, _) = tree.create(draft, tx.new_id().unwrap(), tx.now()).unwrap();
        tx.categories().insert(&category).await.unwrap();
        tx.commit().await.unwrap();
        ids.push(category.id);
    }
    let of = |category: smilefactory_core::id::CategoryId, name: &str| {
        smilefactory_core::community::GroupInput { category: Some(category.to_string()), ..input(name) }
    };
    let made = found(&db, a, of(ids[0], "Pumps")).await;
    found(&db, a, input("Elsewhere")).await;
    assert_eq!(listed(&db, a, GroupFilter::new().in_category(ids[0])).await, [made.id]);
    for elsewhere in [ids[1], db.store.new_id().unwrap()] {
        let draft = Field::from_raw(of(elsewhere, "Wrong")).unwrap();
        let refused = doing!(db, a, |tx| community::found(&mut tx, draft, a)).unwrap_err();
        let GroupError::Store(StoreError::Missing { constraint, .. }) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(constraint, "groups_category");
    }
    // It stays in one that is archived, and is changed there.
    sqlx::query("update content.categories set archived_at = now() where id = $1")
        .bind(ids[0].uuid())
        .execute(&mut db.superuser().await)
        .await
        .unwrap();
    let input = smilefactory_core::community::GroupInput {
        description: Some("Wells, too.".into()),
        ..of(ids[0], "Pumps")
    };
    let draft = Field::from_raw(input).unwrap();
    doing!(db, a, |tx| community::change(&mut tx, made.id, a, draft, made.version)).unwrap();
}

#[tokio::test]
async fn members_come_by_their_roles_and_only_those_whom_the_reader_sees() {
    let db = TestDb::new().await;
    let [owner, admin, moderator, stranger] = people(&db).await;
    let made = found(&db, owner, input("Pumps")).await;
    belongs(&db, &made, moderator, GroupRole::Moderator).await;
    belongs(&db, &made, admin, GroupRole::Admin).await;
    // Somebody without a profile, which is seen by nobody who is not in the group.
    let unseen = db.one.person("unseen").await.id;
    enter(&db, made.id, unseen).await.unwrap();
    let late = person(&db, "late").await;
    enter(&db, made.id, late).await.unwrap();
    let page = |who, among, role, size: u32| {
        let db = &db;
        async move {
            let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
            let filter = GroupMemberFilter { state: GroupMemberState::Member, role, among };
            let (mut all, mut request) = (Vec::new(), PageRequest::first(PageSize::new(size).unwrap()));
            loop {
                let page = tx.group_members().list(made.id, filter, &request).await.unwrap();
                all.extend(page.items.into_iter().map(|member| member.account));
                let Some(key) = page.next else { break };
                request = PageRequest::after(request.size, key);
            }
            all
        }
    };
    let mut plain = [unseen, late];
    plain.sort();
    assert_eq!(page(late, true, None, 2).await, [owner, admin, moderator, plain[0], plain[1]]);
    assert_eq!(page(stranger, false, None, 2).await, [owner, admin, moderator, late]);
    assert_eq!(page(stranger, false, Some(GroupRole::Admin), 2).await, [admin]);
    assert_eq!(page(unseen, false, Some(GroupRole::Member), 1).await, plain, "and themselves");
}

//! Groups: who sees which, who comes and goes, who has a say, and what holds when two do something at once.

mod belonging;
mod codes;
mod leaving;
mod listing;
mod managing;
mod posting;
mod races;
mod recommending;
mod rules;
mod sharing;
mod telling;

use smilefactory_core::community::{
    Group, GroupDraft, GroupInput, GroupMemberState, GroupMembership, GroupRole, GroupView,
};
use smilefactory_core::id::{AccountId, GroupId};
use smilefactory_core::page::PageRequest;
use smilefactory_core::profile::{
    DetailsInput, Profile, ProfileContent, ProfileInput, ProfileKind, ProfileState,
};
use smilefactory_core::validation::Field;
use smilefactory_store::community::{self, GroupError};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::community::GroupMemberFilter;
use smilefactory_store::testing::TestDb;

/// Somebody whose profile is shown.
async fn person(db: &TestDb, name: &str) -> AccountId {
    let account = db.one.person(name).await.id;
    let mut tx = db.store.write(&db.one.scope_of(account)).await.unwrap();
    let input = ProfileInput {
        details: DetailsInput::empty(ProfileKind::CommunityMember),
        ..ProfileInput::default()
    };
    let profile = ProfileContent::from_raw(input).unwrap().begin(account, tx.now()).0;
    let profile = Profile { state: ProfileState::Complete, completion: 90, ..profile };
    tx.profiles().insert(&profile).await.unwrap();
    tx.commit().await.unwrap();
    account
}

async fn people<const N: usize>(db: &TestDb) -> [AccountId; N] {
    let mut all = Vec::new();
    for n in 0..N {
        all.push(person(db, &format!("person-{n}")).await);
    }
    all.try_into().unwrap()
}

/// One unit of work of somebody's, kept if it succeeds.
macro_rules! doing {
    ($db:expr, $who:expr, |$tx:ident| $step:expr) => {
        async {
            let mut $tx = $db.store.write(&$db.one.scope_of($who)).await.unwrap();
            let done = $step.await?;
            $tx.commit().await?;
            Ok::<_, smilefactory_store::community::GroupError>(done)
        }
        .await
    };
}
use doing;

fn input(name: &str) -> GroupInput {
    GroupInput { name: name.to_owned(), slug: name.to_lowercase(), ..GroupInput::default() }
}

async fn found(db: &TestDb, by: AccountId, input: GroupInput) -> Group {
    let draft = GroupDraft::from_raw(input).unwrap();
    doing!(db, by, |tx| community::found(&mut tx, draft, by)).unwrap()
}

/// A group with this visibility that is joined so.
pub(crate) async fn group(db: &TestDb, by: AccountId, name: &str, visibility: &str, policy: &str) -> Group {
    let of = GroupInput {
        visibility: Some(visibility.to_owned()),
        join_policy: Some(policy.to_owned()),
        ..input(name)
    };
    found(db, by, of).await
}

pub(crate) async fn enter(
    db: &TestDb,
    group: GroupId,
    who: AccountId,
) -> Result<GroupMembership, GroupError> {
    doing!(db, who, |tx| community::enter(&mut tx, group, who, None))
}

/// Somebody is in a group, in this role.
async fn belongs(db: &TestDb, group: &Group, who: AccountId, role: GroupRole) {
    let owner = group.created_by.unwrap();
    doing!(db, owner, |tx| community::invite(&mut tx, group.id, owner, who)).unwrap();
    doing!(db, who, |tx| community::accept(&mut tx, group.id, who)).unwrap();
    if role != GroupRole::Member {
        doing!(db, owner, |tx| community::change_role(&mut tx, group.id, owner, who, role)).unwrap();
    }
}

async fn view(db: &TestDb, group: GroupId, who: AccountId) -> Option<GroupView> {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    tx.groups().view(group, who).await.unwrap()
}

/// Who belongs to a group in a way, as somebody sees it who belongs to it or does not.
async fn listed(
    db: &TestDb,
    group: GroupId,
    who: AccountId,
    state: GroupMemberState,
    among: bool,
) -> Vec<AccountId> {
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let filter = GroupMemberFilter { state, role: None, among };
    let page = tx.group_members().list(group, filter, &PageRequest::default()).await.unwrap();
    page.items.into_iter().map(|member| member.account).collect()
}

/// A superuser in the tenant, for whom the triggers of other contexts work.
async fn as_tenant(db: &TestDb) -> sqlx::PgConnection {
    let mut conn = db.superuser().await;
    sqlx::query("select set_config('smile.tenant', $1, false)")
        .bind(db.one.tenant.id.to_string())
        .execute(&mut conn)
        .await
        .unwrap();
    conn
}

fn not_there(error: &GroupError, what: &str) -> bool {
    matches!(error, GroupError::NotThere(entity) if *entity == what)
}

//! What is shown of groups.

use smilefactory_core::community::{GroupMemberState, GroupSort};
use smilefactory_core::id::{AccountId, GroupId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::community::{GroupFilter, GroupMemberFilter};
use smilefactory_store::testing::world::WorldGroup;

use super::Look;

fn page<K>() -> PageRequest<K> {
    PageRequest::first(PageSize::MAX)
}

pub(super) async fn groups(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let there: Vec<&WorldGroup> = world.groups.iter().filter(|group| world.has_group(me, group)).collect();
    for sort in GroupSort::ALL {
        let all = GroupFilter::new().sorted(*sort);
        let list = look.tx.groups().list(me, &all, &page()).await.unwrap().items;
        look.exactly("a list", list.iter().map(|view| view.group.id), there.iter().map(|group| group.id));
        for state in GroupMemberState::ALL {
            let mine = there.iter().filter(|group| world.belongs_to(me, group) == Some(*state));
            let mine: Vec<GroupId> = mine.map(|group| group.id).collect();
            let list =
                look.tx.groups().list(me, &all.clone().belonging(*state), &page()).await.unwrap().items;
            look.exactly("one's own", list.iter().map(|view| view.group.id), mine);
        }
    }
    for group in &world.groups {
        let view = look.tx.groups().view(group.id, me).await.unwrap();
        look.number("a group", view.is_some().into(), world.has_group(me, group).into());
        let Some(view) = view else { continue };
        look.number("members", view.group.members.into(), group.members.len());
        let state = view.membership.as_ref().map(|own| own.state);
        look.exactly("how one belongs to it", [state], [world.belongs_to(me, group)]);
        let named: Vec<AccountId> =
            view.group.created_by.into_iter().chain(view.membership.and_then(|own| own.by)).collect();
        let hidden = named.iter().filter(|who| world.blocked(me, **who)).count();
        look.number("who is blocked", hidden.try_into().unwrap(), 0);
        let made = view.group.created_by.is_some() && !group.members.contains_key(&me);
        look.number("who made it", made.into(), 0);
    }
}

pub(super) async fn members(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    for group in &world.groups {
        let Some(view) = look.tx.groups().view(group.id, me).await.unwrap() else { continue };
        if !view.group.is_open_to(view.membership.as_ref()) {
            continue;
        }
        let among = group.members.contains_key(&me);
        let filter = GroupMemberFilter { state: GroupMemberState::Member, role: None, among };
        let list = look.tx.group_members().list(group.id, filter, &page()).await.unwrap().items;
        look.exactly("a list", list.iter().map(|member| member.account), world.members_of_group(me, group));
        let named = list.iter().filter_map(|member| member.by);
        let hidden = named.filter(|by| !look.viewer.staff && world.blocked(me, *by)).count();
        look.number("who let somebody in", hidden.try_into().unwrap(), 0);
        if group.founder != me {
            continue;
        }
        for (state, people) in [
            (GroupMemberState::Invited, group.invited.keys().copied().collect::<Vec<_>>()),
            (GroupMemberState::Requested, group.asking.iter().copied().collect()),
            (GroupMemberState::Banned, group.banned.iter().copied().collect()),
        ] {
            let filter = GroupMemberFilter { state, role: None, among: true };
            let list = look.tx.group_members().list(group.id, filter, &page()).await.unwrap().items;
            let seen = people.into_iter().filter(|who| look.viewer.staff || !world.blocked(me, *who));
            let seen: Vec<_> = seen.collect();
            look.exactly("who else", list.iter().map(|member| member.account), seen);
        }
    }
    let mine = world.groups.iter().filter(|group| {
        group.members.contains_key(&me)
            || group.invited.contains_key(&me)
            || group.asking.contains(&me)
            || group.banned.contains(&me)
    });
    let mine: Vec<GroupId> = mine.map(|group| group.id).collect();
    let own = look.tx.group_members().list_of_account(me, &page()).await.unwrap().items;
    let hidden = own.iter().filter_map(|own| own.by).filter(|by| world.blocked(me, *by)).count();
    look.number("who invited one", hidden.try_into().unwrap(), 0);
    look.exactly("the copy of one's own", own.iter().map(|own| own.group), mine);
}

pub(super) async fn posts(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    for group in &world.groups {
        let Some(view) = look.tx.groups().view(group.id, me).await.unwrap() else { continue };
        if view.group.is_open_to(view.membership.as_ref()) {
            let list = look.tx.posts().list_of_group(group.id, None, &page()).await.unwrap().items;
            look.exactly("a list", list.iter().map(|post| post.id), world.posts_in_group(me, group));
        }
    }
    for post in &world.posts {
        let read = look.tx.posts().get(post.id).await.unwrap().unwrap();
        let seen = smilefactory_store::community::is_in_audience(&mut look.tx, &read, me).await.unwrap();
        look.number("whether it is for one", seen.into(), world.is_in_audience(me, post).into());
    }
}

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::id::Id;
use crate::testing::{community_group_input, spoiled_community_groups};
use crate::validation::Field;

const MOST: u32 = 1_000;

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn account(n: u8) -> AccountId {
    AccountId::at(now(), [n; 10])
}

fn group(change: impl FnOnce(&mut GroupInput)) -> (Group, GroupMembership) {
    let mut input = GroupInput { name: "Pumps".into(), slug: "pumps".into(), ..GroupInput::default() };
    change(&mut input);
    let draft = GroupDraft::from_raw(input).unwrap();
    let (group, owner, _) = draft.found(GroupId::at(now(), [9; 10]), account(0), now());
    (group, owner)
}

fn joined_by(policy: JoinPolicy) -> (Group, GroupMembership) {
    group(|input| input.join_policy = Some(policy.as_str().into()))
}

fn member(group: &Group, n: u8, role: GroupRole) -> GroupMembership {
    GroupMembership { role, ..group.welcome(account(n), account(n), now()) }
}

fn reason() -> crate::text::Reason {
    "Because.".parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_broken_rule_is_told_with_its_place(input in community_group_input()) {
        prop_assert!(GroupDraft::from_raw(input.clone()).is_ok());
        prop_assert_eq!(GroupDraft::from_raw(input.clone()).unwrap().into_raw(), input.clone());
        for spoiled in spoiled_community_groups(&input) {
            let violations = GroupDraft::from_raw(spoiled.input).unwrap_err();
            let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
            prop_assert_eq!(found, [(spoiled.pointer.as_str(), spoiled.code)]);
        }
    }
}

#[test]
fn a_junior_acts_on_no_senior_and_on_no_equal() {
    let (group, _) = group(|_| ());
    let group = Group { owners: 2, ..group };
    for by in GroupRole::ALL {
        for of in GroupRole::ALL {
            let (one, other) = (member(&group, 1, *by), member(&group, 2, *of));
            let above = by.is_above(*of);
            let may = |permission| above && by.permits(permission);
            assert_eq!(one.remove(&other).is_ok(), may(GroupPermission::RemoveMembers), "{by} {of}");
            let banned = one.ban(other.account, Some(&other), reason(), now());
            assert_eq!(banned.is_ok(), may(GroupPermission::BanMembers), "{by} {of}");
            for role in GroupRole::ALL {
                let given = one.change_role(&group, &other, *role).is_ok();
                let below = by.is_above(*role) || *by == GroupRole::Owner;
                assert_eq!(given, may(GroupPermission::AssignRoles) && below, "{by} makes {of} {role}");
            }
        }
        // Everybody steps down, and nobody up.
        let own = member(&group, 1, *by);
        for role in GroupRole::ALL {
            assert_eq!(own.change_role(&group, &own, *role).is_ok(), !role.is_above(*by), "{by} to {role}");
        }
        assert!(own.ban(own.account, Some(&own), reason(), now()).is_err());
    }
}

#[test]
fn the_last_owner_stays() {
    let (group, owner) = group(|_| ());
    assert_eq!(owner.leave(&group), Err(GroupRefused::LastOwner));
    let stepped = owner.change_role(&group, &owner, GroupRole::Admin);
    assert_eq!(stepped, Err(GroupRefused::LastOwner));
    let two = Group { members: 2, owners: 2, ..group };
    assert!(owner.leave(&two).is_ok() && owner.change_role(&two, &owner, GroupRole::Member).is_ok());
}

#[test]
fn whoever_wants_to_comes_as_the_group_is_joined() {
    let come = |group: &Group, before| group.enter(account(1), before, None, MOST, now());
    let (open, _) = joined_by(JoinPolicy::Open);
    let Ok(Entered::Joined(in_it, _)) = come(&open, None) else { panic!("an open group") };
    assert_eq!(come(&open, Some(in_it.clone())), Ok(Entered::Unchanged(in_it)));

    let (approval, owner) = joined_by(JoinPolicy::Approval);
    let Ok(Entered::Asks(asking, _)) = come(&approval, None) else { panic!("a group with approval") };
    assert_eq!(asking.joined_at, None);
    assert_eq!(come(&approval, Some(asking.clone())), Ok(Entered::Unchanged(asking.clone())));
    let (let_in, fact) = owner.approve(&approval, &asking, MOST, now()).unwrap();
    assert_eq!((let_in.is_member(), fact.by), (true, account(0)));
    assert!(owner.approve(&approval, &let_in, MOST, now()).is_err());
    assert!(owner.refuse(&asking).is_ok() && asking.withdraw().is_ok() && let_in.withdraw().is_err());

    let (closed, owner) = joined_by(JoinPolicy::Invite);
    assert_eq!(come(&closed, None), Err(GroupRefused::InvitationOnly));
    let Ok(Invited::Asked(invited, _)) = owner.invite(&closed, account(1), None, MOST, now()) else {
        panic!("nobody is invited")
    };
    assert!(matches!(come(&closed, Some(invited.clone())), Ok(Entered::Joined(..))));
    assert!(invited.decline().is_ok() && owner.uninvite(&invited).is_ok());
    let Ok(Invited::Joined(..)) = owner.invite(&approval, account(1), Some(asking), MOST, now()) else {
        panic!("who asked is not in")
    };
    // A code is as good as an invitation.
    let by_code = closed.enter_with_code(account(1), None, account(0), MOST, now());
    assert!(matches!(by_code, Ok(Entered::Joined(..))));

    let (banned, _) = owner.ban(account(1), None, reason(), now()).unwrap();
    for group in [&open, &approval, &closed] {
        assert!(come(group, Some(banned.clone())).is_err());
        assert!(group.enter_with_code(account(1), Some(banned.clone()), account(0), MOST, now()).is_err());
    }
    assert!(owner.invite(&closed, account(1), Some(banned.clone()), MOST, now()).is_err());
    assert!(owner.unban(&banned).is_ok());
    assert_eq!(banned.own().note, None, "why is for who looks after the group");
}

#[test]
fn nobody_joins_a_full_group_nor_one_that_was_put_away() {
    let (open, owner) = group(|input| input.member_limit = Some(2));
    let full = Group { members: 2, ..open.clone() };
    assert_eq!(full.enter(account(1), None, None, MOST, now()), Err(GroupRefused::Full));
    assert_eq!(open.limit(1), 1, "no group has more than the community allows");
    assert_eq!(open.enter(account(1), None, None, 1, now()), Err(GroupRefused::Full));
    let draft = GroupDraft { member_limit: crate::collection::Whole::new(2).ok(), ..full.draft.clone() };
    let three = Group { members: 3, ..full };
    assert_eq!(three.change(draft, &owner, now()).unwrap_err(), GroupRefused::MoreMembers(3));

    let (away, _) = open.archive(&owner, now()).unwrap();
    assert!(away.enter(account(1), None, None, MOST, now()).is_err());
    assert!(owner.invite(&away, account(1), None, MOST, now()).is_err());
    assert!(owner.require_posting(&away).is_err());
    assert!(away.clone().archive(&owner, now()).is_err());
    let (back, _) = away.reopen(&owner, now()).unwrap();
    assert!(back.enter(account(1), None, None, MOST, now()).is_ok());
}

#[test]
fn what_is_hidden_is_there_for_members_and_who_is_invited() {
    for visibility in GroupVisibility::ALL {
        let (group, owner) = group(|input| input.visibility = Some(visibility.as_str().into()));
        let with = |state| GroupMembership { state, ..owner.clone() };
        let hidden = *visibility == GroupVisibility::Hidden;
        let open = *visibility == GroupVisibility::Public;
        assert_eq!((group.is_there_for(None), group.is_open_to(None)), (!hidden, open));
        for state in GroupMemberState::ALL {
            let own = with(*state);
            let known = matches!(state, GroupMemberState::Member | GroupMemberState::Invited);
            assert_eq!(group.is_there_for(Some(&own)), !hidden || known, "{visibility} {state}");
            assert_eq!(group.is_open_to(Some(&own)), open || own.is_member(), "{visibility} {state}");
        }
    }
}

#[test]
fn who_posts_is_set_for_the_group() {
    for rule in PostingRule::ALL {
        let (group, _) = group(|input| input.posting = Some(rule.as_str().into()));
        let lets = |role| member(&group, 1, role).require_posting(&group).is_ok();
        assert!(lets(GroupRole::Owner) && lets(GroupRole::Admin));
        assert_eq!(lets(GroupRole::Moderator), *rule != PostingRule::Admins);
        assert_eq!(lets(GroupRole::Member), *rule == PostingRule::Members);
    }
}

//! Groups, and who belongs to them.

use futures::StreamExt;
use smilefactory_core::community::{
    GroupCodeInput, GroupInput, GroupMemberState, GroupPatch, GroupPermission, GroupRole, GroupSort,
    GroupVisibility, JoinPolicy,
};
use smilefactory_core::content::{MediaType, PostInput, PostKind};
use smilefactory_core::id::{CategoryId, Id};
use smilefactory_core::profile::ProfileKind;

use super::events::{events_take, in_hours};
use super::files::A_GIF;
use super::profiles::filled_in;
use super::world::World;

fn input(name: &str, policy: JoinPolicy) -> GroupInput {
    GroupInput {
        name: name.into(),
        slug: name.to_lowercase(),
        visibility: Some("private".into()),
        join_policy: Some(policy.as_str().into()),
        ..GroupInput::default()
    }
}

pub(crate) async fn walk(world: &World) {
    let (owner, rudo) = (world.member("owner-of-groups").await, world.member("rudo-in-groups").await);
    let tino = world.member("tino-in-groups").await;
    tino.client.profiles().create(&filled_in(ProfileKind::CommunityMember)).await.unwrap();
    rudo.client.profiles().create(&filled_in(ProfileKind::CommunityMember)).await.unwrap();
    let (groups, theirs) = (owner.client.groups(), rudo.client.groups());
    assert_eq!(groups.roles().await.unwrap().len(), GroupRole::ALL.len());
    let made = groups.create(&input("Irrigation", JoinPolicy::Approval)).await.unwrap();
    let taken = groups.create(&input("Irrigation", JoinPolicy::Open)).await.unwrap_err();
    assert!(taken.is_conflict());
    let patch = GroupPatch { name: "Irrigation and wells".to_owned().into(), ..GroupPatch::default() };
    let changed = groups.edit(&made, &patch).await.unwrap();
    assert!(groups.edit(&made, &patch).await.unwrap_err().is_stale());
    let away = groups.archive(&changed).await.unwrap();
    let id = groups.reopen(&away).await.unwrap().id;

    let asked = theirs.join(id, Some("I build one.")).await.unwrap();
    assert_eq!(asked.state, GroupMemberState::Requested);
    assert!(theirs.list_members(id).await.unwrap_err().is_forbidden());
    theirs.withdraw(id).await.unwrap();
    theirs.join(id, None).await.unwrap();
    tino.client.groups().join(id, None).await.unwrap();
    assert_eq!(groups.list_requests(id).limit(1).into_stream().count().await, 2);
    groups.decline_request(id, rudo.account.id).await.unwrap();
    groups.decline_request(id, tino.account.id).await.unwrap();
    theirs.join(id, None).await.unwrap();
    groups.approve(id, rudo.account.id).await.unwrap();
    assert_eq!(groups.list_members(id).limit(1).into_stream().count().await, 2);
    groups.change_role(id, rudo.account.id, GroupRole::Moderator).await.unwrap();
    let moderators = groups.list_members(id).role(GroupRole::Moderator).await.unwrap();
    assert_eq!(moderators.items[0].account, rudo.account.id);
    let view = theirs.get(id).await.unwrap();
    assert!(view.permissions.contains(&GroupPermission::BanMembers));
    assert!(theirs.remove(id, owner.account.id).await.unwrap_err().is_forbidden(), "no junior does");
    assert!(groups.leave(id).await.unwrap_err().is_step_refused(), "the last owner stays");
    theirs.leave(id).await.unwrap();

    groups.invite(id, rudo.account.id).await.unwrap();
    groups.invite(id, tino.account.id).await.unwrap();
    assert_eq!(groups.list_invitations(id).limit(1).into_stream().count().await, 2);
    groups.uninvite(id, rudo.account.id).await.unwrap();
    groups.invite(id, rudo.account.id).await.unwrap();
    theirs.decline(id).await.unwrap();
    groups.invite(id, rudo.account.id).await.unwrap();
    theirs.accept(id).await.unwrap();
    groups.remove(id, rudo.account.id).await.unwrap();
    groups.ban(id, rudo.account.id, "Advertises.").await.unwrap();
    groups.ban(id, tino.account.id, "Advertises.").await.unwrap();
    assert_eq!(groups.list_bans(id).limit(1).into_stream().count().await, 2);
    assert!(theirs.join(id, None).await.unwrap_err().is_step_refused());
    groups.unban(id, rudo.account.id).await.unwrap();

    let mut posts = Vec::new();
    for title in ["Which pump?", "Which well?"] {
        let gif = owner.client.media().upload("pixel.gif", MediaType::Gif, A_GIF.to_vec()).await.unwrap();
        let input = PostInput {
            kind: "discussion".into(),
            title: Some(title.into()),
            body: "It rains.".into(),
            attachments: vec![gif.id.to_string()],
            ..PostInput::default()
        };
        let post = groups.draft_post(id, &input).await.unwrap();
        posts.push(owner.client.posts().publish(&post).await.unwrap());
    }
    assert_eq!(groups.list_posts(id).kind(PostKind::Discussion).limit(1).into_stream().count().await, 2);
    assert_eq!(groups.list_files(id).limit(1).into_stream().count().await, 2);
    groups.take_off(id, posts[0].id).await.unwrap();
    assert_eq!(groups.list_posts(id).await.unwrap().items.len(), 1);

    events_take(world, 0).await;
    let event = groups.create_event(id, &in_hours(world, 6)).await.unwrap();
    assert_eq!(event.group, Some(id));
    owner.client.events().publish(event.id).await.unwrap();
    let other = groups.create_event(id, &in_hours(world, 7)).await.unwrap();
    owner.client.events().publish(other.id).await.unwrap();
    assert_eq!(groups.list_events(id).limit(1).into_stream().count().await, 2);
    assert_eq!(groups.list_events(id).past().await.unwrap().items.len(), 0);

    let code = groups.make_code(id, &GroupCodeInput::default()).await.unwrap();
    let spare = groups.make_code(id, &GroupCodeInput::default()).await.unwrap();
    groups.revoke_code(id, spare.made.id).await.unwrap();
    assert_eq!(groups.list_codes(id).limit(1).into_stream().count().await, 2);
    assert!(theirs.join_with_code(&spare.code).await.unwrap_err().is_not_found());
    assert_eq!(theirs.join_with_code(&code.code).await.unwrap().state, GroupMemberState::Member);

    groups.create(&input("Maize", JoinPolicy::Open)).await.unwrap();
    assert_eq!(groups.list().limit(1).into_stream().count().await, 2);
    let mine = theirs.list().mine(GroupMemberState::Member).sort(GroupSort::Trending);
    assert_eq!(mine.await.unwrap().items[0].group.id, id);
    let open =
        groups.list().join_policy(JoinPolicy::Open).visibility(GroupVisibility::Private).await.unwrap();
    assert_eq!(open.items.len(), 1);
    assert_eq!(groups.list().archived().await.unwrap().items.len(), 0);
    let nowhere = CategoryId::from_uuid(uuid::Uuid::nil());
    assert_eq!(groups.list().category(nowhere).await.unwrap().items.len(), 0);
    let stranger = world.stranger("abroad-in-groups").await.client;
    assert!(stranger.groups().get(id).await.unwrap_err().is_not_found());
}

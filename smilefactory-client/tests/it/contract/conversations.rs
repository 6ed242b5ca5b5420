//! Conversations of two and of many, and what is said in them.

use futures::{StreamExt, TryStreamExt};
use smilefactory_core::content::{MediaType, MediaVariant, Reaction};
use smilefactory_core::messaging::{
    GroupInvitationInput, GroupSettingsPatch, InboxFilter, MarksInput, MemberRole, MemberState,
    MembershipSettingsPatch, MessageInput, MessageOrder, NewGroupInput,
};
use smilefactory_core::profile::ProfileKind;

use super::files::A_GIF;
use super::profiles::filled_in;
use super::world::World;

fn says(body: &str) -> MessageInput {
    MessageInput { body: Some(body.into()), ..MessageInput::default() }
}

pub(crate) async fn walk(world: &World) {
    direct(world).await;
    group(world).await;
}

async fn direct(world: &World) {
    let (chipo, kuda) = (world.member("chipo-writes").await, world.member("kuda-writes").await);
    let (messages, theirs) = (chipo.client.messages(), kuda.client.messages());
    let nobody = messages.write_to(kuda.account.id, &says("Hello.")).await.unwrap_err();
    assert!(nobody.is_not_found(), "without a profile they are there for no stranger");
    kuda.client.profiles().create(&filled_in(ProfileKind::Mentor)).await.unwrap();
    chipo.client.profiles().create(&filled_in(ProfileKind::Innovator)).await.unwrap();
    let first = messages.write_to(kuda.account.id, &says("May I ask?")).idempotency_key("ask").await.unwrap();
    let again = messages.write_to(kuda.account.id, &says("May I ask?")).idempotency_key("ask").await.unwrap();
    assert_eq!((first.seq, again.id), (1, first.id));
    let id = first.conversation;
    let mine = MessageInput {
        id: Some(world.db.store.new_id::<smilefactory_core::id::MessageId>().unwrap().to_string()),
        ..says("Sent twice.")
    };
    let once = messages.send(id, &mine).await.unwrap();
    assert_eq!(messages.send(id, &mine).await.unwrap().seq, once.seq);

    let inbox = kuda.client.conversations();
    assert_eq!(inbox.list().show(InboxFilter::Requests).await.unwrap().items.len(), 1);
    assert_eq!(inbox.unread().await.unwrap().requests, 1);
    inbox.accept(id).await.unwrap();
    assert_eq!(inbox.with(chipo.account.id).await.unwrap().conversation.id, id);
    assert_eq!(inbox.unread().await.unwrap().messages, 2);
    let marks = MarksInput { delivered_seq: Some(2), read_seq: Some(1) };
    assert_eq!(inbox.mark(id, &marks).await.unwrap().delivered_seq, 2);
    assert_eq!(inbox.mark_read(id, 2).await.unwrap().read_seq, 2);
    assert_eq!(chipo.client.conversations().receipts(id).await.unwrap()[0].read_seq, 2);

    let input = MessageInput { reply_to: Some(first.id.to_string()), ..says("Ask **away**.") };
    let reply = theirs.send(id, &input).await.unwrap();
    let edited = theirs.edit(&reply, "Ask, by all means.").await.unwrap();
    assert!(theirs.edit(&reply, "Too late.").await.unwrap_err().is_stale());
    assert!(messages.edit(&edited, "Mine?").await.unwrap_err().is_forbidden());
    messages.react(reply.id, Reaction::Like).await.unwrap();
    theirs.react(reply.id, Reaction::Support).await.unwrap();
    assert_eq!(theirs.list_reactions(reply.id).limit(1).into_stream().count().await, 2);
    messages.unreact(reply.id).await.unwrap();
    for about in ["About the pump.", "The pump is blue."] {
        let threaded = MessageInput { thread: Some(first.id.to_string()), ..says(about) };
        messages.send(id, &threaded).await.unwrap();
    }
    assert_eq!(messages.list_thread(first.id).limit(1).into_stream().count().await, 2);
    assert_eq!(messages.get(first.id).await.unwrap().replies, 2);

    let file = chipo.client.media().upload("pixel.gif", MediaType::Gif, A_GIF.to_vec()).await.unwrap();
    let with_file = MessageInput { attachments: vec![file.id.to_string()], ..MessageInput::default() };
    let with_file = messages.send(id, &with_file).await.unwrap();
    let url = theirs.file_url(with_file.id, file.id, MediaVariant::Original).await.unwrap();
    assert!(!kuda.client.media().fetch(&url).await.unwrap().is_empty());
    assert_eq!(kuda.client.media().get(file.id).await.unwrap().id, file.id);
    assert!(chipo.client.media().delete(file.id).await.unwrap_err().is_step_refused());

    let found: Vec<_> = theirs.search("pump").limit(1).into_stream().try_collect().await.unwrap();
    assert_eq!(found.len(), 2);
    let all: Vec<_> = theirs
        .list(id)
        .order(MessageOrder::Oldest)
        .from(2)
        .limit(2)
        .into_stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(all.iter().map(|message| message.seq).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
    messages.delete(with_file.id).await.unwrap();
    assert!(messages.get(with_file.id).await.unwrap().deleted_at.is_some());

    let patch = MembershipSettingsPatch { pinned: true.into(), ..MembershipSettingsPatch::default() };
    assert!(inbox.keep(id, &patch).await.unwrap().pinned_at.is_some());
    chipo
        .client
        .conversations()
        .begin_group(&NewGroupInput { title: "Wells".into(), ..NewGroupInput::default() })
        .await
        .unwrap();
    assert_eq!(chipo.client.conversations().list().limit(1).into_stream().count().await, 2);
    let stranger = world.stranger("abroad-writes").await.client;
    assert!(stranger.messages().get(first.id).await.unwrap_err().is_not_found());
    assert!(stranger.conversations().get(id).await.unwrap_err().is_not_found());
}

async fn group(world: &World) {
    let (owner, rudo) = (world.member("owner-of-pumps").await, world.member("rudo-joins").await);
    let groups = owner.client.conversations();
    let input = NewGroupInput {
        title: "Pumps".into(),
        approval: Some(true),
        history: Some("start".into()),
        ..NewGroupInput::default()
    };
    let made = groups.begin_group(&input).await.unwrap();
    let code = groups.make_invitation(made.id, &GroupInvitationInput::default()).await.unwrap();
    let spare = groups.make_invitation(made.id, &GroupInvitationInput::default()).await.unwrap();
    groups.revoke_invitation(made.id, spare.invitation.id).await.unwrap();
    assert_eq!(groups.list_invitations(made.id).limit(1).into_stream().count().await, 2);
    let theirs = rudo.client.conversations();
    assert!(theirs.join(&spare.code).await.unwrap_err().is_not_found());
    assert_eq!(theirs.join(&code.code).await.unwrap().state, MemberState::Requested);
    let asking = groups.list_members(made.id).state(MemberState::Requested).limit(1).await.unwrap();
    assert_eq!(asking.items[0].account, rudo.account.id);
    // To be agreed to takes nothing but having asked; to be added by a stranger takes a profile.
    rudo.client.profiles().create(&filled_in(ProfileKind::CommunityMember)).await.unwrap();
    groups.add_member(made.id, rudo.account.id).await.unwrap();
    assert_eq!(groups.list_members(made.id).limit(1).into_stream().count().await, 2);
    owner.client.messages().send(made.id, &says("Welcome.")).await.unwrap();
    assert_eq!(theirs.get(made.id).await.unwrap().unread, 1);
    groups.change_role(made.id, rudo.account.id, MemberRole::Admin).await.unwrap();
    let patch =
        GroupSettingsPatch { title: "Pumps and wells".to_owned().into(), ..GroupSettingsPatch::default() };
    let changed = theirs.change_group(&made, &patch).await.unwrap();
    assert_eq!(changed.title.unwrap().as_str(), "Pumps and wells");
    assert!(theirs.change_group(&made, &patch).await.unwrap_err().is_stale());
    assert!(groups.leave(made.id).await.unwrap_err().is_step_refused(), "the last owner stays");
    groups.remove_member(made.id, rudo.account.id).await.unwrap();
    assert!(theirs.get(made.id).await.unwrap_err().is_not_found());
    groups.leave(made.id).await.unwrap();

    let tendai = world.member("tendai-declines").await;
    tendai.client.profiles().create(&filled_in(ProfileKind::CommunityMember)).await.unwrap();
    let input = NewGroupInput { members: vec![tendai.account.id.to_string()], ..input };
    let made = groups.begin_group(&input).await.unwrap();
    tendai.client.conversations().decline(made.id).await.unwrap();
    assert!(tendai.client.conversations().get(made.id).await.unwrap_err().is_not_found());
}

//! What somebody is told, and the copy of their own data.

use std::collections::BTreeMap;

use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::messaging::notification::{Notification, NotificationKind};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::messaging::{NotificationFilter, Reading};
use uuid::Uuid;

use super::Look;

fn page<K>() -> PageRequest<K> {
    PageRequest::first(PageSize::MAX)
}

fn place(told: &Notification) -> Uuid {
    let target = &told.target;
    let place = target.request.map(|id| id.uuid()).or(target.post.map(|id| id.uuid()));
    place.or(target.conversation.map(|id| id.uuid())).unwrap_or_default()
}

pub(super) async fn notifications(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let reading = Reading { account: me, staff: look.viewer.staff };
    let allowed = world.told(me);
    let all = NotificationFilter::new();
    let list = look.tx.notifications().list(reading, &all, &page()).await.unwrap().items;
    look.exactly(
        "a list",
        list.iter().map(|told| (told.kind.as_str(), place(told))),
        allowed.keys().copied(),
    );
    for told in &list {
        let Some(who) = allowed.get(&(told.kind.as_str(), place(told))) else { continue };
        let named: Vec<AccountId> = told.actors.iter().map(|actor| actor.account).collect();
        look.number(
            "how many did it",
            u64::from(told.others) + u64::try_from(named.len()).unwrap(),
            who.len(),
        );
        let seen =
            named.iter().filter(|actor| who.contains(actor) && world.reads_profile(me, **actor)).copied();
        let seen: Vec<_> = seen.collect();
        look.exactly("who did it", named, seen);
        // All who may be named are, as long as there is room.
        let readable = who.iter().filter(|actor| world.reads_profile(me, **actor)).count();
        if who.len() <= Notification::NAMED {
            look.number("how many are named", told.actors.len().try_into().unwrap(), readable);
        }
        for person in world.people.iter().filter(|person| !world.reads_profile(me, person.id)) {
            let named = told.text.split(' ').any(|word| word == person.name);
            look.number("a name in the text", named.into(), 0);
        }
        let by_id = look.tx.notifications().get(reading, told.id).await.unwrap();
        assert_eq!(by_id.as_ref(), Some(told), "the same by its id");
    }
    let unread = look.tx.notifications().count_unread(me).await.unwrap().unread;
    look.number("what is unread", unread.into(), allowed.len());
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (kind, _) in allowed.keys() {
        *kinds.entry(kind).or_default() += 1;
    }
    for kind in NotificationKind::ALL {
        let of_kind = NotificationFilter::new().unread().of_kind(*kind);
        let found = look.tx.notifications().list(reading, &of_kind, &page()).await.unwrap().items.len();
        look.number(
            "a kind",
            found.try_into().unwrap(),
            kinds.get(kind.as_str()).copied().unwrap_or_default(),
        );
    }
    // What a mail of the day would gather.
    let day = (chrono::DateTime::UNIX_EPOCH, look.tx.now() + chrono::TimeDelta::days(1));
    let found =
        look.tx.notifications().list_unread_between(reading, NotificationKind::ALL, day).await.unwrap();
    look.exactly(
        "a mail",
        found.iter().map(|told| (told.kind.as_str(), place(told))),
        allowed.keys().copied(),
    );
    // Of what others are told nothing is there.
    let other = look.everybody().into_iter().find(|other| *other != me).unwrap();
    let theirs = Reading { account: other, staff: false };
    for told in look.tx.notifications().list(theirs, &all, &page()).await.unwrap().items {
        let mine = look.tx.notifications().get(reading, told.id).await.unwrap();
        look.number("somebody else's", mine.is_some().into(), 0);
    }
}

/// The lists that only the copy of one's own data has.
pub(super) async fn export(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let conversations = world.conversations.iter();
    let mine =
        conversations.clone().filter(|known| known.members.contains_key(&me) || known.asked.contains(&me));
    let found = look.tx.members().list_of_account(me, &page()).await.unwrap().items;
    for member in &found {
        assert_eq!(member.account, me);
        let shown = member.invited_by.is_some_and(|by| world.blocked(me, by));
        look.number("who asked them to join", shown.into(), 0);
    }
    look.exactly("conversations", found.iter().map(|member| member.conversation), mine.map(|known| known.id));
    let said = conversations.clone().flat_map(|known| &known.messages);
    let mine = said.clone().filter(|message| message.sender == me).map(|message| message.id);
    let found = look.tx.messages().list_of_sender(me, &page()).await.unwrap().items;
    look.exactly("messages", found.into_iter().map(|message| message.id), mine);
    let liked = said.filter(|message| message.likes.contains(&me)).map(|message| message.id);
    let found = look.tx.messages().list_reactions_of(me, &page()).await.unwrap().items;
    look.exactly("reactions to messages", found.into_iter().map(|reaction| reaction.message), liked);
    let posts =
        world.reactions.iter().chain(&world.saved).filter(|(_, who)| *who == me).map(|(post, _)| *post);
    let posts: std::collections::BTreeSet<_> = posts.collect();
    let found = look.tx.engagement().list_of_account(me, &page()).await.unwrap().items;
    look.exactly("what they did with posts", found.into_iter().map(|action| action.post), posts);
    let votes = world.votes.iter().filter(|(_, who)| *who == me).map(|(post, _)| *post);
    let found = look.tx.votes().list_of_voter(me, &page()).await.unwrap().items;
    look.exactly("votes", found.into_iter().map(|vote| vote.post), votes);
    let comments = world.comment_likes.iter().filter(|(_, who)| *who == me).map(|(comment, _)| *comment);
    let found = look.tx.engagement().list_comment_reactions(me, &page()).await.unwrap().items;
    look.exactly("reactions to comments", found.into_iter().map(|reaction| reaction.comment), comments);
    let comments = world.comments.iter().filter(|comment| comment.author == me).map(|comment| comment.id);
    let found = look.tx.comments().list_of_author(me, &page()).await.unwrap().items;
    look.exactly("comments", found.iter().map(|comment| comment.id), comments);
    for comment in found {
        let likes = world.comment_likes.iter().filter(|(of, _)| *of == comment.id).map(|(_, who)| *who);
        look.number("likes", comment.reactions.like.into(), world.told_of(me, likes));
    }
}

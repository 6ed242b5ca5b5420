//! Everything in the store that shows people something of each other.

use std::collections::{BTreeMap, BTreeSet};

use smilefactory_core::content::{CommentSort, PostKind, PostSearch};
use smilefactory_core::id::{AccountId, CommentId};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::{ProfileFacets, ProfileKind, ViewerClass};
use smilefactory_core::social::{ConnectionSort, Pair};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::{PostFilter, Thread};
use smilefactory_store::repo::profile::ProfileFilter;
use smilefactory_store::repo::social::{ConnectionFilter, Direction, RequestFilter};
use smilefactory_store::search::{PostgresSearch, SearchIndex};

use super::{Look, Surface, conversations, feeds, groups, live, networks, own, tabs};

/// One line each.
pub(super) const ALL: &[(&str, Surface)] = &[
    ("the class of a viewer", |look| Box::pin(classes(look))),
    ("a profile and its fields", |look| Box::pin(profiles(look))),
    ("the lists of profiles", |look| Box::pin(profile_lists(look))),
    ("the orders of profiles", |look| Box::pin(tabs::orders(look))),
    ("the counts of profiles", |look| Box::pin(facets(look))),
    ("the counts of posts", |look| Box::pin(tabs::posts(look))),
    ("the counts of groups", |look| Box::pin(tabs::groups(look))),
    ("the groups that are recommended", |look| Box::pin(tabs::recommended(look))),
    ("whom matching may propose", |look| Box::pin(candidates(look))),
    ("the connections of everybody", |look| Box::pin(connections(look))),
    ("mutual connections", |look| Box::pin(mutuals(look))),
    ("requests to connect", |look| Box::pin(requests(look))),
    ("follows", |look| Box::pin(follows(look))),
    ("blocks and mutes", |look| Box::pin(barriers(look))),
    ("the lists of posts", |look| Box::pin(posts(look))),
    ("feeds", |look| Box::pin(feeds::modes(look))),
    ("the counts of feeds", |look| Box::pin(feeds::facets(look))),
    ("the search of posts", |look| Box::pin(search(look))),
    ("saved posts", |look| Box::pin(saved(look))),
    ("threads of comments", |look| Box::pin(comments(look))),
    ("reactions", |look| Box::pin(reactions(look))),
    ("votes in polls", |look| Box::pin(votes(look))),
    ("who looked at the own profile", |look| Box::pin(views(look))),
    ("the lists of conversations", |look| Box::pin(conversations::lists(look))),
    ("who belongs to conversations", |look| Box::pin(conversations::members(look))),
    ("messages", |look| Box::pin(conversations::messages(look))),
    ("the search of messages", |look| Box::pin(conversations::search(look))),
    ("groups", |look| Box::pin(groups::groups(look))),
    ("what is posted in groups", |look| Box::pin(groups::posts(look))),
    ("who belongs to groups", |look| Box::pin(groups::members(look))),
    ("what happened, as the live stream tells it", |look| Box::pin(live::stream(look))),
    ("who types and who is there", |look| Box::pin(live::signals(look))),
    ("notifications", |look| Box::pin(own::notifications(look))),
    ("the copy of the own data", |look| Box::pin(own::export(look))),
    ("how strong connections are", |look| Box::pin(networks::strengths(look))),
    ("the numbers of a network", |look| Box::pin(networks::numbers(look))),
    ("the ways to others", |look| Box::pin(networks::ways(look))),
    ("who asks to be introduced", |look| Box::pin(networks::questions(look))),
];

fn page<K>() -> PageRequest<K> {
    PageRequest::first(PageSize::MAX)
}

async fn classes(look: &mut Look<'_>) {
    let (me, everybody) = (look.me(), look.everybody());
    let classes = look.tx.relations().classes_of(me, &everybody).await.unwrap();
    assert_eq!(classes.len(), everybody.len());
    for other in everybody {
        let expected = if other == me {
            ViewerClass::Owner
        } else if look.world.blocked(me, other) {
            ViewerClass::Blocked
        } else if look.world.tied(me, other) {
            ViewerClass::Connection
        } else if look.world.shares_group(me, other) {
            ViewerClass::Group
        } else {
            ViewerClass::Member
        };
        look.exactly("a class", [classes[&other].as_str()], [expected.as_str()]);
        let alone = look.tx.relations().class_of(me, other).await.unwrap();
        look.exactly("a class alone", [alone.as_str()], [expected.as_str()]);
        let barred = look.tx.relations().is_barred(me, other).await.unwrap();
        look.number("a barrier", barred.into(), look.world.blocked(me, other).into());
    }
}

async fn profiles(look: &mut Look<'_>) {
    let me = look.me();
    for other in look.everybody() {
        let class = look.tx.relations().class_of(me, other).await.unwrap();
        let class = match class {
            ViewerClass::Owner => class,
            _ if look.viewer.staff => ViewerClass::Staff,
            _ => class,
        };
        let profile = look.tx.profiles().get(other).await.unwrap().unwrap();
        let owner = look.tx.accounts().get(other).await.unwrap().unwrap();
        let view = profile.seen_by(&owner, class);
        look.number("a profile", view.is_some().into(), look.world.reads_profile(me, other).into());
        let Some(view) = view else { continue };
        let (world, shown) = (look.world, view.location.is_some());
        look.number("a place", shown.into(), world.sees_location(me, other).into());
        let allowed = world.sees_list(me, other) || !world.shown(other);
        look.number(
            "whether a list is shown",
            (view.connections_shown || !world.shown(other)).into(),
            allowed.into(),
        );
        look.exactly("a kind", [view.details.kind()], [world.kind_seen(me, other)]);
    }
}

/// The lists with each filter, against the same question asked of the oracle.
async fn profile_lists(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let listed: Vec<AccountId> =
        look.everybody().into_iter().filter(|other| world.lists_profile(me, *other)).collect();
    let of = |filter: &dyn Fn(AccountId) -> bool| -> Vec<AccountId> {
        listed.iter().copied().filter(|other| filter(*other)).collect()
    };
    let mut cases = vec![("all", ProfileFilter::new(), listed.clone())];
    for kind in ProfileKind::ALL {
        let expected = of(&|other| world.kind_seen(me, other) == *kind);
        cases.push(("a kind", ProfileFilter::new().of_kind(*kind), expected));
        let expected =
            of(&|other| world.kind_seen(me, other) == *kind && world.person(other).skill == "solar");
        cases.push(("kind and skill", ProfileFilter::new().of_kind(*kind).with_skill("solar"), expected));
    }
    for country in ["ZW", "ZM"] {
        let there = |other| world.person(other).country == country && world.sees_location(me, other);
        let filter = ProfileFilter::new().in_country(country.parse().unwrap());
        cases.push(("a country", filter.clone(), of(&there)));
        let expected = of(&|other| there(other) && world.person(other).skill == "solar");
        cases.push(("country and skill", filter.clone().with_skill("solar"), expected));
        let innovators = of(&|other| there(other) && world.kind_seen(me, other) == ProfileKind::Innovator);
        cases.push(("country and kind", filter.of_kind(ProfileKind::Innovator), innovators));
    }
    let verified = of(&|other| world.person(other).verified);
    cases.push(("verified", ProfileFilter::new().verified(true), verified));
    for (what, filter, expected) in cases {
        let found = look.tx.profiles().list(&filter, &page()).await.unwrap();
        look.exactly(what, found.items.into_iter().map(|profile| profile.account), expected);
    }
    // Pages of two put together are the whole list, all but the last of them full.
    let (mut found, mut request) = (Vec::new(), PageRequest::first(PageSize::new(2).unwrap()));
    loop {
        let next = look.tx.profiles().list(&ProfileFilter::new(), &request).await.unwrap();
        assert!(next.next.is_none() || next.items.len() == 2, "a page that is not full");
        found.extend(next.items.into_iter().map(|profile| profile.account));
        let Some(key) = next.next else { break };
        request = PageRequest::after(request.size, key);
    }
    look.exactly("pages", found, listed);
}

async fn facets(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let listed: Vec<AccountId> =
        look.everybody().into_iter().filter(|other| world.lists_profile(me, *other)).collect();
    let counted = |value: &dyn Fn(AccountId) -> Option<String>| {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for value in listed.iter().filter_map(|other| value(*other)) {
            *counts.entry(value).or_default() += 1;
        }
        counts
    };
    let kinds = counted(&|other| Some(world.kind_seen(me, other).to_string()));
    let countries =
        counted(&|other| world.sees_location(me, other).then(|| world.person(other).country.clone()));
    let cities =
        counted(&|other| world.sees_location(me, other).then(|| world.person(other).city().to_owned()));
    let skills = counted(&|other| Some(world.person(other).skill.clone()));
    let interests = counted(&|_| Some("maize".to_owned()));
    let ProfileFacets { counted, more, kinds: k, countries: c, cities: t, skills: s, interests: i } =
        look.tx.profiles().count_facets(&ProfileFilter::new()).await.unwrap();
    look.number("counted", counted.into(), listed.len());
    assert!(!more);
    for (what, shown, allowed) in [
        ("kinds", k, kinds),
        ("countries", c, countries),
        ("cities", t, cities),
        ("skills", s, skills),
        ("interests", i, interests),
    ] {
        look.exactly(what, shown.into_iter().map(|facet| (facet.value, facet.profiles)), allowed);
    }
}

async fn candidates(look: &mut Look<'_>) {
    let (me, everybody) = (look.me(), look.everybody());
    let allowed = look.world.candidates(me);
    let listed = look.tx.profiles().list_candidates(me, ProfileKind::ALL, &page()).await.unwrap();
    let listed = listed.items.into_iter().map(|found| found.profile.account).filter(|found| *found != me);
    look.exactly("a list", listed, allowed.clone());
    let read = look.tx.profiles().get_candidates(me, &everybody).await.unwrap();
    let read = read.into_iter().map(|found| found.profile.account).filter(|found| *found != me);
    look.exactly("by ids", read, allowed);
}

async fn connections(look: &mut Look<'_>) {
    let me = look.me();
    for owner in look.everybody() {
        let allowed = look.world.acquaintances(me, owner);
        // How strong somebody else's connections are is for nobody.
        for sort in
            ConnectionSort::ALL.iter().filter(|sort| owner == me || **sort != ConnectionSort::Strength)
        {
            let filter = ConnectionFilter::new().sorted(*sort);
            let list = look.tx.connections().list(owner, &filter, &page()).await.unwrap();
            look.exactly("a list", list.items.into_iter().map(|item| item.account), allowed.clone());
        }
        let count = look.tx.connections().count(owner).await.unwrap();
        look.number("a count", count, allowed.len());
        // One's own connection is there whatever the other hides.
        let Some(pair) = Pair::new(me, owner) else { continue };
        let there = look.tx.connections().get(pair).await.unwrap().is_some();
        look.number("one's own", there.into(), look.world.tied(me, owner).into());
    }
}

async fn mutuals(look: &mut Look<'_>) {
    let (me, everybody) = (look.me(), look.everybody());
    let counts = look.tx.connections().count_mutual(me, &everybody).await.unwrap();
    let counts: BTreeMap<AccountId, u64> = counts.into_iter().collect();
    for other in everybody.into_iter().filter(|other| *other != me) {
        let allowed = look.world.mutuals(me, other);
        look.number("a count", counts.get(&other).copied().unwrap_or(0), allowed.len());
        let list = look.tx.connections().list_mutual(me, other, &page()).await.unwrap();
        look.exactly("a list", list.items.into_iter().map(|item| item.account), allowed);
    }
}

async fn requests(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let suspended = |id| world.person(id).state == smilefactory_core::profile::ProfileState::Suspended;
    let incoming = world
        .requests
        .iter()
        .filter(|(_, from, to)| *to == me && !world.barred(me, *from) && !suspended(*from));
    let outgoing = world
        .requests
        .iter()
        .filter(|(_, from, to)| *from == me && !world.blocked(me, *to) && !suspended(*to));
    for (direction, allowed) in [
        (Direction::Incoming, incoming.map(|(id, ..)| *id).collect::<BTreeSet<_>>()),
        (Direction::Outgoing, outgoing.map(|(id, ..)| *id).collect()),
    ] {
        let filter = RequestFilter { direction, state: None };
        let list = look.tx.connection_requests().list(me, filter, &page()).await.unwrap();
        look.exactly("a list", list.items.into_iter().map(|request| request.id), allowed);
    }
}

async fn follows(look: &mut Look<'_>) {
    let me = look.me();
    for owner in look.everybody() {
        let world = look.world;
        let seen = |other: &AccountId| world.lists_profile(me, *other);
        let follows = world.follows.iter();
        let following = follows.clone().filter(|(who, _)| *who == owner).map(|(_, other)| *other);
        let followers = follows.filter(|(_, other)| *other == owner).map(|(who, _)| *who);
        let (following, followers): (Vec<_>, Vec<_>) =
            (following.filter(seen).collect(), followers.filter(seen).collect());
        let list = look.tx.follows().list(owner, &page()).await.unwrap();
        look.exactly("whom somebody follows", list.items.into_iter().map(|item| item.account), following);
        let list = look.tx.follows().list_followers(owner, &page()).await.unwrap();
        look.exactly("who follows somebody", list.items.into_iter().map(|item| item.account), followers);
    }
}

async fn barriers(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let mine = |all: &BTreeSet<(AccountId, AccountId)>| -> Vec<AccountId> {
        all.iter().filter(|(who, _)| *who == me).map(|(_, other)| *other).collect()
    };
    let blocks = look.tx.blocks().list(me, &page()).await.unwrap();
    look.exactly("blocks", blocks.items.into_iter().map(|block| block.account), mine(&world.blocks));
    let mutes = look.tx.mutes().list(me, &page()).await.unwrap();
    look.exactly("mutes", mutes.items.into_iter().map(|mute| mute.account), mine(&world.mutes));
}

async fn posts(look: &mut Look<'_>) {
    let me = look.me();
    let allowed = look.world.listed_posts(me);
    let category = look.world.category;
    let ways = || {
        let all = PostFilter::new();
        [
            all.clone(),
            all.clone().tagged("rain"),
            all.clone().in_category(category),
            all.tagged("rain").in_category(category),
        ]
    };
    for filter in ways() {
        let list = look.tx.posts().list(&filter, &page()).await.unwrap();
        look.exactly("a list", list.items.into_iter().map(|post| post.id), allowed.clone());
        for (kind, poll) in [(PostKind::Post, false), (PostKind::Poll, true)] {
            let of_kind =
                look.world.posts.iter().filter(|post| post.poll == poll && allowed.contains(&post.id));
            let of_kind: BTreeSet<_> = of_kind.map(|post| post.id).collect();
            let list = look.tx.posts().list(&filter.clone().of_kind(kind), &page()).await.unwrap();
            look.exactly("a kind", list.items.into_iter().map(|post| post.id), of_kind);
        }
    }
    for author in look.everybody() {
        let allowed = look.world.posts_by(me, author);
        for filter in ways() {
            let filter = filter.by(author);
            let list = look.tx.posts().list(&filter, &page()).await.unwrap();
            look.exactly("an author's list", list.items.into_iter().map(|post| post.id), allowed.clone());
        }
    }
}

async fn search(look: &mut Look<'_>) {
    let me = look.me();
    for text in ["pumps", "pumpz"] {
        let search = PostSearch::new(text.parse().unwrap());
        let found = PostgresSearch.posts(&mut look.tx, &search, &page()).await.unwrap();
        let allowed = look.world.listed_posts(me);
        look.exactly(text, found.items.into_iter().map(|hit| hit.post.id), allowed);
        for author in look.everybody() {
            let mut search = search.clone();
            search.author = Some(author);
            let found = PostgresSearch.posts(&mut look.tx, &search, &page()).await.unwrap();
            let allowed = look.world.posts_by(me, author);
            look.exactly("an author's", found.items.into_iter().map(|hit| hit.post.id), allowed);
        }
    }
}

async fn saved(look: &mut Look<'_>) {
    let (me, listed) = (look.me(), look.world.listed_posts(look.me()));
    let mine = look.world.saved.iter().filter(|(post, who)| *who == me && listed.contains(post));
    let mine: Vec<_> = mine.map(|(post, _)| *post).collect();
    let list = look.tx.engagement().list_saved(me, &page()).await.unwrap();
    look.exactly("a list", list.items.into_iter().map(|saved| saved.post.id), mine);
}

async fn comments(look: &mut Look<'_>) {
    let me = look.me();
    for post in look.world.posts.iter().filter(|post| post.shown) {
        let allowed = look.world.comments_on(me, post.id);
        for sort in CommentSort::ALL {
            let mut found: BTreeMap<CommentId, usize> = BTreeMap::new();
            let list = look.tx.comments().list(post.id, *sort, &page()).await.unwrap();
            let mut under: Vec<Thread> = list.items;
            while let Some(thread) = under.pop() {
                let replies = thread.comment.replies.try_into().unwrap();
                let likes = comment_likes(look, thread.comment.id);
                look.number("likes in a list", thread.comment.reactions.like.into(), likes);
                assert_eq!(found.insert(thread.comment.id, replies), None, "twice");
                if thread.more.is_some() {
                    let below =
                        look.tx.comments().list_replies(thread.comment.id, *sort, &page()).await.unwrap();
                    under.extend(below.items);
                } else {
                    under.extend(thread.replies);
                }
            }
            look.exactly("a thread", found, allowed.clone());
        }
        for (comment, replies) in &allowed {
            let read = look.tx.comments().get(*comment).await.unwrap().unwrap();
            look.number("replies", read.replies.into(), *replies);
            let likes = comment_likes(look, *comment);
            look.number("likes", read.reactions.like.into(), likes);
        }
        let count = look.tx.comments().count_of_posts(&[post.id]).await.unwrap()[0].1;
        look.number("a count", count, allowed.len());
    }
}

fn comment_likes(look: &Look<'_>, comment: CommentId) -> usize {
    let likes = look.world.comment_likes.iter().filter(|(of, _)| *of == comment);
    look.world.told_of(look.me(), likes.map(|(_, who)| *who))
}

async fn reactions(look: &mut Look<'_>) {
    let me = look.me();
    let listed = look.tx.posts().list(&PostFilter::new(), &page()).await.unwrap().items;
    for listed in look.tx.engagement().of_listed(listed, me).await.unwrap() {
        let (likes, comments) =
            (look.world.likes_of(me, listed.post.id).len(), look.world.comments_on(me, listed.post.id).len());
        look.number("likes in a list", listed.engagement.reactions.like.into(), likes);
        look.number("comments in a list", listed.engagement.comments.into(), comments);
    }
    for post in look.world.posts.iter().filter(|post| post.shown) {
        let allowed = look.world.likes_of(me, post.id);
        let list = look.tx.engagement().list_reactions(post.id, &page()).await.unwrap();
        look.exactly("a list", list.items.into_iter().map(|reaction| reaction.account), allowed.clone());
        let counts = look.tx.engagement().get(post.id, me).await.unwrap();
        look.number("a count", counts.reactions.like.into(), allowed.len());
        let saved = look.world.saved.iter().filter(|(of, _)| *of == post.id).map(|(_, who)| *who);
        let saved = saved.filter(|who| !look.world.hidden(me, *who)).count();
        look.number("saved", counts.saves.into(), saved);
    }
}

async fn votes(look: &mut Look<'_>) {
    let me = look.me();
    for post in look.world.posts.iter().filter(|post| post.shown && post.poll) {
        let voters = look.world.votes.iter().filter(|(of, _)| *of == post.id);
        let voters = look.world.told_of(me, voters.map(|(_, who)| *who));
        let read = look.tx.posts().get(post.id).await.unwrap().unwrap();
        let result = look.tx.votes().result(&read, me).await.unwrap();
        look.number("votes", result.votes[0], voters);
        look.number("voters", result.voters, voters);
    }
}

async fn views(look: &mut Look<'_>) {
    let me = look.me();
    let viewers = look.world.views.iter().filter(|(whose, _)| *whose == me);
    let viewers = look.world.told_of(me, viewers.map(|(_, who)| *who));
    let counted = look.tx.profile_views().count(me).await.unwrap();
    look.number("viewers", counted.viewers.into(), viewers);
    look.number("views", counted.views.into(), viewers);
}

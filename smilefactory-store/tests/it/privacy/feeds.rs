//! What is new for somebody, why it is there and what it is worth.

use std::collections::BTreeMap;

use smilefactory_core::content::PostKind;
use smilefactory_core::feed::{Engagements, FeedMode, FeedReasonKind, FeedWeights, Signals, score};
use smilefactory_core::id::PostId;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::Visibility;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::feed::FeedFilter;
use smilefactory_store::testing::world::WorldPost;

use super::Look;

/// Whether somebody belongs to the group of a post.
fn of_own_group(look: &Look<'_>, post: &WorldPost) -> bool {
    let among = |group: &smilefactory_store::testing::world::WorldGroup| {
        Some(group.id) == post.group && group.members.contains_key(&look.me())
    };
    look.world.groups.iter().any(among)
}

/// What is new for whoever looks, in whichever order.
fn allowed(look: &Look<'_>) -> Vec<WorldPost> {
    let (me, world) = (look.me(), look.world);
    let seen = |post: &&WorldPost| {
        let audience = world.is_for_everybody(post) || !post.off && of_own_group(look, post);
        post.shown && audience && !world.hidden(me, post.author)
    };
    world.posts.iter().filter(seen).cloned().collect()
}

/// Where a post comes from, of what whoever looks follows, knows and belongs to.
fn sources(look: &Look<'_>, post: &WorldPost) -> Vec<FeedReasonKind> {
    let (me, world) = (look.me(), look.world);
    let mut sources = Vec::new();
    if world.tied(me, post.author) {
        sources.push(FeedReasonKind::Connection);
    }
    if world.follows.contains(&(me, post.author)) {
        sources.push(FeedReasonKind::FollowedAuthor);
    }
    if of_own_group(look, post) {
        sources.push(FeedReasonKind::Group);
    }
    sources
}

/// What a post must be worth, but for how strong connections are, which is another surface.
fn worth(look: &Look<'_>, post: &WorldPost) -> [String; 2] {
    let (me, world) = (look.me(), look.world);
    let author = world.person(post.author);
    let shows = match author.profile {
        Visibility::Public => true,
        Visibility::ConnectionsOnly => world.tied(me, post.author),
        Visibility::Private => false,
    };
    let kind =
        if author.kind == smilefactory_core::profile::ProfileKind::GovernmentOfficial && !author.verified {
            smilefactory_core::profile::ProfileKind::CommunityMember
        } else {
            author.kind
        };
    let count = |number: usize| u32::try_from(number).unwrap();
    let saved = world.saved.iter().filter(|(of, who)| *of == post.id && !world.hidden(me, *who)).count();
    let signals = Signals {
        post: post.id,
        author: post.author,
        kind: if post.poll { PostKind::Poll } else { PostKind::Post },
        published_at: look.tx.now(),
        reader_kind: Some(look.viewer.kind),
        author_kind: (shows && world.shown(post.author)).then_some(kind),
        closeness: None,
        followed_tags: Vec::new(),
        shared_interests: Vec::new(),
        follows: false,
        strength: None,
        of_own_group: false,
        engagements: Engagements {
            reactions: count(world.likes_of(me, post.id).len()),
            comments: count(world.comments_on(me, post.id).len()),
            saves: count(saved),
            ..Engagements::default()
        },
    };
    let score = score(&signals, &FeedWeights::default(), look.tx.now());
    [score.relevance, score.engagement].map(|part| format!("{:.9}", part.get()))
}

pub(super) async fn modes(look: &mut Look<'_>) {
    let me = look.me();
    let allowed = allowed(look);
    let all = PageRequest::first(PageSize::MAX);
    for mode in FeedMode::ALL {
        let from_sources = |post: &&WorldPost| {
            // What is in a group that one does not belong to comes from nowhere, unless it is for everybody.
            let everybody = look.world.is_for_everybody(post);
            let known =
                sources(look, post).iter().any(|source| everybody || *source == FeedReasonKind::Group);
            post.author != me && known
        };
        let expected: Vec<PostId> = match mode {
            FeedMode::Recent | FeedMode::Trending => allowed.iter().map(|post| post.id).collect(),
            FeedMode::Ranked => allowed.iter().filter(|post| post.author != me).map(|post| post.id).collect(),
            FeedMode::Following => allowed.iter().filter(from_sources).map(|post| post.id).collect(),
        };
        let items = look.tx.feed().list(me, *mode, &FeedFilter::new(), &all).await.unwrap().items;
        look.exactly(mode.as_str(), items.iter().map(|item| item.listed.post.id), expected);
        for item in items {
            let Some(post) = allowed.iter().find(|post| post.id == item.listed.post.id) else { continue };
            let told: Vec<_> = item.reasons.iter().map(|reason| reason.kind).collect();
            if *mode == FeedMode::Following {
                look.exactly("where it comes from", told, sources(look, post));
            } else {
                let known = sources(look, post);
                let lies = told.iter().filter(|told| told.is_source() && !known.contains(told)).count();
                look.number("a reason that is none", lies.try_into().unwrap(), 0);
            }
            let likes = look.world.likes_of(me, post.id).len();
            look.number("likes", item.listed.engagement.reactions.like.into(), likes);
            if let Some(score) = item.score {
                let parts = [score.relevance, score.engagement].map(|part| format!("{:.9}", part.get()));
                look.exactly("what it is worth", [parts], [worth(look, post)]);
            }
        }
    }
}

pub(super) async fn facets(look: &mut Look<'_>) {
    let me = look.me();
    let allowed = allowed(look);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for post in &allowed {
        *kinds.entry(if post.poll { "poll" } else { "post" }.to_owned()).or_default() += 1;
    }
    let facets = look.tx.feed().count_facets(me, &FeedFilter::new()).await.unwrap();
    look.number("all", facets.counted.into(), allowed.len());
    let counted = facets.kinds.into_iter().map(|kind| (kind.value, usize::try_from(kind.posts).unwrap()));
    look.exactly("kinds", counted, kinds);
    for (what, counts) in [("tags", facets.tags), ("categories", facets.categories)] {
        let sum = counts.iter().map(|count| count.posts).sum::<u32>();
        look.number(what, sum.into(), allowed.len());
    }
    let polls = FeedFilter::new().of_kind(PostKind::Poll).tagged("RAIN");
    let facets = look.tx.feed().count_facets(me, &polls).await.unwrap();
    look.number("polls", facets.counted.into(), allowed.iter().filter(|post| post.poll).count());
}

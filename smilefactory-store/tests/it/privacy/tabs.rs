//! What the tabs of a community show: orders, counts and recommendations.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use smilefactory_core::community::GroupVisibility;
use smilefactory_core::id::AccountId;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::{ProfileKind, Visibility};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::community::GroupFilter;
use smilefactory_store::repo::content::PostFilter;
use smilefactory_store::repo::profile::{ProfileFilter, ProfileOrder};
use smilefactory_store::testing::world::WorldGroup;

use super::Look;

/// Everybody on a list in an order, two at a time.
async fn listed(look: &mut Look<'_>, order: ProfileOrder, filter: &ProfileFilter) -> Vec<AccountId> {
    let (mut found, mut request) = (Vec::new(), PageRequest::first(PageSize::new(2).unwrap()));
    loop {
        let page = look.tx.profiles().list_in(order, filter, &request).await.unwrap();
        assert!(page.next.is_none() || page.items.len() == 2, "a page that is not full");
        found.extend(page.items.into_iter().map(|profile| profile.account));
        let Some(key) = page.next else { return found };
        request = PageRequest::after(request.size, key);
    }
}

/// Nobody stands where what the viewer may not know would put them.
pub(super) async fn orders(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let all: Vec<AccountId> =
        look.everybody().into_iter().filter(|other| world.lists_profile(me, *other)).collect();
    let solar = |other: &AccountId| world.person(*other).skill == "solar";
    let innovator = |other: &AccountId| world.kind_seen(me, *other) == ProfileKind::Innovator;
    let member = |other: &AccountId| world.kind_seen(me, *other) == ProfileKind::CommunityMember;
    let there = |other: &AccountId| world.person(*other).country == "ZW" && world.sees_location(me, *other);
    let of = |fits: &dyn Fn(&AccountId) -> bool| -> Vec<AccountId> {
        all.iter().copied().filter(|other| fits(other)).collect()
    };
    let any = ProfileFilter::new;
    let cases = [
        (any(), all.clone()),
        (any().of_kind(ProfileKind::Innovator), of(&innovator)),
        (any().of_kind(ProfileKind::CommunityMember), of(&member)),
        (any().with_skill("solar"), of(&solar)),
        (any().in_country("ZW".parse().unwrap()), of(&there)),
        (any().verified(true), of(&|other| world.person(*other).verified)),
    ];
    for (filter, expected) in cases {
        for order in
            [ProfileOrder::Joined, ProfileOrder::Name, ProfileOrder::Activity, ProfileOrder::Connections]
        {
            let mut expected = expected.clone();
            match order {
                ProfileOrder::Name => expected.sort_by_key(|other| (&world.person(*other).name, *other)),
                // Nobody did anything that counts: by the day on which they began.
                ProfileOrder::Joined | ProfileOrder::Activity => {
                    expected.sort_by_key(|other| Reverse(*other))
                }
                ProfileOrder::Connections => {
                    expected.sort_by_key(|other| Reverse((world.placed_by(me, *other), *other)));
                }
            }
            let found = listed(look, order, &filter).await;
            look.exactly("an order", found.into_iter().enumerate(), expected.into_iter().enumerate());
        }
    }
}

pub(super) async fn posts(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let listed = world.listed_posts(me);
    let facets = look.tx.posts().count_facets(&PostFilter::new()).await.unwrap();
    look.number("all", facets.counted.into(), listed.len());
    let (mut kinds, mut authors) = (BTreeMap::new(), BTreeMap::new());
    for post in world.posts.iter().filter(|post| listed.contains(&post.id)) {
        *kinds.entry(if post.poll { "poll" } else { "post" }.to_owned()).or_insert(0) += 1;
        *authors.entry(post.author.to_string()).or_insert(0) += 1;
    }
    let tags: Vec<(String, u32)> = (!listed.is_empty())
        .then(|| ("rain".to_owned(), u32::try_from(listed.len()).unwrap()))
        .into_iter()
        .collect();
    let counted = |counts: Vec<smilefactory_core::content::PostCount>| {
        counts.into_iter().map(|count| (count.value, count.posts)).collect::<Vec<_>>()
    };
    look.exactly("kinds", counted(facets.kinds), kinds);
    look.exactly("authors", counted(facets.authors), authors);
    look.exactly("tags", counted(facets.tags), tags);
    for author in look.everybody() {
        let theirs = look.world.posts_by(me, author).len();
        let facets = look.tx.posts().count_facets(&PostFilter::new().by(author)).await.unwrap();
        look.number("an author's", facets.counted.into(), theirs);
    }
}

pub(super) async fn groups(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let mut visibilities = BTreeMap::new();
    let there: Vec<&WorldGroup> = world.groups.iter().filter(|group| world.has_group(me, group)).collect();
    for group in &there {
        *visibilities.entry(group.visibility.to_string()).or_insert(0) += 1;
    }
    let facets = look.tx.groups().count_facets(me, &GroupFilter::new()).await.unwrap();
    look.number("all", facets.counted.into(), there.len());
    let counted = facets.visibilities.into_iter().map(|count| (count.value, count.groups));
    look.exactly("visibilities", counted, visibilities);
    let policies: u32 = facets.join_policies.iter().map(|count| count.groups).sum();
    look.number("join policies", policies.into(), there.len());
}

/// Of whom one knows in a group no more is told than that they belong to it, and that only of public ones.
pub(super) async fn recommended(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let apart = |group: &&WorldGroup| {
        group.visibility != GroupVisibility::Hidden
            && !group.members.contains_key(&me)
            && !group.invited.contains_key(&me)
            && !group.asking.contains(&me)
            && !group.banned.contains(&me)
    };
    let known = |group: &WorldGroup| {
        let told = |who: &AccountId| {
            world.shown(*who)
                && world.person(*who).profile != Visibility::Private
                && !world.barred(me, *who)
                && group.members.contains_key(who)
        };
        match group.visibility {
            GroupVisibility::Public => world.ties_of(me).iter().filter(|who| told(who)).count(),
            _ => 0,
        }
    };
    let allowed = world.groups.iter().filter(apart).map(|group| (group.id, known(group)));
    let allowed: Vec<_> = allowed.collect();
    let found = look.tx.groups().list_candidates(me).await.unwrap();
    let found =
        found.into_iter().map(|found| (found.view.group.id, usize::try_from(found.acquaintances).unwrap()));
    look.exactly("groups, and how many one knows in them", found.collect::<Vec<_>>(), allowed);
}

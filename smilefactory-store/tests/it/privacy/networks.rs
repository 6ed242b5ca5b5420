//! What is shown of how strong connections are, of networks, and of the ways to others.

use std::collections::BTreeMap;

use smilefactory_core::id::AccountId;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::Visibility;
use smilefactory_core::recommendation::Score;
use smilefactory_core::social::{ConnectionSort, IntroductionPath, Naming};
use smilefactory_store::network::{self, NetworkError};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::social::ConnectionFilter;

use super::Look;

fn page<K>() -> PageRequest<K> {
    PageRequest::first(PageSize::MAX)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

/// Of one's own connections, as strong as what one may know of makes them; of nobody else's.
pub(super) async fn strengths(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let wrong = |found: &[(AccountId, Option<Score>)]| {
        let is_wrong = |(other, shown): &&(AccountId, Option<Score>)| {
            let expected = world.strength(me, *other);
            !shown.zip(expected).is_some_and(|(shown, expected)| close(shown.get(), expected))
        };
        u64::try_from(found.iter().filter(is_wrong).count()).unwrap()
    };
    for owner in look.everybody() {
        let list = look.tx.connections().list(owner, &ConnectionFilter::new(), &page()).await.unwrap().items;
        let found: Vec<_> = list.into_iter().map(|item| (item.account, item.strength)).collect();
        if owner == me {
            look.number("one's own that is not", wrong(&found), 0);
            let sorted = ConnectionFilter::new().sorted(ConnectionSort::Strength);
            let list = look.tx.connections().list(me, &sorted, &page()).await.unwrap().items;
            let falls = list.is_sorted_by(|a, b| a.strength >= b.strength);
            look.number("an order that is none", (!falls).into(), 0);
        } else {
            let told = found.iter().filter(|(_, strength)| strength.is_some()).count();
            look.number("somebody else's", u64::try_from(told).unwrap(), 0);
            let mutual = look.tx.connections().list_mutual(me, owner, &page()).await.unwrap().items;
            let found: Vec<_> = mutual.into_iter().map(|item| (item.account, item.strength)).collect();
            look.number("one's own with whom both know that is not", wrong(&found), 0);
        }
    }
}

pub(super) async fn numbers(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let mine = world.network_of(me);
    let found = look.tx.network().get(me).await.unwrap();
    look.number("connections", found.connections.into(), mine.len());
    let strong =
        mine.iter().filter(|other| world.strength(me, **other).is_some_and(|strength| strength > 0.5));
    look.number("strong ones", found.strong.into(), strong.count());
    let of_kinds = found.kinds.iter().map(|kind| u64::from(kind.connections)).sum();
    look.number("connections of all kinds", of_kinds, mine.len());
    let grown = found.growth.last().map_or(0, |month| month.connections);
    look.number("connections by now", grown.into(), mine.len());
    // Who moderates is told of their network like everybody.
    let mut kinds = BTreeMap::new();
    let mut countries = BTreeMap::new();
    for other in &mine {
        let person = world.person(*other);
        let official = smilefactory_core::profile::ProfileKind::GovernmentOfficial;
        let unverified = person.kind == official && !person.verified;
        let kind =
            if unverified { smilefactory_core::profile::ProfileKind::CommunityMember } else { person.kind };
        *kinds.entry(kind.to_string()).or_insert(0_u32) += 1;
        if person.location != Visibility::Private {
            *countries.entry(person.country.clone()).or_insert(0_u32) += 1;
        }
    }
    let diversity = found.diversity;
    let of_kinds = diversity.people_of_kinds.into_iter().map(|of| (of.kind.to_string(), of.people));
    look.exactly("kinds", of_kinds, kinds);
    let in_countries = diversity.people_in_countries.into_iter().map(|of| (of.what, of.people));
    look.exactly("countries", in_countries, countries);
}

/// A way as it is told: who is named on it, and how strong it is, in tenths.
type Told = (Vec<Option<AccountId>>, String);

fn told(path: &IntroductionPath) -> Told {
    let named = path.through.iter().map(|stop| stop.account).collect();
    (named, format!("{:.1}", path.strength.get()))
}

pub(super) async fn ways(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    for target in look.everybody() {
        let paths = match network::paths(&mut look.tx, me, target).await {
            Ok(paths) => {
                look.number("somebody who is not there", 1, world.meets(me, target).into());
                paths
            }
            Err(NetworkError::NotThere(_)) => {
                look.number("somebody who is there", 0, world.meets(me, target).into());
                continue;
            }
            Err(error) => panic!("{error:?}"),
        };
        look.number("whether they are connected", paths.connected.into(), world.tied(me, target).into());
        let ways = world.ways(me, target);
        look.number("ways", u64::try_from(paths.paths.len()).unwrap(), ways.len().min(5));
        let forms = |strength: f64, through: &[AccountId]| -> Vec<Told> {
            let name = |id: &AccountId| world.is_named(*id, me, target).then_some(*id);
            let named: Vec<_> = through.iter().map(name).collect();
            // What lies on the edge of a tenth may be either.
            [-1e-9, 1e-9]
                .map(|off| (named.clone(), format!("{:.1}", ((strength + off) * 10.0).floor() / 10.0)))
                .to_vec()
        };
        let allowed: Vec<Told> =
            ways.iter().flat_map(|(strength, through)| forms(*strength, through)).collect();
        let more: Vec<Told> = paths.paths.iter().map(told).filter(|told| !allowed.contains(told)).collect();
        look.exactly("a way", more, []);
        for (path, (best, _)) in paths.paths.iter().zip(&ways) {
            let strength = path.strength.get();
            let weaker = strength > best + 1e-9 || best - strength > 0.1 + 1e-9;
            look.number("ways that are not the best", weaker.into(), 0);
        }
        let stops = paths.paths.iter().flat_map(|path| &path.through);
        let leaks = stops.filter(|stop| {
            let shown = stop.account.is_some() || stop.first_name.is_some() || stop.last_name.is_some();
            shown && stop.naming != Naming::Named
        });
        look.number("names of those who did not agree", u64::try_from(leaks.count()).unwrap(), 0);
    }
}

pub(super) async fn questions(look: &mut Look<'_>) {
    let me = look.me();
    let allowed = look.world.asked_of(me);
    let list = look.tx.network().list_introductions(me, &page()).await.unwrap();
    look.exactly("a list", list.items.into_iter().map(|asked| asked.id), allowed);
}

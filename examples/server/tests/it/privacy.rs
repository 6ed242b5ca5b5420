//! Nobody is shown an id or a number outside of what they may see, over HTTP: the surfaces that are not the store's
//! alone, in communities made at random, held against the store's oracle.
//!
//! Whoever adds a route that shows people anything adds a line to [`ALL`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::pin::Pin;

use serde_json::Value;
use smilefactory_core::id::AccountId;
use smilefactory_core::profile::ProfileState;
use smilefactory_store::testing::world::{World, WorldPerson, WorldPost};

use crate::support::{Answer, Api, Person};

/// How many communities are made.
const WORLDS: u64 = 3;

/// Something that shows people something: looks at all of it with the eyes of one person, and says what it saw.
type Surface = for<'l> fn(&'l mut Look<'_>) -> Pin<Box<dyn Future<Output = ()> + 'l>>;

/// One line each.
const ALL: &[(&str, Surface)] = &[
    ("profiles", |look| Box::pin(profiles(look))),
    ("lists of profiles", |look| Box::pin(profile_lists(look))),
    ("connections", |look| Box::pin(connections(look))),
    ("networks", |look| Box::pin(networks(look))),
    ("requests", |look| Box::pin(requests(look))),
    ("posts", |look| Box::pin(posts(look))),
    ("comments", |look| Box::pin(comments(look))),
    ("matches", |look| Box::pin(matches(look))),
    ("who is there", |look| Box::pin(present(look))),
    ("notifications", |look| Box::pin(notifications(look))),
    ("the copy of the own data", |look| Box::pin(export(look))),
];

/// One person who looks at one surface.
struct Look<'w> {
    api: &'w Api,
    world: &'w World,
    viewer: &'w WorldPerson,
    person: &'w Person,
    claims: usize,
    faults: Vec<String>,
}

impl Look<'_> {
    fn me(&self) -> AccountId {
        self.viewer.id
    }

    fn everybody(&self) -> Vec<AccountId> {
        self.world.people.iter().map(|person| person.id).collect()
    }

    async fn get(&self, path: impl AsRef<str>) -> Answer {
        self.api.get(path).as_(self.person).send().await
    }

    fn exactly<T: Ord + Debug>(
        &mut self,
        what: &str,
        shown: impl IntoIterator<Item = T>,
        allowed: impl IntoIterator<Item = T>,
    ) {
        let (shown, allowed): (BTreeSet<T>, BTreeSet<T>) =
            (shown.into_iter().collect(), allowed.into_iter().collect());
        self.claims += 1 + allowed.len();
        if shown != allowed {
            self.faults.push(format!("{what} shows {shown:?} where {allowed:?} may be seen"));
        }
    }

    /// What is there for who looks answers with what it is, all else like nothing.
    fn found(&mut self, what: &str, answer: &Answer, allowed: bool) {
        self.exactly(what, [answer.status], [if allowed { 200 } else { 404 }]);
    }
}

async fn profiles(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    for other in look.everybody() {
        let seen = world.reads_profile(me, other);
        let answer = look.get(format!("/v1/profiles/{other}")).await;
        look.found("a profile", &answer, seen);
        let stats = look.get(format!("/v1/profiles/{other}/stats")).await;
        look.found("stats", &stats, seen);
        if seen {
            let place = &answer.body["location"]["country"];
            let expected =
                world.sees_location(me, other).then(|| Value::from(world.person(other).country.clone()));
            look.exactly("a place", [place.to_string()], [expected.unwrap_or(Value::Null).to_string()]);
            let kind = answer.body["details"]["kind"].as_str().unwrap().to_owned();
            look.exactly("a kind", [kind], [world.kind_seen(me, other).to_string()]);
        }
    }
}

async fn profile_lists(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let listed: Vec<AccountId> =
        look.everybody().into_iter().filter(|other| world.lists_profile(me, *other)).collect();
    let ids = |all: &mut dyn Iterator<Item = AccountId>| all.map(|id| id.to_string()).collect::<Vec<_>>();
    let answer = look.get("/v1/profiles?limit=100").await.expect(200);
    look.exactly("a list", answer.each("account"), ids(&mut listed.iter().copied()));
    let mut placed = listed.clone();
    placed.sort_by_key(|other| std::cmp::Reverse((world.placed_by(me, *other), *other)));
    let answer = look.get("/v1/profiles?limit=100&sort=connections").await.expect(200);
    let order = answer.each("account").into_iter().enumerate();
    look.exactly("an order", order, ids(&mut placed.into_iter()).into_iter().enumerate());
    for country in ["ZW", "ZM"] {
        let there =
            |other: &AccountId| world.person(*other).country == country && world.sees_location(me, *other);
        let answer = look.get(format!("/v1/profiles?limit=100&country={country}")).await.expect(200);
        look.exactly("a country", answer.each("account"), ids(&mut listed.iter().copied().filter(there)));
    }
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for other in &listed {
        *kinds.entry(world.kind_seen(me, *other).to_string()).or_default() += 1;
    }
    let facets = look.get("/v1/profiles/facets").await.expect(200);
    let counted = facets.body["kinds"].as_array().unwrap().iter();
    let counted: Vec<_> = counted
        .map(|facet| (facet["value"].as_str().unwrap().to_owned(), facet["profiles"].as_u64().unwrap()))
        .collect();
    look.exactly("counts", counted, kinds);
}

async fn connections(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let own = look.get("/v1/connections?limit=100").await.expect(200);
    let mine = world.acquaintances(me, me);
    look.exactly("one's own", own.each("account"), mine.iter().map(ToString::to_string));
    for other in look.everybody() {
        let one = look.get(format!("/v1/connections/{other}")).await;
        look.found("one of one's own", &one, world.tied(me, other) && world.reads_profile(me, other));
        let (reads, lists) = (world.reads_profile(me, other), world.sees_list(me, other));
        // Of a profile that is shown to nobody else there is nothing to be compared.
        if reads && !world.shown(other) {
            continue;
        }
        let status = |allowed: u16| match (reads, lists) {
            (false, _) => 404,
            (true, false) => allowed,
            (true, true) => 200,
        };
        let list = look.get(format!("/v1/profiles/{other}/connections?limit=100")).await;
        look.exactly("somebody's list", [list.status], [status(403)]);
        let count = look.get(format!("/v1/profiles/{other}/connections/count")).await;
        look.exactly("somebody's count", [count.status], [status(200)]);
        let mutual = look.get(format!("/v1/profiles/{other}/mutual-connections?limit=100")).await;
        look.exactly("mutual connections", [mutual.status], [status(403)]);
        // What is not there was a fault already.
        let lists = lists && [&list, &count, &mutual].iter().all(|answer| answer.status == 200);
        if lists {
            let allowed = world.acquaintances(me, other);
            look.exactly("a count", [count.body["connections"].to_string()], [allowed.len().to_string()]);
            look.exactly("a list", list.each("account"), allowed.iter().map(ToString::to_string));
        }
        if lists && other != me {
            let allowed = world.mutuals(me, other);
            look.exactly("a mutual count", [count.body["mutual"].to_string()], [allowed.len().to_string()]);
            look.exactly("a mutual list", mutual.each("account"), allowed.iter().map(ToString::to_string));
        }
    }
    for (path, follows) in [("/v1/follows", true), ("/v1/followers", false)] {
        let answer = look.get(format!("{path}?limit=100")).await.expect(200);
        let pairs = world.follows.iter().map(|(who, whom)| if follows { (who, whom) } else { (whom, who) });
        let others = pairs.filter(|(of, other)| **of == me && world.lists_profile(me, **other));
        look.exactly(path, answer.each("account"), others.map(|(_, other)| other.to_string()));
    }
}

async fn networks(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let own = look.get("/v1/network").await.expect(200);
    look.exactly("a count", [own.body["connections"].to_string()], [world.network_of(me).len().to_string()]);
    let asked = look.get("/v1/network/introductions/asked?limit=100").await.expect(200);
    look.exactly("questions", asked.each("id"), world.asked_of(me).iter().map(ToString::to_string));
    for other in look.everybody() {
        if world.sees_list(me, other) && other != me && world.shown(other) {
            let list = look.get(format!("/v1/profiles/{other}/connections?limit=100")).await.expect(200);
            let strengths =
                list.body["items"].as_array().unwrap().iter().map(|item| item["strength"].to_string());
            let told: Vec<_> = strengths.filter(|strength| strength != "null").collect();
            look.exactly("how strong somebody else's are", told, []);
        }
        let found = look.get(format!("/v1/network/introductions/{other}")).await;
        look.found("somebody whom one may get to know", &found, world.meets(me, other));
        if found.status != 200 || !world.meets(me, other) {
            continue;
        }
        let ways = world.ways(me, other);
        let paths = found.body["paths"].as_array().unwrap();
        look.exactly("ways", [paths.len()], [ways.len().min(5)]);
        let stops = ways.iter().flat_map(|(_, through)| through);
        let named = stops.filter(|stop| world.is_named(**stop, me, other)).map(ToString::to_string);
        let named: BTreeSet<String> = named.collect();
        let shown = paths.iter().flat_map(|path| path["through"].as_array().unwrap());
        let shown = shown.filter_map(|stop| stop["account"].as_str().map(str::to_owned));
        look.exactly("who did not agree", shown.filter(|shown| !named.contains(shown)), []);
    }
}

async fn requests(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    for (id, from, to) in &world.requests {
        let answer = look.get(format!("/v1/connections/requests/{id}")).await;
        let other = if *from == me { to } else { from };
        let suspended = world.person(*other).state == ProfileState::Suspended;
        let mine = *from == me || *to == me;
        look.found("a request", &answer, mine && !suspended && !world.blocked(me, *other));
    }
}

async fn posts(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    for post in &world.posts {
        let seen = world.reads_post(me, post);
        for rest in ["", "/engagement", "/reactions", "/comments"] {
            let answer = look.get(format!("/v1/posts/{}{rest}", post.id)).await;
            look.found(rest, &answer, seen);
            if rest == "/reactions" && seen {
                let allowed = world.likes_of(me, post.id);
                look.exactly("reactions", answer.each("account"), allowed.iter().map(ToString::to_string));
            }
        }
    }
    let listed = look.get("/v1/posts?limit=100").await.expect(200);
    look.exactly("a list", listed.each("id"), world.listed_posts(me).iter().map(ToString::to_string));
    let among = |post: &WorldPost| {
        world.groups.iter().any(|group| Some(group.id) == post.group && group.members.contains_key(&me))
    };
    let news = world.posts.iter().filter(|post| {
        let audience = world.is_for_everybody(post) || !post.off && among(post);
        post.shown && audience && !world.hidden(me, post.author)
    });
    let news: Vec<_> = news.collect();
    for mode in ["recent", "trending", "ranked"] {
        let feed = look.get(format!("/v1/feed?mode={mode}&limit=100")).await.expect(200);
        let all = news.iter().filter(|post| mode != "ranked" || post.author != me);
        look.exactly(mode, feed.each("id"), all.map(|post| post.id.to_string()));
    }
    let facets = look.get("/v1/feed/facets").await.expect(200);
    look.exactly("counts of the feed", [facets.body["counted"].to_string()], [news.len().to_string()]);
    let found = look.get("/v1/posts/search?q=pumps&limit=100").await.expect(200);
    look.exactly("a search", found.each("id"), world.listed_posts(me).iter().map(ToString::to_string));
}

async fn comments(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    for comment in &world.comments {
        let post = world.posts.iter().find(|post| post.id == comment.post).unwrap();
        let hidden = !look.viewer.staff && world.blocked(me, comment.author);
        let answer = look.get(format!("/v1/comments/{}", comment.id)).await;
        look.found("a comment", &answer, world.reads_post(me, post) && !hidden);
    }
}

/// Matches depend on more than on what may be seen; but they are among whom may be, and tell no more of them.
async fn matches(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let matches = look.get("/v1/matches?limit=100").await.expect(200);
    let known = world.ties_of(me);
    let listed = look.get("/v1/profiles?limit=100&sort=match").await.expect(200);
    look.exactly("a list by match", listed.each("account"), matches.each("candidate"));
    for country in ["ZW", "ZM"] {
        // As strangers see them: whoever shows it to nobody else is in no country.
        let listed =
            look.get(format!("/v1/profiles?limit=100&sort=match&country={country}")).await.expect(200);
        let there: Vec<String> = world
            .candidates(me)
            .into_iter()
            .filter(|id| {
                let who = world.person(*id);
                who.country == country && who.location == smilefactory_core::profile::Visibility::Public
            })
            .map(|id| id.to_string())
            .filter(|id| matches.each("candidate").contains(id))
            .collect();
        look.exactly("a list by match in a country", listed.each("account"), there);
    }
    for found in matches.body["items"].as_array().unwrap() {
        let candidate = found["candidate"].as_str().unwrap();
        let proposed = world.candidates(me).into_iter().find(|id| id.to_string() == candidate);
        let Some(id) = proposed.filter(|id| !known.contains(id)) else {
            look.faults.push(format!("a match shows {candidate}"));
            continue;
        };
        let common = u32::try_from(world.mutuals(me, id).len()).unwrap();
        let graph = found["parts"].as_array().unwrap().iter().find(|part| part["signal"] == "graph");
        let expected = f64::from(common) / (f64::from(common) + 3.0);
        let told = graph.map_or(0.0, |part| part["value"].as_f64().unwrap());
        look.claims += 2;
        if (told - expected).abs() > 1e-9 {
            look.faults.push(format!("a match tells of {told} where {common} may be seen"));
        }
        let text = found["reasons"].to_string();
        let country = &world.person(id).country;
        let names_country = text.contains(&format!("\"{country}\""));
        if names_country && !world.sees_location(me, id) {
            look.faults.push(format!("a reason names a hidden place: {text}"));
        }
    }
}

async fn present(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let there = look.get("/v1/presence?limit=100").await.expect(200);
    look.exactly(
        "who is there",
        there.each("account"),
        world.sees_present(me).iter().map(ToString::to_string),
    );
}

/// What one notification tells, and where it leads.
fn told(notification: &Value) -> (String, String) {
    let target = &notification["target"];
    let place = ["request", "post", "conversation"].iter().find_map(|place| target[*place].as_str());
    (notification["kind"].as_str().unwrap().to_owned(), place.unwrap_or_default().to_owned())
}

fn may_be_told(look: &Look<'_>) -> Vec<(String, String)> {
    let place = |place: uuid::Uuid| if place.is_nil() { String::new() } else { place.to_string() };
    let all = look.world.told(look.me()).into_keys();
    all.map(|(kind, leads_to)| (kind.to_owned(), place(leads_to))).collect()
}

async fn notifications(look: &mut Look<'_>) {
    let (me, world, allowed) = (look.me(), look.world, may_be_told(look));
    let list = look.get("/v1/notifications?limit=100").await.expect(200);
    let list = list.body["items"].as_array().unwrap();
    look.exactly("a list", list.iter().map(told), allowed.clone());
    let unread = look.get("/v1/notifications/unread").await.expect(200);
    look.exactly("what is unread", [unread.body["unread"].as_u64()], [u64::try_from(allowed.len()).ok()]);
    let text = Value::from(list.clone()).to_string();
    for other in look.everybody() {
        let hidden = !world.reads_profile(me, other) || world.barred(me, other);
        if hidden && other != me && text.contains(&other.to_string()) {
            look.faults.push(format!("a notification names {other}"));
        }
    }
}

async fn export(look: &mut Look<'_>) {
    let (me, world) = (look.me(), look.world);
    let data = look.get("/v1/me/export").await.expect(200).body;
    let ids = |list: &str, field: &str| -> Vec<String> {
        data[list].as_array().unwrap().iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
    };
    let mine = world.acquaintances(me, me);
    look.exactly("connections", ids("connections", "account"), mine.iter().map(ToString::to_string));
    let follows = world.follows.iter().filter(|(who, other)| *who == me && world.lists_profile(me, *other));
    look.exactly("follows", ids("follows", "account"), follows.map(|(_, other)| other.to_string()));
    for (list, all) in [("blocks", &world.blocks), ("mutes", &world.mutes)] {
        let others = all.iter().filter(|(who, _)| *who == me);
        look.exactly(list, ids(list, "account"), others.map(|(_, other)| other.to_string()));
    }
    let said = world.conversations.iter().flat_map(|conversation| &conversation.messages);
    let said = said.filter(|message| message.sender == me);
    look.exactly("messages", ids("messages", "id"), said.map(|message| message.id.to_string()));
    let posts = world.posts.iter().filter(|post| post.author == me);
    look.exactly("posts", ids("posts", "id"), posts.map(|post| post.id.to_string()));
    let comments = world.comments.iter().filter(|comment| comment.author == me);
    look.exactly("comments", ids("comments", "id"), comments.map(|comment| comment.id.to_string()));
    let votes = world.votes.iter().filter(|(_, who)| *who == me);
    look.exactly("votes", ids("votes", "post"), votes.map(|(post, _)| post.to_string()));
    let list = data["notifications"].as_array().unwrap();
    let allowed = may_be_told(look);
    look.exactly("notifications", list.iter().map(told), allowed);
}

#[tokio::test]
async fn no_route_shows_what_its_caller_may_not_see() {
    let mut claims = 0;
    for seed in 100..100 + WORLDS {
        let api = Api::new().await;
        let mut world = World::make(&api.db, seed).await;
        api.settle().await;
        world.take_over_states(&api.db).await;
        let mut faults = Vec::new();
        for viewer in &world.people {
            let person = api.log_in(&viewer.name).await;
            for (name, surface) in ALL {
                let mut look =
                    Look { api: &api, world: &world, viewer, person: &person, claims: 0, faults: Vec::new() };
                surface(&mut look).await;
                claims += look.claims;
                let who = if viewer.staff { "staff" } else { &viewer.name };
                faults.extend(look.faults.iter().map(|fault| format!("{name} for {who}: {fault}")));
            }
        }
        assert!(faults.is_empty(), "seed {seed}: {} faults: {faults:#?}", faults.len());
    }
    assert!(claims > 5_000, "only {claims} things were looked at");
}

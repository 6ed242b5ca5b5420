//! How a community is made at random.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use smilefactory_core::content::{
    CategoryDraft, CategoryInput, CategoryTree, CommentDraft, PollInput, PostDraft, PostInput,
    PublishingRights, Reaction, Tab, Vote, VoteInput,
};
use smilefactory_core::id::AccountId;
use smilefactory_core::identity::Role;
use smilefactory_core::profile::{
    DetailsInput, FieldVisibilityInput, LocationInput, ProfileContent, ProfileInput, ProfileKind,
    ProfileState, Visibility,
};
use smilefactory_core::social::{Connection, ConnectionKind, ConnectionMade, ConnectionRequestDraft, Pair};
use smilefactory_core::validation::Field;

use super::{World, WorldComment, WorldNetwork, WorldPerson, WorldPost};
use crate::prelude::*;
use crate::social;
use crate::testing::TestDb;

const KINDS: [ProfileKind; 4] = [
    ProfileKind::Innovator,
    ProfileKind::Mentor,
    ProfileKind::CommunityMember,
    ProfileKind::GovernmentOfficial,
];

/// One of several, with the given chances out of their sum.
fn one_of<T: Copy>(random: &mut StdRng, chances: &[(u32, T)]) -> T {
    let mut at = random.random_range(0..chances.iter().map(|(chance, _)| chance).sum());
    for (chance, value) in chances {
        if at < *chance {
            return *value;
        }
        at -= chance;
    }
    unreachable!("the chances add up to their sum")
}

fn visibility(random: &mut StdRng) -> Visibility {
    let (public, connections) = (Visibility::Public, Visibility::ConnectionsOnly);
    one_of(random, &[(5, public), (3, connections), (2, Visibility::Private)])
}

impl World {
    /// A community of 8 to 15 people in tenant one, the same for the same seed: who knows, blocks, mutes, follows and
    /// asks whom, what they show of themselves, what they write and like. The first of them moderates.
    pub async fn make(db: &TestDb, seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let mut world = Self {
            people: Vec::new(),
            ties: BTreeSet::new(),
            blocks: BTreeSet::new(),
            mutes: BTreeSet::new(),
            follows: BTreeSet::new(),
            requests: Vec::new(),
            posts: Vec::new(),
            comments: Vec::new(),
            reactions: BTreeSet::new(),
            saved: BTreeSet::new(),
            votes: BTreeSet::new(),
            comment_likes: BTreeSet::new(),
            views: BTreeSet::new(),
            category: db.store.new_id().expect("seeded"),
            conversations: Vec::new(),
            groups: Vec::new(),
            present: BTreeSet::new(),
            unseen: BTreeSet::new(),
            notifications: Vec::new(),
            network: WorldNetwork::default(),
        };
        for n in 0..random.random_range(8..=15_usize) {
            let person = person(db, &mut random, n).await;
            world.people.push(person);
        }
        let mut tx = db.store.write(&db.one.scope).await.expect("the test database is there");
        world.relate(&mut tx, &mut random).await;
        world.write(&mut tx, &mut random).await;
        world.converse(&mut tx, seed).await;
        world.gather_around(&mut tx, seed).await;
        world.tell(&mut tx).await;
        world.part(&mut tx, &mut random).await;
        world.come_by(&mut tx, seed).await;
        world.interact(&mut tx, seed).await;
        while tx.engagement().fold(1000).await.expect("counts are folded") > 0 {}
        while tx.profiles().fold_cards(1000).await.expect("cards are folded") > 0 {}
        tx.commit().await.expect("the test database is there");
        world
    }

    /// Takes over how far each profile is by now: whoever assesses profiles may have come by.
    pub async fn take_over_states(&mut self, db: &TestDb) {
        let mut tx = db.store.read(&db.one.scope).await.expect("the test database is there");
        for person in &mut self.people {
            let profile = tx.profiles().get(person.id).await.expect("the test database is there");
            person.state = profile.expect("everybody has one").state;
        }
    }

    pub(super) fn pairs(&self) -> Vec<(AccountId, AccountId)> {
        let ids: Vec<_> = self.people.iter().map(|person| person.id).collect();
        ids.iter().flat_map(|a| ids.iter().map(move |b| (*a, *b))).filter(|(a, b)| a != b).collect()
    }

    /// Connections, requests, follows and mutes.
    async fn relate(&mut self, tx: &mut WriteTx, random: &mut StdRng) {
        for (a, b) in self.pairs() {
            let pair = Pair::new(a, b).expect("two people");
            if a < b && random.random_bool(0.4) {
                let kind = ConnectionKind::ALL.get(random.random_range(0..4)).copied();
                let kind = kind.unwrap_or(ConnectionKind::Professional);
                let connection = Connection { pair, kind, requested_by: a, since: tx.now() };
                tx.connections().insert(&connection).await.expect("a new connection");
                tx.tell(ConnectionMade { connection: pair.low(), other: pair.high(), kind }).expect("a fact");
                self.ties.insert(pair);
            } else if a < b && random.random_bool(0.2) {
                let (from, to) = if random.random_bool(0.5) { (a, b) } else { (b, a) };
                let message = "Let us talk about pumps.".parse().expect("long enough");
                let draft = ConnectionRequestDraft { to, kind: ConnectionKind::Friendship, message };
                let id = tx.new_id().expect("seeded");
                let (request, sent) = draft.send(id, from, tx.now()).expect("somebody else");
                tx.connection_requests().insert(&request, ProfileKind::Mentor).await.expect("a request");
                tx.tell(sent).expect("a fact");
                self.requests.push((id, from, to));
            }
            if random.random_bool(0.2) {
                tx.follows().insert(a, b).await.expect("a follow");
                self.follows.insert((a, b));
            }
            if random.random_bool(0.2) {
                tx.profile_views().view(a, b).await.expect("a view");
                self.views.insert((a, b));
            }
            if random.random_bool(0.08) {
                social::mute(tx, a, b).await.expect("a mute");
                self.mutes.insert((a, b));
            }
        }
    }

    /// Blocks, after everything that they end is there.
    async fn part(&mut self, tx: &mut WriteTx, random: &mut StdRng) {
        for (a, b) in self.pairs() {
            if !random.random_bool(0.06) {
                continue;
            }
            social::block(tx, a, b).await.expect("a block");
            self.blocks.insert((a, b));
            self.ties.remove(&Pair::new(a, b).expect("two people"));
            self.follows.retain(|pair| *pair != (a, b) && *pair != (b, a));
        }
    }

    /// Posts in one category, comments, likes, saved posts, votes.
    async fn write(&mut self, tx: &mut WriteTx, random: &mut StdRng) {
        let input = CategoryInput {
            tab: "feed".into(),
            name: "Water".into(),
            slug: "water".into(),
            ..CategoryInput::default()
        };
        let draft = CategoryDraft::from_raw(input).expect("a valid category");
        let (category, _) =
            CategoryTree::new(Tab::Feed, []).create(draft, self.category, tx.now()).expect("room for it");
        tx.categories().insert(&category).await.expect("a new category");
        let people: Vec<AccountId> = self.people.iter().map(|person| person.id).collect();
        for author in &people {
            for _ in 0..random.random_range(0..=2) {
                let shown = random.random_bool(0.8);
                self.post(tx, random, *author, shown).await;
            }
        }
        let shown: Vec<_> = self.posts.iter().filter(|post| post.shown).cloned().collect();
        for WorldPost { id: post, poll, .. } in shown {
            for who in &people {
                if poll && random.random_bool(0.4) {
                    let vote = Vote::from_raw(VoteInput { choices: vec![0] }).expect("a valid vote");
                    tx.votes().cast(post, *who, &vote).await.expect("a vote");
                    self.votes.insert((post, *who));
                }
                if random.random_bool(0.3) {
                    tx.engagement().react(post, *who, Reaction::Like).await.expect("a reaction");
                    self.reactions.insert((post, *who));
                }
                if random.random_bool(0.15) {
                    tx.engagement().save(post, *who).await.expect("a saved post");
                    self.saved.insert((post, *who));
                }
            }
        }
        for comment in self.comments.iter().map(|comment| comment.id) {
            for who in people.iter().filter(|_| random.random_bool(0.15)) {
                tx.engagement().react_to_comment(comment, *who, Reaction::Like).await.expect("a reaction");
                self.comment_likes.insert((comment, *who));
            }
        }
    }

    async fn post(&mut self, tx: &mut WriteTx, random: &mut StdRng, author: AccountId, shown: bool) {
        let poll = random.random_bool(0.3);
        let options = vec!["Yes".into(), "No".into()];
        let input = PostInput {
            kind: if poll { "poll" } else { "post" }.into(),
            title: poll.then(|| "What does it do?".into()),
            poll: poll.then(|| PollInput { options, ..PollInput::default() }),
            categories: vec![self.category.to_string()],
            body: "It rains on the pumps.".into(),
            tags: vec!["rain".into()],
            ..PostInput::default()
        };
        let draft = PostDraft::from_raw(input).expect("a valid post");
        let (post, _) = draft.begin(tx.new_id().expect("seeded"), author, tx.now());
        tx.posts().insert(&post).await.expect("a new post");
        let id = post.id;
        self.posts.push(WorldPost { id, author, shown, poll, group: None, off: false });
        if !shown {
            return;
        }
        let rights = PublishingRights { author: true, ..PublishingRights::default() };
        let (post, moved) = post.publish(rights, tx.now()).expect("a draft");
        let post = tx.posts().take_step(&post, &moved).await.expect("a step");
        let mut there = Vec::new();
        for _ in 0..random.random_range(0..8) {
            let parent = match there.len() {
                0 => None,
                count if random.random_bool(0.6) => there.get(random.random_range(0..count)).cloned(),
                _ => None,
            };
            let by = self.people.get(random.random_range(0..self.people.len())).map(|person| person.id);
            let by = by.expect("somebody");
            let parent: Option<smilefactory_core::content::Comment> = parent;
            let body = "So it does.".parse().expect("a text");
            let draft = CommentDraft { body, parent: parent.as_ref().map(|parent| parent.id) };
            let id = tx.new_id().expect("seeded");
            let (comment, _) = draft.write(id, &post, parent.as_ref(), by, tx.now()).expect("a shown post");
            let comment = tx.comments().insert(&comment).await.expect("a comment");
            let parent = comment.parent;
            self.comments.push(WorldComment { id, post: post.id, author: by, parent });
            there.push(comment);
        }
    }
}

async fn person(db: &TestDb, random: &mut StdRng, n: usize) -> WorldPerson {
    let name = format!("person-{n}");
    let staff = n == 0;
    let account = if staff { db.one.staff(&name, Role::Moderator).await } else { db.one.person(&name).await };
    let complete = ProfileState::Complete;
    let person = WorldPerson {
        id: account.id,
        name,
        staff,
        verified: random.random_bool(0.3),
        kind: one_of(random, &KINDS.map(|kind| (1, kind))),
        state: one_of(
            random,
            &[
                (6, complete),
                (2, ProfileState::Incomplete),
                (1, ProfileState::Draft),
                (1, ProfileState::Suspended),
            ],
        ),
        profile: visibility(random),
        location: visibility(random),
        connections: visibility(random),
        country: one_of(random, &[(1, "ZW"), (1, "ZM")]).to_owned(),
        skill: one_of(random, &[(1, "solar"), (1, "welding")]).to_owned(),
    };
    let input = ProfileInput {
        location: Some(LocationInput { city: Some(person.city().into()), country: person.country.clone() }),
        skills: vec![person.skill.clone()],
        interests: vec!["maize".into()],
        details: DetailsInput::empty(person.kind),
        visibility: Some(person.profile.to_string()),
        field_visibility: Some(FieldVisibilityInput {
            location: Some(person.location.to_string()),
            connections: Some(person.connections.to_string()),
            ..FieldVisibilityInput::default()
        }),
        ..ProfileInput::default()
    };
    let mut tx = db.store.write(&db.one.scope).await.expect("the test database is there");
    let content = ProfileContent::from_raw(input).expect("a valid profile");
    let (profile, _) = content.begin(account.id, tx.now());
    let profile = smilefactory_core::profile::Profile { state: person.state, completion: 90, ..profile };
    tx.profiles().insert(&profile).await.expect("a new profile");
    tx.commit().await.expect("the test database is there");
    if person.verified {
        sqlx::query("update identity.personal_details set verified_at = now() where id = $1")
            .bind(uuid::Uuid::from(person.id))
            .execute(&mut db.superuser().await)
            .await
            .expect("the account is there");
    }
    person
}

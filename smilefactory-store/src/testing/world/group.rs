//! Who gathers with whom in a community made at random, and what of it is for whom.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use smilefactory_core::community::{
    GroupDraft, GroupInput, GroupMemberState, GroupRole, GroupVisibility, JoinPolicy,
};
use smilefactory_core::content::{PostDraft, PostInput, PublishingRights};
use smilefactory_core::id::{AccountId, CategoryId, GroupId, PostId};
use smilefactory_core::validation::Field;

use super::{World, WorldPost};
use crate::community::{self, GroupError};
use crate::repo::content::WritePosts;
use crate::tx::WriteTx;

/// A group.
#[derive(Clone, Debug)]
pub struct WorldGroup {
    /// Which.
    pub id: GroupId,
    /// Who sees it.
    pub visibility: GroupVisibility,
    /// Who made it.
    pub founder: AccountId,
    /// Who belongs to it, as what.
    pub members: BTreeMap<AccountId, GroupRole>,
    /// Who is invited, and by whom.
    pub invited: BTreeMap<AccountId, AccountId>,
    /// Who asks to be let in.
    pub asking: BTreeSet<AccountId>,
    /// Who may not come.
    pub banned: BTreeSet<AccountId>,
}

impl World {
    /// Whether two are in a group together.
    pub fn shares_group(&self, a: AccountId, b: AccountId) -> bool {
        let both = |group: &WorldGroup| group.members.contains_key(&a) && group.members.contains_key(&b);
        self.groups.iter().any(both)
    }

    /// Whether somebody is invited to a group by who does not stand apart from them.
    fn is_invited(&self, viewer: AccountId, group: &WorldGroup) -> bool {
        group.invited.get(&viewer).is_some_and(|by| !self.blocked(viewer, *by))
    }

    /// Whether a group is there for somebody.
    pub fn has_group(&self, viewer: AccountId, group: &WorldGroup) -> bool {
        group.visibility != GroupVisibility::Hidden
            || group.members.contains_key(&viewer)
            || self.is_invited(viewer, group)
    }

    /// How somebody belongs to a group, as they are told it.
    pub fn belongs_to(&self, viewer: AccountId, group: &WorldGroup) -> Option<GroupMemberState> {
        if group.members.contains_key(&viewer) {
            Some(GroupMemberState::Member)
        } else if self.is_invited(viewer, group) {
            Some(GroupMemberState::Invited)
        } else if group.asking.contains(&viewer) {
            Some(GroupMemberState::Requested)
        } else {
            group.banned.contains(&viewer).then_some(GroupMemberState::Banned)
        }
    }

    /// Whom somebody sees in a group that is open to them. Who does not belong to it sees whose profile they see.
    pub fn members_of_group(&self, viewer: AccountId, group: &WorldGroup) -> BTreeSet<AccountId> {
        let among = group.members.contains_key(&viewer);
        let staff = self.person(viewer).staff;
        let sees = |other: &AccountId| {
            let profile =
                self.shown(*other) && (staff || self.lets(self.person(*other).profile, viewer, *other));
            (staff || !self.blocked(viewer, *other)) && (among || profile)
        };
        group.members.keys().copied().filter(sees).collect()
    }

    fn group_of(&self, post: &WorldPost) -> Option<&WorldGroup> {
        post.group.and_then(|id| self.groups.iter().find(|group| group.id == id))
    }

    /// Whether a post is in lists that are for everybody: it was not posted in a group, or in a public one.
    pub fn is_for_everybody(&self, post: &WorldPost) -> bool {
        let public = |group: &WorldGroup| group.visibility == GroupVisibility::Public;
        !post.off && self.group_of(post).is_none_or(public)
    }

    /// Whether a post is for somebody as far as its group lets them.
    pub fn is_in_audience(&self, viewer: AccountId, post: &WorldPost) -> bool {
        let among = |group: &WorldGroup| group.members.contains_key(&viewer);
        post.author == viewer
            || self.is_for_everybody(post)
            || !post.off && self.group_of(post).is_some_and(among)
    }

    /// What of a group's posts somebody is shown to whom the group is open.
    pub fn posts_in_group(&self, viewer: AccountId, group: &WorldGroup) -> BTreeSet<PostId> {
        let seen = |post: &&WorldPost| {
            post.group == Some(group.id) && !post.off && !self.hidden(viewer, post.author)
        };
        self.posts.iter().filter(seen).map(|post| post.id).collect()
    }

    /// Groups of every kind, which people join, ask to join, are invited to and banned from.
    pub(super) async fn gather_around(&mut self, tx: &mut WriteTx, seed: u64) {
        // Randomness of its own: all else in the community is as it would be if nobody gathered.
        let mut random = StdRng::seed_from_u64(seed ^ 0x0960);
        let people: Vec<AccountId> = self.people.iter().map(|person| person.id).collect();
        for founder in &people {
            if random.random_bool(0.5) {
                let group = gather(tx, &mut random, *founder, &people).await;
                for author in group.members.keys() {
                    if random.random_bool(0.6) {
                        continue;
                    }
                    let id = say(tx, group.id, *author, self.category).await;
                    let off = *author != group.founder && random.random_bool(0.3);
                    if off {
                        community::take_off(tx, group.id, id, group.founder).await.expect("by the owner");
                    }
                    let (author, group) = (*author, Some(group.id));
                    self.posts.push(WorldPost { id, author, shown: true, poll: false, group, off });
                }
                self.groups.push(group);
            }
        }
    }
}

/// Somebody posts something in a group.
async fn say(tx: &mut WriteTx, group: GroupId, author: AccountId, category: CategoryId) -> PostId {
    let input = PostInput {
        kind: "post".into(),
        categories: vec![category.to_string()],
        body: "It rains on the pumps.".into(),
        tags: vec!["rain".into()],
        ..PostInput::default()
    };
    let draft = PostDraft::from_raw(input).expect("a valid post");
    let post = community::post(tx, group, author, draft).await.expect("a member");
    let rights = PublishingRights { author: true, ..PublishingRights::default() };
    let (post, moved) = post.publish(rights, tx.now()).expect("a draft");
    tx.posts().take_step(&post, &moved).await.expect("a step");
    post.id
}

/// One of the members of a choice.
fn any<T: Copy>(random: &mut StdRng, all: &[T]) -> T {
    let at = random.random_range(0..all.len());
    all.get(at).copied().expect("a choice has members")
}

async fn gather(
    tx: &mut WriteTx,
    random: &mut StdRng,
    founder: AccountId,
    people: &[AccountId],
) -> WorldGroup {
    let visibility = any(random, GroupVisibility::ALL);
    let policy = any(random, JoinPolicy::ALL);
    let input = GroupInput {
        name: "Pumps".to_owned(),
        slug: format!("pumps-{founder}"),
        visibility: Some(visibility.to_string()),
        join_policy: Some(policy.to_string()),
        ..GroupInput::default()
    };
    let draft = GroupDraft::from_raw(input).expect("a valid group");
    let id = community::found(tx, draft, founder).await.expect("a new group").id;
    let mut group = WorldGroup {
        id,
        visibility,
        founder,
        members: BTreeMap::from([(founder, GroupRole::Owner)]),
        invited: BTreeMap::new(),
        asking: BTreeSet::new(),
        banned: BTreeSet::new(),
    };
    for who in people.iter().copied().filter(|who| *who != founder) {
        if random.random_bool(0.1) {
            let reason = "Because.".parse().expect("a reason");
            community::ban(tx, id, founder, who, reason).await.expect("by the owner");
            group.banned.insert(who);
        } else if random.random_bool(0.5) {
            come(tx, random, &mut group, policy, who).await;
        }
    }
    group
}

/// Somebody comes to a group as it is joined, or is invited.
async fn come(
    tx: &mut WriteTx,
    random: &mut StdRng,
    group: &mut WorldGroup,
    policy: JoinPolicy,
    who: AccountId,
) {
    let (id, founder) = (group.id, group.founder);
    let (hidden, ends) = (group.visibility == GroupVisibility::Hidden, random.random_bool(0.6));
    match policy {
        JoinPolicy::Open if !hidden => {
            community::enter(tx, id, who, None).await.expect("an open group");
            group.members.insert(who, GroupRole::Member);
        }
        JoinPolicy::Approval if !hidden => {
            community::enter(tx, id, who, None).await.expect("whoever wants to asks");
            if ends {
                community::approve(tx, id, founder, who).await.expect("by the owner");
                group.members.insert(who, GroupRole::Member);
            } else {
                group.asking.insert(who);
            }
        }
        _ => match community::invite(tx, id, founder, who).await {
            Ok(_) if ends => {
                community::accept(tx, id, who).await.expect("they are invited");
                group.members.insert(who, GroupRole::Member);
            }
            Ok(_) => _ = group.invited.insert(who, founder),
            // Strangers do not reach them.
            Err(GroupError::NotThere(_)) => {}
            Err(error) => panic!("{error:?}"),
        },
    }
}

//! A community made at random, and an oracle that says in plain words what each of its people may see of it.
//!
//! The oracle knows nothing of statements and tables: it goes by what was said of whom, and looks at everything. Whatever
//! shows somebody something is held against it; what a test needs besides, it adds for itself.

mod conversation;
mod group;
mod make;
mod network;
mod notification;
mod presence;

use std::collections::{BTreeMap, BTreeSet};

use smilefactory_core::id::{AccountId, CategoryId, CommentId, ConnectionRequestId, GroupId, PostId};
use smilefactory_core::profile::{ProfileKind, ProfileState, Visibility};
use smilefactory_core::social::Pair;

pub use self::conversation::{WorldConversation, WorldMessage};
pub use self::group::WorldGroup;
pub use self::network::{WorldIntroduction, WorldNetwork};
pub use self::notification::WorldNotification;

/// Somebody in a community.
#[derive(Clone, Debug)]
pub struct WorldPerson {
    /// Who.
    pub id: AccountId,
    /// Their first name, with which they log in.
    pub name: String,
    /// Whether they moderate.
    pub staff: bool,
    /// Whether staff verified who they are.
    pub verified: bool,
    /// Which kind they say they are of.
    pub kind: ProfileKind,
    /// How far their profile is.
    pub state: ProfileState,
    /// Who sees their profile.
    pub profile: Visibility,
    /// Who sees where they are.
    pub location: Visibility,
    /// Who sees whom they are connected with.
    pub connections: Visibility,
    /// Where they are.
    pub country: String,
    /// What they can do.
    pub skill: String,
}

impl WorldPerson {
    /// In which town they are.
    pub fn city(&self) -> &'static str {
        if self.country == "ZW" { "Harare" } else { "Lusaka" }
    }
}

/// A post.
#[derive(Clone, Debug)]
pub struct WorldPost {
    /// Which.
    pub id: PostId,
    /// Who wrote it.
    pub author: AccountId,
    /// Whether it is published.
    pub shown: bool,
    /// Whether it is a poll; otherwise it is a plain post.
    pub poll: bool,
    /// In which group it was posted.
    pub group: Option<GroupId>,
    /// Whether it was taken off that group.
    pub off: bool,
}

/// A comment.
#[derive(Clone, Debug)]
pub struct WorldComment {
    /// Which.
    pub id: CommentId,
    /// On what.
    pub post: PostId,
    /// Who wrote it.
    pub author: AccountId,
    /// What it answers.
    pub parent: Option<CommentId>,
}

/// A community made at random.
#[derive(Clone, Debug)]
pub struct World {
    /// Everybody.
    pub people: Vec<WorldPerson>,
    /// Who is connected with whom.
    pub ties: BTreeSet<Pair>,
    /// Who blocked whom.
    pub blocks: BTreeSet<(AccountId, AccountId)>,
    /// Who muted whom.
    pub mutes: BTreeSet<(AccountId, AccountId)>,
    /// Who follows whom.
    pub follows: BTreeSet<(AccountId, AccountId)>,
    /// Who asked whom.
    pub requests: Vec<(ConnectionRequestId, AccountId, AccountId)>,
    /// What was written.
    pub posts: Vec<WorldPost>,
    /// What was answered, parents before replies.
    pub comments: Vec<WorldComment>,
    /// Who likes what.
    pub reactions: BTreeSet<(PostId, AccountId)>,
    /// Who saved what.
    pub saved: BTreeSet<(PostId, AccountId)>,
    /// Who voted in which poll; all for the first answer.
    pub votes: BTreeSet<(PostId, AccountId)>,
    /// Who likes which comment.
    pub comment_likes: BTreeSet<(CommentId, AccountId)>,
    /// Whose profile who looked at, once.
    pub views: BTreeSet<(AccountId, AccountId)>,
    /// What all posts are in.
    pub category: CategoryId,
    /// Who writes to whom.
    pub conversations: Vec<WorldConversation>,
    /// Who gathers with whom.
    pub groups: Vec<WorldGroup>,
    /// Who is there at the moment.
    pub present: BTreeSet<AccountId>,
    /// Who does not want that to be seen.
    pub unseen: BTreeSet<AccountId>,
    /// What who was told.
    pub notifications: Vec<WorldNotification>,
    /// What people did with each other, and who introduces whom.
    pub network: WorldNetwork,
}

impl World {
    /// Somebody by their id.
    pub fn person(&self, id: AccountId) -> &WorldPerson {
        self.people.iter().find(|person| person.id == id).expect("somebody of this world")
    }

    /// Whether either blocked the other.
    pub fn blocked(&self, a: AccountId, b: AccountId) -> bool {
        self.blocks.contains(&(a, b)) || self.blocks.contains(&(b, a))
    }

    /// Whether lists keep `other` from `viewer`, moderator or not.
    pub fn barred(&self, viewer: AccountId, other: AccountId) -> bool {
        self.blocked(viewer, other) || self.mutes.contains(&(viewer, other))
    }

    /// Whether lists keep `other` from `viewer`; nothing is kept from who moderates.
    pub fn hidden(&self, viewer: AccountId, other: AccountId) -> bool {
        !self.person(viewer).staff && self.barred(viewer, other)
    }

    /// Whether the two are connected.
    pub fn tied(&self, a: AccountId, b: AccountId) -> bool {
        Pair::new(a, b).is_some_and(|pair| self.ties.contains(&pair))
    }

    /// Whom somebody is connected with.
    pub fn ties_of(&self, of: AccountId) -> BTreeSet<AccountId> {
        self.ties.iter().filter_map(|pair| pair.other_than(of)).collect()
    }

    /// Whether the profile is neither a draft nor suspended.
    pub fn shown(&self, person: AccountId) -> bool {
        matches!(self.person(person).state, ProfileState::Incomplete | ProfileState::Complete)
    }

    fn lets(&self, visibility: Visibility, viewer: AccountId, owner: AccountId) -> bool {
        match visibility {
            Visibility::Public => true,
            Visibility::ConnectionsOnly => self.person(viewer).staff || self.tied(viewer, owner),
            Visibility::Private => false,
        }
    }

    /// Whether `viewer` reads the profile of `owner` by its id.
    pub fn reads_profile(&self, viewer: AccountId, owner: AccountId) -> bool {
        let (who, whose) = (self.person(viewer), self.person(owner));
        if viewer == owner {
            return whose.state != ProfileState::Suspended;
        }
        if who.staff {
            return whose.state != ProfileState::Draft;
        }
        self.shown(owner) && !self.blocked(viewer, owner) && self.lets(whose.profile, viewer, owner)
    }

    /// Whether `viewer` finds `owner` in lists of profiles.
    pub fn lists_profile(&self, viewer: AccountId, owner: AccountId) -> bool {
        let lets = self.person(viewer).staff || self.lets(self.person(owner).profile, viewer, owner);
        self.shown(owner) && lets && !self.hidden(viewer, owner)
    }

    /// Which kind `viewer` sees `owner` as.
    pub fn kind_seen(&self, viewer: AccountId, owner: AccountId) -> ProfileKind {
        let whose = self.person(owner);
        let official = whose.kind == ProfileKind::GovernmentOfficial;
        if official && !whose.verified && viewer != owner && !self.person(viewer).staff {
            ProfileKind::CommunityMember
        } else {
            whose.kind
        }
    }

    /// Whether `viewer` sees where `owner` is, of whom they see the profile.
    pub fn sees_location(&self, viewer: AccountId, owner: AccountId) -> bool {
        viewer == owner || self.lets(self.person(owner).location, viewer, owner)
    }

    /// Whether `viewer` sees the list of whom `owner` is connected with.
    pub fn sees_list(&self, viewer: AccountId, owner: AccountId) -> bool {
        viewer == owner
            || self.reads_profile(viewer, owner)
                && self.shown(owner)
                && self.lets(self.person(owner).connections, viewer, owner)
    }

    /// Whom `viewer` sees in the list of `owner`: somebody else's tie takes that both of its ends show it.
    pub fn acquaintances(&self, viewer: AccountId, owner: AccountId) -> BTreeSet<AccountId> {
        if !self.sees_list(viewer, owner) {
            return BTreeSet::new();
        }
        let shows = |id: &AccountId| {
            let lists = self.lists_profile(viewer, *id);
            lists
                && (viewer == owner || *id == viewer || self.lets(self.person(*id).connections, viewer, *id))
        };
        self.ties_of(owner).into_iter().filter(shows).collect()
    }

    /// By how many connections of `owner` they are placed for `viewer`: those that everybody may know of, of people
    /// whom the viewer is shown.
    pub fn placed_by(&self, viewer: AccountId, owner: AccountId) -> usize {
        let public = Visibility::Public;
        let counts = |id: &AccountId| {
            let who = self.person(*id);
            self.shown(*id) && who.profile == public && who.connections == public && !self.hidden(viewer, *id)
        };
        if self.person(owner).connections != public {
            return 0;
        }
        self.ties_of(owner).iter().filter(|id| counts(id)).count()
    }

    /// Whom `viewer` sees that they have in common with `other`; moderating makes no difference.
    pub fn mutuals(&self, viewer: AccountId, other: AccountId) -> BTreeSet<AccountId> {
        let lets = |visibility| match visibility {
            Visibility::Public => true,
            Visibility::ConnectionsOnly => self.tied(viewer, other),
            Visibility::Private => false,
        };
        let theirs = self.person(other);
        if !self.shown(other)
            || self.blocked(viewer, other)
            || !lets(theirs.profile)
            || !lets(theirs.connections)
        {
            return BTreeSet::new();
        }
        let shows = |id: &AccountId| {
            let who = self.person(*id);
            self.tied(other, *id)
                && self.shown(*id)
                && who.profile != Visibility::Private
                && who.connections != Visibility::Private
                && !self.barred(viewer, *id)
        };
        self.ties_of(viewer).into_iter().filter(shows).collect()
    }

    /// The published posts that `viewer` finds in lists.
    pub fn listed_posts(&self, viewer: AccountId) -> BTreeSet<PostId> {
        let seen = |post: &&WorldPost| {
            post.shown && self.is_for_everybody(post) && !self.hidden(viewer, post.author)
        };
        self.posts.iter().filter(seen).map(|post| post.id).collect()
    }

    /// The published posts of `author` that `viewer` finds when they ask for theirs: a mute does not hide them then.
    pub fn posts_by(&self, viewer: AccountId, author: AccountId) -> BTreeSet<PostId> {
        let hidden = !self.person(viewer).staff && self.blocked(viewer, author);
        let theirs =
            |post: &&WorldPost| post.shown && self.is_for_everybody(post) && post.author == author && !hidden;
        self.posts.iter().filter(theirs).map(|post| post.id).collect()
    }

    /// Whether `viewer` reads a post by its id.
    pub fn reads_post(&self, viewer: AccountId, post: &WorldPost) -> bool {
        let staff = self.person(viewer).staff;
        (post.shown || post.author == viewer || staff)
            && (staff || !self.blocked(viewer, post.author))
            && self.is_in_audience(viewer, post)
    }

    /// The comments on a post that `viewer` finds, with how many replies each has for them.
    pub fn comments_on(&self, viewer: AccountId, post: PostId) -> BTreeMap<CommentId, usize> {
        let mut found = BTreeMap::new();
        for comment in self.comments.iter().filter(|comment| comment.post == post) {
            let hangs_on_nothing = comment.parent.is_some_and(|parent| !found.contains_key(&parent));
            if hangs_on_nothing || self.hidden(viewer, comment.author) {
                continue;
            }
            if let Some(replies) = comment.parent.and_then(|parent| found.get_mut(&parent)) {
                *replies += 1;
            }
            found.insert(comment.id, 0);
        }
        found
    }

    /// How many of these people `viewer` is told of.
    pub fn told_of(&self, viewer: AccountId, people: impl Iterator<Item = AccountId>) -> usize {
        people.filter(|who| !self.hidden(viewer, *who)).count()
    }

    /// Who likes a post, as `viewer` is told.
    pub fn likes_of(&self, viewer: AccountId, post: PostId) -> BTreeSet<AccountId> {
        let likes = self.reactions.iter().filter(|(of, _)| *of == post).map(|(_, who)| *who);
        likes.filter(|who| !self.hidden(viewer, *who)).collect()
    }

    /// Whom matching may propose to `seeker`, as far as they may be seen; an official whom staff did not verify is none.
    pub fn candidates(&self, seeker: AccountId) -> BTreeSet<AccountId> {
        let proposed = |person: &&WorldPerson| {
            person.id != seeker
                && self.shown(person.id)
                && person.profile == Visibility::Public
                && (person.verified || person.kind != ProfileKind::GovernmentOfficial)
                && !self.barred(seeker, person.id)
        };
        self.people.iter().filter(proposed).map(|person| person.id).collect()
    }
}

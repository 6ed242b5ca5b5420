//! Groups: who gathers around what, and who has a say there.

use serde::Deserialize;
use smilefactory_core::community::{
    Group, GroupBanInput, GroupCode, GroupCodeInput, GroupFacets, GroupFile, GroupInput, GroupMember,
    GroupMemberState, GroupMembership, GroupPatch, GroupRequestInput, GroupRole, GroupRoleChangeInput,
    GroupRolePermissions, GroupSort, GroupView, GroupVisibility, JoinPolicy, MadeGroupCode, RecommendedGroup,
};
use smilefactory_core::content::{ListedPost, Post, PostInput, PostKind};
use smilefactory_core::event::{Event, EventInput, ListedEvent};
use smilefactory_core::id::{AccountId, CategoryId, GroupCodeId, GroupId, PostId};
use smilefactory_core::messaging::JoinInput;
use smilefactory_core::version::Version;

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::{Entries, List, Page, read_whole};
use crate::request::Transport;

/// Groups; from [`Client::groups`](crate::Client::groups).
///
/// A hidden one [is not found](crate::Error::is_not_found) by who neither belongs to it nor is invited. What a role
/// does not permit [is forbidden](crate::Error::is_forbidden); what the state does not allow [is
/// refused](crate::Error::is_step_refused).
#[derive(Clone, Copy, Debug)]
pub struct Groups<'a>(pub(crate) &'a Transport);

/// Which version of which group: a `&Group` or `&GroupView` turns into it, and so does `(id, version)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupRevision {
    /// The group.
    pub id: GroupId,
    /// The version of what is set for it.
    pub version: Version,
}

impl From<&Group> for GroupRevision {
    fn from(group: &Group) -> Self {
        Self { id: group.id, version: group.version }
    }
}

impl From<&GroupView> for GroupRevision {
    fn from(view: &GroupView) -> Self {
        (&view.group).into()
    }
}

impl From<(GroupId, Version)> for GroupRevision {
    fn from((id, version): (GroupId, Version)) -> Self {
        Self { id, version }
    }
}

/// Marks the list of groups.
#[derive(Debug)]
pub enum AllGroups {}

/// Marks the call for groups that are recommended.
#[derive(Debug)]
pub enum Recommended {}

/// Marks the list of who belongs to a group.
#[derive(Debug)]
pub enum InGroup {}

/// Marks the list of what is posted in a group.
#[derive(Debug)]
pub enum PostedIn {}

/// Marks the list of the events of a group.
#[derive(Debug)]
pub enum EventsOf {}

#[derive(Deserialize)]
struct Roles {
    items: Vec<GroupRolePermissions>,
}

impl Groups<'_> {
    /// The groups that are there for the caller, those in which something happened last first unless
    /// [`sort`](List::sort) says otherwise.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::community::{GroupMemberState, GroupSort};
    ///
    /// let mine = client.groups().list().mine(GroupMemberState::Member).sort(GroupSort::Name);
    /// for view in mine.await?.items {
    ///     println!("{} has {} members", view.group.draft.name, view.group.members);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<GroupView, AllGroups> {
        List::new(self.0, &op::LIST_GROUPS)
    }

    /// How many of the groups that [`list`](Self::list) would give are of which category, visibility, join policy and
    /// country.
    pub fn facets(&self) -> Call<GroupFacets, AllGroups> {
        Call::new(self.0, &op::COUNT_GROUPS)
    }

    /// Groups that the caller would like to be in, the best first, each with why. This list has one page.
    pub fn recommended(&self) -> Call<Page<RecommendedGroup>, Recommended> {
        Call::reading(self.0, &op::RECOMMEND_GROUPS, |answer| {
            Entries::read(&answer.body).map(Page::from).map_err(|error| answer.exchange.fail(error))
        })
    }

    /// What the roles permit, the same in every group.
    pub fn roles(&self) -> Call<Vec<GroupRolePermissions>> {
        Call::reading(self.0, &op::LIST_GROUP_ROLES, |answer| {
            read_whole::<Roles>(&answer.body)
                .map(|roles| roles.items)
                .map_err(|error| answer.exchange.fail(error))
        })
    }

    /// Makes a group, which the caller owns. A name in addresses that is taken [is a
    /// conflict](crate::Error::is_conflict).
    pub fn create(&self, input: &GroupInput) -> Call<Group, Keyed> {
        Call::new(self.0, &op::CREATE_GROUP).json(input)
    }

    /// A group, with how the caller belongs to it and what they may do there.
    pub fn get(&self, group: GroupId) -> Call<GroupView> {
        Call::new(self.0, &op::GET_GROUP).id(group)
    }

    /// Changes what is set for a group.
    pub fn edit(&self, group: impl Into<GroupRevision>, patch: &GroupPatch) -> Call<Group> {
        let group = group.into();
        Call::new(self.0, &op::EDIT_GROUP).id(group.id).if_match(group.version).json(patch)
    }

    /// Puts a group away: it can still be read and left.
    pub fn archive(&self, group: impl Into<GroupRevision>) -> Call<Group, Keyed> {
        let group = group.into();
        Call::new(self.0, &op::ARCHIVE_GROUP).id(group.id).if_match(group.version)
    }

    /// Opens a group again that was put away.
    pub fn reopen(&self, group: impl Into<GroupRevision>) -> Call<Group, Keyed> {
        let group = group.into();
        Call::new(self.0, &op::REOPEN_GROUP).id(group.id).if_match(group.version)
    }

    /// Joins a group, or asks to be let in, as it is joined; a note is for whoever answers.
    pub fn join(&self, group: GroupId, note: Option<&str>) -> Call<GroupMembership, Keyed> {
        let input = GroupRequestInput { note: note.map(str::to_owned) };
        Call::new(self.0, &op::ENTER_GROUP).id(group).json(&input)
    }

    /// Joins a group with a code.
    pub fn join_with_code(&self, code: impl Into<String>) -> Call<GroupMembership, Keyed> {
        Call::new(self.0, &op::ENTER_GROUP_WITH_CODE).json(&JoinInput { code: code.into() })
    }

    /// Accepts an invitation.
    pub fn accept(&self, group: GroupId) -> Call<GroupMembership, Keyed> {
        Call::new(self.0, &op::ACCEPT_GROUP_INVITATION).id(group)
    }

    /// Declines an invitation. Nobody is told.
    pub fn decline(&self, group: GroupId) -> Call<(), Keyed> {
        Call::without_answer(self.0, &op::DECLINE_GROUP_INVITATION).id(group)
    }

    /// Asks no more to be let in.
    pub fn withdraw(&self, group: GroupId) -> Call<(), Keyed> {
        Call::without_answer(self.0, &op::WITHDRAW_GROUP_REQUEST).id(group)
    }

    /// Leaves a group. The last owner stays.
    pub fn leave(&self, group: GroupId) -> Call<(), Keyed> {
        Call::without_answer(self.0, &op::LEAVE_GROUP).id(group)
    }

    /// Who belongs to a group, the most senior first.
    pub fn list_members(&self, group: GroupId) -> List<GroupMember, InGroup> {
        List::new(self.0, &op::LIST_GROUP_MEMBERS).of(group)
    }

    /// Takes somebody out of a group.
    pub fn remove(&self, group: GroupId, account: AccountId) -> Call<()> {
        Call::without_answer(self.0, &op::REMOVE_FROM_GROUP).id(group).id(account)
    }

    /// Gives a member another role.
    pub fn change_role(&self, group: GroupId, account: AccountId, role: GroupRole) -> Call<GroupMembership> {
        let input = GroupRoleChangeInput { role: role.as_str().to_owned() };
        Call::new(self.0, &op::CHANGE_GROUP_ROLE).id(group).id(account).json(&input)
    }

    /// Who asks to be let in.
    pub fn list_requests(&self, group: GroupId) -> List<GroupMembership> {
        List::new(self.0, &op::LIST_GROUP_REQUESTS).of(group)
    }

    /// Lets somebody in who asked.
    pub fn approve(&self, group: GroupId, account: AccountId) -> Call<GroupMembership, Keyed> {
        Call::new(self.0, &op::APPROVE_GROUP_REQUEST).id(group).id(account)
    }

    /// Does not let somebody in who asked.
    pub fn decline_request(&self, group: GroupId, account: AccountId) -> Call<(), Keyed> {
        Call::without_answer(self.0, &op::DECLINE_GROUP_REQUEST).id(group).id(account)
    }

    /// Who is invited.
    pub fn list_invitations(&self, group: GroupId) -> List<GroupMembership> {
        List::new(self.0, &op::LIST_GROUP_INVITATIONS).of(group)
    }

    /// Invites somebody.
    pub fn invite(&self, group: GroupId, account: AccountId) -> Call<GroupMembership> {
        Call::new(self.0, &op::INVITE_TO_GROUP).id(group).id(account)
    }

    /// Takes an invitation back.
    pub fn uninvite(&self, group: GroupId, account: AccountId) -> Call<()> {
        Call::without_answer(self.0, &op::TAKE_BACK_GROUP_INVITATION).id(group).id(account)
    }

    /// Who may not come.
    pub fn list_bans(&self, group: GroupId) -> List<GroupMembership> {
        List::new(self.0, &op::LIST_GROUP_BANS).of(group)
    }

    /// Keeps somebody away, for a reason that whoever looks after the group reads.
    pub fn ban(
        &self,
        group: GroupId,
        account: AccountId,
        reason: impl Into<String>,
    ) -> Call<GroupMembership> {
        let input = GroupBanInput { reason: reason.into() };
        Call::new(self.0, &op::BAN_FROM_GROUP).id(group).id(account).json(&input)
    }

    /// Lets somebody come again.
    pub fn unban(&self, group: GroupId, account: AccountId) -> Call<()> {
        Call::without_answer(self.0, &op::UNBAN_FROM_GROUP).id(group).id(account)
    }

    /// What is posted in a group, the most lately published first.
    pub fn list_posts(&self, group: GroupId) -> List<ListedPost, PostedIn> {
        List::new(self.0, &op::LIST_GROUP_POSTS).of(group)
    }

    /// Drafts a post in a group; it is [published](crate::Posts::publish) like every other.
    pub fn draft_post(&self, group: GroupId, input: &PostInput) -> Call<Post, Keyed> {
        Call::new(self.0, &op::DRAFT_GROUP_POST).id(group).json(input)
    }

    /// The events of a group that are not over, the first first; or those that are, with [`past`](List::past).
    pub fn list_events(&self, group: GroupId) -> List<ListedEvent, EventsOf> {
        List::new(self.0, &op::LIST_GROUP_EVENTS).of(group)
    }

    /// Prepares an event of a group; everything else is done with it as with [every event](crate::Events). Of a group
    /// that is not public, it is for its members.
    pub fn create_event(&self, group: GroupId, input: &EventInput) -> Call<Event, Keyed> {
        Call::new(self.0, &op::CREATE_GROUP_EVENT).id(group).json(input)
    }

    /// Takes a post off a group: from then on it is its author's alone.
    pub fn take_off(&self, group: GroupId, post: PostId) -> Call<(), Keyed> {
        Call::without_answer(self.0, &op::TAKE_OFF_GROUP_POST).id(group).id(post)
    }

    /// The files on what is posted in a group.
    pub fn list_files(&self, group: GroupId) -> List<GroupFile> {
        List::new(self.0, &op::LIST_GROUP_FILES).of(group)
    }

    /// The codes of a group, the last made first.
    pub fn list_codes(&self, group: GroupId) -> List<GroupCode> {
        List::new(self.0, &op::LIST_GROUP_CODES).of(group)
    }

    /// Makes a code that the group is joined with; it is shown here and never again. When the answer is lost, so is the
    /// code: the call is not made a second time by itself.
    pub fn make_code(&self, group: GroupId, input: &GroupCodeInput) -> Call<MadeGroupCode> {
        Call::new(self.0, &op::MAKE_GROUP_CODE).id(group).json(input)
    }

    /// Takes a code back.
    pub fn revoke_code(&self, group: GroupId, code: GroupCodeId) -> Call<()> {
        Call::without_answer(self.0, &op::REVOKE_GROUP_CODE).id(group).id(code)
    }
}

impl List<GroupView, AllGroups> {
    /// In this order.
    pub fn sort(self, sort: GroupSort) -> Self {
        self.filter("sort", sort.as_str())
    }
}

impl List<ListedEvent, EventsOf> {
    /// Those that are over, the last first.
    pub fn past(self) -> Self {
        self.filter("past", "true")
    }
}

/// The same narrows down the list and the counts.
macro_rules! narrowed {
    ($on:ty, $filter:ident) => {
        impl $on {
            /// Only those in this category, or in one under it.
            pub fn category(self, category: CategoryId) -> Self {
                self.$filter("category", category.to_string())
            }

            /// Only those with this visibility.
            pub fn visibility(self, visibility: GroupVisibility) -> Self {
                self.$filter("visibility", visibility.as_str())
            }

            /// Only those that are joined so.
            pub fn join_policy(self, policy: JoinPolicy) -> Self {
                self.$filter("join_policy", policy.as_str())
            }

            /// Only those at home in this country, by its two-letter code: `ZW`.
            pub fn country(self, country: impl AsRef<str>) -> Self {
                self.$filter("country", country.as_ref())
            }

            /// Only those that the caller belongs to in this way.
            pub fn mine(self, state: GroupMemberState) -> Self {
                self.$filter("mine", state.as_str())
            }

            /// Those that were put away, instead of those that are open.
            pub fn archived(self) -> Self {
                self.$filter("archived", "true")
            }
        }
    };
}
narrowed!(List<GroupView, AllGroups>, filter);
narrowed!(Call<GroupFacets, AllGroups>, query);

impl Call<Page<RecommendedGroup>, Recommended> {
    /// How many at most: 1 to 100, 20 unless said.
    pub fn limit(self, groups: u32) -> Self {
        self.query("limit", groups.to_string())
    }
}

impl List<ListedPost, PostedIn> {
    /// Only those of this kind.
    pub fn kind(self, kind: PostKind) -> Self {
        self.filter("kind", kind.as_str())
    }
}

impl List<GroupMember, InGroup> {
    /// Only those in this role.
    pub fn role(self, role: GroupRole) -> Self {
        self.filter("role", role.as_str())
    }
}

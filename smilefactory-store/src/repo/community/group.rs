//! Groups.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::community::{
    Group, GroupCandidate, GroupFacets, GroupFile, GroupMemberState, GroupSort, GroupView, GroupVisibility,
    JoinPolicy,
};
use smilefactory_core::id::{AccountId, CategoryId, GroupId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::text::Country;
use uuid::Uuid;

use crate::error::Result;

/// Which groups a list has, and in which order; all that are open and there for whoever looks, those in which something
/// happened last first, unless somebody says otherwise.
///
/// ```
/// use smilefactory_core::community::{GroupMemberState, GroupSort};
/// use smilefactory_store::repo::community::GroupFilter;
///
/// let mine = GroupFilter::new().belonging(GroupMemberState::Member).sorted(GroupSort::Name);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupFilter {
    pub(crate) category: Option<CategoryId>,
    pub(crate) country: Option<Country>,
    pub(crate) visibility: Option<GroupVisibility>,
    pub(crate) join_policy: Option<JoinPolicy>,
    pub(crate) belonging: Option<GroupMemberState>,
    pub(crate) archived: bool,
    pub(crate) sort: GroupSort,
}

impl Default for GroupFilter {
    fn default() -> Self {
        Self {
            category: None,
            country: None,
            visibility: None,
            join_policy: None,
            belonging: None,
            archived: false,
            sort: GroupSort::Activity,
        }
    }
}

impl GroupFilter {
    /// All of them.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those in this category, or in one under it.
    #[must_use]
    pub const fn in_category(mut self, category: CategoryId) -> Self {
        self.category = Some(category);
        self
    }

    /// Only those at home in this country.
    #[must_use]
    pub fn in_country(mut self, country: Country) -> Self {
        self.country = Some(country);
        self
    }

    /// Only those with this visibility.
    #[must_use]
    pub const fn seen(mut self, visibility: GroupVisibility) -> Self {
        self.visibility = Some(visibility);
        self
    }

    /// Only those that are joined so.
    #[must_use]
    pub const fn joined_by(mut self, policy: JoinPolicy) -> Self {
        self.join_policy = Some(policy);
        self
    }

    /// Only those that whoever looks belongs to in this way.
    #[must_use]
    pub const fn belonging(mut self, state: GroupMemberState) -> Self {
        self.belonging = Some(state);
        self
    }

    /// Those that were put away, instead of those that are open.
    #[must_use]
    pub const fn archived(mut self) -> Self {
        self.archived = true;
        self
    }

    /// In this order; equals by the id of the group.
    #[must_use]
    pub const fn sorted(mut self, sort: GroupSort) -> Self {
        self.sort = sort;
        self
    }
}

/// Where a group stands in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupKey {
    /// By when something last happened.
    Activity(DateTime<Utc>, GroupId),
    /// By how much happens: the bits of the logarithm.
    Trending(u64, GroupId),
    /// By how many belong to it.
    Members(i32, GroupId),
    /// By name.
    Name(String, GroupId),
    /// By age.
    Newest(GroupId),
}

impl GroupKey {
    /// Which group.
    pub(crate) fn id(&self) -> Uuid {
        match self {
            Self::Activity(_, id)
            | Self::Trending(_, id)
            | Self::Members(_, id)
            | Self::Name(_, id)
            | Self::Newest(id) => id.uuid(),
        }
    }
}

/// Reads groups.
pub trait ReadGroups {
    /// The group with this id, whoever may see it.
    fn get(&mut self, id: GroupId) -> impl Future<Output = Result<Option<Group>>> + Send;

    /// A group as `viewer` has it, if it is there for them: a hidden one is for its members and for who is invited by
    /// somebody whom nothing stands between. Who made it is told to its members, unless they are blocked.
    fn view(
        &mut self,
        id: GroupId,
        viewer: AccountId,
    ) -> impl Future<Output = Result<Option<GroupView>>> + Send;

    /// The files on what is published in a group, most lately published first; without those on posts that were taken
    /// off it, or whose authors the sight of the unit of work is not shown.
    fn list_files(
        &mut self,
        group: GroupId,
        page: &PageRequest<GroupFileKey>,
    ) -> impl Future<Output = Result<Page<GroupFile, GroupFileKey>>> + Send;

    /// The groups that are there for `viewer`, as [`view`](Self::view) has them.
    fn list(
        &mut self,
        viewer: AccountId,
        filter: &GroupFilter,
        page: &PageRequest<GroupKey>,
    ) -> impl Future<Output = Result<Page<GroupView, GroupKey>>> + Send;

    /// How many groups there are of what, of those that [`list`](Self::list) would have for `viewer`.
    fn count_facets(
        &mut self,
        viewer: AccountId,
        filter: &GroupFilter,
    ) -> impl Future<Output = Result<GroupFacets>> + Send;

    /// The groups that `viewer` may be recommended: open ones that they have nothing to do with, those in which most
    /// people are whom they are connected with, and those in which much happens; a few hundred.
    ///
    /// Of whom they are connected with, only those count who are shown to them, are neither blocked nor muted, and
    /// belong to a public group: who is in others is told to their members.
    fn list_candidates(
        &mut self,
        viewer: AccountId,
    ) -> impl Future<Output = Result<Vec<GroupCandidate>>> + Send;

    /// The categories of the groups that somebody is in, of at most 100 of them.
    fn categories_of(&mut self, account: AccountId) -> impl Future<Output = Result<Vec<CategoryId>>> + Send;
}

/// Where a file of a group stands in their list: by the post it hangs on, and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupFileKey {
    /// When the post was published.
    pub at: DateTime<Utc>,
    /// The post.
    pub post: PostId,
    /// The place on it.
    pub place: i16,
}

/// Writes groups.
pub trait WriteGroups: ReadGroups {
    /// The group as it is now, its row locked until the end of the unit of work.
    fn lock(&mut self, id: GroupId) -> impl Future<Output = Result<Option<Group>>> + Send;

    /// Makes a group. Members are counted when they are saved. A category that is none of groups, or archived, is
    /// [`Missing`](crate::StoreError::Missing) under the constraint `groups_category`.
    fn insert(&mut self, group: &Group) -> impl Future<Output = Result<()>> + Send;

    /// Saves what is set for a group, and whether it is put away.
    fn update(&mut self, group: &Group) -> impl Future<Output = Result<Group>> + Send;

    /// Adds up to `limit` of the things that happened in groups to how much does, and says how many there were:
    /// nothing, when somebody else is at it. What is taken away here and added there lasts together.
    fn fold_activity(&mut self, limit: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Nobody made up to `most` of the groups that somebody who is erased made. Says how many there were.
    fn erase_founder(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;
}

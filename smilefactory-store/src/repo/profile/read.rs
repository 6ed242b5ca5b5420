//! Reading profiles.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use smilefactory_core::id::AccountId;
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::profile::{Profile, ProfileFacets, ProfileKind};
use smilefactory_core::text::{PersonName, Prose};

use super::ProfileFilter;
use crate::error::Result;

/// A profile with what its account says of its owner, as a stranger may see both: what matching looks at.
///
/// What strangers may not see is not in it, so that no score and no reason can give it away.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The profile, without what its owner hides from strangers.
    pub profile: Profile,
    /// The owner's first name.
    pub first_name: PersonName,
    /// The owner's last name.
    pub last_name: PersonName,
    /// A few sentences of the owner about themselves.
    pub bio: Option<Prose<1, 500>>,
    /// Whether staff verified who the owner is.
    pub verified: bool,
}

/// An order of profiles that is a range of an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum ProfileOrder {
    /// Who signed up last first.
    #[default]
    Joined,
    /// By last name, then first name, whatever their capitals; equal ones by id.
    Name,
    /// Who did something most lately first, by the day; of one day, who signed up last first.
    Activity,
    /// Who is connected with most people first; of equals, who signed up last first.
    Connections,
}

/// Where a profile stands in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProfileKey {
    /// By when its owner signed up.
    Joined(AccountId),
    /// By name.
    Name(String, AccountId),
    /// By the day.
    Activity(NaiveDate, AccountId),
    /// By how many people its owner is connected with.
    Connections(u32, AccountId),
}

/// Reads profiles. A page of them takes a constant number of statements, whatever kinds are on it.
pub trait ReadProfiles {
    /// The profile of this account, in any state. Who may see it is not decided here: [`Profile::is_seen_by`] does.
    fn get(&mut self, account: AccountId) -> impl Future<Output = Result<Option<Profile>>> + Send;

    /// The profiles of these accounts, in any state; at most 100 are read.
    fn get_many(&mut self, accounts: &[AccountId]) -> impl Future<Output = Result<Vec<Profile>>> + Send;

    /// Profiles that are shown (neither drafts nor suspended), whoever signed up last first. What the
    /// [sight](crate::Sight) of the unit of work may not see is left out before the page is cut, so that it is full: who is
    /// not for them, whom they are not shown, and, where a kind or place is asked for, of whom they may not know it.
    fn list(
        &mut self,
        filter: &ProfileFilter,
        page: &PageRequest<AccountId>,
    ) -> impl Future<Output = Result<Page<Profile, AccountId>>> + Send;

    /// The same in another order. Nobody is placed by what whoever looks may not know: connections count that show
    /// themselves to everybody on both sides, without those with people whom the sight is not shown, and who hides whom
    /// they know stands with those who know nobody.
    ///
    /// Activity and connections are those of the last [fold](super::WriteProfiles::fold_cards).
    fn list_in(
        &mut self,
        order: ProfileOrder,
        filter: &ProfileFilter,
        page: &PageRequest<ProfileKey>,
    ) -> impl Future<Output = Result<Page<Profile, ProfileKey>>> + Send;

    /// How many profiles there are of what, of those that [`list`](Self::list) would give: one statement.
    fn count_facets(&mut self, filter: &ProfileFilter) -> impl Future<Output = Result<ProfileFacets>> + Send;

    /// Everybody of these kinds who may be proposed to `seeker`, who does not know them: shown, public, no official whom staff
    /// did not verify, and with nothing between the two; whoever signed up last first. No kinds, nobody.
    fn list_candidates(
        &mut self,
        seeker: AccountId,
        kinds: &[ProfileKind],
        page: &PageRequest<AccountId>,
    ) -> impl Future<Output = Result<Page<Candidate, AccountId>>> + Send;

    /// Of these accounts those who may be proposed to `seeker`, as they are now; at most 100 are read, and the
    /// order is not promised. Whoever has ids from an index that lags behind reads them through this.
    fn get_candidates(
        &mut self,
        seeker: AccountId,
        accounts: &[AccountId],
    ) -> impl Future<Output = Result<Vec<Candidate>>> + Send;
}

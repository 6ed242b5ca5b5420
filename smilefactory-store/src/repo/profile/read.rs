//! Reading profiles.

use smilefactory_core::id::AccountId;
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::profile::{Profile, ProfileFacets, ProfileKind};
use smilefactory_core::text::{PersonName, Prose};

use super::ProfileFilter;
use crate::error::Result;

/// A profile with what its account says of its owner: what matching looks at.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The profile.
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

    /// How many profiles there are of what, of those that [`list`](Self::list) would give: one statement.
    fn count_facets(
        &mut self,
        filter: &ProfileFilter,
    ) -> impl Future<Output = Result<ProfileFacets>> + Send;

    /// Everybody of these kinds who may be proposed to `seeker`, who does not know them: shown, public, and with nothing
    /// between the two; whoever signed up last first. No kinds, nobody.
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

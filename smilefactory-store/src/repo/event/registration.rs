//! How people stand to events.

use smilefactory_core::event::{OwnRegistration, Registration, RegistrationState};
use smilefactory_core::id::{AccountId, EventId, GroupId, RegistrationId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::text::Slug;

use crate::error::Result;

/// Which registrations a list has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegistrationFilter {
    /// Only those in this state; unless said, all but those that are declined or cancelled.
    pub state: Option<RegistrationState>,
    /// Those that are declined or cancelled, too.
    pub ended: bool,
}

/// Reads registrations. Whose they are to read is for the caller to know.
pub trait ReadRegistrations {
    /// The registration with this id.
    fn get(&mut self, id: RegistrationId) -> impl Future<Output = Result<Option<Registration>>> + Send;

    /// How somebody stands to an event.
    fn find_by_account(
        &mut self,
        event: EventId,
        account: AccountId,
    ) -> impl Future<Output = Result<Option<Registration>>> + Send;

    /// Who stands to an event how, the last who came first; without whoever is blocked by who looks, or blocks them.
    fn list(
        &mut self,
        event: EventId,
        filter: RegistrationFilter,
        page: &PageRequest<RegistrationId>,
    ) -> impl Future<Output = Result<Page<Registration, RegistrationId>>> + Send;

    /// How somebody stands to events, the last made first, with what the events are.
    fn list_of_account(
        &mut self,
        account: AccountId,
        filter: RegistrationFilter,
        page: &PageRequest<RegistrationId>,
    ) -> impl Future<Output = Result<Page<OwnRegistration, RegistrationId>>> + Send;

    /// One of them.
    fn find_own(
        &mut self,
        id: RegistrationId,
        account: AccountId,
    ) -> impl Future<Output = Result<Option<OwnRegistration>>> + Send;

    /// Who stands to an event in one of these states, a batch: in the order of their accounts, after this one.
    fn list_accounts(
        &mut self,
        event: EventId,
        states: &[RegistrationState],
        after: Option<AccountId>,
    ) -> impl Future<Output = Result<Vec<AccountId>>> + Send;
}

/// Writes registrations. Their event is locked.
pub trait WriteRegistrations: ReadRegistrations {
    /// Saves a registration, whether it is there or not. [`Stale`](crate::StoreError::Stale) when it was saved since
    /// the version it was read at.
    fn save(&mut self, registration: &Registration) -> impl Future<Output = Result<Registration>> + Send;

    /// Up to `most` of those who wait for a seat of this class, who has waited longest first.
    fn waiting(
        &mut self,
        event: EventId,
        class: Option<&Slug>,
        most: u32,
    ) -> impl Future<Output = Result<Vec<Registration>>> + Send;

    /// The offers of an event that have expired by now.
    fn lapsed(&mut self, event: EventId) -> impl Future<Output = Result<Vec<Registration>>> + Send;

    /// An event that has an offer which has expired by now.
    fn find_lapsed(&mut self) -> impl Future<Output = Result<Option<EventId>>> + Send;

    /// Up to `most` who had a seat at an event; nobody, if nobody was checked in at all: then nobody looked.
    fn missing(
        &mut self,
        event: EventId,
        most: u16,
    ) -> impl Future<Output = Result<Vec<Registration>>> + Send;

    /// The registrations of somebody for events of a group that are not over, as far as they are neither ended nor done
    /// with, in the order of the ids of these events.
    fn list_in_group(
        &mut self,
        group: GroupId,
        account: AccountId,
    ) -> impl Future<Output = Result<Vec<RegistrationId>>> + Send;

    /// Up to `most` registrations of somebody.
    fn list_of_erased(
        &mut self,
        account: AccountId,
        most: u16,
    ) -> impl Future<Output = Result<Vec<(RegistrationId, EventId)>>> + Send;

    /// Takes a registration out.
    fn delete(&mut self, id: RegistrationId) -> impl Future<Output = Result<bool>> + Send;

    /// Nobody invited whom this person invited.
    fn forget_inviter(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;
}

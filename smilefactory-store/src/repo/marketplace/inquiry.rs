//! Inquiries.

use chrono::{DateTime, Utc};
use serde::Serialize;
use smilefactory_core::id::{AccountId, InquiryEntryId, InquiryId, ListingId};
use smilefactory_core::marketplace::{Inquiry, InquiryEntry, InquiryState, OwnInquiryEntry, StepOfInquiry};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::version::Version;

use crate::error::Result;

/// Which of the two somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Side {
    /// Who offers.
    Seller,
    /// Who asks.
    Buyer,
}

/// Which of somebody's inquiries a list has; all of them unless narrowed down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InquiryFilter {
    /// Only those in which they are this one.
    pub side: Option<Side>,
    /// Only those in this state.
    pub state: Option<InquiryState>,
    /// Only those about this listing.
    pub listing: Option<ListingId>,
}

/// Reads inquiries. Who may see one is not decided by what reads it by its id.
pub trait ReadInquiries {
    /// The inquiry with this id.
    fn get(&mut self, id: InquiryId) -> impl Future<Output = Result<Option<Inquiry>>> + Send;

    /// Somebody's inquiries, the last begun first; without those with whom they blocked or are blocked by.
    fn list(
        &mut self,
        account: AccountId,
        filter: InquiryFilter,
        page: &PageRequest<InquiryId>,
    ) -> impl Future<Output = Result<Page<Inquiry, InquiryId>>> + Send;

    /// What was said and done, the first first.
    fn entries(
        &mut self,
        id: InquiryId,
        page: &PageRequest<Version>,
    ) -> impl Future<Output = Result<Page<InquiryEntry, Version>>> + Send;

    /// What somebody said and did, the first first.
    fn entries_by(
        &mut self,
        account: AccountId,
        page: &PageRequest<InquiryEntryId>,
    ) -> impl Future<Output = Result<Page<OwnInquiryEntry, InquiryEntryId>>> + Send;

    /// The inquiry about a listing that somebody began and that is open.
    fn find_open(
        &mut self,
        listing: ListingId,
        buyer: AccountId,
    ) -> impl Future<Output = Result<Option<Inquiry>>> + Send;

    /// How many inquiries somebody began since then.
    fn count_begun(
        &mut self,
        buyer: AccountId,
        since: DateTime<Utc>,
    ) -> impl Future<Output = Result<u32>> + Send;

    /// At most `most` inquiries for which something was kept for long enough by now, the longest first.
    fn lapsing(&mut self, most: u16) -> impl Future<Output = Result<Vec<InquiryId>>> + Send;

    /// At most `most` of somebody's open inquiries, on either side.
    fn open_of(
        &mut self,
        account: AccountId,
        most: u16,
    ) -> impl Future<Output = Result<Vec<InquiryId>>> + Send;
}

/// Writes inquiries. Whoever takes a step holds the [lock of the listing](super::WriteListings::lock).
pub trait WriteInquiries: ReadInquiries {
    /// Waits until nobody else asks in the name of this account, and keeps it so to the end of the unit of work: what is
    /// counted against a quota stays what it was. It is taken before all other locks.
    fn lock_quota(&mut self, buyer: AccountId) -> impl Future<Output = Result<()>> + Send;

    /// The inquiry, its row locked. The lock of its listing is taken before.
    fn lock(&mut self, id: InquiryId) -> impl Future<Output = Result<Option<Inquiry>>> + Send;

    /// Begins an inquiry, with its first entry. One of the same buyer about the same listing that is open is a `Conflict`
    /// of `listing`. What is said is encrypted.
    fn insert(&mut self, step: &StepOfInquiry) -> impl Future<Output = Result<()>> + Send;

    /// Saves where an inquiry is after a step, with the entry of it.
    fn update(&mut self, step: &StepOfInquiry) -> impl Future<Output = Result<Inquiry>> + Send;

    /// Empties at most `most` of the things that somebody who is erased said, and says how many there were.
    fn erase(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;
}

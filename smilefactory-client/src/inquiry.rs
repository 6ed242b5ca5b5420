//! Inquiries: what people ask about listings, and what comes of it.

use smilefactory_core::id::{AccountId, InquiryId, ListingId};
use smilefactory_core::marketplace::{
    AgreementInput, Inquiry, InquiryCancellationInput, InquiryEntry, InquiryInput, InquiryState,
    ListingReview, ListingReviewInput, RemarkInput, SellerStats,
};
use smilefactory_core::money::Money;

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// What people ask about listings, and what comes of it; from [`Client::inquiries`](crate::Client::inquiries).
#[derive(Clone, Copy, Debug)]
pub struct Inquiries<'a>(pub(crate) &'a Transport);

/// Marks the list of the caller's inquiries.
#[derive(Debug)]
pub enum OwnInquiries {}

impl Inquiries<'_> {
    /// Asks about a listing, perhaps for another price than it asks for.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client, pump: smilefactory_core::id::ListingId)
    /// # -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::marketplace::InquiryInput;
    ///
    /// let question = InquiryInput { message: "Is it still there?".into(), offer: None };
    /// let inquiry = client.inquiries().ask(pump, &question).await?;
    /// // What it asks for is fine: once the seller agrees too, the pump is kept for the caller.
    /// client.inquiries().agree(inquiry.id, inquiry.price).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn ask(&self, listing: ListingId, input: &InquiryInput) -> Call<Inquiry, Keyed> {
        Call::new(self.0, &op::ASK_ABOUT_LISTING).id(listing).json(input)
    }

    /// The caller's inquiries, about own listings and about those of others; the last begun first.
    pub fn list(&self) -> List<Inquiry, OwnInquiries> {
        List::new(self.0, &op::LIST_INQUIRIES)
    }

    /// An inquiry, for either of the two.
    pub fn get(&self, inquiry: InquiryId) -> Call<Inquiry> {
        Call::new(self.0, &op::GET_INQUIRY).id(inquiry)
    }

    /// What was said and done, the first first.
    pub fn entries(&self, inquiry: InquiryId) -> List<InquiryEntry> {
        List::new(self.0, &op::LIST_INQUIRY_ENTRIES).of(inquiry)
    }

    /// Says something, or offers another price.
    pub fn say(&self, inquiry: InquiryId, input: &RemarkInput) -> Call<Inquiry, Keyed> {
        Call::new(self.0, &op::SAY_ABOUT_INQUIRY).id(inquiry).json(input)
    }

    /// Agrees to this price, which must be the one on the table.
    pub fn agree(&self, inquiry: InquiryId, price: Option<Money>) -> Call<Inquiry, Keyed> {
        let input = AgreementInput { price: price.map(Into::into) };
        Call::new(self.0, &op::AGREE_TO_INQUIRY).id(inquiry).json(&input)
    }

    /// Says that what both agreed to is done.
    pub fn complete(&self, inquiry: InquiryId) -> Call<Inquiry, Keyed> {
        Call::new(self.0, &op::COMPLETE_INQUIRY).id(inquiry)
    }

    /// Wants no more of it, and says why.
    pub fn cancel(&self, inquiry: InquiryId, reason: impl Into<String>) -> Call<Inquiry, Keyed> {
        let input = InquiryCancellationInput { reason: reason.into() };
        Call::new(self.0, &op::CANCEL_INQUIRY).id(inquiry).json(&input)
    }

    /// What the caller said about a completed inquiry.
    pub fn own_review(&self, inquiry: InquiryId) -> Call<ListingReview> {
        Call::new(self.0, &op::GET_LISTING_REVIEW).id(inquiry)
    }

    /// Says how it was, 1 to 5 stars, or something else than before.
    pub fn review(&self, inquiry: InquiryId, input: &ListingReviewInput) -> Call<ListingReview> {
        Call::new(self.0, &op::REVIEW_INQUIRY).id(inquiry).json(input)
    }

    /// What is said about somebody, as a seller and as a buyer; the last written first.
    pub fn reviews_of(&self, account: AccountId) -> List<ListingReview> {
        List::new(self.0, &op::LIST_LISTING_REVIEWS).of(account)
    }

    /// How somebody is as a seller.
    pub fn seller_stats(&self, account: AccountId) -> Call<SellerStats> {
        Call::new(self.0, &op::GET_SELLER_STATS).id(account)
    }
}

impl List<Inquiry, OwnInquiries> {
    /// Only those about the caller's own listings.
    pub fn as_seller(self) -> Self {
        self.filter("side", "seller")
    }

    /// Only those about listings of others.
    pub fn as_buyer(self) -> Self {
        self.filter("side", "buyer")
    }

    /// Only those in this state.
    pub fn state(self, state: InquiryState) -> Self {
        self.filter("state", state.as_str())
    }

    /// Only those about this listing.
    pub fn about(self, listing: ListingId) -> Self {
        self.filter("listing", listing.to_string())
    }
}

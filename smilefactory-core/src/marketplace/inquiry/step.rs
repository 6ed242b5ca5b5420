//! The steps of an inquiry, each taken with the listing at hand.

use chrono::{DateTime, Utc};

use super::{AgreementDraft, Inquiry, InquiryDraft, InquiryEntry, InquiryState, InquiryStep, RemarkDraft};
use crate::error::InvalidTransition;
use crate::id::{AccountId, InquiryId};
use crate::marketplace::{
    Availability, InquiryMoved, Listing, ListingMoved, MarketplaceRefused, MarketplaceSettings,
};
use crate::money::Money;
use crate::text::Prose;
use crate::version::Version;

/// A step of an inquiry that was taken: all of it is saved, or none.
#[derive(Clone, Debug, PartialEq)]
pub struct StepOfInquiry {
    /// The inquiry after it.
    pub inquiry: Inquiry,
    /// What is written down of it.
    pub entry: InquiryEntry,
    /// The fact of it.
    pub fact: InquiryMoved,
    /// The listing, if something of it is kept, kept no more, or sold by it.
    pub listing: Option<(Listing, ListingMoved)>,
}

impl InquiryDraft {
    /// Somebody asks about a listing that is shown and of which there is something left.
    pub fn ask(
        self,
        id: InquiryId,
        buyer: AccountId,
        listing: &Listing,
        now: DateTime<Utc>,
    ) -> Result<StepOfInquiry, MarketplaceRefused> {
        if listing.seller == buyer {
            return Err(MarketplaceRefused::Oneself);
        }
        if listing.availability(now).is_none_or(|there| there == Availability::Sold) {
            return Err(InvalidTransition::new("listing", listing.state.as_str(), "ask about").into());
        }
        if let Some(offer) = &self.offer {
            check_offer(offer, listing)?;
        }
        let asked = self.offer.clone().or_else(|| listing.draft.price.clone());
        let inquiry = Inquiry {
            id,
            listing: listing.id,
            seller: listing.seller,
            buyer,
            state: InquiryState::Initiated,
            price: asked,
            offered_by: self.offer.as_ref().map(|_| buyer),
            seller_agrees: false,
            buyer_agrees: self.offer.is_some(),
            kept_until: None,
            answered_at: None,
            closed_at: None,
            cancelled_by: None,
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
        };
        let entry = InquiryEntry {
            number: Version::FIRST,
            step: InquiryStep::Ask,
            by: Some(buyer),
            message: Some(self.message),
            price: self.offer,
            at: now,
        };
        let fact = inquiry.moved(InquiryStep::Ask, Some(buyer));
        Ok(StepOfInquiry { inquiry, entry, fact, listing: None })
    }
}

/// Whether somebody may offer this for what a listing offers.
fn check_offer(offer: &Money, listing: &Listing) -> Result<(), MarketplaceRefused> {
    let draft = &listing.draft;
    let asked = draft.price.as_ref().map(Money::currency);
    let currency = asked.or_else(|| draft.salary.as_ref().map(crate::money::MoneyRange::currency));
    if currency.is_some_and(|currency| currency != offer.currency()) {
        return Err(MarketplaceRefused::OtherCurrency);
    }
    if !draft.negotiable && draft.price.as_ref().is_some_and(|price| price != offer) {
        return Err(MarketplaceRefused::PriceIsFixed);
    }
    Ok(())
}

impl Inquiry {
    /// How many things may be said about one listing.
    pub const MOST_SAID: i64 = 500;

    /// Whether somebody is one of the two.
    pub fn is_of(&self, account: AccountId) -> bool {
        account == self.seller || account == self.buyer
    }

    /// The other of the two.
    pub fn other_than(&self, account: AccountId) -> AccountId {
        if account == self.seller { self.buyer } else { self.seller }
    }

    /// One of the two says something, or offers another price, to which the other has to agree.
    pub fn say(
        self,
        remark: RemarkDraft,
        by: AccountId,
        listing: &Listing,
        now: DateTime<Utc>,
    ) -> Result<StepOfInquiry, MarketplaceRefused> {
        self.require_one(by)?;
        let step = if remark.offer.is_some() { InquiryStep::Offer } else { InquiryStep::Say };
        let open = matches!(self.state, InquiryState::Initiated | InquiryState::Negotiating);
        if !open && (remark.offer.is_some() || self.state != InquiryState::Agreed) {
            return Err(self.refuses("say something about"));
        }
        if self.version.get() >= Self::MOST_SAID {
            return Err(MarketplaceRefused::SaidEnough(Self::MOST_SAID));
        }
        let mut next = self.answered(by, now);
        if let Some(offer) = &remark.offer {
            check_offer(offer, listing)?;
            next.price = Some(offer.clone());
            next.offered_by = Some(by);
            next.seller_agrees = by == next.seller;
            next.buyer_agrees = by == next.buyer;
        }
        Ok(next.step(step, Some(by), remark.message, remark.offer, None, now))
    }

    /// One of the two agrees to the price on the table. When both do, one of it is kept for the buyer for a while.
    pub fn agree(
        self,
        agreement: AgreementDraft,
        by: AccountId,
        listing: Listing,
        settings: &MarketplaceSettings,
        now: DateTime<Utc>,
    ) -> Result<StepOfInquiry, MarketplaceRefused> {
        self.require_one(by)?;
        if !matches!(self.state, InquiryState::Initiated | InquiryState::Negotiating) {
            return Err(self.refuses("agree to"));
        }
        if agreement.price != self.price {
            return Err(MarketplaceRefused::OtherPrice);
        }
        let agreed = if by == self.seller { self.seller_agrees } else { self.buyer_agrees };
        if agreed {
            return Err(MarketplaceRefused::AgreedAlready);
        }
        let mut next = self.answered(by, now);
        next.seller_agrees |= by == next.seller;
        next.buyer_agrees |= by == next.buyer;
        let mut kept = None;
        if next.seller_agrees && next.buyer_agrees {
            kept = Some(listing.reserve(now)?);
            next.state = InquiryState::Agreed;
            next.kept_until = Some(now + settings.kept_for());
        }
        Ok(next.step(InquiryStep::Agree, Some(by), None, agreement.price, kept, now))
    }

    /// One of the two says that it is done: both had agreed to it before.
    pub fn complete(
        self,
        by: AccountId,
        listing: Listing,
        now: DateTime<Utc>,
    ) -> Result<StepOfInquiry, MarketplaceRefused> {
        self.require_one(by)?;
        if self.state != InquiryState::Agreed {
            return Err(self.refuses("complete"));
        }
        let sold = listing.sell(now)?;
        let done = Self { state: InquiryState::Completed, kept_until: None, closed_at: Some(now), ..self };
        Ok(done.step(InquiryStep::Complete, Some(by), None, None, Some(sold), now))
    }

    /// One of the two wants no more of it, and says why. What was kept for the buyer is there for others again.
    pub fn cancel(
        self,
        reason: Option<Prose<1, 500>>,
        by: AccountId,
        listing: Listing,
        now: DateTime<Utc>,
    ) -> Result<StepOfInquiry, MarketplaceRefused> {
        self.require_one(by)?;
        // Every reason of up to 500 characters is a message, too.
        let message = reason.and_then(|reason| reason.as_str().parse().ok());
        self.end(InquiryStep::Cancel, Some(by), message, listing, now)
    }

    /// It was kept for the buyer for long enough.
    pub fn lapse(self, listing: Listing, now: DateTime<Utc>) -> Result<StepOfInquiry, MarketplaceRefused> {
        if self.state != InquiryState::Agreed {
            return Err(self.refuses("let go of"));
        }
        if self.kept_until.is_none_or(|until| until > now) {
            return Err(MarketplaceRefused::TooEarly);
        }
        self.end(InquiryStep::Lapse, None, None, listing, now)
    }

    fn end(
        self,
        step: InquiryStep,
        by: Option<AccountId>,
        message: Option<Prose<1, 2_000>>,
        listing: Listing,
        now: DateTime<Utc>,
    ) -> Result<StepOfInquiry, MarketplaceRefused> {
        let released = match self.state {
            InquiryState::Completed | InquiryState::Cancelled => return Err(self.refuses("cancel")),
            // Nothing was kept of what is not used up.
            InquiryState::Agreed if listing.draft.stock().is_some() => Some(listing.release(now)?),
            _ => None,
        };
        let ended = Self {
            state: InquiryState::Cancelled,
            kept_until: None,
            closed_at: Some(now),
            cancelled_by: by,
            ..self
        };
        Ok(ended.step(step, by, message, None, released, now))
    }

    /// The same, answered when it is the seller who does something.
    fn answered(self, by: AccountId, now: DateTime<Utc>) -> Self {
        if by != self.seller || self.state != InquiryState::Initiated {
            return self;
        }
        let answered_at = self.answered_at.or(Some(now));
        Self { state: InquiryState::Negotiating, answered_at, ..self }
    }

    fn step(
        self,
        step: InquiryStep,
        by: Option<AccountId>,
        message: Option<Prose<1, 2_000>>,
        price: Option<Money>,
        listing: Option<(Listing, ListingMoved)>,
        now: DateTime<Utc>,
    ) -> StepOfInquiry {
        let entry = InquiryEntry { number: self.version.next(), step, by, message, price, at: now };
        let inquiry = Self { updated_at: now, ..self };
        let fact = inquiry.moved(step, by);
        StepOfInquiry { inquiry, entry, fact, listing }
    }

    const fn moved(&self, step: InquiryStep, by: Option<AccountId>) -> InquiryMoved {
        InquiryMoved {
            inquiry: self.id,
            listing: self.listing,
            seller: self.seller,
            buyer: self.buyer,
            step,
            by,
            to: self.state,
        }
    }

    fn require_one(&self, by: AccountId) -> Result<(), MarketplaceRefused> {
        if self.is_of(by) { Ok(()) } else { Err(MarketplaceRefused::NotYours("the seller and who asks")) }
    }

    fn refuses(&self, step: &'static str) -> MarketplaceRefused {
        InvalidTransition::new("inquiry", self.state.as_str(), step).into()
    }
}

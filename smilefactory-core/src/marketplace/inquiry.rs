//! What somebody asks about a listing, and what comes of it.

use chrono::{DateTime, Utc};

use super::{InquiryMoved, Listing, ListingMoved, MarketplaceRefused, MarketplaceSettings};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::{AccountId, InquiryId, ListingId};
use crate::money::Money;
use crate::record::record;
use crate::text::Prose;
use crate::validation::{Report, Violation};
use crate::version::Version;

choices! {
    /// Where an inquiry is.
    InquiryState {
        /// Somebody asked, and the seller has not answered.
        Initiated = "initiated",
        /// The two bargain.
        Negotiating = "negotiating",
        /// Both agreed to the price, and one of it is kept for the buyer.
        Agreed = "agreed",
        /// The buyer has it.
        Completed = "completed",
        /// Nothing came of it.
        Cancelled = "cancelled",
    }

    /// A step of an inquiry.
    InquiryStep {
        /// Somebody asks.
        Ask = "ask",
        /// One of the two says something.
        Say = "say",
        /// One of the two offers another price.
        Offer = "offer",
        /// One of the two agrees to the price.
        Agree = "agree",
        /// It is done.
        Complete = "complete",
        /// One of the two wants no more of it.
        Cancel = "cancel",
        /// It was kept for the buyer for long enough.
        Lapse = "lapse",
    }
}

record! {
    /// What somebody asks about a listing.
    pub struct InquiryDraft / InquiryInput / InquiryPatch {
        /// What they say to the seller.
        message: Prose<1, 2_000>,
        /// What they would give, if it is not what the listing asks for.
        offer: Option<Money>,
    }
}

record! {
    /// What one of the two says to the other.
    pub struct RemarkDraft / RemarkInput / RemarkPatch {
        /// What they say.
        message: Option<Prose<1, 2_000>>,
        /// Another price.
        offer: Option<Money>,
    }
    check(message, offer) |report| RemarkDraft::check_something(message.is_some() || offer.is_some(), report);
}

record! {
    /// What somebody agrees to.
    pub struct AgreementDraft / AgreementInput / AgreementPatch {
        /// The price that is on the table; nothing, when there is none.
        price: Option<Money>,
    }
}

record! {
    /// Why somebody wants no more of it.
    pub struct CancellationDraft / CancellationInput / CancellationPatch {
        /// Why; the other reads it.
        reason: Prose<1, 500>,
    }
}

impl RemarkDraft {
    fn check_something(something: bool, report: &mut Report) {
        if !something {
            report.field("message", |report| report.add(Violation::required()));
        }
    }
}

answer! {
    /// What somebody asked about a listing, and what came of it: for the two whom it is about.
    pub struct Inquiry {
        /// Its id.
        id: InquiryId,
        /// What it is about.
        listing: ListingId,
        /// Whose that is.
        seller: AccountId,
        /// Who asks.
        buyer: AccountId,
        /// Where it is.
        state: InquiryState,
        /// The price on the table: what was offered last, or else what the listing asked for when the inquiry was begun.
        price: Option<Money>,
        /// Who offered that; nobody, when it is what the listing asked for.
        offered_by: Option<AccountId>,
        /// Whether the seller agrees to it.
        seller_agrees: bool,
        /// Whether the buyer agrees to it.
        buyer_agrees: bool,
        /// Until when one is kept for the buyer, as long as it is agreed.
        kept_until: Option<DateTime<Utc>>,
        /// When the seller first answered.
        answered_at: Option<DateTime<Utc>>,
        /// When it was completed or cancelled.
        closed_at: Option<DateTime<Utc>>,
        /// Who cancelled it; nobody, when it lapsed or is not cancelled.
        cancelled_by: Option<AccountId>,
        /// How often it was saved; the number of its last entry.
        version: Version,
        /// When it was begun.
        created_at: DateTime<Utc>,
        /// When something last happened.
        updated_at: DateTime<Utc>,
    }
}

answer! {
    /// Something that was said or done about an inquiry.
    pub struct InquiryEntry {
        /// Its number: the first is 1.
        number: Version,
        /// What was done.
        step: InquiryStep,
        /// Who did it; nobody, when it was the platform.
        by: Option<AccountId>,
        /// What they said; gone, when they were erased.
        message: Option<Prose<1, 2_000>>,
        /// The price that was offered or agreed to.
        price: Option<Money>,
        /// When.
        at: DateTime<Utc>,
    }
}

answer! {
    /// Something that somebody said or did about an inquiry themselves.
    pub struct OwnInquiryEntry {
        /// The inquiry.
        inquiry: InquiryId,
        ..
        /// What they said or did.
        entry: InquiryEntry,
    }
}

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
        if listing.availability(now).is_none_or(|there| there == super::Availability::Sold) {
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

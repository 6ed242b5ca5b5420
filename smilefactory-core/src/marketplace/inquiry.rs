//! What somebody asks about a listing, and what comes of it.

mod step;

use chrono::{DateTime, Utc};

use crate::answer::answer;
use crate::choice::choices;
use crate::id::{AccountId, InquiryId, ListingId};
use crate::money::Money;
use crate::record::record;
use crate::text::Prose;
use crate::validation::{Report, Violation};
use crate::version::Version;

pub use self::step::StepOfInquiry;

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
    pub struct InquiryCancellationDraft / InquiryCancellationInput / InquiryCancellationPatch {
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

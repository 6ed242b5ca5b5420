//! What the marketplace refuses.

use crate::error::InvalidTransition;

/// Why something was not done in the marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MarketplaceRefused {
    /// The state does not allow it.
    #[error(transparent)]
    State(#[from] InvalidTransition),
    /// Somebody else has to do this.
    #[error("this is for {0}")]
    NotYours(&'static str),
    /// Somebody asks about what they offer themselves.
    #[error("nobody asks about their own listing")]
    Oneself,
    /// What is offered stays what it is once it was published.
    #[error("what kind of thing is offered does not change once it was published")]
    KindStays,
    /// Something is kept for somebody.
    #[error("something is kept for somebody: complete or cancel what was agreed first")]
    KeptForSomebody,
    /// There is nothing left.
    #[error("there is nothing left of it")]
    NothingLeft,
    /// Staff took it off.
    #[error("staff took it off, and it is not published again")]
    TakenOff,
    /// Its time is over.
    #[error("the listing has expired")]
    Expired,
    /// It is not time yet.
    #[error("it is not time yet")]
    TooEarly,
    /// They ask about it already.
    #[error("you ask about it already")]
    AlreadyAsked,
    /// Too many inquiries were begun within a day.
    #[error("at most {0} listings are asked about within a day")]
    TooManyToday(u16),
    /// The price is fixed.
    #[error("the price is not negotiable")]
    PriceIsFixed,
    /// An offer is in another currency than the listing.
    #[error("an offer is in the currency of the listing")]
    OtherCurrency,
    /// Somebody agrees to another price than the one that is on the table.
    #[error("another price is on the table: read the inquiry again")]
    OtherPrice,
    /// They agreed already.
    #[error("you agreed already; the other has to agree, too")]
    AgreedAlready,
    /// So much was said that no more is taken.
    #[error("at most {0} things are said about one listing")]
    SaidEnough(i64),
    /// The time to review is over.
    #[error("the time to review is over")]
    TooLate,
}

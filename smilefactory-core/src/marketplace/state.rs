//! The states of a listing, and which step leads where.

use crate::choice::choices;

choices! {
    /// Where a listing is.
    ListingState {
        /// Its seller writes it; nobody else sees it.
        Draft = "draft",
        /// Everybody sees it, and there is something left.
        Published = "published",
        /// Everybody sees it; what is left is kept for somebody.
        Reserved = "reserved",
        /// Everybody sees it; there is nothing left.
        Sold = "sold",
        /// Its time was over. Its seller may publish it again.
        Expired = "expired",
        /// Its seller, or staff, took it back.
        Withdrawn = "withdrawn",
    }

    /// A step of a listing.
    ListingStep {
        /// Everybody may see it from now on.
        Publish = "publish",
        /// One of it is kept for somebody.
        Reserve = "reserve",
        /// It is kept for them no more.
        Release = "release",
        /// They have it.
        Sell = "sell",
        /// Its time is over.
        Expire = "expire",
        /// Its seller takes it back.
        Withdraw = "withdraw",
        /// Staff take it off.
        TakeOff = "take_off",
    }

    /// Whether one can have something that is offered.
    Availability {
        /// There is something left.
        Available = "available",
        /// What is left is kept for somebody.
        Reserved = "reserved",
        /// There is nothing left.
        Sold = "sold",
    }
}

impl ListingStep {
    /// The step as a verb.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::TakeOff => "take off",
            other => other.as_str(),
        }
    }
}

impl ListingState {
    /// Every step there is: where it leads from, and where to. The database has the same.
    pub const STEPS: &'static [(Self, ListingStep, Self)] = &[
        (Self::Draft, ListingStep::Publish, Self::Published),
        (Self::Published, ListingStep::Reserve, Self::Published),
        (Self::Published, ListingStep::Reserve, Self::Reserved),
        (Self::Published, ListingStep::Release, Self::Published),
        (Self::Published, ListingStep::Sell, Self::Published),
        (Self::Published, ListingStep::Expire, Self::Expired),
        (Self::Published, ListingStep::Withdraw, Self::Withdrawn),
        (Self::Published, ListingStep::TakeOff, Self::Withdrawn),
        (Self::Reserved, ListingStep::Release, Self::Published),
        (Self::Reserved, ListingStep::Sell, Self::Reserved),
        (Self::Reserved, ListingStep::Sell, Self::Sold),
        (Self::Reserved, ListingStep::TakeOff, Self::Withdrawn),
        (Self::Sold, ListingStep::TakeOff, Self::Withdrawn),
        (Self::Expired, ListingStep::Publish, Self::Published),
        (Self::Expired, ListingStep::Sell, Self::Expired),
        (Self::Expired, ListingStep::Withdraw, Self::Withdrawn),
        (Self::Expired, ListingStep::TakeOff, Self::Withdrawn),
        // What was agreed before it was taken off, or taken back, may still be done, or not.
        (Self::Withdrawn, ListingStep::Publish, Self::Published),
        (Self::Withdrawn, ListingStep::Release, Self::Withdrawn),
        (Self::Withdrawn, ListingStep::Sell, Self::Withdrawn),
    ];

    /// Whether everybody sees it in this state.
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::Published | Self::Reserved | Self::Sold)
    }
}

//! What people offer each other, what they ask about it, and what they say afterwards.

mod inquiry;
mod listing;
mod review;

pub use self::inquiry::{InquiryFilter, ReadInquiries, Side, WriteInquiries};
pub use self::listing::{ListingFilter, ListingKey, ReadListings, SavedListingKey, WriteListings};
pub use self::review::{ReadReviews, ReviewKey, WriteReviews};

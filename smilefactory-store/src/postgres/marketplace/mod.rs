//! What people offer each other, what they ask about it, and what they say afterwards.

mod entry;
mod erasure;
mod facets;
mod inquiry;
mod list;
mod listing;
mod review;
mod row;
mod stats;

pub use self::inquiry::Inquiries;
pub use self::listing::Listings;
pub use self::review::Reviews;

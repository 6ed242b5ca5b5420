//! What people tell about themselves: one table for what all kinds share, and one file a kind.

mod academic_researcher;
mod activity;
mod business_investor;
mod card;
mod community_member;
mod corporate_partner;
mod details;
mod facets;
mod government_official;
mod innovator;
mod mentor;
mod narrow;
mod order;
mod read;
mod row;
mod service_provider;
mod write;

pub use self::activity::{Activity, ProfileViews};
use super::repository;

repository! {
    /// Profiles of all eight kinds.
    Profiles = profiles
}

/// Whose details are written.
#[derive(Clone, Copy)]
struct Owner {
    tenant: uuid::Uuid,
    account: uuid::Uuid,
}

//! Events, and who comes to them.

mod facets;
mod feed;
mod gathering;
mod group;
mod list;
mod programme;
mod registration;
mod row;
mod series;
mod source;
mod write;

pub use self::feed::EventFeeds;
pub use self::programme::Programmes;
pub use self::registration::Registrations;
pub use self::series::SeriesOfEvents;

use super::repository;

repository! {
    /// Events.
    Events = events
}

/// What a count of the database is as one of core.
fn to_count(count: i32) -> u32 {
    u32::try_from(count).unwrap_or_default()
}

/// The seats that are not set apart have no name.
fn class_of(name: Option<&smilefactory_core::text::Slug>) -> &str {
    name.map_or("", smilefactory_core::text::Slug::as_str)
}

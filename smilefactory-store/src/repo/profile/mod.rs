//! What people tell about themselves.

mod activity;
mod filter;
mod read;
mod write;

pub use self::activity::{Active, ReadActivity, ReadProfileViews, WriteActivity, WriteProfileViews};
pub use self::filter::ProfileFilter;
pub use self::read::{Candidate, ProfileKey, ProfileOrder, ReadProfiles};
pub use self::write::WriteProfiles;

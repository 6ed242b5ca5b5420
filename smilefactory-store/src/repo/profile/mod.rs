//! What people tell about themselves.

mod filter;
mod read;
mod write;

pub use self::filter::ProfileFilter;
pub use self::read::{Candidate, ReadProfiles};
pub use self::write::WriteProfiles;

//! What happened, on its way out: written with the change, read in the order of commits.

mod follower;
pub(crate) mod log;
mod place;
mod queue;
mod relay;
mod write;

pub use self::follower::Follower;
pub use self::log::{Log, LoggedFact};
pub use self::place::{Horizon, LogPosition, Place, Window};
pub use self::relay::{Handler, HandlerError, Progress, ReaderStatus, RecordedFact, Relay, RelayOptions};
pub(crate) use self::write::write;

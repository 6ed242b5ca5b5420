//! What happened, on its way out: written with the change, read in the order of commits.

mod dead;
mod follower;
pub(crate) mod log;
mod place;
mod queue;
mod relay;
mod write;

pub use self::dead::{DeadFact, Outbox, Reader};
pub use self::follower::Follower;
pub use self::log::{Log, LoggedFact};
pub use self::place::{Horizon, LogPosition, Place, Window};
pub use self::relay::{Handler, HandlerError, Progress, ReaderStatus, RecordedFact, Relay, RelayOptions};
pub(crate) use self::write::write;

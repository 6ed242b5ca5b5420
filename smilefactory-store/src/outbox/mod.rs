//! What happened, on its way out: written with the change, read in the order of commits.

mod queue;
mod relay;
mod write;

pub use self::relay::{Handler, HandlerError, Progress, ReaderStatus, RecordedFact, Relay, RelayOptions};
pub(crate) use self::write::write;

//! Events, and who comes to them.
//!
//! Whoever changes an event, its seats, or how anybody stands to it, [locks](WriteEvents::lock) it first: all of that
//! is done one after the other, in the order in which it is committed. So no seat is given twice, and nobody
//! overtakes who waits.
//!
//! What is listed or viewed is what the [sight](crate::Sight) of the unit of work is shown: no drafts but those that
//! somebody organises, no private event but to whom it has to do with, and none of whoever blocked them or is blocked.

mod feed;
mod gathering;
mod programme;
mod registration;
mod series;

pub use self::feed::{ReadEventFeeds, WriteEventFeeds};
pub use self::gathering::{EventFilter, EventKey, ReadEvents, WriteEvents};
pub use self::programme::{ReadProgrammes, WriteProgrammes};
pub use self::registration::{ReadRegistrations, RegistrationFilter, WriteRegistrations};
pub use self::series::{ReadSeries, WriteSeries};

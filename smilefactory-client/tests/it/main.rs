//! The SDK against servers that misbehave as told, and against the real one, on real sockets.
#![expect(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

mod answers;
mod contract;
mod direct_upload;
mod live;
mod paging;
mod retries;
mod script;
mod secrets;
mod timeouts;

//! A native PostgreSQL with pgvector for tests and benches, on a machine that has none.
//!
//! - [`Binaries`] fetches a [`Release`] into the Cargo target folder, once, and installs nothing.
//! - [`Server`] is a server of one's own, to be crashed and restarted at will.
//! - [`SharedServer`] is one server for all test processes of a run; it ends after the last of them.
//!
//! Everything here blocks, uses the standard library alone and works on Linux and other Unix systems. It is
//! no way to run a database that anything depends on: whoever reaches the loopback interface is let in.

mod account;
mod binaries;
mod cluster;
mod error;
mod fetch;
mod folder;
mod instance;
mod lock;
mod options;
mod probe;
mod release;
mod server;
mod shared;
#[cfg(test)]
mod tests;
mod url;

pub use self::binaries::Binaries;
pub use self::error::NativeError;
pub use self::folder::{FOLDER_VARIABLE, default_folder};
pub use self::lock::FileLock;
pub use self::options::Options;
pub use self::release::{RELEASE_VARIABLE, Release};
pub use self::server::Server;
pub use self::shared::SharedServer;

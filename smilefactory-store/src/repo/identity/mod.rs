//! Accounts, and how their owners get in.

mod account;
mod erasure;
mod session;

pub use self::account::{ReadAccounts, StoredCredentials, WriteAccounts};
pub use self::erasure::{ErasureProgress, ErasureStage, ReadErasures, WriteErasures};
pub use self::session::{OpenSession, ReadSessions, WriteSessions, WriteVerifications};

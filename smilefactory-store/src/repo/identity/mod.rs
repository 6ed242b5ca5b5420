//! Accounts, and how their owners get in.

mod account;
mod session;

pub use self::account::{ReadAccounts, StoredCredentials, WriteAccounts};
pub use self::session::{OpenSession, ReadSessions, WriteSessions, WriteVerifications};

//! Accounts, and how their owners get in.

mod account;
mod session;
mod verification;

pub use self::account::Accounts;
pub use self::session::Sessions;
pub use self::verification::Verifications;

//! Accounts, and how their owners get in.

mod account;
mod erasure;
mod session;
mod verification;

pub use self::account::Accounts;
pub use self::erasure::Erasures;
pub use self::session::Sessions;
pub use self::verification::Verifications;

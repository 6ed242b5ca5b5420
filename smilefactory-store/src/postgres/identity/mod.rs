//! Accounts, and how their owners get in.

mod account;
mod erasure;
mod organisation;
mod session;
mod verification;

pub use self::account::Accounts;
pub use self::erasure::Erasures;
pub use self::organisation::Organisations;
pub use self::session::Sessions;
pub use self::verification::Verifications;

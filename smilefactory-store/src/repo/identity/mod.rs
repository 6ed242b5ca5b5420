//! Accounts, and how their owners get in.

mod account;
mod erasure;
mod organisation;
mod session;

pub use self::account::{ReadAccounts, StoredCredentials, WriteAccounts};
pub use self::erasure::{ErasureProgress, ErasureStage, ReadErasures, WriteErasures};
pub use self::organisation::{FundingRoundKey, OrganisationFilter, OrganisationKey, ReadOrganisations};
pub use self::session::{OpenSession, ReadSessions, WriteSessions, WriteVerifications};

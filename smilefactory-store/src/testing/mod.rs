//! Tests against the real thing: a native PostgreSQL that starts by itself, a fresh database per test, two
//! tenants in it, a clock that stands still and ids from a seed.
//!
//! The store of a [`TestDb`] logs in as a role that row-level security binds, like the store of a hosted
//! instance: a test that passes here says something about isolation.
//!
//! ```no_run
//! use smilefactory_store::prelude::*;
//! use smilefactory_store::testing::TestDb;
//!
//! # async fn test() -> Result<(), Box<dyn std::error::Error>> {
//! let db = TestDb::new().await;
//! let author = db.one.person("tariro").await;
//! let mut tx = db.store.read(&db.two.scope).await?;
//! assert!(tx.accounts().get(author.id).await?.is_none());
//! # Ok(())
//! # }
//! ```

#![expect(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "what serves tests fails as tests do: by panicking"
)]

mod database;
mod seed;
mod tenant;
pub mod world;

pub use self::database::{TestDb, TestOptions};
pub use self::seed::SeededEntropy;
pub use self::tenant::TestTenant;

//! Loads and cleans the start-up data, ranks start-ups for investors, and measures how good the rankings are.
//!
//! The models are those of [`smilefactory_ai::interaction`]; what is here tells them what a start-up is.

pub mod data;
pub mod judge;
pub mod rank;

pub use self::data::{Batch, DataError, Dataset, Deal, Reason, Season, Skipped, Startup, load};

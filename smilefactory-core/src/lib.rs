#![doc = include_str!("../README.md")]
#![cfg_attr(test, expect(clippy::pedantic, reason = "tests"))]

mod answer;
mod choice;
pub mod collection;
mod decay;
pub mod error;
pub mod fact;
pub mod id;
pub mod money;
pub mod page;
pub mod patch;
mod record;
#[cfg(feature = "openapi")]
pub mod schema;
pub mod scope;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;
mod time;
pub mod validation;
pub mod version;

pub mod bulk;
pub mod community;
pub mod content;
pub mod event;
pub mod feed;
pub mod identity;
pub mod marketplace;
pub mod messaging;
pub mod profile;
pub mod recommendation;
pub mod social;
pub mod tenancy;

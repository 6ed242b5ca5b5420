//! The hosted instance against a real database.
//!
//! Every answer that a test gets is held against the OpenAPI document: its status, its problem code, its headers and
//! the shape of its body must be among those of the operation.

#![expect(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::as_conversions,
    reason = "tests"
)]

mod support;
mod taxonomy;

mod account;
mod comment;
mod connection;
mod conversation;
mod engagement;
mod erasure;
mod event;
mod export;
mod feed;
mod group;
mod idempotency;
mod import;
mod input;
mod isolation;
mod listing;
mod live;
mod mail;
mod matching;
mod media;
mod message;
mod moderation;
mod network;
mod notification;
mod openapi;
mod organisation;
mod page;
mod post;
mod privacy;
mod problem;
mod profile;
mod program;
mod router;
mod session;
mod settings;
mod shutdown;
mod smtp;
mod tab;

//! The store on a real PostgreSQL: one binary, a module a subject.

#![expect(clippy::pedantic, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod account;
mod again_on_oldest_release;
mod ai;
mod blob;
mod blog;
mod bulk;
mod comment;
mod community;
mod engagement;
mod erasure;
mod event;
mod feed;
mod isolation;
mod live;
mod marketplace;
mod media;
mod messaging;
mod moderation;
mod network;
mod notification;
mod outbox;
mod partition;
mod plan;
mod platform;
mod post;
mod privacy;
mod profile;
mod publishing;
mod search;
mod social;
mod startup;
mod taxonomy;
mod tenancy;
mod trail;
mod tx;
mod version;
mod vote;

//! Messages.

mod erase;
mod hydrate;
mod read;
mod search;
mod write;

use super::super::repository;

repository! {
    /// Messages.
    Messages = messages
}

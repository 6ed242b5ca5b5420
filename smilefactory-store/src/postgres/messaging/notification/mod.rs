//! Notifications.

mod raise;
mod read;
mod words;
mod write;

use super::super::repository;

repository! {
    /// What people are told.
    Notifications = notifications
}

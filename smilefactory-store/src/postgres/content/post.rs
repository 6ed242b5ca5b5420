//! Posts.

mod published;
mod read;
mod row;
mod write;

use super::super::repository;

repository! {
    /// Posts of every kind.
    Posts = posts
}

//! Posts.

mod categorised;
mod facets;
mod featured;
mod published;
mod read;
mod row;
mod write;

use super::super::repository;

repository! {
    /// Posts of every kind.
    Posts = posts
}

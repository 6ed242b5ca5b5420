//! Categories.

use smilefactory_core::content::{Category, CategoryNode, Tab};
use smilefactory_core::id::CategoryId;

use crate::error::Result;

/// The most categories that are read of one tab.
pub const MAX_CATEGORIES: i64 = 1_000;

/// Reads categories.
pub trait ReadCategories {
    /// The category with this id, archived or not.
    fn get(&mut self, id: CategoryId) -> impl Future<Output = Result<Option<Category>>> + Send;

    /// The categories of a tab that are not archived, at most [`MAX_CATEGORIES`], each before those under it, siblings
    /// as [`CategoryTree`](smilefactory_core::content::CategoryTree) orders them. How many posts each has is as new as
    /// the last [fold](super::WriteLabels::fold).
    fn list_tree(&mut self, tab: Tab) -> impl Future<Output = Result<Vec<CategoryNode>>> + Send;
}

/// Writes categories.
pub trait WriteCategories: ReadCategories {
    /// The categories of a tab that are not archived, locked until the end of the unit of work: whoever decides by them
    /// where something stands does so before anybody else.
    fn lock_tree(&mut self, tab: Tab) -> impl Future<Output = Result<Vec<Category>>> + Send;

    /// Adds a category. [`Conflict`](crate::StoreError::Conflict) of `slug` when one beside it has the same.
    fn insert(&mut self, category: &Category) -> impl Future<Output = Result<()>> + Send;

    /// Saves the category; when it was moved, all under it go along. The database refuses a cycle and a sixth level.
    fn update(&mut self, category: &Category) -> impl Future<Output = Result<Category>> + Send;
}

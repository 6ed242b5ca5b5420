//! Categories: the tree of each tab.

use smilefactory_core::content::{Category, CategoryInput, CategoryNode, CategoryPatch, Tab};
use smilefactory_core::id::CategoryId;
use smilefactory_core::version::Version;

use crate::call::{Call, Keyed, Versioned};
use crate::operation as op;
use crate::page::{Entries, Page};
use crate::request::{Answer, Transport};

/// The trees of categories; from [`Client::categories`](crate::Client::categories). Staff keep them.
#[derive(Clone, Copy, Debug)]
pub struct Categories<'a>(pub(crate) &'a Transport);

/// Which version of which category: a `&Category` turns into it, and so does `(id, version)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CategoryVersion {
    /// The category.
    pub id: CategoryId,
    /// Its version.
    pub version: Version,
}

impl From<&Category> for CategoryVersion {
    fn from(category: &Category) -> Self {
        Self { id: category.id, version: category.version }
    }
}

impl From<(CategoryId, Version)> for CategoryVersion {
    fn from((id, version): (CategoryId, Version)) -> Self {
        Self { id, version }
    }
}

impl Categories<'_> {
    /// The categories of a tab, each before those under it, with its depth and how many posts are in it. This list has
    /// one page.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::content::Tab;
    ///
    /// for node in client.categories().list(Tab::Blog).await? {
    ///     println!("{:depth$}{} ({})", "", node.category.draft.name, node.posts, depth = usize::from(node.depth));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self, tab: Tab) -> Call<Page<CategoryNode>> {
        let call = Call::reading(self.0, &op::LIST_CATEGORIES, |answer: Answer| {
            Entries::read(&answer.body).map(Page::from).map_err(|error| answer.exchange.fail(error))
        });
        call.query("tab", tab.as_str())
    }

    /// Makes a category. For staff. A name in addresses that is taken [is a conflict](crate::Error::is_conflict).
    pub fn create(&self, input: &CategoryInput) -> Call<Category, Keyed> {
        Call::new(self.0, &op::CREATE_CATEGORY).json(input)
    }

    /// One category.
    pub fn get(&self, category: CategoryId) -> Call<Category, Versioned> {
        Call::new(self.0, &op::GET_CATEGORY).id(category)
    }

    /// Renames or moves a category, with all that stands under it; what the patch leaves out stays. For staff.
    pub fn change(&self, category: impl Into<CategoryVersion>, patch: &CategoryPatch) -> Call<Category> {
        let category = category.into();
        Call::new(self.0, &op::CHANGE_CATEGORY).id(category.id).if_match(category.version).json(patch)
    }

    /// Archives a category, once nothing stands under it. For staff.
    pub fn archive(&self, category: impl Into<CategoryVersion>) -> Call<()> {
        let category = category.into();
        Call::without_answer(self.0, &op::ARCHIVE_CATEGORY).id(category.id).if_match(category.version)
    }
}

//! The categories that posts stand in.

use smilefactory_core::content::{CategoryDraft, CategoryInput, CategoryNode, CategoryTree, PostKind, Tab};
use smilefactory_core::id::CategoryId;
use smilefactory_core::scope::Scope;
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;

use crate::Error;

/// Where posts of all kinds but articles stand.
const TAB: Tab = Tab::Feed;

/// The categories of the community, by what stands in them.
#[derive(Clone, Debug)]
pub(crate) struct Topics {
    offers: CategoryId,
    stories: CategoryId,
    questions: CategoryId,
}

impl Topics {
    /// Makes the categories.
    pub(crate) async fn make(store: &Store, scope: &Scope) -> Result<Self, Error> {
        let mut tx = store.write(scope).await?;
        let tree = CategoryTree::new(TAB, tx.categories().lock_tree(TAB).await?);
        let mut make = async |name: &str, slug: &str| -> Result<CategoryId, Error> {
            let input = CategoryInput {
                tab: TAB.to_string(),
                name: name.to_owned(),
                slug: slug.to_owned(),
                ..CategoryInput::default()
            };
            let (category, created) = tree.create(CategoryDraft::from_raw(input)?, tx.new_id()?, tx.now())?;
            tx.categories().insert(&category).await?;
            tx.tell(created)?;
            Ok(category.id)
        };
        let topics = Self {
            offers: make("Offers and calls", "offers").await?,
            stories: make("Stories", "stories").await?,
            questions: make("Questions", "questions").await?,
        };
        tx.commit().await?;
        Ok(topics)
    }

    /// Where a post of this kind stands; an article is of the blog, and stands in none of these.
    pub(crate) const fn of(&self, kind: PostKind) -> Option<CategoryId> {
        match kind {
            PostKind::Article => None,
            PostKind::SuccessStory => Some(self.stories),
            PostKind::Question | PostKind::Discussion | PostKind::Poll => Some(self.questions),
            _ => Some(self.offers),
        }
    }
}

/// The categories with how many posts are in each, as far as those were counted.
pub(crate) async fn list(store: &Store, scope: &Scope) -> Result<Vec<CategoryNode>, Error> {
    Ok(store.read(scope).await?.categories().list_tree(TAB).await?)
}

//! Categories: a tree in each tab, kept by staff.
//!
//! A [`CategoryTree`] has the whole tree of one tab, so that a category can be placed, moved and archived with what it
//! stands among in view.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use smilefactory_core::content::{CategoryDraft, CategoryInput, CategoryTree, Tab};
//! use smilefactory_core::id::{CategoryId, Id};
//! use smilefactory_core::validation::Field;
//!
//! let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
//! let draft = |name: &str, parent: Option<CategoryId>| {
//!     CategoryDraft::from_raw(CategoryInput {
//!         tab: "blog".into(),
//!         parent: parent.map(|id| id.to_string()),
//!         name: name.into(),
//!         slug: name.to_lowercase(),
//!         ..CategoryInput::default()
//!     })
//! };
//! let empty = CategoryTree::new(Tab::Blog, []);
//! let (farming, _) = empty.create(draft("Farming", None)?, CategoryId::at(now, [1; 10]), now)?;
//! let tree = CategoryTree::new(Tab::Blog, [farming.clone()]);
//! let (water, _) = tree.create(draft("Water", Some(farming.id))?, CategoryId::at(now, [2; 10]), now)?;
//!
//! // A category is not moved under what stands under it.
//! let tree = CategoryTree::new(Tab::Blog, [farming.clone(), water.clone()]);
//! assert!(tree.change(farming, draft("Farming", Some(water.id))?, now).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{CategoryArchived, CategoryChanged, CategoryCreated};
use crate::answer::answer;
use crate::choice::choices;
use crate::collection::Whole;
use crate::error::InvalidTransition;
use crate::id::CategoryId;
use crate::record::record;
use crate::text::{Line, Slug};
use crate::validation::{Violation, Violations, code};
use crate::version::Version;

/// How deep a tree of categories is at most; a root has depth 1.
pub const MAX_CATEGORY_DEPTH: u8 = 5;

choices! {
    /// A part of the platform with categories of its own.
    Tab {
        /// The feed.
        Feed = "feed",
        /// The people.
        Profiles = "profiles",
        /// The blog.
        Blog = "blog",
        /// The events.
        Events = "events",
        /// The groups.
        Groups = "groups",
        /// The marketplace.
        Marketplace = "marketplace",
    }
}

record! {
    /// What staff say of a category.
    pub struct CategoryDraft / CategoryInput / CategoryPatch {
        /// The tab it belongs to; it stays there.
        tab: Tab,
        /// The category it stands under, of the same tab; a root has none. The tree has five levels at most.
        parent: Option<CategoryId>,
        /// Its name for people.
        name: Line<1, 60>,
        /// Its name in addresses, unique among those it stands beside.
        slug: Slug,
        /// What belongs into it.
        description: Option<Line<1, 300>>,
        /// Where it stands among those beside it, lowest first; those without a place come last, by name.
        place: Option<Whole<0, 10_000>>,
    }
}

answer! {
    /// A node of the tree of categories.
    pub struct Category {
        /// Its id.
        id: CategoryId,
        /// When it was archived, if it was: nothing new is put into it, and no list shows it.
        archived_at: Option<DateTime<Utc>>,
        /// How often it was saved.
        version: Version,
        /// When it was made.
        created_at: DateTime<Utc>,
        /// When it was last changed.
        updated_at: DateTime<Utc>,
        ..
        /// What staff say of it.
        draft: CategoryDraft,
    }
}

answer! {
    /// A category where it stands in the tree, with how much there is in it.
    pub struct CategoryNode {
        /// How deep it stands; a root has depth 1.
        depth: u8,
        /// How many shown posts are in it, not counting those in the categories under it. A moment behind.
        posts: u32,
        ..
        /// The category.
        category: Category,
    }
}

/// Why something was not done to a category.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CategoryRefused {
    /// Its state does not allow it.
    #[error(transparent)]
    State(#[from] InvalidTransition),
    /// It cannot stand there.
    #[error(transparent)]
    Input(#[from] Violations),
}

/// The categories of one tab that are not archived.
#[derive(Clone, Debug, PartialEq)]
pub struct CategoryTree {
    tab: Tab,
    nodes: BTreeMap<CategoryId, Category>,
}

impl CategoryTree {
    /// The tree of these categories; those of other tabs and archived ones are left out.
    pub fn new(tab: Tab, categories: impl IntoIterator<Item = Category>) -> Self {
        let live = categories
            .into_iter()
            .filter(|category| category.draft.tab == tab && category.archived_at.is_none())
            .map(|category| (category.id, category));
        Self { tab, nodes: live.collect() }
    }

    /// The category with this id, if it is in the tree.
    pub fn get(&self, id: CategoryId) -> Option<&Category> {
        self.nodes.get(&id)
    }

    /// From this category up to its root, itself first.
    fn way_up(&self, id: CategoryId) -> impl Iterator<Item = &Category> {
        let next = |category: &&Category| category.draft.parent.and_then(|parent| self.nodes.get(&parent));
        // A broken tree must not hold anybody up.
        std::iter::successors(self.nodes.get(&id), next).take(usize::from(MAX_CATEGORY_DEPTH) + 1)
    }

    /// Those directly under a category, or the roots, in the order they are shown.
    pub fn children(&self, parent: Option<CategoryId>) -> Vec<&Category> {
        let mut children: Vec<_> =
            self.nodes.values().filter(|category| category.draft.parent == parent).collect();
        children.sort_by_key(|category| {
            let place = category.draft.place.map_or(u32::MAX, Whole::get);
            (place, category.draft.name.as_str(), category.id)
        });
        children
    }

    /// How many levels there are from this category down, itself included.
    fn height(&self, id: CategoryId) -> usize {
        let below = |category: &&Category| self.way_up(category.id).position(|above| above.id == id);
        self.nodes.values().filter_map(|category| below(&category)).max().map_or(1, |deepest| deepest + 1)
    }

    /// Every category with its depth, each before those under it.
    pub fn in_order(&self) -> Vec<(u8, &Category)> {
        let mut order = Vec::with_capacity(self.nodes.len());
        self.walk(None, 1, &mut order);
        order
    }

    fn walk<'a>(&'a self, parent: Option<CategoryId>, depth: u8, order: &mut Vec<(u8, &'a Category)>) {
        if depth > MAX_CATEGORY_DEPTH {
            return;
        }
        for child in self.children(parent) {
            order.push((depth, child));
            self.walk(Some(child.id), depth + 1, order);
        }
    }

    /// Whether something `height` levels high may stand under `parent`.
    fn check_parent(&self, parent: Option<CategoryId>, height: usize) -> Result<(), Violations> {
        let Some(parent) = parent else { return Ok(()) };
        let depth = self.way_up(parent).count();
        if depth == 0 {
            let unknown = Violation::new(code::UNKNOWN_VALUE, "must be a category of the same tab");
            return Err(Violations::one("/parent", unknown));
        }
        let max = usize::from(MAX_CATEGORY_DEPTH);
        if depth + height > max {
            let deep = Violation::new(code::OUT_OF_RANGE, format!("must leave at most {max} levels"));
            return Err(Violations::one("/parent", deep.with("max", max)));
        }
        Ok(())
    }

    /// A new category of this tree.
    pub fn create(
        &self,
        draft: CategoryDraft,
        id: CategoryId,
        now: DateTime<Utc>,
    ) -> Result<(Category, CategoryCreated), CategoryRefused> {
        self.check_tab(draft.tab)?;
        self.check_parent(draft.parent, 1)?;
        let fact = CategoryCreated { category: id, tab: draft.tab, parent: draft.parent };
        let category = Category {
            id,
            draft,
            archived_at: None,
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
        };
        Ok((category, fact))
    }

    /// The category is renamed, moved, or both; what stands under it goes along.
    #[expect(clippy::needless_pass_by_value, reason = "what it becomes takes the place of what it was")]
    pub fn change(
        &self,
        category: Category,
        draft: CategoryDraft,
        now: DateTime<Utc>,
    ) -> Result<(Category, CategoryChanged), CategoryRefused> {
        if category.archived_at.is_some() {
            return Err(InvalidTransition::new("category", "archived", "change").into());
        }
        self.check_tab(draft.tab)?;
        if draft.parent != category.draft.parent {
            if draft.parent.is_some_and(|to| self.way_up(to).any(|above| above.id == category.id)) {
                let cycle = Violation::new(code::NOT_ALLOWED, "must not be the category or one under it");
                return Err(Violations::one("/parent", cycle).into());
            }
            self.check_parent(draft.parent, self.height(category.id))?;
        }
        let fact = CategoryChanged {
            category: category.id,
            tab: draft.tab,
            from: category.draft.parent,
            to: draft.parent,
        };
        Ok((Category { draft, updated_at: now, ..category }, fact))
    }

    /// The category is shown no more; nothing may stand under it any more.
    pub fn archive(
        &self,
        category: Category,
        now: DateTime<Utc>,
    ) -> Result<(Category, CategoryArchived), InvalidTransition> {
        if category.archived_at.is_some() {
            return Err(InvalidTransition::new("category", "archived", "archive"));
        }
        if self.nodes.values().any(|other| other.draft.parent == Some(category.id)) {
            return Err(InvalidTransition::new("category", "above others", "archive"));
        }
        let fact = CategoryArchived { category: category.id, tab: category.draft.tab };
        Ok((Category { archived_at: Some(now), updated_at: now, ..category }, fact))
    }

    fn check_tab(&self, tab: Tab) -> Result<(), Violations> {
        if tab == self.tab {
            return Ok(());
        }
        Err(Violations::one("/tab", Violation::new(code::NOT_ALLOWED, "is not changed")))
    }
}

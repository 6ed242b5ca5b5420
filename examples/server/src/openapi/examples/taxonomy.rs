//! Examples of categories and tags.

use serde_json::{Value, json};
use smilefactory_core::content::{Category, CategoryDraft, CategoryInput, CategoryNode, CategoryTree, Tag};
use smilefactory_core::id::Id;
use smilefactory_core::validation::Field;

use super::{ID, now, value};

pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "Categories" => Some(json!({"items": [CategoryNode { depth: 1, posts: 12, category: category()? }]})),
        "Category" => value(category()?),
        "CategoryInput" => Some(category_input()),
        "CategoryPatch" => Some(json!({"name": "Water and soil", "parent": null})),
        "MergeInto" => Some(json!({"into": ID})),
        "Tag" => value(tag()?),
        "TagWord" => Some(json!({"name": "mealies"})),
        _ => None,
    }
}

fn category_input() -> Value {
    json!({"tab": "blog", "parent": null, "name": "Water", "slug": "water", "description": null, "place": 1})
}

fn category() -> Option<Category> {
    let input: CategoryInput = serde_json::from_value(category_input()).ok()?;
    let draft = CategoryDraft::from_raw(input).ok()?;
    let (category, _) = CategoryTree::new(draft.tab, []).create(draft, Id::at(now(), [4; 10]), now()).ok()?;
    Some(category)
}

fn tag() -> Option<Tag> {
    Some(Tag {
        id: Id::at(now(), [5; 10]),
        name: "maize".parse().ok()?,
        alias_of: None,
        merging_into: None,
        posts: 12,
        followers: 3,
        created_at: now(),
    })
}

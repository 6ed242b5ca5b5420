//! A tree of categories stays a tree, and tags that mean the same stay one step apart.

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::id::Id;
use crate::testing::{category_input, spoiled_categories};
use crate::validation::Field;

fn id(n: u8) -> CategoryId {
    CategoryId::from_uuid(uuid::Uuid::from_u128(u128::from(n)))
}

fn draft(n: u8, parent: Option<u8>) -> CategoryDraft {
    CategoryDraft::from_raw(CategoryInput {
        tab: "blog".into(),
        parent: parent.map(|n| id(n).to_string()),
        name: format!("Category {n}"),
        slug: format!("category-{n}"),
        ..CategoryInput::default()
    })
    .unwrap()
}

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

proptest! {
    #[test]
    fn every_flaw_of_a_category_is_told(input in category_input()) {
        prop_assert!(CategoryDraft::from_raw(input.clone()).is_ok());
        for spoiled in spoiled_categories(&input) {
            let violations = CategoryDraft::from_raw(spoiled.input).unwrap_err();
            let found: Vec<_> = violations.iter().map(|v| (v.pointer.clone(), v.code.clone())).collect();
            prop_assert_eq!(found, [(spoiled.pointer, spoiled.code.into())]);
        }
    }

    /// Whatever is tried, each category is reached from a root, once, within five levels.
    #[test]
    fn whatever_is_moved_the_tree_stays_a_tree(
        steps in proptest::collection::vec((any::<bool>(), 0_u8..12, proptest::option::of(0_u8..12)), 0..60),
    ) {
        let mut all: Vec<Category> = Vec::new();
        for (creates, n, parent) in steps {
            let tree = CategoryTree::new(Tab::Blog, all.clone());
            let known = all.iter().position(|category| category.id == id(n));
            match (creates, known) {
                (true, None) => {
                    all.extend(tree.create(draft(n, parent), id(n), NOW).map(|(category, _)| category).ok());
                }
                (false, Some(at)) => {
                    if let Ok((moved, _)) = tree.change(all[at].clone(), draft(n, parent), NOW) {
                        all[at] = moved;
                    }
                }
                _ => {}
            }
            let tree = CategoryTree::new(Tab::Blog, all.clone());
            let order = tree.in_order();
            prop_assert_eq!(order.len(), all.len());
            prop_assert!(order.iter().all(|(depth, _)| (1..=MAX_CATEGORY_DEPTH).contains(depth)));
        }
    }

    #[test]
    fn folding_twice_changes_nothing_more(text: String) {
        let folded = fold_tag(&text);
        prop_assert_eq!(fold_tag(&folded), folded);
    }
}

#[test]
fn a_category_is_archived_after_those_under_it() {
    let empty = CategoryTree::new(Tab::Blog, []);
    let (root, _) = empty.create(draft(1, None), id(1), NOW).unwrap();
    let tree = CategoryTree::new(Tab::Blog, [root.clone()]);
    let (leaf, _) = tree.create(draft(2, Some(1)), id(2), NOW).unwrap();
    let tree = CategoryTree::new(Tab::Blog, [root.clone(), leaf.clone()]);
    assert!(tree.archive(root.clone(), NOW).is_err());
    let (leaf, _) = tree.archive(leaf, NOW).unwrap();
    let tree = CategoryTree::new(Tab::Blog, [root.clone(), leaf.clone()]);
    assert!(tree.archive(root, NOW).is_ok());
    assert!(tree.archive(leaf.clone(), NOW).is_err());
    assert!(matches!(tree.change(leaf, draft(2, None), NOW), Err(CategoryRefused::State(_))));
}

#[test]
fn a_category_stays_in_its_tab_and_stands_under_what_is_there() {
    let tree = CategoryTree::new(Tab::Events, []);
    let found = |refused: Result<_, CategoryRefused>| match refused {
        Err(CategoryRefused::Input(violations)) => violations.iter().next().unwrap().pointer.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(found(tree.create(draft(1, None), id(1), NOW)), "/tab");
    let tree = CategoryTree::new(Tab::Blog, []);
    assert_eq!(found(tree.create(draft(1, Some(7)), id(1), NOW)), "/parent");
}

fn tag(n: u128) -> Tag {
    Tag {
        id: TagId::from_uuid(uuid::Uuid::from_u128(n)),
        name: format!("tag {n}").parse().unwrap(),
        alias_of: None,
        merging_into: None,
        posts: 0,
        followers: 0,
        created_at: NOW,
    }
}

#[test]
fn what_is_merged_becomes_an_alias_and_no_alias_has_one() {
    let (maize, corn) = (tag(1), tag(2));
    assert!(maize.clone().begin_merge(&maize).is_err());
    let (merging, _) = corn.begin_merge(&maize).unwrap();
    assert!(merging.alias(TagId::from_uuid(uuid::Uuid::nil()), "Mais".parse().unwrap(), NOW).is_err());
    assert!(merging.clone().begin_merge(&tag(3)).is_err());
    assert!(tag(3).begin_merge(&merging).is_err());
    let (merged, fact) = merging.finish_merge().unwrap();
    assert_eq!((merged.alias_of, fact.into), (Some(maize.id), maize.id));
    assert!(tag(3).begin_merge(&merged).is_err());
    assert!(merged.clone().finish_merge().is_none());
}

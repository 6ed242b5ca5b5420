//! Categories.

use proptest::prelude::*;
use proptest::sample::select;

use super::text::{line, maybe, slug};
use super::{Flaw, Spoiled};
use crate::content::{CategoryInput, Tab};
use crate::validation::code;

/// A valid root of any tab.
pub fn category_input() -> impl Strategy<Value = CategoryInput> {
    (select(Tab::ALL), line::<1, 60>(), slug(), maybe(line::<1, 300>()), maybe(0_i64..=10_000)).prop_map(
        |(tab, name, slug, description, place)| CategoryInput {
            tab: tab.as_str().to_owned(),
            parent: None,
            name,
            slug,
            description,
            place,
        },
    )
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_categories(input: &CategoryInput) -> impl Iterator<Item = Spoiled<CategoryInput>> {
    FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

const FLAWS: &[Flaw<CategoryInput>] = &[
    Flaw::new("/tab", code::UNKNOWN_VALUE, |category| category.tab = "kitchen".into()),
    Flaw::new("/tab", code::REQUIRED, |category| category.tab.clear()),
    Flaw::new("/name", code::REQUIRED, |category| category.name = " ".into()),
    Flaw::new("/name", code::TOO_LONG, |category| category.name = "x".repeat(61)),
    Flaw::new("/slug", code::MALFORMED, |category| category.slug = "No Slug".into()),
    Flaw::new("/description", code::TOO_LONG, |category| category.description = Some("x".repeat(301))),
    Flaw::new("/place", code::OUT_OF_RANGE, |category| category.place = Some(10_001)),
    Flaw::new("/place", code::OUT_OF_RANGE, |category| category.place = Some(-1)),
];

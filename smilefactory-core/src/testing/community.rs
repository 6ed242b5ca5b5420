//! Groups.

use proptest::prelude::*;

use super::text::{country, language, line, maybe, prose, slug};
use super::{Flaw, Spoiled, id, several, word};
use crate::community::{GroupInput, GroupVisibility, JoinPolicy, PostingRule};
use crate::id::CategoryId;
use crate::profile::LocationInput;
use crate::validation::code;

/// A valid group; whether its category is one is not known here.
pub fn community_group_input() -> impl Strategy<Value = GroupInput> {
    let texts = (line::<2, 120>(), slug(), maybe(prose::<1, 5_000>()), maybe(prose::<1, 5_000>()));
    let place = maybe((maybe(line::<1, 80>()), country()));
    let words = (word(GroupVisibility::WORDS), word(JoinPolicy::WORDS), word(PostingRule::WORDS));
    let rest = (maybe(id::<CategoryId>()), several(language(), 10), maybe(2_i64..=100_000));
    (texts, place, words, rest).prop_map(
        |(
            (name, slug, description, rules),
            place,
            (visibility, join_policy, posting),
            (category, languages, member_limit),
        )| GroupInput {
            name,
            slug,
            description,
            rules,
            category: category.map(|id| id.to_string()),
            languages,
            location: place.map(|(city, country)| LocationInput { city, country }),
            visibility: Some(visibility),
            join_policy: Some(join_policy),
            posting: Some(posting),
            member_limit,
        },
    )
}

/// The input with one rule broken, for each rule in turn.
pub fn spoiled_community_groups(input: &GroupInput) -> impl Iterator<Item = Spoiled<GroupInput>> {
    GROUP_FLAWS.iter().map(|flaw| flaw.on(input.clone()))
}

const GROUP_FLAWS: &[Flaw<GroupInput>] = &[
    Flaw::new("/name", code::REQUIRED, |group| group.name = " ".into()),
    Flaw::new("/name", code::TOO_SHORT, |group| group.name = "x".into()),
    Flaw::new("/name", code::TOO_LONG, |group| group.name = "x".repeat(121)),
    Flaw::new("/name", code::MALFORMED, |group| group.name = "a\nb".into()),
    Flaw::new("/slug", code::MALFORMED, |group| group.slug = "No Slug".into()),
    Flaw::new("/description", code::TOO_LONG, |group| group.description = Some("x".repeat(5_001))),
    Flaw::new("/rules", code::MALFORMED, |group| group.rules = Some("a\u{0}b".into())),
    Flaw::new("/category", code::MALFORMED, |group| group.category = Some("pumps".into())),
    Flaw::new("/visibility", code::UNKNOWN_VALUE, |group| group.visibility = Some("secret".into())),
    Flaw::new("/join_policy", code::UNKNOWN_VALUE, |group| group.join_policy = Some("closed".into())),
    Flaw::new("/posting", code::UNKNOWN_VALUE, |group| group.posting = Some("nobody".into())),
    Flaw::new("/member_limit", code::OUT_OF_RANGE, |group| group.member_limit = Some(1)),
    Flaw::new("/member_limit", code::OUT_OF_RANGE, |group| group.member_limit = Some(100_001)),
];

//! Inputs: what is valid is kept as it is, what is not is told.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::testing::{profile_input, profile_input_of, spoiled_profiles};
use crate::validation::code;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_valid_input_is_parsed_and_comes_back(input in profile_input()) {
        let content = ProfileContent::from_raw(input.clone()).unwrap();
        prop_assert_eq!(ProfileInput::from(content), input);
    }

    #[test]
    fn an_input_survives_the_wire(input in profile_input()) {
        let json = serde_json::to_string(&input).unwrap();
        prop_assert_eq!(serde_json::from_str::<ProfileInput>(&json).unwrap(), input);
    }

    #[test]
    fn an_answer_survives_the_wire_and_may_be_sent_back(input in profile_input()) {
        let content = ProfileContent::from_raw(input).unwrap();
        let json = serde_json::to_value(&content).unwrap();
        prop_assert_eq!(&serde_json::from_value::<ProfileContent>(json.clone()).unwrap(), &content);
        let sent_back = serde_json::from_value::<ProfileInput>(json).unwrap();
        prop_assert_eq!(ProfileContent::from_raw(sent_back).unwrap(), content);
    }

    #[test]
    fn a_whole_profile_survives_the_wire(input in profile_input()) {
        let content = ProfileContent::from_raw(input).unwrap();
        let (profile, _) = content.begin(some(crate::testing::id()), now());
        let json = serde_json::to_string(&profile).unwrap();
        prop_assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), profile);
    }
}

#[test]
fn every_broken_rule_is_told_with_its_place() {
    for kind in ProfileKind::ALL {
        for spoiled in spoiled_profiles(&some(profile_input_of(*kind))) {
            let violations = ProfileContent::from_raw(spoiled.input).unwrap_err();
            assert_eq!(found(&violations), [(spoiled.pointer.as_str(), spoiled.code)]);
        }
    }
}

#[test]
fn every_kind_begins_with_nothing_but_its_word() {
    for kind in ProfileKind::ALL {
        let content = content(json!({ "details": { "kind": kind } })).unwrap();
        assert_eq!(content.kind(), *kind);
        assert_eq!(content.details.clone().into_raw(), DetailsInput::empty(*kind));
        assert_eq!(content.visibility, Visibility::Public);
        assert_eq!(content.field_visibility, FieldVisibility::default());
        let sent = serde_json::to_value(&content.details).unwrap();
        assert_eq!(sent["kind"], kind.as_str());
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let violations = content(json!({
        "headline": "x",
        "location": { "city": "", "country": "Zimbabwe" },
        "looking_for": [{ "kind": "mentor" }, { "kind": "mentor" }],
        "details": {
            "kind": "academic_researcher",
            "orcid": "0000-0002-1825-0098",
            "publications": [
                { "title": "A", "doi": "10.1000/1" },
                { "title": "", "year": 1492 },
                { "title": "B", "doi": "10.1000/1" },
            ],
        },
        "visibility": "all",
    }))
    .unwrap_err();
    assert_eq!(
        found(&violations),
        [
            ("/headline", code::TOO_SHORT),
            ("/location/city", code::REQUIRED),
            ("/location/country", code::MALFORMED),
            ("/details/orcid", code::MALFORMED),
            ("/details/publications/1/title", code::REQUIRED),
            ("/details/publications/1/year", code::OUT_OF_RANGE),
            ("/visibility", code::UNKNOWN_VALUE),
            ("/looking_for/1/kind", code::DUPLICATE),
        ]
    );
}

#[test]
fn details_that_cannot_be_read_are_told_with_the_rest() {
    for (details, pointer, code) in [
        (json!(null), "/details/kind", code::REQUIRED),
        (json!({}), "/details/kind", code::REQUIRED),
        (json!({ "kind": null }), "/details/kind", code::REQUIRED),
        (json!({ "kind": "wizard" }), "/details/kind", code::UNKNOWN_VALUE),
        (json!({ "kind": 7 }), "/details/kind", code::WRONG_TYPE),
        (json!("mentor"), "/details", code::WRONG_TYPE),
        (json!({ "kind": "mentor", "stage": "mvp" }), "/details/stage", code::UNKNOWN_FIELD),
        (json!({ "kind": "mentor", "capacity": "two" }), "/details/capacity", code::WRONG_TYPE),
        (
            json!({ "kind": "business_investor", "portfolio": [{ "company": "A" }, { "company": 3 }] }),
            "/details/portfolio/1/company",
            code::WRONG_TYPE,
        ),
        (
            json!({ "kind": "innovator", "funding_sought": { "amount": "much", "currency": "USD" } }),
            "/details/funding_sought/amount",
            code::MALFORMED,
        ),
        (
            json!({ "kind": "innovator", "funding_sought": { "amount": "5" } }),
            "/details/funding_sought/currency",
            code::REQUIRED,
        ),
    ] {
        let violations = content(json!({ "headline": "x", "details": details })).unwrap_err();
        assert_eq!(found(&violations), [("/headline", code::TOO_SHORT), (pointer, code)]);
    }
}

#[test]
fn the_kind_may_stand_anywhere_in_the_details() {
    let details = r#"{"details": {"capacity": 3, "open_slots": 3, "kind": "mentor"}}"#;
    let input: ProfileInput = serde_json::from_str(details).unwrap();
    assert_eq!(input.details.kind(), Some(ProfileKind::Mentor));
    assert!(ProfileContent::from_raw(input).is_ok());
}

#[test]
fn what_nobody_asked_for_is_refused() {
    assert!(serde_json::from_value::<ProfileInput>(json!({ "stage": "mvp" })).is_err());
    // What is computed is not sent.
    for computed in ["state", "completion", "participation", "version"] {
        assert!(serde_json::from_value::<ProfileInput>(json!({ computed: null })).is_err(), "{computed}");
    }
}

//! Partial updates, and the steps of a profile's life.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::error::InvalidTransition;
use crate::id::AccountId;
use crate::testing::{id, profile_content, profile_input};
use crate::validation::code;

fn patched(content: &ProfileContent, patch: Value) -> Result<ProfileContent, Violations> {
    let mut input = ProfileInput::from(content.clone());
    serde_json::from_value::<ProfilePatch>(patch).unwrap().apply(&mut input);
    ProfileContent::from_raw(input)
}

fn mentor() -> ProfileContent {
    content(json!({
        "headline": "Grows businesses",
        "skills": ["sales"],
        "location": { "city": "Mutare", "country": "ZW" },
        "details": { "kind": "mentor", "capacity": 5, "open_slots": 2, "expertise": ["export"] },
        "visibility": "private",
        "extra": { "a": { "b": 1, "c": 2 } },
    }))
    .unwrap()
}

/// What the patch makes of the profile, at a pointer.
fn after(patch: Value, pointer: &str) -> Value {
    let content = patched(&mentor(), patch).unwrap();
    serde_json::to_value(content).unwrap().pointer(pointer).unwrap().clone()
}

#[test]
fn absent_keeps_null_clears_and_a_value_replaces() {
    assert_eq!(after(json!({}), "/headline"), "Grows businesses");
    assert_eq!(after(json!({ "headline": null }), "/headline"), Value::Null);
    assert_eq!(after(json!({ "headline": "New" }), "/headline"), "New");
    assert_eq!(after(json!({ "skills": ["law"] }), "/skills"), json!(["law"]));
    assert_eq!(after(json!({ "skills": null }), "/skills"), json!([]));
    assert_eq!(after(json!({ "visibility": null }), "/visibility"), "public");
}

#[test]
fn a_record_inside_is_merged() {
    assert_eq!(
        after(json!({ "location": { "city": "Harare" } }), "/location"),
        json!({ "city": "Harare", "country": "ZW" })
    );
    assert_eq!(after(json!({ "location": { "city": null } }), "/location/city"), Value::Null);
    assert_eq!(after(json!({ "location": null }), "/location"), Value::Null);
    let fields = after(json!({ "field_visibility": { "phone": "public" } }), "/field_visibility");
    assert_eq!((&fields["phone"], &fields["email"]), (&json!("public"), &json!("private")));
    assert_eq!(
        after(json!({ "extra": { "a": { "b": null, "d": 3 } } }), "/extra/a"),
        json!({ "c": 2, "d": 3 })
    );
}

#[test]
fn details_are_merged_with_or_without_their_kind() {
    for details in [json!({ "open_slots": 1 }), json!({ "kind": "mentor", "open_slots": 1 })] {
        let details = after(json!({ "details": details }), "/details");
        assert_eq!((&details["open_slots"], &details["capacity"]), (&json!(1), &json!(5)));
        assert_eq!(details["expertise"], json!(["export"]));
    }
    assert_eq!(after(json!({ "details": { "expertise": null } }), "/details/expertise"), json!([]));
}

#[test]
fn a_change_that_is_wrong_is_told_like_an_input_that_is() {
    for (details, pointer, code) in [
        (json!({ "kind": "innovator", "stage": "mvp" }), "/details/kind", code::NOT_ALLOWED),
        (json!({ "kind": "wizard" }), "/details/kind", code::UNKNOWN_VALUE),
        (json!(null), "/details/kind", code::REQUIRED),
        (json!({ "stage": "mvp" }), "/details/stage", code::UNKNOWN_FIELD),
        (json!({ "capacity": "many" }), "/details/capacity", code::WRONG_TYPE),
        (json!({ "open_slots": 6 }), "/details/open_slots", code::OUT_OF_RANGE),
        (json!({ "capacity": null }), "/details/capacity", code::REQUIRED),
        (json!(5), "/details", code::WRONG_TYPE),
    ] {
        let violations = patched(&mentor(), json!({ "headline": "x", "details": details })).unwrap_err();
        assert_eq!(found(&violations), [("/headline", code::TOO_SHORT), (pointer, code)]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_empty_change_changes_nothing(input in profile_input()) {
        let mut same = input.clone();
        let patch: ProfilePatch = serde_json::from_str("{}").unwrap();
        prop_assert!(patch.is_empty());
        patch.apply(&mut same);
        prop_assert_eq!(same, input);
    }

    #[test]
    fn a_change_with_everything_in_it_makes_the_other_profile_of_the_kind(input in profile_input()) {
        let json = serde_json::to_value(&input).unwrap();
        let patch: ProfilePatch = serde_json::from_value(json).unwrap();
        let mut other = ProfileInput { details: DetailsInput::empty(input.details.kind().unwrap()), ..ProfileInput::default() };
        patch.apply(&mut other);
        // In a change `null` takes a member of `extra` away.
        let mut expected = input;
        expected.extra.retain(|_, value| !value.is_null());
        prop_assert_eq!(other, expected);
    }

    #[test]
    fn a_change_survives_the_wire(input in profile_input()) {
        let patch: ProfilePatch = serde_json::from_value(serde_json::to_value(&input).unwrap()).unwrap();
        let json = serde_json::to_value(&patch).unwrap();
        prop_assert_eq!(serde_json::from_value::<ProfilePatch>(json).unwrap(), patch);
    }
}

fn profile(content: ProfileContent) -> Profile {
    content.begin(some(id::<AccountId>()), now()).0
}

fn complete_to(percent: u8) -> Completion {
    Completion { percent, missing: Vec::new() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_profile_begins_as_a_draft(content in profile_content()) {
        let account = some(id::<AccountId>());
        let (profile, fact) = content.clone().begin(account, now());
        prop_assert_eq!(fact, ProfileBegun { account, kind: content.kind() });
        prop_assert_eq!((profile.state, profile.completion), (ProfileState::Draft, 0));
        prop_assert_eq!(profile.participation.is_some(), content.kind() == ProfileKind::CommunityMember);
        prop_assert_eq!(profile.standing().kind, Some(content.kind()));
        prop_assert_eq!(profile.content, content);
    }

    #[test]
    fn a_profile_may_become_another_kind(before in profile_content(), after in profile_content()) {
        let later = now() + chrono::TimeDelta::days(1);
        let (revised, fact) = profile(before.clone()).revise(after.clone(), later).unwrap();
        prop_assert_eq!((fact.kind_before, fact.kind), (before.kind(), after.kind()));
        prop_assert_eq!(revised.participation.is_some(), after.kind() == ProfileKind::CommunityMember);
        prop_assert_eq!((revised.created_at, revised.updated_at), (now(), later));
        prop_assert_eq!(revised.content, after);
    }

    #[test]
    fn completion_moves_a_profile_on_and_never_back_to_a_draft(percents in proptest::collection::vec(0_u8..=100, 1..20)) {
        let mut profile = profile(mentor());
        let mut shown = false;
        for percent in percents {
            let before = (profile.state, profile.completion);
            let (next, fact) = profile.assess(&complete_to(percent));
            shown = shown || percent >= Completion::SHOWN_FROM;
            let expected = match percent {
                Completion::COMPLETE_FROM.. => ProfileState::Complete,
                _ if shown => ProfileState::Incomplete,
                _ => ProfileState::Draft,
            };
            prop_assert_eq!((next.state, next.completion), (expected, percent));
            prop_assert_eq!(fact.is_some(), (next.state, next.completion) != before);
            profile = next;
        }
    }
}

#[test]
fn what_is_suspended_stays_so_until_it_is_reinstated() {
    let reason = "spam".parse().unwrap();
    let (shown, _) = profile(mentor()).assess(&complete_to(50));
    let (suspended, fact) = shown.suspend(&reason, now()).unwrap();
    assert_eq!(fact.reason, "spam");

    let refused = |step| InvalidTransition::new("profile", "suspended", step);
    assert_eq!(suspended.clone().suspend(&reason, now()).unwrap_err(), refused("suspend"));
    assert_eq!(suspended.clone().revise(mentor(), now()).unwrap_err(), refused("revise"));

    let (suspended, _) = suspended.assess(&complete_to(90));
    assert_eq!((suspended.state, suspended.completion), (ProfileState::Suspended, 90));

    let (back, fact) = suspended.reinstate(now()).unwrap();
    assert_eq!((back.state, fact.state), (ProfileState::Complete, ProfileState::Complete));
    assert_eq!(
        back.reinstate(now()).unwrap_err(),
        InvalidTransition::new("profile", "complete", "reinstate")
    );
}

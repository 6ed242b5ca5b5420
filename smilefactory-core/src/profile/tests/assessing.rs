//! Completion.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;
use crate::identity::{Account, AccountSettings, AccountSettingsInput};
use crate::testing::{account, profile_content};

fn engagement() -> impl Strategy<Value = Engagement> {
    any::<[bool; 3]>().prop_map(|[posted, connected, viewed]| Engagement { posted, connected, viewed })
}

const ALL_DONE: Engagement = Engagement { posted: true, connected: true, viewed: true };

/// An account with nothing but what one signs up with, or with everything.
fn account_with(phone: Option<&str>, bio: Option<&str>) -> Account {
    let settings = AccountSettings::from_raw(AccountSettingsInput {
        first_name: "Rudo".into(),
        last_name: "Moyo".into(),
        phone: phone.map(Into::into),
        gender: None,
        bio: bio.map(Into::into),
    });
    Account { settings: settings.unwrap(), ..some(account()) }
}

/// The details of each kind with what counts filled in, and nothing else.
fn essential_details(kind: ProfileKind) -> Value {
    let mut details = match kind {
        ProfileKind::Innovator => {
            json!({ "industries": ["food"], "startup_description": "Mills.", "challenges": ["money"] })
        }
        ProfileKind::BusinessInvestor => json!({
            "industries": ["food"],
            "portfolio": [{ "company": "Acme" }],
            "ticket": { "min": "1", "max": "2", "currency": "USD" },
            "criteria": "A team.",
        }),
        ProfileKind::Mentor => json!({
            "industries": ["food"], "years_of_experience": 9, "approach": "Ask.", "expertise": ["law"],
        }),
        ProfileKind::CorporatePartner => {
            json!({ "sector": "food", "organisation": "Acme", "partnership_interests": ["pilot"] })
        }
        ProfileKind::GovernmentOfficial => {
            json!({ "policy_areas": ["food"], "department": "Trade", "programmes": ["Grow"] })
        }
        ProfileKind::AcademicResearcher => {
            json!({ "research_areas": ["food"], "institution": "UZ", "transfer_interests": ["mills"] })
        }
        ProfileKind::ServiceProvider => json!({
            "services": [{ "title": "Logo", "price_model": "quote" }], "clients_served": 3, "expertise": ["law"],
        }),
        ProfileKind::CommunityMember => json!({ "goals": ["learn"] }),
    };
    details["kind"] = json!(kind);
    details
}

fn full(kind: ProfileKind) -> ProfileContent {
    content(json!({
        "headline": "Here I am",
        "photo": "https://example.org/me.png",
        "location": { "country": "ZW" },
        "skills": ["law"],
        "interests": ["food"],
        "links": ["https://example.org"],
        "availability": "evenings",
        "looking_for": [{ "kind": "mentor" }],
        "offering": "Time.",
        "details": essential_details(kind),
    }))
    .unwrap()
}

#[test]
fn every_kind_can_reach_a_hundred() {
    let account = account_with(Some("+263772123456"), Some("Hello."));
    for kind in ProfileKind::ALL {
        let completion = Completion::of(&account, &full(*kind), ALL_DONE);
        assert_eq!((completion.percent, completion.missing), (100, vec![]), "{kind}");
    }
}

#[test]
fn an_empty_profile_of_every_kind_misses_the_same_points() {
    let account = account_with(None, None);
    for kind in ProfileKind::ALL {
        let empty = content(json!({ "details": { "kind": kind } })).unwrap();
        let completion = Completion::of(&account, &empty, Engagement::default());
        assert_eq!(completion.percent, 10, "{kind}: name and email");
        let points: Vec<u8> = completion.missing.iter().map(|item| item.points).collect();
        assert_eq!(points, [10, 10, 10, 10, 10, 5, 5, 5, 5, 5, 5, 5, 5], "{kind}");
        assert_eq!(completion.state(), ProfileState::Draft);
    }
}

#[test]
fn each_thing_is_worth_what_it_should_be() {
    let account = account_with(Some("+263772123456"), Some("Hello."));
    let whole = full(ProfileKind::Mentor);
    let without = |pointer: &str| {
        let mut json = serde_json::to_value(&whole).unwrap();
        *json.pointer_mut(pointer).unwrap() = match json.pointer(pointer) {
            Some(Value::Array(_)) => json!([]),
            _ => Value::Null,
        };
        100 - Completion::of(&account, &content(json).unwrap(), ALL_DONE).percent
    };
    for (pointer, points) in [
        ("/photo", 5),
        ("/location", 5),
        ("/links", 5),
        ("/availability", 5),
        ("/details/industries", 10),
        ("/details/expertise", 10),
        ("/details/years_of_experience", 10),
        ("/headline", 0),
    ] {
        assert_eq!(without(pointer), points, "{pointer}");
    }
    let with = |account: &Account, done| 100 - Completion::of(account, &whole, done).percent;
    assert_eq!(with(&account_with(None, Some("Hello.")), ALL_DONE), 5);
    assert_eq!(with(&account_with(Some("+263772123456"), None), ALL_DONE), 10);
    assert_eq!(with(&account, Engagement { posted: false, ..ALL_DONE }), 5);
    assert_eq!(with(&account, Engagement { connected: false, ..ALL_DONE }), 5);
    assert_eq!(with(&account, Engagement { viewed: false, ..ALL_DONE }), 5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_there_and_what_is_missing_make_a_hundred(
        account in account(), content in profile_content(), engagement in engagement(),
    ) {
        let completion = Completion::of(&account, &content, engagement);
        let missing: u8 = completion.missing.iter().map(|item| item.points).sum();
        prop_assert_eq!(completion.percent + missing, 100);
        prop_assert!(completion.missing.is_sorted_by_key(|item| std::cmp::Reverse(item.points)));
    }

    #[test]
    fn a_missing_field_is_one_that_can_be_sent(account in account(), content in profile_content()) {
        let profile = serde_json::to_value(ProfileInput::from(content.clone())).unwrap();
        let settings = serde_json::to_value(&account).unwrap();
        for item in Completion::of(&account, &content, Engagement::default()).missing {
            let found = match item.on {
                MissingOn::Account => settings.pointer(&item.pointer),
                MissingOn::Profile => profile.pointer(&item.pointer),
                MissingOn::Engagement => continue,
            };
            let empty = found == Some(&Value::Null) || found == Some(&json!([]));
            prop_assert!(empty, "{}: {found:?}", item.pointer);
        }
    }

    #[test]
    fn what_is_missing_counts_once_it_is_there(kind in select(ProfileKind::ALL), engagement in engagement()) {
        // Fill in what is missing, in the order it is asked for: the percentage grows by what was promised.
        let mut account = account_with(None, None);
        let mut json = json!({ "details": { "kind": kind } });
        let whole = serde_json::to_value(ProfileInput::from(full(kind))).unwrap();
        let mut now = Completion::of(&account, &content(json.clone()).unwrap(), engagement);
        while let Some(item) = now.missing.iter().find(|item| item.on != MissingOn::Engagement).cloned() {
            match (item.on, item.pointer.as_ref()) {
                (MissingOn::Account, "/phone") => account.settings.phone = Some("+263772123456".parse().unwrap()),
                (MissingOn::Account, _) => account.settings.bio = Some("Hello.".parse().unwrap()),
                (_, pointer) => {
                    let value = whole.pointer(pointer).unwrap().clone();
                    let (parent, name) = pointer.rsplit_once('/').unwrap();
                    json.pointer_mut(parent).unwrap()[name] = value;
                }
            }
            let then = Completion::of(&account, &content(json.clone()).unwrap(), engagement);
            prop_assert_eq!(then.percent, now.percent + item.points);
            now = then;
        }
    }
}

#[test]
fn completion_opens_by_bands() {
    let bands = CompletionBands::default();
    for percent in 0..=100 {
        let opens = Opens::at(percent, &bands);
        assert!(opens.posts);
        assert_eq!(opens.comments, percent > 30);
        assert_eq!(opens.events, percent > 60);
        assert_eq!(opens.articles, percent > 80);
        let requests = match percent {
            0..=30 => 50,
            31..=60 => 100,
            _ => 200,
        };
        assert_eq!(opens.connection_requests_a_month, requests);
        let state = match percent {
            0..=30 => ProfileState::Draft,
            31..=80 => ProfileState::Incomplete,
            _ => ProfileState::Complete,
        };
        assert_eq!(Completion::state_at(percent), state);
    }
}

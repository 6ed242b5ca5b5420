//! Who sees what.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::identity::Account;
use crate::testing::{account, profile_content};

fn shown(content: ProfileContent, state: ProfileState) -> Profile {
    Profile { state, ..content.begin(some(crate::testing::id()), now()).0 }
}

/// All who see something at all.
fn sighted() -> impl Iterator<Item = ViewerClass> {
    ViewerClass::ALL.iter().copied().filter(|viewer| *viewer != ViewerClass::Blocked)
}

#[test]
fn who_sees_a_profile() {
    use ViewerClass as V;
    for state in ProfileState::ALL {
        for visibility in Visibility::ALL {
            let content = ProfileContent { visibility: *visibility, ..some(profile_content()) };
            let profile = shown(content, *state);
            let seen: Vec<V> = V::ALL.iter().copied().filter(|viewer| profile.is_seen_by(*viewer)).collect();
            let expected: &[V] = match (state, visibility) {
                (ProfileState::Draft, _) => &[V::Owner],
                (ProfileState::Suspended, _) => &[V::Staff],
                (_, Visibility::Public) => {
                    &[V::Owner, V::Staff, V::Connection, V::Group, V::Member, V::Public]
                }
                (_, Visibility::ConnectionsOnly) => &[V::Owner, V::Staff, V::Connection],
                (_, Visibility::Private) => &[V::Owner, V::Staff],
            };
            assert_eq!(seen, expected, "{state} {visibility}");
        }
    }
}

#[test]
fn who_sees_a_field() {
    use ViewerClass as V;
    let owner = Account {
        settings: crate::identity::AccountSettings {
            phone: Some("+263772123456".parse().unwrap()),
            ..some(account()).settings
        },
        ..some(account())
    };
    for visibility in Visibility::ALL {
        let content = content(json!({
            "location": { "country": "ZW" },
            "details": {
                "kind": "business_investor",
                "portfolio": [{ "company": "Seen" }, { "company": "Perhaps", "visibility": visibility }],
            },
            "field_visibility": {
                "email": visibility, "phone": visibility, "location": visibility, "connections": visibility,
            },
        }))
        .unwrap();
        let profile = shown(content, ProfileState::Complete);
        for viewer in sighted() {
            let expected = match visibility {
                Visibility::Public => true,
                Visibility::ConnectionsOnly => !matches!(viewer, V::Group | V::Member | V::Public),
                Visibility::Private => viewer == V::Owner,
            };
            let view = profile.seen_by(&owner, viewer).unwrap();
            let Details::BusinessInvestor(investor) = &view.details else { panic!("an investor") };
            let shown = [
                view.email.is_some(),
                view.phone.is_some(),
                view.location.is_some(),
                view.connections_shown,
                investor.portfolio.len() == 2,
            ];
            assert_eq!(shown, [expected; 5], "{visibility} {viewer:?}");
            assert_eq!(investor.portfolio[0].company.as_str(), "Seen");
            // What is concluded for a viewer is concluded from no more than that.
            let told = profile.content.clone().seen_by(viewer);
            assert_eq!((told.location, told.details), (view.location, view.details));
        }
    }
}

#[test]
fn a_government_official_shows_as_one_once_verified() {
    let content =
        content(json!({ "details": { "kind": "government_official", "department": "Trade" } })).unwrap();
    let profile = shown(content, ProfileState::Complete);
    for verified in [false, true] {
        let owner = Account { verified_at: verified.then(now), ..some(account()) };
        for viewer in sighted() {
            let view = profile.seen_by(&owner, viewer).unwrap();
            let as_one = verified || matches!(viewer, ViewerClass::Owner | ViewerClass::Staff);
            assert_eq!(view.details.kind() == ProfileKind::GovernmentOfficial, as_one, "{viewer:?}");
            assert_eq!(view.verified, verified);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nobody_sees_more_than_the_owner(owner in account(), content in profile_content()) {
        let profile = shown(content, ProfileState::Complete);
        let everything = serde_json::to_value(profile.seen_by(&owner, ViewerClass::Owner).unwrap()).unwrap();
        for &viewer in ViewerClass::ALL {
            let Some(view) = profile.seen_by(&owner, viewer) else { continue };
            let view = serde_json::to_value(view).unwrap();
            for (name, value) in view.as_object().unwrap() {
                let hidden = value.is_null() || name == "connections_shown" || name == "details";
                prop_assert!(hidden || value == &everything[name], "{name} for {viewer:?}");
            }
        }
    }

    #[test]
    fn a_view_survives_the_wire(owner in account(), content in profile_content()) {
        let view = shown(content, ProfileState::Incomplete).seen_by(&owner, ViewerClass::Staff).unwrap();
        let json = serde_json::to_string(&view).unwrap();
        prop_assert_eq!(serde_json::from_str::<ProfileView>(&json).unwrap(), view);
    }
}

#[test]
fn each_field_has_its_own_visibility() {
    let mut owner = some(account());
    owner.settings.phone = Some("+263772123456".parse().unwrap());
    let fields = ["email", "phone", "location", "connections"];
    for private in fields {
        let mut visibility = json!({});
        for field in fields {
            visibility[field] = json!(if field == private { "private" } else { "public" });
        }
        let content = content(json!({
            "location": { "country": "ZW" },
            "details": { "kind": "mentor" },
            "field_visibility": visibility,
        }))
        .unwrap();
        let view = shown(content, ProfileState::Complete).seen_by(&owner, ViewerClass::Member).unwrap();
        let seen =
            [view.email.is_some(), view.phone.is_some(), view.location.is_some(), view.connections_shown];
        assert_eq!(seen, fields.map(|field| field != private), "{private}");
    }
}

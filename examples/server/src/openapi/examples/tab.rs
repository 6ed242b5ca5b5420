//! Examples of the tabs, and of what is counted in them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use smilefactory_core::community::{GroupCount, GroupFacets, RecommendedGroup};
use smilefactory_core::content::{CommunityTab, FeaturedPost, PostCount, PostFacets, Tab, TabFilter};
use smilefactory_core::event::{EventCount, EventFacets};
use smilefactory_core::id::Id;
use smilefactory_core::recommendation::{Reason, Score};

use super::{account_id, now, value};

/// The example of a schema of the tabs with this name.
pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "CommunityTabs" => Some(json!({"items": [tab()]})),
        "EventFacets" => value(events()),
        "FeaturedPost" => {
            value(FeaturedPost { post: Id::at(now(), [1; 10]), since: now(), by: account_id() })
        }
        "GroupFacets" => value(groups()),
        "PostFacets" => value(posts()),
        "RecommendedGroups" => Some(json!({"items": [recommended()?]})),
        _ => None,
    }
}

fn tab() -> CommunityTab {
    CommunityTab {
        tab: Tab::Profiles,
        list: "/v1/profiles".to_owned(),
        facets: Some("/v1/profiles/facets".to_owned()),
        sorts: vec!["joined".to_owned(), "name".to_owned()],
        filters: vec![TabFilter {
            name: "verified".to_owned(),
            about: "Only those whose owners staff verified, or did not.".to_owned(),
            format: "boolean".to_owned(),
            values: vec!["true".to_owned(), "false".to_owned()],
        }],
    }
}

fn events() -> EventFacets {
    let count = |value: &str, events| EventCount { value: value.to_owned(), events };
    EventFacets {
        counted: 12,
        more: false,
        categories: vec![count("workshop", 9), count("pitch", 3)],
        formats: vec![count("in_person", 12)],
        cities: vec![count("harare", 8), count("bulawayo", 4)],
        countries: vec![count("ZW", 12)],
        doors: vec![count("open", 10), count("full", 2)],
        free: 7,
    }
}

fn groups() -> GroupFacets {
    let count = |value: &str, groups| GroupCount { value: value.to_owned(), groups };
    GroupFacets {
        counted: 9,
        more: false,
        categories: vec![count(super::ID, 5)],
        visibilities: vec![count("public", 8), count("private", 1)],
        join_policies: vec![count("open", 6), count("approval", 3)],
        countries: vec![count("ZW", 9)],
    }
}

fn posts() -> PostFacets {
    let count = |value: &str, posts| PostCount { value: value.to_owned(), posts };
    PostFacets {
        counted: 31,
        more: false,
        kinds: vec![count("article", 31)],
        tags: vec![count("solar", 12), count("water", 9)],
        categories: vec![count(super::ID, 20)],
        authors: vec![count(super::ID, 4)],
    }
}

fn recommended() -> Option<RecommendedGroup> {
    let group = super::community::group()?.0;
    let reason = Reason {
        code: "connections_belong".into(),
        params: BTreeMap::from([("count".into(), json!(3))]),
        text: "3 people you are connected with belong to it.".to_owned(),
    };
    Some(RecommendedGroup { score: Score::clamped(0.175), reasons: vec![reason], view: group.seen_by(None) })
}

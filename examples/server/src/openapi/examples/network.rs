//! Examples of networks and introductions.

use chrono::NaiveDate;
use serde_json::{Value, json};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::recommendation::Score;
use smilefactory_core::social::{
    ConnectionKind, ConnectionsOfKind, Diversity, Introducer, Introduction, IntroductionDraft,
    IntroductionInput, IntroductionPath, IntroductionPaths, IntroductionsAsked, Naming, Network,
    NetworkMonth, PeopleOfKind, PeopleWith,
};
use smilefactory_core::validation::Field;

use super::{now, value};

/// The example of a schema of networks with this name.
pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "ConsentChoice" | "ConsentChoiceInput" => Some(json!({"consent": "ask"})),
        "Introduction" => value(introduction()?),
        "IntroductionInput" => value(input()),
        "IntroductionPaths" => value(paths()),
        "IntroductionsAsked" => value(IntroductionsAsked { target: account(5), asked: 1 }),
        "Network" => value(network()),
        _ => None,
    }
}

fn account(n: u8) -> AccountId {
    AccountId::at(now(), [n; 10])
}

fn input() -> IntroductionInput {
    IntroductionInput { message: "We build solar pumps, and look for a mill that tries one.".to_owned() }
}

fn introduction() -> Option<Introduction> {
    let draft = IntroductionDraft::from_raw(input()).ok()?;
    Some(draft.ask(Id::at(now(), [9; 10]), account(1), account(4), account(5), now()).0)
}

fn paths() -> IntroductionPaths {
    let named = Introducer {
        naming: Naming::Named,
        account: Some(account(4)),
        first_name: "Rudo".parse().ok(),
        last_name: "Dube".parse().ok(),
    };
    let unnamed = Introducer { naming: Naming::MayBeAsked, account: None, first_name: None, last_name: None };
    let paths = vec![
        IntroductionPath { hops: 2, strength: Score::clamped(0.4), through: vec![unnamed.clone()] },
        IntroductionPath { hops: 3, strength: Score::clamped(0.2), through: vec![named, unnamed] },
    ];
    IntroductionPaths { target: account(5), connected: false, paths }
}

fn network() -> Network {
    let with = |what: &str, people| PeopleWith { what: what.to_owned(), people };
    Network {
        connections: 14,
        strong: 3,
        kinds: vec![
            ConnectionsOfKind { kind: ConnectionKind::Professional, connections: 12 },
            ConnectionsOfKind { kind: ConnectionKind::Mentorship, connections: 2 },
        ],
        growth: vec![NetworkMonth {
            month: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap_or_default(),
            made: 4,
            connections: 14,
        }],
        diversity: Diversity {
            kinds: Score::clamped(0.43),
            people_of_kinds: vec![
                PeopleOfKind { kind: ProfileKind::Innovator, people: 9 },
                PeopleOfKind { kind: ProfileKind::Mentor, people: 5 },
            ],
            industries: Score::clamped(0.3),
            people_in_industries: vec![with("agriculture", 11), with("water", 3)],
            countries: Score::clamped(0.18),
            people_in_countries: vec![with("ZW", 13), with("KE", 1)],
        },
    }
}

//! Examples of what people are to each other.

use serde_json::Value;
use smilefactory_core::id::{AccountId, ConnectionRequestId, Id};
use smilefactory_core::profile::{FacetCount, ProfileFacets};
use smilefactory_core::recommendation::Score;
use smilefactory_core::social::{
    Acquaintance, AskedAnswer, Block, ConnectionCounts, ConnectionKind, ConnectionRequest,
    ConnectionRequestDraft, ConnectionRequestInput, Follow, Mute,
};
use smilefactory_core::validation::Field;

use super::{ID, now, value};

pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "Acquaintance" => value(acquaintance()?),
        "AskedAnswer" => value(AskedAnswer { request: Some(request()?), connection: None }),
        "Block" => value(Block { account: account(2), since: now() }),
        "ConnectionCounts" => {
            value(ConnectionCounts { account: account(2), connections: Some(31), mutual: Some(4) })
        }
        "ConnectionRequest" => value(request()?),
        "ConnectionRequestInput" => value(input()),
        "Follow" => value(Follow { account: account(2), since: now() }),
        "Mute" => value(Mute { account: account(2), since: now() }),
        "ProfileFacets" => value(ProfileFacets {
            counted: 120,
            more: false,
            kinds: vec![FacetCount { value: "innovator".to_owned(), profiles: 70 }],
            countries: vec![FacetCount { value: "ZW".to_owned(), profiles: 90 }],
            cities: vec![FacetCount { value: "Harare".to_owned(), profiles: 60 }],
            skills: vec![FacetCount { value: "hydraulics".to_owned(), profiles: 4 }],
            interests: vec![FacetCount { value: "agriculture".to_owned(), profiles: 31 }],
        }),
        _ => None,
    }
}

fn account(n: u8) -> AccountId {
    AccountId::at(now(), [n; 10])
}

pub(super) fn acquaintance() -> Option<Acquaintance> {
    Some(Acquaintance {
        account: account(2),
        first_name: "Rudo".parse().ok()?,
        last_name: "Moyo".parse().ok()?,
        kind: ConnectionKind::Mentorship,
        since: now(),
        strength: Some(Score::clamped(0.46)),
    })
}

fn input() -> ConnectionRequestInput {
    ConnectionRequestInput {
        to: ID.to_owned(),
        kind: ConnectionKind::Mentorship.to_string(),
        message: "You built what I am about to build.".to_owned(),
    }
}

fn request() -> Option<ConnectionRequest> {
    let draft = ConnectionRequestDraft::from_raw(input()).ok()?;
    let id = ConnectionRequestId::at(now(), [3; 10]);
    draft.send(id, account(2), now()).ok().map(|(request, _)| request)
}

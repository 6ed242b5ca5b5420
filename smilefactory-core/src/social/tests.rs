//! Requests to connect: who may do what, and when.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::error::InvalidTransition;
use crate::id::Id;
use crate::testing::{connection_request_input, instant, spoiled_connection_requests};
use crate::validation::Field;

fn account(n: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(n))
}

fn request(from: AccountId, to: AccountId, now: DateTime<Utc>) -> ConnectionRequest {
    let draft = ConnectionRequestDraft {
        to,
        kind: ConnectionKind::Friendship,
        message: "Let us talk about pumps.".parse().unwrap(),
    };
    draft.send(Id::from_uuid(Uuid::from_u128(9)), from, now).unwrap().0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_valid_is_read_and_comes_back(input in connection_request_input()) {
        let draft = ConnectionRequestDraft::from_raw(input.clone()).unwrap();
        prop_assert_eq!(ConnectionRequestInput::from(draft), input);
    }

    #[test]
    fn every_broken_rule_is_told_with_its_place(input in connection_request_input()) {
        for spoiled in spoiled_connection_requests(&input) {
            let found = ConnectionRequestDraft::from_raw(spoiled.input).unwrap_err();
            let found: Vec<_> = found.iter().map(|v| (v.pointer.clone(), v.code.to_string())).collect();
            prop_assert_eq!(found, [(spoiled.pointer, spoiled.code.to_owned())]);
        }
    }

    /// Whatever is tried, a request leaves its state once, by whoever may, and stays there.
    #[test]
    fn a_request_is_answered_once(
        now in instant(), tries in proptest::collection::vec((0..4_u8, 1..4_u128, 0..35_i64), 1..8),
    ) {
        let (from, to) = (account(1), account(2));
        let mut there = request(from, to, now);
        let mut later: Vec<_> = tries;
        later.sort_by_key(|(.., days)| *days);
        for (step, who, days) in later {
            let (who, at) = (account(who), now + TimeDelta::days(days));
            let was = there.clone().at(at).state;
            let after = match step {
                0 => there.clone().accept(who, at).map(|(there, connection, _, made)| {
                    assert_eq!((connection.pair.low(), connection.pair.high()), (from, to));
                    assert_eq!((made.connection, made.other), (from, to));
                    there
                }),
                1 => there.clone().decline(who, at).map(|(there, _)| there),
                2 => there.clone().withdraw(who, at).map(|(there, _)| there),
                _ => there.clone().expire(at).map(|(there, _)| there).map_err(Into::into),
            };
            let allowed = match step {
                0 | 1 => who == to && was == RequestState::Pending,
                2 => who == from && was == RequestState::Pending,
                _ => there.state == RequestState::Pending && days >= 30,
            };
            prop_assert_eq!(after.is_ok(), allowed, "{} by {} after {} days: {:?}", step, who, days, after);
            if let Ok(after) = after {
                prop_assert_ne!(after.state, RequestState::Pending);
                prop_assert!(after.answered_at.is_some());
                there = after;
            }
        }
    }
}

#[test]
fn nobody_asks_follows_blocks_or_mutes_themselves() {
    let (me, now) = (account(1), DateTime::UNIX_EPOCH);
    let draft = ConnectionRequestDraft {
        to: me,
        kind: ConnectionKind::Friendship,
        message: "Let us talk about pumps.".parse().unwrap(),
    };
    assert_eq!(draft.send(Id::from_uuid(Uuid::nil()), me, now).unwrap_err(), ConnectionRefused::Oneself);
    assert_eq!((Follow::begin(me, me), Block::set(me, me), Mute::set(me, me)), (None, None, None));
}

#[test]
fn a_request_expires_on_the_day_and_not_before() {
    let now = DateTime::UNIX_EPOCH;
    let there = request(account(1), account(2), now);
    let last = now + ConnectionRequest::LIFETIME;
    assert_eq!(there.clone().at(last - TimeDelta::microseconds(1)).state, RequestState::Pending);
    let expired = there.clone().at(last);
    assert_eq!((expired.state, expired.answered_at), (RequestState::Expired, Some(last)));
    let refused = there.accept(account(2), last).unwrap_err();
    assert_eq!(refused, InvalidTransition::new("request", "expired", "accept").into());
}

#[test]
fn quotas_and_the_cool_down_hold_to_the_number_and_the_moment() {
    let now = DateTime::UNIX_EPOCH + TimeDelta::days(100);
    let quota = RequestQuota { a_month: 2, unanswered_of_a_kind: 1 };
    let none = RequestHistory::default();
    assert_eq!(quota.allow(none, now), Ok(()));
    let refused = quota.allow(RequestHistory { this_month: 2, ..none }, now);
    assert_eq!(refused, Err(ConnectionRefused::TooManyThisMonth { quota: 2 }));
    let refused = quota.allow(RequestHistory { unanswered_of_the_kind: 1, ..none }, now);
    assert_eq!(refused, Err(ConnectionRefused::TooManyUnanswered { quota: 1 }));
    let declined = |at| RequestHistory { declined_at: Some(at), ..none };
    let until = now + TimeDelta::microseconds(1);
    let refused = quota.allow(declined(until - RequestQuota::COOL_DOWN), now);
    assert_eq!(refused, Err(ConnectionRefused::CoolingDown { until }));
    assert_eq!(quota.allow(declined(now - RequestQuota::COOL_DOWN), now), Ok(()));
}

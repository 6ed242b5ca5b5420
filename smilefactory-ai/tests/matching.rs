//! What every match must be, whoever the two people are.

#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use smilefactory_ai::embed::hashed::HashedEmbedder;
use smilefactory_ai::matching::{self, Member, Options, Relation, Surroundings, Weights, judge};
use smilefactory_ai::text;
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::profile::{ProfileContent, ProfileInput};
use smilefactory_core::recommendation::Score;
use smilefactory_core::testing::profile_content;
use smilefactory_core::validation::Field;
use uuid::Uuid;

fn id(n: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(n))
}

fn member(n: u128, profile: ProfileContent) -> Member {
    let text = text::of_profile(&profile);
    let member = Member::new(id(n), profile);
    match HashedEmbedder::default().embed_one(&text) {
        Ok(vector) => member.with_embedding(vector),
        Err(_) => member,
    }
}

fn weights(a: &Member, b: &Member) -> Weights {
    Weights::of(Relation::between(a.profile.kind(), b.profile.kind()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_pair_has_one_score_whoever_seeks(a in profile_content(), b in profile_content()) {
        let (a, b) = (member(1, a), member(2, b));
        let nobody = Surroundings::default();
        // Places are the candidate's: only who offers them can have none left.
        prop_assume!(a.capacity() != Some(0) && b.capacity() != Some(0));
        let there = judge(&a, &b, &nobody, weights(&a, &b));
        let back = judge(&b, &a, &nobody, weights(&b, &a));
        match (there, back) {
            (Ok(there), Ok(back)) => prop_assert!((there.score.get() - back.score.get()).abs() < 1e-9),
            (there, back) => prop_assert_eq!(there.err(), back.err()),
        }
    }

    #[test]
    fn a_score_is_the_sum_of_its_parts_and_lies_between_0_and_1(
        a in profile_content(), b in profile_content(), acted in 0.0..=1.0_f64, tied in 0.0..=1.0_f64,
    ) {
        let (a, b) = (member(1, a), member(2, b));
        let mut around = Surroundings::default();
        around.interaction.insert(b.account, Score::clamped(acted));
        around.graph.insert(b.account, Score::clamped(tied));
        if let Ok(verdict) = judge(&a, &b, &around, weights(&a, &b)) {
            let sum: f64 = verdict.parts.iter().map(|part| part.contribution).sum();
            let weight: f64 = verdict.parts.iter().map(|part| part.weight).sum();
            prop_assert!((verdict.score.get() - sum).abs() < 1e-9);
            prop_assert!((weight - 1.0).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&verdict.score.get()));
            prop_assert!(verdict.reasons.iter().all(|reason| !reason.code.is_empty() && !reason.text.is_empty()));
        }
    }

    #[test]
    fn a_ranking_does_not_depend_on_the_order_of_the_candidates(
        seeker in profile_content(), mut others in proptest::collection::vec(profile_content(), 0..12),
    ) {
        let seeker = member(1, seeker);
        let candidates: Vec<Member> = others.drain(..).zip(2..).map(|(profile, n)| member(n, profile)).collect();
        let around = Surroundings::default();
        let ranked = matching::rank(&seeker, &candidates, &around, &Options::default());
        let turned: Vec<Member> = candidates.iter().rev().cloned().collect();
        prop_assert_eq!(&ranked, &matching::rank(&seeker, &turned, &around, &Options::default()));
        let mut seen: Vec<_> = ranked.iter().map(|found| found.candidate).collect();
        seen.sort();
        seen.dedup();
        prop_assert_eq!(seen.len(), ranked.len(), "nobody twice");
        prop_assert!(!seen.contains(&seeker.account));
    }

    #[test]
    fn whoever_is_excluded_is_never_shown(seeker in profile_content(), other in profile_content()) {
        let (seeker, other) = (member(1, seeker), member(2, other));
        let mut around = Surroundings::default();
        around.excluded.insert(other.account);
        prop_assert!(matching::rank(&seeker, &[other], &around, &Options::default()).is_empty());
    }
}

fn profile(json: &str) -> ProfileContent {
    ProfileContent::from_raw(serde_json::from_str::<ProfileInput>(json).unwrap()).unwrap()
}

fn unmet(first: &str, second: &str) -> &'static str {
    let (first, second) = (member(1, profile(first)), member(2, profile(second)));
    judge(&first, &second, &Surroundings::default(), weights(&first, &second)).unwrap_err()
}

#[test]
fn each_hard_requirement_holds() {
    let founder = r#"{"languages": ["en"], "location": {"country": "ZW"}, "details": {"kind": "innovator",
        "stage": "idea", "funding_sought": {"amount": "50000", "currency": "USD"}}}"#;
    let investor = |rest: &str| format!(r#"{{"details": {{"kind": "business_investor", {rest}}}}}"#);
    for (rest, requirement) in [
        (r#""ticket": {"min": "1", "max": "49999", "currency": "USD"}"#, "ticket_does_not_cover_sum"),
        (r#""stages": {"from": "prototype", "to": "mature"}"#, "stage_out_of_range"),
        (r#""geographies": ["KE"]"#, "geography_not_covered"),
    ] {
        assert_eq!(unmet(founder, &investor(rest)), requirement);
        assert_eq!(unmet(&investor(rest), founder), requirement, "from the other side too");
    }
    assert_eq!(
        unmet(founder, r#"{"details": {"kind": "mentor", "capacity": 2, "open_slots": 0}}"#),
        "no_open_slot"
    );
    assert_eq!(
        unmet(founder, r#"{"languages": ["pt"], "details": {"kind": "mentor"}}"#),
        "no_common_language"
    );
}

#[test]
fn a_sum_of_another_currency_is_not_compared() {
    let founder =
        r#"{"details": {"kind": "innovator", "funding_sought": {"amount": "50000", "currency": "ZAR"}}}"#;
    let investor = r#"{"details": {"kind": "business_investor", "ticket": {"min": "1", "max": "2", "currency": "USD"}}}"#;
    let (founder, investor) = (member(1, profile(founder)), member(2, profile(investor)));
    assert!(judge(&founder, &investor, &Surroundings::default(), weights(&founder, &investor)).is_ok());
}

/// Nine founders, one mentor with one place: cosine alone would show the mentor to all nine.
#[test]
fn a_mentor_whose_place_was_shown_to_many_comes_after_others() {
    let founder = member(1, profile(r#"{"details": {"kind": "innovator", "challenges": ["pricing"]}}"#));
    let busy = member(
        2,
        profile(
            r#"{"details": {"kind": "mentor", "expertise": ["pricing"], "capacity": 1, "open_slots": 1}}"#,
        ),
    );
    let free = member(
        3,
        profile(
            r#"{"details": {"kind": "mentor", "expertise": ["pricing", "law"], "capacity": 5, "open_slots": 5}}"#,
        ),
    );
    let order = |around: &Surroundings| -> Vec<AccountId> {
        matching::rank(&founder, &[busy.clone(), free.clone()], around, &Options::default())
            .into_iter()
            .map(|found| found.candidate)
            .collect()
    };
    let mut around = Surroundings::default();
    assert_eq!(order(&around), [busy.account, free.account]);
    around.shown.insert(busy.account, 10);
    assert_eq!(order(&around), [free.account, busy.account]);
}

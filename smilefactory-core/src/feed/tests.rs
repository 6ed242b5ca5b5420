//! What holds of every feed.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::content::PostKind;
use crate::id::{AccountId, Id, PostId};
use crate::profile::ProfileKind;
use crate::recommendation::Score;
use crate::tenancy::TenantSettings;
use crate::testing::instant;
use crate::validation::code;

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn plain(post: u8, author: u8) -> Signals {
    Signals {
        post: PostId::at(now(), [post; 10]),
        author: AccountId::at(now(), [author; 10]),
        kind: PostKind::Post,
        published_at: now(),
        reader_kind: None,
        author_kind: None,
        closeness: None,
        followed_tags: Vec::new(),
        shared_interests: Vec::new(),
        follows: false,
        strength: None,
        of_own_group: false,
        engagements: Engagements::default(),
    }
}

fn words() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[a-e]", 0..4)
}

prop_compose! {
    fn signals()(
        (post, author, hours) in (any::<u8>(), 0_u8..4, -50_i64..2_000),
        kind in proptest::sample::select(PostKind::ALL),
        reader_kind in proptest::option::of(proptest::sample::select(ProfileKind::ALL)),
        author_kind in proptest::option::of(proptest::sample::select(ProfileKind::ALL)),
        closeness in proptest::option::of(-1.0_f32..1.0),
        (followed_tags, shared_interests) in (words(), words()),
        (follows, of_own_group) in any::<(bool, bool)>(),
        strength in proptest::option::of(0.0_f64..=1.0),
        (reactions, comments, shares, saves, views) in any::<(u32, u8, u8, u8, u32)>(),
    ) -> Signals {
        Signals {
            kind,
            published_at: now() - TimeDelta::hours(hours),
            reader_kind,
            author_kind,
            closeness,
            followed_tags,
            shared_interests,
            follows,
            strength: strength.map(Score::clamped),
            of_own_group,
            engagements: Engagements {
                reactions,
                comments: comments.into(),
                shares: shares.into(),
                saves: saves.into(),
                views,
            },
            ..plain(post, author)
        }
    }
}

fn deed() -> impl Strategy<Value = Deed> {
    proptest::sample::select(Deed::ALL)
}

#[test]
fn weights_are_percentages_that_are_100_together() {
    let settings = TenantSettings::default();
    let told = |patch| -> Vec<(String, String)> {
        let wrong = settings.changed_by(&patch).unwrap_err();
        wrong.iter().map(|wrong| (wrong.pointer.clone(), wrong.code.to_string())).collect()
    };
    let at = |pointer: &str| (pointer.to_owned(), code::OUT_OF_RANGE.to_owned());
    let set = json!({"feed": {"relevance": 10, "recency": 55, "half_life_hours": 12}});
    let changed = settings.changed_by(&set).unwrap().feed;
    assert_eq!((changed.relevance, changed.recency, changed.engagement), (10, 55, 20));
    assert_eq!(told(json!({"feed": {"relevance": 41}})), [at("/feed")]);
    assert_eq!(
        told(json!({"feed": {"relevance": 101, "half_life_hours": 0}})),
        [at("/feed/relevance"), at("/feed"), at("/feed/half_life_hours")]
    );
    assert_eq!(told(json!({"feed": {"luck": 1}}))[0].1, code::UNKNOWN_FIELD);
}

#[test]
fn each_part_counts_as_much_as_it_weighs() {
    let weights = FeedWeights::default();
    let best = Signals {
        reader_kind: Some(ProfileKind::Innovator),
        author_kind: Some(ProfileKind::BusinessInvestor),
        kind: PostKind::Opportunity,
        closeness: Some(1.0),
        followed_tags: (0..60).map(|n| n.to_string()).collect(),
        strength: Some(Score::ONE),
        engagements: Engagements { shares: u32::MAX, ..Engagements::default() },
        ..plain(1, 1)
    };
    assert!((score(&best, &weights, now()).total.get() - 1.0).abs() < 1e-6);
    let nothing = Signals { published_at: DateTime::UNIX_EPOCH, ..plain(1, 1) };
    let worst = score(&nothing, &FeedWeights { relevance: 0, recency: 85, ..weights }, now());
    assert_eq!(worst.total, Score::ZERO);
    let day = Signals { published_at: now() - TimeDelta::hours(48), ..plain(1, 1) };
    assert!((score(&day, &weights, now()).recency.get() - 0.5).abs() < 1e-9);
    let future = Signals { published_at: now() + TimeDelta::days(9), ..plain(1, 1) };
    assert_eq!(score(&future, &weights, now()), score(&plain(1, 1), &weights, now()), "no advantage");
}

#[test]
fn of_one_author_each_further_post_counts_less() {
    let weights = FeedWeights::default();
    let ranked = rank(vec![plain(1, 1), plain(2, 1), plain(3, 2)], &weights, now());
    let order: Vec<_> = ranked.iter().map(|one| (one.signals.post, one.score.variety.get())).collect();
    let id = |n| PostId::at(now(), [n; 10]);
    assert_eq!(order, [(id(3), 1.0), (id(2), 1.0), (id(1), 0.85)]);
}

#[test]
fn reasons_are_those_that_weigh_most() {
    use FeedReasonKind as K;
    let weights = FeedWeights::default();
    let kinds = |mode, signals: &Signals, hours| -> Vec<FeedReasonKind> {
        let reasons = FeedReason::of(mode, signals, &weights, now() + TimeDelta::hours(hours));
        reasons.into_iter().map(|reason| reason.kind).collect()
    };
    let known = Signals {
        follows: true,
        strength: Some(Score::ONE),
        followed_tags: vec!["rain".into()],
        of_own_group: true,
        closeness: Some(0.4),
        ..plain(1, 1)
    };
    assert_eq!(kinds(FeedMode::Ranked, &known, 0), [K::New, K::FollowedTag, K::CloseToProfile]);
    assert_eq!(kinds(FeedMode::Ranked, &known, 100), [K::FollowedTag, K::CloseToProfile, K::Connection]);
    assert_eq!(
        kinds(FeedMode::Following, &known, 0),
        [K::FollowedTag, K::Connection, K::FollowedAuthor, K::Group],
        "all it comes from"
    );
    assert_eq!(kinds(FeedMode::Trending, &plain(1, 1), 100), [K::Popular]);
    assert_eq!(kinds(FeedMode::Recent, &plain(1, 1), 100), [K::New]);
}

proptest! {
    #[test]
    fn the_order_is_the_same_in_whichever_one_they_come(mut posts in proptest::collection::vec(signals(), 0..20)) {
        posts.sort_by_key(|signals| signals.post);
        posts.dedup_by_key(|signals| signals.post);
        let weights = FeedWeights::default();
        let ranked = rank(posts.clone(), &weights, now());
        posts.reverse();
        prop_assert_eq!(&rank(posts, &weights, now()), &ranked);
        for pair in ranked.windows(2) {
            let key = |one: &Ranked| (one.score.total.get().to_bits(), one.signals.post);
            prop_assert!(key(&pair[0]) > key(&pair[1]));
        }
    }

    #[test]
    fn every_part_is_a_score_and_every_post_has_a_reason(signals in signals(), mode in proptest::sample::select(FeedMode::ALL)) {
        let weights = FeedWeights::default();
        let score = score(&signals, &weights, now());
        let sum = 0.40 * score.relevance.get() + 0.25 * score.recency.get() + 0.20 * score.engagement.get()
            + 0.15 * score.connection.get();
        prop_assert!((score.total.get() - sum).abs() < 1e-9);
        let reasons = FeedReason::of(mode, &signals, &weights, now());
        prop_assert!(!reasons.is_empty() && reasons.len() <= 4);
        prop_assert!(reasons.iter().all(|reason| reason.labels.len() <= 3));
    }

    #[test]
    fn more_of_a_signal_never_makes_it_worse(signals in signals()) {
        let weights = FeedWeights::default();
        let total = |signals: &Signals| score(signals, &weights, now()).total.get() + 1e-12;
        let more = signals.engagements.reactions.saturating_add(1);
        let liked = Signals { engagements: Engagements { reactions: more, ..signals.engagements }, ..signals.clone() };
        prop_assert!(total(&liked) >= total(&signals) - 1e-11);
        let followed = Signals { follows: true, ..signals.clone() };
        prop_assert!(total(&followed) >= total(&signals) - 1e-11);
        let newer = Signals { published_at: signals.published_at + TimeDelta::hours(1), ..signals.clone() };
        prop_assert!(total(&newer) >= total(&signals) - 1e-11);
    }

    #[test]
    fn nothing_is_left_of_what_is_taken_back(
        published in instant(), kept in proptest::collection::vec((deed(), 0_i64..4_000), 0..20),
        taken in proptest::collection::vec((deed(), 0_i64..4_000), 0..20),
    ) {
        let at = |minutes| published + TimeDelta::minutes(minutes);
        let of = |deeds: &[(Deed, i64)], heat: Heat| {
            deeds.iter().fold(heat, |heat, (deed, minutes)| heat.give(*deed, at(*minutes)))
        };
        let never = of(&kept, Heat::published(published));
        let back = taken.iter().fold(of(&taken, never), |heat, (deed, minutes)| heat.take(*deed, at(*minutes)));
        prop_assert!((never.key() - back.key()).abs() < 1e-4, "{} {}", never.key(), back.key());
        prop_assert!(never.key() >= Heat::published(published).key());
    }
}

//! What a post is worth to somebody.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{FeedWeights, Signals};
use crate::answer::answer;
use crate::content::PostKind;
use crate::id::AccountId;
use crate::profile::ProfileKind;
use crate::recommendation::Score;

answer! {
    /// What put a post where it is: the four parts as they are, and all of it as they weigh in this community.
    pub struct FeedScore: Copy {
        /// All of it.
        total: Score,
        /// How well it fits what its reader is interested in, and what they are.
        relevance: Score,
        /// How new it is.
        recency: Score,
        /// What people do with it.
        engagement: Score,
        /// What its author is to its reader.
        connection: Score,
        /// How much of the sum counts: all of it, unless other posts of its author stand before it.
        variety: Score,
    }
}

/// So many points of what people did are worth half.
const HALF_ENGAGEMENT: f64 = 20.0;
/// What each further post of the same author counts, of what the one before it counts.
const VARIETY: f64 = 0.85;
/// How much of the relevance each part of it is.
const TOPICS: f64 = 0.5;
const CLOSENESS: f64 = 0.3;
const AFFINITY: f64 = 0.2;

/// The four parts, each 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    pub(super) relevance: f64,
    pub(super) recency: f64,
    pub(super) engagement: f64,
    pub(super) connection: f64,
}

impl Parts {
    pub(super) fn of(signals: &Signals, weights: FeedWeights, as_of: DateTime<Utc>) -> Self {
        let points = signals.engagements.points();
        Self {
            relevance: relevance(signals),
            recency: recency(signals.published_at, weights.half_life_hours, as_of),
            engagement: points / (points + HALF_ENGAGEMENT),
            connection: connection(signals),
        }
    }
}

/// What a post is worth to somebody at this time. It depends on nothing else.
///
/// ```
/// # use chrono::DateTime;
/// # use smilefactory_core::content::PostKind;
/// # use smilefactory_core::feed::{Engagements, FeedWeights, Signals, score};
/// # use smilefactory_core::id::{AccountId, Id, PostId};
/// # let now = DateTime::UNIX_EPOCH;
/// # let signals = Signals {
/// #     post: PostId::at(now, [1; 10]), author: AccountId::at(now, [2; 10]), kind: PostKind::Post, published_at: now,
/// #     reader_kind: None, author_kind: None, closeness: None, followed_tags: Vec::new(),
/// #     shared_interests: Vec::new(), follows: false, strength: None, of_own_group: false,
/// #     engagements: Engagements::default(),
/// # };
/// let (weights, tagged) = (FeedWeights::default(), Signals { followed_tags: vec!["rain".into()], ..signals.clone() });
/// assert!(score(&tagged, &weights, now).total > score(&signals, &weights, now).total);
/// ```
pub fn score(signals: &Signals, weights: &FeedWeights, as_of: DateTime<Utc>) -> FeedScore {
    let parts = Parts::of(signals, *weights, as_of);
    let total = f64::from(weights.relevance) * parts.relevance
        + f64::from(weights.recency) * parts.recency
        + f64::from(weights.engagement) * parts.engagement
        + f64::from(weights.connection) * parts.connection;
    FeedScore {
        total: Score::clamped(total / 100.0),
        relevance: Score::clamped(parts.relevance),
        recency: Score::clamped(parts.recency),
        engagement: Score::clamped(parts.engagement),
        connection: Score::clamped(parts.connection),
        variety: Score::ONE,
    }
}

/// A post with what it is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// What is known of it.
    pub signals: Signals,
    /// What it is worth.
    pub score: FeedScore,
}

/// Posts in the order in which somebody is shown them, best first, equals by their ids: of one author each further post
/// counts less. The same posts are in the same order, in whichever one they come.
pub fn rank(posts: Vec<Signals>, weights: &FeedWeights, as_of: DateTime<Utc>) -> Vec<Ranked> {
    let mut ranked: Vec<Ranked> =
        posts.into_iter().map(|signals| Ranked { score: score(&signals, weights, as_of), signals }).collect();
    sort(&mut ranked);
    let mut of_author: HashMap<AccountId, f64> = HashMap::new();
    for one in &mut ranked {
        let variety = of_author.entry(one.signals.author).or_insert(1.0);
        one.score.variety = Score::clamped(*variety);
        one.score.total = Score::clamped(one.score.total.get() * *variety);
        *variety *= VARIETY;
    }
    sort(&mut ranked);
    ranked
}

fn sort(ranked: &mut [Ranked]) {
    ranked.sort_by(|one, other| {
        let by_score = other.score.total.get().total_cmp(&one.score.total.get());
        by_score.then(other.signals.post.cmp(&one.signals.post))
    });
}

/// Half as much after each half-life. What is dated in the future is as new as what is published now.
fn recency(published_at: DateTime<Utc>, half_life_hours: u16, as_of: DateTime<Utc>) -> f64 {
    let seconds = as_of.signed_duration_since(published_at).num_seconds().max(0);
    let hours = f64::from(u32::try_from(seconds).unwrap_or(u32::MAX)) / 3600.0;
    0.5_f64.powf(hours / f64::from(half_life_hours.max(1)))
}

/// Each topic adds half of what is missing.
pub(super) fn topics(shared: usize) -> f64 {
    1.0 - 0.5_f64.powi(i32::try_from(shared).unwrap_or(i32::MAX))
}

/// What is not known does not count, and leaves its part to the others.
fn relevance(signals: &Signals) -> f64 {
    let mut words: Vec<&String> = signals.followed_tags.iter().chain(&signals.shared_interests).collect();
    words.sort_unstable();
    words.dedup();
    let known = TOPICS * topics(words.len())
        + AFFINITY * affinity(signals.reader_kind, signals.kind, signals.author_kind);
    match signals.closeness {
        Some(closeness) => CLOSENESS.mul_add(f64::from(closeness).clamp(0.0, 1.0), known),
        None => known / (TOPICS + AFFINITY),
    }
}

/// What the author is to the reader: each bond adds its part of what is missing.
pub(super) fn connection(signals: &Signals) -> f64 {
    let tie = signals.strength.map_or(0.0, |strength| 0.5 + 0.5 * strength.get());
    let follow = if signals.follows { 0.5 } else { 0.0 };
    let group = if signals.of_own_group { 0.3 } else { 0.0 };
    1.0 - (1.0 - tie) * (1.0 - follow) * (1.0 - group)
}

/// How much people of one kind care for posts of a kind, and for what people of another kind write.
fn affinity(reader: Option<ProfileKind>, kind: PostKind, author: Option<ProfileKind>) -> f64 {
    let Some(reader) = reader else { return 0.5 };
    let for_kind = for_kind(reader, kind);
    author.map_or(for_kind, |author| f64::midpoint(for_kind, for_author(reader, author)))
}

fn for_kind(reader: ProfileKind, kind: PostKind) -> f64 {
    use ProfileKind as P;
    match (kind, reader) {
        (
            PostKind::Opportunity,
            P::Innovator | P::AcademicResearcher | P::ServiceProvider | P::CommunityMember,
        )
        | (PostKind::SuccessStory, P::BusinessInvestor | P::CorporatePartner | P::GovernmentOfficial)
        | (PostKind::Question, P::Mentor | P::AcademicResearcher | P::ServiceProvider) => 1.0,
        (PostKind::Announcement | PostKind::Article | PostKind::Discussion | PostKind::EventPost, _) => 0.6,
        _ => 0.4,
    }
}

/// Who needs whom, from whichever side.
fn for_author(reader: ProfileKind, author: ProfileKind) -> f64 {
    use ProfileKind as P;
    let needs = |one, other| {
        matches!(
            (one, other),
            (P::Innovator, P::BusinessInvestor | P::Mentor | P::CorporatePartner)
                | (P::AcademicResearcher, P::CorporatePartner | P::GovernmentOfficial)
        )
    };
    if needs(reader, author) || needs(author, reader) {
        1.0
    } else if reader == author || author == P::ServiceProvider || reader == P::ServiceProvider {
        0.6
    } else {
        0.3
    }
}

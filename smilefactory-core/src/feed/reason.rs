//! Why a post is in somebody's feed.

use chrono::{DateTime, Utc};

use super::score::{Parts, connection, topics};
use super::{FeedMode, FeedWeights, Signals};
use crate::answer::answer;
use crate::choice::choices;

choices! {
    /// Why a post is in somebody's feed. It is about them and the post, and never about what others are to each other.
    FeedReasonKind {
        /// They are connected with its author.
        Connection = "connection",
        /// They follow its author.
        FollowedAuthor = "followed_author",
        /// They follow a tag that it has.
        FollowedTag = "followed_tag",
        /// They belong to the group it was posted in.
        Group = "group",
        /// It has tags that are interests or skills of theirs.
        SharedInterests = "shared_interests",
        /// It is about what they tell about themselves.
        CloseToProfile = "close_to_profile",
        /// Many people do something with it.
        Popular = "popular",
        /// It is new.
        New = "new",
    }
}

impl FeedReasonKind {
    /// Whether it is from whom or what somebody follows, knows or belongs to.
    pub const fn is_source(self) -> bool {
        matches!(self, Self::Connection | Self::FollowedAuthor | Self::FollowedTag | Self::Group)
    }
}

answer! {
    /// A reason why a post is in somebody's feed.
    pub struct FeedReason: Eq {
        /// Which.
        kind: FeedReasonKind,
        /// Which tags or interests, for a reason that is about some; at most 3.
        labels: Vec<String>,
    }
}

/// How close a post must be for that to be said.
const CLOSE: f32 = 0.3;
/// How many labels are told.
const LABELS: usize = 3;

impl FeedReason {
    /// At most how many are told, other than where a post comes from.
    pub const MOST: usize = 3;

    /// Why this post is in the feed of this mode, what weighs most first. There always is a reason.
    pub fn of(mode: FeedMode, signals: &Signals, weights: &FeedWeights, as_of: DateTime<Utc>) -> Vec<Self> {
        let mut weighed = weigh(signals, *weights, as_of);
        weighed.sort_by(|(one, a), (other, b)| b.total_cmp(a).then(one.kind.cmp(&other.kind)));
        let mut reasons: Vec<Self> = weighed.into_iter().map(|(reason, _)| reason).collect();
        if mode == FeedMode::Following {
            reasons.retain(|reason| reason.kind.is_source());
        } else {
            reasons.truncate(Self::MOST);
        }
        if reasons.is_empty() {
            let kind = if mode == FeedMode::Trending { FeedReasonKind::Popular } else { FeedReasonKind::New };
            reasons.push(Self { kind, labels: Vec::new() });
        }
        reasons
    }
}

/// All there is to say, each with how much it weighs.
fn weigh(signals: &Signals, weights: FeedWeights, as_of: DateTime<Utc>) -> Vec<(FeedReason, f64)> {
    let parts = Parts::of(signals, weights, as_of);
    let close = signals.closeness.filter(|closeness| *closeness >= CLOSE);
    let labelled = |labels: &[String]| labels.iter().take(LABELS).cloned().collect();
    let mut weighed = Vec::new();
    let mut say = |kind, labels: Vec<String>, weight: u8, part: f64| {
        weighed.push((FeedReason { kind, labels }, f64::from(weight) * part));
    };
    if signals.strength.is_some() {
        let part = connection(&Signals { follows: false, of_own_group: false, ..signals.clone() });
        say(FeedReasonKind::Connection, Vec::new(), weights.connection, part);
    }
    if signals.follows {
        let part = connection(&Signals { strength: None, of_own_group: false, ..signals.clone() });
        say(FeedReasonKind::FollowedAuthor, Vec::new(), weights.connection, part);
    }
    if signals.of_own_group {
        let part = connection(&Signals { strength: None, follows: false, ..signals.clone() });
        say(FeedReasonKind::Group, Vec::new(), weights.connection, part);
    }
    if !signals.followed_tags.is_empty() {
        let part = topics(signals.followed_tags.len());
        say(FeedReasonKind::FollowedTag, labelled(&signals.followed_tags), weights.relevance, part);
    }
    if !signals.shared_interests.is_empty() {
        let part = topics(signals.shared_interests.len());
        say(FeedReasonKind::SharedInterests, labelled(&signals.shared_interests), weights.relevance, part);
    }
    if let Some(closeness) = close {
        say(FeedReasonKind::CloseToProfile, Vec::new(), weights.relevance, f64::from(closeness));
    }
    if parts.engagement >= 0.5 {
        say(FeedReasonKind::Popular, Vec::new(), weights.engagement, parts.engagement);
    }
    if parts.recency >= 0.5 {
        say(FeedReasonKind::New, Vec::new(), weights.recency, parts.recency);
    }
    weighed
}

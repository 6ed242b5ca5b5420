//! Examples of the feed.

use serde_json::Value;
use smilefactory_core::content::ListedPost;
use smilefactory_core::feed::{FeedCount, FeedFacets, FeedItem, FeedReason, FeedReasonKind, FeedScore};
use smilefactory_core::recommendation::Score;

use super::{ID, engagement, post, value};

pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "FeedItem" => value(FeedItem {
            reasons: vec![
                FeedReason { kind: FeedReasonKind::FollowedTag, labels: vec!["solar".to_owned()] },
                FeedReason { kind: FeedReasonKind::Connection, labels: Vec::new() },
            ],
            score: Some(FeedScore {
                total: Score::clamped(0.61),
                relevance: Score::clamped(0.62),
                recency: Score::clamped(0.84),
                engagement: Score::clamped(0.25),
                connection: Score::clamped(0.7),
                variety: Score::ONE,
            }),
            listed: ListedPost { reading_minutes: 1, engagement: engagement(), post: post()? },
        }),
        "FeedFacets" => value(FeedFacets {
            counted: 14,
            more: false,
            kinds: vec![count("post", 9), count("question", 5)],
            tags: vec![count("solar", 6)],
            categories: vec![count(ID, 3)],
        }),
        _ => None,
    }
}

fn count(of: &str, posts: u32) -> FeedCount {
    FeedCount { value: of.to_owned(), posts }
}

//! What is new for somebody.

use futures::TryStreamExt;
use smilefactory_core::content::{PostInput, PostKind};
use smilefactory_core::feed::{FeedMode, FeedReasonKind};
use smilefactory_core::profile::ProfileKind;

use super::profiles::filled_in;
use super::world::World;

pub(crate) async fn walk(world: &World) {
    let author = world.member("f-author").await;
    let reader = world.member("f-reader").await;
    author.client.profiles().create(&filled_in(ProfileKind::Mentor)).await.unwrap();
    let mut written = Vec::new();
    for number in 0..3 {
        let input = PostInput {
            kind: "discussion".into(),
            title: Some(format!("Wells {number}")),
            body: "How deep?".into(),
            tags: vec!["boreholes".into()],
            ..PostInput::default()
        };
        let draft = author.client.posts().draft(&input).await.unwrap();
        written.push(author.client.posts().publish(&draft).await.unwrap().id);
    }
    written.sort();
    reader.client.follows().follow(author.account.id).await.unwrap();
    let feed = reader.client.feed();
    for mode in FeedMode::ALL {
        let list = feed.list(*mode).kind(PostKind::Discussion).tag("Boreholes").limit(2);
        let mut read: Vec<_> =
            list.into_stream().map_ok(|item| item.listed.post.id).try_collect().await.unwrap();
        read.sort();
        assert_eq!(read, written, "{mode}");
    }
    let page = feed.following().limit(1).await.unwrap();
    let first = page.items.first().unwrap();
    assert!(first.reasons.iter().any(|reason| reason.kind == FeedReasonKind::FollowedAuthor), "{first:?}");
    assert!(first.score.is_none() && page.next_cursor.is_some());
    let ranked = feed.ranked().tag("boreholes").await.unwrap();
    assert!(ranked.items.iter().all(|item| item.score.is_some() && !item.reasons.is_empty()));
    for list in [feed.trending(), feed.recent()] {
        assert!(!list.limit(1).await.unwrap().items.is_empty());
    }
    let facets = feed.facets().kind(PostKind::Discussion).tag("boreholes").await.unwrap();
    assert_eq!((facets.counted, facets.more, facets.kinds.len()), (3, false, 1));
}

//! Categories and tags, once the server has counted them.

use std::time::Duration;

use smilefactory_client::Client;
use smilefactory_core::content::{CategoryInput, CategoryPatch, PostInput, Tab, Tag, TagSort};
use smilefactory_core::id::TagId;

use super::world::World;

pub(crate) async fn walk(world: &World) {
    let (member, staff) = (world.member("ruvimbo").await.client, world.moderator("makanaka").await.client);
    categories(&member, &staff).await;
    tags(world, &member, &staff).await;
}

async fn categories(member: &Client, staff: &Client) {
    let input = CategoryInput {
        tab: "blog".into(),
        name: "Water".into(),
        slug: "water".into(),
        ..CategoryInput::default()
    };
    assert!(member.categories().create(&input).await.unwrap_err().is_forbidden());
    let water = staff.categories().create(&input).idempotency_key("water").await.unwrap();
    assert_eq!(staff.categories().create(&input).idempotency_key("water").await.unwrap(), water);
    assert!(staff.categories().create(&input).await.unwrap_err().is_conflict());
    let under = CategoryInput { parent: Some(water.id.to_string()), slug: "pumps".into(), ..input };
    let pumps = staff.categories().create(&under).await.unwrap();
    let tree = member.categories().list(Tab::Blog).await.unwrap().items;
    let shape: Vec<_> = tree.iter().map(|node| (node.depth, node.category.id)).collect();
    assert_eq!(shape, [(1, water.id), (2, pumps.id)]);
    assert!(member.categories().list(Tab::Feed).await.unwrap().items.is_empty());

    let unchanged = member.categories().get(water.id).newer_than(water.version).await.unwrap();
    assert!(unchanged.is_none());
    let patch = CategoryPatch { name: "Water and soil".to_owned().into(), ..CategoryPatch::default() };
    let changed = staff.categories().change(&water, &patch).await.unwrap();
    assert_eq!(member.categories().get(water.id).await.unwrap(), changed);
    assert!(staff.categories().change(&water, &patch).await.unwrap_err().is_stale());
    assert!(staff.categories().archive(&changed).await.unwrap_err().is_step_refused());
    staff.categories().archive(&pumps).await.unwrap();
    staff.categories().archive(&changed).await.unwrap();
    assert!(member.categories().get(water.id).await.unwrap_err().is_not_found());
}

async fn tags(world: &World, member: &Client, staff: &Client) {
    for word in ["Irrigation", "irigation", "Irish moss"] {
        let input = PostInput {
            kind: "post".into(),
            body: "It rains.".into(),
            tags: vec![word.into()],
            ..PostInput::default()
        };
        let post = member.posts().draft(&input).await.unwrap();
        member.posts().publish(&post).await.unwrap();
    }
    let found = listed(member, "IR", 3).await;
    let named = |name: &str| found.iter().find(|tag| tag.name.as_str() == name).unwrap().id;
    let (right, wrong) = (named("Irrigation"), named("irigation"));
    let first = member.tags().list().prefix("ir").sort(TagSort::Name).limit(2).await.unwrap();
    let cursor = first.next_cursor.unwrap();
    let rest = member.tags().list().prefix("ir").sort(TagSort::Name).limit(2).cursor(&cursor).await.unwrap();
    let names: Vec<_> = first.items.iter().chain(&rest.items).map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["irigation", "Irish moss", "Irrigation"]);

    assert!(member.tags().add_alias(right, "drip").await.unwrap_err().is_forbidden());
    let alias = staff.tags().add_alias(right, "Drip irrigation").await.unwrap();
    assert_eq!(member.tags().get(alias.id).await.unwrap().alias_of, Some(right));
    assert!(staff.tags().add_alias(right, "IRIGATION").await.unwrap_err().is_conflict());
    assert_eq!(member.tags().follow(alias.id).await.unwrap().id, right);
    assert_eq!(member.tags().follow(wrong).await.unwrap().id, wrong);
    let mine = member.tags().list_mine().limit(1).await.unwrap();
    let more = member.tags().list_mine().limit(1).cursor(&mine.next_cursor.unwrap()).await.unwrap();
    assert_eq!((mine.items.len(), more.items.len(), more.next_cursor), (1, 1, None));

    assert_eq!(staff.tags().merge(wrong, right).await.unwrap().merging_into, Some(right));
    assert!(staff.tags().merge(right, right).await.unwrap_err().is_step_refused());
    let found = listed(member, "ir", 2).await;
    merged(member, wrong, right).await;
    let kept = found.iter().find(|tag| tag.id == right).unwrap();
    assert_eq!((kept.posts, kept.followers), (2, 1));
    assert_eq!(member.posts().list().tag("irigation").await.unwrap().items.len(), 2);
    member.tags().unfollow(right).await.unwrap();
    assert!(member.tags().list_mine().await.unwrap().items.is_empty());
    let stranger = world.stranger("nomvula").await.client;
    assert!(stranger.tags().get(right).await.unwrap_err().is_not_found());
    assert!(stranger.tags().unfollow(right).await.unwrap_err().is_not_found());
}

/// The server ends a merge a moment after the last post was moved.
async fn merged(client: &Client, tag: TagId, into: TagId) {
    for _ in 0..600 {
        if client.tags().get(tag).await.unwrap().alias_of == Some(into) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the merge did not end");
}

/// The server counts a moment after it was written, and merges too.
async fn listed(client: &Client, prefix: &str, count: usize) -> Vec<Tag> {
    for _ in 0..600 {
        let found = client.tags().list().prefix(prefix).limit(100).await.unwrap().items;
        let all: u32 = found.iter().map(|tag| tag.posts).sum();
        if found.len() == count && all == 3 {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the counts did not come");
}

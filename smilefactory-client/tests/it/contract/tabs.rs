//! The tabs: their orders, filters and counts, what staff feature, and what is recommended.

use chrono::TimeDelta;
use smilefactory_core::community::{GroupInput, GroupMemberState, GroupVisibility, JoinPolicy};
use smilefactory_core::content::{PostInput, PostKind, Tab};
use smilefactory_core::event::{EventCategory, EventDoor, EventFormat, EventWindow, OwnEvents};
use smilefactory_core::id::{CategoryId, Id};
use smilefactory_core::money::Money;
use smilefactory_core::profile::{LocationInput, ProfileKind, ProfileSort};

use super::profiles::filled_in;
use super::world::World;

pub(crate) async fn walk(world: &World) {
    let (tendai, staff) = (world.member("tendai-in-tabs").await, world.moderator("thoko-in-tabs").await);
    let client = &tendai.client;
    let tabs = client.tabs().list().await.unwrap();
    assert_eq!(tabs.iter().map(|tab| tab.tab).collect::<Vec<_>>(), Tab::ALL);
    let profiles = &tabs[1];
    assert_eq!(profiles.sorts, ProfileSort::WORDS);
    let kinds = profiles.filters.iter().find(|filter| filter.name == "kind").unwrap();
    assert_eq!(kinds.values, ProfileKind::WORDS);

    client.profiles().create(&filled_in(ProfileKind::Mentor)).await.unwrap();
    for sort in ProfileSort::ALL {
        client.profiles().list().sort(*sort).limit(1).await.unwrap();
    }
    posts(&tendai, &staff).await;
    events(&tendai).await;
    groups(world, &tendai).await;
}

async fn posts(author: &smilefactory_client::LogIn, staff: &smilefactory_client::LogIn) {
    let posts = author.client.posts();
    let input = PostInput { kind: "post".into(), body: "It rains.".into(), ..PostInput::default() };
    let draft = posts.draft(&input).await.unwrap();
    let post = posts.publish(&draft).await.unwrap();
    assert!(posts.feature(post.id).await.unwrap_err().is_forbidden());
    let featured = staff.client.posts().feature(post.id).await.unwrap();
    assert_eq!((featured.post, featured.by), (post.id, staff.account.id));
    assert_eq!(posts.list().featured().await.unwrap().items[0].post.id, post.id);
    let at = post.published_at.unwrap();
    let (since, nowhere) = (at - TimeDelta::days(1), CategoryId::from_uuid(uuid::Uuid::nil()));
    assert_eq!(
        posts
            .list()
            .published_from(since)
            .published_before(at)
            .author(author.account.id)
            .await
            .unwrap()
            .items
            .len(),
        0
    );
    assert_eq!(posts.list().in_tree(nowhere).await.unwrap().items.len(), 0);
    let all = posts.facets().author(author.account.id).kind(PostKind::Post).published_from(since);
    let counted = all.published_before(at + TimeDelta::days(10_000)).featured().await.unwrap();
    assert_eq!((counted.counted, counted.kinds[0].value.as_str()), (1, "post"));
    assert_eq!(posts.facets().tag("no such tag").in_tree(nowhere).await.unwrap().counted, 0);
    assert_eq!(posts.facets().category(nowhere).await.unwrap().counted, 0);
    staff.client.posts().unfeature(post.id).await.unwrap();
    assert_eq!(posts.list().featured().await.unwrap().items.len(), 0);
}

async fn events(guest: &smilefactory_client::LogIn) {
    let events = guest.client.events();
    let price = Money::new("5".parse().unwrap(), "USD").unwrap();
    let dear = events.list().price_from(&price).price_to(&price).country("ZW").door(EventDoor::Open);
    assert_eq!(dear.currency("USD").await.unwrap().items.len(), 0);
    let month = events.calendar().price_from(&price).price_to(&price).country("ZW").door(EventDoor::Open);
    assert!(month.own(OwnEvents::Registered).await.unwrap().days.is_empty());
    let counted = events.facets().price_from(&price).price_to(&price).country("ZW").door(EventDoor::Open);
    let counted = counted.city("Harare").free(false).organiser(guest.account.id).own(OwnEvents::Registered);
    let counted = counted.category(EventCategory::Pitch).format(EventFormat::InPerson).month("2026-03");
    assert_eq!(counted.zone("Africa/Harare").window(EventWindow::Month).await.unwrap().counted, 0);
    assert!(events.facets().window(EventWindow::Upcoming).await.unwrap().counted > 0);
}

async fn groups(world: &World, tendai: &smilefactory_client::LogIn) {
    let owner = world.member("owner-in-tabs").await;
    let input = GroupInput {
        name: "Mushrooms".into(),
        slug: "mushrooms".into(),
        location: Some(LocationInput { city: None, country: "MW".into() }),
        ..GroupInput::default()
    };
    let made = owner.client.groups().create(&input).await.unwrap();
    let groups = tendai.client.groups();
    assert_eq!(groups.list().country("MW").await.unwrap().items[0].group.id, made.id);
    let nowhere = CategoryId::from_uuid(uuid::Uuid::nil());
    let none = groups.facets().category(nowhere).mine(GroupMemberState::Member).archived();
    assert_eq!(none.await.unwrap().counted, 0);
    let counted = groups.facets().country("MW").visibility(GroupVisibility::Public);
    assert_eq!(counted.join_policy(JoinPolicy::Open).await.unwrap().counted, 1);
    let recommended = groups.recommended().limit(100).await.unwrap();
    assert!(recommended.items.iter().any(|found| found.view.group.id == made.id), "{recommended:?}");
}

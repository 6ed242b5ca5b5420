//! What the guest does with posts, and the words they follow.

use std::time::Duration;

use smilefactory_client::Client;
use smilefactory_core::content::{PostEngagement, Reaction, Tag};
use smilefactory_core::id::PostId;

use crate::Error;
use crate::tour::{Stopped, Told, Tour};

/// How often counts are asked for while the server still counts, and the pause in between.
const LOOKS: u32 = 120;
const PAUSE: Duration = Duration::from_millis(250);
/// How many tags are looked at.
const TAGS: u32 = 5;

pub(super) async fn react(tour: &mut Tour, client: &Client, post: PostId) -> Result<(), Stopped> {
    let work = async {
        let engagement = client.engagement();
        engagement.react(post, Reaction::Like).await?;
        engagement.react(post, Reaction::Celebrate).await?;
        engagement.save(post).await?;
        engagement.view(post).await?;
        engagement.view(post).await?;
        let counts = counted(client, post).await?;
        let outcome = format!(
            "{} reaction, the last one; {} save, {} view a day",
            counts.reactions.total(),
            counts.saves,
            counts.views
        );
        Ok(Told::new((), outcome))
    };
    let code = "client.engagement().react(post.id, Reaction::Celebrate).await?;\nclient.engagement().get(post.id).await?";
    tour.step("React, save, view, and read the counts", code, work).await
}

/// The server counts a moment after it was done.
async fn counted(client: &Client, post: PostId) -> Result<PostEngagement, Error> {
    for _ in 0..LOOKS {
        let counts = client.engagement().get(post).await?;
        if counts.reactions.celebrate == 1
            && counts.reactions.like == 0
            && counts.saves == 1
            && counts.views == 1
        {
            return Ok(counts);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err("the server did not count what was done once as one".into())
}

pub(super) async fn follow(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let tags = used(client).await?;
        let Some(most) = tags.first() else { return Err("no post has a tag".into()) };
        let followed = client.tags().follow(most.id).await?;
        let mine = client.tags().list_mine().await?.items;
        if !mine.iter().any(|tag| tag.id == followed.id) {
            return Err("the tag is not among those the guest follows".into());
        }
        let names: Vec<_> = tags.iter().map(|tag| format!("{} ({})", tag.name, tag.posts)).collect();
        let outcome = format!("follows “{}”", followed.name);
        Ok(Told::new((), outcome).showing(format!("   {}", names.join(", "))))
    };
    let code =
        "let tags = client.tags().list().limit(5).await?;\nclient.tags().follow(tags.items[0].id).await?";
    tour.step("See the most used tags, follow one", code, work).await
}

/// The server counts tags a moment after posts are published.
async fn used(client: &Client) -> Result<Vec<Tag>, Error> {
    for _ in 0..LOOKS {
        let tags = client.tags().list().limit(TAGS).await?.items;
        if !tags.is_empty() {
            return Ok(tags);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err("the server did not count a tag".into())
}

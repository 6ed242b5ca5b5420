//! What the guest does with posts, and the words they follow.

use std::time::Duration;

use smilefactory_client::Client;
use smilefactory_core::content::{Reaction, Tag};
use smilefactory_core::id::PostId;

use crate::Error;
use crate::tour::{Stopped, Told, Tour};

/// How often tags are asked for while the server still counts them, and the pause in between.
const LOOKS: u32 = 120;
const PAUSE: Duration = Duration::from_millis(250);
/// How many tags are looked at.
const TAGS: u32 = 5;

pub(super) async fn react(
    tour: &mut Tour,
    client: &Client,
    others: &[Client; 2],
    post: PostId,
) -> Result<(), Stopped> {
    let work = async {
        let engagement = client.engagement();
        engagement.react(post, Reaction::Like).await?;
        engagement.react(post, Reaction::Celebrate).await?;
        engagement.save(post).await?;
        for other in others {
            other.engagement().react(post, Reaction::Insightful).await?;
            other.engagement().view(post).await?;
            other.engagement().view(post).await?;
        }
        let counts = engagement.get(post).await?;
        let reactions = counts.reactions;
        if (reactions.total(), reactions.like, counts.saves, counts.views) != (3, 0, 1, 2) {
            return Err("what was done twice was not counted once".into());
        }
        let outcome = format!(
            "{} insightful, {} celebrate; {} save, {} comments, {} views, one a person and day",
            reactions.insightful, reactions.celebrate, counts.saves, counts.comments, counts.views
        );
        Ok(Told::new((), outcome))
    };
    let code = "client.engagement().react(post.id, Reaction::Celebrate).await?;\nclient.engagement().get(post.id).await?";
    tour.step("React, save, view, and read the counts", code, work).await
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

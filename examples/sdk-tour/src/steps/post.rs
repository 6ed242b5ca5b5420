//! The guest's post, and everybody's.

use futures::TryStreamExt;
use smilefactory_client::Client;
use smilefactory_core::content::{Category, Post, PostInput, PostPatch};

use super::refusal;
use crate::tour::{Stopped, Told, Tour};
use crate::{people, show};

/// How many posts are asked for at a time, so that there is more than one page.
const A_PAGE: u32 = 3;
/// How many are read: a server in use has more.
const MOST: usize = 12;

pub(super) async fn draft(
    tour: &mut Tour,
    client: &Client,
    category: Option<&Category>,
) -> Result<Post, Stopped> {
    let work = async {
        let categories = category.into_iter().map(|category| category.id.to_string()).collect();
        let post = client.posts().draft(&PostInput { categories, ..people::post() }).await?;
        let outcome = format!("a {} of version {}", post.state, post.version);
        Ok(Told::new(post, outcome))
    };
    tour.step("Draft a post", "client.posts().draft(&input).await?", work).await
}

pub(super) async fn edit(tour: &mut Tour, client: &Client, draft: &Post) -> Result<Post, Stopped> {
    let work = async {
        let patch = PostPatch {
            title: "Try a solar pump for a season, free".to_owned().into(),
            body: "We look for **ten farms** that pump water by hand today.\n\nHurry!".to_owned().into(),
            ..PostPatch::default()
        };
        let edited = client.posts().edit(draft, &patch).await?;
        let outcome = format!("now of version {}; what the patch left out stayed", edited.version);
        Ok(Told::new(edited, outcome))
    };
    tour.step("Edit it", "let edited = client.posts().edit(&post, &patch).await?;", work).await
}

pub(super) async fn publish(
    tour: &mut Tour,
    client: &Client,
    old: &Post,
    new: &Post,
) -> Result<Post, Stopped> {
    let work = async {
        let refused = refusal(client.posts().publish(old).await)?;
        if !refused.is_stale() {
            return Err(refused.into());
        }
        let post = client.posts().publish(new).await?;
        let outcome = format!("the old version is stale; the new one is {}", post.state);
        Ok(Told::new(post, outcome).showing(format!("   {refused}")))
    };
    let code = "client.posts().publish(&post).await.unwrap_err().is_stale();\nclient.posts().publish(&edited).await?";
    tour.step("Publish an old version, then the new one", code, work).await
}

pub(super) async fn read(tour: &mut Tour, client: &Client, post: &Post) -> Result<(), Stopped> {
    let work = async {
        let view = client.posts().get(post.id).await?;
        if view.post.version != post.version {
            return Err("the post is of another version than the one that was published".into());
        }
        let outcome = format!("{} minute to read, as HTML that is safe to show", view.reading_minutes);
        Ok(Told::new((), outcome).showing(format!("   {}", view.html.trim_end().replace('\n', "\n   "))))
    };
    tour.step("Read it as others see it", "client.posts().get(post.id).await?", work).await
}

pub(super) async fn stream(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let mut entries = client.posts().list().limit(A_PAGE).into_stream();
        let mut posts = Vec::new();
        while posts.len() < MOST {
            match entries.try_next().await? {
                Some(post) => posts.push(post),
                None => break,
            }
        }
        let pages = posts.len().div_ceil(usize::try_from(A_PAGE)?);
        let outcome =
            format!("{} posts, read in {pages} pages of {A_PAGE}, the last published first", posts.len());
        Ok(Told::new((), outcome).showing(show::posts(&posts)))
    };
    let code = "let mut posts = client.posts().list().limit(3).into_stream();\nposts.try_next().await?";
    tour.step("Read the posts as a stream", code, work).await
}

//! Posts by their words, and by their category.

use smilefactory_client::Client;
use smilefactory_core::content::Category;
use smilefactory_core::id::PostId;

use crate::show;
use crate::tour::{Stopped, Told, Tour};

/// How many hits are asked for.
const SHOWN: u32 = 3;

pub(super) async fn by_words(tour: &mut Tour, client: &Client, post: PostId) -> Result<(), Stopped> {
    let work = async {
        let hits = client.posts().search("pumping farms").limit(SHOWN).await?.items;
        if !hits.iter().any(|hit| hit.post.id == post && !hit.approximate) {
            return Err("the guest's post is not found by its words".into());
        }
        let outcome = format!("{} found, by words in another form", hits.len());
        Ok(Told::new((), outcome).showing(show::hits(&hits)))
    };
    tour.step("Search", "client.posts().search(\"pumping farms\").limit(3).await?", work).await
}

pub(super) async fn by_spelling(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let hits = client.posts().search("irigaton").limit(SHOWN).await?.items;
        if hits.is_empty() || hits.iter().any(|hit| !hit.approximate) {
            return Err("a slip of the pen is not forgiven".into());
        }
        let outcome = format!("no post says “irigaton”; {} say something spelled alike", hits.len());
        Ok(Told::new((), outcome).showing(show::hits(&hits)))
    };
    tour.step("Search with a slip of the pen", "client.posts().search(\"irigaton\").limit(3).await?", work)
        .await
}

pub(super) async fn by_category(
    tour: &mut Tour,
    client: &Client,
    category: &Category,
    post: PostId,
) -> Result<(), Stopped> {
    let work = async {
        let listed = client.posts().list().category(category.id).limit(SHOWN).await?.items;
        if listed.first().is_none_or(|newest| newest.post.id != post) {
            return Err("the guest's post is not the newest of its category".into());
        }
        Ok(Told::new((), format!("{} in {}, the guest's first", listed.len(), category.draft.name)))
    };
    tour.step("Read what is in a category", "client.posts().list().category(category.id).await?", work).await
}

//! What the guest's post was before.

use smilefactory_client::Client;
use smilefactory_core::content::Post;
use smilefactory_core::version::Version;

use crate::show;
use crate::tour::{Stopped, Told, Tour};

/// The number of the version before the last edit.
pub(super) async fn compare(tour: &mut Tour, client: &Client, post: &Post) -> Result<Version, Stopped> {
    let work = async {
        let earlier = client.versions().list(post.id).await?.items;
        let Some(last) = earlier.first() else { return Err("no earlier version was kept".into()) };
        let diff = client.versions().diff(post.id, last.number, None).await?;
        let outcome = format!("{} earlier versions, each kept whole; since the last:", earlier.len());
        Ok(Told::new(last.number, outcome).showing(show::diff(&diff)))
    };
    let code =
        "client.versions().list(post.id).await?;\nclient.versions().diff(post.id, number, None).await?";
    tour.step("See what it was before", code, work).await
}

pub(super) async fn restore(
    tour: &mut Tour,
    client: &Client,
    post: &Post,
    number: Version,
) -> Result<Post, Stopped> {
    let work = async {
        let restored = client.versions().restore(post, number).await?;
        let earlier = client.versions().get(post.id, number).await?;
        if earlier.draft.as_ref() != Some(&restored.draft) {
            return Err("what came back is not what was there before".into());
        }
        let outcome = format!("version {} says what version {number} said; none is lost", restored.version);
        Ok(Told::new(restored, outcome))
    };
    tour.step("Bring it back", "client.versions().restore(&post, number).await?", work).await
}

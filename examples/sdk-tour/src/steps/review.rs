//! The guest's post under review.

use smilefactory_client::Client;
use smilefactory_core::content::{Post, PostPatch};

use super::refusal;
use crate::show;
use crate::tour::{Stopped, Told, Tour};

/// Submitted, and sent back by a reviewer.
pub(super) async fn send_back(
    tour: &mut Tour,
    client: &Client,
    staff: &Client,
    post: &Post,
) -> Result<Post, Stopped> {
    let work = async {
        let refused = refusal(client.posts().publish(post).await)?;
        if !refused.is_forbidden() {
            return Err(refused.into());
        }
        let submitted = client.posts().submit(post).await?;
        let waiting = staff.posts().list_in_review().limit(100).await?.items;
        if !waiting.iter().any(|waiting| waiting.id == post.id) {
            return Err("the post is not among those that wait for a reviewer".into());
        }
        let back = staff.posts().request_changes(&submitted, "Say in which district.").await?;
        let outcome = format!("{}: the reviewer asks in which district", show::words(back.state.as_str()));
        Ok(Told::new(back, outcome).showing(format!("   without a review: {refused}")))
    };
    let code =
        "client.posts().submit(&post).await?;\nreviewer.posts().request_changes(&submitted, reason).await?";
    tour.step("Submit it; a reviewer sends it back", code, work).await
}

/// Changed, submitted again, and approved.
pub(super) async fn approve(
    tour: &mut Tour,
    client: &Client,
    staff: &Client,
    post: &Post,
) -> Result<Post, Stopped> {
    let work = async {
        let body = format!("{}\n\nAll around Mutare.", post.draft.body);
        let better = PostPatch { body: body.into(), ..PostPatch::default() };
        let better = client.posts().edit(post, &better).await?;
        let again = client.posts().submit(&better).await?;
        let approved = staff.posts().approve(&again).await?;
        let steps = client.posts().list_steps(post.id).await?.items;
        let outcome = format!("{}; the steps it took, the last first:", approved.state);
        Ok(Told::new(approved, outcome).showing(show::steps(&steps)))
    };
    let code = "reviewer.posts().approve(&submitted).await?;\nclient.posts().list_steps(post.id).await?";
    tour.step("Change it, and have it approved", code, work).await
}

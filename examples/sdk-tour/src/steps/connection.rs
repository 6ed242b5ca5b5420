//! Whom the guest knows.

use smilefactory_client::Client;
use smilefactory_core::social::ConnectionKind;

use super::refusal;
use crate::tour::{Stopped, Told, Tour};

/// Why the guest wants to know somebody, and they each other.
const WHY: &str = "Your work and mine are about the same farms.";

/// These two know each other; the guest gets to know the second, and so has somebody in common with the first.
pub(super) async fn connect(
    tour: &mut Tour,
    client: &Client,
    [first, second]: &[Client; 2],
) -> Result<(), Stopped> {
    let work = async {
        let (one, other) = (first.accounts().me().await?, second.accounts().me().await?);
        let asked = first.connections().ask(other.id, ConnectionKind::Professional, WHY).await?;
        accept(second, asked.request.ok_or("they were connected before")?.id).await?;

        let connections = client.connections();
        let short = refusal(connections.ask(other.id, ConnectionKind::Mentorship, "Hello!").await)?;
        let Some(violations) = short.violations() else { return Err(short.into()) };
        let short = violations.iter().next().map(|violation| violation.message.clone()).unwrap_or_default();
        let asked = connections.ask(other.id, ConnectionKind::Mentorship, WHY).await?;
        accept(second, asked.request.ok_or("they were connected before")?.id).await?;
        let mine = connections.list().await?.items;
        let common = connections.list_mutual(one.id).await?.items;
        let (Some(friend), [both]) = (mine.first(), common.as_slice()) else {
            return Err("the guest has nobody in common with whom they should".into());
        };
        let outcome = format!(
            "connected with {} {} ({}), who knows {} too",
            friend.first_name,
            friend.last_name,
            friend.kind,
            one.name()
        );
        if both.account != friend.account {
            return Err("whom both know is somebody else".into());
        }
        Ok(Told::new((), outcome).showing(format!("   a shorter message: {short}")))
    };
    let code = "client.connections().ask(rudo, ConnectionKind::Mentorship, why).await?;\n\
                client.connections().list_mutual(farai).await?";
    tour.step("Get to know somebody", code, work).await
}

async fn accept(
    who: &Client,
    request: smilefactory_core::id::ConnectionRequestId,
) -> Result<(), smilefactory_client::Error> {
    who.connections().accept(request).await.map(|_| ())
}

/// What a block does, and that it can be taken back.
pub(super) async fn block(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let posts = client.posts().list().limit(20).await?.items;
        let me = client.accounts().me().await?.id;
        let known = client.connections().list().await?.items;
        let authors = posts.iter().rev().map(|listed| listed.post.author);
        let mut strangers =
            authors.filter(|author| *author != me && known.iter().all(|one| one.account != *author));
        let stranger = strangers.next().ok_or("nobody else wrote anything")?;
        let before = posts.iter().filter(|listed| listed.post.author == stranger).count();
        client.blocks().block(stranger).await?;
        let after = client.posts().list().limit(20).await?.items;
        let hidden = refusal(client.profiles().get(stranger).await)?;
        if after.iter().any(|listed| listed.post.author == stranger) || !hidden.is_not_found() {
            return Err("somebody blocked is still to be seen".into());
        }
        client.blocks().unblock(stranger).await?;
        client.profiles().get(stranger).await?;
        let outcome = format!(
            "{before} posts of theirs were not there any more, nor was their profile; then they were"
        );
        Ok(Told::new((), outcome))
    };
    let code = "client.blocks().block(stranger).await?;\nclient.blocks().unblock(stranger).await?";
    tour.step("Block somebody, and think better of it", code, work).await
}

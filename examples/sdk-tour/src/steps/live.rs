//! What the guest hears while others do something, and what they missed.

use std::time::{Duration, Instant};

use futures::StreamExt;
use smilefactory_client::{Client, Live, LiveStream};
use smilefactory_core::messaging::MessageInput;
use smilefactory_core::messaging::live::LiveEvent;

use crate::Error;
use crate::tour::{Stopped, Told, Tour};

/// How long the guest listens for something that happens at once.
const PATIENCE: Duration = Duration::from_secs(30);

fn says(body: &str) -> MessageInput {
    MessageInput { body: Some(body.to_owned()), ..MessageInput::default() }
}

/// The second of these is connected with the guest, and writes.
pub(super) async fn listen(
    tour: &mut Tour,
    client: &Client,
    [_, friend]: &[Client; 2],
) -> Result<(), Stopped> {
    let work = async {
        let me = client.accounts().me().await?.id;
        let mut stream = client.live().connect();
        heard(&mut stream, |live| matches!(live, Live::Begun)).await?;

        let began = Instant::now();
        let message = friend.messages().write_to(me, &says("Shall we meet?")).await?;
        heard(&mut stream, |live| {
            matches!(live, Live::Event(LiveEvent::MessageSent { message: heard, .. }) if *heard == message.id)
        })
        .await?;
        let took = began.elapsed();
        friend.live().start_typing(message.conversation).await?;
        heard(&mut stream, |live| matches!(live, Live::Event(LiveEvent::Typing { typing: true, .. })))
            .await?;

        let last = stream.last_event_id().ok_or("the stream has no place to go on from")?;
        drop(stream);
        let missed = friend.messages().send(message.conversation, &says("Tomorrow?")).await?;
        let mut stream = client.live().connect_after(last);
        heard(&mut stream, |live| {
            matches!(live, Live::Event(LiveEvent::MessageSent { message: heard, .. }) if *heard == missed.id)
        })
        .await?;
        let outcome =
            format!("heard of a message after {} ms, and later of one that was missed", took.as_millis());
        Ok(Told::new((), outcome))
    };
    let code = "let mut stream = client.live().connect();\n\
                while let Some(live) = stream.try_next().await? { … }";
    tour.step("Listen to what happens", code, work).await
}

/// Listens until this is told.
async fn heard(stream: &mut LiveStream, is_it: impl Fn(&Live) -> bool + Send + Sync) -> Result<(), Error> {
    let waited = tokio::time::timeout(PATIENCE, async {
        while let Some(live) = stream.next().await {
            if is_it(&live?) {
                return Ok(());
            }
        }
        Err("the stream ended".into())
    });
    waited.await.unwrap_or_else(|_| Err("nothing was told in time".into()))
}

//! What the guest hears while others do something.

use std::time::{Duration, Instant};

use futures::StreamExt;
use smilefactory_client::{Client, Live, LiveStream};
use smilefactory_core::identity::SignUpInput;
use smilefactory_core::messaging::MessageInput;
use smilefactory_core::messaging::live::LiveEvent;

use crate::Error;
use crate::tour::{Stopped, Told, Tour};

/// How long the guest listens for something that happens at once.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn listen(
    tour: &mut Tour,
    client: &Client,
    nobody: &Client,
    friend: &SignUpInput,
) -> Result<(), Stopped> {
    let work = async {
        let me = client.accounts().me().await?.id;
        let friend = nobody.sessions().log_in(&friend.email, &friend.password).await?.client;
        let mut stream = client.live().connect();
        heard(&mut stream, |live| matches!(live, Live::Begun)).await?;

        let says = |body: &str| MessageInput { body: Some(body.to_owned()), ..MessageInput::default() };
        let began = Instant::now();
        let message = friend.messages().write_to(me, &says("Shall we meet?")).await?;
        heard(&mut stream, |live| {
            matches!(live, Live::Event(LiveEvent::MessageSent { message: heard, .. }) if *heard == message.id)
        })
        .await?;
        let took = began.elapsed();
        // Whoever answers takes part, and is told who types.
        client.messages().send(message.conversation, &says("Gladly.")).await?;
        friend.live().start_typing(message.conversation).await?;
        heard(&mut stream, |live| matches!(live, Live::Event(LiveEvent::Typing { typing: true, .. }))).await?;
        let outcome =
            format!("heard of a message {} ms after it was written, and that more is coming", took.as_millis());
        Ok(Told::new((), outcome))
    };
    let code = "let mut stream = client.live().connect();\n\
                while let Some(live) = stream.try_next().await? { … }";
    tour.step("Listen to what happens", code, work).await
}

/// Listens until this is told.
async fn heard(stream: &mut LiveStream, is_it: impl Fn(&Live) -> bool + Send) -> Result<(), Error> {
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

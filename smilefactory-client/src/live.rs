//! What happens, as it happens.

mod parse;
mod stream;

use smilefactory_core::id::ConversationId;
use smilefactory_core::messaging::live::{PresencePreferences, PresencePreferencesInput, Present};

pub use self::stream::{Live, LiveStream};
use crate::call::Call;
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// What happens, as it happens, and who is there; from [`Client::live`](crate::Client::live).
///
/// ```no_run
/// use futures::TryStreamExt;
/// use smilefactory_client::Live;
/// use smilefactory_core::messaging::live::LiveEvent;
///
/// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
/// let mut stream = client.live().connect();
/// while let Some(live) = stream.try_next().await? {
///     match live {
///         // Read now what is shown: all that is newer comes by the stream.
///         Live::Begun | Live::Reset(_) => println!("{} sessions", client.sessions().list().await?.items.len()),
///         Live::Event(LiveEvent::MessageSent { conversation, seq, .. }) => println!("{seq} in {conversation}"),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Listening<'a>(pub(crate) &'a Transport);

impl Listening<'_> {
    /// Listens from now on. Nothing is sent until the stream is polled; how often it must connect again is its own
    /// business, and nothing is missed or told twice by that.
    pub fn connect(&self) -> LiveStream {
        LiveStream::new(self.0.clone(), None)
    }

    /// Goes on where a stream was left off, perhaps by another program: after its
    /// [`last_event_id`](LiveStream::last_event_id).
    pub fn connect_after(&self, last_event_id: impl Into<String>) -> LiveStream {
        LiveStream::new(self.0.clone(), Some(last_event_id.into()))
    }

    /// Says to the others of a conversation that the caller writes, for six seconds.
    pub fn start_typing(&self, conversation: ConversationId) -> Call<()> {
        Call::without_answer(self.0, &op::START_TYPING).id(conversation)
    }

    /// Says that the caller writes no more.
    pub fn stop_typing(&self, conversation: ConversationId) -> Call<()> {
        Call::without_answer(self.0, &op::STOP_TYPING).id(conversation)
    }

    /// Who is there of those the caller knows, and does not want to be unseen.
    pub fn list_present(&self) -> List<Present> {
        List::new(self.0, &op::LIST_PRESENT)
    }

    /// Whether the caller is seen: by having a stream open, for those who know them.
    pub fn presence_preferences(&self) -> Call<PresencePreferences> {
        Call::new(self.0, &op::GET_PRESENCE_PREFERENCES)
    }

    /// Says whether the caller wants to be seen. Whoever does not sees nobody.
    pub fn set_presence_preferences(&self, account_is_shown: bool) -> Call<PresencePreferences> {
        let input = PresencePreferencesInput { shown: Some(account_is_shown) };
        Call::new(self.0, &op::SET_PRESENCE_PREFERENCES).json(&input)
    }
}

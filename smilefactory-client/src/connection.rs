//! Connections: whom one knows, and who wants to.

use smilefactory_core::id::{AccountId, ConnectionRequestId};
use smilefactory_core::social::{
    Acquaintance, AcquaintanceSort, AskedAnswer, ConnectionCounts, ConnectionKind, ConnectionRequest,
    ConnectionRequestInput, ConnectionSort, RequestState,
};

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// Whom one knows, and who wants to; from [`Client::connections`](crate::Client::connections).
#[derive(Clone, Copy, Debug)]
pub struct Connections<'a>(pub(crate) &'a Transport);

/// Marks the list of people whom the caller is connected with.
#[derive(Debug)]
pub enum Connected {}

/// Marks a list of people whom somebody else is connected with.
#[derive(Debug)]
pub enum ConnectedOf {}

/// Marks the list of the caller's requests to connect.
#[derive(Debug)]
pub enum Requested {}

impl Connections<'_> {
    /// Asks somebody to connect; the answer has the request, or, when they had asked the same before, the connection.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client, rudo: smilefactory_core::id::AccountId)
    /// # -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::social::ConnectionKind;
    ///
    /// let asked = client
    ///     .connections()
    ///     .ask(rudo, ConnectionKind::Mentorship, "You built what I am about to build.")
    ///     .await?;
    /// if let Some(connection) = asked.connection {
    ///     println!("{} wanted to know you, too", connection.first_name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn ask(
        &self,
        to: AccountId,
        kind: ConnectionKind,
        message: impl Into<String>,
    ) -> Call<AskedAnswer, Keyed> {
        let input = ConnectionRequestInput {
            to: to.to_string(),
            kind: kind.as_str().to_owned(),
            message: message.into(),
        };
        Call::new(self.0, &op::ASK_TO_CONNECT).json(&input)
    }

    /// The requests to the caller, the last sent first.
    pub fn requests(&self) -> List<ConnectionRequest, Requested> {
        List::new(self.0, &op::LIST_CONNECTION_REQUESTS)
    }

    /// A request, for either of the two whom it is about.
    pub fn request(&self, id: ConnectionRequestId) -> Call<ConnectionRequest> {
        Call::new(self.0, &op::GET_CONNECTION_REQUEST).id(id)
    }

    /// Says yes to a request.
    pub fn accept(&self, id: ConnectionRequestId) -> Call<Acquaintance, Keyed> {
        Call::new(self.0, &op::ACCEPT_CONNECTION_REQUEST).id(id)
    }

    /// Says no to a request.
    pub fn decline(&self, id: ConnectionRequestId) -> Call<ConnectionRequest, Keyed> {
        Call::new(self.0, &op::DECLINE_CONNECTION_REQUEST).id(id)
    }

    /// Takes an own request back.
    pub fn withdraw(&self, id: ConnectionRequestId) -> Call<ConnectionRequest, Keyed> {
        Call::new(self.0, &op::WITHDRAW_CONNECTION_REQUEST).id(id)
    }

    /// Whom the caller is connected with, and how strongly, the newest first.
    pub fn list(&self) -> List<Acquaintance, Connected> {
        List::new(self.0, &op::LIST_CONNECTIONS)
    }

    /// Whom somebody is connected with, as far as the caller may see.
    pub fn list_of(&self, account: AccountId) -> List<Acquaintance, ConnectedOf> {
        List::new(self.0, &op::LIST_CONNECTIONS_OF).of(account)
    }

    /// Whom both the caller and somebody else are connected with.
    pub fn list_mutual(&self, account: AccountId) -> List<Acquaintance> {
        List::new(self.0, &op::LIST_MUTUAL_CONNECTIONS).of(account)
    }

    /// How many people somebody is connected with, and how many of them the caller is, too.
    pub fn count(&self, account: AccountId) -> Call<ConnectionCounts> {
        Call::new(self.0, &op::COUNT_CONNECTIONS).id(account)
    }

    /// The caller's connection with somebody.
    pub fn get(&self, account: AccountId) -> Call<Acquaintance> {
        Call::new(self.0, &op::GET_CONNECTION).id(account)
    }

    /// Ends the connection with somebody.
    pub fn remove(&self, account: AccountId) -> Call<()> {
        Call::without_answer(self.0, &op::REMOVE_CONNECTION).id(account)
    }
}

impl List<Acquaintance, Connected> {
    /// Only connections of this kind.
    pub fn kind(self, kind: ConnectionKind) -> Self {
        self.filter("kind", kind.as_str())
    }

    /// In this order.
    pub fn sort(self, sort: ConnectionSort) -> Self {
        self.filter("sort", sort.as_str())
    }
}

impl List<Acquaintance, ConnectedOf> {
    /// Only connections of this kind.
    pub fn kind(self, kind: ConnectionKind) -> Self {
        self.filter("kind", kind.as_str())
    }

    /// In this order.
    pub fn sort(self, sort: AcquaintanceSort) -> Self {
        self.filter("sort", sort.as_str())
    }
}

impl List<ConnectionRequest, Requested> {
    /// Those that the caller sent, in the place of those they got.
    pub fn outgoing(self) -> Self {
        self.filter("direction", "outgoing")
    }

    /// Only those in this state.
    pub fn state(self, state: RequestState) -> Self {
        self.filter("state", state.as_str())
    }
}

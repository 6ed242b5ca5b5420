//! Streams that are read event by event, and something to tell.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request};
use futures::{Stream, StreamExt};
use serde_json::Value;
use server::background::Background;
use server::mail::MailLog;
use server::{AppState, Options};
use smilefactory_core::id::{AccountId, ConversationId};
use smilefactory_core::messaging::{Arrival, NewGroup, NewGroupInput, ReceiptMoved};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::{TestDb, TestOptions};
use tower::ServiceExt;

use crate::support::{Api, DOCUMENT, schema};

/// So long something may take on a machine that has much to do.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server in process that works in the background.
pub(crate) struct Listened {
    pub(crate) api: Api,
    pub(crate) background: Background,
}

impl Listened {
    pub(crate) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let api = Api::with(TestOptions::default(), options).await;
        let background = work(&api.state);
        Self { api, background }
    }
}

/// What a server does besides answering.
pub(crate) fn work(state: &AppState) -> Background {
    Background::start(state, Arc::new(MailLog))
}

/// An event as it came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Came {
    pub(crate) id: String,
    pub(crate) data: Value,
}

impl Came {
    pub(crate) fn kind(&self) -> &str {
        self.data["type"].as_str().unwrap_or("nothing")
    }

    /// What was announced.
    #[track_caller]
    pub(crate) fn told(&self) -> ConversationId {
        assert_eq!(self.kind(), "receipt_moved", "{self:?}");
        self.data["conversation"].as_str().unwrap().parse().unwrap()
    }
}

/// A stream that is read event by event.
pub(crate) struct Events {
    pub(crate) headers: HeaderMap,
    body: Pin<Box<dyn Stream<Item = Result<Bytes, axum::Error>> + Send>>,
    text: String,
}

impl Events {
    /// The next event, or sign of life, which has no data; `None` is the end.
    pub(crate) async fn any(&mut self) -> Option<Came> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let mut found =
                        block.lines().rev().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                    found.next().unwrap_or_default().to_owned()
                };
                let data = serde_json::from_str(&field("data")).unwrap_or(Value::Null);
                let came = Came { id: field("id"), data };
                if !came.data.is_null() {
                    assert_eq!(field("event"), came.kind());
                    let schema = serde_json::json!({"$ref": "#/components/schemas/LiveEvent"});
                    schema::assert_fits(&DOCUMENT, &schema, &came.data, "an event");
                }
                self.text = rest.to_owned();
                return Some(came);
            }
            let piece = tokio::time::timeout(PATIENCE, self.body.next()).await.expect("something comes");
            self.text.push_str(std::str::from_utf8(&piece?.ok()?).unwrap());
        }
    }

    /// The next event.
    pub(crate) async fn next(&mut self) -> Came {
        loop {
            let came = self.any().await.expect("the stream goes on");
            if !came.data.is_null() {
                return came;
            }
        }
    }

    /// The next event, if it is of this kind.
    #[track_caller]
    pub(crate) fn expect(&mut self, kind: &'static str) -> impl Future<Output = Came> {
        let place = std::panic::Location::caller();
        async move {
            let came = self.next().await;
            assert_eq!(came.kind(), kind, "{came:?} at {place}");
            came
        }
    }

    /// Why the stream ends, if it does so now.
    pub(crate) async fn ending(&mut self) -> String {
        let ended = self.expect("end").await;
        assert_eq!(self.any().await, None);
        ended.data["reason"].as_str().unwrap().to_owned()
    }
}

/// The answer to somebody who wants to listen.
pub(crate) async fn ask(app: &Router, token: &str, last: Option<&str>) -> axum::response::Response {
    let mut request = Request::get("/v1/live").header("authorization", format!("Bearer {token}"));
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

/// Listens, from now on or after some event.
pub(crate) async fn listen(app: &Router, token: &str, last: Option<&str>) -> Events {
    let (parts, body) = ask(app, token, last).await.into_parts();
    assert_eq!(parts.status, 200, "{:?}", axum::body::to_bytes(body, 10_000).await);
    Events { headers: parts.headers, body: body.into_data_stream().boxed(), text: String::new() }
}

/// Something that concerns nobody but one account: a receipt of theirs that they show nobody, told apart by where it is.
pub(crate) fn own(account: AccountId, conversation: ConversationId) -> ReceiptMoved {
    ReceiptMoved { conversation, account, delivered_seq: 1, read_seq: 1, shown: false }
}

/// Tells it.
pub(crate) async fn announce(store: &Store, db: &TestDb, account: AccountId) -> ConversationId {
    let mut tx = store.write(&db.one.scope).await.unwrap();
    let conversation = tx.new_id().unwrap();
    tx.tell(own(account, conversation)).unwrap();
    tx.commit().await.unwrap();
    conversation
}

/// A group with these members.
pub(crate) async fn group(db: &TestDb, members: &[AccountId]) -> ConversationId {
    let new =
        NewGroup::from_raw(NewGroupInput { title: "Pumps".into(), ..NewGroupInput::default() }).unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (group, owner, _) = new.begin(tx.new_id().unwrap(), members[0], tx.now());
    tx.conversations().insert(&group).await.unwrap();
    tx.members().save(&owner).await.unwrap();
    for member in &members[1..] {
        let member = group.welcome(*member, Arrival::Joins, None, tx.now());
        tx.members().save(&member).await.unwrap();
    }
    tx.commit().await.unwrap();
    group.id
}

/// A few random numbers, the same in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) % sides
    }
}

//! The live stream over connections that break as told.

use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use smilefactory_client::{ErrorKind, Live, LiveStream};
use smilefactory_core::id::{AccountId, ConversationId, Id};
use smilefactory_core::messaging::live::{EndReason, LiveEvent, ResetReason};
use uuid::Uuid;

use crate::script::{Script, Step};

/// Part of a stream, after which the connection ends.
fn events(events: &[(&str, Value)]) -> Step {
    let body = events.iter().map(|(id, data)| {
        let kind = data["type"].as_str().unwrap_or_default();
        format!(": hello\nid: {id}\nevent: {kind}\ndata: {data}\n\n")
    });
    stream(body.collect())
}

fn stream(body: String) -> Step {
    let headers = vec![("content-type", "text/event-stream".to_owned())];
    Step::Answer { status: 200, headers, body: body.into_bytes() }
}

fn ready(resumed: bool) -> Value {
    json!({"type": "ready", "resumed": resumed})
}

fn typing(n: u128) -> Value {
    json!({"type": "typing", "conversation": Uuid::from_u128(n), "account": Uuid::nil(), "typing": true})
}

fn typed(n: u128) -> Live {
    Live::Event(LiveEvent::Typing {
        conversation: ConversationId::from_uuid(Uuid::from_u128(n)),
        account: AccountId::from_uuid(Uuid::nil()),
        typing: true,
    })
}

async fn all(stream: LiveStream) -> Vec<Live> {
    stream.try_collect().await.unwrap()
}

fn the_end(reason: &str) -> (&str, Value) {
    ("z", json!({"type": "end", "reason": reason}))
}

#[tokio::test]
async fn a_stream_goes_on_over_connections_after_the_last_event_it_gave() {
    let script = Script::of([
        Step::problem(503, "unavailable"),
        events(&[("a", ready(false)), ("b", typing(1)), ("c", typing(2))]),
        Step::problem(503, "unavailable"),
        Step::problem(429, "too_many_streams").with("retry-after", "0"),
        Step::Cut { status: 200 },
        // Cut off within an event, and after a sign of life.
        stream(
            "id: c\ndata: {\"type\": \"ready\", \"resumed\": true}\n\nid: d\n\nid: e\ndata: {\"type\""
                .to_owned(),
        ),
        events(&[("d", ready(true)), ("e", typing(3)), ("f", json!({"type": "end", "reason": "too_slow"}))]),
        events(&[("f", ready(true)), the_end("unavailable")]),
        events(&[("z", ready(true)), the_end("logged_out")]),
    ])
    .await;
    let live = all(script.builder().attempts(9).build().unwrap().live().connect()).await;
    assert_eq!(live, [Live::Begun, typed(1), typed(2), typed(3), Live::Ended(EndReason::LoggedOut)]);
    let asked = script.asked();
    let last: Vec<_> = asked.iter().map(|asked| asked.header("last-event-id")).collect();
    let expected = [None, None, Some("c"), Some("c"), Some("c"), Some("c"), Some("d"), Some("f"), Some("z")];
    assert_eq!(last, expected);
    assert!(asked.iter().all(|asked| asked.header("accept") == Some("text/event-stream")));
    assert!(asked.iter().all(|asked| asked.target == "/v1/live" && asked.header("authorization").is_some()));
}

#[tokio::test]
async fn what_cannot_go_on_says_so_and_what_is_not_known_is_passed_on() {
    let unknown = json!({"type": "danced", "with": 7});
    let script = Script::of([events(&[
        ("a", json!({"type": "reset", "reason": "too_much"})),
        ("a", ready(false)),
        ("b", unknown.clone()),
        // A word of a sort of event that is known.
        ("c", json!({"type": "reset", "reason": "moon_phase"})),
        ("d", json!({"type": "end", "reason": "suspended"})),
    ])])
    .await;
    let mut stream = script.client().live().connect_after("from elsewhere".replace(' ', "-"));
    assert_eq!(stream.last_event_id().as_deref(), Some("from-elsewhere"));
    assert_eq!(stream.next().await.unwrap().unwrap(), Live::Reset(ResetReason::TooMuch));
    assert_eq!(stream.last_event_id().as_deref(), Some("a"));
    let data = unknown.to_string();
    assert_eq!(stream.next().await.unwrap().unwrap(), Live::Unknown { kind: "danced".into(), data });
    assert!(matches!(stream.next().await.unwrap().unwrap(), Live::Unknown { kind, .. } if kind == "reset"));
    assert_eq!(stream.next().await.unwrap().unwrap(), Live::Ended(EndReason::Suspended));
    assert!(stream.next().await.is_none() && stream.next().await.is_none());
    assert_eq!(script.asked()[0].header("last-event-id"), Some("from-elsewhere"));
}

#[tokio::test]
async fn a_stream_that_does_not_come_about_is_an_error_and_ends() {
    let script = Script::by(|_| Step::problem(503, "unavailable")).await;
    let mut stream = script.client().live().connect();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Refused, Some(503), 3));
    assert!(stream.next().await.is_none());
    assert_eq!(script.asked().len(), 3);

    for (step, kind) in [
        (Step::problem(401, "unauthenticated"), ErrorKind::Refused),
        (Step::json(200, &json!({})), ErrorKind::Unreadable),
        (stream_of_one_line(), ErrorKind::Unreadable),
    ] {
        let script = Script::of([step]).await;
        let mut stream = script.client().live().connect();
        assert_eq!(stream.next().await.unwrap().unwrap_err().kind(), kind);
        assert!(stream.next().await.is_none());
        assert_eq!(script.asked().len(), 1);
    }
    let script = Script::of([]).await;
    let error = script.client().live().connect_after("ü").next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), script.asked().len()), (ErrorKind::Usage, 0));
}

fn stream_of_one_line() -> Step {
    stream("a".repeat(2 << 20))
}

/// Once the token is worth nothing, coming back is no use.
#[tokio::test]
async fn a_token_that_ends_meanwhile_ends_the_stream() {
    let script = Script::of([events(&[("a", ready(false))]), Step::problem(401, "unauthenticated")]).await;
    let mut stream = script.client().live().connect();
    assert_eq!(stream.next().await.unwrap().unwrap(), Live::Begun);
    assert!(stream.next().await.unwrap().unwrap_err().is_unauthenticated());
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_is_not_polled_sends_nothing_and_shows_no_secret() {
    let script = Script::of([]).await;
    let stream = script.client().live().connect();
    assert!(!format!("{stream:?}{:?}", script.client().live()).contains("hunter2"));
    tokio::task::yield_now().await;
    assert!(script.asked().is_empty());
}

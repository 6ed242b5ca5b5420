//! The remote embedder against a real HTTP server that behaves, and misbehaves, on demand.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use smilefactory_ai::embed::conformance;
use smilefactory_ai::embed::hashed::HashedEmbedder;
use smilefactory_ai::embed::remote::{Budget, RemoteBuilder, RemoteEmbedder, Retry};
use smilefactory_ai::embed::{EmbedError, Embedder};

const DIMENSIONS: usize = 64;

const IN_TWO_MINUTES: &[(&str, &str)] =
    &[("date", "Wed, 21 Oct 2015 07:28:00 GMT"), ("retry-after", "Wed, 21 Oct 2015 07:30:00 GMT")];

/// What the server does with one request; when the script is over it answers well.
enum Act {
    Answer,
    Backwards,
    Status(u16, &'static [(&'static str, &'static str)], &'static str),
    /// Promises more bytes than it sends.
    Cut,
    Hang,
    /// Answers with this JSON, whatever was asked.
    Say(Value),
}

struct Endpoint {
    address: SocketAddr,
    script: Arc<Mutex<VecDeque<Act>>>,
    /// Headers and body of every request that came.
    heard: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
}

impl Endpoint {
    async fn start(script: impl IntoIterator<Item = Act>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Self {
            address: listener.local_addr().unwrap(),
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            heard: Arc::default(),
        };
        let state = (Arc::clone(&endpoint.script), Arc::clone(&endpoint.heard));
        let router = Router::new().route("/v1/embeddings", post(serve)).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        endpoint
    }

    fn builder(&self) -> RemoteBuilder {
        RemoteEmbedder::builder(format!("http://{}/v1", self.address), "test-model", DIMENSIONS)
            .retry(Retry { attempts: 3, first: Duration::from_millis(1), longest: Duration::from_secs(1) })
    }

    fn embedder(&self) -> RemoteEmbedder {
        self.builder().build().unwrap()
    }

    fn requests(&self) -> usize {
        self.heard.lock().unwrap().len()
    }

    fn inputs(&self) -> Vec<Vec<String>> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|(_, body)| serde_json::from_value(body["input"].clone()).unwrap()).collect()
    }
}

type Shared = (Arc<Mutex<VecDeque<Act>>>, Arc<Mutex<Vec<(HeaderMap, Value)>>>);

async fn serve(State((script, heard)): State<Shared>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let body: Value = serde_json::from_slice(&body).unwrap();
    heard.lock().unwrap().push((headers, body.clone()));
    let act = script.lock().unwrap().pop_front().unwrap_or(Act::Answer);
    let answer = |reverse: bool| {
        let hashed = HashedEmbedder::new(DIMENSIONS).unwrap();
        let texts = body["input"].as_array().unwrap();
        let mut data: Vec<Value> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| {
                let vector = hashed.embed_one(text.as_str().unwrap()).unwrap();
                json!({ "object": "embedding", "index": index, "embedding": vector })
            })
            .collect();
        if reverse {
            data.reverse();
        }
        let tokens = texts.len();
        json!({ "object": "list", "data": data, "usage": { "prompt_tokens": tokens, "total_tokens": tokens } })
    };
    let say = |value: Value| Response::new(Body::from(value.to_string()));
    match act {
        Act::Answer => say(answer(false)),
        Act::Backwards => say(answer(true)),
        Act::Say(value) => say(value),
        Act::Status(status, headers, text) => {
            let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
            for (name, value) in headers {
                response = response.header(*name, *value);
            }
            response.body(Body::from(text)).unwrap()
        }
        Act::Cut => {
            let whole = answer(false).to_string();
            let half = whole[..whole.len() / 2].to_owned();
            let broken = broken_off(half);
            Response::builder().header("content-length", whole.len()).body(broken).unwrap()
        }
        Act::Hang => {
            tokio::time::sleep(Duration::from_hours(1)).await;
            say(json!({}))
        }
    }
}

/// A body that ends in an error, which makes the server drop the connection.
fn broken_off(text: String) -> Body {
    let parts = vec![Ok(Bytes::from(text)), Err(std::io::Error::other("cut"))];
    Body::from_stream(futures::stream::iter(parts))
}

async fn error_of(script: impl IntoIterator<Item = Act>) -> (EmbedError, usize) {
    let endpoint = Endpoint::start(script).await;
    let error = endpoint.embedder().embed(&["one", "two"]).await.unwrap_err();
    (error, endpoint.requests())
}

#[tokio::test]
async fn conforms() {
    let endpoint = Endpoint::start([]).await;
    conformance::check(&endpoint.embedder()).await.unwrap();
}

#[tokio::test]
async fn speaks_the_common_dialect() {
    let endpoint = Endpoint::start([]).await;
    let embedder = endpoint.builder().key("sk-secret").request_dimensions().build().unwrap();
    embedder.embed(&["one"]).await.unwrap();
    assert_eq!(embedder.model().as_str(), "test-model/64");
    let heard = endpoint.heard.lock().unwrap();
    assert_eq!(
        heard[0].1,
        json!({ "model": "test-model", "input": ["one"], "encoding_format": "float", "dimensions": 64 })
    );
    assert_eq!(heard[0].0["authorization"], "Bearer sk-secret");
}

#[tokio::test]
async fn batches_by_count_and_by_size() {
    let endpoint = Endpoint::start([Act::Backwards, Act::Answer, Act::Backwards]).await;
    let embedder = endpoint.builder().batch_texts(3).batch_bytes(10).build().unwrap();
    let texts = ["aaaa", "bbbb", "cccc", "a single text over the limit", "d", "e", "f", "g"];
    let vectors = embedder.embed(&texts).await.unwrap();
    assert_eq!(
        endpoint.inputs(),
        [
            vec!["aaaa", "bbbb"],
            vec!["cccc"],
            vec!["a single text over the limit"],
            vec!["d", "e", "f"],
            vec!["g"]
        ]
    );
    let expected = HashedEmbedder::new(DIMENSIONS).unwrap().embed(&texts).await.unwrap();
    for (found, expected) in vectors.iter().zip(&expected) {
        assert!(found.cosine(expected).unwrap() > 0.9999, "a vector landed at another text's place");
    }
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let script = [Act::Status(503, &[], "down"), Act::Cut];
    let endpoint = Endpoint::start(script).await;
    assert_eq!(endpoint.embedder().embed(&["one", "two"]).await.unwrap().len(), 2);
    assert_eq!(endpoint.requests(), 3);
}

#[tokio::test]
async fn gives_up_after_its_attempts() {
    let down = || Act::Status(500, &[], "");
    let (error, requests) = error_of([down(), down(), down(), Act::Answer]).await;
    assert!(matches!(&error, EmbedError::Unavailable { reason, .. } if reason == "status 500"), "{error}");
    assert!(error.is_retryable());
    assert_eq!(requests, 3);
}

#[tokio::test]
async fn waits_as_long_as_it_is_asked_to() {
    let endpoint = Endpoint::start([Act::Status(429, &[("retry-after", "1")], "")]).await;
    let begun = tokio::time::Instant::now();
    endpoint.embedder().embed(&["one"]).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1), "it came back before the second was over");
}

#[tokio::test]
async fn hands_a_long_wait_to_the_caller() {
    let (error, requests) = error_of([Act::Status(429, &[("retry-after", "3600")], "")]).await;
    assert_eq!((error.retry_after(), requests), (Some(Duration::from_hours(1)), 1));

    // As a date, counted from the server's own clock.
    let (error, requests) = error_of([Act::Status(503, IN_TWO_MINUTES, "")]).await;
    assert_eq!((error.retry_after(), requests), (Some(Duration::from_mins(2)), 1));
}

#[tokio::test]
async fn what_is_refused_is_not_tried_again() {
    let body = r#"{"error":{"message":"model not found"}}"#;
    let (error, requests) = error_of([Act::Status(404, &[], body)]).await;
    assert!(
        matches!(&error, EmbedError::Refused { status: 404, message } if message == "model not found"),
        "{error}"
    );
    assert!(!error.is_retryable());
    assert_eq!(requests, 1);

    let (error, requests) = error_of([Act::Status(302, &[("location", "/elsewhere")], "")]).await;
    assert!(matches!(error, EmbedError::Refused { status: 302, .. }), "a redirect could carry the key away");
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn a_slow_endpoint_is_left() {
    let endpoint = Endpoint::start([Act::Hang, Act::Hang, Act::Hang]).await;
    let embedder = endpoint.builder().timeout(Duration::from_millis(50)).build().unwrap();
    let error = embedder.embed(&["one"]).await.unwrap_err();
    assert!(
        matches!(&error, EmbedError::Unavailable { reason, .. } if reason.contains("timed out")),
        "{error:?}"
    );
    assert_eq!(endpoint.requests(), 3);
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let retry = Retry { attempts: 1, ..Retry::default() };
    let embedder = RemoteEmbedder::builder(base.clone(), "m", 3).retry(retry).build().unwrap();
    let error = embedder.embed(&["one"]).await.unwrap_err();
    assert!(matches!(&error, EmbedError::Unavailable { source: Some(_), .. }), "{error:?}");
}

#[tokio::test]
async fn wrong_answers_are_errors() {
    let vector = vec![0.5; DIMENSIONS];
    let item = |index: usize| json!({ "index": index, "embedding": vector });
    let cases = [
        (json!({ "data": [item(0)] }), "1 vectors for 2 texts"),
        (json!({ "data": [item(0), item(1), item(2)] }), "3 vectors for 2 texts"),
        (json!({ "data": [item(1), item(1)] }), "two vectors with index 1"),
        (json!({ "data": [item(0), item(2)] }), "index 2 with 2 texts"),
        (json!({ "data": [item(0), { "index": 1, "embedding": [1.0] }] }), "1 dimensions, not 64"),
        (json!({ "data": "none" }), "no embeddings in JSON"),
        (json!({ "data": [], "padding": "x".repeat(100_000) }), "longer than"),
    ];
    for (answer, expected) in cases {
        let (error, requests) = error_of([Act::Say(answer)]).await;
        assert!(matches!(&error, EmbedError::Malformed { detail } if detail.contains(expected)), "{error}");
        assert_eq!(requests, 1, "asking again costs and does not help");
    }
    let zeros = json!({ "data": [item(0), { "index": 1, "embedding": vec![0.0; DIMENSIONS] }] });
    let (error, _) = error_of([Act::Say(zeros)]).await;
    assert!(matches!(error, EmbedError::Vector { index: 1, .. }), "{error}");
}

#[tokio::test]
async fn the_budget_is_all_or_nothing() {
    let endpoint = Endpoint::start([]).await;
    let budget = Budget { texts: 3, tokens: 1_000, window: Duration::from_hours(1) };
    let embedder = endpoint.builder().batch_texts(1).budget(budget).build().unwrap();
    embedder.embed(&["one", "two"]).await.unwrap();
    let error = embedder.embed(&["three", "four"]).await.unwrap_err();
    assert!(matches!(error, EmbedError::Budget { retry_after: Some(_) }), "{error}");
    assert_eq!(endpoint.requests(), 2, "nothing of a call over budget is sent");
    embedder.embed(&["three"]).await.unwrap();
}

#[tokio::test]
async fn the_key_is_nowhere_to_be_read() {
    let echo = r#"{"error":{"message":"wrong key sk-very-secret"}}"#;
    let endpoint = Endpoint::start([Act::Status(401, &[], echo)]).await;
    let builder = endpoint.builder().key("sk-very-secret");
    let shown = format!("{builder:?}");
    let embedder = builder.build().unwrap();
    let error = embedder.embed(&["one"]).await.unwrap_err();
    for text in [shown, format!("{embedder:?}"), format!("{error:?} {error}")] {
        assert!(!text.contains("very-secret"), "{text}");
    }
}

//! What goes wrong before, around and beneath the handlers.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestOptions;

use crate::support::{Api, Call, a_post};

#[tokio::test]
async fn a_body_is_json_of_bounded_size_and_depth() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let draft = |kind: &str, body: String| api.post("/v1/posts").as_(&tariro).bytes(kind, body).send();
    for broken in ["", "{", "{\"kind\": }", "{} {}", "\u{feff}{}", "{\"kind\": \"post\""] {
        draft("application/json", broken.to_owned()).await.expect(400).problem("malformed_json");
    }
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    draft("application/json", deep).await.expect(400).problem("malformed_json");
    let large = format!("{{\"body\": \"{}\"}}", "x".repeat(1 << 20));
    draft("application/json", large).await.expect(413).problem("too_large");
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
        draft(kind, a_post().to_string()).await.expect(415).problem("unsupported_media_type");
    }
    draft("Application/JSON; charset=utf-8", a_post().to_string()).await.expect(201);
}

#[tokio::test]
async fn an_address_or_method_that_there_is_not_is_a_problem_too() {
    let api = Api::new().await;
    for path in ["/", "/v1", "/v1/nothing", "/v1/posts/x/y/z", "/v2/me"] {
        api.get(path).undocumented().send().await.expect(404).problem("not_found");
    }
    let wrong =
        api.call("PUT", "/v1/me").undocumented().send().await.expect(405).problem("method_not_allowed");
    let mut allowed: Vec<_> = wrong.header("allow").split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "PATCH"]);
    api.delete("/v1/posts").undocumented().send().await.expect(405).problem("method_not_allowed");
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_told() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    api.get("/v1/posts/12").as_(&tariro).send().await.violations(&[("/post_id", "malformed")]);
    api.delete("/v1/sessions/12").as_(&tariro).send().await.violations(&[("/session_id", "malformed")]);
}

#[tokio::test]
async fn a_request_keeps_the_id_it_came_with_if_it_is_one() {
    let api = Api::new().await;
    let id = "0195510c-a3c0-4abc-8def-0123456789ab";
    let kept = api.get("/v1/me").header("x-request-id", id).send().await.expect(401);
    assert_eq!(kept.header("x-request-id"), id);
    let given = api.get("/v1/me").header("x-request-id", "<script>").send().await.expect(401);
    let given = uuid::Uuid::parse_str(given.header("x-request-id")).unwrap();
    assert_eq!(given.get_version_num(), 7);
}

#[tokio::test]
async fn a_request_is_in_the_trail_of_what_it_changed() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let draft = api.draft(&tariro).await;
    let mut tx = api.db.store.read(&api.db.one.scope).await.unwrap();
    let page = smilefactory_core::page::PageRequest::default();
    let trail = tx.audit().list_of_row("content.posts", draft.id(), &page).await.unwrap();
    assert_eq!(trail.items.len(), 1);
    assert_eq!(trail.items[0].actor, tariro.account.id.to_string());
    assert_eq!(trail.items[0].request.unwrap().to_string(), draft.header("x-request-id"));
}

async fn panics() {
    panic!("the secret is 42");
}

#[tokio::test]
async fn a_panic_is_a_problem_that_tells_nothing() {
    let api = Api::new().await;
    let app = server::layered(Router::new().route("/panic", get(panics)), api.state.clone());
    let answer = Call::new(app, "GET", "/panic").undocumented().send().await;
    let answer = answer.expect(500).problem("internal");
    assert!(!answer.text.contains("42"), "{}", answer.text);
}

#[tokio::test]
async fn a_database_without_a_free_connection_is_not_available() {
    let mut database = TestOptions::default();
    database.max_connections = 1;
    let api = Api::with(database, server::Options::default()).await;
    let tariro = api.member("tariro").await;
    let busy = api.db.store.read(&api.db.one.scope).await.unwrap();
    let refused = api.get("/v1/me").as_(&tariro).send().await.expect(503).problem("unavailable");
    assert_eq!(refused.header("retry-after"), "1");
    let ready = api.get("/health/ready").send().await.expect(503);
    assert_eq!(ready.body, serde_json::json!({"status": "down", "database": "down", "partitions": "down"}));
    api.get("/health/live").send().await.expect(200);
    drop(busy);
    api.get("/v1/me").as_(&tariro).send().await.expect(200);
    api.get("/health/ready").send().await.expect(200);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up_and_undone() {
    let mut options = server::Options::default();
    options.request_timeout = Duration::from_millis(300);
    let api = Api::with(TestOptions::default(), options).await;
    let tariro = api.member("tariro").await;
    let mut tx = api.db.store.write(&api.db.one.scope_of(tariro.account.id)).await.unwrap();
    tx.idempotency().claim("k", [0; 32]).await.unwrap();
    let given_up = api.post("/v1/posts").as_(&tariro).key("k").json(&a_post()).send().await;
    given_up.expect(503).problem("unavailable");
    drop(tx);
    let mine = api.get("/v1/me/posts").as_(&tariro).send().await.expect(200);
    assert_eq!(mine.each("id"), [""; 0]);
}

#[tokio::test]
async fn answers_are_packed_for_who_can_unpack_them() {
    let api = Api::new().await;
    let plain = api.get("/openapi.json").send().await.expect(200);
    let packed =
        api.get("/openapi.json").header("accept-encoding", "gzip").undocumented().send().await.expect(200);
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(!plain.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn metrics_have_templates_for_labels_and_no_ids() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let draft = api.draft(&tariro).await;
    api.get(format!("/v1/posts/{}", draft.id())).as_(&tariro).send().await.expect(200);
    api.get("/v1/made-up-by-a-scanner").undocumented().send().await.expect(404);
    api.call("BREW", "/v1/me").undocumented().send().await.expect(405);
    let metrics = api.get("/metrics").send().await.expect(200).text;
    let expected =
        r#"http_request_duration_seconds_count{method="GET",route="/v1/posts/{post_id}",status="200"}"#;
    for part in [expected, r#"route="unmatched""#, r#"method="other""#, r#"database_connections{use="idle"}"#]
    {
        assert!(metrics.contains(part), "{part} is not in {metrics}");
    }
    for id in [draft.id(), "made-up-by-a-scanner", "BREW", &tariro.account.id.to_string()] {
        assert!(!metrics.contains(id), "{id}");
    }
}

#[tokio::test]
async fn metrics_say_how_far_every_reader_of_the_outbox_is() {
    let api = Api::new().await;
    api.member("tariro").await;
    api.settle().await;
    server::background::tell_readers(&api.db.store).await.unwrap();
    let metrics = api.get("/metrics").send().await.expect(200).text;
    for reader in ["profile_assessment", "embeddings"] {
        for state in ["waiting", "parked", "dead"] {
            let part = format!(r#"outbox_facts{{reader="{reader}",state="{state}"}} "#);
            assert!(metrics.contains(&part), "{part} is not in {metrics}");
        }
        assert!(metrics.contains(&format!(r#"outbox_lag_seconds{{reader="{reader}"}} "#)), "{metrics}");
    }
}

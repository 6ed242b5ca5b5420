//! How streams end.

use std::sync::Arc;
use std::time::Duration;

use server::mail::MailLog;
use server::{AppState, Options, Server};
use tokio::net::TcpListener;

use super::support::{Listened, announce, ask, listen};
use crate::support::{Api, an_innovator};

#[tokio::test]
async fn a_stream_ends_with_the_log_in() {
    let listened = Listened::new().await;
    let api = &listened.api;
    let tariro = api.member("tariro").await;
    let credentials = serde_json::json!({"email": "tariro@example.org", "password": "tariro-password"});
    let other = api.post("/v1/sessions").tenant("one").json(&credentials).send().await.expect(201);
    let other = other.body["token"].as_str().unwrap();
    let (mut ended, mut lasting) =
        (listen(&api.app, &tariro.token, None).await, listen(&api.app, other, None).await);
    ended.expect("ready").await;
    lasting.expect("ready").await;
    api.delete("/v1/sessions/current").as_(&tariro).send().await.expect(204);
    assert_eq!(ended.ending().await, "logged_out");
    assert_eq!(ask(&api.app, &tariro.token, None).await.status(), 401);
    // The log-in of another device lasts.
    let told = announce(&api.db.store, &api.db, tariro.account.id).await;
    assert_eq!(lasting.next().await.told(), told);
    // Until its time is over.
    api.db.clock.advance(chrono::TimeDelta::days(31));
    assert_eq!(lasting.ending().await, "logged_out");
}

#[tokio::test]
async fn who_is_suspended_listens_no_more() {
    let listened = Listened::new().await;
    let api = &listened.api;
    let tariro = api.member("tariro").await;
    api.profile(&tariro, &an_innovator()).await;
    let mut events = listen(&api.app, &tariro.token, None).await;
    events.expect("ready").await;
    api.suspend(&tariro).await;
    assert_eq!(events.ending().await, "suspended");
    api.get("/v1/live").as_(&tariro).send().await.expect(403).problem("suspended");
}

#[tokio::test]
async fn a_server_that_stops_ends_its_streams_and_does_not_wait_for_who_does_not_read() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let state = AppState::new(api.db.another_store().await, Options::default());
    let app = server::app(state.clone());
    let server = Server::start(listener, state, Arc::new(MailLog)).unwrap();
    let url = format!("http://{}/v1/live", server.address());
    let mut over_http = reqwest::Client::new().get(url).bearer_auth(&tariro.token).send().await.unwrap();
    assert!(String::from_utf8_lossy(&over_http.chunk().await.unwrap().unwrap()).contains("ready"));
    let mut in_process = listen(&app, &tariro.token, None).await;
    in_process.expect("ready").await;

    let began = std::time::Instant::now();
    server.stop().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(20), "nothing was cut off");
    assert_eq!(in_process.ending().await, "unavailable");
    let mut text = String::new();
    while let Some(piece) = over_http.chunk().await.unwrap() {
        text.push_str(&String::from_utf8_lossy(&piece));
    }
    assert!(text.contains(r#""reason":"unavailable""#), "{text}");
    assert_eq!(ask(&app, &tariro.token, None).await.status(), 503);
}

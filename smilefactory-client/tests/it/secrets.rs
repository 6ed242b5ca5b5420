//! That tokens and passwords go where they belong and nowhere else.

use std::error::Error as _;
use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::json;
use smilefactory_client::{Client, Error, LogIn};
use smilefactory_core::id::{AccountId, Id, SessionId};
use smilefactory_core::identity::Session;

use crate::script::{Script, Step, TOKEN, account, sign_up};

/// Everything an error says, with everything that caused it.
fn told(error: &Error) -> String {
    let mut words = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(deeper) = cause {
        words = format!("{words} {deeper} {deeper:?}");
        cause = deeper.source();
    }
    words
}

#[tokio::test]
async fn no_error_tells_a_secret() {
    let steps = || {
        [
            Step::problem(401, "unauthenticated"),
            Step::Cut { status: 200 },
            Step::Hang,
            Step::json(200, &json!({"token": "sf_hunter2", "session": 1, "account": "hunter2"})),
            Step::empty(302).with("location", "/hunter2"),
            Step::empty(502),
        ]
    };
    let mut errors = Vec::new();
    for step in steps() {
        let client = Script::of([step])
            .await
            .builder()
            .attempts(1)
            .attempt_timeout(Duration::from_millis(100))
            .build();
        errors.push(client.unwrap().accounts().me().await.unwrap_err());
    }
    for step in steps() {
        let client = Script::of([step])
            .await
            .builder()
            .attempts(1)
            .attempt_timeout(Duration::from_millis(100))
            .build();
        errors.push(client.unwrap().sessions().log_in("a@example.org", "hunter2").await.unwrap_err());
    }
    let unreachable = Client::new("http://127.0.0.1:1", TOKEN).unwrap();
    errors.push(unreachable.posts().list().tag("hunter2").await.unwrap_err());
    for error in errors {
        assert!(!told(&error).contains("hunter2"), "{}", told(&error));
    }
}

#[tokio::test]
async fn before_log_in_the_tenant_goes_along_and_no_old_token() {
    let script = Script::of([
        Step::json(201, &account()),
        Step::json(200, &account()),
        Step::problem(401, "wrong_credentials"),
        Step::json(200, &account()),
    ])
    .await;
    let client = script.builder().tenant("harare").build().unwrap();
    client.accounts().sign_up(&sign_up()).await.unwrap();
    client.accounts().verify_email("sf_proof").await.unwrap();
    assert!(client.sessions().log_in("a@example.org", "b").await.unwrap_err().is_unauthenticated());
    client.accounts().me().await.unwrap();
    let asked = script.asked();
    for asked in &asked[..3] {
        assert_eq!(
            (asked.header("authorization"), asked.header("smilefactory-tenant")),
            (None, Some("harare"))
        );
    }
    assert_eq!(asked[0].json()["password"], "correct horse battery");
    assert_eq!(asked[1].json(), json!({"token": "sf_proof"}));
    assert_eq!(asked[2].json(), json!({"email": "a@example.org", "password": "b"}));
    assert_eq!(asked[3].header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
}

#[tokio::test]
async fn a_log_in_gives_a_client_that_speaks_for_who_logged_in() {
    let at = chrono::DateTime::UNIX_EPOCH;
    let (session, _) = Session::open(
        SessionId::from_uuid(uuid::Uuid::nil()),
        AccountId::from_uuid(uuid::Uuid::from_u128(1)),
        at,
    );
    let opened = json!({"token": "sf_new_hunter2", "session": session, "account": account(), "more": true});
    let script =
        Script::of([Step::json(201, &opened), Step::json(200, &account()), Step::json(200, &account())])
            .await;
    let before = script.client();
    let log_in = before.sessions().log_in("a@example.org", "b").await.unwrap();
    assert!(!format!("{log_in:?}").contains("hunter2"), "{log_in:?}");
    let LogIn { client, token, .. } = log_in;
    client.accounts().me().await.unwrap();
    before.accounts().me().await.unwrap();
    assert_eq!(token.expose_secret(), "sf_new_hunter2");
    let bearers: Vec<_> =
        script.asked()[1..].iter().map(|a| a.header("authorization").unwrap().to_owned()).collect();
    assert_eq!(bearers, ["Bearer sf_new_hunter2".to_owned(), format!("Bearer {TOKEN}")]);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Script::by(|_| Step::json(200, &account())).await;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/v1/me", elsewhere.url);
        let script = Script::of([Step::empty(status).with("location", &to)]).await;
        let error = script.client().accounts().me().await.unwrap_err();
        assert_eq!((error.status(), error.attempts()), (Some(status), 1));
        assert!(error.to_string().contains("redirects are not followed"), "{error}");
    }
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn what_does_not_need_the_token_does_not_get_it() {
    let script = Script::of([Step::json(200, &json!({})), Step::json(200, &json!({}))]).await;
    script.client().platform().live().await.unwrap();
    script.client().platform().open_api().await.unwrap();
    assert!(script.asked().iter().all(|asked| asked.header("authorization").is_none()));
}

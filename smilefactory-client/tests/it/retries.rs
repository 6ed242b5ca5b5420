//! What is tried again, how often, and that nothing happens twice.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use smilefactory_client::{Client, ErrorKind};
use smilefactory_core::content::{PostInput, PostPatch};
use smilefactory_core::version::Version;

use crate::script::{Asked, Script, Step, account, post, sign_up};

fn headers(asked: &[Asked], name: &str) -> Vec<Option<String>> {
    asked.iter().map(|asked| asked.header(name).map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_read_is_tried_again_until_it_is_answered() {
    let script = Script::of([
        Step::problem(503, "unavailable"),
        Step::Cut { status: 200 },
        Step::json(200, &account()),
    ])
    .await;
    assert_eq!(script.client().accounts().me().await.unwrap(), account());
    let asked = script.asked();
    assert_eq!(headers(&asked, "smilefactory-retry-count"), ["0", "1", "2"].map(|n| Some(n.to_owned())));
    assert_eq!(headers(&asked, "idempotency-key"), [None, None, None]);
    let ids = headers(&asked, "x-request-id");
    assert!(ids[0].is_some() && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[tokio::test]
async fn after_three_attempts_it_is_told_what_came_of_them() {
    let script = Script::by(|_| Step::problem(503, "unavailable")).await;
    let error = script.client().accounts().me().await.unwrap_err();
    assert_eq!((error.attempts(), error.status(), error.code()), (3, Some(503), Some("unavailable")));
    assert!(error.is_retryable() && !error.may_have_taken_effect());
    assert_eq!(script.asked().len(), 3);
    let words = error.to_string();
    let id = script.asked()[0].header("x-request-id").unwrap().to_owned();
    assert_eq!(words, format!("GET /v1/me: 503 unavailable: told so (request {id}, 3 attempts)"));

    let error = script.client().accounts().me().attempts(1).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn all_attempts_of_a_post_carry_one_key_and_two_calls_two() {
    let steps = [Step::problem(503, "unavailable"), Step::Cut { status: 201 }, Step::json(201, &post(1))];
    let script = Script::of(steps.into_iter().chain([Step::json(201, &post(2))])).await;
    let client = script.client();
    let input = PostInput { kind: "post".into(), body: "x".into(), ..PostInput::default() };
    client.posts().draft(&input).await.unwrap();
    client.posts().draft(&input).await.unwrap();
    let asked = script.asked();
    let keys = headers(&asked, "idempotency-key");
    assert!(keys[0].is_some() && keys[1] == keys[0] && keys[2] == keys[0] && keys[3] != keys[0], "{keys:?}");
    assert!(asked.iter().all(|asked| asked.json() == serde_json::to_value(&input).unwrap()));
}

#[tokio::test]
async fn a_key_of_the_callers_is_sent_as_it_is_or_refused() {
    let script = Script::of([Step::json(201, &account())]).await;
    let sign_up = |key: &str| script.client().accounts().sign_up(&sign_up()).idempotency_key(key);
    sign_up("import-7/line-3").await.unwrap();
    assert_eq!(script.asked()[0].header("idempotency-key"), Some("import-7/line-3"));
    for key in ["", "a b", "ü", &"k".repeat(256)] {
        assert_eq!(sign_up(key).await.unwrap_err().kind(), ErrorKind::Usage, "{key}");
    }
    assert_eq!(script.asked().len(), 1);
}

/// The server does what it is asked and then loses the answer; it knows a key again, as the platform does.
#[tokio::test]
async fn a_post_whose_answers_are_lost_is_made_once() {
    let made: Arc<Mutex<BTreeMap<String, u32>>> = Arc::default();
    let (effects, mut asked_before) = (Arc::clone(&made), 0);
    let script = Script::by(move |asked| {
        let key = asked.header("idempotency-key").unwrap().to_owned();
        let mut effects = effects.lock().unwrap();
        let next = u32::try_from(effects.len()).unwrap();
        let number = *effects.entry(key).or_insert(next);
        asked_before += 1;
        match asked_before % 3 {
            0 => Step::json(201, &post(number)),
            1 => Step::Cut { status: 201 },
            _ => Step::Hang,
        }
    })
    .await;
    let client = script.builder().attempt_timeout(Duration::from_millis(200)).build().unwrap();
    let input = PostInput { kind: "post".into(), body: "x".into(), ..PostInput::default() };
    for number in 0..3 {
        assert_eq!(client.posts().draft(&input).await.unwrap(), post(number));
    }
    assert_eq!(made.lock().unwrap().len(), 3);
    assert_eq!(script.asked().len(), 9);
}

#[tokio::test]
async fn the_servers_own_pause_is_kept() {
    let script = Script::of([
        Step::problem(429, "rate_limited").with("retry-after", "1"),
        Step::json(200, &account()),
    ])
    .await;
    script.client().accounts().me().await.unwrap();
    let asked = script.asked();
    // A sleep may be longer than asked for, never shorter.
    assert!(asked[1].at - asked[0].at >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_pause_that_is_too_long_is_the_callers_to_make() {
    let busy = |seconds: &str| Step::problem(429, "rate_limited").with("retry-after", seconds);
    let script = Script::of([busy("61"), busy("20")]).await;
    let error = script.client().accounts().me().timeout(Duration::from_secs(600)).await.unwrap_err();
    assert_eq!((error.attempts(), error.retry_after()), (1, Some(Duration::from_secs(61))));
    let error = script.client().accounts().me().timeout(Duration::from_secs(10)).await.unwrap_err();
    assert_eq!((error.attempts(), error.retry_after()), (1, Some(Duration::from_secs(20))));
}

#[tokio::test]
async fn a_log_in_that_may_have_arrived_is_not_tried_again() {
    for step in [Step::problem(503, "unavailable"), Step::Cut { status: 201 }, Step::Hang] {
        let script = Script::of([step]).await;
        let log_in = script.client().sessions().log_in("a@example.org", "secret");
        let error = log_in.attempt_timeout(Duration::from_millis(100)).await.unwrap_err();
        assert_eq!((error.attempts(), script.asked().len()), (1, 1), "{error}");
        assert_eq!(script.asked()[0].header("idempotency-key"), None);
    }
}

#[tokio::test]
async fn a_log_in_that_surely_did_not_arrive_is() {
    // Nobody listens where somebody listened a moment ago.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::builder(url).backoff(Duration::ZERO, Duration::ZERO).build().unwrap();
    let error = client.sessions().log_in("a@example.org", "secret").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unreachable, 3));
    assert!(!error.may_have_taken_effect() && error.is_retryable());
}

#[tokio::test]
async fn a_stale_version_after_an_unsure_attempt_is_told_as_such() {
    let script =
        Script::of([Step::Cut { status: 200 }, Step::problem(412, "stale"), Step::problem(412, "stale")])
            .await;
    let client = script.client();
    let edit = || client.posts().edit(&post(1), &PostPatch::default()).send();
    let error = edit().await.unwrap_err();
    assert!(error.is_stale() && error.may_have_taken_effect(), "{error}");
    assert!(error.to_string().ends_with("2 attempts, it may have taken effect)"), "{error}");
    assert_eq!(headers(&script.asked(), "if-match"), [Some("\"3\"".to_owned()), Some("\"3\"".to_owned())]);
    let error = edit().await.unwrap_err();
    assert!(error.is_stale() && !error.may_have_taken_effect(), "{error}");
}

#[tokio::test]
async fn what_is_gone_after_an_unsure_attempt_to_delete_it_is_told_as_such() {
    let script = Script::of([Step::Cut { status: 200 }, Step::problem(404, "not_found")]).await;
    let error = script.client().posts().delete((post(1).id, Version::new(7))).await.unwrap_err();
    assert!(error.is_not_found() && error.may_have_taken_effect(), "{error}");
    assert_eq!(script.asked()[1].header("if-match"), Some("\"7\""));
    assert_eq!((script.asked()[1].method.as_str(), &script.asked()[1].body[..]), ("DELETE", &b""[..]));
}

#[tokio::test]
async fn a_step_whose_first_attempt_is_still_under_way_waits_for_it() {
    let in_flight = Step::problem(409, "idempotency_in_flight").with("retry-after", "0");
    let script = Script::of([Step::Hang, in_flight, Step::json(200, &post(1))]).await;
    let publish = script.client().posts().publish(&post(1)).attempt_timeout(Duration::from_millis(200));
    assert_eq!(publish.await.unwrap(), post(1));
    let asked = script.asked();
    assert_eq!(asked[0].target, format!("/v1/posts/{}/publish", post(1).id));
    let keys = headers(&asked, "idempotency-key");
    assert!(keys[0].is_some() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

#[tokio::test]
async fn a_definite_answer_is_not_asked_for_again() {
    for status in [400, 401, 403, 404, 409, 412, 413, 415, 422, 428] {
        let script = Script::of([Step::problem(status, "x")]).await;
        let error = script.client().posts().draft(&PostInput::default()).await.unwrap_err();
        assert_eq!((error.status(), script.asked().len()), (Some(status), 1));
        assert!(!error.may_have_taken_effect());
    }
}

#[tokio::test]
async fn a_server_that_is_down_gets_a_fifth_more_and_no_more() {
    let script = Script::by(|_| Step::problem(503, "unavailable")).await;
    let client = script.client();
    for n in 0..50 {
        // Clones and other callers over the same connections share the budget.
        let client = if n % 2 == 0 { client.clone() } else { client.with_token("sf_another").unwrap() };
        client.accounts().me().await.unwrap_err();
    }
    let retries = script.asked().len() - 50;
    assert!((10..=20).contains(&retries), "{retries} retries of 50 calls");
}

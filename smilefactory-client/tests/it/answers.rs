//! Answers that are not as promised, and answers that tell something.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use smilefactory_client::ErrorKind;
use smilefactory_core::content::PostInput;
use smilefactory_core::id::{CategoryId, Id};
use smilefactory_core::profile::ProfileInput;
use smilefactory_core::version::Version;

use crate::script::{Script, Step, account, post, view};

fn bytes(status: u16, kind: &str, body: &[u8]) -> Step {
    Step::Answer { status, headers: vec![("content-type", kind.to_owned())], body: body.to_vec() }
}

#[tokio::test]
async fn wrong_json_is_told_with_its_place_and_not_asked_for_again() {
    let mut wrong = serde_json::to_value(account()).unwrap();
    wrong["version"] = json!("three");
    let script = Script::of([
        Step::json(200, &wrong),
        bytes(200, "application/json", b"{\"id\": "),
        bytes(200, "text/html", b"<html>welcome to the hotel</html>"),
        Step::empty(204),
    ])
    .await;
    for place in ["/version", "", "", ""] {
        let error = script.client().accounts().me().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unreadable, 1), "{error}");
        assert!(error.to_string().contains(place) && !error.is_retryable(), "{error}");
        assert!(!error.may_have_taken_effect());
    }
}

#[tokio::test]
async fn a_write_whose_answer_cannot_be_read_may_have_taken_effect() {
    let script = Script::of([Step::json(201, &json!({"id": 3}))]).await;
    let error = script.client().posts().draft(&PostInput::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.attempts()), (ErrorKind::Unreadable, Some(201), 1));
    assert!(error.may_have_taken_effect());
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read() {
    let zipped =
        bytes(200, "application/json", include_bytes!("a-mebibyte.gz")).with("content-encoding", "gzip");
    let script =
        Script::of([Step::Flood, Step::Boast, bytes(200, "application/json", &vec![b' '; 100_001]), zipped])
            .await;
    let client = script.builder().largest_answer(100_000).build().unwrap();
    for _ in 0..4 {
        let error = client.accounts().me().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unreadable, 1), "{error}");
        assert!(error.to_string().contains("more than 100000 bytes"), "{error}");
    }
}

#[tokio::test]
async fn an_answer_that_is_zipped_is_read() {
    let zipped = bytes(200, "text/plain", include_bytes!("a-mebibyte.gz")).with("content-encoding", "gzip");
    let script = Script::of([zipped]).await;
    assert_eq!(script.client().platform().metrics().await.unwrap().len(), 1 << 20);
}

#[tokio::test]
async fn a_problem_that_is_too_large_costs_its_words_only() {
    let script = Script::of([bytes(422, "application/problem+json", &vec![b' '; 2 << 20])]).await;
    let error = script.client().accounts().me().await.unwrap_err();
    assert_eq!((error.kind(), error.status(), error.code()), (ErrorKind::Refused, Some(422), None));
}

#[tokio::test]
async fn everything_a_problem_says_is_to_be_had() {
    let problem = json!({
        "type": "urn:smilefactory:problem:invalid_input", "title": "The input is not valid", "status": 422,
        "detail": "2 things are wrong with the input", "instance": "/v1/profiles", "code": "invalid_input",
        "request_id": "0195510c-a3c0-7000-8000-000000000000", "unheard_of": {"a": 1},
        "errors": [
            {"pointer": "/headline", "code": "too_short", "params": {"min": 2, "length": 1}, "message": "too short"},
            {"pointer": "/details/kind", "code": "of_a_later_rule", "message": "unheard of"},
        ],
        "missing": [{"on": "profile", "pointer": "/skills", "points": 10, "hint": "say what you can do"}],
    });
    let Step::Answer { body, .. } = Step::json(422, &problem) else { unreachable!() };
    let answer = bytes(422, "application/problem+json", &body).with("x-request-id", "from-the-header");
    let script = Script::of([answer]).await;
    let error = script.client().profiles().create(&ProfileInput::default()).await.unwrap_err();
    let found: Vec<_> =
        error.violations().unwrap().iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
    assert_eq!(found, [("/headline", "too_short"), ("/details/kind", "of_a_later_rule")]);
    assert_eq!(error.request_id(), Some("from-the-header"));
    assert_eq!(error.problem().unwrap().missing[0].pointer, "/skills");
    assert_eq!(error.operation().unwrap().id(), "createProfile");
    assert!(error.to_string().contains("/headline: too short (too_short)"), "{error}");
}

#[tokio::test]
async fn predicates_tell_problems_apart() {
    let cases = [
        (401, "unauthenticated"),
        (403, "completion_too_low"),
        (404, "not_found"),
        (409, "conflict"),
        (409, "step_refused"),
        (412, "stale"),
    ];
    let script = Script::of(cases.map(|(status, code)| Step::problem(status, code))).await;
    for (n, (_, code)) in cases.into_iter().enumerate() {
        let error = script.client().accounts().me().await.unwrap_err();
        let told = [
            error.is_unauthenticated(),
            error.is_forbidden(),
            error.is_not_found(),
            error.is_conflict(),
            error.is_step_refused(),
            error.is_stale(),
        ];
        let only: Vec<_> = (0..told.len()).filter(|n| told[*n]).collect();
        assert_eq!(only, [n], "{code}");
    }
}

#[tokio::test]
async fn the_words_of_a_proxy_are_not_taken_for_the_platforms() {
    let script = Script::by(|_| bytes(502, "text/html", b"<html>Bad Gateway</html>")).await;
    let error = script.client().accounts().me().await.unwrap_err();
    assert_eq!((error.status(), error.code(), error.attempts()), (Some(502), None, 3));
    assert!(error.to_string().starts_with("GET /v1/me: 502 Bad Gateway ("), "{error}");
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let water = json!({
        "id": post(1).id, "tab": "feed", "parent": null, "name": "Water", "slug": "water", "description": null,
        "place": null, "archived_at": null, "version": 3, "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    });
    let script = Script::of([Step::empty(304), Step::json(200, &water), Step::empty(304)]).await;
    let client = script.client();
    let get = || client.categories().get(CategoryId::from_uuid(post(1).id.uuid()));
    assert_eq!(get().newer_than(Version::new(3)).await.unwrap(), None);
    let newer = get().newer_than(Version::new(2)).await.unwrap().unwrap();
    assert_eq!(newer.version, Version::new(3));
    assert_eq!(script.asked()[0].header("if-none-match"), Some("\"3\""));
    let unasked = get().await.unwrap_err();
    assert_eq!(unasked.kind(), ErrorKind::Unreadable);
}

#[tokio::test]
async fn members_of_a_newer_server_are_ignored() {
    let mut newer = serde_json::to_value(view(1)).unwrap();
    newer["reactions"] = json!({"applause": 3});
    let script = Script::of([Step::json(200, &newer)]).await;
    assert_eq!(script.client().posts().get(post(1).id).await.unwrap(), view(1));
}

#[tokio::test]
async fn not_to_be_ready_is_an_answer() {
    let script = Script::of([
        Step::json(503, &json!({"status": "down", "database": "down", "mail": "ok"})),
        Step::json(200, &json!({"status": "ok", "database": "ok"})),
    ])
    .await;
    let down = script.client().platform().ready().await.unwrap();
    assert!(!down.ready);
    assert_eq!(down.parts, BTreeMap::from([("database".to_owned(), false), ("mail".to_owned(), true)]));
    assert!(script.client().platform().ready().await.unwrap().ready);
}

#[tokio::test]
async fn a_base_path_is_kept_and_a_trace_is_handed_on() {
    let script = Script::of([Step::json(200, &account())]).await;
    let client = smilefactory_client::Client::new(format!("{}/hub/", script.url), "sf_x").unwrap();
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    client.accounts().me().traceparent(trace).timeout(Duration::from_secs(20)).await.unwrap();
    assert_eq!(script.asked()[0].target, "/hub/v1/me");
    assert_eq!(script.asked()[0].header("traceparent"), Some(trace));
}

//! Signing up, proving the address, the own account.

use serde_json::{Value, json};

use crate::support::{Api, a_sign_up};

#[tokio::test]
async fn somebody_signs_up_and_reads_their_account() {
    let api = Api::new().await;
    let opened = api.post("/v1/accounts").tenant("one").json(&a_sign_up("tariro")).send().await.expect(201);
    assert_eq!(opened.header("location"), "/v1/me");
    assert_eq!(opened.body["email"], "tariro@example.org");
    assert_eq!(opened.body["role"], "member");
    assert_eq!(opened.body["email_verified_at"], Value::Null);
    assert!(!opened.text.contains("password"), "{}", opened.text);

    let credentials = json!({"email": "tariro@example.org", "password": "tariro-password"});
    let log_in = api.post("/v1/sessions").tenant("one").json(&credentials).send().await.expect(201);
    let me = api.get("/v1/me").token(log_in.body["token"].as_str().unwrap()).send().await.expect(200);
    assert_eq!(me.id(), opened.id());
    assert_eq!(me.header("etag"), "\"1\"");
}

#[tokio::test]
async fn an_address_is_taken_once_in_a_community_and_free_in_another() {
    let api = Api::new().await;
    api.member("tariro").await;
    let mut again = a_sign_up("tariro");
    again["email"] = "TARIRO@Example.org".into();
    let taken =
        api.post("/v1/accounts").tenant("one").json(&again).send().await.expect(409).problem("conflict");
    assert_eq!(taken.body["field"], "email");
    api.post("/v1/accounts").tenant("two").json(&again).send().await.expect(201);
}

#[tokio::test]
async fn everything_wrong_with_a_sign_up_is_told_at_once() {
    let api = Api::new().await;
    let bad = json!({"email": "nobody", "password": "short", "first_name": "", "last_name": "x".repeat(51)});
    api.post("/v1/accounts").tenant("one").json(&bad).send().await.violations(&[
        ("/email", "malformed"),
        ("/password", "too_short"),
        ("/first_name", "required"),
        ("/last_name", "too_long"),
    ]);
    let long =
        json!({"email": "a@example.org", "password": "é".repeat(37), "first_name": "Ab", "last_name": "Cd"});
    api.post("/v1/accounts").tenant("one").json(&long).send().await.violations(&[("/password", "too_long")]);
}

#[tokio::test]
async fn a_community_is_named_by_header_host_or_the_server() {
    let api = Api::new().await;
    let sign_up = |name| api.post("/v1/accounts").json(&a_sign_up(name));
    // There are two, and nobody says which.
    sign_up("anesu").send().await.expect(404).problem("not_found");
    sign_up("anesu").tenant("nowhere").send().await.expect(404).problem("not_found");
    sign_up("anesu").tenant("Not a slug").send().await.expect(404).problem("not_found");
    sign_up("anesu").header("host", "nowhere.example.org").send().await.expect(404).problem("not_found");
    sign_up("anesu").header("host", "one.example.org:8080").send().await.expect(201);
    // The header wins over the host name.
    sign_up("anesu").tenant("two").header("host", "one.example.org").send().await.expect(201);

    let mut options = server::Options::default();
    options.default_tenant = Some("two".parse().unwrap());
    let app = server::app(server::AppState::new(api.db.store.clone(), options));
    let call = crate::support::Call::new(app, "POST", "/v1/accounts");
    call.json(&a_sign_up("rudo")).header("host", "127.0.0.1:8080").send().await.expect(201);
    let credentials = json!({"email": "rudo@example.org", "password": "rudo-password"});
    api.post("/v1/sessions").tenant("two").json(&credentials).send().await.expect(201);
}

#[tokio::test]
async fn an_account_is_changed_by_merge_patch() {
    let api = Api::new().await;
    let rudo = api.member("rudo").await;
    let change = json!({"bio": "I build pumps.", "phone": "+263771234567"});
    let changed = api.patch("/v1/me").as_(&rudo).if_match(1).json(&change).send().await.expect(200);
    assert_eq!((changed.version(), changed.header("etag")), (2, "\"2\""));
    assert_eq!(changed.body["bio"], "I build pumps.");
    assert_eq!(changed.body["phone"], "+263771234567");

    let merge = api.patch("/v1/me").as_(&rudo).if_match(2);
    let emptied = merge.bytes("application/merge-patch+json", r#"{"phone": null}"#).send().await.expect(200);
    assert_eq!(emptied.body["phone"], Value::Null);
    assert_eq!(emptied.body["bio"], "I build pumps.", "what is absent stays");

    let bad = json!({"first_name": null, "phone": "12", "bio": "x".repeat(501)});
    api.patch("/v1/me").as_(&rudo).if_match(3).json(&bad).send().await.violations(&[
        ("/first_name", "required"),
        ("/phone", "malformed"),
        ("/bio", "too_long"),
    ]);
    let unknown = json!({"email": "new@example.org"});
    let refused = api.patch("/v1/me").as_(&rudo).if_match(3).json(&unknown).send().await;
    refused.violations(&[("/email", "unknown_field")]);
}

#[tokio::test]
async fn a_change_names_the_version_it_was_made_from() {
    let api = Api::new().await;
    let rudo = api.member("rudo").await;
    let change = json!({"bio": "one"});
    let call = || api.patch("/v1/me").as_(&rudo).json(&change);
    call().send().await.expect(428).problem("precondition_required");
    call().header("if-match", "").send().await.expect(428);
    let stale = call().if_match(7).send().await.expect(412).problem("stale");
    assert_eq!(stale.header("etag"), "\"1\"", "the answer says which version is the newest");
    call().header("if-match", "W/\"1\"").send().await.expect(412);
    call().header("if-match", "\"7\", \"1\"").send().await.expect(200);
    call().header("if-match", "*").send().await.expect(200);
}

#[tokio::test]
async fn of_two_who_change_the_same_version_one_is_stale() {
    let api = Api::new().await;
    let rudo = api.member("rudo").await;
    let change = |bio| api.patch("/v1/me").as_(&rudo).if_match(1).json(&json!({ "bio": bio })).send();
    let (one, other) = tokio::join!(change("one"), change("other"));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let winner = if one.status == 200 { "one" } else { "other" };
    let me = api.get("/v1/me").as_(&rudo).send().await.expect(200);
    assert_eq!((me.body["bio"].as_str(), me.version()), (Some(winner), 2));
}

//! Logging in and out.

use chrono::TimeDelta;
use serde_json::json;
use smilefactory_core::identity::SignUp;
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;

use crate::support::{Api, a_sign_up};

#[tokio::test]
async fn who_the_address_belongs_to_is_not_told() {
    let api = Api::new().await;
    api.member("tariro").await;
    let log_in = |email: &str, password: &str| {
        let credentials = json!({"email": email, "password": password});
        api.post("/v1/sessions").tenant("one").json(&credentials).send()
    };
    let wrong_password = log_in("tariro@example.org", "wrong-password").await.expect(401);
    let nobody = log_in("nobody@example.org", "tariro-password").await.expect(401);
    let no_address = log_in("nobody", "tariro-password").await.expect(401);
    let too_long = log_in("tariro@example.org", &"x".repeat(100)).await.expect(401);
    for refused in [&wrong_password, &nobody, &no_address, &too_long] {
        let refused = refused.clone().problem("wrong_credentials");
        assert_eq!(refused.header("www-authenticate"), "Bearer");
        assert_eq!(refused.body["detail"], wrong_password.body["detail"]);
    }
    log_in("", "").await.violations(&[("/email", "required"), ("/password", "required")]);
    // The account of one community opens nothing in another.
    let elsewhere = json!({"email": "tariro@example.org", "password": "tariro-password"});
    api.post("/v1/sessions").tenant("two").json(&elsewhere).send().await.problem("wrong_credentials");
    log_in("Tariro@EXAMPLE.org", "tariro-password").await.expect(201);
}

#[tokio::test]
async fn a_log_in_is_noted_and_told_and_makes_no_edit_stale() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let me = api.get("/v1/me").as_(&tariro).send().await.expect(200);
    assert!(me.body["last_login_at"].is_string());
    assert_eq!(me.version(), 1);
}

#[tokio::test]
async fn an_outdated_hash_is_made_anew_at_log_in() {
    let api = Api::new().await;
    // As an import would bring it.
    let sign_up: smilefactory_core::identity::SignUpInput = serde_json::from_value(a_sign_up("old")).unwrap();
    let mut tx = api.db.store.write(&api.db.one.anonymous()).await.unwrap();
    let (account, ..) = SignUp::from_raw(sign_up).unwrap().open(tx.new_id().unwrap(), tx.now());
    let argon2 = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$5Zzlw+O5tEdQSoHjTUhukw";
    tx.accounts().insert(&account, argon2).await.unwrap();
    tx.commit().await.unwrap();
    let stored = || async {
        let mut tx = api.db.store.read(&api.db.one.anonymous()).await.unwrap();
        tx.accounts().credentials(&account.email).await.unwrap().unwrap().password_hash
    };
    let log_in = |password: &str| {
        let credentials = json!({"email": "old@example.org", "password": password});
        api.post("/v1/sessions").tenant("one").json(&credentials).send()
    };
    log_in("wrong-password").await.expect(401);
    assert_eq!(stored().await, argon2);
    log_in("old-password").await.expect(201);
    assert!(stored().await.starts_with("$2b$"), "{}", stored().await);
    log_in("old-password").await.expect(201);
}

#[tokio::test]
async fn log_ins_are_listed_and_end_each_for_itself() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let credentials = json!({"email": "tariro@example.org", "password": "tariro-password"});
    let phone = api.post("/v1/sessions").tenant("one").json(&credentials).send().await.expect(201);
    let phone_token = phone.body["token"].as_str().unwrap();
    let sessions = api.get("/v1/sessions").as_(&tariro).send().await.expect(200);
    assert_eq!(sessions.each("id").len(), 2);
    assert!(!sessions.text.contains("token"));

    let id = phone.body["session"]["id"].as_str().unwrap();
    api.delete(format!("/v1/sessions/{id}")).as_(&tariro).send().await.expect(204);
    api.delete(format!("/v1/sessions/{id}")).as_(&tariro).send().await.expect(404).problem("not_found");
    api.get("/v1/me").token(phone_token).send().await.expect(401).problem("unauthenticated");

    api.delete("/v1/sessions/current").as_(&tariro).send().await.expect(204);
    api.get("/v1/me").as_(&tariro).send().await.expect(401);
    api.delete("/v1/sessions/current").as_(&tariro).send().await.expect(401);
}

#[tokio::test]
async fn a_log_in_of_somebody_else_is_not_there() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let sessions = api.get("/v1/sessions").as_(&rudo).send().await.expect(200);
    let id = &sessions.each("id")[0];
    api.delete(format!("/v1/sessions/{id}")).as_(&tariro).send().await.expect(404);
    api.get("/v1/me").as_(&rudo).send().await.expect(200);
}

#[tokio::test]
async fn a_log_in_lasts_thirty_days() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    api.db.clock.advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    api.get("/v1/me").as_(&tariro).send().await.expect(200);
    api.db.clock.advance(TimeDelta::seconds(1));
    api.get("/v1/me").as_(&tariro).send().await.expect(401).problem("unauthenticated");
}

#[tokio::test]
async fn only_the_token_of_a_log_in_opens_anything() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let me = |header: &str| api.get("/v1/me").header("authorization", header).send();
    let none = api.get("/v1/me").send().await.expect(401).problem("unauthenticated");
    assert_eq!(none.header("www-authenticate"), "Bearer");
    let mut other = tariro.token.clone();
    let last = other.pop().unwrap();
    // The last character holds two bits that mean nothing; this one changes others.
    other.push(if last == 'A' { 'Q' } else { 'A' });
    for header in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer sf_",
        "Basic dGFyaXJvOng=",
        &format!("Bearer {other}"),
        &tariro.token,
    ] {
        me(header).await.expect(401).problem("unauthenticated");
    }
    me(&format!("bearer {}", tariro.token)).await.expect(200);
}

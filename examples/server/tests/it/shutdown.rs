//! A server on a socket, and how it stops.

use std::sync::Arc;
use std::time::Duration;

use server::mail::MailFolder;
use server::{AppState, Options, Server};
use smilefactory_store::prelude::*;
use tokio::net::TcpListener;

use crate::support::{Api, a_post, a_sign_up};

async fn start(api: &Api, mail: &std::path::Path) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let state = AppState::new(api.db.store.clone(), Options::default());
    Server::start(listener, state, Arc::new(MailFolder::new(mail).unwrap())).unwrap()
}

#[tokio::test]
async fn a_request_under_way_is_finished_before_the_server_ends() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let mail = tempfile::tempdir().unwrap();
    let server = start(&api, mail.path()).await;
    let url = format!("http://{}", server.address());

    // The request waits for somebody else who holds its key.
    let mut tx = api.db.store.write(&api.db.one.scope_of(tariro.account.id)).await.unwrap();
    tx.idempotency().claim("k", [0; 32]).await.unwrap();
    let client = reqwest::Client::new();
    let under_way = tokio::spawn(
        client
            .post(format!("{url}/v1/posts"))
            .bearer_auth(&tariro.token)
            .header("idempotency-key", "k")
            .json(&a_post())
            .send(),
    );
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!under_way.is_finished());
    let stopping = tokio::spawn(server.stop());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!stopping.is_finished(), "it waits for the request");
    drop(tx);

    let answer = under_way.await.unwrap().unwrap();
    assert_eq!(answer.status(), 201);
    stopping.await.unwrap().unwrap();
    let refused = client.get(format!("{url}/health/live")).send().await;
    assert!(refused.is_err_and(|error| error.is_connect()));
}

#[tokio::test]
async fn a_server_mails_who_signed_up() {
    let api = Api::new().await;
    let mail = tempfile::tempdir().unwrap();
    let server = start(&api, mail.path()).await;
    let url = format!("http://{}", server.address());
    let client = reqwest::Client::new();
    let sign_up = client.post(format!("{url}/v1/accounts")).header("smilefactory-tenant", "one");
    assert_eq!(sign_up.json(&a_sign_up("tariro")).send().await.unwrap().status(), 201);

    let mut token = None;
    while token.is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let files = std::fs::read_dir(mail.path()).unwrap().map(|file| file.unwrap().path());
        let mails: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "eml")).collect();
        token = mails.first().map(|file| {
            let text = std::fs::read_to_string(file).unwrap();
            text.lines().find(|line| line.starts_with("sf_")).unwrap().to_owned()
        });
    }
    // The mail is written before the transaction that keeps the token commits: this program may read it that early.
    let prove = || {
        let proof = serde_json::json!({ "token": token });
        client.post(format!("{url}/v1/email-verifications")).json(&proof).send()
    };
    let mut status = prove().await.unwrap().status();
    for _ in 0..100 {
        if status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        status = prove().await.unwrap().status();
    }
    assert_eq!(status, 200);
    server.stop().await.unwrap();
}

//! The tour as people take it: the program, against a server on a real PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::process::Output;
use std::sync::Arc;

use server::mail::MailFolder;
use server::{AppState, Options, Server};
use smilefactory_core::identity::Role;
use smilefactory_store::testing::{TestDb, TestOptions};
use tokio::net::TcpListener;
use tokio::process::Command;

async fn tour(arguments: &[&str]) -> (Output, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sdk-tour")).args(arguments).output().await.unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    (output, text)
}

#[tokio::test]
async fn all_steps_do_what_they_should_again_and_again_on_one_server() {
    let mut options = TestOptions::default();
    options.running_clock = true;
    let db = TestDb::with(options).await;
    let mails = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mailer = Arc::new(MailFolder::new(mails.path()).unwrap());
    let server =
        Server::start(listener, AppState::new(db.store.clone(), Options::default()), mailer).unwrap();
    db.one.staff("rumbi", Role::Admin).await;
    for _ in 0..2 {
        let mail = mails.path().to_str().unwrap();
        let named = ["--url", &url, "--tenant", "one", "--mail", mail];
        let staff = ["--staff", "rumbi@example.org", "--staff-password", "rumbi-password"];
        let (output, text) = tour(&[&named[..], &staff].concat()).await;
        assert!(output.status.success(), "{text}{output:?}");
        for expected in
            ["too_short", "412 stale", "is proven", "Tatenda", "»pump«", "+ Hurry!", "All 51 steps"]
        {
            assert!(text.contains(expected), "{expected}: {text}");
        }
        assert!(!text.contains("left out: --") && !text.contains("sf_"), "{text}");
        assert!(!text.contains("rumbi-password"), "{text}");
    }
    // Who knows neither the mail nor an admin of that server sees the rest.
    let (output, text) = tour(&["--url", &url, "--tenant", "one"]).await;
    assert!(output.status.success(), "{text}{output:?}");
    for expected in ["left out: --mail", "left out: --staff", "All 44 steps"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_step_that_fails_is_told_and_ends_the_tour() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (output, text) = tour(&["--url", &format!("http://{nobody}")]).await;
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("✗") && text.contains("no connection to the server"), "{text}");
    assert!(text.contains("0 steps did what they should, then one did not."), "{text}");
}

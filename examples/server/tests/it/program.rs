//! The program itself: its commands, what it prints, and how it ends.

use std::process::Stdio;

use smilefactory_core::page::PageRequest;
use smilefactory_store::testing::TestDb;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::support::a_sign_up;

/// The master key of a test's database, as the environment has it.
const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// The program, with nothing in its environment but where the data lies.
pub(crate) fn program(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command
        .args(arguments)
        .env_clear()
        .env("SMILEFACTORY_DATABASE_URL", url)
        .env("SMILEFACTORY_MASTER_KEY", KEY)
        .env("SMILEFACTORY_BLOB_FOLDER", std::env::temp_dir().join("smilefactory-program-files"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// What it printed, and whether it went well.
async fn run(mut command: Command) -> (bool, String, String) {
    let output = command.output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

/// The first lines of a server, until it says how to sign up.
pub(crate) async fn greeting(server: &mut Child) -> Vec<String> {
    let mut lines = BufReader::new(server.stdout.as_mut().unwrap()).lines();
    let mut greeting = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        greeting.push(line);
        if greeting.last().unwrap().starts_with("sign up:") {
            return greeting;
        }
    }
    let mut complaint = String::new();
    server.stderr.as_mut().unwrap().read_to_string(&mut complaint).await.unwrap();
    panic!("{greeting:?} {complaint}");
}

#[cfg(unix)]
#[tokio::test]
async fn it_serves_until_it_is_terminated() {
    let db = TestDb::new().await;
    let mail = tempfile::tempdir().unwrap();
    let folder = mail.path().display().to_string();
    let url = db.url_as("smile_app");
    let arguments = ["--bind", "127.0.0.1:0", "--tenant", "two", "--mail", &folder, "--log", "json"];
    let mut server = program(&url, &arguments).spawn().unwrap();
    let greeting = greeting(&mut server).await;
    let base = greeting[0].strip_prefix("listening on ").unwrap();
    assert!(greeting.iter().any(|line| line.contains(&folder)), "{greeting:?}");
    assert!(greeting.iter().any(|line| line.ends_with(" two")), "{greeting:?}");

    let client = reqwest::Client::new();
    let sign_up = client.post(format!("{base}/v1/accounts")).json(&a_sign_up("tariro")).send().await.unwrap();
    assert_eq!(sign_up.status(), 201);
    assert_eq!(client.get(format!("{base}/health/ready")).send().await.unwrap().status(), 200);

    let id = server.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    assert!(server.wait().await.unwrap().success());
    let mut log = String::new();
    server.stderr.as_mut().unwrap().read_to_string(&mut log).await.unwrap();
    let answered = log
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|_| panic!("no JSON: {line}"))
        })
        .find(|line| line["span"]["http.route"] == "/v1/accounts")
        .unwrap();
    assert_eq!(answered["fields"]["http.status"], 201, "{answered}");
    for secret in ["tariro-password", "tariro@example.org", KEY] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn communities_join_by_a_command() {
    let db = TestDb::new().await;
    let url = db.url_as("smile_app");
    let add = |slug: &'static str| run(program(&url, &["tenant", "add", "--slug", slug, "--name", "Acme"]));
    let (well, said, complaint) = add("acme").await;
    assert!(well && said.starts_with("Acme joined as acme"), "{said}{complaint}");
    let tenants = db.store.operator().list(&PageRequest::default()).await.unwrap().items;
    assert!(tenants.iter().any(|tenant| tenant.slug.as_str() == "acme"));
    let (well, _, complaint) = add("acme").await;
    assert!(!well && complaint.contains("slug"), "{complaint}");
    let (well, _, complaint) = add("Not a slug").await;
    assert!(!well && complaint.contains("/slug"), "{complaint}");
    let (well, _, complaint) = run(program(&url, &["--tenant", "nowhere"])).await;
    assert!(!well && complaint.contains("there is no community nowhere"), "{complaint}");
}

#[tokio::test]
async fn the_schema_is_migrated_by_a_command() {
    let db = TestDb::new().await;
    let mut migrate = program(&db.url_as("smile_app"), &["migrate"]);
    migrate.env("SMILEFACTORY_MIGRATION_URL", db.url_as("postgres"));
    let (well, said, complaint) = run(migrate).await;
    let newest = smilefactory_store::migrate::newest();
    assert!(well && said.contains(&format!("schema {newest}")), "{said}{complaint}");
    let (well, _, complaint) = run(program("postgres://nobody@127.0.0.1:1/nothing", &["migrate"])).await;
    assert!(!well && complaint.contains("SMILEFACTORY_MIGRATION_URL"), "{complaint}");
}

#[tokio::test]
async fn it_prints_its_document_and_its_help() {
    let nowhere = "postgres://nobody@127.0.0.1:1/nothing";
    let (well, document, _) = run(program(nowhere, &["openapi"])).await;
    assert!(well && document == server::openapi::text());
    let (well, help, _) = run(program(nowhere, &["--help"])).await;
    assert!(well);
    for word in
        ["serve", "migrate", "openapi", "tenant", "--bind", "--data", "--mail", "SMILEFACTORY_DATABASE_URL"]
    {
        assert!(help.contains(word), "{word} is not in {help}");
    }
    let (well, _, complaint) = run(program(nowhere, &["--bind", "nowhere"])).await;
    assert!(!well && complaint.contains("--bind"), "{complaint}");
    let (well, _, complaint) = run(program(nowhere, &[])).await;
    assert!(
        !well && complaint.contains("there is no PostgreSQL to be reached at 127.0.0.1:1"),
        "{complaint}"
    );
}

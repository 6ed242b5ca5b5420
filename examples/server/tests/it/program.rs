//! The program itself: its commands, what it prints, and how it ends.

use std::process::Stdio;

use smilefactory_core::page::PageRequest;
use smilefactory_store::outbox::{Handler, HandlerError, RecordedFact, Relay, RelayOptions};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::platform::AuditEntry;
use smilefactory_store::testing::TestDb;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::support::{Api, a_sign_up};

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
    let set = |settings: &'static str| run(program(&url, &["tenant", "set", "--slug", "acme", settings]));
    let (well, said, complaint) = set(r#"{"posts_need_review": true, "screening": {"max_links": 3}}"#).await;
    assert!(well && said.contains("\"posts_need_review\": true"), "{said}{complaint}");
    let (_, said, _) = set("{}").await;
    assert!(said.contains("\"max_links\": 3"), "{said}");
    let (well, _, complaint) = set(r#"{"screening": {"max_link": 3}}"#).await;
    assert!(!well && complaint.contains("/screening/max_link"), "{complaint}");
    let (well, _, complaint) = set("{").await;
    assert!(!well && complaint.contains("no JSON"), "{complaint}");
    let (well, _, complaint) = run(program(&url, &["--tenant", "nowhere"])).await;
    assert!(!well && complaint.contains("there is no community nowhere"), "{complaint}");
}

#[tokio::test]
async fn staff_are_appointed_by_a_command() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let stranger = api.stranger("stella").await;
    let url = api.db.url_as("smile_app");
    let appoint = async |slug: &str, email: &str, role: &str| {
        run(program(&url, &["tenant", "appoint", "--slug", slug, "--email", email, "--role", role])).await
    };
    // They are logged in, and go on with the same token.
    let (queue, settings) = ("/v1/moderation/cases", "/v1/settings");
    for (role, moderates, administers) in
        [("member", 403, 403), ("moderator", 200, 403), ("admin", 200, 200), ("member", 403, 403)]
    {
        let (well, said, complaint) = appoint("one", "Tariro@Example.org", role).await;
        assert!(
            well && said.ends_with(&format!("(tariro@example.org) is {role} of one\n")),
            "{said}{complaint}"
        );
        api.get(queue).as_(&tariro).send().await.expect(moderates);
        api.get(settings).as_(&tariro).send().await.expect(administers);
        api.get(queue).as_(&stranger).send().await.expect(403);
    }
    for (slug, email, role, why) in [
        ("nowhere", "tariro@example.org", "admin", "there is no community nowhere"),
        ("one", "stella@example.org", "admin", "nobody in one has the address stella@example.org"),
        ("one", "tariro", "admin", "'tariro' for '--email"),
        ("one", "tariro@example.org", "queen", "member, moderator, admin"),
    ] {
        let (well, said, complaint) = appoint(slug, email, role).await;
        assert!(!well && said.is_empty() && complaint.contains(why), "{why}: {said}{complaint}");
    }
    // The trail says that it was done, and that the platform did it.
    let mut tx = api.db.store.read(&api.db.one.scope).await.unwrap();
    let row = tariro.account.id.to_string();
    let trail =
        tx.audit().list_of_row("identity.personal_details", &row, &PageRequest::default()).await.unwrap();
    let given = |entry: &AuditEntry| {
        let role = entry.after.as_ref()?.get("role")?.as_str()?.to_owned();
        (entry.action == "update" && entry.actor == "system").then_some(role)
    };
    let given: Vec<_> = trail.items.iter().filter_map(given).collect();
    assert_eq!(given, ["member", "admin", "moderator"]);
}

/// Refuses everything.
struct Refuse;

#[async_trait::async_trait]
impl Handler for Refuse {
    async fn handle(&self, _: &mut WriteTx, _: &RecordedFact) -> Result<(), HandlerError> {
        Err("the printer is on fire".into())
    }
}

#[tokio::test]
async fn what_readers_gave_up_is_looked_after_by_commands() {
    let db = TestDb::new().await;
    let mut options = RelayOptions::default();
    options.attempts = 1;
    let relay = Relay::new(db.store.clone(), "letters", Refuse).with_options(options);
    loop {
        relay.drain().await.unwrap();
        db.clock.advance(chrono::TimeDelta::hours(2));
        // The two communities of the test joined.
        if relay.status().await.unwrap().dead == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let url = db.url_as("smile_app");
    let list = async || run(program(&url, &["outbox", "list", "--reader", "letters"])).await;
    let (well, said, complaint) = list().await;
    assert!(
        well && said.starts_with("letters: 0 waiting, 0 to be tried again, 2 given up\n"),
        "{said}{complaint}"
    );
    let lines: Vec<&str> = said.lines().skip(1).collect();
    assert!(lines.iter().all(|line| line.contains("tenancy.tenant.joined v1")), "{said}");
    assert!(lines.iter().all(|line| line.ends_with("2 tries: the printer is on fire")), "{said}");

    // What is listed is what the other commands are told.
    let with = async |command: &str, line: &str| {
        let mut arguments = vec!["outbox", command, "--reader", "letters"];
        arguments.extend(line.split_whitespace().take(4));
        run(program(&url, &arguments)).await
    };
    let (well, said, complaint) = with("retry", lines[0]).await;
    assert!(well && said.contains("tries") && said.contains("again"), "{said}{complaint}");
    let (well, said, complaint) = with("drop", lines[1]).await;
    assert!(well && said.contains("done with"), "{said}{complaint}");
    for command in ["retry", "drop"] {
        let (well, _, complaint) = with(command, lines[1]).await;
        assert!(!well && complaint.contains("did not give"), "{complaint}");
    }
    let (_, said, _) = list().await;
    assert_eq!(said, "letters: 0 waiting, 1 to be tried again, 0 given up\n");
    let (well, _, complaint) = run(program(&url, &["outbox", "list", "--reader", "nobody"])).await;
    assert!(!well && complaint.contains("there is no reader nobody"), "{complaint}");
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

//! Mails of what people are told, to a real mail server: sent once, tried again, given up, unsubscribed from.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use server::background::NotificationMails;
use server::mail::MailSmtp;
use smilefactory_core::id::AccountId;
use smilefactory_core::identity::Account;
use smilefactory_core::messaging::notification::Raise;
use smilefactory_store::crypto::{MasterKey, MasterKeys};
use smilefactory_store::notify;
use smilefactory_store::prelude::*;
use smilefactory_store::time::FixedClock;
use smilefactory_store::{Surroundings, testing::TestDb};

use crate::support::{Api, Sink};

const PUBLIC: &str = "https://one.example.org";

fn mails(store: &Store, url: &str) -> NotificationMails {
    let mailer = MailSmtp::new(&url.parse().unwrap(), "The community <no-reply@example.org>").unwrap();
    NotificationMails::new(store.clone(), Arc::new(mailer), PUBLIC.to_owned())
}

/// Somebody whose address is proven.
async fn proven(db: &TestDb, name: &str) -> Account {
    let account = db.one.person(name).await;
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let email = account.email.clone();
    let (account, _) = account.verify_email(&email, tx.now());
    let account = tx.accounts().update(&account).await.unwrap();
    tx.commit().await.unwrap();
    account
}

async fn tell(db: &TestDb, raise: &Raise, to: &[AccountId]) {
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    notify::tell(&mut tx, raise, to).await.unwrap();
    tx.commit().await.unwrap();
}

/// Something that everybody is told by a mail at once.
fn decided() -> Raise {
    Raise::appeal_decided(
        smilefactory_core::id::Id::from_uuid(uuid::Uuid::from_u128(7)),
        smilefactory_core::content::moderation::Ruling::Uphold,
        "Das Ärgernis bleibt.".parse().ok(),
    )
}

/// How often each person got a mail, and under how many ids.
fn sorted(mails: &[Value]) -> BTreeMap<String, (usize, usize)> {
    let mut by_person: BTreeMap<String, (usize, BTreeSet<String>)> = BTreeMap::new();
    for mail in mails {
        let (count, ids) = by_person.entry(mail["to"][0].as_str().unwrap().to_owned()).or_default();
        *count += 1;
        ids.insert(mail["headers"]["message-id"].as_str().unwrap().to_owned());
    }
    by_person.into_iter().map(|(person, (count, ids))| (person, (count, ids.len()))).collect()
}

#[tokio::test]
async fn a_mail_says_what_happened_why_one_gets_it_and_how_to_get_no_more() {
    let api = Api::new().await;
    let (sink, tariro) = (Sink::start().await, proven(&api.db, "tariro").await);
    let unproven = api.db.one.person("rudo").await;
    let mails = mails(&api.db.store, &sink.url());
    tell(&api.db, &decided(), &[tariro.id, unproven.id]).await;
    assert_eq!(mails.send_due().await.unwrap(), 1);
    assert_eq!(mails.send_due().await.unwrap(), 0);
    let got = sink.mails();
    let [mail] = got.as_slice() else { panic!("{got:?}") };
    assert_eq!(
        (&mail["to"], &mail["from"]),
        (&json!(["tariro@example.org"]), &json!("no-reply@example.org"))
    );
    let header = |name: &str| mail["headers"][name].as_str().unwrap_or_else(|| panic!("{name}: {mail}"));
    assert_eq!((header("subject"), header("to")), ("Your appeal was ruled on", "tariro@example.org"));
    assert_eq!(header("from"), "The community <no-reply@example.org>");
    assert_eq!(header("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
    let text = mail["text"].as_str().unwrap();
    for line in [
        "Hello tariro,",
        "Your appeal was heard, and the decision stands: Das Ärgernis bleibt.",
        "the community Tenant one at https://one.example.org, because you are told at once by mail: your appeal was ruled on",
        "https://one.example.org/unsubscribe/",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }

    // As programs for mail do it: a POST of a form, and nothing else.
    let address = header("list-unsubscribe").trim_matches(['<', '>']).to_owned();
    let path = address.strip_prefix(PUBLIC).unwrap().to_owned();
    let form = "application/x-www-form-urlencoded";
    api.post(&path).bytes(form, "List-Unsubscribe=One-Click").send().await.expect(204);
    api.post(&path).bytes(form, "List-Unsubscribe=One-Click").send().await.expect(204);
    tell(&api.db, &Raise { subject: uuid::Uuid::from_u128(8), ..decided() }, &[tariro.id]).await;
    assert_eq!((mails.send_due().await.unwrap(), sink.mails().len()), (0, 1));
    let mut tx = api.db.store.read(&api.db.one.scope).await.unwrap();
    assert_eq!(tx.notifications().count_unread(tariro.id).await.unwrap().unread, 2, "it is told in the app");
    drop(tx);

    // Nothing else is a token.
    let token = path.rsplit('/').next().unwrap();
    for wrong in ["made-up".to_owned(), format!("B{}", &token[1..]), token[..token.len() - 4].to_owned()] {
        api.post(format!("/v1/notifications/unsubscribe/{wrong}"))
            .send()
            .await
            .expect(404)
            .problem("not_found");
    }
    // People look first, which changes nothing.
    let page = api.get(format!("/unsubscribe/{token}")).undocumented().send().await.expect(200);
    assert!(
        page.text.contains("<form method=\"post\">") && page.text.contains("your appeal was ruled on"),
        "{}",
        page.text
    );
    let page = api.post(format!("/unsubscribe/{token}")).undocumented().send().await.expect(200);
    assert!(page.text.contains("no more of these mails"), "{}", page.text);
    api.get("/unsubscribe/made-up").undocumented().send().await.expect(404);
}

#[tokio::test]
async fn a_digest_gathers_what_was_not_read_and_is_sent_once_by_two_servers() {
    let db = TestDb::new().await;
    let sink = Sink::start().await;
    let mut people = Vec::new();
    for n in 0..12 {
        people.push(proven(&db, &format!("reader-{n}")).await.id);
    }
    let post = smilefactory_core::id::Id::from_uuid(uuid::Uuid::from_u128(9));
    for n in 1..=3_u128 {
        let raise = Raise { subject: uuid::Uuid::from_u128(n), ..Raise::followed(people[0], people[0]) };
        tell(&db, &raise, &people).await;
        // What leads to something that is not there is not told by mail either.
        tell(&db, &Raise::mentioned_in_post(post, people[0]), &people).await;
    }
    let (one, two) = (mails(&db.store, &sink.url()), mails(&db.another_store().await, &sink.url()));
    assert_eq!(one.send_due().await.unwrap(), 0, "not before the morning");
    db.clock.advance(TimeDelta::hours(21));
    let (first, second) = tokio::join!(one.send_due(), two.send_due());
    assert_eq!(first.unwrap() + second.unwrap(), 12);
    assert_eq!(sorted(&sink.mails()).values().copied().collect::<BTreeSet<_>>(), BTreeSet::from([(1, 1)]));
    assert_eq!(sink.mails().len(), 12);
    let mail = sink.mails().remove(0);
    assert_eq!(mail["headers"]["subject"], "3 things that you have not read");
    let text = mail["text"].as_str().unwrap();
    assert_eq!(text.matches("started to follow you.\n1 March 2026, 09:30 UTC\n").count(), 3, "{text}");
    assert!(text.contains("because you are told daily by mail what you have not read"), "{text}");

    // The next day there is nothing to say, and a person who has read everything hears nothing.
    db.clock.advance(TimeDelta::days(1));
    assert_eq!((one.send_due().await.unwrap(), sink.mails().len()), (0, 12));
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again_and_an_address_that_is_gone_given_up() {
    let db = TestDb::new().await;
    let sink = Sink::start().await;
    let mut people = Vec::new();
    for name in ["busy-2-tariro", "gone-rudo", "farai"] {
        people.push(proven(&db, name).await.id);
    }
    let mails = mails(&db.store, &sink.url());
    tell(&db, &decided(), &people).await;
    assert_eq!(mails.send_due().await.unwrap(), 1, "the others do not wait");
    assert_eq!(mails.send_due().await.unwrap(), 0, "not at once");
    db.clock.advance(TimeDelta::minutes(1));
    assert_eq!(mails.send_due().await.unwrap(), 0, "still busy");
    db.clock.advance(TimeDelta::minutes(2));
    assert_eq!(mails.send_due().await.unwrap(), 1);
    db.clock.advance(TimeDelta::days(1));
    assert_eq!(mails.send_due().await.unwrap(), 0);
    let asked = sink.asked();
    let times = |name: &str| asked.iter().filter(|address| address.starts_with(name)).count();
    assert_eq!([times("busy-2-tariro@"), times("gone-rudo@"), times("farai@")], [3, 1, 1]);
    assert_eq!(
        sorted(&sink.mails()).keys().collect::<Vec<_>>(),
        ["busy-2-tariro@example.org", "farai@example.org"]
    );

    // No server at all: everything waits, and nothing is lost.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    tell(&db, &Raise { subject: uuid::Uuid::from_u128(8), ..decided() }, &people[2..]).await;
    let away = self::mails(&db.store, &format!("smtp://{nobody}"));
    assert_eq!(away.send_due().await.unwrap(), 0);
    db.clock.advance(TimeDelta::minutes(1));
    assert_eq!(mails.send_due().await.unwrap(), 1);
}

/// Not a test of its own: the process that the next test kills. Without its variables it does nothing.
#[tokio::test]
async fn mails_of_another_process() {
    let Ok(url) = std::env::var("SMILEFACTORY_TEST_MAILS_URL") else { return };
    let config = Config::builder()
        .database_url(url)
        .master_keys(MasterKeys::new(MasterKey::from_random([7; 32])))
        .build()
        .unwrap();
    let now = std::env::var("SMILEFACTORY_TEST_MAILS_NOW").unwrap().parse().unwrap();
    let surroundings = Surroundings { clock: Arc::new(FixedClock::at(now)), ..Surroundings::default() };
    let store = Store::open_in(&config, surroundings).await.unwrap();
    let mails = mails(&store, &std::env::var("SMILEFACTORY_TEST_MAILS_SINK").unwrap());
    loop {
        mails.send_due().await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn senders_killed_at_any_time_lose_no_mail_and_send_none_under_two_ids() {
    const KILLS: usize = 8;
    let db = TestDb::new().await;
    let sink = Sink::start().await;
    let mut people = Vec::new();
    for n in 0..150 {
        people.push(proven(&db, &format!("reader-{n}")).await.id);
    }
    tell(&db, &Raise::followed(people[0], people[0]), &people).await;
    db.clock.advance(TimeDelta::days(1));
    for round in 0..KILLS {
        // Two servers; one is killed without a goodbye of any kind, and so is the other.
        let sender = || {
            std::process::Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "smtp::mails_of_another_process"])
                .env("SMILEFACTORY_TEST_MAILS_URL", db.url_as("smile_app"))
                .env("SMILEFACTORY_TEST_MAILS_NOW", db.store.now().to_rfc3339())
                .env("SMILEFACTORY_TEST_MAILS_SINK", sink.url())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        };
        let before = sink.mails().len();
        if before == people.len() {
            break;
        }
        let (mut one, mut other) = (sender(), sender());
        // At some time after they began to send.
        let begun = async {
            while sink.mails().len() == before {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(2), begun).await.expect("mails are sent");
        tokio::time::sleep(Duration::from_millis(5 * u64::try_from(round).unwrap())).await;
        for child in [&mut one, &mut other] {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        // What they held is held no more.
        db.clock.advance(TimeDelta::minutes(5));
    }
    let killed = sink.mails().len();
    assert!(killed > 0, "they were killed before they sent anything");
    mails(&db.store, &sink.url()).send_due().await.unwrap();
    let by_person = sorted(&sink.mails());
    assert_eq!(by_person.len(), 150);
    assert!(by_person.values().all(|(_, ids)| *ids == 1), "{by_person:?}");
    // Twice are only those that somebody was about to note as sent when they were killed.
    let twice = by_person.values().filter(|(count, _)| *count > 1).count();
    assert!(twice <= 2 * KILLS, "{twice} of {killed} were sent twice");
}

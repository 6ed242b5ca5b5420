//! Several servers on one database, and what becomes of listeners when one is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use server::mail::MailLog;
use server::{AppState, Options, Server};
use smilefactory_client::{Client, Live};
use smilefactory_core::id::{AccountId, ConversationId, Id, MessageId};
use smilefactory_core::messaging::live::LiveEvent;
use smilefactory_core::messaging::{MessageDraft, MessageInput, Sending};
use smilefactory_core::scope::Scope;
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;
use smilefactory_store::testing::TestDb;
use smilefactory_store::time::{Clock, SystemClock};
use tokio::net::TcpListener;
use tokio::process::Child;
use tokio::sync::watch;

use super::support::{Dice, announce, group};
use crate::program::{greeting, program};

/// By conversation, the numbers of its messages as they were heard.
type Heard = BTreeMap<ConversationId, Vec<u64>>;

async fn start(db: &TestDb, bind: &str) -> (Child, String) {
    let mail = std::env::temp_dir().join("smilefactory-live-mail").display().to_string();
    let arguments = ["--bind", bind, "--tenant", "one", "--mail", &mail];
    let mut server = program(&db.url_as("smile_app"), &arguments).spawn().unwrap();
    let greeting = greeting(&mut server).await;
    let url = greeting[0].strip_prefix("listening on ").unwrap().to_owned();
    (server, url)
}

/// Kills the server of somebody who listens, again and again; they are told everything once.
#[tokio::test]
async fn a_server_that_is_killed_and_started_again_costs_nobody_anything() {
    let db = TestDb::new().await;
    let tariro = db.one.person("tariro").await.id;
    let (mut server, url) = start(&db, "127.0.0.1:0").await;
    let address = url.strip_prefix("http://").unwrap().to_owned();
    let nobody = Client::builder(&url)
        .backoff(Duration::from_millis(50), Duration::from_millis(200))
        .tenant("one")
        .build()
        .unwrap();
    let client = nobody.sessions().log_in("tariro@example.org", "tariro-password").await.unwrap().client;
    let mut stream = client.live().connect();
    assert_eq!(stream.next().await.unwrap().unwrap(), Live::Begun);
    let (mut raised, mut heard) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        raised.push(announce(&db.store, &db, tariro).await);
        heard.push(next(&mut stream).await);
        raised.push(announce(&db.store, &db, tariro).await);
        server.kill().await.unwrap();
        server.wait().await.unwrap();
        raised.push(announce(&db.store, &db, tariro).await);
        (server, _) = start(&db, &address).await;
        while heard.len() < raised.len() {
            heard.push(next(&mut stream).await);
        }
    }
    assert_eq!(heard, raised);
    assert_eq!(heard.iter().collect::<BTreeSet<_>>().len(), heard.len());
    server.kill().await.unwrap();
}

/// Sends messages in transactions that have their number before they have the conversation, wait for each other, and
/// commit or give up at random. What was committed, by conversation.
async fn write(store: Store, scope: Scope, groups: [ConversationId; 2], sender: AccountId, seed: u64) {
    let mut dice = Dice::new(seed);
    for n in 0..30 {
        let mut tx = store.write(&scope).await.unwrap();
        if dice.roll(2) == 0 {
            tx.idempotency().claim(&format!("{seed}-{n}"), [0; 32]).await.unwrap();
            tokio::time::sleep(Duration::from_millis(dice.roll(8))).await;
        }
        let group =
            tx.conversations().lock(groups[usize::try_from(dice.roll(2)).unwrap()]).await.unwrap().unwrap();
        let member = tx.members().get(group.id, sender).await.unwrap().unwrap();
        let input = MessageInput { body: Some(format!("{seed}, {n}")), ..MessageInput::default() };
        let draft = MessageDraft::from_raw(input).unwrap();
        let sending = Sending {
            conversation: &group,
            member: &member,
            reply_to: None,
            thread: None,
            files: Vec::new(),
        };
        // The partitions are of the months that really are.
        let (id, now) = (MessageId::at(SystemClock.now(), tx.random().unwrap()), SystemClock.now());
        let (message, sent) = draft.send(id, sending, now).unwrap();
        tx.messages().insert(&message).await.unwrap();
        tx.tell(sent).unwrap();
        tokio::time::sleep(Duration::from_millis(dice.roll(8))).await;
        if dice.roll(8) > 0 {
            tx.commit().await.unwrap();
        }
    }
}

/// Listens at one of two servers, is cut off after a few events or a while, and goes on at either; until every message is
/// heard, and then a bit.
async fn hear(
    clients: [Client; 2],
    mut last: String,
    expected: watch::Receiver<Option<Heard>>,
    seed: u64,
) -> Heard {
    let (mut dice, mut heard, mut rounds_after_all) = (Dice::new(seed), Heard::new(), 0);
    while rounds_after_all < 3 {
        let mut stream = clients[usize::try_from(dice.roll(2)).unwrap()].live().connect_after(last);
        let until = tokio::time::Instant::now() + Duration::from_millis(50 + dice.roll(400));
        for _ in 0..1 + dice.roll(12) {
            let Ok(next) = tokio::time::timeout_at(until, stream.try_next()).await else { break };
            match next.unwrap().unwrap() {
                Live::Event(LiveEvent::MessageSent { conversation, seq, .. }) => {
                    heard.entry(conversation).or_default().push(seq);
                }
                Live::Event(LiveEvent::Presence { .. } | LiveEvent::NotificationRaised { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
        last = stream.last_event_id().unwrap();
        drop(stream);
        if expected.borrow().as_ref() == Some(&heard) {
            rounds_after_all += 1;
        }
    }
    heard
}

/// While writers commit late and in any order, listeners are cut off and go on at another server, at random.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_off_anywhere_and_going_on_at_either_of_two_servers_everything_is_heard_once_and_in_order() {
    let db = TestDb::new().await;
    let [tariro, rudo] = [db.one.person("tariro").await.id, db.one.person("rudo").await.id];
    db.one.person("outsider").await;
    let groups = [group(&db, &[tariro, rudo]).await, group(&db, &[tariro]).await];
    let mut servers = Vec::new();
    let mut urls = Vec::new();
    for _ in 0..2 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        urls.push(format!("http://{}", listener.local_addr().unwrap()));
        let mut options = Options::default();
        options.heartbeat = Duration::from_millis(50);
        let state = AppState::new(db.another_store().await, options);
        servers.push(Server::start(listener, state, Arc::new(MailLog)).unwrap());
    }
    let (tell, expected) = watch::channel(None);
    let (tell_less, less) = watch::channel(None);
    let (tell_nothing, nothing) = watch::channel(None);
    let mut listeners = Vec::new();
    for (n, (name, expected)) in
        [("tariro", &expected), ("tariro", &expected), ("rudo", &less), ("outsider", &nothing)]
            .into_iter()
            .enumerate()
    {
        let mut clients = Vec::new();
        for url in &urls {
            let nobody = Client::builder(url)
                .tenant("one")
                .backoff(Duration::from_millis(5), Duration::from_millis(50));
            let nobody = nobody.attempts(1_000).build().unwrap();
            let credentials = (format!("{name}@example.org"), format!("{name}-password"));
            clients.push(nobody.sessions().log_in(credentials.0, credentials.1).await.unwrap().client);
        }
        let seed = 40 + u64::try_from(n).unwrap();
        // They listen before anything is written.
        let clients: [Client; 2] = clients.try_into().unwrap();
        let mut first = clients[0].live().connect();
        assert_eq!(first.next().await.unwrap().unwrap(), Live::Begun);
        listeners.push(tokio::spawn(hear(clients, first.last_event_id().unwrap(), expected.clone(), seed)));
    }
    let scope = db.one.scope_of(tariro);
    let writers = (0..4).map(|seed| write(db.store.clone(), scope, groups, tariro, seed + 1));
    futures::future::join_all(writers).await;
    let mut all = Heard::new();
    for group in groups {
        let last =
            db.store.read(&scope).await.unwrap().conversations().get(group).await.unwrap().unwrap().last_seq;
        assert!(last > 20, "only {last} messages");
        all.insert(group, (1..=last).collect());
    }
    tell.send_replace(Some(all.clone()));
    tell_less.send_replace(Some(Heard::from([(groups[0], all[&groups[0]].clone())])));
    tell_nothing.send_replace(Some(Heard::new()));
    for (listener, expected) in listeners.into_iter().zip([&expected, &expected, &less, &nothing]) {
        let heard =
            tokio::time::timeout(Duration::from_secs(120), listener).await.expect("all is heard").unwrap();
        assert_eq!(Some(&heard), expected.borrow().as_ref());
    }
    for server in servers {
        server.stop().await.unwrap();
    }
}

async fn next(stream: &mut smilefactory_client::LiveStream) -> ConversationId {
    loop {
        match stream.try_next().await.unwrap().unwrap() {
            Live::Event(LiveEvent::ReceiptMoved { conversation, .. }) => return conversation,
            Live::Event(LiveEvent::Presence { .. } | LiveEvent::NotificationRaised { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
}

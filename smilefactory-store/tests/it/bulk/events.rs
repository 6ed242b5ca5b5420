//! Events of a list as events of a community's calendar.

use serde_json::json;
use smilefactory_core::bulk::ImportKind::{Events, Organisations};
use smilefactory_core::event::{
    EventFormat, EventState, EventView, EventVisibility, RegistrationDraft, RegistrationInput,
    RegistrationState, Span,
};
use smilefactory_core::id::{AccountId, EventId, Id};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::validation::Field;
use smilefactory_store::bulk::{BulkError, Format, ImportPlan};
use smilefactory_store::event;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::event::EventFilter;
use smilefactory_store::testing::TestDb;

use super::{Files, import, plan, run, skips, tally};

const CONFERENCES: &str = r#"{"name": "Old", "url": "https://old.example", "start": "2020-03-28", "end": "2020-03-29", "city": "Berlin", "country": "Germany", "online": false, "cfp_end": null, "topics": []}
{"name": "PumpConf", "url": "https://pumps.example", "start": "2031-03-28", "end": "2031-03-30", "city": "Harare", "country": "Zimbabwe", "online": true, "cfp_end": "2031-01-05", "topics": ["solar", "data"]}
{"name": "Lost", "url": "https://lost.example", "start": "2031-04-01", "end": "2031-04-01", "city": "Atlantis", "country": "Atlantis", "online": false}
{"name": "Nowhere", "url": "https://nowhere.example", "start": "2031-04-01", "end": "2031-03-01", "city": null, "country": null, "online": false, "topics": ["a", "a"]}
{"name": "Net", "url": "https://net.example", "start": "2031-05-01", "end": "2031-05-01", "city": null, "country": null, "online": true, "cfp_end": null, "topics": ["general"]}
"#;

fn conferences(path: impl Into<std::path::PathBuf>) -> ImportPlan {
    ImportPlan::new(Events, "list".parse().unwrap(), path, Format::Conferences)
        .in_zone("Europe/Berlin".parse().unwrap())
}

/// The event that a row became, as somebody sees it.
async fn found(db: &TestDb, who: AccountId, title: &str) -> EventView {
    let id = sqlx::query_scalar("select id from event.events where title = $1")
        .bind(title)
        .fetch_one(&mut db.superuser().await)
        .await
        .unwrap();
    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    tx.events().view(EventId::from_uuid(id)).await.unwrap().unwrap()
}

/// Comes to an event.
async fn register(db: &TestDb, who: AccountId, id: EventId) -> RegistrationState {
    let draft = RegistrationInput { answer: Some("going".into()), class: None };
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    let registered =
        event::register(&mut tx, id, who, &RegistrationDraft::from_raw(draft).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    registered.state
}

#[tokio::test]
async fn conferences_become_a_calendar() {
    let db = TestDb::new().await;
    let files = Files::new();
    let who = db.one.person("reader").await.id;
    let path = files.write("events.jsonl", CONFERENCES);
    let done = import(&db, &db.one, &conferences(&path).in_batches_of(2)).await;
    assert_eq!(done.tally, tally(3, 0, 0, 2));
    let skipped = [
        (3, "/country", "malformed"),
        (4, "/city", "required"),
        (4, "/country", "required"),
        (4, "/end", "range_order"),
        (4, "/topics/1", "duplicate"),
    ];
    let mut told = skips(&db, &db.one, &done).await;
    told.sort_unstable();
    assert_eq!(told, skipped.map(|(line, at, code)| (line, at.to_owned(), code.to_owned())));

    let view = found(&db, who, "PumpConf").await;
    let event = &view.event;
    assert_eq!((event.state, event.created_by), (EventState::Published, None));
    assert_eq!((event.draft.format, event.draft.visibility), (EventFormat::Hybrid, EventVisibility::Public));
    // Days are of the zone that was said, on both sides of a change of its clocks.
    assert_eq!(event.starts_at.to_rfc3339(), "2031-03-27T23:00:00+00:00");
    assert_eq!(event.ends_at.to_rfc3339(), "2031-03-30T22:00:00+00:00");
    assert_eq!(event.draft.place.as_ref().unwrap().country.as_str(), "ZW");
    assert!(view.html.contains("https://pumps.example") && view.html.contains("Topics: solar, data."));
    assert!(view.html.contains("proposed until 2031-01-05"));
    assert_eq!(register(&db, who, event.id).await, RegistrationState::Going);
    assert_eq!(found(&db, who, "Old").await.event.state, EventState::Completed);
    assert_eq!(found(&db, who, "Net").await.event.draft.format, EventFormat::Online);

    let mut tx = db.store.read(&db.one.scope_of(who)).await.unwrap();
    let page = PageRequest::first(PageSize::default());
    let filter = EventFilter::within(Span { from: tx.now(), until: None });
    let listed = tx.events().list(&filter, &page).await.unwrap();
    let listed: Vec<_> = listed.items.iter().map(|listed| listed.event.draft.title.as_str()).collect();
    assert_eq!(listed, ["PumpConf", "Net"]);
}

#[tokio::test]
async fn a_newer_list_changes_events_that_nobody_took_over() {
    let db = TestDb::new().await;
    let files = Files::new();
    let who = db.one.person("reader").await.id;
    let row = |id: &str, title: &str| {
        json!({
            "external_id": id, "title": title, "site": "https://pumps.example", "format": "online", "zone": "Africa/Harare",
            "starts": "2031-03-28T09:00", "ends": "2031-03-28T17:00",
        })
        .to_string()
    };
    let first = [row("a", "A"), row("b", "B"), row("c", "C"), row("d", "D")].join("\n");
    assert_eq!(
        import(&db, &db.one, &plan(Events, files.write("1.jsonl", first))).await.tally,
        tally(4, 0, 0, 0)
    );
    let (a, b, c) = (found(&db, who, "A").await, found(&db, who, "B").await, found(&db, who, "C").await);
    register(&db, who, a.event.id).await;
    let mut tx = db.store.write(&db.one.scope_of(who)).await.unwrap();
    // Somebody takes one over, and staff cancel another.
    tx.events().add_organiser(b.event.id, who).await.unwrap();
    let (off, _) = c.event.clone().cancel(None, who, tx.now()).unwrap();
    tx.events().update(&off).await.unwrap();
    tx.commit().await.unwrap();

    let newer = [row("a", "A, later"), row("b", "mine"), row("c", "back"), row("d", "D"), row("a", "twice")]
        .join("\n");
    let done = import(&db, &db.one, &plan(Events, files.write("2.jsonl", newer))).await;
    assert_eq!(done.tally, tally(0, 1, 1, 3));
    let skipped = [(2, "not_allowed"), (3, "not_allowed"), (5, "duplicate")];
    let skipped = skipped.map(|(line, code)| (line, "/external_id".to_owned(), code.to_owned()));
    assert_eq!(skips(&db, &db.one, &done).await, skipped);
    let after = found(&db, who, "A, later").await;
    assert_eq!((after.event.id, after.event.sequence), (a.event.id, a.event.sequence + 1));
    assert_eq!(after.own.unwrap().state, RegistrationState::Going);
    assert_eq!(found(&db, who, "B").await.event.version, b.event.version);
}

#[tokio::test]
async fn a_format_that_has_no_such_rows_is_refused_before_anything_is_written() {
    let db = TestDb::new().await;
    let files = Files::new();
    let path = files.write("events.jsonl", CONFERENCES);
    let plan = ImportPlan::new(Organisations, "list".parse().unwrap(), &path, Format::Conferences);
    let refused = run(&db.store, &db.one, &plan).await.unwrap_err();
    assert!(matches!(&refused, BulkError::Unreadable { problem, .. } if problem.contains("organisations")));
    assert_eq!(super::rows(&db, db.one.tenant.id, "platform.imports").await, 0);
}

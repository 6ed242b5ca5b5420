//! Events and registrations, over an organiser, somebody who comes, and somebody who waits.

use futures::StreamExt;
use smilefactory_client::LogIn;
use smilefactory_core::content::{MediaType, MediaVariant};
use smilefactory_core::event::{
    EventCategory, EventFormat, EventInput, EventPatch, EventState, EventWindow, OwnEvents, ProgrammeInput,
    RegistrationInput, RegistrationState, RepeatsInput, ResourceInput, SeriesScope, SponsorInput, Zone,
};
use smilefactory_core::patch::Patch;
use smilefactory_store::prelude::*;

use super::files::A_GIF;
use super::world::World;

/// An event that begins in so many hours.
pub(crate) fn in_hours(world: &World, hours: i64) -> EventInput {
    let wall = |hours| Zone::UTC.wall(world.db.store.now() + chrono::TimeDelta::hours(hours)).to_string();
    EventInput {
        title: "Solar pumps in practice".into(),
        description: "We take one apart.".into(),
        category: "workshop".into(),
        format: "online".into(),
        join_at: Some("https://example.org/join".into()),
        starts: wall(hours),
        ends: wall(hours + 2),
        zone: "Etc/UTC".into(),
        capacity: Some(1),
        ..EventInput::default()
    }
}

fn going() -> RegistrationInput {
    RegistrationInput { answer: Some("going".into()), class: None }
}

pub(crate) async fn walk(world: &World) {
    let (host, guest, late) =
        (world.member("host").await, world.member("guest").await, world.member("late").await);
    events_take(world, 61).await;
    let tiny = host.client.events().create(&in_hours(world, 6)).await.unwrap_err();
    assert_eq!(tiny.code(), Some("completion_too_low"));
    events_take(world, 0).await;
    let events = host.client.events();
    let made = events.create(&in_hours(world, 6)).idempotency_key("made").await.unwrap();
    assert_eq!(events.create(&in_hours(world, 6)).idempotency_key("made").await.unwrap(), made);
    assert!(guest.client.events().get(made.id).await.unwrap_err().is_not_found());
    let patch = EventPatch { title: Patch::Set("Pumps".into()), ..EventPatch::default() };
    let changed = events.change(&made, &patch).await.unwrap();
    assert!(events.change(&made, &patch).await.unwrap_err().is_stale());
    let thrown = events.create(&in_hours(world, 6)).await.unwrap();
    events.delete(thrown.id).await.unwrap();
    let published = events.publish(changed.id).await.unwrap();
    assert_eq!(published.state, EventState::Published);
    lists(&host, &guest, made.id).await;
    seats(&host, &guest, &late, made.id).await;
    door(world, &host, &guest).await;
    organisers(world, &host, &guest).await;
    series(world, &host, &guest).await;
    feed(&guest).await;
}

/// How complete a profile must be for events; those of tests are not.
pub(crate) async fn events_take(world: &World, percent: u8) {
    let mut tx = world.db.store.write(&world.db.one.scope).await.unwrap();
    let mut tenant = tx.tenants().get(world.db.one.tenant.id).await.unwrap().unwrap();
    tenant.settings.completion_bands.events_from = percent;
    tx.tenants().update(&tenant).await.unwrap();
    tx.commit().await.unwrap();
}

async fn lists(host: &LogIn, guest: &LogIn, event: smilefactory_core::id::EventId) {
    let all = || guest.client.events().list();
    let found = all().limit(1).await.unwrap();
    assert_eq!(found.items[0].event.id, event);
    let narrow = all()
        .window(EventWindow::Upcoming)
        .zone("Africa/Harare")
        .category(EventCategory::Workshop)
        .format(EventFormat::Online)
        .free(true)
        .organiser(host.account.id);
    assert_eq!(narrow.await.unwrap().items.len(), 1);
    assert!(all().city("Harare").await.unwrap().items.is_empty());
    assert!(all().own(OwnEvents::Registered).await.unwrap().items.is_empty());
    assert!(all().month("2001-01").await.unwrap().items.is_empty());
    let cursor = all().cursor(&"x".to_owned().into()).await.unwrap_err();
    assert_eq!(cursor.code(), Some("invalid_cursor"));
    let month = found.items[0].event.starts_at.format("%Y-%m").to_string();
    let counted =
        guest.client.events().calendar().in_month(&month).zone("Etc/UTC").category(EventCategory::Workshop);
    let counted = counted.format(EventFormat::Online).free(true).organiser(host.account.id).await.unwrap();
    assert!(counted.days.iter().all(|day| day.events == 1) && !counted.days.is_empty());
    assert!(guest.client.events().calendar().city("Harare").await.unwrap().days.is_empty());
    let file = guest.client.events().file(event).await.unwrap();
    assert!(file.starts_with("BEGIN:VCALENDAR\r\n") && file.contains("SUMMARY:Pumps\r\n"), "{file}");
    assert!(!file.contains("example.org/join"), "it is for those who come");
}

async fn seats(host: &LogIn, guest: &LogIn, late: &LogIn, event: smilefactory_core::id::EventId) {
    let first = guest.client.events().register(event, &going()).idempotency_key("seat").await.unwrap();
    assert_eq!(guest.client.events().register(event, &going()).idempotency_key("seat").await.unwrap(), first);
    assert_eq!(first.state, RegistrationState::Going);
    let waits = late.client.events().register(event, &going()).await.unwrap();
    assert_eq!(waits.state, RegistrationState::Waitlisted);
    let listed = host.client.events().registrations(event).limit(1).await.unwrap();
    assert!(listed.next_cursor.is_some());
    let cursor = listed.next_cursor.unwrap();
    assert_eq!(
        host.client.events().registrations(event).limit(1).cursor(&cursor).await.unwrap().items.len(),
        1
    );
    let waiting =
        host.client.events().registrations(event).state(RegistrationState::Waitlisted).await.unwrap();
    assert_eq!(waiting.items, std::slice::from_ref(&waits));
    assert!(guest.client.events().registrations(event).await.unwrap_err().is_forbidden());
    guest.client.registrations().cancel(first.id).await.unwrap();
    let seated = late.client.registrations().accept(waits.id).await.unwrap();
    assert_eq!(seated.state, RegistrationState::Going);
    let own = late.client.registrations().list().limit(1).await.unwrap();
    assert_eq!(own.items[0].registration, seated);
    assert!(
        late.client.registrations().list().state(RegistrationState::Maybe).await.unwrap().items.is_empty()
    );
    let wrong = late.client.registrations().list().cursor(&"x".to_owned().into()).await.unwrap_err();
    assert_eq!(wrong.code(), Some("invalid_cursor"));
    assert_eq!(late.client.registrations().get(waits.id).await.unwrap(), own.items[0]);
    let gone = host.client.registrations().take_back(waits.id).await.unwrap();
    assert_eq!(gone.state, RegistrationState::Cancelled);
    let invited = host.client.events().invite(event, guest.account.id, None).await.unwrap();
    assert_eq!(invited.state, RegistrationState::Invited);
    let declined = guest.client.registrations().decline(invited.id).await.unwrap();
    assert_eq!(declined.state, RegistrationState::Declined);
    let off = host.client.events().cancel(event, "No power.").await.unwrap();
    assert_eq!(off.state, EventState::Cancelled);
}

async fn door(world: &World, host: &LogIn, guest: &LogIn) {
    let input = EventInput { approval: Some(true), ..in_hours(world, 3) };
    let event = host.client.events().create(&input).await.unwrap();
    host.client.events().publish(event.id).await.unwrap();
    let asked = guest.client.events().register(event.id, &going()).await.unwrap();
    assert_eq!(asked.state, RegistrationState::Requested);
    host.client.registrations().refuse(asked.id).await.unwrap();
    guest.client.events().register(event.id, &going()).await.unwrap();
    host.client.registrations().approve(asked.id).await.unwrap();
    let code = guest.client.registrations().code(asked.id).await.unwrap();
    assert_eq!(code.event, event.id);
    let inside = host.client.events().check_in(event.id, &code.code).await.unwrap();
    assert_eq!(inside.state, RegistrationState::CheckedIn);
    assert!(host.client.events().check_in(event.id, &code.code).await.unwrap_err().is_step_refused());
}

async fn organisers(world: &World, host: &LogIn, guest: &LogIn) {
    let event = host.client.events().create(&in_hours(world, 50)).await.unwrap();
    let programme = ProgrammeInput {
        sponsors: vec![SponsorInput { name: "The Mill".into(), ..SponsorInput::default() }],
        ..ProgrammeInput::default()
    };
    let saved = host.client.events().set_programme(&event, &programme).await.unwrap();
    assert!(host.client.events().set_programme(&event, &programme).await.unwrap_err().is_stale());
    assert_eq!(host.client.events().programme(event.id).await.unwrap(), saved);
    let given = ResourceInput {
        title: "Plan".into(),
        link: Some("https://example.org/plan".into()),
        audience: Some("attended".into()),
        ..ResourceInput::default()
    };
    let plan = host.client.events().add_resource(event.id, &given).await.unwrap();
    host.client.events().publish(event.id).await.unwrap();
    assert!(guest.client.events().resources(event.id).await.unwrap().is_empty());
    assert_eq!(host.client.events().resources(event.id).await.unwrap(), std::slice::from_ref(&plan));
    host.client.events().remove_resource(event.id, plan.id).await.unwrap();
    let file = host.client.media().upload("plan.gif", MediaType::Gif, A_GIF).await.unwrap();
    let given = ResourceInput { link: None, file: Some(file.id.to_string()), ..given };
    let plan = host.client.events().add_resource(event.id, &given).await.unwrap();
    let original = MediaVariant::Original;
    let url = host.client.events().resource_url(event.id, plan.id, original).await.unwrap();
    assert_eq!(host.client.media().fetch(&url).await.unwrap(), A_GIF);
    let early = guest.client.events().resource_url(event.id, plan.id, original).await.unwrap_err();
    assert!(early.is_not_found());
    let event = host.client.events().create(&in_hours(world, 50)).await.unwrap();
    let both = host.client.events().add_organiser(event.id, guest.account.id).await.unwrap();
    assert_eq!(both.len(), 2);
    guest.client.events().remove_organiser(event.id, host.account.id).await.unwrap();
    assert_eq!(guest.client.events().organisers(event.id).await.unwrap().len(), 1);
    assert!(host.client.events().get(event.id).await.unwrap_err().is_not_found());
    let stranger = world.stranger("at-no-event").await.client;
    assert!(stranger.events().get(event.id).await.unwrap_err().is_not_found());
}

async fn series(world: &World, host: &LogIn, guest: &LogIn) {
    let daily = |count| EventInput {
        repeats: Some(RepeatsInput { rule: format!("FREQ=DAILY;COUNT={count}") }),
        ..in_hours(world, 20)
    };
    let events = host.client.events();
    let first = events.create(&daily(5)).await.unwrap();
    assert_eq!(events.occurrences(first.id).limit(2).into_stream().count().await, 5);
    assert!(guest.client.events().occurrences(first.id).await.unwrap_err().is_not_found());
    let first = events.publish_several(first.id, SeriesScope::All).await.unwrap();
    let all = guest.client.events().occurrences(first.id).await.unwrap().items;
    assert!(all.iter().all(|listed| listed.event.state == EventState::Published));
    let second = &all[1].event;
    let title = EventPatch { title: Patch::Set("Pumps, again".into()), ..EventPatch::default() };
    let alone = events.change(second, &title).await.unwrap();
    assert!(alone.exception);
    let wrong = events.change(&alone, &EventPatch { repeats: Patch::Clear, ..EventPatch::default() }).await;
    let wrong = wrong.unwrap_err();
    assert_eq!(wrong.violations().unwrap().iter().next().unwrap().pointer, "/repeats");
    let free = EventPatch { capacity: Patch::Clear, ..EventPatch::default() };
    let changed = events.change_several(&all[2].event, SeriesScope::Following, &free).await.unwrap();
    assert_eq!((changed.draft.capacity, changed.series == first.series), (None, false));
    assert_eq!(events.occurrences(changed.id).await.unwrap().items.len(), 3);
    let off = events.cancel_several(changed.id, SeriesScope::All, "No power.").await.unwrap();
    assert_eq!(off.state, EventState::Cancelled);
    let thrown = events.create(&daily(3)).await.unwrap();
    events.delete_several(thrown.id, SeriesScope::All).await.unwrap();
    assert!(events.get(thrown.id).await.unwrap_err().is_not_found());
}

async fn feed(guest: &LogIn) {
    let url = guest.client.events().make_feed().await.unwrap();
    let file = guest.client.events().read_feed(&url).await.unwrap();
    assert!(file.contains("BEGIN:VEVENT\r\n"), "{file}");
    guest.client.events().end_feed().await.unwrap();
    assert!(guest.client.events().read_feed(&url).await.unwrap_err().is_not_found());
}

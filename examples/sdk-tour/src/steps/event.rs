//! What the guest invites others to.

use smilefactory_client::{Client, Error as Refused};
use smilefactory_core::event::{
    EventInput, EventPatch, EventState, RegistrationInput, RegistrationState, RepeatsInput, SeriesScope,
};
use smilefactory_core::profile::{LocationPatch, ProfilePatch};

use crate::tour::{Stopped, Told, Tour};

/// A workshop with a single seat, some years from now.
fn workshop() -> EventInput {
    EventInput {
        title: "Build a solar pump".into(),
        description: "Bring a **screwdriver**.".into(),
        category: "workshop".into(),
        format: "online".into(),
        join_at: Some("https://meet.example.org/pumps".into()),
        starts: "2099-03-02T18:00".into(),
        ends: "2099-03-02T20:00".into(),
        zone: "Africa/Harare".into(),
        capacity: Some(1),
        ..EventInput::default()
    }
}

/// The guest makes an event with one seat, for which two people come: the second waits, and has it when the first
/// comes no longer.
pub(super) async fn gather(
    tour: &mut Tour,
    client: &Client,
    [first, second]: &[Client; 2],
) -> Result<(), Stopped> {
    let work = async {
        say_more(client).await?;
        let event = client.events().create(&workshop()).await?;
        client.events().publish(event.id).await?;
        let going = first.events().register(event.id, &RegistrationInput::default()).await?;
        let waits = second.events().register(event.id, &RegistrationInput::default()).await?;
        if (going.state, waits.state) != (RegistrationState::Going, RegistrationState::Waitlisted) {
            return Err("the one seat is not the first one's".into());
        }
        first.registrations().cancel(going.id).await?;
        second.registrations().accept(waits.id).await?;
        let code = second.registrations().code(waits.id).await?.code;
        let file = second.events().file(event.id).await?;
        if !file.contains("DTSTART:20990302T160000Z") {
            return Err("a calendar would have it at another time".into());
        }
        let listed = client.events().list().month("2099-03").zone("Africa/Harare").await?.items;
        let outcome = format!(
            "{} event in March 2099; the seat went on to who waited, and the code at the door is {} letters long",
            listed.len(),
            code.len()
        );
        Ok(Told::new((), outcome))
    };
    let code = "let event = client.events().create(&workshop).await?;\n\
                farai.events().register(event.id, &Default::default()).await?";
    tour.step("Make an event with one seat", code, work).await
}

/// The guest makes an event that is every week, moves the second of it to another day, and calls off the rest.
pub(super) async fn repeat(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let weekly = EventInput {
            repeats: Some(RepeatsInput { rule: "FREQ=WEEKLY;BYDAY=MO;COUNT=4".into() }),
            capacity: None,
            ..workshop()
        };
        let first = client.events().create(&weekly).await?;
        let first = client.events().publish_several(first.id, SeriesScope::All).await?;
        let all = client.events().occurrences(first.id).await?.items;
        let [_, second, third, _] = all.as_slice() else {
            return Err(format!("{} events instead of four", all.len()).into());
        };
        let tuesday = EventPatch {
            starts: "2099-03-10T18:00".to_owned().into(),
            ends: "2099-03-10T20:00".to_owned().into(),
            ..EventPatch::default()
        };
        client.events().change(&second.event, &tuesday).await?;
        let scope = SeriesScope::Following;
        client.events().cancel_several(third.event.id, scope, "Everybody can build one.").await?;
        let left = client.events().occurrences(first.id).await?.items;
        let on = left.iter().filter(|one| one.event.state == EventState::Published);
        let days: Vec<String> = on.map(|one| one.event.draft.starts.to_string()).collect();
        let rule = first.draft.repeats.map(|repeats| repeats.rule.to_string()).unwrap_or_default();
        Ok(Told::new((), format!("of {rule} there are left {}", days.join(" and "))))
    };
    let code = "let first = client.events().create(&weekly).await?;\n\
                client.events().publish_several(first.id, SeriesScope::All).await?;\n\
                client.events().change(&second, &tuesday).await?";
    tour.step("Repeat an event every week", code, work).await
}

/// Events take a profile that is more complete than the guest's is by now. While it is assessed anew it has another
/// version.
async fn say_more(client: &Client) -> Result<(), Refused> {
    let patch = ProfilePatch {
        location: LocationPatch { country: "ZW".to_owned().into(), ..LocationPatch::default() }.into(),
        links: vec!["https://example.org/mvura".to_owned()].into(),
        ..ProfilePatch::default()
    };
    loop {
        let mine = client.profiles().mine().await?;
        match client.profiles().change(mine.version, &patch).await {
            Err(error) if error.is_stale() => {}
            done => return done.map(|_| ()),
        }
    }
}

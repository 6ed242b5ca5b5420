//! Connections, follows, blocks and mutes.

use smilefactory_core::profile::ProfileKind;
use smilefactory_core::social::{AcquaintanceSort, ConnectionKind, ConnectionSort, RequestState};

use super::profiles::filled_in;
use super::world::World;

const WHY: &str = "You built what I am about to build.";

pub(crate) async fn walk(world: &World) {
    let mut people = Vec::new();
    for name in ["tapiwa", "shamiso", "garikai", "kudzai"] {
        let person = world.member(name).await;
        person.client.profiles().create(&filled_in(ProfileKind::Mentor)).await.unwrap();
        people.push(person);
    }
    let [tapiwa, shamiso, garikai, kudzai] = people.try_into().unwrap_or_else(|_| panic!("four people"));
    let (one, other) = (tapiwa.client.connections(), shamiso.client.connections());
    let kind = ConnectionKind::Mentorship;

    let refused = one.ask(shamiso.account.id, kind, "Hello.").await.unwrap_err();
    assert_eq!(refused.violations().unwrap().iter().next().unwrap().pointer, "/message");
    let asked = one.ask(shamiso.account.id, kind, WHY).idempotency_key("asked").await.unwrap();
    assert_eq!(one.ask(shamiso.account.id, kind, WHY).idempotency_key("asked").await.unwrap(), asked);
    assert!(one.ask(shamiso.account.id, kind, WHY).await.unwrap_err().is_step_refused());
    let request = asked.request.unwrap();
    let incoming = other.requests().limit(1).state(RequestState::Pending).await.unwrap();
    assert_eq!(incoming.items, std::slice::from_ref(&request));
    assert_eq!(one.requests().outgoing().await.unwrap().items, std::slice::from_ref(&request));
    assert_eq!(other.request(request.id).await.unwrap(), request);
    assert!(garikai.client.connections().request(request.id).await.unwrap_err().is_not_found());
    let declined = other.decline(request.id).await.unwrap();
    assert_eq!(declined.state, RequestState::Declined);
    let asked = other.ask(tapiwa.account.id, kind, WHY).await.unwrap().request.unwrap();
    assert_eq!(other.withdraw(asked.id).await.unwrap().state, RequestState::Withdrawn);

    // Who asks back is connected.
    other.ask(tapiwa.account.id, kind, WHY).await.unwrap();
    let connected = one.ask(shamiso.account.id, kind, WHY).await.unwrap().connection.unwrap();
    assert_eq!((connected.account, connected.kind), (shamiso.account.id, kind));
    // How strong it is may have changed by then.
    let read = one.get(shamiso.account.id).await.unwrap();
    assert_eq!((read.account, read.since), (connected.account, connected.since));
    assert!(read.strength.is_some());
    for person in [&garikai, &kudzai] {
        let friend = ConnectionKind::Friendship;
        for (asker, asks) in [(&tapiwa, &one), (&shamiso, &other)] {
            let request = asks.ask(person.account.id, friend, WHY).await.unwrap().request.unwrap();
            let made = person.client.connections().accept(request.id).await.unwrap();
            assert_eq!(made.account, asker.account.id);
        }
    }
    let first = one.list().limit(1).sort(ConnectionSort::Name).await.unwrap();
    assert_eq!(first.items[0].account, garikai.account.id);
    let next =
        one.list().limit(1).sort(ConnectionSort::Name).cursor(&first.next_cursor.unwrap()).await.unwrap();
    assert_eq!(next.items[0].account, kudzai.account.id);
    let mentors =
        other.list_of(tapiwa.account.id).kind(kind).sort(AcquaintanceSort::Newest).limit(5).await.unwrap();
    assert_eq!(mentors.items[0].account, shamiso.account.id);
    let cursor = other.list_of(tapiwa.account.id).limit(1).await.unwrap().next_cursor.unwrap();
    assert_eq!(other.list_of(tapiwa.account.id).limit(5).cursor(&cursor).await.unwrap().items.len(), 2);
    let mutual = one.list_mutual(shamiso.account.id).limit(1).await.unwrap();
    let rest = one.list_mutual(shamiso.account.id).cursor(&mutual.next_cursor.unwrap()).await.unwrap();
    assert_eq!((mutual.items.len(), rest.items.len()), (1, 1));
    let counts = one.count(shamiso.account.id).await.unwrap();
    assert_eq!((counts.connections, counts.mutual), (Some(3), Some(2)));
    let cursor = one.requests().limit(1).await.unwrap().next_cursor.unwrap();
    assert_eq!(one.requests().limit(1).cursor(&cursor).await.unwrap().items.len(), 1);
    assert_eq!(one.list().kind(kind).await.unwrap().items[0].account, shamiso.account.id);
    one.remove(kudzai.account.id).await.unwrap();
    assert!(one.get(kudzai.account.id).await.unwrap_err().is_not_found());
    let stranger = world.stranger("themba").await;
    assert!(stranger.client.connections().get(tapiwa.account.id).await.unwrap_err().is_not_found());

    follows_and_barriers(&tapiwa.client, &garikai, &kudzai).await;
}

async fn follows_and_barriers(
    client: &smilefactory_client::Client,
    garikai: &smilefactory_client::LogIn,
    kudzai: &smilefactory_client::LogIn,
) {
    let follows = client.follows();
    let begun = follows.follow(garikai.account.id).await.unwrap();
    assert_eq!(follows.follow(garikai.account.id).await.unwrap(), begun);
    let another = follows.follow(kudzai.account.id).await.unwrap();
    // At one time they come in the order of their ids.
    let first = follows.list().limit(1).await.unwrap();
    let rest = follows.list().limit(1).cursor(&first.next_cursor.unwrap()).await.unwrap();
    let both = [first.items[0], rest.items[0]];
    assert!(both == [begun, another] || both == [another, begun], "{both:?}");
    kudzai.client.follows().follow(garikai.account.id).await.unwrap();
    let first = garikai.client.follows().list_followers().limit(1).await.unwrap();
    let cursor = first.next_cursor.unwrap();
    let rest = garikai.client.follows().list_followers().limit(1).cursor(&cursor).await.unwrap();
    assert_eq!((rest.items.len(), rest.next_cursor), (1, None));
    assert!([first.items[0].account, rest.items[0].account].contains(&kudzai.account.id));
    follows.unfollow(garikai.account.id).await.unwrap();

    let (mutes, blocks) = (client.mutes(), client.blocks());
    for account in [garikai.account.id, kudzai.account.id] {
        mutes.mute(account).await.unwrap();
        blocks.block(account).await.unwrap();
    }
    let first = mutes.list().limit(1).await.unwrap();
    assert_eq!(mutes.list().limit(1).cursor(&first.next_cursor.unwrap()).await.unwrap().items.len(), 1);
    let first = blocks.list().limit(1).await.unwrap();
    assert_eq!(blocks.list().limit(1).cursor(&first.next_cursor.unwrap()).await.unwrap().items.len(), 1);
    assert!(client.profiles().get(garikai.account.id).await.unwrap_err().is_not_found());
    assert!(client.connections().get(garikai.account.id).await.unwrap_err().is_not_found());
    assert!(follows.list().await.unwrap().items.is_empty());
    for account in [garikai.account.id, kudzai.account.id] {
        mutes.unmute(account).await.unwrap();
        blocks.unblock(account).await.unwrap();
    }
    assert!(client.profiles().get(garikai.account.id).await.is_ok());
}

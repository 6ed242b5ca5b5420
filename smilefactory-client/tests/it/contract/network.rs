//! Networks and introductions, over two people whom the caller does not know.

use smilefactory_core::id::AccountId;
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::social::{
    Connection, ConnectionKind, ConnectionMade, IntroductionConsent, IntroductionState, Naming, Pair,
};
use smilefactory_store::prelude::*;

use super::profiles::filled_in;
use super::world::World;

pub(crate) async fn walk(world: &World) {
    let (seeker, first) = (world.member("seeker").await, world.member("first").await);
    let (second, target) = (world.member("second").await, world.member("target").await);
    for person in [&seeker, &first, &second, &target] {
        person.client.profiles().create(&filled_in(ProfileKind::Mentor)).await.unwrap();
    }
    shown(world, &[seeker.account.id, first.account.id, second.account.id, target.account.id]).await;
    for (one, other) in [(&seeker, &first), (&first, &second), (&second, &target)] {
        connect(world, one.account.id, other.account.id).await;
    }

    let network = seeker.client.network();
    let shape = network.get().await.unwrap();
    assert_eq!((shape.connections, shape.growth.len(), shape.kinds[0].connections), (1, 12, 1));

    let paths = network.introductions(target.account.id).await.unwrap();
    assert_eq!((paths.connected, paths.paths.len(), paths.paths[0].hops), (false, 1, 3));
    assert!(
        paths.paths[0].through.iter().all(|stop| stop.naming == Naming::MayBeAsked && stop.account.is_none())
    );

    let chosen = first.client.network().choose_consent(IntroductionConsent::Always).await.unwrap();
    assert_eq!(first.client.network().consent().await.unwrap(), chosen);
    let why = "We build the same kind of pump.";
    let asked = network.ask(target.account.id, why).idempotency_key("asked").await.unwrap();
    assert_eq!(network.ask(target.account.id, why).idempotency_key("asked").await.unwrap(), asked);
    assert_eq!(asked.asked, 1);
    assert!(network.ask(target.account.id, why).await.unwrap_err().is_step_refused());

    let questions = second.client.network().list_asked().limit(1).await.unwrap();
    assert_eq!((questions.items.len(), questions.next_cursor), (1, None));
    let question = &questions.items[0];
    let granted = second.client.network().grant(question.id).await.unwrap();
    assert_eq!(granted.state, IntroductionState::Granted);
    let named = network.introductions(target.account.id).await.unwrap();
    let who: Vec<_> = named.paths[0].through.iter().filter_map(|stop| stop.account).collect();
    assert_eq!(who, [first.account.id, second.account.id]);
    let declined = second.client.network().decline(question.id).await.unwrap();
    assert_eq!(declined.state, IntroductionState::Declined);
    assert!(first.client.network().grant(question.id).await.unwrap_err().is_not_found());
    let cursor = second.client.network().list_asked().cursor(&"x".to_owned().into()).await.unwrap_err();
    assert_eq!(cursor.code(), Some("invalid_cursor"), "{cursor:?}");

    let stranger = world.stranger("somewhere-else").await.client;
    assert!(stranger.network().introductions(target.account.id).await.unwrap_err().is_not_found());
    assert!(stranger.network().decline(question.id).await.unwrap_err().is_not_found());
}

/// Waits until the server has assessed the profiles: others see them from then on.
async fn shown(world: &World, people: &[AccountId]) {
    for _ in 0..600 {
        let mut tx = world.db.store.read(&world.db.one.scope).await.unwrap();
        let profiles = tx.profiles().get_many(people).await.unwrap();
        if profiles.iter().all(|profile| profile.state != smilefactory_core::profile::ProfileState::Draft) {
            return;
        }
        drop(tx);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the profiles were not assessed");
}

async fn connect(world: &World, a: AccountId, b: AccountId) {
    let mut tx = world.db.store.write(&world.db.one.scope).await.unwrap();
    let (pair, kind) = (Pair::new(a, b).unwrap(), ConnectionKind::Professional);
    let connection = Connection { pair, kind, requested_by: a, since: tx.now() };
    tx.connections().insert(&connection).await.unwrap();
    tx.tell(ConnectionMade { connection: pair.low(), other: pair.high(), kind }).unwrap();
    tx.commit().await.unwrap();
}

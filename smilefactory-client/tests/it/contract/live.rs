//! What happens while somebody listens.

use futures::{StreamExt, TryStreamExt};
use smilefactory_client::Live;
use smilefactory_core::messaging::live::{EndReason, LiveEvent};
use smilefactory_core::messaging::{Arrival, NewGroup, NewGroupInput, ReceiptMoved};
use smilefactory_core::validation::Field;
use smilefactory_store::prelude::*;

use super::world::World;

pub(crate) async fn walk(world: &World) {
    let (tariro, rudo) = (world.member("thandiwe").await, world.member("themba").await);
    let third = world.member("tawanda").await;
    let db = &world.db;
    let new =
        NewGroup::from_raw(NewGroupInput { title: "Pumps".into(), ..NewGroupInput::default() }).unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (group, owner, _) = new.begin(tx.new_id().unwrap(), tariro.account.id, tx.now());
    tx.conversations().insert(&group).await.unwrap();
    tx.members().save(&owner).await.unwrap();
    for member in [&rudo, &third] {
        let member = group.welcome(member.account.id, Arrival::Joins, None, tx.now());
        tx.members().save(&member).await.unwrap();
    }
    tx.commit().await.unwrap();

    let listening = rudo.client.live();
    let mut stream = listening.connect();
    assert_eq!(stream.next().await.unwrap().unwrap(), Live::Begun);
    let id = stream.last_event_id().unwrap();
    let mut tx = db.store.write(&db.one.scope).await.unwrap();
    let (conversation, account) = (group.id, rudo.account.id);
    let moved = ReceiptMoved { conversation, account, delivered_seq: 1, read_seq: 1, shown: false };
    tx.tell(moved).unwrap();
    tx.commit().await.unwrap();
    let moved = LiveEvent::ReceiptMoved { conversation, account, delivered_seq: 1, read_seq: 1 };
    until(&mut stream, &moved).await;
    // Another program goes on where this one began.
    until(&mut listening.connect_after(id), &moved).await;

    tariro.client.live().start_typing(group.id).await.unwrap();
    let typing = |typing| LiveEvent::Typing { conversation: group.id, account: tariro.account.id, typing };
    until(&mut stream, &typing(true)).await;
    tariro.client.live().stop_typing(group.id).await.unwrap();
    until(&mut stream, &typing(false)).await;
    let mut thirds = third.client.live().connect();
    assert_eq!(thirds.next().await.unwrap().unwrap(), Live::Begun);
    let present = tariro.client.live().list_present().limit(1).into_stream();
    let present: Vec<_> = present.map_ok(|present| present.account).try_collect().await.unwrap();
    let mut both = [rudo.account.id, third.account.id];
    both.sort();
    assert_eq!(present, both);
    assert!(listening.presence_preferences().await.unwrap().shown);
    assert!(!listening.set_presence_preferences(false).await.unwrap().shown);
    assert!(!listening.presence_preferences().await.unwrap().shown);

    rudo.client.sessions().log_out().await.unwrap();
    loop {
        match stream.next().await.unwrap().unwrap() {
            Live::Ended(reason) => break assert_eq!(reason, EndReason::LoggedOut),
            Live::Event(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(stream.next().await.is_none());
}

/// Waits until a stream tells this.
async fn until(stream: &mut smilefactory_client::LiveStream, expected: &LiveEvent) {
    loop {
        match stream.next().await.unwrap().unwrap() {
            Live::Event(event) if event == *expected => return,
            Live::Event(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

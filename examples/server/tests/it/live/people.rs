//! Who types and who is there, as those who listen are told.

use serde_json::json;
use smilefactory_core::id::Id;

use super::support::{Came, Listened, announce, group, listen};
use crate::support::Person;

#[tokio::test]
async fn the_others_of_a_conversation_are_told_who_writes() {
    let listened = Listened::new().await;
    let api = &listened.api;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let abroad = api.stranger("abroad").await;
    let pumps = group(&api.db, &[tariro.account.id, rudo.account.id]).await;
    let path = format!("/v1/conversations/{pumps}/typing");
    let mut rudos = listen(&api.app, &rudo.token, None).await;
    rudos.expect("ready").await;
    let mut told = async |typing: bool| loop {
        let came = rudos.next().await;
        if came.kind() == "typing" {
            let expected = json!({
                "type": "typing", "conversation": pumps, "account": tariro.account.id, "typing": typing,
            });
            assert_eq!(came.data, expected);
            assert_eq!(came.id, "", "what is not told again has no place to go on from");
            return;
        }
    };
    api.put(&path).as_(&tariro).send().await.expect(204);
    told(true).await;
    api.delete(&path).as_(&tariro).send().await.expect(204);
    told(false).await;
    api.put(&path).as_(&tariro).send().await.expect(204);
    told(true).await;
    // It is over by itself.
    api.db.clock.advance(chrono::TimeDelta::seconds(7));
    told(false).await;
    for method in ["PUT", "DELETE"] {
        let call = |id: &str| api.call(method, format!("/v1/conversations/{id}/typing")).as_(&abroad).send();
        let random = uuid::Uuid::nil().to_string();
        let status = if method == "PUT" { 404 } else { 204 };
        call(&pumps.uuid().to_string()).await.expect(status);
        call(&random).await.expect(status);
    }
}

#[tokio::test]
async fn who_is_there_is_told_to_those_who_know_them_and_can_be_hidden() {
    let listened = Listened::new().await;
    let api = &listened.api;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let farai = api.member("farai").await;
    group(&api.db, &[tariro.account.id, rudo.account.id]).await;
    let mut rudos = listen(&api.app, &rudo.token, None).await;
    rudos.expect("ready").await;
    let mut told = async |present: bool| loop {
        let came = rudos.next().await;
        if came.kind() == "presence" {
            let expected = json!({"type": "presence", "account": tariro.account.id, "present": present});
            assert_eq!(came.data, expected);
            return;
        }
    };
    // The first look is no news; the next one is.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let tariros = listen(&api.app, &tariro.token, None).await;
    told(true).await;
    let list = async |who: &crate::support::Person| {
        api.get("/v1/presence").as_(who).send().await.expect(200).each("account")
    };
    assert_eq!(list(&rudo).await, [tariro.account.id.to_string()]);
    assert_eq!(list(&tariro).await, [rudo.account.id.to_string()]);
    assert_eq!(list(&farai).await, [""; 0]);

    let preferences = "/v1/presence/preferences";
    assert_eq!(api.get(preferences).as_(&tariro).send().await.expect(200).body, json!({"shown": true}));
    let hidden = api.put(preferences).as_(&tariro).json(&json!({"shown": false})).send().await.expect(200);
    assert_eq!(hidden.body, json!({"shown": false}));
    told(false).await;
    assert_eq!(list(&rudo).await, [""; 0]);
    assert_eq!(list(&tariro).await, [""; 0]);
    api.put(preferences).as_(&tariro).json(&json!({})).send().await.expect(200);
    told(true).await;
    drop(tariros);
    told(false).await;
    let refused = api.put(preferences).as_(&tariro).json(&json!({"shown": "no"})).send().await;
    refused.violations(&[("/shown", "wrong_type")]);
}

/// Of two who blocked each other neither is told that the other is there or types, even where others are.
#[tokio::test]
async fn who_is_blocked_neither_types_nor_is_there() {
    let listened = Listened::new().await;
    let api = &listened.api;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let farai = api.member("farai").await;
    let pumps = group(&api.db, &[tariro.account.id, rudo.account.id, farai.account.id]).await;
    api.put(format!("/v1/blocks/{}", tariro.account.id)).as_(&rudo).send().await.expect(204);
    let (mut rudos, mut farais) =
        (listen(&api.app, &rudo.token, None).await, listen(&api.app, &farai.token, None).await);
    rudos.expect("ready").await;
    farais.expect("ready").await;
    // The first look is no news; the next one is.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let mut tariros = listen(&api.app, &tariro.token, None).await;
    tariros.expect("ready").await;
    let path = format!("/v1/conversations/{pumps}/typing");
    for who in [&tariro, &rudo] {
        api.put(&path).as_(who).send().await.expect(204);
    }
    let about = |came: &Came, who: &Person| came.data["account"] == json!(who.account.id);
    let mut left = vec!["presence", "typing"];
    while !left.is_empty() {
        let came = farais.next().await;
        if about(&came, &tariro) {
            left.retain(|kind| *kind != came.kind());
        }
    }
    // What farai was told, the others would have been told before.
    for (events, who, other) in [(&mut rudos, &rudo, &tariro), (&mut tariros, &tariro, &rudo)] {
        let told = announce(&api.db.store, &api.db, who.account.id).await;
        loop {
            let came = events.next().await;
            if came.kind() == "receipt_moved" {
                assert_eq!(came.told(), told);
                break;
            }
            assert!(!about(&came, other), "{came:?}");
        }
    }
    for (who, other) in [(&rudo, &tariro), (&tariro, &rudo)] {
        let there = api.get("/v1/presence").as_(who).send().await.expect(200).each("account");
        assert_eq!(there, [farai.account.id.to_string()], "{}", other.account.id);
    }
}

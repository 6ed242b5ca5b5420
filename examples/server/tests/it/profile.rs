//! Profiles, and who sees what of them.

use serde_json::{Value, json};
use smilefactory_core::profile::ProfileKind;
use smilefactory_store::prelude::*;

use crate::support::{Api, Person, a_post, an_innovator, an_investor};

#[tokio::test]
async fn a_profile_is_begun_read_and_changed() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    api.get("/v1/me/profile").as_(&tariro).send().await.expect(404).problem("not_found");
    api.get("/v1/me/profile/completion").as_(&tariro).send().await.expect(404);
    let change = json!({"offering": "A pilot."});
    api.patch("/v1/me/profile").as_(&tariro).if_match(1).json(&change).send().await.expect(404);

    let begun = api.profile(&tariro, &an_innovator()).await;
    assert_eq!(begun.header("location"), "/v1/me/profile");
    assert_eq!(begun.body["account"], tariro.account.id.to_string());
    assert_eq!(begun.body["details"]["startup_name"], "Mvura");
    assert_eq!(begun.body["state"], "incomplete", "{}", begun.body["completion"]);
    let again = api.post("/v1/profiles").as_(&tariro).json(&an_innovator()).send().await;
    assert_eq!(again.expect(409).problem("conflict").body["field"], "account");
    let read = api.get("/v1/me/profile").as_(&tariro).send().await.expect(200);
    assert_eq!(read.body, begun.body);
    api.get("/v1/me/profile").as_(&tariro).header("if-none-match", "\"1\"").send().await.expect(304);

    let change = json!({"offering": "A pilot.", "links": null, "details": {"stage": "launched"}});
    let call = || api.patch("/v1/me/profile").as_(&tariro).json(&change);
    call().send().await.expect(428);
    call().if_match(2).send().await.expect(412).problem("stale");
    let changed = call().if_match(1).send().await.expect(200);
    assert_eq!((changed.body["offering"].as_str(), changed.version()), (Some("A pilot."), 2));
    assert_eq!(changed.body["details"]["stage"], "launched");
    assert_eq!(changed.body["details"]["startup_name"], "Mvura", "what is absent stays");
    assert_eq!(changed.body["links"], json!([]));
    let fell = begun.body["completion"].as_u64().unwrap() - changed.body["completion"].as_u64().unwrap();
    assert_eq!(fell, 5, "links are worth 5 points");

    let me = api.get("/v1/me").as_(&tariro).send().await.expect(200);
    assert_eq!(me.body["standing"]["kind"], "innovator");
    assert_eq!(me.body["standing"]["completion"], changed.body["completion"]);
}

#[tokio::test]
async fn of_two_who_change_a_profile_one_is_stale() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    api.profile(&tariro, &an_innovator()).await;
    let change = |offering| {
        api.patch("/v1/me/profile").as_(&tariro).if_match(1).json(&json!({ "offering": offering })).send()
    };
    let (one, other) = tokio::join!(change("one"), change("other"));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test]
async fn every_kind_can_be_begun_with_nothing_but_itself() {
    let api = Api::new().await;
    for kind in ProfileKind::ALL {
        let name = kind.as_str().replace('_', "-");
        let person = api.member(&name).await;
        let begun = api.profile(&person, &json!({"details": {"kind": kind}})).await;
        assert_eq!(
            (begun.body["details"]["kind"].as_str(), begun.body["state"].as_str()),
            (Some(kind.as_str()), Some("draft"))
        );
        let seen =
            api.get(format!("/v1/profiles/{}", person.account.id)).as_(&person).send().await.expect(200);
        assert_eq!(seen.body["details"]["kind"], kind.as_str());
    }
}

#[tokio::test]
async fn everything_wrong_with_a_profile_is_told_at_once() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let begin = |body: Value| api.post("/v1/profiles").as_(&tariro).json(&body).send();
    begin(json!({})).await.violations(&[("/details/kind", "required")]);
    begin(json!({"details": {"kind": "wizard"}})).await.violations(&[("/details/kind", "unknown_value")]);
    begin(json!({
        "headline": "?",
        "location": {"country": "XX"},
        "languages": ["en", "e n"],
        "looking_for": [{"kind": "mentor"}, {"kind": "mentor"}],
        "details": {"kind": "innovator", "team_size": 0, "funding_sought": {"amount": "-1", "currency": "USD"}},
    }))
    .await
    .violations(&[
        ("/headline", "too_short"),
        ("/location/country", "malformed"),
        ("/languages/1", "malformed"),
        ("/details/funding_sought/amount", "out_of_range"),
        ("/details/team_size", "out_of_range"),
        ("/looking_for/1/kind", "duplicate"),
    ]);
    begin(json!({"details": {"kind": "mentor", "capacity": 1, "open_slots": 2}}))
        .await
        .violations(&[("/details/open_slots", "out_of_range")]);
    begin(json!({"details": {"kind": "mentor", "stage": "mvp"}}))
        .await
        .violations(&[("/details/stage", "unknown_field")]);
    begin(json!({"completion": 100, "details": {"kind": "mentor"}}))
        .await
        .violations(&[("/completion", "unknown_field")]);

    api.profile(&tariro, &an_innovator()).await;
    let change = |body: Value| api.patch("/v1/me/profile").as_(&tariro).if_match(1).json(&body).send();
    change(json!({"details": {"kind": "mentor"}})).await.violations(&[("/details/kind", "not_allowed")]);
    change(json!({"headline": "x".repeat(121), "details": {"stage": "done"}}))
        .await
        .violations(&[("/headline", "too_long"), ("/details/stage", "unknown_value")]);
}

#[tokio::test]
async fn others_see_what_is_for_them() {
    let api = Api::new().await;
    let (tariro, rudo, mercy) =
        (api.member("tariro").await, api.member("rudo").await, api.moderator("mercy").await);
    let mut profile = an_innovator();
    profile["field_visibility"] = json!({"location": "private", "email": "public"});
    api.profile(&tariro, &profile).await;
    let path = format!("/v1/profiles/{}", tariro.account.id);
    let see = |who: &Person| api.get(&path).as_(who).send();

    let own = see(&tariro).await.expect(200);
    assert_eq!(own.body["location"]["city"], "Harare");
    let seen = see(&rudo).await.expect(200);
    assert_eq!(
        (&seen.body["location"], seen.body["email"].as_str()),
        (&Value::Null, Some("tariro@example.org"))
    );
    assert_ne!(seen.header("etag"), own.header("etag"), "two see two things");
    api.get(&path).as_(&rudo).header("if-none-match", seen.header("etag")).send().await.expect(304);
    api.get(&path).as_(&rudo).header("if-none-match", own.header("etag")).send().await.expect(200);

    let change = |version, visibility: &str| {
        api.patch("/v1/me/profile")
            .as_(&tariro)
            .if_match(version)
            .json(&json!({ "visibility": visibility }))
            .send()
    };
    change(1, "private").await.expect(200);
    see(&rudo).await.expect(404).problem("not_found");
    see(&mercy).await.expect(200);
    see(&tariro).await.expect(200);
    change(2, "connections_only").await.expect(200);
    see(&rudo).await.expect(404);

    // Nobody sees a draft but its owner.
    api.profile(&rudo, &json!({"details": {"kind": "mentor"}})).await;
    let draft = format!("/v1/profiles/{}", rudo.account.id);
    api.get(&draft).as_(&mercy).send().await.expect(404);
    api.get(&draft).as_(&rudo).send().await.expect(200);
}

#[tokio::test]
async fn lists_have_what_the_caller_may_see_and_asks_for() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    api.db.clock.advance(chrono::TimeDelta::seconds(1));
    let rudo = api.member("rudo").await;
    api.db.clock.advance(chrono::TimeDelta::seconds(1));
    let (anesu, mercy) = (api.member("anesu").await, api.moderator("mercy").await);
    api.profile(&tariro, &an_innovator()).await;
    api.profile(&rudo, &an_investor()).await;
    let mut hidden = an_innovator();
    hidden["visibility"] = "private".into();
    api.profile(&anesu, &hidden).await;
    api.profile(&mercy, &json!({"details": {"kind": "mentor"}})).await;

    let list = |who: &Person, query: &str| {
        let call = api.get(format!("/v1/profiles?{query}")).as_(who);
        async move { call.send().await.expect(200).each("account") }
    };
    let ids =
        |people: &[&Person]| people.iter().map(|person| person.account.id.to_string()).collect::<Vec<_>>();
    assert_eq!(list(&tariro, "").await, ids(&[&rudo, &tariro]));
    assert_eq!(list(&mercy, "").await, ids(&[&anesu, &rudo, &tariro]));
    for (query, expected) in [
        ("kind=innovator", ids(&[&tariro])),
        ("country=KE", ids(&[&rudo])),
        ("country=zw&city=Harare", ids(&[&tariro])),
        ("skill=hydraulics", ids(&[&tariro])),
        ("interest=agriculture", ids(&[&rudo, &tariro])),
        ("interest=agriculture&language=sn", ids(&[&tariro])),
        ("verified=true", ids(&[])),
        ("verified=false&kind=business_investor", ids(&[&rudo])),
    ] {
        assert_eq!(list(&tariro, query).await, expected, "{query}");
    }
    api.get("/v1/profiles?verified=maybe&country=XX&skill=").as_(&tariro).send().await.violations(&[
        ("/country", "malformed"),
        ("/skill", "required"),
        ("/verified", "malformed"),
    ]);
    let first = api.get("/v1/profiles?limit=1").as_(&tariro).send().await.expect(200);
    let next = first.body["next_cursor"].as_str().unwrap();
    assert_eq!(list(&tariro, &format!("limit=1&cursor={next}")).await, ids(&[&tariro]));
}

#[tokio::test]
async fn what_is_hidden_is_not_given_away_by_being_asked_for() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let mut profile = an_innovator();
    profile["field_visibility"] = json!({"location": "private"});
    api.profile(&tariro, &profile).await;
    let list = |query: &str| api.get(format!("/v1/profiles?{query}")).as_(&rudo).send();
    assert_eq!(list("").await.expect(200).each("account").len(), 1);
    assert_eq!(list("country=ZW").await.expect(200).each("account").len(), 0);
    assert_eq!(list("city=Harare").await.expect(200).each("account").len(), 0);

    // An official who is not verified shows as a member of the community, and is not found as an official.
    let official = api.member("official").await;
    let mut profile = an_innovator();
    profile["details"] = json!({
        "kind": "government_official", "department": "Energy", "role": "Director", "jurisdiction": "Harare",
        "policy_areas": ["energy"], "programmes": ["Solar for all"], "mandates": ["Licences"],
    });
    api.profile(&official, &profile).await;
    assert_eq!(list("kind=government_official").await.expect(200).each("account").len(), 0);
    let seen = api.get(format!("/v1/profiles/{}", official.account.id)).as_(&rudo).send().await.expect(200);
    assert_eq!(seen.body["details"]["kind"], "community_member");
}

#[tokio::test]
async fn completion_says_what_is_missing_and_follows_what_happens() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let begun = api.profile(&tariro, &an_innovator()).await;
    let ask = || async { api.get("/v1/me/profile/completion").as_(&tariro).send().await.expect(200) };
    let before = ask().await;
    assert_eq!(before.body["percent"], begun.body["completion"]);
    let missing = before.body["missing"].as_array().unwrap();
    let points: Vec<_> = missing.iter().map(|item| item["points"].as_u64().unwrap()).collect();
    assert!(points.is_sorted_by(|one, other| one >= other), "{points:?}");
    assert_eq!(points.iter().sum::<u64>() + before.body["percent"].as_u64().unwrap(), 100);

    // A few sentences on the account are worth 10 points, the first post 5; the profile learns of both.
    let bio = json!({"bio": "I build pumps."});
    api.patch("/v1/me").as_(&tariro).if_match(1).json(&bio).send().await.expect(200);
    api.published(&tariro).await;
    let after = ask().await.body["percent"].as_u64().unwrap();
    assert_eq!(after, before.body["percent"].as_u64().unwrap() + 15);
    api.settle().await;
    let profile = api.get("/v1/me/profile").as_(&tariro).send().await.expect(200);
    assert_eq!(profile.body["completion"], after);
}

#[tokio::test]
async fn somebody_who_is_suspended_reads_and_does_not_write() {
    let api = Api::new().await;
    let (tariro, rudo, mercy) =
        (api.member("tariro").await, api.member("rudo").await, api.moderator("mercy").await);
    api.profile(&tariro, &an_innovator()).await;
    let post = api.draft(&tariro).await;
    api.suspend(&tariro).await;

    let path = format!("/v1/posts/{}", post.id());
    let writes = [
        api.post("/v1/posts").json(&a_post()),
        api.patch(&path).if_match(1).json(&json!({"body": "x"})),
        api.delete(&path).if_match(1),
        api.post(format!("{path}/publish")).if_match(1),
        api.patch("/v1/me").if_match(1).json(&json!({"bio": "x"})),
        api.patch("/v1/me/profile").if_match(2).json(&json!({"offering": "x"})),
        api.post("/v1/profiles").json(&an_innovator()),
        api.post(format!("/v1/matches/{}/dismiss", rudo.account.id)),
    ];
    for write in writes {
        write.as_(&tariro).send().await.expect(403).problem("suspended");
    }
    api.get("/v1/posts").as_(&tariro).send().await.expect(200);
    let profile = format!("/v1/profiles/{}", tariro.account.id);
    api.get(&profile).as_(&rudo).send().await.expect(404);
    api.get(&profile).as_(&mercy).send().await.expect(200);
    api.delete("/v1/sessions/current").as_(&tariro).send().await.expect(204);
}

#[tokio::test]
async fn a_profile_sent_twice_is_begun_once() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let begin = || api.post("/v1/profiles").as_(&tariro).key("k").json(&an_innovator()).send();
    let (first, again) = (begin().await.expect(201), begin().await.expect(201));
    assert_eq!((first.text.as_str(), again.header("idempotent-replayed")), (again.text.as_str(), "true"));
    let mut tx = api.db.store.read(&api.db.one.scope).await.unwrap();
    assert_eq!(tx.profiles().get(tariro.account.id).await.unwrap().unwrap().version.get(), 1);
}

//! Files over HTTP: declared, uploaded, finalised, hung on posts, fetched, deleted.

use serde_json::{Value, json};

use crate::support::{A_GIF, Answer, Api, Call, Person, a_post};

fn declare(api: &Api, who: &Person, file: &Value) -> Call {
    api.post("/v1/media").as_(who).json(file)
}

async fn declared(api: &Api, who: &Person) -> String {
    let file = json!({"file_name": "pixel.gif", "media_type": "image/gif", "size": A_GIF.len()});
    let answer = declare(api, who, &file).send().await.expect(201);
    answer.body["media"]["id"].as_str().unwrap().to_owned()
}

fn upload(api: &Api, who: &Person, id: &str, content: &[u8]) -> Call {
    let call = api.call("PUT", format!("/v1/media/{id}/content")).as_(who).bytes("image/gif", content);
    call.header("content-length", content.len().to_string())
}

async fn finalise(api: &Api, who: &Person, id: &str) -> Answer {
    api.post(format!("/v1/media/{id}/finalise")).as_(who).send().await
}

/// A file of this person that is ready.
pub(crate) async fn ready(api: &Api, who: &Person) -> String {
    let id = declared(api, who).await;
    upload(api, who, &id, A_GIF).send().await.expect(204);
    finalise(api, who, &id).await.expect(200);
    id
}

async fn url(api: &Api, who: &Person, address: &str) -> Answer {
    api.get(address).as_(who).send().await
}

/// The file at an address, fetched by somebody who is nobody.
async fn fetch(api: &Api, url: &Answer) -> Answer {
    let url = url.body["url"].as_str().unwrap();
    let path = url.strip_prefix(&api.state.options.public_url).unwrap();
    api.get(path).undocumented().send().await
}

#[tokio::test]
async fn a_file_is_declared_uploaded_finalised_and_fetched() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let file = json!({"file_name": "Übung.gif", "media_type": "image/gif", "size": A_GIF.len()});
    let first = declare(&api, &tariro, &file).key("k").send().await.expect(201);
    let again = declare(&api, &tariro, &file).key("k").send().await.expect(201);
    assert_eq!(first.body, again.body);
    let (media, target) = (&first.body["media"], &first.body["upload"]);
    let id = media["id"].as_str().unwrap();
    assert_eq!(
        (media["state"].as_str(), first.header("location")),
        (Some("pending"), &*format!("/v1/media/{id}"))
    );
    assert_eq!(
        (target["method"].as_str(), target["direct"].as_bool(), target["headers"][0]["value"].as_str()),
        (Some("PUT"), Some(false), Some("image/gif"))
    );
    assert!(target["url"].as_str().unwrap().ends_with(&format!("/v1/media/{id}/content")));
    finalise(&api, &tariro, id).await.expect(409).problem("step_refused");
    url(&api, &tariro, &format!("/v1/media/{id}/url")).await.expect(404);
    upload(&api, &tariro, id, A_GIF).send().await.expect(204);
    upload(&api, &tariro, id, A_GIF).send().await.expect(204);

    let step = || api.post(format!("/v1/media/{id}/finalise")).as_(&tariro).key("f").send();
    let (done, replayed) = (step().await.expect(200), step().await.expect(200));
    assert_eq!((&done.body, replayed.header("idempotent-replayed")), (&replayed.body, "true"));
    assert_eq!((done.body["state"].as_str(), done.body["width"].as_i64()), (Some("ready"), Some(1)));
    finalise(&api, &tariro, id).await.expect(409).problem("step_refused");
    upload(&api, &tariro, id, A_GIF).send().await.expect(409).problem("step_refused");
    assert_eq!(api.get(format!("/v1/media/{id}")).as_(&tariro).send().await.expect(200).body, done.body);

    let original =
        fetch(&api, &url(&api, &tariro, &format!("/v1/media/{id}/url")).await.expect(200)).await.expect(200);
    assert_eq!((original.bytes.as_slice(), original.header("content-type")), (A_GIF, "image/gif"));
    assert_eq!(original.header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(
        original.header("content-disposition"),
        "inline; filename=\"_bung.gif\"; filename*=UTF-8''%C3%9Cbung.gif"
    );
    let thumbnail = url(&api, &tariro, &format!("/v1/media/{id}/url?variant=thumbnail")).await.expect(200);
    let thumbnail = fetch(&api, &thumbnail).await.expect(200);
    assert_eq!(thumbnail.header("content-type"), "image/png");
    assert!(thumbnail.bytes.starts_with(b"\x89PNG"));
    url(&api, &tariro, &format!("/v1/media/{id}/url?variant=huge"))
        .await
        .violations(&[("/variant", "unknown_value")]);

    let mine = api.get("/v1/me/media?limit=1").as_(&tariro).send().await.expect(200);
    assert_eq!(mine.each("id"), [id]);
    api.delete(format!("/v1/media/{id}")).as_(&tariro).send().await.expect(204);
    api.delete(format!("/v1/media/{id}")).as_(&tariro).send().await.expect(404);
}

#[tokio::test]
async fn what_is_declared_must_be_allowed() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let refused = |file: Value| {
        let call = declare(&api, &tariro, &file);
        async move { call.send().await.expect(422) }
    };
    let bad = refused(json!({"file_name": "../a.gif", "media_type": "image/svg+xml", "size": 0})).await;
    bad.violations(&[
        ("/media_type", "unknown_value"),
        ("/size", "out_of_range"),
        ("/file_name", "malformed"),
    ]);
    let named = refused(json!({"file_name": "a.gif.exe", "media_type": "image/gif", "size": 1})).await;
    named.violations(&[("/file_name", "malformed")]);
    let file = |size: u32| json!({"file_name": "a.gif", "media_type": "image/gif", "size": size});
    let most = 10 * 1024 * 1024;
    declare(&api, &tariro, &file(most)).send().await.expect(201);
    refused(file(most + 1)).await.violations(&[("/size", "out_of_range")]);
    api.set(&api.db.one, |settings| settings.max_media_bytes = 9).await;
    declare(&api, &tariro, &file(9)).send().await.expect(201);
    refused(file(10)).await.violations(&[("/size", "out_of_range")]);
}

#[tokio::test]
async fn wrong_uploads_get_the_right_answer_and_leave_nothing() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let id = declared(&api, &tariro).await;
    let longer = [A_GIF, b"!"].concat();
    let put = |kind: &str, content: &[u8]| {
        api.call("PUT", format!("/v1/media/{id}/content")).as_(&tariro).bytes(kind, content)
    };
    let sized = |call: Call, size: usize| call.header("content-length", size.to_string());
    sized(put("image/gif", &longer), longer.len()).send().await.expect(413).problem("too_large");
    sized(put("image/gif", &A_GIF[1..]), A_GIF.len() - 1)
        .send()
        .await
        .violations(&[("/Content-Length", "out_of_range")]);
    put("image/gif", A_GIF).send().await.violations(&[("/Content-Length", "required")]);
    sized(put("text/html", A_GIF), A_GIF.len()).send().await.expect(415).problem("unsupported_media_type");
    // More or less than its headers say.
    for content in [&longer, &A_GIF[1..]] {
        sized(put("image/gif", content), A_GIF.len())
            .send()
            .await
            .violations(&[("/content", "out_of_range")]);
    }
    finalise(&api, &tariro, &id).await.expect(409).problem("step_refused");
    sized(put("application/octet-stream", A_GIF), A_GIF.len()).send().await.expect(204);
    finalise(&api, &tariro, &id).await.expect(200);

    // What is something else is refused when it is looked into, and the file is gone.
    for wrong in [b"<script>alert(1)</script>12345678901".as_slice(), &[&A_GIF[..30], b"<br>12"].concat()] {
        let file = json!({"file_name": "pixel.gif", "media_type": "image/gif", "size": wrong.len()});
        let answer = declare(&api, &tariro, &file).send().await.expect(201);
        let id = answer.body["media"]["id"].as_str().unwrap();
        upload(&api, &tariro, id, wrong).send().await.expect(204);
        finalise(&api, &tariro, id).await.violations(&[("/content", "malformed")]);
        api.get(format!("/v1/media/{id}")).as_(&tariro).send().await.expect(404);
    }
}

#[tokio::test]
async fn a_file_is_seen_by_whoever_sees_a_post_it_hangs_on() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let (id, other) = (ready(&api, &tariro).await, ready(&api, &tariro).await);
    let get = |who: &Person| api.get(format!("/v1/media/{id}")).as_(who).send();
    get(&rudo).await.expect(404);
    let mut input = a_post();
    input["attachments"] = json!([other, id]);
    let draft = api.post("/v1/posts").as_(&tariro).json(&input).send().await.expect(201);
    let at = |media: &str| format!("/v1/posts/{}/media/{media}/url", draft.id());
    get(&rudo).await.expect(404);
    url(&api, &rudo, &at(&id)).await.expect(404);
    fetch(&api, &url(&api, &tariro, &at(&id)).await.expect(200)).await.expect(200);

    let published = api.step(&tariro, &draft, "publish").await.expect(200);
    get(&rudo).await.expect(200);
    let seen = url(&api, &rudo, &at(&id)).await.expect(200);
    assert_eq!(fetch(&api, &seen).await.expect(200).bytes, A_GIF);
    // The owner's address is the owner's.
    url(&api, &rudo, &format!("/v1/media/{id}/url")).await.expect(404);
    // While it hangs there it stays; the post is archived, and it is the author's again.
    api.delete(format!("/v1/media/{id}")).as_(&tariro).send().await.expect(409).problem("step_refused");
    api.step(&tariro, &published, "archive").await.expect(200);
    get(&rudo).await.expect(404);
    url(&api, &rudo, &at(&id)).await.expect(404);
    // An address that was given works until its time is up, and no other text does.
    assert_eq!(fetch(&api, &seen).await.expect(200).bytes, A_GIF);
    let mut forged = seen.clone();
    forged.body["url"] = json!(format!("{}A", seen.body["url"].as_str().unwrap()));
    fetch(&api, &forged).await.expect(404);
    api.db.clock.advance(chrono::TimeDelta::minutes(5));
    fetch(&api, &seen).await.expect(404);
}

#[tokio::test]
async fn only_ready_files_of_its_author_hang_on_a_post() {
    let api = Api::new().await;
    let (tariro, rudo) = (api.member("tariro").await, api.member("rudo").await);
    let (own, pending, foreign) =
        (ready(&api, &tariro).await, declared(&api, &tariro).await, ready(&api, &rudo).await);
    let mut input = a_post();
    input["attachments"] = json!([pending, own, foreign]);
    let post = || api.post("/v1/posts").as_(&tariro);
    post()
        .json(&input)
        .send()
        .await
        .violations(&[("/attachments/0", "not_allowed"), ("/attachments/2", "not_allowed")]);
    input["attachments"] = json!([own]);
    let draft = post().json(&input).send().await.expect(201);
    let edit = |attachments: Value| {
        let edit = json!({ "attachments": attachments });
        api.patch(format!("/v1/posts/{}", draft.id()))
            .as_(&tariro)
            .if_match(draft.version())
            .json(&edit)
            .send()
    };
    edit(json!([foreign])).await.violations(&[("/attachments/0", "not_allowed")]);
    edit(json!([])).await.expect(200);
    // The version before names it, and is kept whole.
    let delete = || api.delete(format!("/v1/media/{own}")).as_(&tariro).send();
    delete().await.expect(409).problem("step_refused");
    api.delete(format!("/v1/posts/{}", draft.id()))
        .as_(&tariro)
        .if_match(draft.version() + 1)
        .send()
        .await
        .expect(204);
    delete().await.expect(204);
}

#[tokio::test]
async fn a_file_that_an_earlier_version_names_is_kept_and_shown_to_staff() {
    let api = Api::new().await;
    let (tariro, rudo, mercy) =
        (api.member("tariro").await, api.member("rudo").await, api.moderator("mercy").await);
    let file = ready(&api, &tariro).await;
    let mut post = a_post();
    post["attachments"] = json!([file]);
    let draft = api.post("/v1/posts").as_(&tariro).json(&post).send().await.expect(201);
    let post = api.step(&tariro, &draft, "publish").await.expect(200);
    let path = format!("/v1/posts/{}", post.id());
    let edit = json!({"attachments": []});
    let edited = api.patch(&path).as_(&tariro).if_match(post.version()).json(&edit).send().await.expect(200);
    api.delete(format!("/v1/media/{file}")).as_(&tariro).send().await.expect(409).problem("step_refused");
    let on_post = format!("{path}/media/{file}/url");
    url(&api, &rudo, &on_post).await.expect(404);
    api.get(format!("/v1/media/{file}")).as_(&rudo).send().await.expect(404);
    for who in [&tariro, &mercy] {
        let address = url(&api, who, &on_post).await.expect(200);
        assert_eq!(fetch(&api, &address).await.expect(200).bytes, A_GIF);
        api.get(format!("/v1/media/{file}")).as_(who).send().await.expect(200);
    }
    let restore = api.post(format!("{path}/versions/1/restore")).as_(&tariro).if_match(edited.version());
    let restored = restore.send().await.expect(200);
    assert_eq!(restored.body["attachments"], json!([file]));
    url(&api, &rudo, &on_post).await.expect(200);
    // Redacted, the version names nothing, and what hangs on nothing may go.
    let edited =
        api.patch(&path).as_(&tariro).if_match(restored.version()).json(&edit).send().await.expect(200);
    for number in [1, restored.version()] {
        let redact = api.post(format!("{path}/versions/{number}/redact")).as_(&tariro);
        redact.json(&json!({"reason": "It shows a face."})).send().await.expect(200);
    }
    assert_eq!(edited.body["attachments"], json!([]));
    api.delete(format!("/v1/media/{file}")).as_(&tariro).send().await.expect(204);
}

//! Pages, and the cursors between them.

use crate::support::Api;

#[tokio::test]
async fn pages_put_together_are_the_list() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let mut posts = Vec::new();
    for _ in 0..7 {
        posts.push(api.published(&tariro).await.id().to_owned());
        api.db.clock.advance(chrono::TimeDelta::minutes(1));
    }
    posts.reverse();
    let (mut seen, mut path) = (Vec::new(), "/v1/posts?limit=3&tag=solar".to_owned());
    let mut sizes = Vec::new();
    loop {
        let page = api.get(&path).as_(&tariro).send().await.expect(200);
        sizes.push(page.each("id").len());
        seen.extend(page.each("id"));
        assert_eq!(page.body["has_more"], !page.body["next_cursor"].is_null());
        if page.body["has_more"] == false {
            assert!(!page.headers.contains_key("link"));
            break;
        }
        let link = page.header("link").to_owned();
        let next = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap();
        assert!(next.starts_with("/v1/posts?limit=3&tag=solar&cursor="), "{next}");
        assert!(next.ends_with(page.body["next_cursor"].as_str().unwrap()), "{next}");
        next.clone_into(&mut path);
        // Somebody publishes meanwhile: what was seen is not seen again, and nothing is left out.
        api.published(&tariro).await;
    }
    assert_eq!((seen, sizes), (posts, vec![3, 3, 1]));
}

#[tokio::test]
async fn a_cursor_opens_only_the_list_it_was_given_for() {
    let api = Api::new().await;
    let (tariro, rudo, abroad) =
        (api.member("tariro").await, api.member("rudo").await, api.stranger("abroad").await);
    for _ in 0..2 {
        api.published(&tariro).await;
    }
    let first = api.get("/v1/posts?limit=1").as_(&tariro).send().await.expect(200);
    let cursor = first.body["next_cursor"].as_str().unwrap().to_owned();
    let ask = |path: String, who: &crate::support::Person| api.get(path).as_(who).send();
    ask(format!("/v1/posts?limit=1&cursor={cursor}"), &tariro).await.expect(200);
    ask(format!("/v1/posts?cursor={cursor}"), &tariro).await.expect(200);
    let mut changed = cursor.clone().into_bytes();
    changed[20] ^= 1;
    let changed = String::from_utf8(changed).unwrap();
    for (path, who) in [
        (format!("/v1/posts?cursor={cursor}&tag=solar"), &tariro),
        (format!("/v1/me/posts?cursor={cursor}"), &tariro),
        (format!("/v1/sessions?cursor={cursor}"), &tariro),
        (format!("/v1/posts?cursor={cursor}"), &rudo),
        (format!("/v1/posts?cursor={cursor}"), &abroad),
        (format!("/v1/posts?cursor={changed}"), &tariro),
        ("/v1/posts?cursor=made-up".to_owned(), &tariro),
        ("/v1/posts?cursor=".to_owned(), &tariro),
    ] {
        ask(path, who).await.expect(400).problem("invalid_cursor");
    }
}

#[tokio::test]
async fn a_parameter_is_known_and_right_or_told() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let ask = |query: &str| api.get(format!("/v1/posts?{query}")).as_(&tariro).send();
    for limit in ["0", "101", "-1", "many", "", "99999999999999999999"] {
        ask(&format!("limit={limit}")).await.violations(&[("/limit", "out_of_range")]);
    }
    ask("limit=100").await.expect(200);
    ask("limit=1&limit=2").await.violations(&[("/limit", "duplicate")]);
    ask("athor=x").await.violations(&[("/athor", "unknown_field")]);
    ask("author=x&kind=sermon&page=2").await.violations(&[
        ("/author", "malformed"),
        ("/kind", "unknown_value"),
        ("/page", "unknown_field"),
    ]);
}

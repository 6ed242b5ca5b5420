//! What core refuses, the server refuses with the same words: every way to break a rule that core's generators know,
//! sent over HTTP and parsed beside it.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde::Serialize;
use serde_json::Value;
use smilefactory_core::community::GroupDraft;
use smilefactory_core::content::moderation::ReportDraft;
use smilefactory_core::content::{CategoryDraft, CommentDraft, MediaUpload, PostDraft};
use smilefactory_core::identity::{AccountSettings, SignUp};
use smilefactory_core::profile::{ProfileContent, ProfileKind};
use smilefactory_core::testing::{self, Spoiled};
use smilefactory_core::validation::Field;

use crate::support::{Api, Call};

/// The same values in every run.
fn samples<S: Strategy>(strategy: &S, count: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// Sends the good input, which is not refused for its values, and each spoiled one, whose answer has to be what core
/// says of it, violation by violation, with parameters and messages. Gives back how many were tried.
#[expect(clippy::future_not_send, reason = "a test awaits it where it stands")]
async fn refused_alike<T>(
    good: &T::Raw,
    spoiled: impl Iterator<Item = Spoiled<T::Raw>>,
    call: impl Fn() -> Call,
) -> usize
where
    T: Field,
    T::Raw: Serialize + Clone + std::fmt::Debug,
{
    let answer = call().json(&serde_json::to_value(good).unwrap()).send().await;
    assert_ne!(answer.status, 422, "{good:?}: {}", answer.text);
    let mut tried = 0;
    for Spoiled { input, pointer, code } in spoiled {
        tried += 1;
        let sent = serde_json::to_value(&input).unwrap();
        let violations = T::from_raw(input).err().unwrap_or_else(|| panic!("core accepts {pointer} {code}"));
        let answer = call().json(&sent).send().await.violations(&[(pointer.as_str(), code)]);
        let expected: Value = serde_json::to_value(violations.into_vec()).unwrap();
        assert_eq!(answer.body["errors"], expected, "{pointer} {code}");
    }
    tried
}

#[tokio::test]
async fn profiles_of_every_kind_are_refused_as_core_refuses_them() {
    let api = Api::new().await;
    let mut tried = 0;
    for kind in ProfileKind::ALL {
        let person = api.member(&kind.as_str().replace('_', "-")).await;
        for input in samples(&testing::profile_input_of(*kind), 2) {
            let spoiled = testing::spoiled_profiles(&input);
            let begin = || api.post("/v1/profiles").as_(&person);
            tried += refused_alike::<ProfileContent>(&input, spoiled, begin).await;
        }
    }
    assert!(tried > 600, "only {tried} flaws were tried");
}

#[tokio::test]
async fn posts_and_comments_are_refused_as_core_refuses_them() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    let post = api.published(&tariro).await;
    for input in samples(&testing::post_input(), 3) {
        let spoiled = testing::spoiled_posts(&input).chain(testing::spoiled_posts_on_the_wire(&input));
        let draft = || api.post("/v1/posts").as_(&tariro);
        assert!(refused_alike::<PostDraft>(&input, spoiled, draft).await > 20);
    }
    for input in samples(&testing::comment_input(), 3) {
        let spoiled = testing::spoiled_comments(&input);
        let write = || api.post(format!("/v1/posts/{}/comments", post.id())).as_(&tariro);
        assert!(refused_alike::<CommentDraft>(&input, spoiled, write).await > 2);
    }
}

#[tokio::test]
async fn sign_ups_and_accounts_are_refused_as_core_refuses_them() {
    let api = Api::new().await;
    for input in samples(&testing::sign_up(), 3) {
        let spoiled = testing::spoiled_sign_ups(&input);
        let sign_up = || api.post("/v1/accounts").tenant("one");
        assert!(refused_alike::<SignUp>(&input, spoiled, sign_up).await > 10);
    }
    let tariro = api.member("tariro").await;
    for (input, version) in samples(&testing::account_settings(), 3).into_iter().zip(1..) {
        let spoiled = testing::spoiled_account_settings(&input);
        // A good change is saved once; whatever is refused changes nothing.
        let saved = std::cell::Cell::new(version);
        let change = || api.patch("/v1/me").as_(&tariro).if_match(saved.replace(version + 1));
        assert!(refused_alike::<AccountSettings>(&input, spoiled, change).await > 5);
    }
}

#[tokio::test]
async fn files_categories_and_reports_are_refused_as_core_refuses_them() {
    let api = Api::new().await;
    let (tariro, mercy) = (api.member("tariro").await, api.moderator("mercy").await);
    for input in samples(&testing::media_input(), 2) {
        let declare = || api.post("/v1/media").as_(&tariro);
        let spoiled = testing::spoiled_media(&input);
        assert!(refused_alike::<MediaUpload>(&input, spoiled, declare).await > 2);
    }
    for input in samples(&testing::category_input(), 2) {
        let create = || api.post("/v1/categories").as_(&mercy);
        let spoiled = testing::spoiled_categories(&input);
        assert!(refused_alike::<CategoryDraft>(&input, spoiled, create).await > 2);
    }
    for input in samples(&testing::report_input(), 2) {
        let file = || api.post("/v1/reports").as_(&tariro);
        let spoiled = testing::spoiled_reports(&input);
        assert!(refused_alike::<ReportDraft>(&input, spoiled, file).await > 2);
    }
}

#[tokio::test]
async fn groups_are_refused_as_core_refuses_them() {
    let api = Api::new().await;
    let tariro = api.member("tariro").await;
    for input in samples(&testing::community_group_input(), 3) {
        // There is no such category, and no group is as large in this community.
        let input = smilefactory_core::community::GroupInput { category: None, member_limit: None, ..input };
        let create = || api.post("/v1/groups").as_(&tariro);
        let spoiled = testing::spoiled_community_groups(&input);
        assert!(refused_alike::<GroupDraft>(&input, spoiled, create).await > 10);
    }
}

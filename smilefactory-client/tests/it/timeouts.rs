//! That nothing waits for ever.

use std::time::Duration;

use smilefactory_client::ErrorKind;
use smilefactory_core::content::PostInput;

use crate::script::{Script, Step, account};

const SHORT: Duration = Duration::from_millis(100);
const FOR_EVER: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn an_attempt_without_an_answer_ends_and_the_next_begins() {
    let script = Script::of([Step::Hang, Step::Drip, Step::json(200, &account())]).await;
    let client = script.builder().attempt_timeout(SHORT).build().unwrap();
    assert_eq!(client.accounts().me().await.unwrap(), account());
    assert_eq!(script.asked().len(), 3);
}

#[tokio::test]
async fn a_call_ends_when_its_time_is_up_whatever_the_attempts_have() {
    for step in [|| Step::Hang, || Step::Drip] {
        let script = Script::by(move |_| step()).await;
        let client = script.builder().attempt_timeout(FOR_EVER).build().unwrap();
        let call = client.accounts().me().timeout(SHORT).send();
        let error = tokio::time::timeout(FOR_EVER / 60, call).await.expect("it ends by itself").unwrap_err();
        assert_eq!((error.kind(), error.attempts(), script.asked().len()), (ErrorKind::TimedOut, 1, 1));
        assert!(error.is_retryable() && !error.may_have_taken_effect());
    }
}

#[tokio::test]
async fn a_write_without_an_answer_may_have_taken_effect() {
    let script = Script::by(|_| Step::Hang).await;
    let draft = script.client().posts().draft(&PostInput::default());
    let error = draft.attempt_timeout(SHORT).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), script.asked().len()), (ErrorKind::TimedOut, 3, 3));
    assert!(error.may_have_taken_effect());
    // Nobody answered, yet the request has a name that the server's logs know.
    assert_eq!(error.request_id(), script.asked()[0].header("x-request-id"));
}

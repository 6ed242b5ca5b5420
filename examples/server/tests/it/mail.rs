//! Verification mails: sent once an account is open, and what their token does.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use serde_json::json;
use server::background::{MAIL_READER, VerificationMails};
use server::mail::{Mail, MailError, Mailer};
use sha2::{Digest, Sha256};
use smilefactory_store::outbox::Relay;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::platform::Claim;

use crate::support::{Api, a_sign_up};

/// Keeps the mails; refuses the first so many.
#[derive(Debug, Default)]
struct Mailbox {
    mails: Mutex<Vec<Mail>>,
    refusals: Mutex<u32>,
}

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let mut refusals = self.refusals.lock().unwrap();
        if *refusals > 0 {
            *refusals -= 1;
            return Err(MailError::away("the mail server is away"));
        }
        self.mails.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

impl Mailbox {
    fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    /// The token in the only mail there is.
    fn token(&self) -> String {
        let mails = self.mails();
        assert_eq!(mails.len(), 1, "{mails:?}");
        let line = mails[0].text.lines().find(|line| line.starts_with("sf_"));
        line.expect("a mail with a token in it").to_owned()
    }
}

fn relay(api: &Api, mailbox: &Arc<Mailbox>) -> Relay<VerificationMails> {
    let mails = VerificationMails::new(Arc::clone(mailbox) as _, "https://one.example.org".to_owned());
    Relay::new(api.db.store.clone(), MAIL_READER, mails)
}

async fn sign_up(api: &Api) {
    api.post("/v1/accounts").tenant("one").json(&a_sign_up("tariro")).send().await.expect(201);
}

#[tokio::test]
async fn the_token_in_the_mail_proves_the_address_once() {
    let api = Api::new().await;
    let mailbox = Arc::new(Mailbox::default());
    sign_up(&api).await;
    api.drain(&relay(&api, &mailbox)).await;
    let (mail, token) = (mailbox.mails().remove(0), mailbox.token());
    assert_eq!(mail.to.as_str(), "tariro@example.org");
    assert!(mail.text.contains("https://one.example.org/v1/email-verifications"), "{}", mail.text);

    let prove = || api.post("/v1/email-verifications").json(&json!({ "token": token })).send();
    let proven = prove().await.expect(200);
    assert!(proven.body["email_verified_at"].is_string());
    assert_eq!(proven.version(), 2);
    prove().await.violations(&[("/token", "malformed")]);
    // Nobody is written to twice.
    api.drain(&relay(&api, &mailbox)).await;
    assert_eq!(mailbox.mails().len(), 1);
}

#[tokio::test]
async fn two_who_prove_at_once_prove_once() {
    let api = Api::new().await;
    let mailbox = Arc::new(Mailbox::default());
    sign_up(&api).await;
    api.drain(&relay(&api, &mailbox)).await;
    let token = json!({ "token": mailbox.token() });
    let prove = || api.post("/v1/email-verifications").json(&token).send();
    let (one, other) = tokio::join!(prove(), prove());
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);
}

#[tokio::test]
async fn a_token_works_for_a_day_and_no_other_text_does() {
    let api = Api::new().await;
    let mailbox = Arc::new(Mailbox::default());
    let prove = |token: &str| api.post("/v1/email-verifications").json(&json!({ "token": token })).send();
    let no_token = prove("sf_made_up").await.violations(&[("/token", "malformed")]);
    prove("").await.violations(&[("/token", "required")]);
    api.post("/v1/email-verifications").json(&json!({})).send().await.violations(&[("/token", "required")]);
    // A log-in's token is none of these.
    let rudo = api.member("rudo").await;
    prove(&rudo.token).await.violations(&[("/token", "malformed")]);

    api.db.clock.advance(TimeDelta::hours(25));
    sign_up(&api).await;
    api.drain(&relay(&api, &mailbox)).await;
    api.db.clock.advance(TimeDelta::hours(24));
    let too_late = prove(&mailbox.token()).await.violations(&[("/token", "malformed")]);
    assert_eq!(too_late.body["errors"], no_token.body["errors"], "why it does not work is not told");
}

#[tokio::test]
async fn a_mailer_that_is_away_is_tried_again() {
    let api = Api::new().await;
    let mailbox = Arc::new(Mailbox::default());
    *mailbox.refusals.lock().unwrap() = 2;
    sign_up(&api).await;
    let relay = relay(&api, &mailbox);
    for _ in 0..3 {
        api.drain(&relay).await;
        api.db.clock.advance(TimeDelta::hours(1));
    }
    let token = mailbox.token();
    api.post("/v1/email-verifications").json(&json!({ "token": token })).send().await.expect(200);
}

#[tokio::test]
async fn who_signed_up_long_ago_or_has_proven_it_is_not_written_to() {
    let api = Api::new().await;
    let mailbox = Arc::new(Mailbox::default());
    sign_up(&api).await;
    api.db.clock.advance(TimeDelta::hours(24));
    api.drain(&relay(&api, &mailbox)).await;
    assert_eq!(mailbox.mails(), []);
}

#[tokio::test]
async fn the_digest_of_the_token_is_all_that_is_kept() {
    let api = Api::new().await;
    let mailbox = Arc::new(Mailbox::default());
    sign_up(&api).await;
    api.drain(&relay(&api, &mailbox)).await;
    let token = mailbox.token();
    let mut tx = api.db.store.read(&api.db.one.scope).await.unwrap();
    let page = smilefactory_core::page::PageRequest::first(smilefactory_core::page::PageSize::MAX);
    let trail = smilefactory_store::repo::platform::ReadAudit::list(&mut tx.audit(), &page).await.unwrap();
    assert!(trail.items.iter().any(|entry| entry.table == "identity.email_verifications"));
    let trail = format!("{trail:?}");
    assert!(!trail.contains(&token) && !trail.contains("tariro-password"), "{trail}");
}

#[tokio::test]
async fn a_proof_sent_again_keeps_no_telephone_number() {
    let api = Api::new().await;
    let mailbox = Arc::new(Mailbox::default());
    sign_up(&api).await;
    api.drain(&relay(&api, &mailbox)).await;
    let credentials = json!({"email": "tariro@example.org", "password": "tariro-password"});
    let log_in = api.post("/v1/sessions").tenant("one").json(&credentials).send().await.expect(201);
    let me = || api.patch("/v1/me").token(log_in.body["token"].as_str().unwrap());
    me().if_match(1).json(&json!({"phone": "+263771234567"})).send().await.expect(200);

    let proof = json!({ "token": mailbox.token() });
    let prove = || api.post("/v1/email-verifications").key("k").json(&proof).send();
    let (first, again) = (prove().await.expect(200), prove().await.expect(200));
    assert_eq!((&first.body, first.body["phone"].as_str()), (&again.body, Some("+263771234567")));
    assert_eq!(again.header("idempotent-replayed"), "true");

    let fingerprint = Sha256::digest(format!("POST\0/v1/email-verifications\0\0{proof}\0"));
    let mut tx = api.db.store.write(&api.db.one.anonymous()).await.unwrap();
    let kept = tx.idempotency().claim("k", fingerprint.into()).await.unwrap();
    let Claim::Done(kept) = kept else { panic!("{kept:?}") };
    assert_eq!(String::from_utf8(kept.body).unwrap(), format!("\"{}\"", first.id()));
}

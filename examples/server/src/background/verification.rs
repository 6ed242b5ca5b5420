//! Whoever signed up is sent a token to prove their address with.

use std::sync::Arc;

use async_trait::async_trait;
use smilefactory_core::id::Id;
use smilefactory_core::identity::{Account, AccountOpened, Token, VerificationToken};
use smilefactory_store::WriteTx;
use smilefactory_store::outbox::{Handler, HandlerError, RecordedFact};
use smilefactory_store::prelude::*;

use crate::mail::{Mail, Mailer};

/// Sends a verification mail for every account that was opened.
///
/// The token's digest is kept if and only if the mail was sent, as far as the mailer says so; a mailer that is away
/// is tried again. Whoever signed up longer ago than a token works for is not written to: a reader that starts
/// on an old outbox does not write to everybody.
#[derive(Debug)]
pub struct VerificationMails {
    mailer: Arc<dyn Mailer>,
    public_url: String,
}

impl VerificationMails {
    /// Mails by `mailer`, about the server at `public_url`.
    pub fn new(mailer: Arc<dyn Mailer>, public_url: String) -> Self {
        Self { mailer, public_url }
    }

    fn mail(&self, fact: &RecordedFact, account: &Account, token: &Token) -> Mail {
        let (name, url, token) = (&account.settings.first_name, &self.public_url, token.reveal());
        let text = format!(
            "Hello {name},\n\n\
             prove that this address is yours with this token. It works once, within a day:\n\n\
             {token}\n\n\
             curl -X POST {url}/v1/email-verifications -H 'Content-Type: application/json' \
             -d '{{\"token\": \"{token}\"}}'\n\n\
             If you did not sign up, do nothing.\n"
        );
        Mail {
            id: fact.id.uuid(),
            to: account.email.clone(),
            subject: "Prove your email address".to_owned(),
            text,
            at: fact.at,
            unsubscribe: None,
        }
    }
}

#[async_trait]
impl Handler for VerificationMails {
    async fn handle(&self, tx: &mut WriteTx, fact: &RecordedFact) -> Result<(), HandlerError> {
        let Some(opened) = fact.fact.read::<AccountOpened>()? else { return Ok(()) };
        let expires_at = fact.at + VerificationToken::LIFETIME;
        if expires_at <= tx.now() {
            return Ok(());
        }
        let Some(account) = tx.accounts().get(opened.account).await? else { return Ok(()) };
        if account.email_verified_at.is_some() {
            return Ok(());
        }
        let token = Token::new(fact.tenant, tx.random()?);
        let verification = VerificationToken {
            id: tx.new_id()?,
            account: account.id,
            email: account.email.clone(),
            expires_at: tx.now() + VerificationToken::LIFETIME,
        };
        tx.verifications().insert(&verification, &token.digest()).await?;
        Ok(self.mailer.send(&self.mail(fact, &account, &token)).await?)
    }
}

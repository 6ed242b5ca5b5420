//! Signing up, logging in and out.

use std::time::Duration;

use smilefactory_client::{Client, LogIn};
use smilefactory_core::identity::{Account, SignUpInput};

use super::refusal;
use crate::instance::Instance;
use crate::people::PASSWORD;
use crate::tour::{Stopped, Told, Tour};
use crate::{Error, show};

/// How often a token is tried, and the pause in between.
const LOOKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

pub(super) async fn mistakes(tour: &mut Tour, nobody: &Client, guest: &SignUpInput) -> Result<(), Stopped> {
    let work = async {
        let wrong = SignUpInput {
            email: "tatenda".into(),
            password: "short".into(),
            first_name: "T".into(),
            ..guest.clone()
        };
        let refused = refusal(nobody.accounts().sign_up(&wrong).await)?;
        let Some(violations) = refused.violations() else { return Err(refused.into()) };
        let outcome = format!("refused with {} violations, all of them at once", violations.iter().count());
        Ok(Told::new((), outcome).showing(show::violations(violations)))
    };
    let code = "let refused = client.accounts().sign_up(&wrong).await.unwrap_err();\nrefused.violations()";
    tour.step("Sign up, with mistakes", code, work).await
}

pub(super) async fn sign_up(tour: &mut Tour, nobody: &Client, guest: &SignUpInput) -> Result<(), Stopped> {
    let work = async {
        let send = || nobody.accounts().sign_up(guest).idempotency_key(format!("tour-{}", guest.email));
        let (account, again) = (send().await?, send().await?);
        if account != again {
            return Err("the second sign-up with the same key gave another account".into());
        }
        Ok(Told::new(
            (),
            format!("{} has an account; sent twice with one key, it is one account", account.name()),
        ))
    };
    let code = "client.accounts().sign_up(&input).idempotency_key(key).await?";
    tour.step("Sign up", code, work).await
}

pub(super) async fn verify(tour: &mut Tour, instance: &Instance, guest: &SignUpInput) -> Result<(), Stopped> {
    let work = async {
        let Some(token) = instance.letterbox.token_for(&guest.email).await else {
            return match instance.letterbox {
                crate::mail::Letterbox::Elsewhere => {
                    Ok(Told::new((), "left out: --mail says where the server's mail is, and was not given"))
                }
                _ => Err(format!("no mail came for {}", guest.email).into()),
            };
        };
        let account = proven(&instance.client, &token).await?;
        if account.email_verified_at.is_none() {
            return Err("the address is not proven".into());
        }
        Ok(Told::new((), format!("{} is proven, by the token in the mail", account.email)))
    };
    tour.step("Prove the email address", "client.accounts().verify_email(&token).await?", work).await
}

/// The mail goes out a moment before the server keeps the token for good: a program may be that quick.
async fn proven(nobody: &Client, token: &str) -> Result<Account, Error> {
    for _ in 0..LOOKS {
        match nobody.accounts().verify_email(token).await {
            Err(refused) if refused.violations().is_some() => tokio::time::sleep(PAUSE).await,
            answer => return Ok(answer?),
        }
    }
    Err("the token of the mail proves nothing".into())
}

pub(super) async fn log_in(tour: &mut Tour, nobody: &Client, guest: &SignUpInput) -> Result<Client, Stopped> {
    let work = async {
        let wrong = refusal(nobody.sessions().log_in(&guest.email, "correct horse bakery").await)?;
        if !wrong.is_unauthenticated() {
            return Err(wrong.into());
        }
        let LogIn { client, session, .. } = nobody.sessions().log_in(&guest.email, PASSWORD).await?;
        let lasts = session.expires_at - session.created_at;
        let outcome =
            format!("a wrong password is {}; the right one opens {} days", code_of(&wrong), lasts.num_days());
        Ok(Told::new(client.clone(), outcome).showing(format!("   {client:?}")))
    };
    let code = "let LogIn { client, session, .. } = client.sessions().log_in(email, password).await?;";
    tour.step("Log in", code, work).await
}

pub(super) async fn log_out(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let open = client.sessions().list().await?.items.len();
        client.sessions().log_out().await?;
        let refused = refusal(client.accounts().me().await)?;
        if !refused.is_unauthenticated() {
            return Err(refused.into());
        }
        let outcome = format!("{open} log-in was open; its token is {} now", code_of(&refused));
        Ok(Told::new((), outcome).showing(format!("   {refused}")))
    };
    tour.step("Log out", "client.sessions().log_out().await?", work).await
}

fn code_of(error: &smilefactory_client::Error) -> String {
    format!("{} ({})", error.code().unwrap_or_default(), error.status().unwrap_or_default())
}

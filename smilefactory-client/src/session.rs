//! Log-ins.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use smilefactory_core::id::SessionId;
use smilefactory_core::identity::{Account, Credentials, Session};

use crate::call::Call;
use crate::client::Client;
use crate::operation as op;
use crate::page::{List, read_whole};
use crate::request::Transport;

/// Logging in and out; from [`Client::sessions`](crate::Client::sessions).
#[derive(Clone, Copy, Debug)]
pub struct Sessions<'a>(pub(crate) &'a Transport);

/// What a log-in gives.
#[derive(Debug)]
#[non_exhaustive]
pub struct LogIn {
    /// A client that speaks for who logged in; it shares connections with the one it came from.
    pub client: Client,
    /// What opens the session again in another program. Shown once, and good until the session ends.
    pub token: SecretString,
    /// The log-in.
    pub session: Session,
    /// Whose it is.
    pub account: Account,
}

impl Sessions<'_> {
    /// Logs in.
    ///
    /// Each log-in that arrives opens a session and counts against guessing, so that it is tried again only when the
    /// server surely did not see it.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_client::LogIn;
    ///
    /// let LogIn { client, account, .. } = client.sessions().log_in("rudo@example.org", "correct horse battery").await?;
    /// assert_eq!(client.accounts().me().await?.id, account.id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn log_in(&self, email: impl Into<String>, password: impl Into<SecretString>) -> Call<LogIn> {
        #[derive(Deserialize)]
        struct Opened {
            token: SecretString,
            session: Session,
            account: Account,
        }
        let transport = self.0.clone();
        let read = move |answer: crate::request::Answer| {
            let Opened { token, session, account } =
                read_whole(&answer.body).map_err(|error| answer.exchange.fail(error))?;
            let client = transport.with_token(Some(token.clone())).map(Client::over)?;
            Ok(LogIn { client, token, session, account })
        };
        let password = password.into().expose_secret().to_owned();
        Call::reading(self.0, &op::LOG_IN, read).json(&Credentials { email: email.into(), password })
    }

    /// The log-ins of the own account that last, newest first.
    pub fn list(&self) -> List<Session> {
        List::new(self.0, &op::LIST_SESSIONS)
    }

    /// Ends the log-in this client speaks with; its token opens nothing from then on.
    pub fn log_out(&self) -> Call<()> {
        Call::without_answer(self.0, &op::LOG_OUT)
    }

    /// Ends one of the own log-ins: on a device that was lost, say.
    pub fn end(&self, session: SessionId) -> Call<()> {
        Call::without_answer(self.0, &op::END_SESSION).id(session)
    }
}

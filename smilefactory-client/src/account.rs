//! Accounts: signing up, and the own one.

use serde::Serialize;
use smilefactory_core::identity::{Account, AccountPatch, Erasure, PersonalData, SignUpInput};
use smilefactory_core::version::Version;

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::request::Transport;

/// Signing up, and the own account; from [`Client::accounts`](crate::Client::accounts).
#[derive(Clone, Copy, Debug)]
pub struct Accounts<'a>(pub(crate) &'a Transport);

impl Accounts<'_> {
    /// Signs somebody up. A token to prove the address with is sent to it.
    ///
    /// What is wrong with the input is told all at once, by [`Error::violations`](crate::Error::violations); an
    /// address that is taken is a [conflict](crate::Error::is_conflict).
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::identity::SignUpInput;
    ///
    /// let account = client
    ///     .accounts()
    ///     .sign_up(&SignUpInput {
    ///         email: "rudo@example.org".into(),
    ///         password: "correct horse battery".into(),
    ///         first_name: "Rudo".into(),
    ///         last_name: "Moyo".into(),
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn sign_up(&self, input: &SignUpInput) -> Call<Account, Keyed> {
        Call::new(self.0, &op::SIGN_UP).json(input)
    }

    /// Proves that an address is its owner's, by the token that was sent to it. A token works once, within a day.
    pub fn verify_email(&self, token: &str) -> Call<Account, Keyed> {
        #[derive(Serialize)]
        struct Proof<'a> {
            token: &'a str,
        }
        Call::new(self.0, &op::VERIFY_EMAIL).json(&Proof { token })
    }

    /// The own account, with where its profile stands; that changes without the account's version.
    pub fn me(&self) -> Call<Account> {
        Call::new(self.0, &op::ME)
    }

    /// Changes what is told about oneself; what the patch leaves out stays. `version` is that of the account the
    /// change was made from: when somebody saved since, the error [is stale](crate::Error::is_stale).
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::identity::AccountPatch;
    ///
    /// let me = client.accounts().me().await?;
    /// let patch = AccountPatch { bio: "Irrigation engineer".to_owned().into(), ..AccountPatch::default() };
    /// let me = client.accounts().change_me(me.version, &patch).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn change_me(&self, version: Version, patch: &AccountPatch) -> Call<Account> {
        Call::new(self.0, &op::CHANGE_ME).if_match(version).json(patch)
    }

    /// Asks to be erased: for 7 days one may change one's mind, after 30 nothing is kept but what the law requires. Who
    /// asks again has asked once.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// let erasure = client.accounts().ask_erasure().await?;
    /// println!("until {} it can be taken back", erasure.revocable_until);
    /// client.accounts().withdraw_erasure().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn ask_erasure(&self) -> Call<Erasure> {
        Call::new(self.0, &op::ASK_ERASURE)
    }

    /// When one is erased; [not found](crate::Error::is_not_found) for who did not ask.
    pub fn erasure(&self) -> Call<Erasure> {
        Call::new(self.0, &op::GET_ERASURE)
    }

    /// Does not want to be erased after all. After 7 days it [is refused](crate::Error::is_step_refused).
    pub fn withdraw_erasure(&self) -> Call<()> {
        Call::without_answer(self.0, &op::WITHDRAW_ERASURE)
    }

    /// Everything that is kept of oneself: one's own, and of others no more than one may see.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// let data = client.accounts().export().await?;
    /// println!("{} posts, {} comments", data.posts.len(), data.comments.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn export(&self) -> Call<PersonalData> {
        Call::new(self.0, &op::EXPORT_ME)
    }
}

//! The caller's own network, and the ways to others that go through it.

use smilefactory_core::id::{AccountId, IntroductionId};
use smilefactory_core::social::{
    ConsentChoice, ConsentChoiceInput, Introduction, IntroductionConsent, IntroductionInput,
    IntroductionPaths, IntroductionsAsked, Network as Shape,
};

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// The caller's own network, and the ways to others; from [`Client::network`](crate::Client::network).
#[derive(Clone, Copy, Debug)]
pub struct Network<'a>(pub(crate) &'a Transport);

impl Network<'_> {
    /// How large it is, how strong, how it grew, and how varied it is.
    pub fn get(self) -> Call<Shape> {
        Call::new(self.0, &op::GET_NETWORK)
    }

    /// The strongest ways to somebody, over one or two other people. Who stands on them is named if they agreed to it.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client, target: smilefactory_core::id::AccountId)
    /// # -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::social::Naming;
    ///
    /// let paths = client.network().introductions(target).await?.paths;
    /// if paths.iter().any(|path| path.through.iter().any(|stop| stop.naming == Naming::MayBeAsked)) {
    ///     client.network().ask(target, "We build the same kind of pump.").await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn introductions(self, target: AccountId) -> Call<IntroductionPaths> {
        Call::new(self.0, &op::GET_INTRODUCTIONS).id(target)
    }

    /// Asks those on the strongest way to somebody whether they introduce the caller.
    pub fn ask(self, target: AccountId, message: impl Into<String>) -> Call<IntroductionsAsked, Keyed> {
        let input = IntroductionInput { message: message.into() };
        Call::new(self.0, &op::ASK_FOR_INTRODUCTION).id(target).json(&input)
    }

    /// Whom the caller was asked to introduce, the last asked first.
    pub fn list_asked(self) -> List<Introduction> {
        List::new(self.0, &op::LIST_INTRODUCTIONS)
    }

    /// Introduces whoever asked: they are told the caller's name.
    pub fn grant(self, introduction: IntroductionId) -> Call<Introduction, Keyed> {
        Call::new(self.0, &op::GRANT_INTRODUCTION).id(introduction)
    }

    /// Does not, or not any more; whoever asked is not told.
    pub fn decline(self, introduction: IntroductionId) -> Call<Introduction, Keyed> {
        Call::new(self.0, &op::DECLINE_INTRODUCTION).id(introduction)
    }

    /// Whether the caller is named to those whom they could introduce.
    pub fn consent(self) -> Call<ConsentChoice> {
        Call::new(self.0, &op::GET_INTRODUCTION_CONSENT)
    }

    /// Chooses whether the caller is named to those whom they could introduce.
    pub fn choose_consent(self, consent: IntroductionConsent) -> Call<ConsentChoice> {
        let input = ConsentChoiceInput { consent: consent.to_string() };
        Call::new(self.0, &op::CHOOSE_INTRODUCTION_CONSENT).json(&input)
    }
}

//! Somebody who is to join: what they send, and the same once it is checked.

use smilefactory_core::content::{PostDraft, PostInput};
use smilefactory_core::identity::{AccountSettings, AccountSettingsInput, SignUp, SignUpInput};
use smilefactory_core::profile::{ProfileContent, ProfileInput};
use smilefactory_core::validation::{Field, Violations};

/// Somebody who is to join, as they would fill in the forms.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) phone: Option<String>,
    pub(crate) bio: Option<String>,
    pub(crate) profile: ProfileInput,
    pub(crate) post: Option<PostInput>,
}

/// The same, once it is checked.
#[derive(Clone, Debug)]
pub(crate) struct Newcomer {
    pub(crate) sign_up: SignUp,
    pub(crate) settings: AccountSettings,
    pub(crate) content: ProfileContent,
    pub(crate) post: Option<PostDraft>,
}

impl Person {
    /// Checks all of it, as every way into the platform does.
    pub(crate) fn check(self, password: &str) -> Result<Newcomer, Violations> {
        let Self { email, first_name, last_name, phone, bio, profile, post } = self;
        let sign_up = SignUpInput {
            email,
            password: password.to_owned(),
            first_name: first_name.clone(),
            last_name: last_name.clone(),
        };
        let settings = AccountSettingsInput { first_name, last_name, phone, gender: None, bio };
        Ok(Newcomer {
            sign_up: SignUp::from_raw(sign_up)?,
            settings: AccountSettings::from_raw(settings)?,
            content: ProfileContent::from_raw(profile)?,
            post: post.map(PostDraft::from_raw).transpose()?,
        })
    }
}

//! Registrations: what becomes of them.

use smilefactory_core::event::{CheckInCode, OwnRegistration, Registration, RegistrationState};
use smilefactory_core::id::RegistrationId;

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// Where the caller comes to, and, for organisers, who comes; from
/// [`Client::registrations`](crate::Client::registrations).
#[derive(Clone, Copy, Debug)]
pub struct Registrations<'a>(pub(crate) &'a Transport);

/// Marks lists of registrations.
#[derive(Debug)]
pub enum Registered {}

impl Registrations<'_> {
    /// The caller's own, the last made first; all but those that are declined or cancelled, unless
    /// [`state`](List::state) says otherwise.
    pub fn list(&self) -> List<OwnRegistration, Registered> {
        List::new(self.0, &op::LIST_MY_REGISTRATIONS)
    }

    /// One of the caller's own.
    pub fn get(&self, registration: RegistrationId) -> Call<OwnRegistration> {
        Call::new(self.0, &op::GET_REGISTRATION).id(registration)
    }

    /// What the caller shows at the door, while they have a seat.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::event::RegistrationState;
    ///
    /// for own in client.registrations().list().state(RegistrationState::Going).await?.items {
    ///     println!("{}: {}", own.title, client.registrations().code(own.registration.id).await?.code);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn code(&self, registration: RegistrationId) -> Call<CheckInCode> {
        Call::new(self.0, &op::GET_CHECK_IN_CODE).id(registration)
    }

    /// Takes the seat that is kept for the caller.
    pub fn accept(&self, registration: RegistrationId) -> Call<Registration, Keyed> {
        Call::new(self.0, &op::ACCEPT_SEAT).id(registration)
    }

    /// Says no to an invitation, or to the seat that is kept for the caller.
    pub fn decline(&self, registration: RegistrationId) -> Call<Registration, Keyed> {
        Call::new(self.0, &op::DECLINE_SEAT).id(registration)
    }

    /// The caller comes no longer.
    pub fn cancel(&self, registration: RegistrationId) -> Call<Registration, Keyed> {
        Call::new(self.0, &op::CANCEL_REGISTRATION).id(registration)
    }

    /// Agrees that somebody comes, for organisers.
    pub fn approve(&self, registration: RegistrationId) -> Call<Registration, Keyed> {
        Call::new(self.0, &op::APPROVE_REGISTRATION).id(registration)
    }

    /// Does not agree that somebody comes, for organisers.
    pub fn refuse(&self, registration: RegistrationId) -> Call<Registration, Keyed> {
        Call::new(self.0, &op::REFUSE_REGISTRATION).id(registration)
    }

    /// Takes somebody's registration back, for organisers.
    pub fn take_back(&self, registration: RegistrationId) -> Call<Registration, Keyed> {
        Call::new(self.0, &op::TAKE_BACK_REGISTRATION).id(registration)
    }
}

impl List<OwnRegistration, Registered> {
    /// Those in this state.
    pub fn state(self, state: RegistrationState) -> Self {
        self.filter("state", state.as_str())
    }
}

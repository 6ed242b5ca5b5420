//! What events refuse.

use crate::error::InvalidTransition;
use crate::validation::Violations;

/// Why something was not done with an event or a registration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventRefused {
    /// Its state does not allow it.
    #[error(transparent)]
    State(#[from] InvalidTransition),
    /// What is said of it cannot be.
    #[error("the input is not valid")]
    Invalid(#[from] Violations),
    /// Somebody else has to do this.
    #[error("this is for {0}")]
    NotYours(&'static str),
    /// It would begin before now.
    #[error("an event begins in the future")]
    TimeHasPassed,
    /// It is not over yet.
    #[error("the event is not over")]
    NotOver,
    /// Nobody registers any more.
    #[error("registration is closed")]
    RegistrationClosed,
    /// Nobody takes such a seat by themselves.
    #[error("these seats are for those who are invited")]
    ByInvitation,
    /// An offer was not accepted in time.
    #[error("the offer has expired")]
    OfferExpired,
    /// There would be fewer seats than are taken.
    #[error("{0} of these seats are taken already")]
    SeatsTaken(u32),
    /// Seats that somebody has or waits for cannot be done away with.
    #[error("somebody has one of these seats, or waits for one")]
    SeatsNamed,
    /// Nobody is let in so early.
    #[error("doors open 12 hours before the event begins")]
    TooEarly,
    /// A published event has an organiser.
    #[error("the last organiser stays: add another one first")]
    LastOrganiser,
    /// As much is given as may be.
    #[error("people at an event are given at most 100 things")]
    TooManyResources,
    /// As many people organise it as may.
    #[error("an event has at most 20 organisers")]
    TooManyOrganisers,
}

//! The states of a registration, and the table of the steps between them.

use RegistrationState as State;

use crate::choice::choices;

choices! {
    /// How somebody stands to an event.
    RegistrationState {
        /// An organiser asks them to come.
        Invited = "invited",
        /// They ask to come, and an organiser must agree.
        Requested = "requested",
        /// They have a seat.
        Going = "going",
        /// They may come, and have no seat.
        Maybe = "maybe",
        /// They wait for a seat.
        Waitlisted = "waitlisted",
        /// A seat is kept for them for a while.
        Offered = "offered",
        /// They do not come: they or an organiser said no, or an offer expired.
        Declined = "declined",
        /// They come no longer.
        Cancelled = "cancelled",
        /// They are there, or were.
        CheckedIn = "checked_in",
        /// They had a seat and did not come.
        NoShow = "no_show",
    }

    /// What somebody does with a registration.
    RegistrationStep {
        /// An organiser asks somebody to come.
        Invite = "invite",
        /// Somebody registers.
        Register = "register",
        /// Somebody says that they may come.
        Consider = "consider",
        /// An organiser agrees to who asked.
        Approve = "approve",
        /// A seat that became free is kept for who has waited longest.
        Offer = "offer",
        /// Somebody takes the seat that is kept for them.
        Accept = "accept",
        /// Somebody says no.
        Decline = "decline",
        /// An organiser says no to who asked.
        Refuse = "refuse",
        /// Nobody took an offer in time.
        Lapse = "lapse",
        /// Somebody comes no longer, or an organiser takes their registration back.
        Cancel = "cancel",
        /// Somebody comes in.
        CheckIn = "check_in",
        /// The event is over, and somebody who had a seat did not come.
        Miss = "miss",
    }

    /// Who took a step.
    RegistrationBy {
        /// Whose registration it is.
        Attendee = "attendee",
        /// Who organises the event.
        Organiser = "organiser",
        /// The platform, when its time had come.
        System = "system",
    }

    /// What somebody answers who is asked whether they come.
    Answer {
        /// They come, if there is a seat.
        Going = "going",
        /// They may come.
        Maybe = "maybe",
    }
}

impl RegistrationStep {
    /// The states that this step leads to from a state, or from none yet; no state, where it is refused.
    ///
    /// ```
    /// use smilefactory_core::event::{RegistrationState, RegistrationStep};
    /// assert_eq!(RegistrationStep::CheckIn.leads(Some(RegistrationState::Going)), [RegistrationState::CheckedIn]);
    /// assert!(RegistrationStep::CheckIn.leads(Some(RegistrationState::CheckedIn)).is_empty());
    /// ```
    pub const fn leads(self, from: Option<RegistrationState>) -> &'static [RegistrationState] {
        match (self, from) {
            (Self::Invite, None | Some(State::Maybe | State::Declined | State::Cancelled)) => {
                &[State::Invited]
            }
            (
                Self::Register,
                None | Some(State::Invited | State::Maybe | State::Declined | State::Cancelled),
            ) => &[State::Requested, State::Going, State::Waitlisted],
            (Self::Consider, None | Some(State::Invited | State::Declined | State::Cancelled)) => {
                &[State::Maybe]
            }
            (Self::Approve, Some(State::Requested)) => &[State::Going, State::Waitlisted],
            (Self::Offer, Some(State::Waitlisted)) => &[State::Offered],
            (Self::Accept, Some(State::Offered)) => &[State::Going],
            (Self::Decline, Some(State::Invited | State::Maybe | State::Offered))
            | (Self::Refuse, Some(State::Requested))
            | (Self::Lapse, Some(State::Offered)) => &[State::Declined],
            (
                Self::Cancel,
                Some(
                    State::Invited
                    | State::Requested
                    | State::Going
                    | State::Maybe
                    | State::Waitlisted
                    | State::Offered,
                ),
            ) => &[State::Cancelled],
            (Self::CheckIn, Some(State::Going)) => &[State::CheckedIn],
            (Self::Miss, Some(State::Going)) => &[State::NoShow],
            _ => &[],
        }
    }
}

impl RegistrationState {
    /// Whether it holds a seat: nobody else has that one.
    pub const fn holds_seat(self) -> bool {
        matches!(self, Self::Going | Self::Offered | Self::CheckedIn | Self::NoShow)
    }

    /// Whether somebody waits in it for a seat.
    pub const fn waits(self) -> bool {
        matches!(self, Self::Waitlisted)
    }

    /// Whether they may know where an event is joined.
    pub const fn comes(self) -> bool {
        matches!(self, Self::Going | Self::CheckedIn)
    }

    /// Whether somebody still has to do with the event: they come, may come, wait, or are asked.
    pub const fn is_live(self) -> bool {
        !matches!(self, Self::Declined | Self::Cancelled)
    }
}

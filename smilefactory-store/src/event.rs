//! Events in whole steps: each function does, in one unit of work, everything that belongs to what happened.
//!
//! The event is locked first. Whoever registers, cancels, accepts, or is let in waits for who did before: seats are
//! never too many, and a seat that becomes free is offered in the same unit of work to whoever has waited
//! longest. The outbox has a fact for each step.
//!
//! An event that is not for whoever asks, and one of somebody whom they block or who blocks them, is
//! [`EventError::NotThere`]; what they have to do with it stays theirs to end.

mod code;
mod erasure;
mod group;
mod organise;
mod programme;
mod register;
mod series;
mod tend;

use smilefactory_core::error::InvalidTransition;
use smilefactory_core::event::{Event, EventRefused, Registration, RegistrationMoved, Seats};
use smilefactory_core::id::{AccountId, EventId, RegistrationId};
use smilefactory_core::text::Slug;
use smilefactory_core::validation::Violations;

pub use self::code::CheckInKey;
pub(crate) use self::erasure::erase;
pub use self::erasure::forget_abandoned;
pub(crate) use self::group::part_from_group;
pub(crate) use self::organise::create_in;
pub use self::organise::{add_organiser, cancel, change, create, delete, publish, remove_organiser};
pub use self::programme::{add_resource, gives_file, remove_resource, resources_for, set_programme};
pub use self::register::{
    accept, approve, check_in, code_of, decline, invite, refuse, register, take_back, withdraw,
};
pub use self::series::{
    cancel_several, change_several, delete_several, make_next, publish_several, template_of,
};
pub use self::tend::{complete_next, pass_lapsed};
use crate::error::StoreError;
use crate::repo::event::{ReadEvents, ReadRegistrations, WriteEvents, WriteRegistrations};
use crate::tx::{Tx, WriteTx};

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] EventRefused),
    /// There is no such thing for this one: an event, a registration, an account, a class, a code.
    #[error("there is no such {0}")]
    NotThere(&'static str),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InvalidTransition> for EventError {
    fn from(refused: InvalidTransition) -> Self {
        Self::Refused(refused.into())
    }
}

impl From<Violations> for EventError {
    fn from(violations: Violations) -> Self {
        Self::Refused(violations.into())
    }
}

/// What a step gives back.
pub type Result<T> = std::result::Result<T, EventError>;

const NO_EVENT: EventError = EventError::NotThere("event");
const NO_REGISTRATION: EventError = EventError::NotThere("registration");

/// Refuses whoever does not organise an event: whoever sees it is told that it is for its organisers, to all others
/// it is not there.
pub async fn require_organiser<Mode>(tx: &mut Tx<Mode>, id: EventId, by: AccountId) -> Result<()> {
    if tx.events().organises(id, by).await? {
        return Ok(());
    }
    if tx.events().sees(id).await? { Err(EventRefused::NotYours("organisers").into()) } else { Err(NO_EVENT) }
}

/// An event, locked.
async fn locked(tx: &mut WriteTx, id: EventId) -> Result<Event> {
    tx.events().lock(id).await?.ok_or(NO_EVENT)
}

/// An event that somebody organises, locked.
async fn locked_by_organiser(tx: &mut WriteTx, id: EventId, by: AccountId) -> Result<Event> {
    let event = locked(tx, id).await?;
    require_organiser(tx, id, by).await?;
    Ok(event)
}

/// A registration and its event, which is locked.
async fn locked_with_event(tx: &mut WriteTx, id: RegistrationId) -> Result<(Event, Registration)> {
    let Some(found) = tx.registrations().get(id).await? else { return Err(NO_REGISTRATION) };
    let event = locked(tx, found.event).await?;
    // Read only now: nobody changes it any more.
    let registration = tx.registrations().get(id).await?.ok_or(NO_REGISTRATION)?;
    Ok((event, registration))
}

/// The seats of a class.
async fn seats_of(tx: &mut WriteTx, event: EventId, class: Option<&Slug>) -> Result<Seats> {
    let seats = tx.events().seats(event).await?;
    let found = seats.into_iter().find(|seats| seats.name.as_ref() == class);
    found.ok_or(EventError::NotThere("class"))
}

/// The place of who comes now, if they have to wait: it is given only then.
async fn place_for(tx: &mut WriteTx, event: EventId, seats: &Seats) -> Result<u64> {
    if seats.next_state().waits() {
        Ok(tx.events().next_place(event, seats.name.as_ref()).await?)
    } else {
        Ok(0)
    }
}

/// Saves what a step made of a registration, and tells it.
async fn save(
    tx: &mut WriteTx,
    (registration, moved): (Registration, RegistrationMoved),
) -> Result<Registration> {
    let registration = tx.registrations().save(&registration).await?;
    tx.tell(moved)?;
    Ok(registration)
}

/// Offers the seats of a locked event that are free to those who have waited longest, until no seat is free or nobody
/// waits. What is over, called off or under way offers nothing.
async fn pass_on(tx: &mut WriteTx, event: &Event) -> Result<()> {
    let now = tx.now();
    if event.require_published("offer a seat of").is_err() || event.starts_at <= now {
        return Ok(());
    }
    for seats in tx.events().seats(event.id).await? {
        let free = seats.to_offer();
        if free == 0 {
            continue;
        }
        for waiting in tx.registrations().waiting(event.id, seats.name.as_ref(), free).await? {
            save(tx, waiting.offer(event, now)?).await?;
        }
    }
    Ok(())
}

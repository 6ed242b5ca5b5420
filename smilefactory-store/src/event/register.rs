//! What those do who come, and what organisers do with them.

use smilefactory_core::event::{
    Arrival, EventInvitation, EventRefused, Registration, RegistrationBy, RegistrationDraft,
    RegistrationState,
};
use smilefactory_core::id::{AccountId, EventId, Id, RegistrationId};

use super::{
    CheckInKey, EventError, NO_EVENT, NO_REGISTRATION, Result, group, locked, locked_by_organiser,
    locked_with_event, pass_on, place_for, require_organiser, save, seats_of,
};
use crate::repo::event::{ReadEvents, ReadRegistrations};
use crate::repo::identity::ReadAccounts;
use crate::repo::social::ReadRelations;
use crate::tx::WriteTx;

/// Somebody registers, or says that they may come. They have a seat, wait for one, or ask for one, as the event says.
pub async fn register(
    tx: &mut WriteTx,
    id: EventId,
    who: AccountId,
    draft: &RegistrationDraft,
) -> Result<Registration> {
    group::hold_member(tx, id, who).await?;
    let event = locked(tx, id).await?;
    if !tx.events().sees(id).await? {
        return Err(NO_EVENT);
    }
    let before = tx.registrations().find_by_account(id, who).await?;
    // Who is invited to seats that are set apart need not say which.
    let invited = before.as_ref().filter(|before| before.is_invited());
    let class = draft.class.clone().or_else(|| invited.and_then(|invited| invited.class.clone()));
    let seats = seats_of(tx, id, class.as_ref()).await?;
    let place = place_for(tx, id, &seats).await?;
    let arrival = Arrival { id: tx.new_id()?, account: who, place };
    let now = tx.now();
    save(tx, arrival.answer(before, &event, &seats, draft.answer, now)?).await
}

/// An organiser asks somebody to come.
pub async fn invite(
    tx: &mut WriteTx,
    id: EventId,
    by: AccountId,
    invitation: &EventInvitation,
) -> Result<Registration> {
    group::hold_member(tx, id, invitation.account).await?;
    let event = locked_by_organiser(tx, id, by).await?;
    let who = invitation.account;
    if tx.accounts().get(who).await?.is_none()
        || tx.relations().is_barred(by, who).await?
        || !group::shows(tx, &event, who).await?
    {
        return Err(EventError::NotThere("account"));
    }
    let before = tx.registrations().find_by_account(id, who).await?;
    let seats = seats_of(tx, id, invitation.class.as_ref()).await?;
    let arrival = Arrival { id: tx.new_id()?, account: who, place: 0 };
    let now = tx.now();
    save(tx, arrival.invite(before, &event, &seats, by, now)?).await
}

/// An organiser agrees to who asked: they have a seat, or wait for one.
pub async fn approve(tx: &mut WriteTx, id: RegistrationId, by: AccountId) -> Result<Registration> {
    let (event, registration) = locked_with_event(tx, id).await?;
    require_organiser(tx, event.id, by).await.map_err(hidden)?;
    let seats = seats_of(tx, event.id, registration.class.as_ref()).await?;
    let place = place_for(tx, event.id, &seats).await?;
    let now = tx.now();
    save(tx, registration.approve(&event, &seats, place, now)?).await
}

/// An organiser does not agree to who asked.
pub async fn refuse(tx: &mut WriteTx, id: RegistrationId, by: AccountId) -> Result<Registration> {
    let (event, registration) = locked_with_event(tx, id).await?;
    require_organiser(tx, event.id, by).await.map_err(hidden)?;
    let now = tx.now();
    save(tx, registration.refuse(now)?).await
}

/// An organiser takes a registration back.
pub async fn take_back(tx: &mut WriteTx, id: RegistrationId, by: AccountId) -> Result<Registration> {
    let (event, registration) = locked_with_event(tx, id).await?;
    require_organiser(tx, event.id, by).await.map_err(hidden)?;
    let now = tx.now();
    let registration = save(tx, registration.cancel(RegistrationBy::Organiser, now)?).await?;
    pass_on(tx, &event).await?;
    Ok(registration)
}

/// Somebody takes the seat that is kept for them.
pub async fn accept(tx: &mut WriteTx, id: RegistrationId, who: AccountId) -> Result<Registration> {
    let (event, registration) = locked_with_event(tx, id).await?;
    let registration = own(registration, who)?;
    let now = tx.now();
    save(tx, registration.accept(&event, now)?).await
}

/// Somebody says no: to an invitation, or to the seat that is kept for them, which is offered to the next.
pub async fn decline(tx: &mut WriteTx, id: RegistrationId, who: AccountId) -> Result<Registration> {
    let (event, registration) = locked_with_event(tx, id).await?;
    let registration = own(registration, who)?;
    let now = tx.now();
    let registration = save(tx, registration.decline(now)?).await?;
    pass_on(tx, &event).await?;
    Ok(registration)
}

/// Somebody comes no longer: their seat is offered to the next.
pub async fn withdraw(tx: &mut WriteTx, id: RegistrationId, who: AccountId) -> Result<Registration> {
    let (event, registration) = locked_with_event(tx, id).await?;
    let registration = own(registration, who)?;
    let now = tx.now();
    let registration = save(tx, registration.cancel(RegistrationBy::Attendee, now)?).await?;
    pass_on(tx, &event).await?;
    Ok(registration)
}

/// An organiser lets somebody in by their code, once. A code that is not good for this event is not there.
pub async fn check_in(tx: &mut WriteTx, id: EventId, by: AccountId, code: &str) -> Result<Registration> {
    const NO_CODE: EventError = EventError::NotThere("code");
    let event = locked_by_organiser(tx, id, by).await?;
    let claimed = CheckInKey::claims(code).ok_or(NO_CODE)?;
    let there = tx.registrations().get(claimed).await?.filter(|there| there.event == id).ok_or(NO_CODE)?;
    if !tx.store().check_in_key().is_code(tx.scope().tenant, &there, code) {
        return Err(NO_CODE);
    }
    let now = tx.now();
    save(tx, there.check_in(&event, now)?).await
}

/// The code of somebody who has a seat.
pub async fn code_of<Mode>(
    tx: &mut crate::tx::Tx<Mode>,
    id: RegistrationId,
    who: AccountId,
) -> Result<(EventId, String)> {
    let there = tx.registrations().get(id).await?.ok_or(NO_REGISTRATION)?;
    let there = own(there, who)?;
    if there.state != RegistrationState::Going {
        return Err(EventRefused::from(smilefactory_core::error::InvalidTransition::new(
            RegistrationId::ENTITY,
            there.state.as_str(),
            "show the code of",
        ))
        .into());
    }
    let code = tx.store().check_in_key().code(tx.scope().tenant, &there).ok_or(NO_REGISTRATION)?;
    Ok((there.event, code))
}

/// The registration, if it is theirs.
fn own(registration: Registration, who: AccountId) -> Result<Registration> {
    if registration.account == who { Ok(registration) } else { Err(NO_REGISTRATION) }
}

/// Who does not see the event does not learn of a registration for it either.
fn hidden(error: EventError) -> EventError {
    match error {
        EventError::NotThere(_) => NO_REGISTRATION,
        other => other,
    }
}

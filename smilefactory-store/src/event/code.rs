//! The codes that people come in with.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use smilefactory_core::event::Registration;
use smilefactory_core::id::{Id, RegistrationId, TenantId};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::crypto::mac::{hmac, is_hmac};

/// Makes the codes that are shown at the door, and checks them. A code says whose registration it is and since when
/// they have the seat, and nobody else can say so: who gave their seat back and got another has another code. That it
/// is good once is for the registration, which is checked in once.
pub struct CheckInKey(Zeroizing<[u8; 32]>);

/// How many bytes the seal has.
const SEAL: usize = 32;

impl CheckInKey {
    /// The key made of these bytes.
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// The code of somebody who has a seat; `None` for who has none.
    pub fn code(&self, tenant: TenantId, registration: &Registration) -> Option<String> {
        let sealed = Sealed::of(tenant, registration)?;
        let seal = hmac(&self.0, &sealed.parts());
        Some(URL_SAFE_NO_PAD.encode([sealed.id.as_slice(), &*seal].concat()))
    }

    /// Whose registration a code claims to be of. [`is_code`](Self::is_code) says whether it is.
    pub fn claims(code: &str) -> Option<RegistrationId> {
        Some(RegistrationId::from_uuid(Uuid::from_bytes(parts(code)?.0)))
    }

    /// Whether it is the code of this registration; it takes as long whatever is wrong with the seal.
    pub fn is_code(&self, tenant: TenantId, registration: &Registration, code: &str) -> bool {
        let (Some((id, seal)), Some(sealed)) = (parts(code), Sealed::of(tenant, registration)) else {
            return false;
        };
        id == sealed.id && is_hmac(&self.0, &sealed.parts(), &seal)
    }
}

/// What a code seals.
struct Sealed {
    tenant: [u8; 16],
    event: [u8; 16],
    id: [u8; 16],
    seated: [u8; 8],
}

impl Sealed {
    fn of(tenant: TenantId, registration: &Registration) -> Option<Self> {
        Some(Self {
            tenant: tenant.uuid().into_bytes(),
            event: registration.event.uuid().into_bytes(),
            id: registration.id.uuid().into_bytes(),
            seated: registration.seated_at?.timestamp_micros().to_be_bytes(),
        })
    }

    fn parts(&self) -> [&[u8]; 4] {
        [&self.tenant, &self.event, &self.id, &self.seated]
    }
}

/// The id and the seal of a code.
fn parts(code: &str) -> Option<([u8; 16], [u8; SEAL])> {
    let bytes = URL_SAFE_NO_PAD.decode(code).ok()?;
    let (id, seal) = bytes.split_at_checked(16)?;
    Some((id.try_into().ok()?, seal.try_into().ok()?))
}

impl fmt::Debug for CheckInKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckInKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use smilefactory_core::event::RegistrationState;
    use smilefactory_core::testing::{event_of_tomorrow, registration_in};

    use super::*;

    #[test]
    fn no_other_code_is_good() {
        let (event, now) = event_of_tomorrow();
        let (tenant, other) = (TenantId::at(now, [1; 10]), TenantId::at(now, [2; 10]));
        let key = CheckInKey::new([7; 32]);
        let going = registration_in(&event, RegistrationState::Going, now);
        let code = key.code(tenant, &going).unwrap();
        assert_eq!(CheckInKey::claims(&code), Some(going.id));
        assert!(key.is_code(tenant, &going, &code));
        assert!(
            !key.is_code(other, &going, &code) && !CheckInKey::new([8; 32]).is_code(tenant, &going, &code)
        );
        let again = Registration { seated_at: Some(now + TimeDelta::microseconds(1)), ..going.clone() };
        assert!(!key.is_code(tenant, &again, &code), "it is of another seat");
        assert_eq!(key.code(tenant, &registration_in(&event, RegistrationState::Maybe, now)), None);
        let bytes = URL_SAFE_NO_PAD.decode(&code).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(!key.is_code(tenant, &going, &URL_SAFE_NO_PAD.encode(&changed)), "byte {place}");
            assert!(!key.is_code(tenant, &going, &URL_SAFE_NO_PAD.encode(&bytes[..place])), "cut at {place}");
        }
        assert_eq!(CheckInKey::claims("made up"), None);
        assert_eq!(format!("{key:?}"), "CheckInKey(…)");
    }
}

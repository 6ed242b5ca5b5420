//! Tickets: what gives a file to whoever has them, for a while, where the blob store has no addresses of its own.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use smilefactory_core::content::MediaVariant;
use smilefactory_core::id::{Id, MediaId, TenantId};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::crypto::mac::{hmac, is_hmac};

/// Which form of which file, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Whose file it is.
    pub tenant: TenantId,
    /// The file.
    pub media: MediaId,
    /// Which form of it.
    pub variant: MediaVariant,
    /// Until when, to the second.
    pub expires_at: DateTime<Utc>,
}

/// Seals and opens tickets.
pub struct TicketKey(Zeroizing<[u8; 32]>);

/// How many bytes a ticket has before its seal.
const PLAIN: usize = 16 + 16 + 1 + 8;

impl TicketKey {
    /// The key made of these bytes.
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// The ticket as text, safe in a URL.
    pub fn seal(&self, ticket: &Ticket) -> String {
        let mut bytes = Vec::with_capacity(PLAIN + 32);
        bytes.extend_from_slice(ticket.tenant.uuid().as_bytes());
        bytes.extend_from_slice(ticket.media.uuid().as_bytes());
        bytes.push(match ticket.variant {
            MediaVariant::Original => 0,
            MediaVariant::Thumbnail => 1,
        });
        bytes.extend_from_slice(&ticket.expires_at.timestamp().to_be_bytes());
        let seal = hmac(&self.0, &[&bytes]);
        bytes.extend_from_slice(&*seal);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The ticket in the text; `None` when it was made up or changed, or is no longer good at `now`.
    pub fn open(&self, text: &str, now: DateTime<Utc>) -> Option<Ticket> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (plain, seal) = bytes.split_at_checked(PLAIN)?;
        if !is_hmac(&self.0, &[plain], seal) {
            return None;
        }
        let (tenant, rest) = plain.split_at_checked(16)?;
        let (media, rest) = rest.split_at_checked(16)?;
        let (variant, expires) = rest.split_first()?;
        let ticket = Ticket {
            tenant: TenantId::from_uuid(Uuid::from_slice(tenant).ok()?),
            media: MediaId::from_uuid(Uuid::from_slice(media).ok()?),
            variant: if *variant == 0 { MediaVariant::Original } else { MediaVariant::Thumbnail },
            expires_at: DateTime::from_timestamp(i64::from_be_bytes(expires.try_into().ok()?), 0)?,
        };
        (now < ticket.expires_at).then_some(ticket)
    }
}

impl fmt::Debug for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_ticket_is_good_for_a_while_and_no_change_of_it_is() {
        let key = TicketKey::new([7; 32]);
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let ticket = Ticket {
            tenant: TenantId::at(now, [1; 10]),
            media: MediaId::at(now, [2; 10]),
            variant: MediaVariant::Thumbnail,
            expires_at: now + TimeDelta::seconds(300),
        };
        let text = key.seal(&ticket);
        assert_eq!(key.open(&text, now), Some(ticket));
        assert_eq!(key.open(&text, ticket.expires_at - TimeDelta::seconds(1)), Some(ticket));
        assert_eq!(key.open(&text, ticket.expires_at), None);
        assert_eq!(TicketKey::new([8; 32]).open(&text, now), None);
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert_eq!(key.open(&URL_SAFE_NO_PAD.encode(&changed), now), None, "byte {place}");
            assert_eq!(key.open(&URL_SAFE_NO_PAD.encode(&bytes[..place]), now), None, "cut at {place}");
        }
        assert_eq!(format!("{key:?}"), "TicketKey(…)");
    }
}

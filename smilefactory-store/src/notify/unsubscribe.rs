//! What a mail gives whoever has it: to want such mails no more.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use smilefactory_core::id::{AccountId, Id, TenantId};
use smilefactory_core::messaging::notification::{MailKinds, Unsubscription};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::crypto::mac::{hmac, is_hmac};

/// Seals and opens what mails give: it says whose mails of which kind, and nobody else can say so. It stays good, so that
/// an old mail still can be answered.
pub struct UnsubscribeKey(Zeroizing<[u8; 32]>);

/// How many bytes the seal has.
const SEAL: usize = 32;

impl UnsubscribeKey {
    /// The key made of these bytes.
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// As text, safe in a URL.
    pub fn seal(&self, what: &Unsubscription) -> String {
        let (mark, word) = match what.mails {
            MailKinds::Of(kind) => (b'k', kind.as_str()),
            MailKinds::Every(digest) => (b'd', digest.as_str()),
        };
        let mut bytes = [what.tenant.uuid().as_bytes().as_slice(), what.account.uuid().as_bytes()].concat();
        bytes.push(mark);
        bytes.extend_from_slice(word.as_bytes());
        let seal = hmac(&self.0, &[&bytes]);
        bytes.extend_from_slice(&*seal);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What the text says; `None` when it was made up or changed.
    pub fn open(&self, text: &str) -> Option<Unsubscription> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (plain, seal) = bytes.split_at_checked(bytes.len().checked_sub(SEAL)?)?;
        if !is_hmac(&self.0, &[plain], seal) {
            return None;
        }
        let (tenant, rest) = plain.split_at_checked(16)?;
        let (account, rest) = rest.split_at_checked(16)?;
        let (mark, word) = rest.split_first()?;
        let word = std::str::from_utf8(word).ok()?;
        Some(Unsubscription {
            tenant: TenantId::from_uuid(Uuid::from_slice(tenant).ok()?),
            account: AccountId::from_uuid(Uuid::from_slice(account).ok()?),
            mails: match mark {
                b'k' => MailKinds::Of(word.parse().ok()?),
                b'd' => MailKinds::Every(word.parse().ok()?),
                _ => return None,
            },
        })
    }
}

impl fmt::Debug for UnsubscribeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnsubscribeKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use smilefactory_core::messaging::notification::{MailDigest, NotificationKind};

    use super::*;

    #[test]
    fn no_change_of_it_is_good() {
        let key = UnsubscribeKey::new([7; 32]);
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let of =
            |mails| Unsubscription { tenant: Id::at(now, [1; 10]), account: Id::at(now, [2; 10]), mails };
        for mails in [MailKinds::Of(NotificationKind::PostReacted), MailKinds::Every(MailDigest::Daily)] {
            let what = of(mails);
            let text = key.seal(&what);
            assert_eq!(key.open(&text), Some(what));
            assert_eq!(UnsubscribeKey::new([8; 32]).open(&text), None);
            let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
            for place in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[place] ^= 1;
                assert_eq!(key.open(&URL_SAFE_NO_PAD.encode(&changed)), None, "byte {place}");
                assert_eq!(key.open(&URL_SAFE_NO_PAD.encode(&bytes[..place])), None, "cut at {place}");
            }
        }
        assert_eq!(key.open("made up"), None);
        assert_eq!(format!("{key:?}"), "UnsubscribeKey(…)");
    }
}

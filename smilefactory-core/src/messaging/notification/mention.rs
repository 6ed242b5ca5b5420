//! Who is named in a text.

use uuid::Uuid;

use crate::id::{AccountId, Id};

/// How many people one text can tell that it names them.
const MOST: usize = 20;
/// How long an id is, as it is written.
const LENGTH: usize = 36;

/// Who is named in a text: `@` with the id of their account, which programs show as a name. Nobody twice, and no more than
/// 20.
///
/// ```
/// use smilefactory_core::messaging::notification::mentions;
/// let named = mentions("Ask @0195510c-a3c0-7101-8101-010101010101, or rudo@0195510c-a3c0-7101-8101-010101010101.");
/// assert_eq!(named.len(), 1);
/// ```
pub fn mentions(text: &str) -> Vec<AccountId> {
    let mut named = Vec::new();
    for (place, _) in text.match_indices('@') {
        let before = text.get(..place).and_then(|before| before.chars().next_back());
        // An address of mail names nobody.
        if before.is_some_and(char::is_alphanumeric) {
            continue;
        }
        let written = text.get(place + 1..place + 1 + LENGTH);
        let Some(id) = written.and_then(|written| Uuid::try_parse(written).ok()) else { continue };
        let account = AccountId::from_uuid(id);
        if !named.contains(&account) {
            named.push(account);
        }
        if named.len() == MOST {
            break;
        }
    }
    named
}

//! Pages by key: no offset, no total, and a cursor nobody can forge.
//!
//! A list is read in pages; each page ends with the *key* of its last entry, and the next page starts after
//! that key. Between programs the key travels as a [`Cursor`]: signed, and bound to the tenant and to the
//! filter of the list it came from, so that it opens nowhere else.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{Id, TenantId};
use crate::validation::{Violation, Violations};

/// How many entries a page has: 1 to 100, 20 unless somebody says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PageSize(u8);

impl PageSize {
    /// The largest page.
    pub const MAX: Self = Self(100);

    /// A page of `size` entries.
    pub fn new(size: u32) -> Result<Self, Violations> {
        match u8::try_from(size) {
            Ok(size) if (1..=Self::MAX.0).contains(&size) => Ok(Self(size)),
            _ => Err(Violations::one("/limit", Violation::out_of_range(1, Self::MAX.0))),
        }
    }

    /// The number of entries.
    pub fn get(self) -> usize {
        usize::from(self.0)
    }

    /// One more than the page has: whoever reads that many knows whether there is a next page.
    pub fn with_one_more(self) -> i64 {
        i64::from(self.0) + 1
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(20)
    }
}

/// Which page of a list: how many entries, after which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest<K> {
    /// At most how many entries.
    pub size: PageSize,
    /// The key of the last entry already seen; `None` is the first page.
    pub after: Option<K>,
}

impl<K> PageRequest<K> {
    /// The first page.
    pub const fn first(size: PageSize) -> Self {
        Self { size, after: None }
    }

    /// The page after the entry with this key.
    pub const fn after(size: PageSize, key: K) -> Self {
        Self { size, after: Some(key) }
    }
}

impl<K> Default for PageRequest<K> {
    fn default() -> Self {
        Self::first(PageSize::default())
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, K> {
    /// The entries, in the order of the list.
    pub items: Vec<T>,
    /// The key to ask for the next page with; `None` when this is the last one.
    pub next: Option<K>,
}

impl<T, K> Page<T, K> {
    /// The page from rows of which one more than `size` was asked for.
    ///
    /// ```
    /// use smilefactory_core::page::{Page, PageSize};
    /// let page = Page::from_one_more(vec![1, 2, 3], PageSize::new(2).unwrap(), |n| *n);
    /// assert_eq!((page.items, page.next), (vec![1, 2], Some(2)));
    /// ```
    pub fn from_one_more(mut rows: Vec<T>, size: PageSize, key: impl FnOnce(&T) -> K) -> Self {
        let more = rows.len() > size.get();
        rows.truncate(size.get());
        let next = if more { rows.last().map(key) } else { None };
        Self { items: rows, next }
    }

    /// The same page with every entry turned into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U, K> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

/// Where the next page starts, as programs pass it around: opaque, safe in a URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cursor(String);

#[cfg(feature = "openapi")]
crate::schema::by_utoipa!(Cursor);

impl Cursor {
    /// The text of the cursor.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One page of a list, as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CursorPage<T> {
    /// The entries, in the order of the list.
    pub items: Vec<T>,
    /// What to pass as `cursor` for the next page; `null` when this is the last one.
    pub next_cursor: Option<Cursor>,
    /// Whether there is a next page.
    pub has_more: bool,
}

/// A cursor that was made up, cut, changed, or taken from another list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cursor does not belong to this list: start again from the first page")]
pub struct InvalidCursor;

/// Seals keys into cursors and opens them again.
#[derive(Clone)]
pub struct CursorKey([u8; 32]);

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey(…)")
    }
}

/// The first byte of what is signed: another form of cursor gets another number.
const VERSION: u8 = 1;
/// How many bytes of the MAC a cursor carries: 128 bits.
const TAG: usize = 16;

impl CursorKey {
    /// A key from secret bytes.
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The page with its key sealed, for the list that `filter` describes.
    ///
    /// `filter` is everything that decides which entries the list has and in which order, except the page.
    pub fn seal_page<T, K: Serialize>(
        &self,
        page: Page<T, K>,
        tenant: TenantId,
        filter: &impl Serialize,
    ) -> CursorPage<T> {
        let next_cursor = page.next.as_ref().and_then(|key| self.seal(key, tenant, filter));
        CursorPage { items: page.items, has_more: next_cursor.is_some(), next_cursor }
    }

    /// A key sealed for the list that `filter` describes: what goes on after the entry with this key. `None` only for a
    /// key or filter that has no JSON form.
    pub fn seal<K: Serialize>(&self, key: &K, tenant: TenantId, filter: &impl Serialize) -> Option<Cursor> {
        let body = serde_json::to_vec(key).ok()?;
        let tag = self.tag(&body, tenant, filter).ok()?;
        let sealed = [&[VERSION], tag.get(..TAG)?, &body].concat();
        Some(Cursor(URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// The key inside a cursor that this key sealed for the same tenant and filter.
    ///
    /// ```
    /// use smilefactory_core::id::{Id, TenantId};
    /// use smilefactory_core::page::{CursorKey, Page};
    ///
    /// let signer = CursorKey::new([1; 32]);
    /// let tenant = TenantId::from_uuid(uuid::Uuid::nil());
    /// let page = Page { items: vec!["a"], next: Some(7_u32) };
    /// let cursor = signer.seal_page(page, tenant, &"all posts").next_cursor.unwrap();
    ///
    /// assert_eq!(signer.open::<u32>(&cursor, tenant, &"all posts"), Ok(7));
    /// assert!(signer.open::<u32>(&cursor, tenant, &"my drafts").is_err());
    /// ```
    pub fn open<K: DeserializeOwned>(
        &self,
        cursor: &Cursor,
        tenant: TenantId,
        filter: &impl Serialize,
    ) -> Result<K, InvalidCursor> {
        let sealed = URL_SAFE_NO_PAD.decode(&cursor.0).map_err(|_| InvalidCursor)?;
        let (version, rest) = sealed.split_first().ok_or(InvalidCursor)?;
        let (tag, body) = rest.split_at_checked(TAG).ok_or(InvalidCursor)?;
        let expected = self.tag(body, tenant, filter)?;
        let genuine = subtle::ConstantTimeEq::ct_eq(tag, expected.get(..TAG).ok_or(InvalidCursor)?);
        if *version != VERSION || !bool::from(genuine) {
            return Err(InvalidCursor);
        }
        serde_json::from_slice(body).map_err(|_| InvalidCursor)
    }

    fn tag(&self, body: &[u8], tenant: TenantId, filter: &impl Serialize) -> Result<Vec<u8>, InvalidCursor> {
        let filter = serde_json::to_vec(filter).map_err(|_| InvalidCursor)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).map_err(|_| InvalidCursor)?;
        mac.update(&[VERSION]);
        mac.update(tenant.uuid().as_bytes());
        mac.update(&Sha256::digest(filter));
        mac.update(body);
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn tenant(n: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(n))
    }

    proptest! {
        #[test]
        fn a_cursor_opens_where_it_was_sealed(key: (i64, String), t: u128, filter: String) {
            let signer = CursorKey::new([3; 32]);
            let cursor = signer.seal(&key, tenant(t), &filter).unwrap();
            prop_assert_eq!(signer.open::<(i64, String)>(&cursor, tenant(t), &filter), Ok(key));
            prop_assert!(signer.open::<(i64, String)>(&cursor, tenant(t.wrapping_add(1)), &filter).is_err());
            let narrower = filter.clone() + "x";
            prop_assert!(signer.open::<(i64, String)>(&cursor, tenant(t), &narrower).is_err());
            prop_assert!(CursorKey::new([4; 32]).open::<(i64, String)>(&cursor, tenant(t), &filter).is_err());
        }

        #[test]
        fn a_changed_cursor_does_not_open(at in 0_usize..40, bit in 0_u8..8) {
            let signer = CursorKey::new([3; 32]);
            let cursor = signer.seal(&(1_u64, "some key"), tenant(1), &()).unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(cursor.as_str()).unwrap();
            prop_assume!(at < bytes.len());
            bytes[at] ^= 1 << bit;
            let forged = Cursor(URL_SAFE_NO_PAD.encode(bytes));
            prop_assert!(signer.open::<(u64, String)>(&forged, tenant(1), &()).is_err());
        }

        #[test]
        fn any_text_is_refused_without_a_panic(text: String) {
            prop_assert!(CursorKey::new([3; 32]).open::<u64>(&Cursor(text), tenant(1), &()).is_err());
        }

        #[test]
        fn pages_put_together_are_the_list(total in 0_usize..50, size in 1_u32..20) {
            let size = PageSize::new(size).unwrap();
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let rows = (0..total).filter(|n| after.is_none_or(|a| *n > a)).take(size.get() + 1).collect();
                let page = Page::from_one_more(rows, size, |n| *n);
                seen.extend(page.items);
                after = page.next;
                if after.is_none() { break }
            }
            prop_assert_eq!(seen, (0..total).collect::<Vec<_>>());
        }
    }
}

//! Keyed hashes over several parts.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The parts as one, each after its length: no two lists of parts give the same bytes.
pub(super) fn framed(parts: &[&[u8]]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        framed.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        framed.extend_from_slice(part);
    }
    framed
}

/// HMAC-SHA256 over the framed parts.
pub(crate) fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac(key, parts).finalize().into_bytes().into())
}

/// Whether `tag` is the hash of these parts; it takes as long whatever is wrong with it.
pub(crate) fn is_hmac(key: &[u8; 32], parts: &[&[u8]], tag: &[u8]) -> bool {
    mac(key, parts).verify_slice(tag).is_ok()
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> Hmac<Sha256> {
    // HMAC fills a shorter key up with zeros to the size of a block.
    let mut block = Zeroizing::new([0; 64]);
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    mac.update(&framed(parts));
    mac
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_cannot_be_shifted_into_each_other(a: Vec<Vec<u8>>, b: Vec<Vec<u8>>) {
            prop_assume!(a != b);
            let framed = |parts: &[Vec<u8>]| framed(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
            prop_assert_ne!(framed(&a), framed(&b));
        }
    }

    #[test]
    fn the_hash_is_the_standard_one() {
        // RFC 4231 §4.3 has a key of four bytes and no framing; what is checked here is the filling up.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mut mac = Hmac::<Sha256>::new_from_slice(b"Jefe").unwrap();
        mac.update(&framed(&[b"what do ya want ", b"for nothing?"]));
        let expected: [u8; 32] = mac.finalize().into_bytes().into();
        assert_eq!(*hmac(&key, &[b"what do ya want ", b"for nothing?"]), expected);
    }
}

//! The ways in which a password may have been hashed.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordVerifier as _, Version};
use bcrypt::HashParts;
use smilefactory_core::identity::Password;

use super::{BcryptCost, PasswordError, Verdict};

/// The dearest argon2 hash that is still computed, in KiB, passes and lanes. A stored hash decides what it
/// costs to check it; an imported one shall not be able to stop the machine.
const MAX_ARGON2: (u32, u32, u32) = (256 * 1024, 16, 16);

/// A stored hash, as far as it says what it is.
enum Stored<'a> {
    Bcrypt { hash: &'a str, cost: u32 },
    Argon2(Box<PasswordHash>),
}

impl<'a> Stored<'a> {
    /// `None` when it is no hash, or one that takes too much work.
    fn parse(stored: &'a str) -> Option<Self> {
        if stored.starts_with("$argon2") {
            let hash = PasswordHash::new(stored).ok()?;
            let params = Params::try_from(&hash).ok()?;
            let (memory, passes, lanes) = MAX_ARGON2;
            let is_affordable =
                params.m_cost() <= memory && params.t_cost() <= passes && params.p_cost() <= lanes;
            let is_known = Algorithm::try_from(hash.algorithm.as_str()).is_ok()
                && hash.version.is_none_or(|version| Version::try_from(version).is_ok());
            let is_whole = hash.salt.is_some() && hash.hash.is_some();
            return (is_affordable && is_known && is_whole).then(|| Self::Argon2(Box::new(hash)));
        }
        let cost = stored.parse::<HashParts>().ok()?.get_cost();
        (4..=BcryptCost::MAX).contains(&cost).then_some(Self::Bcrypt { hash: stored, cost })
    }
}

/// Hashes a password whole, or not at all.
pub(super) fn hash(cost: BcryptCost, password: &Password, salt: [u8; 16]) -> Result<String, PasswordError> {
    if !is_read_whole(password) {
        return Err(PasswordError::NotSettable);
    }
    bcrypt::hash_with_salt(password.expose(), cost.get(), salt)
        .map(|parts| parts.to_string())
        .map_err(|_| PasswordError::NotSettable)
}

/// Compares; see [`PasswordHasher::verify`](super::PasswordHasher::verify).
pub(super) fn verify(cost: BcryptCost, claimed: &Password, stored: Option<&str>) -> Verdict {
    let Some(text) = stored else {
        work(cost.get(), claimed);
        return Verdict::Wrong;
    };
    let (is_equal, is_outdated) = match Stored::parse(text) {
        Some(Stored::Bcrypt { hash, cost: stored_cost }) => {
            count(stored_cost);
            let is_equal = bcrypt::verify(claimed.expose(), hash).unwrap_or(false);
            // 2ⁿ + (2ⁿ + … + 2ᵐ⁻¹) = 2ᵐ: with these the cheaper hash costs what one of today does.
            for cheaper in stored_cost..cost.get() {
                work(cheaper, claimed);
            }
            (is_equal, stored_cost < cost.get())
        }
        Some(Stored::Argon2(hash)) => {
            (Argon2::default().verify_password(claimed.expose().as_bytes(), &*hash).is_ok(), true)
        }
        None => {
            tracing::warn!(
                "a stored password hash is malformed or too dear to compute: nobody can log in with it"
            );
            work(cost.get(), claimed);
            (false, false)
        }
    };
    match (is_equal && is_read_whole(claimed), is_outdated) {
        (false, _) => Verdict::Wrong,
        (true, false) => Verdict::Right,
        (true, true) => Verdict::RightButOutdated,
    }
}

/// Whether bcrypt reads all of the password, and reads it as no other.
///
/// It reads 72 bytes, and repeats a shorter password with a NUL after each time until it has as many: to it,
/// `x` and `x␀x` are the same. The crate's own refusal of what it would cut refuses 72 bytes too, which are
/// read whole; so the length is checked here.
fn is_read_whole(password: &Password) -> bool {
    let text = password.expose();
    text.len() <= Password::MAX_BYTES && !text.contains('\0')
}

/// Does the work of one hash, for nothing.
fn work(cost: u32, claimed: &Password) {
    count(cost);
    _ = std::hint::black_box(bcrypt::hash_with_salt(claimed.expose(), cost, [0; 16]));
}

/// Tests ask how much work was done, not how long it took.
#[cfg(not(test))]
const fn count(_: u32) {}

#[cfg(test)]
fn count(cost: u32) {
    ROUNDS.with(|rounds| rounds.set(rounds.get() + (1 << cost)));
}

#[cfg(test)]
thread_local! {
    /// The bcrypt rounds that this thread has computed to verify.
    pub(super) static ROUNDS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
pub(super) fn is_hash(stored: &str) -> bool {
    Stored::parse(stored).is_some()
}

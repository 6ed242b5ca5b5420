//! Hashing and checking passwords, away from the threads that must not wait.

mod scheme;

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use smilefactory_core::identity::Password;
use tokio::sync::Semaphore;

/// How many may wait for each hash that is being computed.
const WAITING_PER_WORKER: usize = 16;
/// How long one waits at most before the work on its password begins.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much work a password hash takes: each step more doubles it.
///
/// ```
/// use smilefactory_store::password::BcryptCost;
///
/// assert_eq!(BcryptCost::default().get(), 12);
/// assert!(BcryptCost::new(11).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BcryptCost(u32);

impl BcryptCost {
    /// The least work that withstands guessing.
    pub const MIN: u32 = 12;
    /// Sixteen times the least; more, and a log-in takes seconds.
    pub const MAX: u32 = 16;

    /// A cost from [`MIN`](Self::MIN) to [`MAX`](Self::MAX).
    pub const fn new(cost: u32) -> Result<Self, CostOutOfRange> {
        if Self::MIN <= cost && cost <= Self::MAX { Ok(Self(cost)) } else { Err(CostOutOfRange(cost)) }
    }

    /// The least that bcrypt knows: hashes in no time, and protects nothing.
    #[cfg(any(test, feature = "testing"))]
    pub const fn cheap_for_tests() -> Self {
        Self(4)
    }

    /// The binary logarithm of the number of rounds.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for BcryptCost {
    fn default() -> Self {
        Self(Self::MIN)
    }
}

/// A cost that is too cheap to protect, or too dear to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must lie between {min} and {max}, is {0}", min = BcryptCost::MIN, max = BcryptCost::MAX)]
pub struct CostOutOfRange(u32);

/// Whether a claimed password is the one that was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// It is not, or there is nothing to compare it with.
    Wrong,
    /// It is.
    Right,
    /// It is, and its hash is of an older scheme or cost: hash the password anew and store that.
    RightButOutdated,
}

impl Verdict {
    /// Whether the password is the one that was hashed.
    pub const fn is_right(self) -> bool {
        matches!(self, Self::Right | Self::RightButOutdated)
    }
}

/// Why a password was neither hashed nor checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// More are hashed and wait to be than this machine can do in time. Nothing was done: try again later.
    #[error("too many passwords are being checked right now")]
    Busy,
    /// The work was cut off: the program is stopping.
    #[error("the work on the password was cut off")]
    CutOff,
    /// Only a password that was parsed can be hashed; this one was merely claimed, and is longer than bcrypt
    /// reads, or holds a NUL.
    #[error("the password cannot be hashed without loss")]
    NotSettable,
}

/// Hashes passwords with bcrypt and checks them. Cheap to clone; all clones share one queue.
///
/// Hashing is slow on purpose, so it runs on threads of its own, at most one a core, and who has to wait too
/// long is turned away instead. A check takes the same work whether an account exists or not.
///
/// ```
/// use smilefactory_core::{identity::Password, validation::Field};
/// use smilefactory_store::password::{BcryptCost, PasswordHasher, Verdict};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let hasher = PasswordHasher::new(BcryptCost::default());
/// let password = Password::from_raw("correct horse".into()).unwrap();
/// let hash = hasher.hash(password, [7; 16]).await.unwrap(); // 16 random bytes
///
/// let claimed = Password::claimed("correct horse");
/// assert_eq!(hasher.verify(claimed, Some(&hash)).await, Ok(Verdict::Right));
/// assert_eq!(hasher.verify(Password::claimed("battery"), Some(&hash)).await, Ok(Verdict::Wrong));
/// assert_eq!(hasher.verify(Password::claimed("nobody is called so"), None).await, Ok(Verdict::Wrong));
/// # }
/// ```
#[derive(Clone)]
pub struct PasswordHasher {
    cost: BcryptCost,
    patience: Duration,
    /// One permit for each hash that may be computed at once.
    workers: Arc<Semaphore>,
    /// One permit for each that is computed or waits to be.
    places: Arc<Semaphore>,
}

impl PasswordHasher {
    /// A hasher that keeps every core busy at most.
    pub fn new(cost: BcryptCost) -> Self {
        let workers = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self::with_limits(cost, workers, workers.saturating_mul(WAITING_PER_WORKER), PATIENCE)
    }

    /// A hasher of the least cost that bcrypt knows.
    #[cfg(any(test, feature = "testing"))]
    pub fn cheap_for_tests() -> Self {
        Self::new(BcryptCost::cheap_for_tests())
    }

    fn with_limits(cost: BcryptCost, workers: usize, waiting: usize, patience: Duration) -> Self {
        let most = Semaphore::MAX_PERMITS;
        Self {
            cost,
            patience,
            workers: Arc::new(Semaphore::new(workers.min(most))),
            places: Arc::new(Semaphore::new(workers.saturating_add(waiting).min(most))),
        }
    }

    /// The cost of the hashes it makes.
    pub const fn cost(&self) -> BcryptCost {
        self.cost
    }

    /// Hashes a password, salted with 16 fresh random bytes.
    pub async fn hash(&self, password: Password, salt: [u8; 16]) -> Result<String, PasswordError> {
        let cost = self.cost;
        self.run(move || scheme::hash(cost, &password, salt)).await?
    }

    /// Compares a password that somebody claims with a stored hash; `None` when there is no such account.
    ///
    /// Understands bcrypt, and argon2 as a PHC string. A claimed password of more than
    /// [72 bytes](Password::MAX_BYTES) is wrong. A stored text that is no hash is logged, and every password is
    /// wrong then. The work is that of one hash at this hasher's cost, with two exceptions: argon2 takes its
    /// own, and a dearer bcrypt hash takes more.
    pub async fn verify(&self, claimed: Password, stored: Option<&str>) -> Result<Verdict, PasswordError> {
        let (cost, stored) = (self.cost, stored.map(str::to_owned));
        self.run(move || scheme::verify(cost, &claimed, stored.as_deref())).await
    }

    /// Runs `work` on a thread that may be kept busy, when there is room for it.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let worker = tokio::time::timeout(self.patience, Arc::clone(&self.workers).acquire_owned())
            .await
            .map_err(|_| PasswordError::Busy)?
            .map_err(|_| PasswordError::CutOff)?;
        let done = tokio::task::spawn_blocking(move || {
            // The permits go with the work: who stops waiting does not stop it.
            let _permits = (place, worker);
            work()
        });
        done.await.map_err(|_| PasswordError::CutOff)
    }
}

impl fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordHasher")
            .field("cost", &self.cost.0)
            .field("free_workers", &self.workers.available_permits())
            .field("free_places", &self.places.available_permits())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

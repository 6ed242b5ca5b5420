use proptest::prelude::*;
use smilefactory_core::validation::Field as _;

use super::*;

const GOOD: &str = "correct horse";

fn hasher(cost: u32) -> PasswordHasher {
    PasswordHasher::with_limits(BcryptCost(cost), 2, 4, PATIENCE)
}

async fn hash(cost: u32, password: &str) -> String {
    hasher(cost).hash(Password::from_raw(password.to_owned()).unwrap(), [7; 16]).await.unwrap()
}

async fn verify(claimed: &str, stored: Option<&str>) -> Verdict {
    hasher(5).verify(Password::claimed(claimed), stored).await.unwrap()
}

#[test]
fn only_costs_that_protect_are_taken() {
    for (cost, is_taken) in [(4, false), (11, false), (12, true), (16, true), (17, false), (31, false)] {
        assert_eq!(BcryptCost::new(cost).is_ok(), is_taken, "{cost}");
    }
    assert_eq!(BcryptCost::new(11).unwrap_err().to_string(), "must lie between 12 and 16, is 11");
}

#[tokio::test]
async fn a_password_is_told_from_others() {
    let stored = hash(5, GOOD).await;
    assert!(stored.starts_with("$2b$05$"), "{stored}");
    assert_eq!(verify(GOOD, Some(&stored)).await, Verdict::Right);
    for other in ["", "correct hors", "correct horse ", "Correct horse", "correct\0horse"] {
        assert_eq!(verify(other, Some(&stored)).await, Verdict::Wrong, "{other:?}");
    }
    assert_eq!(verify(GOOD, None).await, Verdict::Wrong);
}

#[tokio::test]
async fn the_salt_decides_the_hash() {
    let password = || Password::claimed(GOOD);
    let hashes = [hasher(4).hash(password(), [7; 16]).await, hasher(4).hash(password(), [8; 16]).await];
    assert_ne!(hashes[0], hashes[1]);
    assert_eq!(hashes[0], hasher(4).hash(password(), [7; 16]).await);
}

/// bcrypt reads 72 bytes: all of them count, and no 73rd is ignored.
#[tokio::test]
async fn no_password_is_cut() {
    let (longest, too_long) = ("é".repeat(36), "é".repeat(36) + "x");
    let stored = hash(5, &longest).await;
    assert_eq!(verify(&longest, Some(&stored)).await, Verdict::Right);
    let last_differs = "é".repeat(35) + "è";
    assert_eq!(verify(&last_differs, Some(&stored)).await, Verdict::Wrong);
    assert_eq!(verify(&too_long, Some(&stored)).await, Verdict::Wrong);
    assert!(bcrypt::verify(&too_long, &stored).unwrap(), "the crate cuts: this is what is guarded against");
    assert_eq!(hasher(4).hash(Password::claimed(&too_long), [7; 16]).await, Err(PasswordError::NotSettable));
}

/// bcrypt repeats a short password, with a NUL between.
#[tokio::test]
async fn a_password_repeated_after_a_nul_is_another() {
    let stored = hash(5, GOOD).await;
    let repeated = format!("{GOOD}\0{GOOD}");
    assert!(
        bcrypt::verify(&repeated, &stored).unwrap(),
        "to bcrypt it is the same: this is what is guarded against"
    );
    assert_eq!(verify(&repeated, Some(&stored)).await, Verdict::Wrong);
    assert_eq!(hasher(4).hash(Password::claimed(&repeated), [7; 16]).await, Err(PasswordError::NotSettable));
}

#[tokio::test]
async fn equal_forms_of_a_character_are_one_password() {
    let stored = hash(5, "caf\u{e9} cr\u{e8}me").await;
    assert_eq!(verify("cafe\u{301} cre\u{300}me", Some(&stored)).await, Verdict::Right);
}

#[tokio::test]
async fn a_cheaper_hash_is_outdated_and_a_dearer_one_is_not() {
    let (cheaper, dearer) = (hash(4, GOOD).await, hash(6, GOOD).await);
    assert_eq!(verify(GOOD, Some(&cheaper)).await, Verdict::RightButOutdated);
    assert_eq!(verify("battery staple", Some(&cheaper)).await, Verdict::Wrong);
    assert_eq!(verify(GOOD, Some(&dearer)).await, Verdict::Right);
}

/// Hashes of other programs: PHP writes `$2y$`, old ones `$2a$`. Reference vectors of the scheme.
#[tokio::test]
async fn bcrypt_of_other_programs_verifies() {
    let vectors = [
        ("", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."),
        ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
        ("abcdefghijklmnopqrstuvwxyz", "$2y$08$aTsUwsyowQuzRrDqFflhgekJ8d9/7Z3GV3UcgvzQW3J5zMyrTvlz."),
    ];
    for (password, stored) in vectors {
        assert_eq!(verify(password, Some(stored)).await, Verdict::Right, "{stored}");
    }
}

/// Else the time an answer takes would tell whether there is such an account.
#[tokio::test]
async fn the_work_is_the_same_whatever_is_stored() {
    let (current, cheaper) = (hash(7, GOOD).await, hash(4, GOOD).await);
    let too_long = "x".repeat(73);
    let stored = [None, Some(current.as_str()), Some(cheaper.as_str()), Some("no hash"), Some("")];
    for stored in stored {
        for claimed in [GOOD, "battery staple", "", &too_long] {
            scheme::ROUNDS.set(0);
            _ = scheme::verify(BcryptCost(7), &Password::claimed(claimed), stored);
            assert_eq!(scheme::ROUNDS.get(), 1 << 7, "{claimed:?} against {stored:?}");
        }
    }
}

fn argon2_hash(parameters: &str) -> String {
    use argon2::CustomizedPasswordHasher as _;
    argon2::Argon2::default()
        .hash_password_customized(
            GOOD.as_bytes(),
            b"salt of sixteen!",
            Some("argon2id"),
            None,
            parameters.parse().unwrap(),
        )
        .unwrap()
        .to_string()
}

#[tokio::test]
async fn argon2_verifies_and_is_outdated() {
    let stored = argon2_hash("m=64,t=1,p=1");
    assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{stored}");
    assert_eq!(verify(GOOD, Some(&stored)).await, Verdict::RightButOutdated);
    assert_eq!(verify("battery staple", Some(&stored)).await, Verdict::Wrong);
    let too_long = "x".repeat(73);
    assert_eq!(verify(&too_long, Some(&stored)).await, Verdict::Wrong);
    // Made by the reference implementation: `echo -n "password" | argon2 somesalt -t 2 -m 16 -p 4 -l 24`.
    let reference = "$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG";
    assert_eq!(verify("password", Some(reference)).await, Verdict::RightButOutdated);
}

#[tokio::test]
async fn what_is_no_hash_is_wrong_and_what_is_too_dear_is_not_computed() {
    let bcrypt = hash(4, GOOD).await;
    let argon2 = argon2_hash("m=64,t=1,p=1");
    let (head, _) = argon2.rsplit_once('$').unwrap();
    let malformed = [
        String::new(),
        "$".to_owned(),
        "$2b$".to_owned(),
        "plain text".to_owned(),
        "ü".repeat(30),
        bcrypt[..59].to_owned(),
        format!("{bcrypt}x"),
        bcrypt.replace("$2b$", "$2c$"),
        bcrypt.replace("$04$", "$03$"),
        bcrypt.replace("$04$", "$17$"),
        bcrypt.replace("$04$", "$31$"),
        bcrypt.replace("$04$", "$99$"),
        "$argon2".to_owned(),
        "$argon2id$".to_owned(),
        head.to_owned(),
        argon2.replace("m=64", "m=4194304"),
        argon2.replace("t=1", "t=4294967295"),
        argon2.replace("p=1", "p=16777215"),
        argon2.replace("m=64", "m=0"),
        argon2.replace("m=64", "m=99999999999999999999"),
        argon2.replace("v=19", "v=20"),
        argon2.replace("argon2id", "argon2x"),
    ];
    for stored in &malformed {
        assert!(!scheme::is_hash(stored), "{stored}");
        assert_eq!(verify(GOOD, Some(stored)).await, Verdict::Wrong, "{stored}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_stored_text_makes_it_panic(stored in "\\$?(2[abxy]|argon2(id|i|d)?|.{0,3})\\$(v=[0-9]{1,3}\\$)?((m|t|p|,|=|[0-9]){0,12})\\$?[./A-Za-z0-9+$é]{0,60}") {
        _ = scheme::is_hash(&stored);
    }

    #[test]
    fn no_text_at_all_makes_it_panic(stored: String) {
        _ = scheme::is_hash(&stored);
    }
}

#[tokio::test]
async fn who_would_wait_too_long_is_turned_away() {
    let hasher = PasswordHasher::with_limits(BcryptCost(4), 1, 1, Duration::ZERO);
    let worker = Arc::clone(&hasher.workers).acquire_owned().await.unwrap();
    let password = || Password::claimed(GOOD);
    assert_eq!(hasher.hash(password(), [7; 16]).await, Err(PasswordError::Busy));
    assert_eq!(hasher.verify(password(), None).await, Err(PasswordError::Busy));
    drop(worker);
    assert!(hasher.hash(password(), [7; 16]).await.is_ok());
}

#[tokio::test]
async fn the_queue_is_bounded() {
    let hasher = PasswordHasher::with_limits(BcryptCost(4), 1, 2, Duration::from_secs(3600));
    let worker = Arc::clone(&hasher.workers).acquire_owned().await.unwrap();
    let mut waiting: Vec<_> = (0..3)
        .map(|_| {
            let hasher = hasher.clone();
            tokio::spawn(async move { hasher.hash(Password::claimed(GOOD), [7; 16]).await })
        })
        .collect();
    while hasher.places.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    // Three places are taken by who waits, as if one of them were being served.
    assert_eq!(hasher.hash(Password::claimed(GOOD), [7; 16]).await, Err(PasswordError::Busy));
    // Who gives up leaves a free place.
    let gone = waiting.pop().unwrap();
    gone.abort();
    _ = gone.await;
    assert_eq!(hasher.places.available_permits(), 1);
    drop(worker);
    for waited in waiting {
        assert!(waited.await.unwrap().is_ok());
    }
    assert_eq!((hasher.workers.available_permits(), hasher.places.available_permits()), (1, 3));
}

/// Work that nobody waits for any more still keeps its core busy, so it keeps its permit.
#[tokio::test]
async fn work_keeps_its_permit_when_its_caller_is_gone() {
    let hasher = PasswordHasher::with_limits(BcryptCost(4), 1, 0, PATIENCE);
    let (started, has_started) = tokio::sync::oneshot::channel();
    let (finish, may_finish) = std::sync::mpsc::channel::<()>();
    let caller = tokio::spawn({
        let hasher = hasher.clone();
        async move {
            hasher
                .run(move || {
                    _ = started.send(());
                    _ = may_finish.recv();
                })
                .await
        }
    });
    has_started.await.unwrap();
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert_eq!(hasher.hash(Password::claimed(GOOD), [7; 16]).await, Err(PasswordError::Busy));
    finish.send(()).unwrap();
    while hasher.places.available_permits() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(hasher.hash(Password::claimed(GOOD), [7; 16]).await.is_ok());
}

#[tokio::test]
async fn work_that_panics_is_an_error_and_gives_its_permit_back() {
    let hasher = PasswordHasher::with_limits(BcryptCost(4), 1, 0, PATIENCE);
    let done = hasher.run(|| panic!("on purpose")).await;
    assert_eq!(done, Err::<(), _>(PasswordError::CutOff));
    assert_eq!((hasher.workers.available_permits(), hasher.places.available_permits()), (1, 1));
}

#[test]
fn debug_shows_no_hash() {
    let shown = format!("{:?}", PasswordHasher::with_limits(BcryptCost(12), 2, 4, PATIENCE));
    assert_eq!(shown, "PasswordHasher { cost: 12, free_workers: 2, free_places: 6, .. }");
}

use proptest::prelude::*;
use smilefactory_core::id::{Id, TenantId};
use uuid::Uuid;

use super::*;

const TABLE: &str = "identity.personal_details";
const PHONE: FieldColumn = FieldColumn { table: TABLE, column: "phone" };

fn tenant(n: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(n))
}

fn master(n: u8) -> MasterKey {
    MasterKey::from_random([n; 32])
}

fn data_key(n: u8) -> DataKey {
    DataKey::new(Uuid::from_u128(n.into()), [n; 32])
}

/// A cipher with these data keys, the current one first.
fn cipher(tenant: TenantId, data_keys: &[u8]) -> Cipher {
    let masters = MasterKeys::new(master(1));
    let wrapped: Vec<_> =
        data_keys.iter().map(|n| masters.wrap(tenant, &data_key(*n), [*n; 24]).unwrap()).collect();
    Cipher::unwrap(&masters, tenant, &wrapped).unwrap()
}

proptest! {
    #[test]
    fn what_is_encrypted_is_decrypted(text: String, nonce: [u8; 24], row: u128) {
        let cipher = cipher(tenant(1), &[2]);
        let place = PHONE.row(Uuid::from_u128(row));
        let stored = cipher.encrypt(place, &text, nonce).unwrap();
        prop_assert_eq!(stored.len(), 1 + 16 + 24 + text.len() + 16);
        prop_assert_eq!(cipher.decrypt(place, &stored).unwrap(), text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        prop_assert!(cipher(tenant(1), &[2]).decrypt(PHONE.row(Uuid::nil()), &bytes).is_err());
        let wrapped = WrappedKey { id: Uuid::nil(), master_key: master(1).id().to_owned(), wrapped: bytes };
        prop_assert!(MasterKeys::new(master(1)).unwrap(tenant(1), &wrapped).is_err());
    }
}

/// Every change of tenant, table, column and row, alone and with others.
#[test]
fn a_ciphertext_belongs_to_one_place() {
    let mut places = Vec::new();
    for tenant in [tenant(1), tenant(2)] {
        for table in [TABLE, "identity.sessions"] {
            for column in ["phone", "address"] {
                for row in [Uuid::from_u128(1), Uuid::from_u128(2)] {
                    places.push((tenant, FieldPlace { table, column, row }));
                }
            }
        }
    }
    // The tenants have the same data key here: what keeps them apart is the binding.
    for (from_tenant, from) in &places {
        let stored = cipher(*from_tenant, &[2]).encrypt(*from, "secret", [5; 24]).unwrap();
        for (to_tenant, to) in &places {
            let decrypted = cipher(*to_tenant, &[2]).decrypt(*to, &stored);
            if (from_tenant, from) == (to_tenant, to) {
                assert_eq!(decrypted.unwrap(), "secret");
            } else {
                assert_eq!(decrypted, Err(CryptoError::Refused), "{from:?} to {to:?}");
            }
        }
    }
}

#[test]
fn a_letter_cannot_move_from_table_to_column() {
    let cipher = cipher(tenant(1), &[2]);
    let row = Uuid::from_u128(1);
    let stored = cipher.encrypt(FieldPlace { table: "ab", column: "c", row }, "secret", [5; 24]).unwrap();
    let shifted = FieldPlace { table: "a", column: "bc", row };
    assert_eq!(cipher.decrypt(shifted, &stored), Err(CryptoError::Refused));
}

#[test]
fn every_flipped_bit_and_every_cut_is_noticed() {
    let cipher = cipher(tenant(1), &[2]);
    let place = PHONE.row(Uuid::from_u128(1));
    let stored = cipher.encrypt(place, "+31201234567", [5; 24]).unwrap();
    for bit in 0..stored.len() * 8 {
        let mut changed = stored.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(cipher.decrypt(place, &changed).is_err(), "bit {bit}");
    }
    for length in 0..stored.len() {
        assert!(cipher.decrypt(place, &stored[..length]).is_err(), "cut to {length}");
    }
}

#[test]
fn a_wrapped_key_is_bound_to_tenant_id_and_master_key() {
    let masters = MasterKeys::new(master(1)).with_older([master(2)]);
    let wrapped = masters.wrap(tenant(1), &data_key(3), [5; 24]).unwrap();
    assert_eq!(wrapped.wrapped.len(), 73);
    assert_eq!(*masters.unwrap(tenant(1), &wrapped).unwrap().key, [3; 32]);

    assert_eq!(masters.unwrap(tenant(2), &wrapped).unwrap_err(), CryptoError::Refused);
    let other_id = WrappedKey { id: Uuid::from_u128(4), ..wrapped.clone() };
    assert_eq!(masters.unwrap(tenant(1), &other_id).unwrap_err(), CryptoError::Refused);
    let other_master = WrappedKey { master_key: master(2).id().to_owned(), ..wrapped.clone() };
    assert_eq!(masters.unwrap(tenant(1), &other_master).unwrap_err(), CryptoError::Refused);
    for bit in 0..wrapped.wrapped.len() * 8 {
        let mut changed = wrapped.clone();
        changed.wrapped[bit / 8] ^= 1 << (bit % 8);
        assert!(masters.unwrap(tenant(1), &changed).is_err(), "bit {bit}");
    }
}

/// The name is in the context too: the same key under another name does not unwrap.
#[test]
fn the_name_of_the_master_key_is_bound() {
    let named =
        |name: &str| format!("{name}:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=").parse::<MasterKey>();
    let wrapped = MasterKeys::new(named("a").unwrap()).wrap(tenant(1), &data_key(3), [5; 24]).unwrap();
    let renamed = WrappedKey { master_key: "b".to_owned(), ..wrapped };
    let masters = MasterKeys::new(named("b").unwrap());
    assert_eq!(masters.unwrap(tenant(1), &renamed).unwrap_err(), CryptoError::Refused);
}

#[test]
fn a_wrong_master_key_opens_nothing() {
    let wrapped = MasterKeys::new(master(1)).wrap(tenant(1), &data_key(3), [5; 24]).unwrap();
    let unknown = MasterKeys::new(master(2)).unwrap(tenant(1), &wrapped).unwrap_err();
    assert_eq!(unknown, CryptoError::UnknownMasterKey(master(1).id().to_owned()));

    let same_name = format!("{}:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=", master(1).id());
    let wrong = MasterKeys::new(same_name.parse().unwrap()).unwrap(tenant(1), &wrapped).unwrap_err();
    assert_eq!(wrong, CryptoError::Refused);
}

#[test]
fn a_master_key_is_rotated_by_rewrapping() {
    let place = PHONE.row(Uuid::from_u128(1));
    let before = MasterKeys::new(master(1));
    let wrapped = before.wrap(tenant(1), &data_key(3), [5; 24]).unwrap();
    let stored = Cipher::unwrap(&before, tenant(1), std::slice::from_ref(&wrapped))
        .unwrap()
        .encrypt(place, "secret", [6; 24])
        .unwrap();

    let during = MasterKeys::new(master(2)).with_older([master(1)]);
    let rewrapped = during.rewrap(tenant(1), &wrapped, [7; 24]).unwrap().unwrap();
    assert_eq!((rewrapped.id, rewrapped.master_key.as_str()), (wrapped.id, master(2).id()));
    assert_eq!(during.rewrap(tenant(1), &rewrapped, [8; 24]), Ok(None));

    let after = MasterKeys::new(master(2));
    let cipher = Cipher::unwrap(&after, tenant(1), &[rewrapped]).unwrap();
    assert_eq!(cipher.decrypt(place, &stored).unwrap(), "secret");
    assert!(Cipher::unwrap(&after, tenant(1), &[wrapped]).is_err());
}

#[test]
fn a_data_key_is_rotated_and_the_old_one_still_decrypts() {
    let place = PHONE.row(Uuid::from_u128(1));
    let (before, after) = (cipher(tenant(1), &[2]), cipher(tenant(1), &[3, 2]));
    let old = before.encrypt(place, "secret", [5; 24]).unwrap();
    let new = after.encrypt(place, "secret", [6; 24]).unwrap();
    assert_eq!(after.decrypt(place, &old).unwrap(), "secret");
    assert_eq!(after.decrypt(place, &new).unwrap(), "secret");
    assert_eq!(before.decrypt(place, &new), Err(CryptoError::UnknownDataKey(data_key(3).id())));

    let stored_before = before.blind_index(PHONE, "secret");
    assert_ne!(after.blind_index(PHONE, "secret"), stored_before);
    assert_eq!(after.blind_indexes(PHONE, "secret"), [after.blind_index(PHONE, "secret"), stored_before]);
}

#[test]
fn a_blind_index_tells_equal_values_of_one_tenant_and_column() {
    let cipher_1 = cipher(tenant(1), &[2]);
    let index = cipher_1.blind_index(PHONE, "+31201234567");
    assert_eq!(cipher(tenant(1), &[2]).blind_index(PHONE, "+31201234567"), index);
    assert_ne!(cipher_1.blind_index(PHONE, "+31201234568"), index);
    assert_ne!(cipher(tenant(2), &[2]).blind_index(PHONE, "+31201234567"), index);
    for other in [FieldColumn { column: "fax", ..PHONE }, FieldColumn { table: "identity.sessions", ..PHONE }]
    {
        assert_ne!(cipher_1.blind_index(other, "+31201234567"), index);
    }
}

#[test]
fn derived_secrets_differ_by_purpose_and_key() {
    let keys = MasterKeys::new(master(1));
    assert_eq!(keys.derive("cursor"), keys.clone().with_older([master(2)]).derive("cursor"));
    assert_ne!(keys.derive("cursor"), keys.derive("token"));
    assert_ne!(keys.derive("cursor"), MasterKeys::new(master(2)).derive("cursor"));
    assert_ne!(keys.derive("cursor"), [1; 32]);
}

/// What is stored today must be readable by every later version: this changes only with the version byte. The
/// expected bytes were computed by a second implementation, written from the descriptions of the algorithms.
#[test]
fn the_stored_forms_are_what_they_always_were() {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let cipher = cipher(tenant(1), &[2]);
    let nonce = "05".repeat(24);

    let stored = cipher.encrypt(PHONE.row(Uuid::from_u128(9)), "hello", [5; 24]).unwrap();
    let sealed = "3fb651bd9be40993b1c98907b80cf47c336293b5c4";
    assert_eq!(hex(&stored), format!("01{:032x}{nonce}{sealed}", 2));

    let wrapped = MasterKeys::new(master(1)).wrap(tenant(1), &data_key(2), [5; 24]).unwrap();
    let sealed = "3a59a74171712f9394f24bbc57aef93d6418e05894d82cfd6b6cff2df1903964\
                  e7ba347749ca0e60ed9a0ec28f50ebad";
    assert_eq!(hex(&wrapped.wrapped), format!("01{nonce}{sealed}"));
    assert_eq!(wrapped.master_key, "330d7f45b4f9ad14");

    let index = cipher.blind_index(PHONE, "hello");
    assert_eq!(hex(&index), "2395f36218040914f1e59a98a46ac8c8e49029b2c9d31a940a68784823601177");
    let derived = MasterKeys::new(master(1)).derive("cursor");
    assert_eq!(hex(&derived), "225c7955b466c460de728cae379e54ddaefced08ced0b544af0678c42c94693e");
}

#[test]
fn a_master_key_is_read_and_refused() {
    let base64 = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let key: MasterKey = format!(" {base64}\n").parse().unwrap();
    assert_eq!(key.id(), master(1).id());
    assert_eq!(*key.to_text(), format!("{}:{base64}", key.id()));
    assert_eq!(key.to_text().parse::<MasterKey>().unwrap().id(), key.id());

    let zeros = "A".repeat(43) + "=";
    let long_id = format!("{}:{base64}", "x".repeat(61));
    let spaced = format!("a b:{base64}");
    let unnamed = format!(":{base64}");
    for text in ["", "hunter2", "AQEB", &base64[1..], &zeros, &long_id, &spaced, &unnamed] {
        let error = text.parse::<MasterKey>().unwrap_err().to_string();
        assert!(error.ends_with("`head -c 32 /dev/urandom | base64`"), "{error}");
        assert!(text.is_empty() || !error.contains(text), "{error}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let keys = MasterKeys::new("spring:U0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVUU0VDUkVUUyE=".parse().unwrap());
    let data_key = DataKey::new(Uuid::from_u128(7), *b"SECRETSECRETSECRETSECRETSECRETS!");
    let wrapped = keys.wrap(tenant(1), &data_key, [5; 24]).unwrap();
    let cipher = Cipher::unwrap(&keys, tenant(1), &[wrapped]).unwrap();
    let shown = format!("{keys:?} {data_key:?} {cipher:?}");
    assert_eq!(
        shown,
        "MasterKeys { current: MasterKey(spring), older: [] } \
         DataKey(00000000-0000-0000-0000-000000000007) \
         Cipher(tenant:00000000-0000-0000-0000-000000000001, data key 00000000-0000-0000-0000-000000000007)"
    );
}

mod key_file {
    use std::fs;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let made = MasterKey::load_or_create(&path, [1; 32]).unwrap();
        let found = MasterKey::load_or_create(&path, [2; 32]).unwrap();
        assert_eq!((made.id(), found.id()), (master(1).id(), master(1).id()));
        assert_eq!(*made.to_text(), *found.to_text());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing unfinished lies about");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn all_who_come_at_once_get_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let ids: Vec<String> = std::thread::scope(|scope| {
            let path = &path;
            let threads: Vec<_> = (1..=16)
                .map(|n| {
                    scope.spawn(move || MasterKey::load_or_create(path, [n; 32]).unwrap().id().to_owned())
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_with_something_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        for content in ["", "no key"] {
            fs::write(&path, content).unwrap();
            let error = MasterKey::load_or_create(&path, [1; 32]).unwrap_err();
            assert!(matches!(error, KeyFileError::Invalid { .. }), "{error:?}");
            assert!(error.to_string().contains("master.key holds no master key"), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = MasterKey::load_or_create(&folder.path().join("no/master.key"), [1; 32]).unwrap_err();
        assert!(matches!(error, KeyFileError::Io { .. }), "{error:?}");
    }
}

use std::collections::BTreeMap;
use std::fs;

use secrecy::ExposeSecret as _;

use super::*;

const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const OTHER_KEY: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
const URL: &str = "postgres://app:hunter2@db.example/smile";

fn vars(vars: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> + use<> {
    let vars: BTreeMap<String, String> =
        vars.iter().map(|(key, value)| (layer::variable(key), (*value).to_owned())).collect();
    move |name| vars.get(name).cloned()
}

fn from_toml(text: &str) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smile.toml");
    fs::write(&path, text).unwrap();
    Config::from_file(path)
}

/// The mistakes, one line each, without the folder of the file.
fn mistakes(result: Result<Config, ConfigError>) -> Vec<String> {
    let shorten = |mistake: &Mistake| {
        let place = match &mistake.place {
            Place::File { key, .. } => format!("{key:?}"),
            other => other.to_string(),
        };
        format!("{place} {}", mistake.problem)
    };
    result.unwrap_err().iter().map(shorten).collect()
}

fn url(config: &Config) -> Option<&str> {
    match &config.database {
        Database::Url(url) => Some(url.expose_secret()),
        _ => None,
    }
}

#[test]
fn nothing_has_to_be_set() {
    let config = Config::from_vars(|_| None).unwrap();
    assert!(matches!(config.database, Database::EmbeddedTemporary));
    assert!(config.migration_url.is_none() && config.master_keys.is_none());
    assert_eq!((config.max_connections, config.pooler, config.bcrypt_cost.get()), (10, Pooler::None, 12));
    assert_eq!(config.service_role, "smile_service");
    let timeouts = [
        config.acquire_timeout,
        config.statement_timeout,
        config.lock_timeout,
        config.idle_in_transaction_timeout,
    ];
    assert_eq!(timeouts.map(|timeout| timeout.as_secs()), [3, 5, 2, 10]);
}

#[test]
fn every_variable_is_read() {
    let config = Config::from_vars(vars(&[
        ("database_url", URL),
        ("migration_url", "postgresql://owner@db.example/smile"),
        ("max_connections", "500"),
        ("acquire_timeout", "250ms"),
        ("statement_timeout", "1m"),
        ("lock_timeout", "1 s"),
        ("idle_in_transaction_timeout", "3600s"),
        ("pooler", "transaction"),
        ("service_role", "_role9"),
        ("master_key", &format!("spring:{KEY}")),
        ("old_master_keys", &format!("winter:{OTHER_KEY}, {OTHER_KEY},")),
        ("bcrypt_cost", "13"),
    ]))
    .unwrap();
    assert_eq!(url(&config), Some(URL));
    assert_eq!(config.migration_url.unwrap().expose_secret(), "postgresql://owner@db.example/smile");
    assert_eq!(
        (config.max_connections, config.pooler, config.bcrypt_cost.get()),
        (500, Pooler::Transaction, 13)
    );
    assert_eq!(config.acquire_timeout, Duration::from_millis(250));
    assert_eq!(config.statement_timeout, Duration::from_secs(60));
    assert_eq!(config.lock_timeout, Duration::from_secs(1));
    assert_eq!(config.idle_in_transaction_timeout, Duration::from_secs(3600));
    assert_eq!(config.service_role, "_role9");
    let keys = config.master_keys.unwrap();
    let ids: Vec<&str> = keys.iter().map(crate::crypto::MasterKey::id).collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids[..2], ["spring", "winter"]);

    let config = Config::from_vars(vars(&[("data", "/srv/smile")])).unwrap();
    assert!(matches!(config.database, Database::EmbeddedFolder(folder) if folder == Path::new("/srv/smile")));
}

/// The table in the documentation of `Config` is what a person sets things by.
#[test]
fn every_setting_is_documented() {
    let text = include_str!("mod.rs");
    for key in layer::KEYS {
        assert!(text.contains(&format!("/// | `{key}`")), "{key}");
        assert!(text.contains(&format!("`{}`", layer::variable(key))), "{key}");
    }
}

#[test]
fn every_key_of_a_file_is_read() {
    let config = from_toml(&format!(
        "database_url = '{URL}'\nmigration_url = '{URL}'\nmax_connections = 7\nacquire_timeout = '1s'\n\
         statement_timeout = '2s'\nlock_timeout = '3s'\nidle_in_transaction_timeout = '4s'\npooler = 'transaction'\n\
         service_role = 'r'\nmaster_key = '{KEY}'\nold_master_keys = ['a:{OTHER_KEY}', 'b:{OTHER_KEY}']\n\
         bcrypt_cost = 14\n[server]\nlisten = '0.0.0.0:80'\n"
    ))
    .unwrap();
    assert_eq!(url(&config), Some(URL));
    assert_eq!((config.max_connections, config.bcrypt_cost.get()), (7, 14));
    assert_eq!(config.idle_in_transaction_timeout, Duration::from_secs(4));
    assert_eq!(config.master_keys.unwrap().iter().count(), 3);
    assert!(matches!(from_toml("data = 'd'").unwrap().database, Database::EmbeddedFolder(_)));
}

#[test]
fn the_program_wins_over_the_environment_and_that_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smile.toml");
    fs::write(&path, "max_connections = 1\npooler = 'transaction'\nservice_role = 'filed'\ndata = 'filed'")
        .unwrap();
    let named = path.to_str().unwrap();
    let vars = vars(&[
        ("config", named),
        ("max_connections", "2"),
        ("service_role", "varied"),
        ("pooler", ""),
        ("database_url", URL),
        ("master_key", KEY),
    ]);
    let config = Config::builder().max_connections(3).vars(&vars).build().unwrap();
    assert_eq!(config.max_connections, 3);
    assert_eq!(config.service_role, "varied");
    assert_eq!(config.pooler, Pooler::Transaction, "a variable set to nothing is not set");
    assert_eq!(url(&config), Some(URL), "an address in the environment wins over a folder in the file");

    let config = Config::builder().vars(&vars).database(Database::EmbeddedTemporary).build().unwrap();
    assert!(matches!(config.database, Database::EmbeddedTemporary));

    let other = folder.path().join("other.toml");
    fs::write(&other, "pooler = 'none'").unwrap();
    let config = Config::builder().file(&other).vars(&vars).build().unwrap();
    assert_eq!(
        config.pooler,
        Pooler::None,
        "a file named by the program wins over one named by the environment"
    );
}

#[test]
fn all_mistakes_are_told_at_once() {
    let found = mistakes(Config::from_vars(vars(&[
        ("database_url", "mysql://hunter2"),
        ("max_connections", "0"),
        ("statement_timeout", "0s"),
        ("lock_timeout", "fast"),
        ("pooler", "session"),
        ("service_role", "Robert'); drop table x; --"),
        ("bcrypt_cost", "4"),
    ])));
    let expected = [
        "SMILEFACTORY_STATEMENT_TIMEOUT must lie between 1ms and 1h, is 0ns",
        "SMILEFACTORY_LOCK_TIMEOUT must be a time like 250ms, 5s or 2m, is \"fast\"",
        "SMILEFACTORY_DATABASE_URL must be an address of the form postgres://user:password@host:5432/database",
        "SMILEFACTORY_MASTER_KEY must be set to the key that personal fields are encrypted with; make one with \
         `head -c 32 /dev/urandom | base64`, and keep it safe and apart from the database",
        "SMILEFACTORY_MAX_CONNECTIONS must lie between 1 and 500, is 0",
        "SMILEFACTORY_POOLER must be none or transaction, is \"session\"",
        "SMILEFACTORY_SERVICE_ROLE must be a name of 1 to 63 of a-z 0-9 _ that does not begin with a digit, is \
         \"Robert'); drop table x; --\"",
        "SMILEFACTORY_BCRYPT_COST must lie between 12 and 16, is 4",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_the_program_sets_is_checked_too() {
    let found = mistakes(
        Config::builder()
            .database_url("db.example")
            .migration_url("db.example")
            .max_connections(501)
            .acquire_timeout(Duration::from_micros(999))
            .lock_timeout(Duration::from_secs(3601))
            .service_role("")
            .build(),
    );
    let places: Vec<&str> = found.iter().map(|mistake| mistake.split(' ').next().unwrap()).collect();
    let expected = [
        "`acquire_timeout`",
        "`lock_timeout`",
        "`database_url`",
        "SMILEFACTORY_MASTER_KEY",
        "`migration_url`",
        "`max_connections`",
        "`service_role`",
    ];
    assert_eq!(places, expected);
}

#[test]
fn bounds_are_where_they_are_said_to_be() {
    for (key, right, wrong) in [
        ("max_connections", vec!["1", "500"], vec!["0", "501", "-1", "1.5", "4294967296"]),
        (
            "lock_timeout",
            vec!["1ms", "60m"],
            vec!["0ms", "61m", "5", "s", "-1s", "1h", "1.5s", "99999999999999999999s"],
        ),
        (
            "service_role",
            vec!["a", "_", &"a".repeat(63)],
            vec!["9a", "A", "ä", "a b", "a\"", &"a".repeat(64)],
        ),
        ("bcrypt_cost", vec!["12", "16"], vec!["11", "17", "x"]),
    ] {
        for value in right {
            assert!(Config::from_vars(vars(&[(key, value)])).is_ok(), "{key} {value}");
        }
        for value in wrong {
            assert_eq!(mistakes(Config::from_vars(vars(&[(key, value)]))).len(), 1, "{key} {value}");
        }
    }
}

#[test]
fn data_lies_in_one_place() {
    let found = mistakes(Config::from_vars(vars(&[("database_url", URL), ("data", "d")])));
    assert_eq!(
        found,
        ["SMILEFACTORY_DATABASE_URL cannot be together with SMILEFACTORY_DATA: the data lies in one place"]
    );
}

#[test]
fn master_keys_are_checked() {
    let make = "make a key with `head -c 32 /dev/urandom | base64`";
    for (given, problem) in [
        (vec![("master_key", "hunter2")], make),
        (vec![("master_key", KEY), ("old_master_keys", "hunter2")], make),
        (vec![("old_master_keys", KEY)], "must be set when there are older keys"),
        (vec![("master_key", KEY), ("old_master_keys", KEY)], "twice"),
    ] {
        let found = mistakes(Config::from_vars(vars(&given)));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(problem) && !found[0].contains("hunter2"), "{found:?}");
    }
    assert!(Config::from_vars(vars(&[("master_key", KEY), ("database_url", URL)])).is_ok());
}

#[test]
fn a_file_is_wrong_in_words() {
    let mut found =
        mistakes(from_toml("max_conections = 3\npooler = true\nlock_timeout = 5\nold_master_keys = [1]"));
    // The order is the parser's, which another crate of the build may choose.
    found.sort();
    assert!(
        found[1].starts_with("Some(\"max_conections\") is no setting; there are acquire_timeout, "),
        "{found:?}"
    );
    found.remove(1);
    assert_eq!(
        found,
        [
            "Some(\"lock_timeout\") must be a time like 250ms, 5s or 2m, is \"5\"",
            "Some(\"old_master_keys\") must be a text or a whole number",
            "Some(\"pooler\") must be a text or a whole number",
        ]
    );

    let found = mistakes(from_toml("pooler = 'none'\nmaster_key = 'hunter2\n"));
    assert!(found[0].starts_with("None is no TOML: ") && found[0].ends_with(" in line 2"), "{found:?}");
    assert!(!found[0].contains("hunter2"), "{found:?}");

    let error = Config::from_file("/nowhere/smile.toml").unwrap_err().to_string();
    assert!(error.starts_with("/nowhere/smile.toml cannot be read: "), "{error}");
}

#[test]
fn debug_shows_no_secret() {
    let vars = vars(&[("database_url", URL), ("migration_url", URL), ("master_key", KEY)]);
    let builder = Config::builder().vars(&vars).migration_url(URL);
    let shown = format!("{builder:?} {:?}", builder.clone().build().unwrap());
    assert!(shown.contains("migration_url"), "{shown}");
    for secret in ["hunter2", KEY, "db.example"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let error = Config::builder().vars(vars).database_url("ftp://hunter2").build().unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[test]
fn files_lie_in_a_folder_or_in_a_bucket() {
    assert!(matches!(Config::from_vars(|_| None).unwrap().blobs, Blobs::BesideData));
    let folder = Config::from_vars(vars(&[("blob_folder", "/srv/files")])).unwrap();
    assert!(matches!(folder.blobs, Blobs::Folder(folder) if folder == Path::new("/srv/files")));
    let all = [
        ("blob_bucket", "files"),
        ("blob_endpoint", "http://127.0.0.1:9000"),
        ("blob_region", "af-south-1"),
        ("blob_access_key", "somebody"),
        ("blob_secret_key", "hunter2"),
        ("blob_uploads", "direct"),
    ];
    let config = Config::from_vars(vars(&all)).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    let Blobs::Bucket(bucket) = config.blobs else { panic!("no bucket") };
    assert_eq!((bucket.name.as_str(), bucket.region.as_str(), bucket.direct), ("files", "af-south-1", true));
    assert_eq!(bucket.secret_key.expose_secret(), "hunter2");

    for (wrong, place) in [
        (&[("blob_bucket", "files")][..], "SMILEFACTORY_BLOB_BUCKET takes"),
        (&[("blob_bucket", "files"), ("blob_folder", "f")], "SMILEFACTORY_BLOB_BUCKET cannot be together"),
        (&[all[0], all[3], all[4], ("blob_endpoint", "localhost")], "SMILEFACTORY_BLOB_ENDPOINT must be"),
        (&[all[0], all[3], all[4], ("blob_uploads", "both")], "SMILEFACTORY_BLOB_UPLOADS must be"),
    ] {
        let found = mistakes(Config::from_vars(vars(wrong)));
        assert!(found.len() == 1 && found[0].starts_with(place), "{found:?}");
    }
}

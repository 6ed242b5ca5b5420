//! The database accepts exactly what core accepts.

use std::str::FromStr;

use proptest::prelude::*;
use rust_decimal::Decimal;
use smilefactory_core::money::Money;
use smilefactory_core::profile::{DetailsInput, Extra, Participation, Profile, ProfileInput, ProfileKind};
use smilefactory_core::testing::{self, Spoiled, profile_input_of, spoiled_profiles};
use smilefactory_core::text::{Country, Currency, Doi, LanguageTag, Line, Link, Orcid, Prose};
use smilefactory_core::validation::Field;
use smilefactory_store::StoreError;
use smilefactory_store::testing::TestDb;
use sqlx::{AssertSqlSafe, PgConnection};

use super::{begun, content, samples};

/// Core fills in what a missing visibility means; here nobody does.
fn fill_in(input: &mut ProfileInput) {
    let public = || Some("public".to_owned());
    input.visibility = input.visibility.take().or_else(public);
    let fields = input.field_visibility.get_or_insert_default();
    for field in [&mut fields.email, &mut fields.phone, &mut fields.location, &mut fields.connections] {
        *field = field.take().or_else(public);
    }
    if let DetailsInput::BusinessInvestor(investor) = &mut input.details {
        for entry in &mut investor.portfolio {
            entry.visibility = entry.visibility.take().or_else(public);
        }
    }
}

/// Every way to break a rule of core, on profiles of every kind, written past core.
#[tokio::test]
async fn what_breaks_a_rule_of_core_is_refused_by_the_database() {
    let db = TestDb::new().await;
    let account = db.one.person("tariro").await.id;
    let write = async |mut input: ProfileInput| {
        fill_in(&mut input);
        let mut tx = db.store.write(&db.one.scope).await.unwrap();
        let shell = begun(account, content(ProfileKind::Mentor), tx.now());
        let participation =
            (input.details.kind() == Some(ProfileKind::CommunityMember)).then_some(Participation::Observer);
        tx.profiles().insert_unchecked(&Profile { participation, ..shell }, input).await
    };
    let mut tried = 0;
    for kind in ProfileKind::ALL {
        for input in samples(&profile_input_of(*kind), 1) {
            // The same input without a flaw is accepted: what is refused is refused for the flaw.
            write(input.clone()).await.unwrap_or_else(|error| panic!("{error:?}: {input:#?}"));
            for Spoiled { input, pointer, code } in spoiled_profiles(&input) {
                tried += 1;
                match write(input).await {
                    Err(StoreError::Invalid { .. } | StoreError::Conflict { .. }) => {}
                    // A NUL is no character of PostgreSQL's, unreadable details are of no table, and a number may be
                    // too large for its column.
                    Err(StoreError::Internal(..)) if pointer == "/extra" || pointer == "/details/kind" => {}
                    Err(StoreError::Internal(_, Some(source))) if source.to_string().contains("overflow") => {
                    }
                    outcome => panic!("{pointer} {code}: {outcome:?}"),
                }
            }
        }
    }
    assert!(tried > 300, "only {tried} flaws were tried");
}

/// What the database's function says of each of the values.
async fn database_says(conn: &mut PgConnection, expression: &str, values: &[String]) -> Vec<bool> {
    let statement =
        format!("select {expression} from unnest($1::text[]) with ordinality as t (value, n) order by n");
    sqlx::query_scalar(AssertSqlSafe(statement)).bind(values).fetch_all(conn).await.unwrap()
}

/// What core says: that it is valid, and already in the form it is stored in.
fn core_says<T: Field<Raw = String>>(value: &str) -> bool {
    T::from_raw(value.to_owned()).is_ok_and(|parsed| parsed.into_raw() == value)
}

/// Texts of every sort of character, and those that are easy to get wrong at the ends.
fn texts() -> impl Strategy<Value = String> {
    let edge = prop::sample::select(
        " \t\n\r\u{b}\u{c}\u{85}\u{a0}\u{1680}\u{180e}\u{2000}\u{200a}\u{200b}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\
         \u{feff}\u{1}\u{1f}\u{7f}\u{9f}e\u{301}é\u{1100}\u{1161}"
            .chars()
            .collect::<Vec<_>>(),
    );
    let any = any::<char>().prop_filter("PostgreSQL has no NUL", |c| *c != '\0');
    let character = prop_oneof![2 => edge, 2 => any, 4 => prop::char::range('a', 'z')];
    prop_oneof![
        4 => prop::collection::vec(character.clone(), 0..8),
        1 => prop::collection::vec(character, 55..65),
    ]
    .prop_map(String::from_iter)
}

#[tokio::test]
async fn texts_are_judged_alike() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    let values = samples(&texts(), 6_000);
    let line = database_says(&mut conn, "platform.is_line(value, 2, 60)", &values).await;
    let prose = database_says(&mut conn, "platform.is_prose(value, 2, 60)", &values).await;
    let (mut lines, mut valid) = (0, 0);
    for ((value, line), prose) in values.iter().zip(line).zip(prose) {
        assert_eq!(line, core_says::<Line<2, 60>>(value), "a line: {value:?}");
        assert_eq!(prose, core_says::<Prose<2, 60>>(value), "prose: {value:?}");
        lines += usize::from(line);
        valid += usize::from(prose);
    }
    assert!(lines > 500 && valid > lines && valid < 5_500, "{lines} lines and {valid} texts are valid");
}

#[tokio::test]
async fn texts_of_a_pattern_are_judged_alike() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    let mut judge = async |expression, core: fn(&str) -> bool, values: Vec<String>| {
        let database = database_says(&mut conn, expression, &values).await;
        for (value, database) in values.iter().zip(&database) {
            assert_eq!(*database, core(value), "{expression} of {value:?}");
        }
        let valid = database.iter().filter(|valid| **valid).count();
        assert!(valid > 100 && valid < database.len() - 100, "{expression}: {valid} of {}", database.len());
    };
    let orcid = prop_oneof![testing::orcid(), "[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]", "[0-9-]{19}"];
    judge("platform.is_orcid(value)", core_says::<Orcid>, samples(&orcid, 1_000)).await;
    let doi = prop_oneof![testing::doi(), "10\\.[0-9]{3,10}/[ -~é]{0,9}"];
    judge("platform.is_doi(value)", core_says::<Doi>, samples(&doi, 1_000)).await;
    let pattern = LanguageTag::PATTERN;
    let language = prop_oneof![testing::language(), "[a-zA-Z]{1,4}(-[a-zA-Z0-9]{1,4}){0,2}"];
    judge(&format!("value ~ '{pattern}'"), core_says::<LanguageTag>, samples(&language, 1_000)).await;
}

/// Whether something is a URL core alone can tell: everything it accepts is accepted, and what it refuses for its
/// scheme, its host or its credentials is refused.
#[tokio::test]
async fn links_of_core_are_links_of_the_database() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    let raw =
        "https?://[a-zA-Z0-9é.:\\[\\]_~!$&'()*+,;=-]{1,12}(/[ -~é]{0,10})?(\\?[ -~]{0,6})?(#[ -~ü]{0,6})?";
    let links: Vec<String> = samples(&prop_oneof![testing::link(), raw.prop_map(|link| link)], 4_000)
        .into_iter()
        .filter_map(|link| Link::from_str(&link).ok().map(String::from))
        .collect();
    assert!(links.len() > 1_000, "{} links", links.len());
    for (link, accepted) in
        links.iter().zip(database_says(&mut conn, "platform.is_link(value)", &links).await)
    {
        assert!(accepted, "{link}");
    }
    let no_links = [
        "ftp://example.org/",
        "javascript:alert(1)",
        "//example.org/",
        "https:///path",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org/ blank",
        "https://example.org/\u{e9}",
        "https://example.org",
        " https://example.org/",
        "",
    ]
    .map(str::to_owned);
    for link in &no_links {
        assert!(!core_says::<Link>(link), "{link}");
    }
    assert_eq!(database_says(&mut conn, "platform.is_link(value)", &no_links).await, [false; 11]);
}

#[tokio::test]
async fn codes_are_judged_alike() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    // A domain refuses by failing, so that what is not in it is asked of its list of words.
    for (domain, length) in [("country", 2), ("currency", 3)] {
        let known: Vec<String> = sqlx::query_scalar(
            "select distinct found[1]
             from pg_constraint,
               regexp_matches(pg_get_constraintdef(oid), '''([A-Z]+)''', 'g') as found
             where contypid = ('platform.' || $1)::regtype",
        )
        .bind(domain)
        .fetch_all(&mut conn)
        .await
        .unwrap();
        let letters = 26_u32.pow(length);
        let mut codes = 0;
        for n in 0..letters {
            let code: String = (0..length)
                .rev()
                .map(|place| char::from(b'A' + u8::try_from(n / 26_u32.pow(place) % 26).unwrap()))
                .collect();
            let core = if length == 2 { core_says::<Country>(&code) } else { core_says::<Currency>(&code) };
            assert_eq!(known.contains(&code), core, "{domain} {code}");
            codes += usize::from(core);
        }
        assert_eq!(codes, known.len(), "{domain}");
    }
}

#[tokio::test]
async fn sums_are_judged_alike() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    let amounts = (0_i64..100_000_000, 0_u32..=4).prop_map(|(units, scale)| Decimal::new(units, scale));
    let currencies = prop_oneof![
        testing::currency(),
        prop::sample::select(vec!["BIF", "TND", "UYW", "ZMW", "ZWG", "CHF"]).prop_map(str::to_owned),
    ];
    let sums = samples(&(amounts, currencies), 4_000);
    let (amounts, currencies): (Vec<Decimal>, Vec<String>) = sums.iter().cloned().unzip();
    let database: Vec<bool> = sqlx::query_scalar(
        "select platform.is_money(amount, currency)
         from unnest($1::numeric[], $2::text[]) with ordinality as t (amount, currency, n) order by n",
    )
    .bind(&amounts)
    .bind(&currencies)
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let mut valid = 0;
    for ((amount, currency), database) in sums.iter().zip(database) {
        assert_eq!(database, Money::new(*amount, currency).is_ok(), "{amount} {currency}");
        valid += usize::from(database);
    }
    assert!((500..3_500).contains(&valid), "{valid} sums are valid");
}

/// Objects just within and just beyond the limit, with all that PostgreSQL writes longer than core.
#[tokio::test]
async fn the_size_of_what_no_field_is_made_for_is_judged_alike() {
    let db = TestDb::new().await;
    let mut conn = db.superuser().await;
    let value = prop_oneof![
        Just(serde_json::Value::Null),
        any::<i64>().prop_map(Into::into),
        any::<bool>().prop_map(Into::into),
        "[ -~]{0,12}".prop_map(Into::into),
        "[\\\\\", :,é😀\u{1}\n\t]{0,9}".prop_map(Into::into),
        prop::collection::vec(any::<u8>(), 0..6).prop_map(Into::into),
    ];
    let objects = prop::collection::btree_map("[a-z\", :]{1,9}", value, 1..40);
    let mut edges = 0;
    for members in samples(&objects, 60) {
        let mut object: serde_json::Map<String, serde_json::Value> = members.into_iter().collect();
        object.insert("filler".to_owned(), "".into());
        let size = serde_json::to_vec(&object).unwrap().len();
        for beyond in [0, 1] {
            let filler = "x, y: z".chars().cycle().take(Extra::MAX_BYTES + beyond - size).collect::<String>();
            object.insert("filler".to_owned(), filler.into());
            let accepted: bool = sqlx::query_scalar("select platform.is_extra($1)")
                .bind(sqlx::types::Json(&object))
                .fetch_one(&mut conn)
                .await
                .unwrap();
            assert_eq!(accepted, Extra::from_raw(object.clone()).is_ok(), "{beyond} beyond: {object:?}");
            assert_eq!(accepted, beyond == 0);
            edges += 1;
        }
    }
    assert_eq!(edges, 120);
}

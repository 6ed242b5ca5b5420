//! Codes of lists that others keep: countries and currencies.

mod english;
mod listed;

use serde::{Deserialize, Deserializer, Serialize};

use self::english::ENGLISH_NAMES;
use self::listed::{ALPHA_3, COUNTRIES, CURRENCIES};
use super::{check_length, checked_text, normal};
use crate::validation::{Field, Report, Violation, Violations};

/// A country, as ISO 3166-1 alpha-2 writes it: `ZW`.
///
/// ```
/// use smilefactory_core::text::Country;
/// assert_eq!("zw".parse::<Country>().unwrap().as_str(), "ZW");
/// assert!("XX".parse::<Country>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Country(String);

impl Country {
    fn check(raw: &str) -> Result<Self, Violation> {
        let code = normal(raw).to_ascii_uppercase();
        check_length(&code, 1, usize::MAX)?;
        match COUNTRIES.binary_search(&code.as_str()) {
            Ok(_) => Ok(Self(code)),
            Err(_) => Err(Violation::malformed("an ISO 3166-1 country code such as ZW")),
        }
    }

    /// The country that ISO 3166-1 alpha-3 writes like this, in upper case: `ZWE`.
    ///
    /// ```
    /// use smilefactory_core::text::Country;
    /// assert_eq!(Country::from_alpha_3("ZWE").unwrap().as_str(), "ZW");
    /// assert_eq!(Country::from_alpha_3("ZZZ"), None);
    /// ```
    pub fn from_alpha_3(code: &str) -> Option<Self> {
        let at = ALPHA_3.binary_search_by_key(&code, |(long, _)| long).ok()?;
        ALPHA_3.get(at).map(|(_, short)| Self((*short).to_owned()))
    }

    /// The country that is called so in English, in any case: `Zimbabwe`, `U.S.A.`. A name that several could be meant by,
    /// such as Korea, or that is a part of a country, such as Scotland, is none.
    ///
    /// ```
    /// use smilefactory_core::text::Country;
    /// assert_eq!(Country::from_english_name(" south Africa ").unwrap().as_str(), "ZA");
    /// assert_eq!(Country::from_english_name("Scotland"), None);
    /// ```
    pub fn from_english_name(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        let at = ENGLISH_NAMES.binary_search_by_key(&name.as_str(), |(name, _)| name).ok()?;
        ENGLISH_NAMES.get(at).map(|(_, code)| Self((*code).to_owned()))
    }

    /// Every code there is, in the order of the alphabet.
    pub fn all() -> impl Iterator<Item = &'static str> {
        COUNTRIES.iter().copied()
    }
}

/// A currency, as ISO 4217 writes it: `USD`.
///
/// ```
/// use smilefactory_core::text::Currency;
/// let yen: Currency = "jpy".parse().unwrap();
/// assert_eq!((yen.as_str(), yen.decimals()), ("JPY", 0));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Currency(String);

impl Currency {
    fn check(raw: &str) -> Result<Self, Violation> {
        let code = normal(raw).to_ascii_uppercase();
        check_length(&code, 1, usize::MAX)?;
        match decimals(&code) {
            Some(_) => Ok(Self(code)),
            None => Err(Violation::malformed("an ISO 4217 currency code such as USD")),
        }
    }

    /// How many digits an amount may have after the decimal point.
    pub fn decimals(&self) -> u32 {
        decimals(&self.0).unwrap_or_default()
    }

    /// Every code there is, with how many decimals it has.
    pub fn all() -> impl Iterator<Item = (&'static str, u32)> {
        CURRENCIES.into_iter().flat_map(|(decimals, codes)| codes.iter().map(move |code| (*code, decimals)))
    }
}

/// How many decimals the currency with this code has, when there is one.
fn decimals(code: &str) -> Option<u32> {
    CURRENCIES.iter().find(|(_, codes)| codes.binary_search(&code).is_ok()).map(|(decimals, _)| *decimals)
}

checked_text!(
    [] Country, "Country",
    crate::schema::leaf::text()
        .pattern(Some("^[A-Z]{2}$"))
        .examples([serde_json::json!("ZW")])
);
checked_text!(
    [] Currency, "Currency",
    crate::schema::leaf::text()
        .pattern(Some("^[A-Z]{3}$"))
        .examples([serde_json::json!("USD")])
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_can_be_searched_and_have_nothing_twice() {
        assert!(COUNTRIES.is_sorted_by(|a, b| a < b));
        assert_eq!(COUNTRIES.len(), 250);
        assert!(ALPHA_3.is_sorted_by(|a, b| a.0 < b.0));
        let mut short: Vec<&str> = ALPHA_3.iter().map(|(_, short)| *short).collect();
        short.sort_unstable();
        assert_eq!(short, COUNTRIES);
        assert!(ENGLISH_NAMES.is_sorted_by(|a, b| a.0 < b.0));
        let mut named: Vec<&str> = ENGLISH_NAMES.iter().map(|(_, code)| *code).collect();
        named.sort_unstable();
        named.dedup();
        assert_eq!(named, COUNTRIES);
        let mut codes: Vec<&str> = Currency::all().map(|(code, _)| code).collect();
        assert!(CURRENCIES.iter().all(|(_, codes)| codes.is_sorted_by(|a, b| a < b)));
        assert_eq!(codes.len(), 170);
        codes.sort_unstable();
        assert!(codes.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn every_listed_code_is_one() {
        for code in Country::all() {
            assert_eq!(code.parse::<Country>().unwrap().as_str(), code);
        }
        for (code, decimals) in Currency::all() {
            assert_eq!(code.parse::<Currency>().unwrap().decimals(), decimals);
        }
        for bad in ["", "Z", "ZWE", "ZZ", "ß", "Z W"] {
            assert!(bad.parse::<Country>().is_err(), "{bad}");
        }
        for bad in ["", "US", "USDD", "XXX", "XTS", "XAU", "\u{fb01}M"] {
            assert!(bad.parse::<Currency>().is_err(), "{bad}");
        }
    }

    #[test]
    fn names_are_read_in_any_case_and_mean_one_country() {
        for (name, code) in
            [("U.S.A.", "US"), ("u.k.", "GB"), ("T\u{fc}rkiye", "TR"), ("TURKEY", "TR"), ("Moldova", "MD")]
        {
            assert_eq!(Country::from_english_name(name).unwrap().as_str(), code);
        }
        for bad in ["", "Korea", "Scotland", "Atlantis"] {
            assert_eq!(Country::from_english_name(bad), None, "{bad}");
        }
    }

    #[test]
    fn decimals_are_the_currency_s() {
        for (code, decimals) in [("JPY", 0), ("USD", 2), ("ZWG", 2), ("KWD", 3), ("CLF", 4)] {
            assert_eq!(code.parse::<Currency>().unwrap().decimals(), decimals, "{code}");
        }
    }
}

//! Texts, codes and sums.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

use crate::money::{Money, MoneyInput, MoneyRangeInput};
use crate::text::{Country, Currency, Doi, Email, LanguageTag, Line, Link, Orcid, Phone, Prose, Slug};
use crate::validation::Field;

/// Characters that are easy to get wrong: letters of one to four bytes, combining marks, quotes, wildcards.
const TRICKY: &str = "aZ9 é߀漢😀e\u{301}'\"\\%_{}<>/-.,;:!?@\u{200d}";

/// The text as it is once parsed, or nothing when it is not valid.
fn parsed<T: Field<Raw = String>>(raw: String) -> Option<String> {
    T::from_raw(raw).ok().map(T::into_raw)
}

/// Texts of `min` to `max` characters, mostly short ones, now and then as short or as long as may be.
fn characters(min: usize, max: usize, breaks: bool) -> impl Strategy<Value = String> {
    let length = prop_oneof![1 => Just(min), 1 => Just(max), 18 => min..=max.min(min + 20)];
    let tricky: Vec<char> = TRICKY.chars().chain(if breaks { "\n\t" } else { "" }.chars()).collect();
    length.prop_flat_map(|length| proptest::collection::vec(any::<u32>(), length)).prop_map(move |numbers| {
        let character = |number: u32| match number % 4 {
            0 => char::from_u32(number >> 11).filter(|c| !c.is_control()),
            1 => usize::try_from(number >> 2).ok().and_then(|n| tricky.get(n % tricky.len()).copied()),
            _ => char::from_digit(10 + (number >> 2) % 26, 36),
        };
        numbers.into_iter().map(|number| character(number).unwrap_or('x')).collect()
    })
}

/// A valid [`Line`].
pub fn line<const MIN: usize, const MAX: usize>() -> impl Strategy<Value = String> {
    characters(MIN.max(1), MAX, false).prop_filter_map("a valid line", parsed::<Line<MIN, MAX>>)
}

/// A valid [`Prose`].
pub fn prose<const MIN: usize, const MAX: usize>() -> impl Strategy<Value = String> {
    characters(MIN.max(1), MAX, true).prop_filter_map("valid prose", parsed::<Prose<MIN, MAX>>)
}

/// A valid [`Email`].
pub fn email() -> impl Strategy<Value = String> {
    "[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\\.[a-z0-9+'-]{1,20}){0,2}@([a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?\\.){1,3}[a-z][a-z0-9]{1,6}"
        .prop_filter_map("a valid address", parsed::<Email>)
}

/// Something that looks like an [`Email`] and may be one.
pub fn email_or_not() -> impl Strategy<Value = String> {
    prop_oneof![email(), "[a-zA-Z0-9.@ +_-]{0,24}", "[a-z.]{1,8}@[a-z.-]{1,12}", Just("a@b.c".to_owned())]
}

/// A valid [`Slug`].
pub fn slug() -> impl Strategy<Value = String> {
    "[a-z0-9]{1,15}(-[a-z0-9]{1,15}){0,2}".prop_filter_map("a valid slug", parsed::<Slug>)
}

/// Something that looks like a [`Slug`] and may be one.
pub fn slug_or_not() -> impl Strategy<Value = String> {
    prop_oneof![slug(), "[a-z0-9-]{0,70}", "[A-Za-z0-9_ -]{1,10}"]
}

/// A valid [`Phone`].
pub fn phone() -> impl Strategy<Value = String> {
    "\\+[1-9][0-9]{6,14}".prop_filter_map("a valid number", parsed::<Phone>)
}

/// A valid [`Link`].
pub fn link() -> impl Strategy<Value = String> {
    "https?://[a-z]{1,10}\\.(org|co\\.zw)(/[a-z0-9._~-]{0,12}){0,3}(\\?[a-z]{1,4}=[a-z0-9]{1,4})?"
        .prop_filter_map("a valid link", parsed::<Link>)
}

/// A valid [`LanguageTag`].
pub fn language() -> impl Strategy<Value = String> {
    "[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?".prop_filter_map("a language", parsed::<LanguageTag>)
}

/// A [`Country`] there is.
pub fn country() -> impl Strategy<Value = String> {
    select(Country::all().map(str::to_owned).collect::<Vec<_>>())
}

/// A [`Currency`] there is, of 0, 2, 3 or 4 decimals.
pub fn currency() -> impl Strategy<Value = String> {
    select(&["USD", "ZAR", "EUR", "JPY", "KWD", "CLF"][..]).prop_map(str::to_owned)
}

/// A valid [`Doi`].
pub fn doi() -> impl Strategy<Value = String> {
    "10\\.[0-9]{4,9}/[a-z0-9._;()/:-]{1,20}".prop_filter_map("a DOI", parsed::<Doi>)
}

/// A valid [`Orcid`], check digit included.
pub fn orcid() -> impl Strategy<Value = String> {
    (0_u64..1_000_000_000_000_000).prop_filter_map("an ORCID", |number| {
        let digits = format!("{number:015}");
        let (a, rest) = digits.split_at_checked(4)?;
        let (b, rest) = rest.split_at_checked(4)?;
        let (c, d) = rest.split_at_checked(4)?;
        let with = |last: char| parsed::<Orcid>(format!("{a}-{b}-{c}-{d}{last}"));
        "0123456789X".chars().find_map(with)
    })
}

/// A number of the currency's smallest units, as an amount.
fn amount(units: u64, currency: &str) -> Decimal {
    let decimals = currency.parse::<Currency>().map_or(0, |currency| currency.decimals());
    let mut amount = Decimal::from(units);
    // Fewer than 2^53 units: the scale of a currency always fits.
    if amount.set_scale(decimals).is_err() || amount > Money::MAX { Money::MAX } else { amount }
}

fn units() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 1_u64..10_000_000, Just(u64::MAX)]
}

/// A valid sum of money.
pub fn money() -> impl Strategy<Value = MoneyInput> {
    (units(), currency())
        .prop_map(|(units, currency)| MoneyInput { amount: amount(units, &currency), currency })
}

/// A valid range of money.
pub fn money_range() -> impl Strategy<Value = MoneyRangeInput> {
    (units(), units(), currency()).prop_map(|(a, b, currency)| MoneyRangeInput {
        min: amount(a.min(b), &currency),
        max: amount(a.max(b), &currency),
        currency,
    })
}

/// The value or none.
pub(crate) fn maybe<S: Strategy>(value: S) -> impl Strategy<Value = Option<S::Value>> {
    option::of(value)
}

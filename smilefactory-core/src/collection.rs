//! Lists and numbers that know their bounds.

use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize};

use crate::validation::{Field, Report, Violation, Violations};

/// A list of at most `MAX` entries, none of them twice, in the order they were given.
///
/// ```
/// use smilefactory_core::collection::Set;
/// use smilefactory_core::text::Line;
/// use smilefactory_core::validation::Field;
///
/// type Skills = Set<Line<1, 60>, 3>;
/// let skills = Skills::from_raw(vec!["Rust".into(), "soldering".into()]).unwrap();
/// assert_eq!(skills.len(), 2);
/// let violations = Skills::from_raw(vec!["Rust".into(), "Rust".into()]).unwrap_err();
/// assert_eq!(violations.iter().next().unwrap().pointer, "/1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Set<T, const MAX: usize>(Vec<T>);

/// A list of at most `MAX` entries, in the order they were given.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct List<T, const MAX: usize>(Vec<T>);

fn parse_entries<T: Field>(raw: Vec<T::Raw>, max: usize, report: &mut Report) -> Option<Vec<Option<T>>> {
    if raw.len() > max {
        return report.refuse(Violation::too_many(max, raw.len()));
    }
    let parse = |(index, raw)| report.entry(index, |report| T::parse(raw, report));
    Some(raw.into_iter().enumerate().map(parse).collect())
}

/// The index of every entry that stands earlier in the list too.
pub(crate) fn repeated<T: PartialEq>(entries: &[T]) -> impl Iterator<Item = usize> {
    let stands_earlier = |(n, entry): &(usize, &T)| entries.iter().take(*n).any(|earlier| earlier == *entry);
    entries.iter().enumerate().filter(stands_earlier).map(|(n, _)| n)
}

impl<T: Field + PartialEq, const MAX: usize> Field for Set<T, MAX> {
    type Raw = Vec<T::Raw>;
    type Change = Vec<T::Raw>;
    fn parse(raw: Self::Raw, report: &mut Report) -> Option<Self> {
        let entries = parse_entries(raw, MAX, report)?;
        // What could not be read is told already, and is no repetition.
        let readable: Vec<(usize, &T)> =
            entries.iter().enumerate().filter_map(|(index, entry)| Some((index, entry.as_ref()?))).collect();
        let values: Vec<&T> = readable.iter().map(|(_, entry)| *entry).collect();
        let twice: Vec<usize> = repeated(&values).filter_map(|n| Some(readable.get(n)?.0)).collect();
        for index in &twice {
            report.entry(*index, |report| report.add(Violation::duplicate()));
        }
        if twice.is_empty() { entries.into_iter().collect::<Option<_>>().map(Self) } else { None }
    }
    fn into_raw(self) -> Self::Raw {
        self.0.into_iter().map(T::into_raw).collect()
    }
    fn change(raw: &mut Self::Raw, change: Self::Raw) {
        *raw = change;
    }
}

impl<T: Field, const MAX: usize> Field for List<T, MAX> {
    type Raw = Vec<T::Raw>;
    type Change = Vec<T::Raw>;
    fn parse(raw: Self::Raw, report: &mut Report) -> Option<Self> {
        parse_entries(raw, MAX, report)?.into_iter().collect::<Option<_>>().map(Self)
    }
    fn into_raw(self) -> Self::Raw {
        self.0.into_iter().map(T::into_raw).collect()
    }
    fn change(raw: &mut Self::Raw, change: Self::Raw) {
        *raw = change;
    }
}

impl<T: PartialEq, const MAX: usize> TryFrom<Vec<T>> for Set<T, MAX> {
    type Error = Violations;
    fn try_from(entries: Vec<T>) -> Result<Self, Violations> {
        let list = List::<T, MAX>::try_from(entries)?;
        if let Some(index) = repeated(&list).next() {
            return Err(Violations::one(format!("/{index}"), Violation::duplicate()));
        }
        Ok(Self(list.0))
    }
}

impl<T, const MAX: usize> TryFrom<Vec<T>> for List<T, MAX> {
    type Error = Violations;
    fn try_from(entries: Vec<T>) -> Result<Self, Violations> {
        if entries.len() > MAX {
            return Err(Violations::one("", Violation::too_many(MAX, entries.len())));
        }
        Ok(Self(entries))
    }
}

impl<'de, T: Deserialize<'de> + PartialEq, const MAX: usize> Deserialize<'de> for Set<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Vec::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for List<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Vec::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

macro_rules! reads_as_a_slice {
    ($($name:ident)*) => {$(
        impl<T, const MAX: usize> Default for $name<T, MAX> {
            fn default() -> Self { Self(Vec::new()) }
        }
        impl<T, const MAX: usize> $name<T, MAX> {
            /// Takes out every entry that `keep` does not want.
            pub fn retain(&mut self, keep: impl FnMut(&T) -> bool) { self.0.retain(keep); }
        }
        impl<T, const MAX: usize> Deref for $name<T, MAX> {
            type Target = [T];
            fn deref(&self) -> &[T] { &self.0 }
        }
        impl<'a, T, const MAX: usize> IntoIterator for &'a $name<T, MAX> {
            type Item = &'a T;
            type IntoIter = std::slice::Iter<'a, T>;
            fn into_iter(self) -> Self::IntoIter { self.0.iter() }
        }
        impl<T, const MAX: usize> From<$name<T, MAX>> for Vec<T> {
            fn from(list: $name<T, MAX>) -> Self { list.0 }
        }
        #[cfg(feature = "openapi")]
        impl<T: crate::schema::Described, const MAX: usize> crate::schema::Described for $name<T, MAX> {
            const OPTIONAL: bool = true;
            fn describe(form: crate::schema::Form) -> crate::schema::RefOr<crate::schema::Schema> {
                let list = crate::schema::leaf::list::<T>(form).max_items(Some(MAX));
                if stringify!($name) == "Set" { list.unique_items(true).into() } else { list.into() }
            }
            fn gather(form: crate::schema::Form, named: &mut crate::schema::Named) {
                T::gather(crate::schema::leaf::entry_form(form), named);
            }
        }
    )*};
}
reads_as_a_slice!(Set List);

/// A whole number from `MIN` to `MAX`.
///
/// ```
/// use smilefactory_core::collection::Whole;
/// assert!(Whole::<0, 100>::new(100).is_ok());
/// assert_eq!(Whole::<1, 5>::new(6).unwrap_err().iter().next().unwrap().code, "out_of_range");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Whole<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Whole<MIN, MAX> {
    /// The number, when it lies within the bounds.
    pub fn new(number: u32) -> Result<Self, Violations> {
        Self::from_raw(i64::from(number))
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> Field for Whole<MIN, MAX> {
    type Raw = i64;
    type Change = i64;
    fn parse(raw: i64, report: &mut Report) -> Option<Self> {
        match u32::try_from(raw) {
            Ok(number) if (MIN..=MAX).contains(&number) => Some(Self(number)),
            _ => report.refuse(Violation::out_of_range(MIN, MAX)),
        }
    }
    fn into_raw(self) -> i64 {
        i64::from(self.0)
    }
    fn change(raw: &mut i64, change: i64) {
        *raw = change;
    }
}

impl<'de, const MIN: u32, const MAX: u32> Deserialize<'de> for Whole<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(u32::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
crate::schema::leaf::leaf!(
    [const MIN: u32, const MAX: u32] Whole<MIN, MAX>, format!("Whole{MIN}To{MAX}"),
    crate::schema::leaf::whole(f64::from(MIN), Some(f64::from(MAX)))
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::Line;
    use crate::validation::code;

    type Words = Set<Line<1, 5>, 4>;

    fn found<T>(parsed: Result<T, Violations>) -> Vec<(String, String)> {
        let Err(violations) = parsed else { return Vec::new() };
        violations.into_vec().into_iter().map(|v| (v.pointer, v.code.into_owned())).collect()
    }

    fn at(pointer: &str, code: &str) -> (String, String) {
        (pointer.to_owned(), code.to_owned())
    }

    #[test]
    fn a_set_tells_every_repetition_and_everything_unreadable() {
        let raw = ["a", "too long", " a", "a"].map(str::to_owned).to_vec();
        assert_eq!(
            found(Words::from_raw(raw)),
            [at("/1", code::TOO_LONG), at("/2", code::DUPLICATE), at("/3", code::DUPLICATE)]
        );
        // What cannot be read is told once, not as a repetition too.
        let raw = vec![String::new(), String::new()];
        assert_eq!(found(Words::from_raw(raw)), [at("/0", code::REQUIRED), at("/1", code::REQUIRED)]);
    }

    #[test]
    fn what_is_too_long_is_not_looked_into() {
        assert_eq!(found(Words::from_raw(vec![String::new(); 5])), [at("", code::TOO_MANY)]);
        assert_eq!(found(List::<bool, 2>::from_raw(vec![true; 3])), [at("", code::TOO_MANY)]);
    }

    #[test]
    fn what_is_read_or_made_is_held_to_the_same_bounds() {
        assert!(serde_json::from_str::<Words>(r#"["a", "b"]"#).is_ok());
        assert!(serde_json::from_str::<Words>(r#"["a", "a"]"#).is_err());
        assert!(serde_json::from_str::<Words>(r#"["a", "b", "c", "d", "e"]"#).is_err());
        assert!(serde_json::from_str::<Words>(r#"["too long"]"#).is_err());
        assert!(serde_json::from_str::<List<bool, 1>>("[true, true]").is_err());
        assert_eq!(found(Set::<u8, 3>::try_from(vec![1, 2, 1])), [at("/2", code::DUPLICATE)]);
        assert_eq!(found(List::<u8, 3>::try_from(vec![1; 4])), [at("", code::TOO_MANY)]);
        let list = List::<u8, 3>::try_from(vec![1; 3]).unwrap();
        assert_eq!(Vec::from(list), [1, 1, 1]);
    }

    proptest! {
        #[test]
        fn a_whole_number_lies_within_its_bounds(number: i64) {
            let within = (3..=9).contains(&number);
            prop_assert_eq!(Whole::<3, 9>::from_raw(number).is_ok(), within);
            prop_assert_eq!(serde_json::from_str::<Whole<3, 9>>(&number.to_string()).is_ok(), within);
        }
    }
}

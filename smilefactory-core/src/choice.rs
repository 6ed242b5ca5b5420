//! Closed lists of words: enums that know their spelling on the wire and in the database.

/// Declares an enum whose members each have one stable word.
///
/// The word is what JSON, the database and the OpenAPI document hold; the order of the members is the order
/// of the words. An unknown word is a violation that names the known ones.
macro_rules! choices {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident { $( $(#[doc = $member_doc:literal])* $member:ident = $word:literal, )+ }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $( $(#[doc = $member_doc])* #[serde(rename = $word)] $member, )+
        }

        impl $name {
            /// Every member, in order.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];
            /// Every word, in order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$member => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::validation::Violations;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                <Self as $crate::validation::Field>::from_raw(word.to_owned())
            }
        }

        impl $crate::validation::Field for $name {
            type Raw = String;
            type Change = String;
            fn parse(raw: String, report: &mut $crate::validation::Report) -> Option<Self> {
                match raw.as_str() {
                    $($word => Some(Self::$member),)+
                    "" => report.refuse($crate::validation::Violation::required()),
                    _ => report.refuse($crate::validation::Violation::unknown_value(Self::WORDS)),
                }
            }
            fn into_raw(self) -> String { self.as_str().to_owned() }
            fn change(raw: &mut String, change: String) { *raw = change; }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> $crate::schema::RefOr<$crate::schema::Schema> {
                $crate::schema::leaf::words(
                    concat!($($doc, "\n"),*),
                    &[$(($word, concat!($($member_doc, "\n"),*))),+],
                )
            }
        }
        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
        }
        #[cfg(feature = "openapi")]
        impl $crate::schema::Described for $name {
            fn describe(_: $crate::schema::Form) -> $crate::schema::RefOr<$crate::schema::Schema> {
                utoipa::openapi::Ref::from_schema_name(stringify!($name)).into()
            }
            fn gather(_: $crate::schema::Form, named: &mut $crate::schema::Named) {
                $crate::schema::leaf::gather_one(named, stringify!($name), <Self as utoipa::PartialSchema>::schema);
            }
        }
    )*};
}
pub(crate) use choices;

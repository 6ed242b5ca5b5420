//! Schemas of what has no members.

use chrono::{DateTime, NaiveDate, Utc};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};

use super::{Described, Form, Named, RefOr, Schema};

/// A text.
pub(crate) fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// A text of a known format.
pub(crate) fn formatted(format: KnownFormat) -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(format)))
}

/// A whole number.
pub(crate) fn whole(min: f64, max: Option<f64>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(min)).maximum(max)
}

/// A list.
pub(crate) fn list<T: Described>(form: Form) -> ArrayBuilder {
    ArrayBuilder::new().items(T::describe(entry_form(form)))
}

/// A list is replaced as a whole, so that its entries are sent whole even in a change.
pub(crate) const fn entry_form(form: Form) -> Form {
    match form {
        Form::Patch => Form::Input,
        form => form,
    }
}

/// A type whose schema has no name and is the same in every form.
macro_rules! leaf {
    ([$($generics:tt)*] $ty:ty, $name:expr, $schema:expr) => {
        impl<$($generics)*> $crate::schema::Described for $ty {
            fn describe(_: $crate::schema::Form) -> $crate::schema::RefOr<$crate::schema::Schema> {
                $schema.into()
            }
        }
        impl<$($generics)*> utoipa::PartialSchema for $ty {
            fn schema() -> $crate::schema::RefOr<$crate::schema::Schema> { $schema.into() }
        }
        impl<$($generics)*> utoipa::ToSchema for $ty {
            fn name() -> std::borrow::Cow<'static, str> { $name.into() }
        }
    };
}
pub(crate) use leaf;

macro_rules! primitives {
    ($( $ty:ty => $schema:expr; )*) => {$(
        impl Described for $ty {
            fn describe(_: Form) -> RefOr<Schema> { $schema.into() }
        }
    )*};
}

primitives! {
    bool => ObjectBuilder::new().schema_type(Type::Boolean);
    // Bytes are percentages and points.
    u8 => whole(0.0, Some(100.0));
    u16 => whole(0.0, Some(f64::from(u16::MAX)));
    u32 => whole(0.0, Some(f64::from(u32::MAX)));
    u64 => whole(0.0, None);
    f64 => ObjectBuilder::new().schema_type(Type::Number);
    String => text();
    std::borrow::Cow<'static, str> => text();
    DateTime<Utc> => formatted(KnownFormat::DateTime);
    NaiveDate => formatted(KnownFormat::Date);
}

/// A closed list of words: named, with what each word means.
pub(crate) fn words(doc: &str, members: &[(&str, &str)]) -> RefOr<Schema> {
    let lines: Vec<String> =
        members.iter().map(|(word, meaning)| format!("- `{word}`: {}", meaning.trim())).collect();
    text()
        .enum_values(Some(members.iter().map(|(word, _)| *word)))
        .description(Some(format!("{}\n\n{}", doc.trim(), lines.join("\n"))))
        .into()
}

/// Adds a named schema, once.
pub(crate) fn gather_one(named: &mut Named, name: &str, schema: impl FnOnce() -> RefOr<Schema>) {
    if named.iter().all(|(known, _)| known != name) {
        named.push((name.to_owned(), schema()));
    }
}

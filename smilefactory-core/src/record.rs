//! Records: what is valid, what is sent, and what is changed, declared once.

/// Declares a record of checked fields together with its two raw forms.
///
/// `record! { /// … pub struct Venue / VenueInput / VenuePatch { /// … name: Line<1, 80>, } }` makes
/// - `Venue`, whose fields hold only what is valid;
/// - `VenueInput`, the same fields raw, as they come over the wire (a missing field is empty);
/// - `VenuePatch`, each field a [`Patch`](crate::patch::Patch) (RFC 7396: a record in it is merged, a list replaced),
///   with `apply(self, &mut VenueInput)`;
/// - the [`Field`](crate::validation::Field) that parses the one from the other, all violations at once.
///
/// A field `name: Type = value` holds that value when nothing is sent. A rule over several fields closes the
/// record: `check(one, other) |report| rule(one, other, report);`, where `one` and `other` are references to the
/// fields; it runs when those are valid, whatever the rest is.
macro_rules! record {
    (
        $(#[doc = $about:literal])*
        pub struct $name:ident / $input:ident / $patch:ident {
            $( $(#[doc = $doc:literal])* $field:ident : $ty:ty $(= $default:expr)?, )*
        }
        $( check($($on:ident),+) |$report:ident| $rule:expr; )*
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name { $( $(#[doc = $doc])* pub $field: $ty, )* }

        #[doc = concat!("A [`", stringify!($name), "`] as it is sent, before it is checked.")]
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $input {
            $( $(#[doc = $doc])* pub $field: <$crate::record::form!($ty $(, $default)?) as $crate::validation::Field>::Raw, )*
        }

        #[doc = concat!("A change of some fields of a [`", stringify!($name), "`]: what is absent stays.")]
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $patch {
            $(
                $(#[doc = $doc])*
                #[serde(skip_serializing_if = "crate::patch::Patch::is_keep")]
                pub $field: $crate::patch::Patch<<$ty as $crate::validation::Field>::Change>,
            )*
        }

        impl $patch {
            /// Carries the change out on the raw form, to be parsed again as a whole.
            pub fn apply(self, input: &mut $input) {
                $( self.$field.apply(
                    &mut input.$field,
                    <$crate::record::form!($ty $(, $default)?) as $crate::validation::Field>::change,
                ); )*
            }

            /// Whether nothing is changed.
            pub fn is_empty(&self) -> bool {
                true $(&& self.$field.is_keep())*
            }
        }

        impl $crate::validation::Field for $name {
            type Raw = $input;
            type Change = $patch;
            fn parse(raw: $input, report: &mut $crate::validation::Report) -> Option<Self> {
                $(
                    let $field = report.field(stringify!($field), |report| {
                        <$crate::record::form!($ty $(, $default)?) as $crate::validation::Field>::parse(
                            raw.$field, report,
                        ) $( .map(|given| given.unwrap_or($default)) )?
                    });
                )*
                $( if let ($(Some($on),)+) = ($(&$on,)+) {
                    let $report = &mut *report;
                    $rule;
                } )*
                Some(Self { $( $field: $field?, )* })
            }
            fn into_raw(self) -> $input {
                $input { $( $field: $crate::record::raw!(self.$field $(, $default)?), )* }
            }
            fn change(raw: &mut $input, change: $patch) { change.apply(raw); }
        }

        impl From<$name> for $input {
            fn from(valid: $name) -> $input { $crate::validation::Field::into_raw(valid) }
        }

        #[cfg(feature = "openapi")]
        impl $crate::schema::DescribedObject for $name {
            fn name(form: $crate::schema::Form) -> &'static str {
                match form {
                    $crate::schema::Form::Answer => stringify!($name),
                    $crate::schema::Form::Input => stringify!($input),
                    $crate::schema::Form::Patch => stringify!($patch),
                }
            }
            fn object(form: $crate::schema::Form) -> utoipa::openapi::schema::ObjectBuilder {
                let object = utoipa::openapi::schema::ObjectBuilder::new()
                    .description(Some(concat!($($about, "\n"),*).trim()));
                $(
                    let object = $crate::schema::member::<$ty>(
                        object,
                        stringify!($field),
                        concat!($($doc, "\n"),*),
                        form,
                        $crate::record::default!($($default)?),
                    );
                )*
                $crate::schema::closed(object, form)
            }
            fn gather_members(form: $crate::schema::Form, named: &mut $crate::schema::Named) {
                $( <$ty as $crate::schema::Described>::gather(form, named); )*
            }
        }
        #[cfg(feature = "openapi")]
        $crate::schema::object!($name, Answer $name, Input $input, Patch $patch);
    };
}
pub(crate) use record;

/// The type a field is read as: one with a default may be absent.
macro_rules! form {
    ($ty:ty) => { $ty };
    ($ty:ty, $default:expr) => { Option<$ty> };
}
pub(crate) use form;

/// The raw form of a field's value.
macro_rules! raw {
    ($value:expr) => {
        $crate::validation::Field::into_raw($value)
    };
    ($value:expr, $default:expr) => {
        Some($crate::validation::Field::into_raw($value))
    };
}
pub(crate) use raw;

/// The default of a field, as the OpenAPI document tells it.
#[cfg(feature = "openapi")]
macro_rules! default {
    () => {
        None
    };
    ($default:expr) => {
        Some(serde_json::json!($default))
    };
}
#[cfg(feature = "openapi")]
pub(crate) use default;

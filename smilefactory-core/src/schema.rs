//! Schemas of the wire types, for the OpenAPI document.
//!
//! The rules stand in the types, so the schemas are made from them: a text knows its length, a choice its words,
//! a record which of its members must be sent. A record has three forms with a schema each, named after the
//! form's type: what is answered, what is sent, and what is changed.

pub(crate) mod leaf;
#[cfg(test)]
mod tests;

use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Ref, SchemaType, Type};
pub use utoipa::openapi::{RefOr, schema::Schema};

/// The form of a record that is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// What is answered: every member is there.
    Answer,
    /// What is sent: what has a default may be absent.
    Input,
    /// What is changed: everything may be absent, and `null` empties.
    Patch,
}

impl Form {
    /// What the name of this form ends with.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Answer => "",
            Self::Input => "Input",
            Self::Patch => "Patch",
        }
    }
}

/// Schemas by name, as utoipa gathers them.
pub type Named = Vec<(String, RefOr<Schema>)>;

/// A type that has a schema in each form.
pub trait Described {
    /// Whether it has a value when nothing is sent, and `null` stands for that value in a change.
    const OPTIONAL: bool = false;

    /// Its schema; what has a name is a reference.
    fn describe(form: Form) -> RefOr<Schema>;

    /// Adds the schemas that its own refers to, directly or not.
    fn gather(_form: Form, _named: &mut Named) {}
}

/// A type whose schema is an object with a name.
pub(crate) trait DescribedObject {
    fn name(form: Form) -> &'static str;
    fn object(form: Form) -> ObjectBuilder;
    fn gather_members(form: Form, named: &mut Named);

    fn reference(form: Form) -> RefOr<Schema> {
        Ref::from_schema_name(Self::name(form)).into()
    }

    fn gather_all(form: Form, named: &mut Named) {
        let name = Self::name(form);
        if named.iter().all(|(known, _)| known != name) {
            named.push((name.to_owned(), Self::object(form).into()));
            Self::gather_members(form, named);
        }
    }
}

/// A member of an object: in the `required` list when the form says so, with its documentation and default.
pub(crate) fn member<T: Described>(
    object: ObjectBuilder,
    name: &str,
    doc: &str,
    form: Form,
    default: Option<serde_json::Value>,
) -> ObjectBuilder {
    let optional = T::OPTIONAL || default.is_some();
    let mut schema = described(T::describe(form), doc);
    match form {
        Form::Input => set_default(&mut schema, default),
        Form::Patch if optional => schema = nullable(schema),
        Form::Answer | Form::Patch => {}
    }
    let object = object.property(name, schema);
    match form {
        Form::Answer => object.required(name),
        Form::Input if !optional => object.required(name),
        Form::Input | Form::Patch => object,
    }
}

/// The members of one object among those of another: of the first, all that the second starts with.
pub(crate) fn flat(_: ObjectBuilder, members: ObjectBuilder) -> ObjectBuilder {
    members
}

/// What nobody asked for is refused where something is sent.
pub(crate) fn closed(object: ObjectBuilder, form: Form) -> ObjectBuilder {
    match form {
        Form::Answer => object,
        Form::Input | Form::Patch => {
            object.additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::FreeForm(false)))
        }
    }
}

/// The same with its documentation; that of the place wins over that of the type.
pub(crate) fn described(schema: RefOr<Schema>, doc: &str) -> RefOr<Schema> {
    let text = doc.trim().replace("\n ", "\n");
    if text.is_empty() {
        return schema;
    }
    match schema {
        RefOr::Ref(mut reference) => {
            reference.description = text;
            reference.into()
        }
        RefOr::T(mut schema) => {
            match &mut schema {
                Schema::Object(object) => object.description = Some(text),
                Schema::Array(array) => array.description = Some(text),
                Schema::OneOf(one_of) => one_of.description = Some(text),
                Schema::AllOf(all_of) => all_of.description = Some(text),
                Schema::AnyOf(any_of) => any_of.description = Some(text),
                _ => {}
            }
            RefOr::T(schema)
        }
    }
}

fn set_default(schema: &mut RefOr<Schema>, default: Option<serde_json::Value>) {
    match schema {
        RefOr::Ref(reference) => reference.default = default,
        RefOr::T(Schema::Object(object)) => object.default = default,
        RefOr::T(_) => {}
    }
}

/// The same, or `null`.
pub(crate) fn nullable(schema: RefOr<Schema>) -> RefOr<Schema> {
    let or_null = |kind: &SchemaType| match kind {
        SchemaType::Type(kind) => SchemaType::from_iter([kind.clone(), Type::Null]),
        other => other.clone(),
    };
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.schema_type = or_null(&object.schema_type);
            object.into()
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.schema_type = or_null(&array.schema_type);
            array.into()
        }
        RefOr::Ref(mut reference) => {
            let doc = std::mem::take(&mut reference.description);
            let one_of =
                OneOfBuilder::new().item(ObjectBuilder::new().schema_type(Type::Null)).item(reference);
            described(one_of.into(), &doc)
        }
        other @ RefOr::T(_) => other,
    }
}

impl<T: Described> Described for Option<T> {
    const OPTIONAL: bool = true;
    fn describe(form: Form) -> RefOr<Schema> {
        nullable(T::describe(form))
    }
    fn gather(form: Form, named: &mut Named) {
        T::gather(form, named);
    }
}

impl<T: Described> Described for Vec<T> {
    const OPTIONAL: bool = true;
    fn describe(form: Form) -> RefOr<Schema> {
        leaf::list::<T>(form).into()
    }
    fn gather(form: Form, named: &mut Named) {
        T::gather(leaf::entry_form(form), named);
    }
}

/// A named object in the eyes of utoipa too.
macro_rules! object {
    ($name:ident, $($form:ident $ty:ident),+) => {
        impl $crate::schema::Described for $name {
            fn describe(form: $crate::schema::Form) -> $crate::schema::RefOr<$crate::schema::Schema> {
                <Self as $crate::schema::DescribedObject>::reference(form)
            }
            fn gather(form: $crate::schema::Form, named: &mut $crate::schema::Named) {
                <Self as $crate::schema::DescribedObject>::gather_all(form, named);
            }
        }
        $(
            impl utoipa::PartialSchema for $ty {
                fn schema() -> $crate::schema::RefOr<$crate::schema::Schema> {
                    <$name as $crate::schema::DescribedObject>::object($crate::schema::Form::$form).into()
                }
            }
            impl utoipa::ToSchema for $ty {
                fn name() -> std::borrow::Cow<'static, str> {
                    <$name as $crate::schema::DescribedObject>::name($crate::schema::Form::$form).into()
                }
                fn schemas(named: &mut $crate::schema::Named) {
                    <$name as $crate::schema::DescribedObject>::gather_members($crate::schema::Form::$form, named);
                }
            }
        )+
    };
}
pub(crate) use object;

/// A type that utoipa describes, among those described here.
macro_rules! by_utoipa {
    ($ty:ty) => {
        impl $crate::schema::Described for $ty {
            fn describe(_: $crate::schema::Form) -> $crate::schema::RefOr<$crate::schema::Schema> {
                utoipa::openapi::Ref::from_schema_name(<Self as utoipa::ToSchema>::name()).into()
            }
            fn gather(_: $crate::schema::Form, named: &mut $crate::schema::Named) {
                let name = <Self as utoipa::ToSchema>::name();
                $crate::schema::leaf::gather_one(named, &name, <Self as utoipa::PartialSchema>::schema);
                <Self as utoipa::ToSchema>::schemas(named);
            }
        }
    };
}
pub(crate) use by_utoipa;

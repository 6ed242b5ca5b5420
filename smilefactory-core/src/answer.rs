//! What is answered: entities with their whole state, declared once.

/// Declares a struct that is only ever answered, never sent: it is what the wire has, with its schema.
///
/// What stands after a closing `..` has its own members lie flat among the others. `pub struct Name: Copy` derives
/// more than a struct of this kind usually does.
macro_rules! answer {
    (
        $(#[doc = $about:literal])*
        pub struct $name:ident $(: $($derive:ident),+)? {
            $( $(#[doc = $doc:literal])* $field:ident : $ty:ty, )*
            $( .. $(#[doc = $flat_doc:literal])* $flat:ident : $flat_ty:ty, )?
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize $($(, $derive)+)?)]
        pub struct $name {
            $( $(#[doc = $doc])* pub $field: $ty, )*
            $( $(#[doc = $flat_doc])* #[serde(flatten)] pub $flat: $flat_ty, )?
        }

        #[cfg(feature = "openapi")]
        impl $crate::schema::DescribedObject for $name {
            fn name(_: $crate::schema::Form) -> &'static str { stringify!($name) }
            fn object(form: $crate::schema::Form) -> utoipa::openapi::schema::ObjectBuilder {
                let object = utoipa::openapi::schema::ObjectBuilder::new();
                $( let object = $crate::schema::flat(object, <$flat_ty as $crate::schema::DescribedObject>::object(form)); )?
                let object = object.description(Some(concat!($($about, "\n"),*).trim()));
                $(
                    let object = $crate::schema::member::<$ty>(
                        object, stringify!($field), concat!($($doc, "\n"),*), form, None,
                    );
                )*
                object
            }
            fn gather_members(form: $crate::schema::Form, named: &mut $crate::schema::Named) {
                $( <$ty as $crate::schema::Described>::gather(form, named); )*
                $( <$flat_ty as $crate::schema::DescribedObject>::gather_members(form, named); )?
            }
        }
        #[cfg(feature = "openapi")]
        $crate::schema::object!($name, Answer $name);
    };
}
pub(crate) use answer;

//! The contracts of [`repo`](crate::repo), carried out in SQL.

pub mod ai;
pub(crate) mod bulk;
pub mod community;
pub mod content;
pub mod event;
pub mod feed;
pub mod identity;
pub mod marketplace;
pub mod messaging;
pub mod platform;
pub mod profile;
mod row;
pub mod social;
pub mod tenancy;

/// Declares a repository: a handle that borrows the unit of work it is reached through.
macro_rules! repository {
    ($(#[$doc:meta])* $name:ident = $accessor:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<'t, Mode>(&'t mut $crate::tx::Tx<Mode>);

        impl<Mode> $crate::tx::Tx<Mode> {
            $(#[$doc])*
            pub fn $accessor(&mut self) -> $name<'_, Mode> {
                $name(self)
            }
        }
    };
}
pub(crate) use repository;

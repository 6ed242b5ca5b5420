//! The contracts: what can be read and written, and what is promised about it. Not one statement is here.
//!
//! Every repository is reached through a unit of work (`tx.posts()`), and sees the rows of its scope's tenant
//! only. The verbs mean the same everywhere:
//!
//! | verb | answers | means |
//! |---|---|---|
//! | `get(id)` | `Option<T>` | by primary key |
//! | `find_by_…(…)` | `Option<T>` | by a unique key |
//! | `get_many(&[id])` | `Vec<T>` | missing ones are left out, the order is not promised |
//! | `list(&filter, &page)` | `Page<T, Key>` | by key; newest first unless it says otherwise |
//! | `insert(&t)` | `()` | [`Conflict`](crate::StoreError::Conflict) when a unique value is taken |
//! | `update(&t)` | `T` | the whole value; [`Stale`](crate::StoreError::Stale) when somebody saved first; the answer has the new version |
//! | `delete(id)` | `bool` | gone for good; `false` when it was not there |

pub mod ai;
pub mod community;
pub mod content;
pub mod event;
pub mod feed;
pub mod identity;
pub mod marketplace;
pub mod messaging;
pub mod platform;
pub mod profile;
pub mod social;
pub mod tenancy;

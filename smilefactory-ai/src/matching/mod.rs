//! Who should meet whom: hard requirements first, then how well two people fit, both ways.
//!
//! A match is made of up to four signals (what both say, how alike their texts are, who acted on what, whom they
//! know in common), each with its weight; a signal that nothing is known of leaves its weight to the others. The
//! first is judged from both sides, and the worse side counts: money that suits the founder but not the investor
//! is no match.
//!
//! ```
//! use smilefactory_ai::matching::{self, Member, Options, Surroundings};
//! use smilefactory_core::id::{AccountId, Id};
//! use smilefactory_core::profile::{ProfileContent, ProfileInput};
//! use smilefactory_core::validation::Field;
//!
//! let member = |n: u128, json: &str| -> Result<Member, Box<dyn std::error::Error>> {
//!     let input: ProfileInput = serde_json::from_str(json)?;
//!     let account = AccountId::from_uuid(uuid::Uuid::from_u128(n));
//!     Ok(Member::new(account, ProfileContent::from_raw(input)?))
//! };
//! let founder = member(1, r#"{"details": {"kind": "innovator", "industries": ["agriculture"], "stage": "mvp",
//!     "funding_sought": {"amount": "50000", "currency": "USD"}}}"#)?;
//! let fits = member(2, r#"{"details": {"kind": "business_investor", "industries": ["Agriculture"],
//!     "stages": {"from": "prototype", "to": "launched"},
//!     "ticket": {"min": "10000", "max": "100000", "currency": "USD"}}}"#)?;
//! let too_late = member(3, r#"{"details": {"kind": "business_investor", "industries": ["agriculture"],
//!     "stages": {"from": "scaling", "to": "mature"}}}"#)?;
//!
//! let matches = matching::rank(&founder, &[fits, too_late], &Surroundings::default(), &Options::default());
//! assert_eq!(matches.len(), 1);
//! assert_eq!(matches[0].reasons[0].text, "Both work on agriculture.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod aspect;
mod candidate;
mod compatibility;
mod explain;
mod rank;
mod relation;
mod score;

pub use self::candidate::{Member, Surroundings};
pub use self::rank::{Options, rank};
pub use self::relation::Relation;
pub use self::score::{Verdict, Weights, judge};

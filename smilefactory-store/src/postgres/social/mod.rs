//! What people are to each other.

mod block;
mod connection;
mod follow;
mod mute;
mod mutual;
mod network;
mod relation;
mod request;

pub use self::block::Blocks;
pub use self::connection::Connections;
pub use self::follow::Follows;
pub use self::mute::Mutes;
pub use self::network::Networks;
pub use self::relation::Relations;
pub use self::request::ConnectionRequests;

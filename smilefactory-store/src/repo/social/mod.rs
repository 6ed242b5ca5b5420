//! What people are to each other.

mod barrier;
mod connection;
mod follow;
mod network;
mod relation;
mod request;

pub use self::barrier::{BarrierKey, ReadBlocks, ReadMutes, WriteBlocks, WriteMutes};
pub use self::connection::{ConnectionFilter, ConnectionKey, ReadConnections, WriteConnections};
pub use self::follow::{FollowKey, ReadFollows, WriteFollows};
pub use self::network::{COMPANY, Interaction, IntroductionKey, ReadNetwork, Stop, Way, WriteNetwork};
pub use self::relation::{ReadRelations, WriteRelations};
pub use self::request::{Direction, ReadConnectionRequests, RequestFilter, WriteConnectionRequests};

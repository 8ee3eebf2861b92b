//! The words and rules of private sales invitations: pure, without input or output, clock, async, SQL or colours.

pub mod actor;
pub mod clock;
pub mod code;
pub mod delivery;
pub mod email;
pub mod filter;
pub mod ids;
pub mod paste;
pub mod period;
pub mod selection;
pub mod shown;
pub mod status;
pub mod time;

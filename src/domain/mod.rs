//! The words and rules of private sales invitations: pure, without input or output, clock, async, SQL or colours.

pub mod actor;
pub mod clock;
pub mod code;
pub mod create;
pub mod delivery;
pub mod email;
pub mod filter;
pub mod ids;
pub mod import;
pub mod invitation;
pub mod paste;
pub mod period;
pub mod plan;
pub mod report;
pub mod selection;
pub mod settings;
pub mod shop;
pub mod shown;
pub mod span;
pub mod status;
pub mod time;
pub mod transmission;

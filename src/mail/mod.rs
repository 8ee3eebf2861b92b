//! The mail itself: its text, its form, and the ways it leaves the house.
//!
//! A [`route`] takes it out: an outbox folder, or an [`smtp`] session that is driven phase by phase, so that whoever sends
//! knows at every moment whether the mail may have gone out. This room keeps nothing and knows neither invitations nor queues.

pub mod recipient;
pub mod route;
pub mod secret;
pub mod smtp;

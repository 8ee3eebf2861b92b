//! The mail itself: its text, its form, and the ways it leaves the house.
//!
//! [`template`] writes the words, [`message`] gives them the form of a mail, and a [`route`] takes it out: an outbox
//! [`folder`], or an [`smtp`] session that is driven phase by phase, so that whoever sends knows at every moment whether
//! the mail may have gone out. This room keeps nothing, and knows neither who is invited nor what waits to be sent.

pub mod folder;
pub mod message;
pub mod recipient;
pub mod route;
pub mod secret;
pub mod smtp;
pub mod template;

//! guestlist: the back-office console for invitations to a shop's private sales.

pub mod cli;
pub mod config;
pub mod console;
pub mod desk;
pub mod dispatch;
pub mod domain;
pub mod mail;
pub mod store;

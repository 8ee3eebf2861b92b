//! `demo`: made-up data for a first look.

use super::args::Demo;
use super::print::tell;
use super::{Failure, progress};
use crate::desk::{Desk, Progress};

pub(super) async fn run(desk: &Desk, asked: &Demo) -> Result<(), Failure> {
    let watched = Progress::default();
    progress::shown("Making up a shop", &watched, desk.fill_demo(asked.rows, asked.seed, &watched)).await?;
    let noun = if asked.rows == 1 { "invitation" } else { "invitations" };
    tell(format!(
        "{} has {} made-up {noun} now; nothing of it can reach anyone",
        desk.database().display(),
        asked.rows
    ));
    Ok(())
}

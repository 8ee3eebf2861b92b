//! Made-up data for a first look.

use super::{Desk, DeskError, Progress};

impl Desk {
    /// Fills a database without invitations with `rows` made-up ones, the same for each seed.
    pub async fn fill_demo(&self, rows: u64, seed: u64, progress: &Progress) -> Result<(), DeskError> {
        Ok(self.0.store.fill_demo(rows, seed, &self.operator(), self.now(), progress).await?)
    }
}

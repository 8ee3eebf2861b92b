//! Commands.
mod console;
mod machine;
use crate::config::{Config, Overrides, Surroundings};
/// temp
pub async fn run_console(db: Option<String>, demo: Option<u64>) -> color_eyre::eyre::Result<()> {
    let around = Surroundings::of_process()?;
    let (config, _) = Config::load(&Overrides { database: db, config: None }, &around)?;
    if let Some(rows) = demo {
        let desk = machine::open(&config, true).await?;
        desk.fill_demo(rows, 1, &crate::desk::Progress::default()).await?;
        return Ok(());
    }
    console::run(config).await
}

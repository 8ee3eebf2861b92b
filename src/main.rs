//! The one binary.

use clap::Parser;
use guestlist::cli::{self, Cli};
use guestlist::config::Config;
use std::fs::OpenOptions;
use std::process::ExitCode;
use std::sync::Mutex;
use tracing_subscriber::EnvFilter;

fn main() -> color_eyre::Result<ExitCode> {
    color_eyre::install()?;
    let asked = Cli::parse();
    let config = match cli::configure(&asked) {
        Ok(config) => config,
        Err(error) => return Ok(cli::refuse(&error)),
    };
    keep_log(&config);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(runtime.block_on(cli::run(asked, config)))
}

/// The log goes to a file of this machine; where that cannot be made there is none, since nothing depends on it.
fn keep_log(config: &Config) {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = std::fs::create_dir_all(&config.log_folder).and_then(|()| options.open(config.log_folder.join("guestlist.log")));
    if let Ok(file) = made {
        let filter = EnvFilter::try_from_env("GUESTLIST_LOG").unwrap_or_else(|_| EnvFilter::new("warn,guestlist=info"));
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_env_filter(filter)
            .with_writer(Mutex::new(file))
            .finish();
        // Only a second subscriber could be refused, and there is none.
        let _ = tracing::subscriber::set_global_default(subscriber);
    }
}

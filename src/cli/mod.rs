//! Everything the console does, headless: arguments become a verb of the desk, its answer a table or JSON.
//!
//! Answers go to standard output, everything else to standard error. Exit codes: 0 the command ran and told every refusal, 1 nothing was
//! done or it broke, 2 usage.

mod accept;
mod act;
mod args;
mod completions;
mod console;
mod demo;
mod dispatch;
mod filter;
mod import;
mod invite;
mod list;
mod machine;
mod print;
mod progress;
mod report;
mod settings;
mod settle;
mod show;
mod suppress;

pub use args::Cli;

use crate::config::{Config, ConfigError, Overrides, Surroundings};
use crate::desk::{Desk, DeskError};
use crate::domain::plan::{Act, TakeIn};
use args::Command;
use print::tell;
use std::process::ExitCode;

/// Why a command ended without having done its work.
#[derive(Debug)]
enum Failure {
    /// Everything was told already.
    Told,
    /// What happened, and what to do.
    Words(String),
    /// The command was not understood.
    Usage(String),
    /// Whoever reads the answer has gone.
    Unread,
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        Self::Words(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Self::Unread
        } else {
            Self::Words(error.to_string())
        }
    }
}

/// Whether a missing database is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// It is.
    Make,
    /// It is an error, which says where it was looked for.
    Tell,
}

/// The configuration that the command line asks for; what is not understood in it is told on standard error.
pub fn configure(cli: &Cli) -> Result<Config, ConfigError> {
    let overrides = Overrides {
        database: cli.db.clone(),
        config: cli.config.clone(),
    };
    let (config, warnings) = Config::load(&overrides, &Surroundings::of_process()?)?;
    for warning in warnings {
        tell(format!("warning: {warning}"));
    }
    Ok(config)
}

/// Tells why nothing can be started.
pub fn refuse(error: &impl std::fmt::Display) -> ExitCode {
    tell(format!("error: {error}"));
    ExitCode::FAILURE
}

/// Does what the command line asks for; without a command, opens the console.
pub async fn run(cli: Cli, config: Config) -> ExitCode {
    let Some(command) = cli.command else {
        return open_console(config).await;
    };
    let opens_console = matches!(&command, Command::Demo(demo) if !demo.no_console);
    match command_run(command, &config).await {
        Ok(()) if opens_console => open_console(config).await,
        Ok(()) | Err(Failure::Unread) => ExitCode::SUCCESS,
        Err(Failure::Told) => ExitCode::FAILURE,
        Err(Failure::Words(words)) => refuse(&words),
        Err(Failure::Usage(words)) => {
            refuse(&words);
            ExitCode::from(2)
        }
    }
}

async fn open_console(config: Config) -> ExitCode {
    match console::run(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(report) => refuse(&format!("{report:#}")),
    }
}

async fn command_run(command: Command, config: &Config) -> Result<(), Failure> {
    if let Command::Completions(asked) = command {
        return completions::run(&asked);
    }
    let missing = match command {
        Command::List(_) | Command::Show(_) | Command::Report(_) => Missing::Tell,
        _ => Missing::Make,
    };
    let desk = machine::open(config, missing == Missing::Make).await?;
    let done = desk_run(command, &desk).await;
    desk.close().await;
    done
}

async fn desk_run(command: Command, desk: &Desk) -> Result<(), Failure> {
    match command {
        Command::Demo(asked) => demo::run(desk, &asked).await,
        Command::Import(asked) => import::run(desk, &asked).await,
        Command::Invite(asked) => invite::run(desk, &asked).await,
        Command::List(asked) => list::run(desk, &asked).await,
        Command::Show(asked) => show::run(desk, &asked).await,
        Command::Send(asked) => {
            let take_in = TakeIn {
                resend: asked.resend,
                restore: asked.restore,
                cooling_down: false,
            };
            act::run(desk, Act::Send(take_in), &asked.rows).await
        }
        Command::Discard(rows) => act::run(desk, Act::Discard, &rows).await,
        Command::Restore(rows) => act::run(desk, Act::Restore, &rows).await,
        Command::Accept(asked) => accept::run(desk, &asked).await,
        Command::Dispatch(asked) => dispatch::run(desk, &asked).await,
        Command::Settle(asked) => settle::run(desk, &asked).await,
        Command::Report(asked) => report::run(desk, &asked).await,
        Command::Settings(asked) => settings::run(desk, &asked).await,
        Command::Suppress(asked) => suppress::add(desk, &asked).await,
        Command::Unsuppress(asked) => suppress::remove(desk, &asked).await,
        Command::Completions(asked) => completions::run(&asked),
    }
}

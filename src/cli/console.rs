//! No command: the console, with a dispatcher beside it.

use crate::config::{Config, ThemeChoice};
use crate::console::actions::Keymap;
use crate::console::runtime::{self, Options};
use crate::console::terminal::Guard;
use crate::console::theme::Theme;
use crate::desk::Desk;
use crate::dispatch::Mode;
use crate::domain::clock::SystemClock;
use color_eyre::eyre::{Result, WrapErr, eyre};
use crossterm::event::EventStream;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// How long leaving waits for the mail in hand: it is finished if it can be, else it shows as in doubt.
const FAREWELL: Duration = Duration::from_secs(5);

/// Opens the console on the configured database, and sends what is queued while it is open.
pub(super) async fn run(config: Config) -> Result<()> {
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(eyre!(
            "the console needs a terminal: for scripts there are commands, see `guestlist --help`"
        ));
    }
    let keymap = keymap(&config)?;
    let (theme, zone) = (theme(config.console.theme), config.console.timezone);
    let stop = CancellationToken::new();
    let (opened, desk) = oneshot::channel::<Desk>();
    let dispatcher = tokio::spawn(dispatch(desk, stop.clone()));
    let opening = async move {
        let desk = super::machine::open(&config, true).await?;
        // The dispatcher may be gone already: then the console is being left.
        let _ = opened.send(desk.clone());
        Ok::<_, crate::desk::DeskError>(desk)
    };
    let result = {
        let mut guard = Guard::new().wrap_err("the terminal cannot be used")?;
        let options = Options {
            theme,
            keymap,
            zone,
            clock: Arc::new(SystemClock),
        };
        runtime::run(&mut guard, EventStream::new(), opening, options).await
    };
    stop.cancel();
    let _ = tokio::time::timeout(FAREWELL, dispatcher).await;
    result.wrap_err("the terminal went away")
}

fn keymap(config: &Config) -> Result<Keymap> {
    let pairs: Vec<(String, String)> = config
        .console
        .keys
        .iter()
        .map(|(action, keys)| (action.clone(), keys.join(" ")))
        .collect();
    Keymap::from_pairs(pairs.iter().map(|(action, keys)| (action.as_str(), keys.as_str())))
        .map_err(|wrong| eyre!("{}: console.keys: {}", config.file.display(), wrong.join("; ")))
}

/// The look: `NO_COLOR` wins over all but a theme that was named.
fn theme(choice: ThemeChoice) -> Theme {
    let named = match choice {
        ThemeChoice::Auto => None,
        ThemeChoice::Dark => Some("dark"),
        ThemeChoice::Light => Some("light"),
        ThemeChoice::Mono => Some("mono"),
    };
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    Theme::choose(named, no_color)
}

/// Sends what is queued, from when the desk is open until the console is left.
async fn dispatch(desk: oneshot::Receiver<Desk>, stop: CancellationToken) {
    let Ok(desk) = desk.await else { return };
    if desk.read_only() {
        return;
    }
    match desk.dispatcher() {
        Ok(dispatcher) => {
            if let Err(error) = dispatcher.run(Mode::Console, &stop).await {
                tracing::error!(%error, "the console's dispatcher ended");
            }
        }
        Err(error) => tracing::error!(%error, "the console has no dispatcher"),
    }
}

//! The commands and their options, as they are typed.

use crate::domain::filter::Filter;
use crate::domain::import::Kind;
use crate::domain::invitation::{Column, Sort};
use crate::domain::period::{DateSpan, Step};
use crate::domain::report::Basis;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Invitations to a shop's private sales: without a command, the console opens.
#[derive(Debug, Parser)]
#[command(name = "guestlist", version, about, propagate_version = true)]
pub struct Cli {
    /// The database: a path or a sqlite: URL.
    #[arg(long, global = true, value_name = "URL|PATH")]
    pub db: Option<String>,
    /// The configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fill an empty database with made-up shop data, then open the console.
    Demo(Demo),
    /// Take in a CSV file: Magento's tables, or our own lists.
    Import(Import),
    /// Create invitations, and send them.
    Invite(Invite),
    /// List invitations.
    List(List),
    /// Show one invitation with its history and attempts.
    Show(Show),
    /// Queue the mails of invitations.
    Send(Send),
    /// Close invitations.
    Discard(Rows),
    /// Take discards back.
    Restore(Rows),
    /// Tell that somebody registered with a link.
    Accept(Accept),
    /// Send what is queued; pause, resume, or see how it stands.
    Dispatch(Dispatch),
    /// Settle mails of which nobody knows whether they went out.
    Settle(Settle),
    /// Sum up what was sent, accepted and discarded.
    Report(Report),
    /// Read or change the shared settings.
    Settings(Settings),
    /// Let an address or a domain get no more mail.
    Suppress(Suppress),
    /// Let an address or a domain get mail again.
    Unsuppress(Unsuppress),
    /// Print the completions of a shell.
    Completions(Completions),
}

/// `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// How many invitations.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=20_000_000))]
    pub rows: u64,
    /// The same seed makes the same data.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Only fill.
    #[arg(long)]
    pub no_console: bool,
}

/// `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The file; - for standard input.
    pub file: PathBuf,
    /// What it holds; without it, the columns tell.
    #[arg(long, value_name = "invitations|customers|groups|websites|orders|suppressions")]
    pub kind: Option<Kind>,
    /// Only tell what would come in.
    #[arg(long)]
    pub dry_run: bool,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// `invite`.
#[derive(Debug, Args)]
pub struct Invite {
    /// Whom; - reads standard input.
    #[arg(value_name = "ADDRESS", conflicts_with = "file", required_unless_present = "file")]
    pub addresses: Vec<String>,
    /// A file with addresses, in whatever form.
    #[arg(long)]
    pub file: Option<PathBuf>,
    /// The sender's code; the first one serves where none is named.
    #[arg(long)]
    pub sender: Option<String>,
    /// The group that the invited get.
    #[arg(long)]
    pub group: Option<String>,
    /// The customer who invites.
    #[arg(long, value_name = "EMAIL")]
    pub inviter: Option<String>,
    /// A message in the mail.
    #[arg(long, default_value = "")]
    pub message: String,
    /// Keep as Not Sent.
    #[arg(long)]
    pub no_send: bool,
    /// Only tell what would be created.
    #[arg(long)]
    pub dry_run: bool,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// `list`.
#[derive(Debug, Args)]
pub struct List {
    /// Which: words and fields, as in the grid.
    #[arg(long, default_value = "", value_name = "Q")]
    pub filter: String,
    /// By which column, such as email or sent:desc.
    #[arg(long, default_value = "id:desc", value_name = "COLUMN[:desc]")]
    pub sort: Sort,
    /// How many at most.
    #[arg(long)]
    pub limit: Option<u64>,
    /// Which columns.
    #[arg(long, value_delimiter = ',')]
    pub columns: Vec<Column>,
    /// One JSON object a line.
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// CSV that is safe to open in a spreadsheet.
    #[arg(long)]
    pub csv: bool,
}

/// `show`.
#[derive(Debug, Args)]
pub struct Show {
    /// Its number.
    pub id: i64,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
    /// With the personal link; that it was looked at is recorded.
    #[arg(long)]
    pub reveal_link: bool,
}

/// Which rows, and how to act on them.
#[derive(Debug, Args)]
pub struct Rows {
    /// Their numbers.
    #[arg(value_name = "ID", conflicts_with = "filter", required_unless_present = "filter")]
    pub ids: Vec<i64>,
    /// All that match.
    #[arg(long, value_name = "Q")]
    pub filter: Option<String>,
    /// Only tell what would be done.
    #[arg(long)]
    pub plan: bool,
    /// Do it without asking.
    #[arg(long)]
    pub yes: bool,
    /// Why; it goes into the history.
    #[arg(long)]
    pub reason: Option<String>,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// `send`.
#[derive(Debug, Args)]
pub struct Send {
    /// Which.
    #[command(flatten)]
    pub rows: Rows,
    /// Take in those sent before.
    #[arg(long)]
    pub resend: bool,
    /// Take in discarded ones: restore them first.
    #[arg(long)]
    pub restore: bool,
}

/// `accept`.
#[derive(Debug, Args)]
pub struct Accept {
    /// The code, or the whole link.
    pub code: String,
    /// The address of the account.
    #[arg(long, value_name = "ADDRESS")]
    pub email: String,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// `dispatch`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Dispatch {
    /// Rather than sending.
    #[command(subcommand)]
    pub act: Option<DispatchAct>,
    /// Send until nothing is left to do; this is what it does when nothing else is asked.
    #[arg(long)]
    pub until_idle: bool,
    /// Send for as long as it runs.
    #[arg(long, conflicts_with = "until_idle")]
    pub watch: bool,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// What to do with the dispatch other than sending.
#[derive(Debug, Subcommand)]
pub enum DispatchAct {
    /// Send nothing until somebody resumes.
    Pause {
        /// Why.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Let mails go again.
    Resume,
    /// How it stands.
    Status {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
}

/// `settle`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("how").required(true))]
pub struct Settle {
    /// Their numbers.
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<i64>,
    /// They went out.
    #[arg(long, group = "how")]
    pub sent: bool,
    /// Send them again with the same Message-ID.
    #[arg(long, group = "how")]
    pub again: bool,
}

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportName {
    /// What was sent, accepted and discarded.
    Invitations,
}

/// `report`.
#[derive(Debug, Args)]
pub struct Report {
    /// Which.
    pub name: ReportName,
    /// The first day; of a month or a year the first.
    #[arg(long, value_name = "YYYY[-MM[-DD]]", value_parser = span)]
    pub from: DateSpan,
    /// The last day, included; of a month or a year the last.
    #[arg(long, value_name = "YYYY[-MM[-DD]]", value_parser = span)]
    pub to: DateSpan,
    /// The step: day, month or year.
    #[arg(long, default_value = "day", value_parser = step)]
    pub by: Step,
    /// What the numbers mean: cohort or event.
    #[arg(long, default_value = "cohort")]
    pub basis: Basis,
    /// Of one website alone.
    #[arg(long)]
    pub website: Option<String>,
    /// Answer in JSON.
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// CSV.
    #[arg(long)]
    pub csv: bool,
}

fn span(word: &str) -> Result<DateSpan, String> {
    DateSpan::parse(word).map_err(|error| error.to_string())
}

fn step(word: &str) -> Result<Step, String> {
    Step::parse(word).map_err(|error| error.to_string())
}

/// `settings`.
#[derive(Debug, Args)]
pub struct Settings {
    /// What to do; without it, all are listed.
    #[command(subcommand)]
    pub act: Option<SettingsAct>,
    /// Those of a website.
    #[arg(long, global = true, conflicts_with = "sender")]
    pub website: Option<String>,
    /// Those of a sender.
    #[arg(long, global = true)]
    pub sender: Option<String>,
    /// Answer in JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub enum SettingsAct {
    /// All of them.
    List,
    /// One.
    Get {
        /// Its name.
        key: String,
    },
    /// Change one.
    Set {
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    },
}

/// `suppress`.
#[derive(Debug, Args)]
pub struct Suppress {
    /// The address, or a domain.
    pub address: String,
    /// Why.
    #[arg(long, default_value = "by hand")]
    pub reason: String,
}

/// `unsuppress`.
#[derive(Debug, Args)]
pub struct Unsuppress {
    /// The address, or a domain.
    pub address: String,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// For which shell.
    pub shell: clap_complete::Shell,
}

/// A filter as it was typed, or what is wrong with it, pointed at where it stands.
pub(super) fn filter(text: &str) -> Result<Filter, String> {
    Filter::parse(text).map_err(|mistakes| super::filter::pointed(text, &mistakes))
}

//! Runs a request against the desk: the one match from data to verbs.

use super::message::Answer;
use super::request::{Refusal, Reply, Request};
use crate::desk::{Desk, DeskError};
use crate::domain::paste::{Pasted, parse_paste};

impl From<DeskError> for Refusal {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Field { field, why } => Self {
                field: Some(field),
                message: why,
            },
            other => Self {
                field: None,
                message: other.to_string(),
            },
        }
    }
}

/// The desk's answer to `request`.
pub(super) async fn ask(desk: &Desk, request: Request) -> Answer {
    Ok(match request {
        Request::Page { filter, sort, from, limit } => Reply::Page(desk.page(&filter, sort, from, limit).await?),
        Request::Count(filter) => Reply::Count(desk.count(&filter).await?),
        Request::Matching(filter, progress) => Reply::Matching(desk.matching(&filter, &progress).await?),
        Request::Rows(ids) => Reply::Rows(desk.rows(&ids).await?),
        Request::Totals => Reply::Totals(desk.totals().await?),
        Request::Catalog => Reply::Catalog(desk.catalog().await?),
        Request::Detail(id) => Reply::Detail(Box::new(desk.detail(id).await?)),
        Request::Link(id) => Reply::Link(desk.link(id).await?),
        Request::Plan { act, ids, progress } => Reply::Plan(desk.plan(act, &ids, &progress).await?),
        Request::Apply { plan, why, progress } => Reply::Applied(desk.apply(&plan, &why, &progress).await?),
        Request::Undo(action, progress) => Reply::Undone(desk.undo(action, &progress).await?),
        Request::Actions(limit) => Reply::Actions(desk.actions(limit).await?),
        Request::ActionRows(action) => Reply::ActionRows(desk.action_rows(action).await?),
        Request::Edit { id, email, message } => nothing(desk.edit(id, &email, &message).await?),
        Request::Settle(ids, how) => Reply::Done(desk.settle(&ids, how).await?),
        Request::TryNow(ids) => Reply::Done(desk.try_now(&ids).await?),
        other => return ask_further(desk, other).await,
    })
}

async fn ask_further(desk: &Desk, request: Request) -> Answer {
    Ok(match request {
        Request::Judge {
            addresses,
            sender,
            inviter,
        } => Reply::Verdicts(desk.judge(&addresses, sender, inviter).await?),
        Request::Invite(new) => {
            let (action, created) = desk.invite(&new).await?;
            Reply::Invited(action, created)
        }
        Request::Preview(new) => Reply::Preview(desk.preview(&new).await?),
        Request::TestMail(new, to) => Reply::Words(desk.test_mail(&new, &to).await?),
        Request::Draft => Reply::Draft(desk.draft().await?),
        Request::KeepDraft(draft) => nothing(desk.keep_draft(&draft).await?),
        Request::GroupChoice(sender) => Reply::GroupChoice(desk.group_choice(sender).await?),
        Request::Report(query) => Reply::Report(desk.report(&query).await?),
        Request::DrillDown { query, interval, figure } => Reply::Filter(desk.drill_down(&query, interval.as_ref(), figure).await?),
        Request::WriteFile(path, text) => write(path, text, tokio::fs::OpenOptions::new().write(true).create_new(true)).await?,
        Request::ReplaceFile(path, text) => {
            write(path, text, tokio::fs::OpenOptions::new().write(true).create(true).truncate(true)).await?
        }
        Request::ReadPaste(text) => Reply::Pasted(read_paste(text).await),
        Request::Transmission => Reply::Transmission(Box::new(desk.transmission().await?)),
        Request::Pause(reason) => nothing(desk.pause(&reason).await?),
        Request::Resume => nothing(desk.resume().await?),
        Request::CancelRest(progress) => Reply::Done(desk.cancel_rest(&progress).await?),
        Request::TestConnection => Reply::Words(desk.test_connection().await?),
        Request::Settings(scope) => Reply::Settings(desk.settings(scope).await?),
        Request::SetSetting(setting, scope, value) => nothing(desk.set_setting(setting, scope, &value).await?),
        Request::SetUp(form) => nothing(desk.set_up(&form).await?),
        _ => {
            return Err(Refusal {
                field: None,
                message: Refusal::misfit(),
            });
        }
    })
}

const fn nothing((): ()) -> Reply {
    Reply::Nothing
}

/// Writes a file; unless it was asked otherwise, never in the place of another.
async fn write(path: std::path::PathBuf, text: String, options: &tokio::fs::OpenOptions) -> Answer {
    use tokio::io::AsyncWriteExt as _;
    // The whole path, so that the answer says where it lies.
    let path = std::path::absolute(at_home(&path)).unwrap_or(path);
    let refused = |error: std::io::Error| Refusal {
        field: (error.kind() == std::io::ErrorKind::AlreadyExists).then_some(Refusal::FILE_EXISTS),
        message: format!("{} was not written: {error}. Choose another name or folder", path.display()),
    };
    let mut file = options.open(&path).await.map_err(refused)?;
    file.write_all(text.as_bytes()).await.map_err(refused)?;
    file.flush().await.map_err(refused)?;
    Ok(Reply::Words(path.display().to_string()))
}

/// `~/reports` means the home directory here too, as in a shell.
fn at_home(path: &std::path::Path) -> std::path::PathBuf {
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// Text shorter than this is read where it is; more goes to a thread of its own, so that nothing else waits for it.
const SHORT_PASTE: usize = 64 * 1024;

async fn read_paste(text: std::sync::Arc<str>) -> Vec<Pasted> {
    if text.len() < SHORT_PASTE {
        return parse_paste(&text);
    }
    let read = tokio::task::spawn_blocking(move || parse_paste(&text)).await;
    read.unwrap_or_else(|error| {
        tracing::error!(%error, "reading a pasted text broke off");
        Vec::new()
    })
}

//! Questions to the desk, and its answers, as data: the model asks, the runtime runs, nothing here waits.

use super::message::{Owner, RequestId};
use crate::desk::{ActContext, ActionSummary, Applied, ChangeMark, GroupChoice, Page, PageFrom, Preview, Progress, SetUp, Totals, Undone};
use crate::domain::create::{Created, Draft, NewInvitations, Verdict};
use crate::domain::email::EmailAddress;
use crate::domain::filter::Filter;
use crate::domain::ids::{ActionId, CustomerId, InvitationId, SenderId};
use crate::domain::invitation::{Detail, Row, Sort};
use crate::domain::paste::Pasted;
use crate::domain::period::Interval;
use crate::domain::plan::{Act, Bucket, Plan};
use crate::domain::report::{Figure, Report, ReportQuery};
use crate::domain::settings::{Scope, Setting, Settings};
use crate::domain::shop::Catalog;
use crate::domain::transmission::{Settlement, Transmission};
use roaring::RoaringTreemap;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What the runtime is to do.
#[derive(Debug)]
pub enum Effect {
    /// Ask the desk and bring the answer back.
    Ask(Owner, RequestId, Request),
    /// Tell when something changed since this mark.
    Watch(ChangeMark),
    /// Keep a screen's state over restarts, under its name.
    Remember(&'static str, String),
    /// Put text on the clipboard (OSC 52).
    Copy(String),
    /// Stop until the shell continues the program.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Leave.
    Quit,
}

/// One verb of the desk with its arguments.
#[derive(Debug, Clone)]
#[expect(
    missing_docs,
    reason = "each stands for the desk's verb of the same name, whose arguments are explained there"
)]
pub enum Request {
    Page {
        filter: Filter,
        sort: Sort,
        from: PageFrom,
        limit: usize,
    },
    Count(Filter),
    Matching(Filter, Progress),
    Rows(Vec<InvitationId>),
    Totals,
    Catalog,
    Detail(InvitationId),
    Link(InvitationId),
    Plan {
        act: Act,
        ids: Arc<RoaringTreemap>,
        progress: Progress,
    },
    Apply {
        plan: Arc<Plan>,
        why: ActContext,
        progress: Progress,
    },
    Undo(ActionId, Progress),
    Actions(usize),
    ActionRows(ActionId),
    Edit {
        id: InvitationId,
        email: EmailAddress,
        message: String,
    },
    Settle(RoaringTreemap, Settlement),
    TryNow(RoaringTreemap),
    Judge {
        addresses: Vec<EmailAddress>,
        sender: SenderId,
        inviter: Option<CustomerId>,
    },
    Invite(Box<NewInvitations>),
    Preview(Box<NewInvitations>),
    TestMail(Box<NewInvitations>, EmailAddress),
    Draft,
    KeepDraft(Draft),
    GroupChoice(SenderId),
    Report(ReportQuery),
    DrillDown {
        query: ReportQuery,
        interval: Option<Interval>,
        figure: Figure,
    },
    /// Write text to a file that must not exist yet; the answer is where it lies.
    WriteFile(PathBuf, String),
    /// Write text to a file in the place of what is there.
    ReplaceFile(PathBuf, String),
    /// Find the addresses in a pasted text.
    ReadPaste(Arc<str>),
    Transmission,
    Pause(String),
    Resume,
    CancelRest(Progress),
    TestConnection,
    Settings(Scope),
    SetSetting(Setting, Scope, String),
    SetUp(Box<SetUp>),
}

/// What the desk answered; the variant fits the request.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each stands for the answer to the request of the same name")]
pub enum Reply {
    Page(Page),
    Count(u64),
    Matching(RoaringTreemap),
    Rows(Vec<Row>),
    Totals(Totals),
    Catalog(Catalog),
    Detail(Box<Option<Detail>>),
    Link(String),
    Plan(Plan),
    Applied(Applied),
    Undone(Undone),
    Actions(Vec<ActionSummary>),
    ActionRows(BTreeMap<Bucket, RoaringTreemap>),
    Pasted(Vec<Pasted>),
    Verdicts(Vec<Verdict>),
    Invited(ActionId, Created),
    Preview(Preview),
    Words(String),
    Draft(Draft),
    GroupChoice(GroupChoice),
    Report(Report),
    Filter(Filter),
    Transmission(Box<Transmission>),
    Settings(Settings),
    Done(u64),
    Nothing,
}

/// Why the desk did not do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The field of a form that it is about.
    pub field: Option<&'static str>,
    /// What happened, to what, and what to do next.
    pub message: String,
}

impl Refusal {
    /// What [`Refusal::field`] says when a file was not written because another has its name.
    pub const FILE_EXISTS: &str = "file-exists";

    /// The task that asked broke off: a fault in this program.
    pub fn broken_off() -> Self {
        let message = "this broke off by a fault of the program, which its log tells; what was done before stays done".to_owned();
        Self { field: None, message }
    }

    /// An answer that does not fit its question: only a fault in this program makes one.
    pub fn misfit() -> String {
        "the desk gave another answer than was asked for; press F5 to ask again".to_owned()
    }
}

/// Takes the answer apart: `reply!(answer, Reply::Count(n) => n)` is `Result<u64, String>`.
macro_rules! reply {
    ($answer:expr, $pattern:pat => $value:expr) => {
        match $answer {
            Ok($pattern) => Ok($value),
            Ok(_) => Err($crate::console::request::Refusal::misfit()),
            Err(refusal) => Err(refusal.message),
        }
    };
}
pub(crate) use reply;

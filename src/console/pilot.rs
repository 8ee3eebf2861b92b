//! For tests: presses keys, answers the console's questions from plain rows, and reads the screen. Nothing here waits.

#![expect(clippy::expect_used, reason = "tests fail by panicking")]

use super::message::{Answer, Msg, Opened};
use super::model::Model;
use super::printer::{print_styles, print_text};
use super::request::{Effect, Refusal, Reply, Request};
use super::theme::Theme;
use super::update::update;
use super::view::view;
use crate::desk::{ActionSummary, Applied, Page, PageFrom, Totals, Undone};
use crate::domain::delivery::Delivery;
use crate::domain::filter::Filter;
use crate::domain::filter::matching::{Facts, matches};
use crate::domain::ids::{ActionId, GroupId, InvitationId, SenderId, WebsiteId};
use crate::domain::invitation::{Inviter, Row, Sort, SortKey};
use crate::domain::plan::{Act, Bucket, Plan, RowFacts};
use crate::domain::settings::Settings;
use crate::domain::shop::{Catalog, Group, Sender, Website};
use crate::domain::status::Status;
use crate::domain::time::Moment;
use crate::domain::transmission::Transmission;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// 2026-05-12 14:03:11 in UTC.
pub(crate) const NOW: Moment = Moment(1_778_594_591_000_000);

/// A Not Sent row with this number and nothing special.
pub(crate) fn row(id: i64) -> Row {
    Row {
        id: InvitationId(id),
        email: Some(format!("person{id}@example.com")),
        invitee: None,
        inviter: Inviter::Admin,
        sent_at: None,
        registered_at: None,
        status: Status::NotSent,
        delivery: Delivery::Idle,
        website: "main".to_owned(),
        group: "General".to_owned(),
        sender: "default".to_owned(),
        created_at: NOW.minus(Duration::from_hours(24)),
        last_sent_at: None,
        times_sent: 0,
        expires_at: None,
        due_at: None,
        reason: None,
        via: None,
        other_address: false,
    }
}

/// A console, and rows that answer for the desk.
#[derive(Debug)]
pub(crate) struct Pilot {
    pub(crate) model: Model,
    pub(crate) rows: Vec<Row>,
    /// Questions not answered yet, while the desk is slow.
    pub(crate) waiting: VecDeque<Effect>,
    /// Whether questions are answered at once.
    pub(crate) is_prompt: bool,
    /// What was done, for undo.
    pub(crate) actions: Vec<ActionSummary>,
    /// Effects that are no questions.
    pub(crate) done: Vec<Effect>,
}

impl Pilot {
    /// An open console of this size over these rows.
    pub(crate) fn new(theme: &Theme, size: (u16, u16), rows: Vec<Row>) -> Self {
        Self::opened(theme, size, rows, Opened::default())
    }

    /// The same with what was there when it opened.
    pub(crate) fn opened(theme: &Theme, size: (u16, u16), rows: Vec<Row>, opened: Opened) -> Self {
        let model = Model::new(*theme, size, NOW);
        let mut pilot = Self {
            model,
            rows,
            waiting: VecDeque::new(),
            is_prompt: true,
            actions: Vec::new(),
            done: Vec::new(),
        };
        pilot.send(Msg::Opened(Box::new(opened)));
        pilot
    }

    /// Gives the model a message and answers what it asks.
    pub(crate) fn send(&mut self, message: Msg) {
        let effects = update(&mut self.model, message);
        self.take(effects);
        if self.is_prompt {
            self.answer_all();
        }
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(..) => self.waiting.push_back(effect),
                other => self.done.push(other),
            }
        }
    }

    /// Answers all questions, and those that come of it.
    pub(crate) fn answer_all(&mut self) {
        while let Some(Effect::Ask(owner, id, request)) = self.waiting.pop_front() {
            let answer = self.answer(request);
            let effects = update(&mut self.model, Msg::Answer(owner, id, Box::new(answer)));
            self.take(effects);
        }
    }

    /// Presses keys: letters as they are, others as `<Enter>`, `<Esc>`, `<C-s>`, `<Down>`.
    pub(crate) fn press(&mut self, keys: &str) {
        let mut rest = keys;
        while let Some(letter) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|inner| inner.split_once('>'));
            let (event, after) = match named {
                Some((name, after)) => (named_key(name), after),
                None => (
                    KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE),
                    rest.get(letter.len_utf8()..).unwrap_or_default(),
                ),
            };
            rest = after;
            self.send(Msg::Key(event));
        }
    }

    fn draw(&self) -> Terminal<TestBackend> {
        let (columns, rows) = self.model.session.size;
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a test backend");
        terminal.draw(|frame| view(&self.model, frame)).expect("a frame");
        terminal
    }

    /// What is on the screen.
    pub(crate) fn screen(&self) -> String {
        print_text(self.draw().backend().buffer())
    }

    /// The same with its styles.
    pub(crate) fn styled_screen(&self) -> String {
        print_styles(self.draw().backend().buffer())
    }

    fn matching(&self, filter: &Filter) -> Vec<Row> {
        self.rows
            .iter()
            .filter(|row| matches(filter, &facts(row), self.model.session.zone, NOW))
            .cloned()
            .collect()
    }

    fn answer(&mut self, request: Request) -> Answer {
        Ok(match request {
            Request::Page { filter, sort, from, limit } => Reply::Page(page(self.matching(&filter), sort, &from, limit)),
            Request::Count(filter) => Reply::Count(self.matching(&filter).len() as u64),
            Request::Matching(filter, _) => Reply::Matching(self.matching(&filter).iter().map(|row| row.id.0.unsigned_abs()).collect()),
            Request::Rows(ids) => Reply::Rows(
                ids.iter()
                    .filter_map(|id| self.rows.iter().find(|row| row.id == *id).cloned())
                    .collect(),
            ),
            Request::Totals => Reply::Totals(Totals {
                all: self.rows.len() as u64,
                ..Totals::default()
            }),
            Request::Catalog => Reply::Catalog(catalog()),
            Request::Transmission => Reply::Transmission(Box::new(self.transmission())),
            Request::Settings(_) => Reply::Settings(Settings::default()),
            Request::Actions(_) => Reply::Actions(self.actions.clone()),
            Request::Undo(_, progress) => Reply::Undone(Undone {
                kind: "discard".to_owned(),
                done: progress.snapshot().1,
                left: 0,
                why_left: None,
            }),
            Request::Plan { act, ids, .. } => Reply::Plan(self.plan(act, &ids)),
            Request::Apply { plan, .. } => Reply::Applied(self.apply(&plan)),
            other => {
                return Err(Refusal {
                    field: None,
                    message: format!("no answer to {other:?}"),
                });
            }
        })
    }

    fn transmission(&self) -> Transmission {
        let mut counts = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.delivery != Delivery::Idle) {
            *counts.entry(row.delivery).or_default() += 1;
        }
        Transmission {
            at: NOW,
            counts,
            held: 0,
            deferred_due: 0,
            next_due: None,
            batches: Vec::new(),
            sent_last_minute: 0,
            day: (0, None),
            batch_size: 50,
            batch_interval: Duration::from_mins(1),
            next_release: None,
            waits: None,
            route: "folder:/var/lib/guestlist/outbox".to_owned(),
            to_folder: true,
            dispatchers: Vec::new(),
            failures: Vec::new(),
            in_doubt: Vec::new(),
        }
    }

    fn plan(&self, act: Act, ids: &roaring::RoaringTreemap) -> Plan {
        let mut plan = Plan::new(act);
        for row in self.rows.iter().filter(|row| ids.contains(row.id.0.unsigned_abs())) {
            let facts = RowFacts {
                status: row.status,
                delivery: row.delivery,
                suppressed: false,
                customer: false,
                cooling_down: false,
                duplicate: false,
                expired: false,
            };
            plan.add(facts, [row.id.0.unsigned_abs()]);
        }
        for bucket in plan.buckets.values_mut() {
            let first = self.rows.iter().filter(|row| bucket.ids.contains(row.id.0.unsigned_abs())).take(3);
            bucket.examples = first.filter_map(|row| row.email.clone()).collect();
        }
        plan
    }

    fn apply(&mut self, plan: &Plan) -> Applied {
        for row in &mut self.rows {
            let bucket = plan
                .buckets
                .iter()
                .find(|(_, rows)| rows.ids.contains(row.id.0.unsigned_abs()))
                .map(|(bucket, _)| *bucket);
            match bucket {
                Some(Bucket::WillSend | Bucket::RestoreAndSend) => row.delivery = Delivery::Queued,
                Some(Bucket::WillDiscard) => row.status = Status::Discarded,
                Some(Bucket::WillRestore) => row.status = Status::NotSent,
                _ => {}
            }
        }
        let outcomes = plan.buckets.iter().map(|(bucket, rows)| (*bucket, rows.ids.len())).collect();
        Applied {
            action: ActionId(1),
            done: plan.acting(),
            outcomes,
            cancelled: false,
        }
    }
}

fn named_key(name: &str) -> KeyEvent {
    let code = match name {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "Down" => KeyCode::Down,
        "Up" => KeyCode::Up,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "PgDn" => KeyCode::PageDown,
        "PgUp" => KeyCode::PageUp,
        "BS" => KeyCode::Backspace,
        "Space" => KeyCode::Char(' '),
        other => {
            let letter = other.strip_prefix("C-").and_then(|rest| rest.chars().next()).expect("a known key");
            return KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
        }
    };
    KeyEvent::new(code, KeyModifiers::NONE)
}

fn catalog() -> Catalog {
    let website = |id, code: &str| Website {
        id: WebsiteId(id),
        code: code.to_owned(),
        name: code.to_owned(),
        base_url: format!("https://{code}.example"),
    };
    let sender = Sender {
        id: SenderId(1),
        website: WebsiteId(1),
        code: "default".to_owned(),
        name: "Default Store View".to_owned(),
        from_name: "Service client".to_owned(),
        from_email: "bonjour@shop.example".to_owned(),
        reply_to: None,
        locale: "fr".to_owned(),
    };
    let groups = ["General", "Retailer", "VIP"].into_iter().zip(1..).map(|(name, id)| Group {
        id: GroupId(id),
        name: name.to_owned(),
    });
    let groups = groups.collect();
    Catalog {
        websites: vec![website(1, "main"), website(2, "outlet")],
        senders: vec![sender],
        groups,
    }
}

fn facts(row: &Row) -> Facts<'_> {
    Facts {
        id: row.id.0,
        status: row.status,
        email: row.email.as_deref(),
        invitee: row.invitee.as_deref(),
        inviter: match &row.inviter {
            Inviter::Customer(address) => Some(address),
            _ => None,
        },
        sent: row.sent_at,
        registered: row.registered_at,
        created: Some(row.created_at),
        last_sent: row.last_sent_at,
        expires: row.expires_at,
        discarded: None,
        website: &row.website,
        group: &row.group,
        sender: &row.sender,
        delivery: row.delivery,
        times: i64::from(row.times_sent),
        via: None,
        reason: row.reason.as_deref(),
        other_address: row.other_address,
        selected: false,
    }
}

/// How two places stand in an order; what is empty comes last either way.
fn compare(sort: Sort, one: (&SortKey, InvitationId), other: (&SortKey, InvitationId)) -> Ordering {
    let way = |ordering: Ordering| if sort.descending { ordering.reverse() } else { ordering };
    match (one.0, other.0) {
        (SortKey::Empty, SortKey::Empty) => way(one.1.cmp(&other.1)),
        (SortKey::Empty, _) => Ordering::Greater,
        (_, SortKey::Empty) => Ordering::Less,
        (SortKey::Number(a), SortKey::Number(b)) => way(a.cmp(b).then(one.1.cmp(&other.1))),
        (SortKey::Text(a), SortKey::Text(b)) => way(a.cmp(b).then(one.1.cmp(&other.1))),
        _ => Ordering::Equal,
    }
}

fn page(mut rows: Vec<Row>, sort: Sort, from: &PageFrom, limit: usize) -> Page {
    let key = |row: &Row| SortKey::of(row, sort.column);
    rows.sort_by(|one, other| compare(sort, (&key(one), one.id), (&key(other), other.id)));
    let against = |row: &Row, place: &crate::desk::Place| compare(sort, (&key(row), row.id), (&place.key, place.id));
    let start = match from {
        PageFrom::Start => 0,
        PageFrom::End => rows.len().saturating_sub(limit),
        PageFrom::After(place) => rows
            .iter()
            .position(|row| against(row, place) == Ordering::Greater)
            .unwrap_or(rows.len()),
        PageFrom::Before(place) => {
            let end = rows
                .iter()
                .position(|row| against(row, place) != Ordering::Less)
                .unwrap_or(rows.len());
            let start = end.saturating_sub(limit);
            let page = rows.get(start..end).unwrap_or_default().to_vec();
            return Page {
                rows: page,
                at_start: start == 0,
                at_end: end == rows.len(),
            };
        }
        PageFrom::Around(id) => rows
            .iter()
            .position(|row| row.id == *id)
            .map_or(0, |at| at.saturating_sub(limit / 2)),
    };
    let end = (start + limit).min(rows.len());
    Page {
        rows: rows.get(start..end).unwrap_or_default().to_vec(),
        at_start: start == 0,
        at_end: end == rows.len(),
    }
}

//! Reading and judging the addresses while they are typed: one question at a time, the newest text wins.

use crate::console::context::Context;
use crate::console::message::{Answer, RequestId};
use crate::console::request::{Reply, Request, reply};
use crate::domain::create::Verdict;
use crate::domain::email::{EmailAddress, typo_hint};
use crate::domain::ids::SenderId;
use crate::domain::paste::Pasted;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

/// One address of the text and what is to be said about it.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) pasted: Pasted,
    /// Nothing for malformed ones.
    pub(super) verdict: Option<Verdict>,
    /// The address that was probably meant.
    pub(super) hint: Option<EmailAddress>,
    /// The line on which the same address stood first.
    pub(super) stood_first: Option<usize>,
}

/// How many of each kind there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) ready: u64,
    pub(super) malformed: u64,
    pub(super) twice: u64,
    pub(super) invited: u64,
    pub(super) customers: u64,
    pub(super) suppressed: u64,
    pub(super) cooling_down: u64,
    pub(super) hints: u64,
}

/// What is under way.
#[derive(Debug, Default)]
enum Step {
    #[default]
    Rest,
    Reading(RequestId),
    Judging(RequestId, Vec<Pasted>),
}

/// The list beside the text. What was found last stays until the next answer is whole.
#[derive(Debug, Default)]
pub(super) struct Check {
    step: Step,
    /// The text changed since the last question.
    again: bool,
    /// The list belongs to the text as it is now.
    fresh: bool,
    lines: Vec<Line>,
    counts: Counts,
    trouble: Option<String>,
}

impl Check {
    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub(super) const fn counts(&self) -> Counts {
        self.counts
    }

    pub(super) const fn ready(&self, override_cooldown: bool) -> u64 {
        self.counts.ready + if override_cooldown { self.counts.cooling_down } else { 0 }
    }

    pub(super) const fn hints(&self) -> u64 {
        self.counts.hints
    }

    pub(super) const fn cooling_down(&self) -> u64 {
        self.counts.cooling_down
    }

    pub(super) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Whether the list does not yet belong to the text.
    pub(super) const fn is_open(&self) -> bool {
        !self.fresh
    }

    /// The addresses that would be created.
    pub(super) fn addresses(&self, override_cooldown: bool) -> Vec<EmailAddress> {
        let creates = |line: &&Line| line.verdict.as_ref().is_some_and(|verdict| verdict.creates(override_cooldown));
        self.lines
            .iter()
            .filter(creates)
            .filter_map(|line| line.pasted.address.clone().ok())
            .collect()
    }

    /// What stays in the form once `created` are: one entry a line, as it was written.
    pub(super) fn rest(&self, created: &HashSet<String>) -> String {
        let mut text = String::new();
        for line in &self.lines {
            if line.pasted.address.as_ref().is_ok_and(|address| created.contains(&address.key())) {
                continue;
            }
            if let Some(name) = &line.pasted.name {
                let _ = writeln!(text, "{name} <{}>", line.pasted.text);
            } else {
                text.push_str(&line.pasted.text);
                text.push('\n');
            }
        }
        text
    }

    /// The text changed, or what is known about its addresses may have.
    pub(super) fn changed(&mut self, text: &str, context: &mut Context<'_>) {
        self.fresh = false;
        if matches!(self.step, Step::Rest) {
            self.again = false;
            self.step = Step::Reading(context.ask(Request::ReadPaste(Arc::from(text))));
        } else {
            self.again = true;
        }
    }

    /// Takes an answer of its own; anything else is not its business.
    pub(super) fn answer(&mut self, id: RequestId, answer: &Answer, text: &str, sender: Option<SenderId>, context: &mut Context<'_>) {
        match std::mem::take(&mut self.step) {
            Step::Reading(asked) if asked == id => self.read(answer, sender, context),
            Step::Judging(asked, pasted) if asked == id => self.judged(pasted, answer),
            other => {
                self.step = other;
                return;
            }
        }
        if matches!(self.step, Step::Rest) {
            self.fresh = true;
            if self.again {
                self.changed(text, context);
            }
        }
    }

    fn read(&mut self, answer: &Answer, sender: Option<SenderId>, context: &mut Context<'_>) {
        let pasted = match reply!(answer.clone(), Reply::Pasted(pasted) => pasted) {
            Ok(pasted) => pasted,
            Err(why) => return self.trouble = Some(why),
        };
        let addresses: Vec<EmailAddress> = pasted.iter().filter_map(|one| one.address.clone().ok()).collect();
        match sender {
            Some(sender) if !addresses.is_empty() => {
                let asked = context.ask(Request::Judge {
                    addresses,
                    sender,
                    inviter: None,
                });
                self.step = Step::Judging(asked, pasted);
            }
            _ => self.take(pasted, Vec::new()),
        }
    }

    fn judged(&mut self, pasted: Vec<Pasted>, answer: &Answer) {
        match reply!(answer.clone(), Reply::Verdicts(verdicts) => verdicts) {
            Ok(verdicts) => self.take(pasted, verdicts),
            Err(why) => {
                self.take(pasted, Vec::new());
                self.trouble = Some(why);
            }
        }
    }

    /// Puts each verdict beside its address: they come in the order of the good ones.
    fn take(&mut self, pasted: Vec<Pasted>, verdicts: Vec<Verdict>) {
        let places: Vec<usize> = pasted.iter().filter(|one| one.address.is_ok()).map(|one| one.line).collect();
        let mut verdicts = verdicts.into_iter();
        self.lines = pasted
            .into_iter()
            .map(|pasted| {
                let verdict = if pasted.address.is_ok() { verdicts.next() } else { None };
                let stood_first = match &verdict {
                    Some(Verdict::Twice(first)) => places.get(first.saturating_sub(1)).copied(),
                    _ => None,
                };
                let hint = pasted.address.as_ref().ok().and_then(typo_hint);
                Line {
                    pasted,
                    verdict,
                    hint,
                    stood_first,
                }
            })
            .collect();
        self.counts = count(&self.lines);
        self.trouble = None;
    }
}

fn count(lines: &[Line]) -> Counts {
    let mut counts = Counts::default();
    for line in lines {
        counts.hints += u64::from(line.hint.is_some());
        let kind = match &line.verdict {
            Some(Verdict::Ready) => &mut counts.ready,
            Some(Verdict::Twice(_)) => &mut counts.twice,
            Some(Verdict::AlreadyInvited { .. }) => &mut counts.invited,
            Some(Verdict::AlreadyCustomer) => &mut counts.customers,
            Some(Verdict::Suppressed { .. }) => &mut counts.suppressed,
            Some(Verdict::CoolingDown { .. }) => &mut counts.cooling_down,
            None if line.pasted.address.is_err() => &mut counts.malformed,
            None => continue,
        };
        *kind += 1;
    }
    counts
}

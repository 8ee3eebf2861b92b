//! One made-up invitation: who, whom, when, and what became of it.

use super::calendar::{Calendar, DAY, HOUR, MINUTE, SECOND};
use super::dice::Dice;
use super::people::{Person, person};
use super::words::MESSAGES;
use crate::domain::actor::Actor;
use crate::domain::ids::CustomerId;
use crate::domain::status::Status;
use crate::domain::time::Moment;

/// Sorts of things that have dice of their own.
const FRIEND: u64 = 1;
const INVITER: u64 = 2;
const CUSTOMER: u64 = 3;
const FATE: u64 = 4;
const OTHER_ADDRESS: u64 = 5;

/// Every so manieth invitation goes to the address of the one before, from somebody else.
const REPEATED: u64 = 97;

/// What the rows refer to.
#[derive(Debug)]
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) rows: u64,
    pub(super) calendar: Calendar,
    /// Nothing happens later.
    pub(super) latest: Moment,
    /// Id, website and locale.
    pub(super) senders: Vec<(i64, i64, String)>,
    pub(super) groups: Vec<i64>,
    /// How many customers invite; their ids follow on `first_customer`.
    pub(super) customers: u64,
    pub(super) first_customer: i64,
}

/// An account to be made.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: i64,
    pub(super) person: Person,
    pub(super) group: i64,
    pub(super) website: i64,
    pub(super) created: i64,
}

/// A mail that did not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A refusal for good, thrown from 0 to 99.
    Failed(u64),
    /// Nobody knows.
    InDoubt,
}

/// One invitation.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) id: i64,
    pub(super) friend: Person,
    /// The account that registered, and whether it has another address.
    pub(super) invitee: Option<(Account, bool)>,
    pub(super) inviter: Option<(i64, String)>,
    pub(super) website: i64,
    pub(super) sender: i64,
    pub(super) group: i64,
    pub(super) message: &'static str,
    pub(super) status: Status,
    pub(super) created: i64,
    pub(super) created_by: String,
    pub(super) sent: Option<i64>,
    pub(super) last_sent: Option<i64>,
    pub(super) registered: Option<i64>,
    pub(super) discarded: Option<i64>,
    pub(super) trouble: Option<Trouble>,
}

/// What became of one.
struct Course {
    status: Status,
    sent: Option<i64>,
    last_sent: Option<i64>,
    registered: Option<i64>,
    discarded: Option<i64>,
}

impl World {
    /// The customer who invites, as an account.
    pub(super) fn customer(&self, nth: u64) -> Account {
        let mut dice = Dice::of(self.seed, CUSTOMER, nth);
        let person = person(&mut dice, "c", nth);
        let website = dice.pick(&self.senders).map_or(0, |sender| sender.1);
        let group = dice.pick(&self.groups).copied().unwrap_or_default();
        let created = self.calendar.start.0 - dice.below(700) as i64 * DAY - dice.below(86_400) as i64 * SECOND;
        Account {
            id: self.first_customer + nth as i64,
            person,
            group,
            website,
            created,
        }
    }

    /// Which customer invites; nobody where staff do. A few invite much, most of them little.
    fn inviter_of(&self, nth: u64) -> Option<u64> {
        if self.repeats(nth) {
            let before = self.inviter_of(nth - 1);
            return Some(before.map_or(0, |before| (before + 1) % self.customers));
        }
        let mut dice = Dice::of(self.seed, INVITER, nth);
        (!dice.in_thousand(120)).then(|| (dice.unit().powi(3) * self.customers as f64) as u64)
    }

    fn repeats(&self, nth: u64) -> bool {
        nth > 0 && nth.is_multiple_of(REPEATED) && self.customers > 1
    }

    /// The invitation at this place, counted from 0; `account` numbers the account that registers.
    pub(super) fn invitation(&self, nth: u64, account: i64) -> Made {
        let mut dice = Dice::of(self.seed, FATE, nth);
        let part = (nth as f64 + dice.unit()) / self.rows as f64;
        let created = self.calendar.moment(part).0.min(self.latest.0 - 20 * MINUTE);
        let friend_nth = if self.repeats(nth) { nth - 1 } else { nth };
        let friend = person(&mut Dice::of(self.seed, FRIEND, friend_nth), "", friend_nth);
        let nowhere = (0, 0, String::new());
        let sender = dice.pick(&self.senders).unwrap_or(&nowhere);
        let group = dice.pick(&self.groups).copied().unwrap_or_default();
        let inviter = self
            .inviter_of(nth)
            .map(|nth| self.customer(nth))
            .map(|customer| (customer.id, customer.person.email));
        let created_by = match &inviter {
            Some((id, _)) => Actor::Customer(CustomerId(*id)),
            None => Actor::Operator((*dice.pick(&["anna", "ben", "mia"]).unwrap_or(&"anna")).to_owned()),
        };
        let message = message(&mut dice, &sender.2);
        let course = self.course(&mut dice, created);
        let trouble = (course.status == Status::NotSent && created < self.latest.0 - 2 * HOUR)
            .then(|| trouble(&mut dice))
            .flatten();
        let invitee = course.registered.map(|registered| {
            let other = dice.in_thousand(60);
            let person = if other {
                person(&mut Dice::of(self.seed, OTHER_ADDRESS, nth), "x", nth)
            } else {
                friend.clone()
            };
            (
                Account {
                    id: account,
                    person,
                    group,
                    website: sender.1,
                    created: registered,
                },
                other,
            )
        });
        Made {
            id: nth as i64 + 1,
            friend,
            invitee,
            inviter,
            website: sender.1,
            sender: sender.0,
            group,
            message,
            status: course.status,
            created,
            created_by: created_by.to_string(),
            sent: course.sent,
            last_sent: course.last_sent,
            registered: course.registered,
            discarded: course.discarded,
            trouble,
        }
    }

    /// Of a hundred some 8 are not sent, 30 accepted, 7 discarded; what would happen after the latest moment has not happened.
    fn course(&self, dice: &mut Dice, created: i64) -> Course {
        let past = |at: i64| (at <= self.latest.0).then_some(at);
        let mut course = Course {
            status: Status::NotSent,
            sent: None,
            last_sent: None,
            registered: None,
            discarded: None,
        };
        let fate = dice.below(100);
        let sent = past(created + 15 * SECOND + dice.wait(15 * MINUTE));
        let discarded_unsent = (38..40).contains(&fate);
        if fate >= 8 && !discarded_unsent {
            course.sent = sent;
        }
        if let Some(sent) = course.sent {
            course.status = Status::Sent;
            let again = past(sent + 5 * DAY + dice.wait(6 * DAY)).filter(|_| dice.in_thousand(90));
            course.last_sent = again.or(Some(sent));
        }
        let last = course.last_sent.unwrap_or(created);
        if (8..38).contains(&fate) && course.sent.is_some() {
            course.registered = past(last + 10 * MINUTE + dice.wait(6 * DAY));
        } else if (38..45).contains(&fate) {
            course.discarded = past(last + HOUR + dice.wait(12 * DAY));
        }
        if course.registered.is_some() {
            course.status = Status::Accepted;
        } else if course.discarded.is_some() {
            course.status = Status::Discarded;
        }
        course
    }
}

/// Two of five write nothing; the others mostly in the sender's language.
fn message(dice: &mut Dice, locale: &str) -> &'static str {
    if dice.in_thousand(400) {
        return "";
    }
    let fitting: Vec<&'static str> = MESSAGES.iter().filter(|(fits, _)| *fits == locale).map(|(_, text)| *text).collect();
    let any = dice.pick(MESSAGES).map_or("", |(_, text)| text);
    if dice.in_thousand(150) {
        any
    } else {
        dice.pick(&fitting).copied().unwrap_or(any)
    }
}

fn trouble(dice: &mut Dice) -> Option<Trouble> {
    match dice.below(100) {
        0..=13 => Some(Trouble::Failed(dice.below(100))),
        14 => Some(Trouble::InDoubt),
        _ => None,
    }
}

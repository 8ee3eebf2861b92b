//! The table edge by edge, then its laws over random walks.

#![expect(clippy::indexing_slicing, reason = "tests fail by panicking")]

use super::*;
use proptest::prelude::*;
use rstest::rstest;

const MINE: AttemptId = AttemptId(7);
const OTHER: AttemptId = AttemptId(8);

fn every_event(id: AttemptId) -> Vec<DeliveryEvent> {
    use DeliveryEvent as E;
    vec![
        E::Enqueue,
        E::TryNow,
        E::Claim(id),
        E::OwnerLost(id),
        E::RouteFault(id),
        E::BodyStarts(id),
        E::Taken(id),
        E::Refused(id),
        E::Rejected(id),
        E::NoAnswer(id),
        E::SettleSent,
        E::SettleAgain,
        E::SettleFailed,
        E::Accepted,
        E::Withdraw,
        E::Discard,
    ]
}

/// What the table allows from each state, by the live attempt: event → state.
fn allowed(from: Delivery) -> Vec<(DeliveryEvent, Delivery)> {
    use Delivery as D;
    use DeliveryEvent as E;
    match from {
        D::Idle => vec![(E::Enqueue, D::Queued)],
        D::Queued => vec![
            (E::Claim(MINE), D::Claimed),
            (E::Accepted, D::Idle),
            (E::Withdraw, D::Idle),
            (E::Discard, D::Idle),
        ],
        D::Claimed => vec![
            (E::OwnerLost(MINE), D::Queued),
            (E::RouteFault(MINE), D::Queued),
            (E::BodyStarts(MINE), D::Sending),
            (E::Refused(MINE), D::Deferred),
            (E::Rejected(MINE), D::Failed),
            (E::Accepted, D::Idle),
            (E::Withdraw, D::Idle),
            (E::Discard, D::Idle),
        ],
        D::Sending => vec![
            (E::OwnerLost(MINE), D::InDoubt),
            (E::NoAnswer(MINE), D::InDoubt),
            (E::Taken(MINE), D::Idle),
            (E::Refused(MINE), D::Deferred),
            (E::Rejected(MINE), D::Failed),
        ],
        D::Deferred => vec![
            (E::TryNow, D::Queued),
            (E::Claim(MINE), D::Claimed),
            (E::Rejected(MINE), D::Failed),
            (E::Accepted, D::Idle),
            (E::Withdraw, D::Idle),
            (E::Discard, D::Idle),
        ],
        D::Failed => vec![(E::Enqueue, D::Queued), (E::Accepted, D::Idle), (E::Discard, D::Idle)],
        D::InDoubt => vec![
            (E::Taken(MINE), D::Idle),
            (E::Refused(MINE), D::Deferred),
            (E::Rejected(MINE), D::Failed),
            (E::SettleSent, D::Idle),
            (E::SettleAgain, D::Queued),
            (E::SettleFailed, D::Failed),
            (E::Accepted, D::Idle),
            (E::Discard, D::Idle),
        ],
    }
}

fn attempt_in(state: Delivery) -> Option<AttemptId> {
    matches!(state, Delivery::Claimed | Delivery::Sending | Delivery::InDoubt).then_some(MINE)
}

#[rstest]
fn every_edge_is_the_tables(
    #[values(
        Delivery::Idle,
        Delivery::Queued,
        Delivery::Claimed,
        Delivery::Sending,
        Delivery::Deferred,
        Delivery::Failed,
        Delivery::InDoubt
    )]
    from: Delivery,
) {
    for event in every_event(MINE) {
        let wanted = allowed(from).into_iter().find(|(allowed, _)| *allowed == event).map(|(_, to)| to);
        assert_eq!(
            next(from, attempt_in(from), event).map(|step| step.to),
            wanted,
            "{from:?} on {event:?}"
        );
    }
}

#[test]
fn a_late_answer_of_another_attempt_changes_nothing() {
    use DeliveryEvent as E;
    for from in [Delivery::Claimed, Delivery::Sending, Delivery::InDoubt] {
        for event in [
            E::OwnerLost(OTHER),
            E::RouteFault(OTHER),
            E::BodyStarts(OTHER),
            E::Taken(OTHER),
            E::Refused(OTHER),
            E::Rejected(OTHER),
            E::NoAnswer(OTHER),
        ] {
            assert_eq!(next(from, Some(MINE), event), None, "{from:?} on {event:?}");
        }
    }
}

#[test]
fn only_a_taken_or_settled_mail_counts_as_sent() {
    for from in Delivery::ALL {
        for event in every_event(MINE) {
            let Some(step) = next(from, attempt_in(from), event) else {
                continue;
            };
            let counts = step.effect == DeliveryEffect::HandedOver;
            assert_eq!(
                counts,
                matches!(event, DeliveryEvent::Taken(_) | DeliveryEvent::SettleSent),
                "{from:?} on {event:?}"
            );
        }
    }
}

fn any_event() -> impl Strategy<Value = DeliveryEvent> {
    (0..16usize, 1..4i64).prop_map(|(which, id)| every_event(AttemptId(id))[which])
}

proptest! {
    #[test]
    fn the_laws_hold_on_every_walk(events in prop::collection::vec(any_event(), 0..60)) {
        let (mut state, mut attempt) = (Delivery::Idle, None);
        for event in events {
            let Some(step) = next(state, attempt, event) else { continue };
            // No second live attempt: a claim needs that none is live.
            if matches!(event, DeliveryEvent::Claim(_)) {
                prop_assert!(!state.is_in_flight());
            }
            // What may be on the wire never queues by itself: only a person (or the setting) may say "again".
            if matches!(state, Delivery::Sending) {
                prop_assert!(step.to != Delivery::Queued);
            }
            if matches!(state, Delivery::InDoubt) && step.to == Delivery::Queued {
                prop_assert_eq!(event, DeliveryEvent::SettleAgain);
            }
            prop_assert_eq!(step.attempt.is_some(), matches!(step.to, Delivery::Claimed | Delivery::Sending | Delivery::InDoubt));
            (state, attempt) = (step.to, step.attempt);
        }
    }
}

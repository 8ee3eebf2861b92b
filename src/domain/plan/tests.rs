//! Every rule of the plan as a sentence.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use rstest::rstest;

const SEND: Act = Act::Send(TakeIn {
    resend: false,
    restore: false,
    cooling_down: false,
});
const RESEND: Act = Act::Send(TakeIn {
    resend: true,
    restore: false,
    cooling_down: false,
});
const SEND_RESTORED: Act = Act::Send(TakeIn {
    resend: false,
    restore: true,
    cooling_down: false,
});
const OVERRIDE: Act = Act::Send(TakeIn {
    resend: false,
    restore: false,
    cooling_down: true,
});

fn row(status: Status, delivery: Delivery) -> RowFacts {
    RowFacts {
        status,
        delivery,
        suppressed: false,
        customer: false,
        cooling_down: false,
        duplicate: false,
        expired: false,
    }
}

#[rstest]
#[case::fresh(SEND, row(Status::NotSent, Delivery::Idle), Bucket::WillSend)]
#[case::failed_goes_again(SEND, row(Status::NotSent, Delivery::Failed), Bucket::WillSend)]
#[case::sent_before(SEND, row(Status::Sent, Delivery::Idle), Bucket::SentBefore)]
#[case::sent_taken_in(RESEND, row(Status::Sent, Delivery::Idle), Bucket::WillSend)]
#[case::accepted(RESEND, row(Status::Accepted, Delivery::Idle), Bucket::Accepted)]
#[case::discarded(SEND, row(Status::Discarded, Delivery::Idle), Bucket::Discarded)]
#[case::discarded_taken_in(SEND_RESTORED, row(Status::Discarded, Delivery::Idle), Bucket::RestoreAndSend)]
#[case::being_sent(RESEND, row(Status::Sent, Delivery::Sending), Bucket::SettleFirst)]
#[case::in_doubt(SEND, row(Status::NotSent, Delivery::InDoubt), Bucket::SettleFirst)]
#[case::discarded_in_doubt(SEND_RESTORED, row(Status::Discarded, Delivery::Sending), Bucket::SettleFirst)]
#[case::queued(SEND, row(Status::NotSent, Delivery::Queued), Bucket::NothingToDo)]
#[case::deferred(SEND, row(Status::NotSent, Delivery::Deferred), Bucket::NothingToDo)]
#[case::suppressed(RESEND, RowFacts { suppressed: true, ..row(Status::Sent, Delivery::Idle) }, Bucket::Suppressed)]
#[case::customer(SEND, RowFacts { customer: true, ..row(Status::NotSent, Delivery::Idle) }, Bucket::BecameCustomer)]
#[case::cooling(SEND, RowFacts { cooling_down: true, ..row(Status::NotSent, Delivery::Idle) }, Bucket::CoolingDown)]
#[case::cooling_overridden(OVERRIDE, RowFacts { cooling_down: true, ..row(Status::NotSent, Delivery::Idle) }, Bucket::WillSend)]
#[case::cool_down_never_blocks_a_resend(RESEND, RowFacts { cooling_down: true, ..row(Status::Sent, Delivery::Idle) }, Bucket::WillSend)]
#[case::discard(Act::Discard, row(Status::Sent, Delivery::Idle), Bucket::WillDiscard)]
#[case::discard_accepted(Act::Discard, row(Status::Accepted, Delivery::Idle), Bucket::Accepted)]
#[case::discard_twice(Act::Discard, row(Status::Discarded, Delivery::Idle), Bucket::NothingToDo)]
#[case::discard_in_flight(Act::Discard, row(Status::NotSent, Delivery::Sending), Bucket::WillDiscard)]
#[case::restore(Act::Restore, row(Status::Discarded, Delivery::Idle), Bucket::WillRestore)]
#[case::restore_duplicate(Act::Restore, RowFacts { duplicate: true, ..row(Status::Discarded, Delivery::Idle) }, Bucket::NothingToDo)]
#[case::restore_suppressed(Act::Restore, RowFacts { suppressed: true, ..row(Status::Discarded, Delivery::Idle) }, Bucket::Suppressed)]
#[case::restore_open(Act::Restore, row(Status::Sent, Delivery::Idle), Bucket::NothingToDo)]
fn a_row_goes_where_the_rules_say(#[case] act: Act, #[case] facts: RowFacts, #[case] bucket: Bucket) {
    assert_eq!(bucket_of(act, facts).0, bucket);
}

#[test]
fn counts_and_reasons_add_up() {
    let mut plan = Plan::new(SEND);
    plan.add(row(Status::NotSent, Delivery::Idle), [1, 2, 3]);
    plan.add(row(Status::NotSent, Delivery::Queued), [4]);
    plan.add(row(Status::NotSent, Delivery::Deferred), [5, 6]);
    assert_eq!((plan.acting(), plan.total(), plan.count(Bucket::NothingToDo)), (3, 6, 3));
    assert_eq!(
        plan.buckets[&Bucket::NothingToDo].reasons,
        BTreeMap::from([("already queued", 1), ("waits for its retry", 2)])
    );
    assert_eq!(serde_json::to_string(&plan).unwrap(), r#"{"will_send":3,"nothing_to_do":3}"#);
}

#[test]
fn codes_come_back() {
    for bucket in Bucket::ALL {
        assert_eq!(Bucket::from_code(bucket.code()), Some(bucket));
    }
}

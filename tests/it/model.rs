//! Counting against a model: whatever is sent, however often, in whatever order and to whichever node, the count is
//! that of distinct contacts which their clinician did not undo.

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicU32, Ordering},
};

use entity::{
    contact, contact_void,
    ids::{ClinicianId, ContactId, OdsCode, RowId, VoidId},
    tick,
};
use futures::future::join_all;
use headroom::{
    clock::Clock,
    domain::{
        contact::{ContactKind, CountOp, StepOutcome},
        work::Work,
    },
    error::AppError,
    live::Live,
    writer::Writer,
};
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::support::{
    counting::{Counter, noon},
    databases::{TestDb, both_databases},
};

/// One operation of the model: small numbers, so that they often name the same thing.
#[derive(Debug, Clone, Copy)]
enum Op {
    Contact { clinician: usize, id: usize, kind: usize },
    Void { clinician: usize, id: usize, contact: usize },
    TallyMark { clinician: usize, id: usize, n: i32 },
}

/// Requests that are sent all at once, each to one of two nodes.
type Plan = Vec<(bool, Vec<Op>)>;

fn op() -> impl Strategy<Value = Op> {
    // Mostly the honest thing: contact n is clinician n % 2's, in person; void n takes contact n away.
    let honest = (0_usize..12, 0_usize..5).prop_map(|(id, what)| match what {
        4 => Op::TallyMark { clinician: id % 2, id, n: 1 },
        0 => Op::Void { clinician: id % 2, id, contact: id },
        _ => Op::Contact { clinician: id % 2, id, kind: 0 },
    });
    let any = (0_usize..2, 0_usize..12, 0_usize..12, any::<bool>()).prop_map(|(clinician, id, other, contact)| {
        if other == 0 {
            Op::TallyMark { clinician, id, n: -2 }
        } else if contact {
            Op::Contact { clinician, id, kind: other % 3 }
        } else {
            Op::Void { clinician, id, contact: other }
        }
    });
    prop_oneof![4 => honest, 1 => any]
}

fn plan() -> impl Strategy<Value = Plan> {
    vec((any::<bool>(), vec(op(), 1..4), 1_usize..=5), 1..30)
        .prop_map(|requests| {
            // Each request is sent one to five times, alternating between the nodes.
            let copies = requests
                .into_iter()
                .flat_map(|(node, ops, times)| (0..times).map(move |n| (node ^ (n % 2 == 1), ops.clone())));
            copies.collect::<Plan>()
        })
        .prop_shuffle()
}

both_databases!(the_count_is_the_models, |test: TestDb| async move {
    let nodes =
        [test.db.clone(), test.other_node().await].map(|db| Writer::start(db, Live::default(), Clock::fixed(noon())));
    let runtime = tokio::runtime::Handle::current();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 40,
        failure_persistence: None,
        max_shrink_iters: 20,
        ..ProptestConfig::default()
    });
    let case = AtomicU32::new(1);
    let result = tokio::task::block_in_place(|| {
        runner.run(&plan(), |plan| {
            // A practice for each case, so that one database serves all of them.
            let case = case.fetch_add(1, Ordering::Relaxed);
            let practice: OdsCode = format!("Z{case:05}").parse().unwrap();
            runtime.block_on(play(&test, &nodes, &practice, &plan));
            Ok(())
        })
    });
    result.unwrap();
    assert_eq!(test.tallies().await, test.recount().await);
    assert_eq!(test.open_transactions().await, 0);
});

async fn play(test: &TestDb, nodes: &[Writer; 2], practice: &OdsCode, plan: &Plan) {
    let clinicians = [test.counter(practice).await, test.counter(practice).await];
    let contacts: Vec<Uuid> = (0..12).map(|_| Uuid::now_v7()).collect();
    let voids: Vec<Uuid> = (0..12).map(|_| Uuid::now_v7()).collect();
    let marks: Vec<Uuid> = (0..12).map(|_| Uuid::now_v7()).collect();
    let requests = plan.iter().flat_map(|(node, ops)| {
        // A device counts for one clinician, so a request of both is two.
        [0, 1].map(|clinician| {
            let me: &Counter = &clinicians[clinician];
            let ops: Vec<CountOp> = ops
                .iter()
                .filter_map(|op| match *op {
                    Op::Contact { clinician: whose, id, kind } if whose == clinician => {
                        Some(me.contact_with(contacts[id], ContactKind::ALL[kind]))
                    }
                    Op::Void { clinician: whose, id, contact } if whose == clinician => {
                        Some(me.void_with(voids[id], contacts[contact]))
                    }
                    Op::TallyMark { clinician: whose, id, n } if whose == clinician => {
                        Some(me.mark_with(marks[id], Work::Letters, n))
                    }
                    _ => None,
                })
                .collect();
            send(nodes[usize::from(*node)].clone(), me.clone(), ops)
        })
    });
    let answers: Vec<(CountOp, StepOutcome)> =
        join_all(requests.map(tokio::spawn)).await.into_iter().flat_map(Result::unwrap).collect();
    check(test, practice, &answers).await;
}

/// As a phone does it: sent again while the answer is "not now".
async fn send(writer: Writer, me: Counter, ops: Vec<CountOp>) -> Vec<(CountOp, StepOutcome)> {
    loop {
        match writer.count(&me.permit, ops.clone()).await {
            Ok(outcomes) => return ops.into_iter().zip(outcomes).collect(),
            Err(AppError::Unavailable { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// What is stored decides who was right: an operation that says the same was recorded once and repeated otherwise, one
/// that says something else under the same id was refused, and the tallies are the model's.
async fn check(test: &TestDb, practice: &OdsCode, answers: &[(CountOp, StepOutcome)]) {
    let (contacts, voids, marks) = stored(test, practice).await;
    let mut recorded = HashSet::new();
    for (op, outcome) in answers {
        let (key, stored, repeats) = match op {
            CountOp::Contact(sent) => {
                let said = (sent.clinician, sent.kind.code().to_owned());
                let stored = contacts.get(&sent.id).map(|stored| *stored == said);
                ((sent.id.0, "contact"), stored, false)
            }
            CountOp::Void(sent) => {
                let said = (sent.contact, sent.clinician);
                let stored = voids.get(&sent.id).map(|stored| *stored == said);
                // The contact may have been taken away under another id: nothing to do either.
                ((sent.id.0, "void"), stored, voids.values().any(|stored| *stored == said))
            }
            CountOp::TallyMark(sent) => {
                let said = (op.clinician().unwrap(), sent.n);
                let stored = marks.get(&sent.id).map(|stored| *stored == said);
                ((sent.id.0, "tick"), stored, false)
            }
        };
        match outcome {
            StepOutcome::Recorded => {
                assert_eq!(stored, Some(true), "{op:?} was acknowledged");
                assert!(recorded.insert(key), "{op:?} was recorded twice");
            }
            StepOutcome::Repeat => {
                assert!(repeats || stored == Some(true), "{op:?} repeats nothing");
            }
            StepOutcome::IdReused => assert_eq!(stored, Some(false), "{op:?} was refused"),
            StepOutcome::Refused(full) => panic!("{op:?} had no room: {full:?}"),
        }
    }
    assert_eq!(recorded.len(), contacts.len() + voids.len() + marks.len(), "rows that nobody was told of");
    sums_agree(test, practice, &contacts, &voids, &marks).await;
}

async fn sums_agree(test: &TestDb, practice: &OdsCode, contacts: &Contacts, voids: &Voids, marks: &Marks) {
    let undone: HashSet<&(ContactId, ClinicianId)> = voids.values().collect();
    let expected = contacts.iter().filter(|(id, (clinician, _))| !undone.contains(&(**id, *clinician))).count();
    let sums = test.tallies().await;
    let counted = sums.iter().filter(|((place, ..), _)| place == practice);
    let letters = Work::Letters.code();
    let (marked, counted): (Vec<_>, Vec<_>) = counted.partition(|((.., kind), _)| kind == letters);
    assert_eq!(
        counted.into_iter().map(|(_, sum)| sum.n).sum::<i64>(),
        i64::try_from(expected).unwrap(),
        "the tally is not the model's"
    );
    assert_eq!(
        marked.into_iter().map(|(_, sum)| sum.n).sum::<i64>(),
        marks.values().map(|(_, n)| i64::from(*n)).sum::<i64>(),
        "the tally marks are not the model's"
    );
}

type Contacts = HashMap<ContactId, (ClinicianId, String)>;
type Voids = HashMap<VoidId, (ContactId, ClinicianId)>;
type Marks = HashMap<RowId, (ClinicianId, i32)>;

async fn stored(test: &TestDb, practice: &OdsCode) -> (Contacts, Voids, Marks) {
    let conn = test.db.schema();
    let contacts = contact::Entity::find().all(conn).await.unwrap();
    let voids = contact_void::Entity::find().all(conn).await.unwrap();
    let marks = tick::Entity::find().all(conn).await.unwrap();
    let marks = marks.into_iter().filter(|row| row.practice == *practice);
    let contacts = contacts.into_iter().filter(|row| row.practice == *practice);
    let voids = voids.into_iter().filter(|row| row.practice == *practice);
    (
        contacts.map(|row| (row.id, (row.clinician, row.kind))).collect(),
        voids.map(|row| (row.id, (row.contact, row.clinician))).collect(),
        marks.map(|row| (row.id, (row.clinician, row.n))).collect(),
    )
}

//! Counting is idempotent, whole and never in the way; every other write happens or leaves nothing.

use std::time::Duration;

use entity::ids::OrgCode;
use futures::{FutureExt, future::join_all};
use headroom::{
    audit::Event,
    clock::Clock,
    domain::contact::{ContactKind, StepOutcome},
    error::AppError,
    live::{Change, Live, What},
    writer::Writer,
};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use uuid::Uuid;

use crate::support::{
    counting::{Counter, id_of, noon, practice},
    databases::{TestDb, both_databases},
};

#[derive(Serialize)]
struct Noted {
    word: &'static str,
}

impl Event for Noted {
    const NAME: &'static str = "test.noted";
}

both_databases!(a_repeat_changes_nothing, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    let op = me.contact();
    let twice = vec![op.clone(), op.clone()];
    let first = writer.count(&me.permit, twice.clone()).await.unwrap();
    assert_eq!(first, [StepOutcome::Recorded, StepOutcome::Repeat]);
    let again = writer.count(&me.permit, twice).await.unwrap();
    assert_eq!(again, [StepOutcome::Repeat, StepOutcome::Repeat]);
    assert_eq!(test.counted(&me).await, 1);
});

both_databases!(contact_twenty_six_is_recorded, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    for _ in 0..26 {
        let outcome = writer.count(&me.permit, vec![me.contact()]).await.unwrap();
        assert_eq!(outcome, [StepOutcome::Recorded]);
    }
    assert_eq!(test.counted(&me).await, 26);
});

both_databases!(a_void_may_come_before_its_contact, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    let contact = me.contact();
    let void = me.void(id_of(&contact));
    for op in [&void, &contact, &contact, &void] {
        writer.count(&me.permit, vec![op.clone()]).await.unwrap();
    }
    assert_eq!(test.counted(&me).await, 0);
    writer.count(&me.permit, vec![me.contact()]).await.unwrap();
    assert_eq!(test.counted(&me).await, 1);
});

both_databases!(two_voids_of_one_contact_take_one_away, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    let (kept, undone) = (me.contact(), me.contact());
    let voids = [me.void(id_of(&undone)), me.void(id_of(&undone))];
    writer.count(&me.permit, vec![kept, undone]).await.unwrap();
    for void in voids {
        writer.count(&me.permit, vec![void]).await.unwrap();
    }
    assert_eq!(test.counted(&me).await, 1);
});

both_databases!(an_id_stands_for_one_thing, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    let colleague = test.counter(&practice()).await;
    let id = Uuid::now_v7();
    let first = me.contact_with(id, ContactKind::InPerson);
    writer.count(&me.permit, vec![first]).await.unwrap();
    let before = test.tallies().await;
    let other_kind = me.contact_with(id, ContactKind::Video);
    let answer = writer.count(&me.permit, vec![other_kind.clone(), other_kind]).await;
    assert_eq!(answer.unwrap(), [StepOutcome::IdReused, StepOutcome::IdReused]);
    let other_clinician = colleague.contact_with(id, ContactKind::InPerson);
    let answer = writer.count(&colleague.permit, vec![other_clinician]).await;
    assert_eq!(answer.unwrap(), [StepOutcome::IdReused]);
    assert_eq!(test.tallies().await, before);
    assert_eq!(test.counted(&me).await, 1);
});

both_databases!(the_id_of_a_void_stands_for_one_void, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    let (a, b) = (me.contact(), me.contact());
    let (undo_a, id) = (Uuid::now_v7(), id_of(&b));
    let void = me.void_with(undo_a, id_of(&a));
    writer.count(&me.permit, vec![a, b, void]).await.unwrap();
    let answer = writer.count(&me.permit, vec![me.void_with(undo_a, id)]).await;
    assert_eq!(answer.unwrap(), [StepOutcome::IdReused]);
    assert_eq!(test.counted(&me).await, 1);
});

both_databases!(a_colleagues_void_neither_counts_nor_blocks, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    let colleague = test.counter(&practice()).await;
    let contact = me.contact();
    let theirs = colleague.void(id_of(&contact));
    let mine = me.void(id_of(&contact));
    writer.count(&me.permit, vec![contact]).await.unwrap();
    writer.count(&colleague.permit, vec![theirs]).await.unwrap();
    assert_eq!(test.counted(&me).await, 1, "a colleague undid my contact");
    writer.count(&me.permit, vec![mine]).await.unwrap();
    assert_eq!(test.counted(&me).await, 0, "a colleague keeps me from undoing it");
});

both_databases!(a_permit_counts_for_its_clinician_only, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    let colleague = test.counter(&practice()).await;
    let ops = vec![me.contact(), colleague.contact()];
    let answer = writer.count(&me.permit, ops).await;
    assert!(matches!(answer, Err(AppError::NotFound)), "{answer:?}");
    assert_eq!(test.counted(&me).await, 0);
});

both_databases!(a_bad_row_takes_nobody_with_it, |test: TestDb| async move {
    let writer = test.writer();
    let me = test.counter(&practice()).await;
    let nobody = Counter::unknown(practice());
    let held = hold_the_writer(&test).await;
    // All of these wait, so that they come to one group.
    let good = join_all((0..50).map(|_| writer.count(&me.permit, vec![me.contact()])));
    let bad = writer.count(&nobody.permit, vec![nobody.contact()]);
    let late = join_all((0..50).map(|_| writer.count(&me.permit, vec![me.contact()])));
    let release = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(held);
    };
    let (good, bad, late, ()) = tokio::join!(good, bad, late, release);
    assert!(good.iter().chain(&late).all(Result::is_ok), "{good:?} {late:?}");
    assert!(bad.is_err());
    assert_eq!(test.counted(&me).await, 100);
    assert_eq!(test.counted(&nobody).await, 0);
});

both_databases!(a_full_queue_says_so_and_loses_nothing, |test: TestDb| async move {
    let writer = test.writer();
    let me = test.counter(&practice()).await;
    let held = hold_the_writer(&test).await;
    let mut waiting: Vec<_> = (0..6_000).map(|_| Box::pin(writer.count(&me.permit, vec![me.contact()]))).collect();
    let mut refused: i64 = 0;
    let mut accepted = Vec::new();
    for mut request in waiting.drain(..) {
        match request.as_mut().now_or_never() {
            Some(Err(AppError::Unavailable { .. })) => refused += 1,
            Some(other) => panic!("{other:?}"),
            None => accepted.push(request),
        }
    }
    assert!((1_300..2_000).contains(&refused), "{refused} refused");
    drop(held);
    let answers = join_all(accepted).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(test.counted(&me).await, 6_000 - refused);
});

both_databases!(an_event_is_published_although_the_caller_left, |test: TestDb| async move {
    let live = Live::default();
    let writer = Writer::start(test.db.clone(), live.clone(), Clock::fixed(noon()));
    let me = test.counter(&practice()).await;
    let mut feed = live.subscribe();
    assert!(writer.count(&me.permit, vec![me.contact()]).now_or_never().is_none());
    let change = tokio::time::timeout(Duration::from_secs(5), feed.recv()).await;
    let expected = Change { practice: practice(), what: What::Contacts };
    assert_eq!(change.unwrap().unwrap(), expected);
    // Published means committed.
    assert_eq!(test.counted(&me).await, 1);
});

both_databases!(nothing_is_published_before_it_is_committed, |test: TestDb| async move {
    let live = Live::default();
    let writer = Writer::start(test.db.clone(), live.clone(), Clock::fixed(noon()));
    let nobody = Counter::unknown(practice());
    let mut feed = live.subscribe();
    writer.count(&nobody.permit, vec![nobody.contact()]).await.unwrap_err();
    let refused = writer
        .write(&nobody.permit, |tx| {
            Box::pin(async move {
                tx.changed(&practice(), What::Register);
                Err::<(), _>(AppError::Conflict("planted"))
            })
        })
        .await;
    refused.unwrap_err();
    feed.try_recv().unwrap_err();
});

both_databases!(a_write_that_fails_leaves_nothing, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    let organisation: OrgCode = (&practice()).into();
    let failing = writer
        .write(&me.permit, move |tx| {
            Box::pin(async move {
                tx.audit(&organisation, &Noted { word: "gone" }).await?;
                tx.conn().execute_unprepared("UPDATE clinician SET label = 'Dr B'").await?;
                Err::<(), _>(AppError::Conflict("planted"))
            })
        })
        .await;
    assert!(matches!(failing, Err(AppError::Conflict("planted"))));
    assert_eq!(test.number("SELECT count(*) FROM audit_event").await, 0);
    assert_eq!(test.number("SELECT count(*) FROM audit_head").await, 0);
    assert_eq!(test.column("SELECT label FROM clinician").await, ["Dr A"]);
    assert_eq!(test.open_transactions().await, 0);
});

both_databases!(a_write_that_panics_stops_nobody, |test: TestDb| async move {
    let (writer, me) = (test.writer(), test.counter(&practice()).await);
    let panicking = writer
        .write(&me.permit, |tx| {
            Box::pin(async move {
                tx.conn().execute_unprepared("UPDATE clinician SET label = 'Dr B'").await?;
                assert_ne!(tx.now(), noon(), "planted");
                Ok(())
            })
        })
        .await;
    panicking.unwrap_err();
    writer.count(&me.permit, vec![me.contact()]).await.unwrap();
    let kept = writer.write(&me.permit, |_| Box::pin(async { Ok(7) })).await;
    assert_eq!(kept.unwrap(), 7);
    assert_eq!(test.counted(&me).await, 1);
    assert_eq!(test.column("SELECT label FROM clinician").await, ["Dr A"]);
    assert_eq!(test.open_transactions().await, 0);
});

/// Somebody else's transaction that keeps contacts from being written, until it is dropped.
async fn hold_the_writer(test: &TestDb) -> tokio::sync::oneshot::Sender<()> {
    let outside = test.outside().await;
    let lock = match test.place {
        crate::support::databases::Place::Sqlite(_) => "BEGIN IMMEDIATE",
        crate::support::databases::Place::Postgres(_) => "BEGIN; LOCK TABLE contact IN EXCLUSIVE MODE",
    };
    outside.execute_unprepared(lock).await.unwrap();
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(async move {
        drop(released.await);
        outside.execute_unprepared("ROLLBACK").await.unwrap();
    });
    release
}

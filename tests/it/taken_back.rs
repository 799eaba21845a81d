//! Patients counted as sent elsewhere are taken back down to nothing and no further, however many take back at once.

use entity::ids::{DisplayId, OdsCode, RowId};
use futures::future::join_all;
use headroom::{
    domain::{
        access::{self, Actor, By, CountDiverts, Facts, Permit, PracticeScope, Target},
        contact::StepOutcome,
        work::{TallyMark, TallySheet},
    },
    live::Live,
    writer::Writer,
};
use uuid::Uuid;

use crate::support::{
    app::TestApp,
    databases::{Kind, TestDb, both_databases},
};

fn practice() -> OdsCode {
    "Z90001".parse().unwrap()
}

fn desk() -> By<PracticeScope> {
    let actor = Actor::Display { id: DisplayId(Uuid::now_v7()), practice: practice(), desk: true };
    let facts = Facts { exists: true, ..Facts::default() };
    let permit: Permit<CountDiverts> = access::permit(&actor, &Target::Practice(practice()), facts).unwrap();
    By::from(&permit)
}

fn press(app: &TestApp, id: Uuid, n: i32) -> TallyMark {
    TallyMark {
        practice: practice(),
        id: RowId(id),
        day: app.state.clock.today(),
        sheet: TallySheet::Divert,
        kind: "pharmacy".to_owned(),
        n,
        recorded_by: Uuid::now_v7(),
    }
}

both_databases!(undos_at_once_take_back_what_there_is_and_no_more, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let by = desk();
    // A second node, where there may be one.
    let mut writers = vec![app.state.writer.clone()];
    if app.test.kind() == Kind::Postgres {
        let db = app.test.other_node().await;
        writers.push(Writer::start(db, Live::default(), app.state.clock.clone()));
    }
    let send = async |marks: Vec<TallyMark>| {
        let nodes = writers.iter().cycle();
        let sent = marks.into_iter().zip(nodes).map(|(mark, writer)| writer.tally(&by, vec![mark]));
        let outcomes: Vec<StepOutcome> = join_all(sent).await.into_iter().map(|outcome| outcome.unwrap()[0]).collect();
        let of = |wanted| outcomes.iter().filter(|found| **found == wanted).count();
        (of(StepOutcome::Recorded), of(StepOutcome::Repeat))
    };
    let stands = async || {
        let sum = app.test.number("SELECT CAST(COALESCE(sum(n), 0) AS bigint) FROM tick");
        let tally = app.test.number("SELECT CAST(COALESCE(sum(n), 0) AS bigint) FROM tally WHERE source = 'divert'");
        (sum.await, tally.await)
    };
    let some =
        |n: i32, how_many: usize| -> Vec<TallyMark> { (0..how_many).map(|_| press(&app, Uuid::now_v7(), n)).collect() };
    assert_eq!(send(some(-1, 6)).await, (0, 6), "nothing was counted");
    assert_eq!(app.test.number("SELECT count(*) FROM tick").await, 0);
    for _ in 0..10 {
        assert_eq!(send(some(1, 3)).await, (3, 0));
        assert_eq!(send(some(-1, 8)).await, (3, 5));
        assert_eq!(stands().await, (0, 0));
    }
    // One that took back before uses nothing up when it is sent again.
    let once = press(&app, Uuid::now_v7(), -1);
    assert_eq!(send(some(1, 1)).await, (1, 0));
    assert_eq!(send(vec![once.clone()]).await, (1, 0));
    assert_eq!(send(some(1, 1)).await, (1, 0));
    let again = vec![once.clone(), once.clone(), press(&app, Uuid::now_v7(), -1)];
    assert_eq!(send(again).await, (1, 2));
    assert_eq!(stands().await, (0, 0));
    // Counted and taken back in one call.
    let both = vec![press(&app, Uuid::now_v7(), -1), press(&app, Uuid::now_v7(), 1)];
    let outcomes = writers[0].tally(&by, both).await.unwrap();
    assert_eq!(outcomes, [StepOutcome::Recorded, StepOutcome::Recorded]);
    assert_eq!(stands().await, (0, 0));
});

//! As SQLite tests itself: the N-th call that writes fails, once or from then on, for one N after another.

use std::{
    env,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::Semaphore, task::JoinSet};
use uuid::Uuid;

use crate::{
    control::{EIO, ENOSPC, Fault},
    morning::{Act, Morning},
    service::{Service, World},
};

/// Services at once.
const TOGETHER: usize = 4;
/// From the cause's end to the first acknowledgement.
const BACK: Duration = Duration::from_secs(1);
/// An error that lasts may be borne for so long.
const BORNE: Duration = Duration::from_secs(9);

/// What came of one run.
#[derive(Debug)]
struct Run {
    fault: Fault,
    told: usize,
    missing: usize,
    failed: i32,
    /// How long after the cause it worked again; nothing where it ended.
    back: Option<Duration>,
    ended: bool,
    slowest: Duration,
    wrong: Vec<String>,
}

impl Run {
    fn new(fault: Fault) -> Self {
        Self {
            fault,
            told: 0,
            missing: 0,
            failed: 0,
            back: None,
            ended: false,
            slowest: Duration::ZERO,
            wrong: Vec::new(),
        }
    }

    fn is_late(&self) -> bool {
        self.back.is_some_and(|back| back > BACK)
    }

    /// Nothing that was acknowledged is missing, and nothing else is wrong but perhaps the time it took.
    fn is_right(&self) -> bool {
        self.missing == 0 && self.wrong.is_empty()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_call_fails_nothing_acknowledged_is_lost() {
    let last: u32 = env::var_os("HEADROOM_FAULTS").map_or(0, |text| text.into_string().unwrap().parse().unwrap());
    let calls: Vec<u32> = match last {
        0 => vec![1, 2, 3, 5, 9, 14, 23, 37, 60, 97, 157, 254],
        last => (1..=last).collect(),
    };
    let turns = Arc::new(Semaphore::new(TOGETHER));
    let mut runs = JoinSet::new();
    for nth in calls {
        for (error, times) in [(EIO, 1), (EIO, 0), (ENOSPC, 1), (ENOSPC, 0)] {
            let turns = Arc::clone(&turns);
            runs.spawn(async move {
                let _turn = turns.acquire().await.unwrap();
                run(Fault::at(nth, times, error)).await
            });
        }
    }
    let mut runs = runs.join_all().await;
    // Several services take turns on few cores, with the tests beside this one: what was late there has to be quick alone.
    for late in runs.iter_mut().filter(|run| run.is_right() && run.is_late()) {
        println!("late among others: {late:?}");
        *late = run(late.fault).await;
    }
    let sum = |what: fn(&Run) -> usize| runs.iter().map(what).sum::<usize>();
    let back = runs.iter().filter_map(|run| run.back).max();
    println!(
        "{} runs, {} with a call that failed: {} acknowledged, {} missing, {} ended, back after {:?} at most, refused \
         after {:?} at most",
        runs.len(),
        sum(|run| usize::from(run.failed > 0)),
        sum(|run| run.told),
        sum(|run| run.missing),
        sum(|run| usize::from(run.ended)),
        back.unwrap_or_default(),
        runs.iter().map(|run| run.slowest).max().unwrap_or_default(),
    );
    let bad: Vec<&Run> = runs.iter().filter(|run| !run.is_right()).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    let late: Vec<&Run> = runs.iter().filter(|run| run.is_late()).collect();
    assert!(late.is_empty(), "{late:#?}");
    assert!(sum(|run| usize::from(run.failed > 0)) * 10 > runs.len() * 9);
}

async fn run(fault: Fault) -> Run {
    let copy = World::copy().await;
    let place = &copy.world.place;
    let mut service = Service::start(place);
    let mut morning = Morning::new(&copy.world);
    service.control.set(fault);
    morning.play(&service).await;
    let mut run = Run { failed: service.control.failed(), ..Run::new(fault) };
    // An error that lasts: every second one is never mended, and the service must end by itself.
    let lasts = fault.times == 0 && fault.error == EIO && fault.nth.is_multiple_of(2) && run.failed > 0;
    if lasts && service.end(BORNE).await.is_none() {
        run.wrong.push("it bears with a broken disk".to_owned());
    }
    service.control.lift();
    let lifted = Instant::now();
    while service.ended().is_none() && run.back.is_none() && lifted.elapsed() < 5 * BACK {
        let id = Uuid::now_v7();
        if morning.act(&service, Act::Tap, id).await {
            run.back = Some(lifted.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    if run.back.is_some() && !morning.again(&service).await {
        run.wrong.push("not all can be sent again".to_owned());
    }
    if let Some(status) = service.ended() {
        run.ended = true;
        let plain = service.last_words();
        if status.code() != Some(1) || !plain.starts_with("headroom: the database file ") {
            run.wrong.push(format!("{status}: {plain}"));
        }
        service = Service::start(place);
        if !morning.again(&service).await {
            run.wrong.push("not all can be sent again".to_owned());
        }
    } else if run.back.is_none() {
        run.wrong.push("it never came back".to_owned());
    }
    run.missing = morning.missing(place).await.len();
    if !service.stop().success() {
        run.wrong.push("it does not stop cleanly".to_owned());
    }
    run.missing = run.missing.max(morning.missing(place).await.len());
    run.wrong.extend(place.verify());
    run.wrong.append(&mut morning.wrong);
    run.told = morning.told();
    run.slowest = morning.slowest;
    run
}

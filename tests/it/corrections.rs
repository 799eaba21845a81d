//! Corrections: what was wrong in a release is said by the next one, once, to everybody, and of no practice.

use entity::ids::RowId;
use headroom::{
    domain::{
        access::{CliAuthority, Role},
        disclosure::{Period, correction::MOST},
    },
    error::AppError,
    jobs,
    operations::{record_correction::RecordCorrection, take_back_correction::TakeBackCorrection},
    store::corrections::{Stands, all},
};
use uuid::Uuid;

use crate::support::{
    app::TestApp,
    databases::{TestDb, both_databases},
};

const NOTE: &str = "One item was counted twice in Wyre and Calder.";

async fn record(app: &TestApp, number: u32, note: &str) -> Result<String, AppError> {
    let authority = CliAuthority::new();
    let by = authority.within(authority.everywhere());
    let correction = RecordCorrection { number, note: note.to_owned() };
    correction.perform(&app.state, &by).await
}

async fn take_back(app: &TestApp, id: RowId) -> Result<(), AppError> {
    let authority = CliAuthority::new();
    let by = authority.within(authority.everywhere());
    TakeBackCorrection(id).perform(&app.state, &by).await
}

async fn refused(app: &TestApp, number: u32, note: &str) -> String {
    match record(app, number, note).await {
        Err(AppError::Invalid(errors)) => errors[0].message.to_string(),
        other => panic!("{note}: {other:?}"),
    }
}

async fn known(app: &TestApp) -> Vec<(RowId, Stands)> {
    let everywhere = CliAuthority::new().everywhere();
    let all = all(app.state.db.read(&everywhere)).await.unwrap();
    all.iter().map(|one| (one.id, one.stands)).collect()
}

async fn release(app: &TestApp, period: u32) {
    app.clock.set(Period::new(2026, period).unwrap().due_at());
    let made = jobs::releases::make_due(&app.state).await.unwrap();
    assert_eq!(made, [period]);
    jobs::releases::keep_files(&app.state).await.unwrap();
}

both_databases!(the_next_release_says_what_was_wrong_and_the_old_one_names_it, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    assert_eq!(refused(&app, 9, NOTE).await, "There is no release 9 to correct");
    release(&app, 9).await;
    let said = record(&app, 9, NOTE).await.unwrap();
    assert_eq!(said, format!("Release 9: {NOTE}"));
    record(&app, 9, "Something that was right after all.").await.unwrap();
    let waiting = known(&app).await;
    assert_eq!(waiting.iter().map(|one| one.1).collect::<Vec<_>>(), [Stands::Waits; 2]);
    take_back(&app, waiting[1].0).await.unwrap();
    release(&app, 10).await;
    assert_eq!(
        known(&app).await.iter().map(|one| one.1).collect::<Vec<_>>(),
        [Stands::Published(10), Stands::TakenBack]
    );
    release(&app, 11).await;

    let analyst = app.person(Role::IcbAnalyst, "XDA").await;
    let page = |path: &'static str| {
        let analyst = &analyst;
        async move { analyst.get(path).await.is(200).body.clone() }
    };
    for path in ["/releases/10", "/releases/england?release=10"] {
        let body = page(path).await;
        assert!(body.contains(&said), "{path}: {body}");
        assert!(!body.contains("right after all"), "{path}");
    }
    for path in ["/releases/9", "/releases/england?release=9"] {
        let body = page(path).await;
        assert!(body.contains("Corrected by"), "{path}: {body}");
        assert!(body.contains("/releases/10") && body.contains(NOTE), "{path}");
    }
    let newest = page("/releases/11").await;
    assert!(!newest.contains("counted twice"), "said once");
    for file in ["/releases/10.json", "/releases/10.csv", "/releases/all.csv"] {
        assert!(page(file).await.contains(NOTE), "{file}");
    }
});

both_databases!(a_correction_names_no_patient_and_no_practice, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    release(&app, 9).await;
    let practice = app.state.organisations().await.unwrap();
    let practice = practice.all_practices().next().unwrap();
    let (code, name) = (practice.code.to_string(), practice.name.to_string());
    let (letter, digits) = code.split_at(1);
    for text in [
        format!("{code} was counted twice."),
        format!("The figure of {} was too high.", code.to_lowercase()),
        format!("The figure of {letter}-{} was too high.", digits.replace('0', "O")),
        format!("{letter} {digits}s figures were too high."),
        format!("It held {} twice.", name.to_uppercase()),
        format!("It held {}’s entry twice.", name.replace(' ', "-")),
        format!("It held {} twice.", name.replace("Surgery", "the Practice")),
    ] {
        let message = refused(&app, 9, &text).await;
        assert!(message.contains("names a practice"), "{text}: {message}");
    }
    // What many practices are called names none.
    let read = |text: &'static str| {
        let everywhere = CliAuthority::new().everywhere();
        let (app, correction) = (&app.state, RecordCorrection { number: 9, note: text.to_owned() });
        async move { correction.said(app, everywhere).await }
    };
    read("The surgery and the medical centre were fine.").await.unwrap();
    let message = refused(&app, 9, "Counted 999 000 0018 twice.").await;
    assert!(message.contains("an NHS number"), "{message}");
    refused(&app, 9, "  ").await;
    refused(&app, 9, &"long ".repeat(101)).await;
    refused(&app, 9, &"x".repeat(61)).await;
    assert_eq!(known(&app).await, []);
});

both_databases!(what_is_published_is_not_taken_back_and_few_wait, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    release(&app, 9).await;
    for n in 0..MOST {
        record(&app, 9, &format!("Note {n}.")).await.unwrap();
    }
    for text in ["One more.", "Note 0."] {
        let more = record(&app, 9, text).await;
        assert!(matches!(more, Err(AppError::Conflict(_))), "{more:?}");
    }
    release(&app, 10).await;
    let id = known(&app).await[0].0;
    let late = take_back(&app, id).await;
    assert!(matches!(late, Err(AppError::Conflict(_))), "{late:?}");
    let nobody = take_back(&app, RowId(Uuid::now_v7())).await;
    assert!(matches!(nobody, Err(AppError::NotFound)), "{nobody:?}");
    record(&app, 10, "One more.").await.unwrap();
    let id = known(&app).await[MOST].0;
    take_back(&app, id).await.unwrap();
    let again = take_back(&app, id).await;
    assert!(matches!(again, Err(AppError::Conflict(_))), "{again:?}");
    let chain = app
        .test
        .number("SELECT count(*) FROM audit_event WHERE event LIKE 'release-correction.%' AND organisation = 'england'")
        .await;
    assert_eq!(chain, 12);
});

//! What a reader of releases sees: why a cell is hidden, what came before, whom to ask; and that years are never compared.

use headroom::{
    domain::{access::Role, disclosure::Period},
    jobs,
};
use scraper::{Html, Selector};
use uuid::Uuid;

use crate::support::{
    app::TestApp,
    databases::{TestDb, both_databases},
};

fn texts(page: &str, what: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let what = Selector::parse(what).unwrap();
    page.select(&what)
        .map(|found| {
            let words: Vec<&str> = found.text().flat_map(str::split_whitespace).collect();
            words.join(" ")
        })
        .collect()
}

both_databases!(
    every_hidden_cell_says_why_and_none_stands_without_its_range,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        jobs::releases::make_due(&app.state).await.unwrap();
        let analyst = app.token(Role::IcbAnalyst, "XDA").await;
        for path in ["/releases/9", "/releases/england", "/releases/9?region=Y9D"] {
            let page = analyst.get(path).await;
            let rows = texts(&page.is(200).body, "table tbody tr");
            let figures: Vec<&String> = rows
                .iter()
                .filter(|row| {
                    ["fewer than 10 of", "about ", "or more of"]
                        .iter()
                        .any(|word| row.contains(word))
                })
                .collect();
            assert!(figures.len() > 3, "{path}: {rows:?}");
            for row in figures {
                assert!(row.contains(" to "), "{path}: {row}");
                if row.contains("fewer than") {
                    assert!(row.contains("so few could be guessed"), "{path}: {row}");
                }
            }
            assert!(page.body.contains("Not live."), "{path}");
            assert!(page.body.contains("17 December 2026"), "{path}");
            assert!(page.body.contains("notice letters you hold"), "{path}");
        }
        let page = analyst.get("/releases/9").await.body;
        let paste = texts(&page, "#paste").remove(0);
        assert!(paste.starts_with("On 19 November 2026"), "{paste}");
        assert!(paste.contains("Headroom release 9"), "{paste}");
        // The first one has nothing to be compared with.
        assert!(page.contains("there is nothing to compare it with"));
        // Nobody is asked for anything: no field of a form depends on the reader or the moment.
        let hidden = texts(&page, "input[type=hidden]");
        assert!(hidden.is_empty(), "{hidden:?}");
    }
);

both_databases!(
    the_page_of_england_takes_a_release_and_a_measure,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        let analyst = app.token(Role::IcbAnalyst, "XDA").await;
        let none = analyst.get("/releases/england").await;
        assert!(none.is(200).body.contains("No release yet"));
        jobs::releases::make_due(&app.state).await.unwrap();
        let page = analyst
            .get("/releases/england?release=9&series=over-limit&view=tiles")
            .await;
        let rows = texts(&page.is(200).body, "table tbody th");
        assert_eq!(
            rows,
            [
                "England",
                "Invented region region",
                "Holme and Rise",
                "Wyre and Calder"
            ]
            .map(str::to_owned)
            .into_iter()
            .collect::<Vec<_>>()
        );
        let chosen = texts(&page.body, "option[selected]");
        assert!(chosen.len() >= 2, "{chosen:?}");
        assert!(chosen[1].starts_with("A clinician’s day"), "{chosen:?}");
        analyst.get("/releases/england?release=8").await.is(404);
        // A measure that is not published is not an error: the first one is shown.
        analyst
            .get("/releases/england?series=nothing")
            .await
            .is(200);
        // An area that the release does not know is England.
        let other = analyst.get("/releases/9?icb=nothing").await;
        assert!(texts(&other.is(200).body, "h2").contains(&"England".to_owned()));
    }
);

both_databases!(
    series_of_two_years_are_never_compared,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        jobs::releases::make_due(&app.state).await.unwrap();
        app.clock.set(Period::new(2026, 11).unwrap().due_at());
        jobs::releases::make_due(&app.state).await.unwrap();
        let analyst = app.token(Role::IcbAnalyst, "XDA").await;
        let page = analyst.get("/releases/latest").await;
        let heads = texts(&page.is(200).body, "thead th");
        assert!(heads.contains(&"Since release 10".to_owned()), "{heads:?}");
        assert!(heads.contains(&"Release 9".to_owned()), "{heads:?}");
        app.clock.set(Period::new(2027, 1).unwrap().due_at());
        let made = jobs::releases::make_due(&app.state).await.unwrap();
        assert_eq!(made, [12, 13, 14]);
        let analyst = app.token(Role::IcbAnalyst, "XDA").await;
        let first = analyst.get("/releases/14").await;
        let heads = texts(&first.is(200).body, "thead th");
        assert!(heads.iter().all(|head| !head.contains("13")), "{heads:?}");
        assert!(first.body.contains("there is nothing to compare it with"));
        assert!(!first.body.contains("closed"));
        let last = analyst.get("/releases/13").await;
        assert!(last.is(200).body.contains("Series of 2026/27, closed."));
        assert!(last.body.contains("Since release 12"));
        let england = analyst.get("/releases/england?release=14").await;
        let heads = texts(&england.is(200).body, "thead th");
        assert_eq!(heads.last().map(String::as_str), Some("Since"));
        let england = analyst.get("/releases/england?release=13").await;
        assert!(england.is(200).body.contains("Since 12"));
        assert!(england.body.contains("Series of 2026/27, closed."));
        let headings = texts(&analyst.get("/releases").await.body, "h2");
        assert_eq!(headings, ["Series of 2027/28", "Series of 2026/27, closed"]);
    }
);

both_databases!(
    an_office_publishes_how_it_can_be_reached,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        jobs::releases::make_due(&app.state).await.unwrap();
        let officer = app.person(Role::LmcOfficer, "east").await;
        let analyst = app.token(Role::IcbAnalyst, "XDA").await;
        let before = analyst.get("/releases/9").await;
        assert!(
            before
                .is(200)
                .body
                .contains("has published no contact here")
        );
        let path = "/lmc/east/office";
        let id = Uuid::now_v7().to_string();
        let fields = |telephone: &'static str| {
            [
                ("id", id.clone()),
                ("email", "office@eastlmc.example.org".to_owned()),
                ("telephone", telephone.to_owned()),
                ("web", "https://eastlmc.example.org/".to_owned()),
            ]
        };
        let send = async |fields: &[(&str, String)]| {
            let fields: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            officer.form(path, &fields).await
        };
        send(&fields("01632 960001")).await.is(303);
        send(&fields("01632 960001")).await.is(303);
        send(&fields("01632 960002")).await.is(409);
        let bad = send(&[
            ("id", id.clone()),
            ("web", "javascript:alert(1)".to_owned()),
        ])
        .await;
        assert!(bad.is(422).body.contains("begins with https://"));
        assert_eq!(app.test.number("SELECT count(*) FROM lmc_office").await, 1);
        let events = "SELECT count(*) FROM audit_event WHERE event = 'lmc.office-published'";
        assert_eq!(app.test.number(events).await, 1);
        let page = analyst.get("/releases/9").await.body;
        for part in ["East LMC", "office@eastlmc.example.org", "01632 960001"] {
            assert!(page.contains(part), "{part}");
        }
        // An ICB elsewhere is told of its own LMC.
        let other = app.token(Role::IcbAnalyst, "XDB").await;
        assert!(!other.get("/releases/9").await.body.contains("eastlmc"));
        let neighbour = app.person(Role::LmcOfficer, "west").await;
        neighbour.get(path).await.is(404);
        neighbour.form(path, &[("id", &id)]).await.is(404);
        app.manager("Z90001").await.get(path).await.is(404);
        assert!(matches!(
            app.stranger().get(path).await.status.as_u16(),
            303 | 401
        ));
    }
);

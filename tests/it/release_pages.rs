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

both_databases!(every_figure_has_its_range_or_is_a_class_and_what_is_hidden_says_why, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    for path in ["/releases/9", "/releases/england", "/releases/9?region=Y9D"] {
        let page = analyst.get(path).await;
        let rows = texts(&page.is(200).body, ".hr-blocks tbody tr");
        assert!(!rows.is_empty(), "{path}");
        for row in rows {
            let class =
                ["fewer than 10 of", "or more of", "about 0 to", "too few"].iter().any(|word| row.contains(word));
            let ranges = row.matches(" to ").count();
            let expected =
                if class { usize::from(row.contains("about 0 to")) + usize::from(row.contains("too few")) } else { 1 };
            assert_eq!(ranges, expected, "either a class or a range, {path}: {row}");
        }
        assert!(page.body.contains("Not live."), "{path}");
        assert!(page.body.contains("17 December 2026"), "{path}");
        assert!(page.body.contains("notice letters you hold"), "{path}");
    }
    let page = analyst.get("/releases/9").await.body;
    let paste = texts(&page, "#paste").remove(0);
    assert!(paste.starts_with("Wyre and Calder, as recorded by 18 November 2026"), "{paste}");
    assert!(paste.ends_with("Headroom, release 9."), "{paste}");
    // The first one has nothing to be compared with.
    assert!(page.contains("there is nothing to compare it with"));
    // Nobody is asked for anything: no field of a form depends on the reader or the moment.
    let hidden = texts(&page, "input[type=hidden]");
    assert!(hidden.is_empty(), "{hidden:?}");
    // Digests are for those who look for them.
    for sha256 in texts(&page, "code") {
        assert!(texts(&page, "details code").contains(&sha256), "{sha256}");
    }
});

both_databases!(the_own_icb_its_region_and_england_are_one_click_apart, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let places = ["Wyre and Calder", "Invented region", "England"].map(str::to_owned);
    let page = analyst.get("/releases/9").await.body;
    assert_eq!(texts(&page, ".hr-places a"), places);
    assert_eq!(texts(&page, ".hr-places a[aria-current]"), places[..1]);
    let page = analyst.get("/releases/9?region=Y9D").await.body;
    assert_eq!(texts(&page, ".hr-places a"), places);
    assert_eq!(texts(&page, ".hr-places a[aria-current]"), places[1..2]);
    let page = analyst.get("/releases/9?icb=XDB").await.body;
    assert_eq!(texts(&page, ".hr-places a").len(), 4);
    // Every shape of the map has a name and leads to its ICB.
    let shapes = texts(&page, ".hr-map a[aria-label] path title");
    assert_eq!(shapes.len(), 2, "{shapes:?}");
    assert!(shapes[0].starts_with("Wyre and Calder: "), "{shapes:?}");
    assert!(page.contains("<a href=\"/releases/9?icb=XDB&amp;series="));
    // An area that the release does not name is England, and the page says so.
    let page = analyst.get("/releases/9?icb=nothing").await;
    let body = &page.is(200).body;
    assert!(body.contains("names no area nothing"), "{body}");
    assert_eq!(texts(body, ".hr-places a[aria-current]"), ["England"]);
});

both_databases!(the_page_of_england_takes_a_release_and_a_measure, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let none = analyst.get("/releases/england").await;
    assert!(none.is(200).body.contains("No release yet"));
    jobs::releases::make_due(&app.state).await.unwrap();
    let page = analyst.get("/releases/england?release=9&series=over-limit&view=tiles").await;
    let rows = texts(&page.is(200).body, "table tbody th");
    assert_eq!(rows, ["England", "Invented region region", "Holme and Rise", "Wyre and Calder"]);
    // The picture that was chosen stands above the table, and its legend is in words.
    let (above, _) = page.body.split_once("<table").unwrap();
    assert!(above.contains("hr-tiles"), "the tiles are below the table");
    assert_eq!(texts(above, ".hr-tiles li").len(), 3);
    let map = analyst.get("/releases/england").await.body;
    let (above, _) = map.split_once("<table").unwrap();
    let legend = texts(above, ".hr-keys li");
    assert_eq!(legend[0], "fewer than 10", "{legend:?}");
    assert!(legend.contains(&"too few have recorded to say".to_owned()));
    let chosen = texts(&page.body, "option[selected]");
    assert!(chosen.len() >= 2, "{chosen:?}");
    assert!(chosen[1].starts_with("A clinician’s day"), "{chosen:?}");
    analyst.get("/releases/england?release=8").await.is(404);
    // A measure that is not published is not an error: the first one is shown.
    analyst.get("/releases/england?series=nothing").await.is(200);
});

both_databases!(series_of_two_years_are_never_compared, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    app.clock.set(Period::new(2026, 11).unwrap().due_at());
    jobs::releases::make_due(&app.state).await.unwrap();
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let page = analyst.get("/releases/latest").await;
    let heads = texts(&page.is(200).body, "thead th");
    assert!(heads.contains(&"Since release 10".to_owned()), "{heads:?}");
    // The line goes over every release of the year, and so does its table.
    let line = texts(&page.body, ".hr-trend desc");
    assert_eq!(line.len(), 1);
    assert!(line[0].contains("ince release 9"), "{line:?}");
    let rows = texts(&page.body, "details tbody th");
    let rows: Vec<&String> = rows.iter().filter(|row| row.starts_with("Release")).collect();
    assert_eq!(rows, ["Release 11", "Release 10", "Release 9"]);
    app.clock.set(Period::new(2027, 1).unwrap().due_at());
    let made = jobs::releases::make_due(&app.state).await.unwrap();
    assert_eq!(made, [12, 13, 14]);
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let first = analyst.get("/releases/14").await;
    let heads = texts(&first.is(200).body, "thead th");
    assert!(heads.iter().all(|head| !head.contains("13")), "{heads:?}");
    assert!(texts(&first.body, ".hr-trend").is_empty());
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
    assert_eq!(headings[1..], ["Series of 2027/28", "Series of 2026/27, closed"]);
});

both_databases!(an_office_publishes_how_it_can_be_reached, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    jobs::releases::make_due(&app.state).await.unwrap();
    let officer = app.person(Role::LmcOfficer, "east").await;
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    let before = analyst.get("/releases/9").await;
    assert!(before.is(200).body.contains("has published no contact here"));
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
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        officer.form(path, &fields).await
    };
    send(&fields("01632 960001")).await.is(303);
    send(&fields("01632 960001")).await.is(303);
    send(&fields("01632 960002")).await.is(409);
    let bad = send(&[("id", id.clone()), ("web", "javascript:alert(1)".to_owned())]).await;
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
    assert!(matches!(app.stranger().get(path).await.status.as_u16(), 303 | 401));
});

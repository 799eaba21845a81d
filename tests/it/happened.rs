//! What happened, read by those it concerns: in words, by page, narrowed down, downloaded, and nobody else's.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use headroom::{
    audit::Event,
    domain::{
        access::{JobAuthority, KeyScope, Role},
        trail,
    },
};
use scraper::{Html, Selector};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    app::{Client, Reply, TestApp},
    databases::{Kind, TestDb, both_databases},
};

const PAGE: &str = "/organisations/Z90001/happened";
const SERVICE: &str = "/admin/happened";

/// The cells of the list: when, what, who.
fn rows(page: &Reply) -> Vec<[String; 3]> {
    let document = Html::parse_document(&page.is(200).body);
    let cells = Selector::parse("th, td").unwrap();
    let row = Selector::parse("main tbody tr").unwrap();
    let found = document.select(&row).map(|row| {
        let texts: Vec<String> = row
            .select(&cells)
            .map(|cell| cell.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        texts.try_into().unwrap()
    });
    found.collect()
}

fn whats(page: &Reply) -> Vec<String> {
    rows(page).into_iter().map(|[_, what, _]| what).collect()
}

async fn status(manager: &Client, practice: &str, status: &str, on: &str) {
    let body = json!({ "id": Uuid::now_v7(), "item": "referral-rationing", "status": status, "effective_on": on });
    manager.post(&format!("/api/v1/practices/{practice}/actions"), body).await.is(201);
}

/// Some of what a practice does.
async fn live(app: &TestApp) -> Client {
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let id = Uuid::now_v7().to_string();
    let typed = [("id", id.as_str()), ("label", "Dr Heron"), ("staff_group", "gp-partner")];
    manager.form("/practices/Z90001/people", &typed).await.is(303);
    status(&manager, "Z90001", "thinking", "2026-11-16").await;
    status(&manager, "Z90001", "paused-since", "2026-11-18").await;
    manager
}

both_databases!(a_manager_reads_in_words_who_did_what_and_from_what_to_what, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = live(&app).await;
    let page = manager.get(PAGE).await;
    let found = rows(&page);
    assert_eq!(found.len(), 3, "{found:?}");
    // The newest first.
    assert!(found[0][1].starts_with("Recorded for ") && found[0][1].contains("from 18 November 2026"), "{found:?}");
    let (_, change) = found[0][1].split_once("From: ").unwrap();
    let (from, to) = change.split_once(" To: ").unwrap();
    assert!(from.contains("16 November 2026") && to.contains("18 November 2026"), "{found:?}");
    assert!(from.split(',').next() != to.split(',').next(), "{found:?}");
    assert!(!found[1][1].contains("From:"), "nothing was known before it: {found:?}");
    assert_eq!(found[2][1], "Added Dr Heron (gp partner)");
    assert!(found.iter().all(|row| row[2] == "Somebody" && row[0].contains("20 Nov 2026")), "{found:?}");
    // Neither digests nor ids nor hashes.
    for secret in app.test.column("SELECT hash FROM audit_event").await {
        assert!(!page.body.contains(&secret));
    }
    assert!(!page.body.contains("row_digests"));
    // It is linked from where a manager looks for it.
    assert!(manager.get("/practices/Z90001/people").await.body.contains(PAGE));
});

both_databases!(nobody_elses_page_is_read, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    live(&app).await;
    let clinician = app.clinician("Z90001", "Dr A").await;
    let csv = format!("{PAGE}.csv");
    for (who, client, status) in [
        ("stranger", app.stranger(), 401),
        ("device", app.device("Z90001", clinician).await, 404),
        ("wall", app.display("Z90001", false).await, 404),
        ("neighbour", app.token(Role::PracticeManager, "Z90002").await, 404),
        ("lmc", app.token(Role::LmcOfficer, "east").await, 404),
        ("icb", app.token(Role::IcbAnalyst, "XDA").await, 404),
        ("administrator", app.token(Role::Administrator, "england").await, 404),
        ("key", app.key(Role::PracticeManager, "Z90001", &KeyScope::ALL).await, 403),
    ] {
        let page = client.get(PAGE).await;
        let file = client.form(&csv, &[]).await;
        // A browser is led to where one signs in.
        let is_fine = |got: u16| got == status || who == "stranger" && got == 303;
        assert!(
            is_fine(page.status.as_u16()) && is_fine(file.status.as_u16()),
            "{who}: {} {}",
            page.status,
            file.status
        );
        assert!(!page.body.contains("Dr Heron") && !file.body.contains("Dr Heron"), "{who}");
        if who != "administrator" {
            assert_ne!(client.get(SERVICE).await.status, 200, "{who}");
        }
    }
    assert_eq!(app.test.number("SELECT count(*) FROM audit_event WHERE event = 'audit.exported'").await, 0);
});

both_databases!(each_reads_their_own_and_no_name_from_elsewhere, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = live(&app).await;
    let neighbour = app.person(Role::PracticeManager, "Z90002").await;
    status(&neighbour, "Z90002", "paused-since", "2026-11-18").await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let id = Uuid::now_v7().to_string();
    let office = [("id", id.as_str()), ("email", "office@example.org"), ("telephone", ""), ("web", "")];
    officer.form("/lmc/east/office", &office).await.is(303);
    let id = Uuid::now_v7().to_string();
    let typed =
        [("id", id.as_str()), ("item", "dsa-freeze"), ("status", "paused-since"), ("effective_on", "2026-11-16")];
    officer.form("/lmc/east/practices/Z90001/telephone", &typed).await.is(303);
    let of_officer = whats(&officer.get("/organisations/east/happened").await);
    assert_eq!(of_officer, ["Changed how the office can be reached"]);
    officer.get("/organisations/west/happened").await.is(404);
    assert!(officer.get("/lmc/east/office").await.body.contains("/organisations/east/happened"));
    let found = rows(&manager.get(PAGE).await);
    assert!(found[0][1].starts_with("Entered what the practice said by telephone"), "{found:?}");
    assert_eq!((found[0][2].as_str(), found[1][2].as_str()), ("Somebody from elsewhere", "Somebody"));
    assert_eq!(whats(&neighbour.get("/organisations/Z90002/happened").await).len(), 1);
    // The service has what belongs to nobody's practice.
    let administrator = app.person(Role::Administrator, "england").await;
    app.with_password(Role::PracticeManager, "Z90003").await;
    let (_, email) = app.with_password(Role::PracticeManager, "Z90004").await;
    app.stranger().form("/sign-in", &[("email", &email), ("password", "not the password")]).await;
    let page = administrator.get(SERVICE).await;
    let of_service = whats(&page);
    assert!(of_service.iter().any(|what| what.starts_with("A sign-in was refused: ")), "{of_service:?}");
    assert!(of_service.iter().all(|what| !what.contains("Recorded for") && !what.contains("Dr Heron")));
    assert!(!page.body.contains("127.0.0.1") && !page.body.contains(&email));
});

#[derive(Serialize)]
struct Week {
    week_ending: &'static str,
}

impl Event for Week {
    const NAME: &'static str = "week.answered";
}

/// As many events of one kind, by Headroom itself.
async fn many(app: &TestApp, n: usize) {
    for _ in 0..n.div_ceil(50) {
        app.state
            .writer
            .write(&JobAuthority::new(), move |tx| {
                Box::pin(async move {
                    for _ in 0..50 {
                        tx.audit(&"Z90001".parse().unwrap(), &Week { week_ending: "2026-11-13" }).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
    }
}

fn older(page: &Reply) -> Option<String> {
    let document = Html::parse_document(&page.body);
    let next = Selector::parse("a[rel=next]").unwrap();
    document.select(&next).next().map(|link| link.attr("href").unwrap().to_owned())
}

both_databases!(pages_of_a_hundred_hold_each_act_once, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    many(&app, 200).await;
    let manager = live(&app).await;
    let (mut at, mut sizes, mut last) = (Some(PAGE.to_owned()), Vec::new(), String::new());
    while let Some(path) = at {
        let page = manager.get(&path).await;
        let found = whats(&page);
        sizes.push(found.len());
        last = found.last().unwrap().clone();
        at = older(&page);
    }
    assert_eq!(sizes, [100, 100, 3]);
    assert!(last.starts_with("Answered the week that ended on 13 November 2026"), "{last}");
    let first = manager.get(&format!("{PAGE}?before=101")).await;
    assert_eq!((rows(&first).len(), older(&first)), (100, None));
    assert!(first.body.contains("The newest"));
});

both_databases!(it_is_narrowed_down_by_who_about_days_and_words, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    many(&app, 150).await;
    let manager = live(&app).await;
    let count = async |query: &str| {
        let page = manager.get(&format!("{PAGE}?{query}")).await;
        (whats(&page).len(), older(&page).is_some())
    };
    assert_eq!(count("who=Somebody").await, (3, false));
    assert_eq!(count("who=Headroom+itself").await, (100, true));
    assert_eq!(count("about=clinicians").await, (1, false));
    assert_eq!(count("about=actions").await, (100, true));
    assert_eq!(count("about=actions&who=Somebody").await, (2, false));
    assert_eq!(count("q=HERON").await, (1, false));
    assert_eq!(count("q=heron+limit").await, (0, false));
    assert_eq!(count("q=recorded+18+november").await, (1, false));
    assert_eq!(count("from=2026-11-20&to=2026-11-20").await, (100, true));
    assert_eq!(count("to=2026-11-19").await, (0, false));
    assert_eq!(count("from=2026-11-21").await, (0, false));
    assert_eq!(count("q=%25&who=&about=&from=&to=").await, (0, false));
    for (query, field) in [
        ("from=yesterday", "from"),
        ("to=2026-02-30", "to"),
        ("from=2026-11-20&to=2026-11-19", "from"),
        ("who=Nobody", "who"),
        ("about=everything", "about"),
        (&format!("q={}", "x".repeat(81)), "q"),
    ] {
        let page = manager.get(&format!("{PAGE}?{query}")).await;
        let document = Html::parse_document(&page.is(422).body);
        let error = Selector::parse(&format!("#{field}-error")).unwrap();
        assert_eq!(document.select(&error).count(), 1, "{query}");
    }
    let page = manager.get(&format!("{PAGE}?from=yesterday&q=heron")).await;
    assert!(page.body.contains("value=\"heron\""), "what was typed is kept");
    manager.get(&format!("{PAGE}?before=x")).await.is(400);
});

both_databases!(the_download_holds_the_same_and_is_kept_itself, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    many(&app, 50).await;
    let manager = live(&app).await;
    let file = manager.form(&format!("{PAGE}.csv"), &[]).await;
    let text = &file.is(200).body;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "number,when,who,kind,what,from,to");
    assert_eq!(lines.len(), 54, "{text}");
    assert!(lines[1].starts_with("1,2026-11-20T"), "the oldest first: {}", lines[1]);
    assert!(
        lines[53].matches("18 November 2026").count() == 2 && lines[53].contains("16 November 2026"),
        "{}",
        lines[53]
    );
    let narrow = manager.form(&format!("{PAGE}.csv"), &[("q", "heron"), ("about", "clinicians")]).await;
    assert_eq!(narrow.is(200).body.lines().count(), 2);
    let kept = app.test.column("SELECT detail FROM audit_event WHERE event = 'audit.exported' ORDER BY seq").await;
    assert!(
        kept[0].contains("\"narrowed\":false,\"rows\":53") && kept[1].contains("\"narrowed\":true,\"rows\":1"),
        "{kept:?}"
    );
    assert!(whats(&manager.get(PAGE).await)[0].starts_with("Downloaded what happened, narrowed down: 1 row(s)"));
    manager.form(&format!("{PAGE}.csv"), &[("from", "never")]).await.is(422);
    for _ in 2..10 {
        manager.form(&format!("{PAGE}.csv"), &[]).await.is(200);
    }
    // Ten in an hour, and no more.
    manager.form(&format!("{PAGE}.csv"), &[]).await.is(429);
    let administrator = app.person(Role::Administrator, "england").await;
    administrator.form(&format!("{SERVICE}.csv"), &[]).await.is(200);
});

both_databases!(a_long_chain_is_read_by_index, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = live(&app).await;
    let series = match test.kind() {
        Kind::Sqlite => {
            "WITH RECURSIVE s(n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM s WHERE n < 30009) \
             INSERT INTO audit_event SELECT 'Z90001', n, randomblob(16), '2026-11-19T09:00:00+00:00', 'scheduled job', \
             'day.folded', '{\"day\":\"2026-08-01\"}', 's', 'd', 'p', 'h' FROM s"
        }
        Kind::Postgres => {
            "INSERT INTO audit_event SELECT 'Z90001', n, gen_random_uuid(), '2026-11-19T09:00:00+00:00', 'scheduled job', \
             'day.folded', '{\"day\":\"2026-08-01\"}', 's', 'd', 'p', 'h' FROM generate_series(10, 30009) n"
        }
    };
    test.transaction(&[series]).await.unwrap();
    if test.kind() == Kind::Postgres {
        test.transaction(&["ANALYZE audit_event"]).await.unwrap();
        for filter in ["TRUE", "event = 'status.recorded'", "actor = 'scheduled job'"] {
            let plan = test
                .column(&format!(
                    "EXPLAIN SELECT seq, detail FROM audit_event WHERE organisation = 'Z90001' AND {filter} \
                     AND seq > 0 AND seq < 9000000 ORDER BY seq DESC LIMIT 101"
                ))
                .await
                .join("\n");
            assert!(plan.contains("Index Scan Backward") && !plan.contains("Seq Scan"), "{filter}: {plan}");
        }
    }
    let page = manager.get(PAGE).await;
    assert_eq!(rows(&page).len(), 100);
    // Acts of a rare kind lie at the other end.
    assert_eq!(whats(&manager.get(&format!("{PAGE}?about=clinicians")).await), ["Added Dr Heron (gp partner)"]);
    assert_eq!(rows(&manager.get(&format!("{PAGE}?who=Somebody")).await).len(), 3);
    // Words are looked for in so many at a time, and the page says how far it came.
    let page = manager.get(&format!("{PAGE}?q=heron")).await;
    assert_eq!(rows(&page).len(), 0);
    assert!(page.body.contains("Looked back to") && page.body.contains("Look further back"));
    let page = manager.get(&older(&page).unwrap()).await;
    assert_eq!(whats(&page), ["Added Dr Heron (gp partner)"]);
});

/// What stands between two texts.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let rest = text.split_once(from)?.1;
    Some(rest.split_once(to)?.0)
}

/// Every event of the code: its name, and the fields of its struct where it stands beside it.
fn events() -> Vec<(String, Option<BTreeSet<String>>)> {
    let (mut found, mut texts) = (Vec::new(), Vec::new());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    crate::architecture::each_file(&source, &mut |path| texts.push(fs::read_to_string(path).unwrap()));
    let constant = |name: &str| {
        let says = format!("pub const {name}: &str = \"");
        texts.iter().find_map(|text| between(text, &says, "\"")).unwrap().to_owned()
    };
    for text in &texts {
        for part in text.split("Event for ").skip(1) {
            let says_its_name = part.lines().nth(1).is_some_and(|line| line.trim().starts_with("const NAME"));
            if !says_its_name {
                continue;
            }
            let of = part.split(' ').next().unwrap();
            let name = between(part, "const NAME: &'static str = ", ";").unwrap();
            let name = match name.strip_prefix('"') {
                Some(literal) => literal.trim_end_matches('"').to_owned(),
                None => constant(name.rsplit("::").next().unwrap()),
            };
            let body = between(text, &format!("struct {of} {{"), "}");
            let fields = body.map(|body| {
                let lines = body.lines().map(|line| line.trim().trim_start_matches("pub "));
                lines.filter_map(|line| Some(line.split_once(": ")?.0.to_owned())).collect()
            });
            found.push((name, fields));
        }
    }
    found
}

#[test]
fn every_kind_of_act_has_its_sentence_and_every_sentence_its_kind() {
    let events = events();
    assert!(events.len() > 85, "{}", events.len());
    let in_code: BTreeSet<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    let in_words: BTreeSet<&str> = trail::KINDS.iter().map(|kind| kind.name).collect();
    let without: Vec<_> = in_code.difference(&in_words).collect();
    assert!(without.is_empty(), "without words in src/domain/trail/kinds.rs: {without:?}");
    let unknown: Vec<_> = in_words.difference(&in_code).collect();
    assert!(unknown.is_empty(), "nothing writes {unknown:?}");
    for (name, fields) in &events {
        // Those of counts stand in the domain; their sentences name the day alone.
        let Some(fields) = fields else { continue };
        for field in trail::fields(trail::kind(name).unwrap()) {
            assert!(fields.contains(field) || field == "row_digests", "{name} has no {field}: {fields:?}");
        }
    }
}

// Figures: `cargo test --release --test it half_a_million_events -- --ignored --nocapture --test-threads 1`.
both_databases!(
    #[ignore = "half a million events: run it by name"]
    half_a_million_events_are_read_a_page_at_a_time,
    |test: TestDb| async move {
        let app = TestApp::start(test).await;
        let manager = live(&app).await;
        let (numbers, id) = match app.test.kind() {
            Kind::Sqlite => {
                ("WITH RECURSIVE n(n) AS (SELECT 101 UNION ALL SELECT n + 1 FROM n WHERE n < 500100)", "randomblob(16)")
            }
            Kind::Postgres => ("WITH n(n) AS (SELECT generate_series(101, 500100))", "gen_random_uuid()"),
        };
        let rows = format!(
            "INSERT INTO audit_event (organisation, seq, id, recorded_at, actor, event, detail, detail_hash, previous_hash, hash) \
             {numbers} SELECT 'Z90001', n, {id}, '2026-11-20T12:00:00+00:00', 'nobody', 'contacts.anchored', '{{}}', '', '', '' FROM n"
        );
        app.test.transaction(&[&rows, "ANALYZE"]).await.unwrap();
        for query in
            ["", "?before=250000", "?before=200", "?about=clinicians", "?q=heron", "?who=Somebody", "?to=2026-11-19"]
        {
            let mut took = Vec::new();
            for _ in 0..5 {
                let began = Instant::now();
                manager.get(&format!("{PAGE}{query}")).await.is(200);
                took.push(began.elapsed());
            }
            took.sort_unstable();
            println!("{:?} {query:?}: {:?} at the median", app.test.kind(), took[2]);
            assert!(took[2] < Duration::from_millis(500), "{query}: {took:?}");
        }
    }
);

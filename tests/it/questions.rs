//! Questions of an LMC over HTTP: asked with a week's return, answered or skipped, read under the consent rules by the
//! LMC that asked, and by nobody outside.

use headroom::{domain::access::Role, jobs};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, forty_more},
    databases::{TestDb, both_databases},
};

const EAST: &str = "/api/v1/areas/lmc/east/questions";

fn question(kind: &str, wording: &str) -> Value {
    let options = match kind {
        "choice" => json!(["None", "One", "Two or more"]),
        _ => json!([]),
    };
    json!({
        "id": Uuid::now_v7(), "week_ending": "2026-11-20", "opens_on": "2026-11-16", "closes_on": "2026-11-27",
        "kind": kind, "wording": wording, "options": options,
    })
}

async fn ask(officer: &Client, kind: &str, wording: &str) -> String {
    let made = officer.post(EAST, question(kind, wording)).await;
    made.is(201).json()["id"].as_str().unwrap().to_owned()
}

fn answers(practice: &str, question: &str) -> String {
    format!("/api/v1/practices/{practice}/questions/{question}/answers")
}

fn answer(text: Option<&str>) -> Value {
    json!({ "id": Uuid::now_v7(), "answer": text })
}

async fn results(reader: &Client, question: &str) -> Value {
    reader.get(&format!("{EAST}/{question}")).await.is(200).json()
}

async fn share(manager: &Client, practice: &str, answer: &str) {
    let path = format!("/practices/{practice}/sharing");
    manager.form(&path, &[("share", answer)]).await.is(303);
}

/// What each of the 64 gives to the number of vacant sessions: each fourth does not share, each eighth says nothing, each
/// ninth skips, the others say their place.
struct Voice {
    practice: String,
    shares: bool,
    #[expect(clippy::option_option, reason = "nothing said, skipped, and a number")]
    given: Option<Option<String>>,
}

fn voices() -> Vec<Voice> {
    let practices = (1..=24).chain(49..=88).zip(1..);
    practices
        .map(|(n, place): (u32, u32)| Voice {
            practice: format!("Z{:05}", 90_000 + n),
            shares: place % 4 != 0,
            given: match place {
                place if place % 8 == 1 => None,
                place if place % 9 == 0 => Some(None),
                place => Some(Some(format!("{place}.5"))),
            },
        })
        .collect()
}

async fn answered_by_64(app: &TestApp, [number, choice, text]: [&str; 3]) {
    for voice in voices() {
        let manager = app.manager(&voice.practice).await;
        if voice.shares {
            share(&manager, &voice.practice, "yes").await;
        }
        let Some(given) = voice.given else { continue };
        let path = answers(&voice.practice, number);
        manager.post(&path, answer(given.as_deref())).await.is(201);
        let path = answers(&voice.practice, choice);
        let option = given.as_deref().map(|_| if voice.shares { "2" } else { "3" });
        manager.post(&path, answer(option)).await.is(201);
        let said = given.map(|n| format!("Sessions vacant are {n}, of secret heather"));
        let path = answers(&voice.practice, text);
        manager.post(&path, answer(said.as_deref())).await.is(201);
    }
}

both_databases!(sixty_four_practices_answer_a_workforce_question, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    forty_more(&test).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let number = ask(&officer, "number", "How many GP sessions are vacant?").await;
    let choice = ask(&officer, "choice", "How many GP posts are vacant?").await;
    let text = ask(&officer, "text", "What would help most?").await;
    let all = [number.as_str(), choice.as_str(), text.as_str()];
    answered_by_64(&app, all).await;

    let voices = voices();
    let sharing = || voices.iter().filter(|voice| voice.shares);
    let said: Vec<f64> = sharing().filter_map(|voice| voice.given.clone().flatten()?.parse().ok()).collect();
    let skipped = sharing().filter(|voice| voice.given == Some(None)).count();
    // 64 practices, 48 share, of which 8 say nothing and 5 skip.
    assert_eq!((voices.len(), sharing().count(), said.len(), skipped), (64, 48, 35, 5));
    let found = results(&officer, &number).await;
    assert_eq!(found["rate"], "35 of 64 practices answered; 5 skipped.");
    assert_eq!(
        (&found["practices"], &found["sharing"], &found["answered"], &found["skipped"]),
        (&json!(64), &json!(48), &json!(35), &json!(5))
    );
    // In the order of the places, so the eighteenth of 35 is the median.
    let spread = json!({ "median": said[17], "least": said[0], "most": said[34] });
    assert_eq!(found["spread"], spread);
    let given = found["given"].as_array().unwrap();
    assert_eq!(given.len(), 35, "each that shares and answered; who skipped it is a number");
    for voice in &voices {
        let mut named = given.iter().filter(|one| one["practice"] == voice.practice.as_str());
        match (&voice.given, voice.shares) {
            (Some(Some(given)), true) => {
                assert_eq!(named.next().unwrap()["answer"], json!(given));
            }
            _ => assert!(named.next().is_none(), "{}", voice.practice),
        }
    }
    let found = results(&officer, &choice).await;
    let counts = json!([
        { "answer": "None", "practices": 0 },
        { "answer": "One", "practices": 35 },
        { "answer": "Two or more", "practices": 0 },
    ]);
    assert_eq!(found["counts"], counts, "those that do not share said more");
    let found = results(&officer, &text).await;
    assert_eq!(found["texts"].as_array().unwrap().len(), 35);
    assert_eq!(found["given"], json!([]), "texts carry no name");
    assert!(!found.to_string().contains("Z9"), "{found}");

    pages_say_the_same(&app, all).await;
    nobody_outside_reads_it(&app, all).await;

    // Consent that goes takes the answer with it.
    let first = &sharing().find(|voice| matches!(voice.given, Some(Some(_)))).unwrap().practice;
    share(&app.manager(first).await, first, "no").await;
    let found = results(&officer, &number).await;
    assert_eq!(found["rate"], "34 of 64 practices answered; 5 skipped.");
    assert!(!found.to_string().contains(first.as_str()));
});

async fn pages_say_the_same(app: &TestApp, [number, choice, text]: [&str; 3]) {
    let officer = app.person(Role::LmcOfficer, "east").await;
    let list = officer.get("/lmc/east/questions").await;
    let rate = "35 of 64 practices answered; 5 skipped.";
    assert_eq!(list.is(200).body.matches(rate).count(), 3, "{}", list.body);
    for (question, says, names) in
        [(number, "median; from 2.5 to", true), (choice, "Two or more", true), (text, "secret heather", false)]
    {
        let page = officer.get(&format!("/lmc/east/questions/{question}")).await;
        assert!(page.is(200).body.contains(rate) && page.body.contains(says));
        assert_eq!(page.body.contains("Invented Surgery 2<"), names, "{}", page.body);
        assert!(!page.body.contains("Invented Surgery 4<"), "it does not share");
    }
}

/// Other roles, other areas, other practices, and what is published.
async fn nobody_outside_reads_it(app: &TestApp, all: [&str; 3]) {
    let west = app.token(Role::LmcOfficer, "west").await;
    let clinician = app.clinician("Z90025", "Dr Z").await;
    let readers = [
        west.clone(),
        app.token(Role::IcbAnalyst, "XDA").await,
        app.token(Role::Administrator, "england").await,
        app.manager("Z90001").await,
        app.device("Z90025", clinician).await,
        app.display("Z90001", true).await,
    ];
    for reader in &readers {
        for question in all {
            reader.get(&format!("{EAST}/{question}")).await.is(404);
            reader.get(&format!("/lmc/east/questions/{question}")).await.is(404);
        }
        reader.get(EAST).await.is(404);
        reader.get("/lmc/east/questions").await.is(404);
        reader.post(EAST, question("text", "May I?")).await.is(404);
    }
    an_officer_of_another_area_finds_none(app, &west, all[0]).await;
    other_practices_read_none(app, all[1]).await;
    released_without(app).await;
}

/// Nor a stranger.
async fn an_officer_of_another_area_finds_none(app: &TestApp, west: &Client, one: &str) {
    for path in [EAST.to_owned(), format!("{EAST}/{one}")] {
        app.stranger().get(&path).await.is(401);
        west.get(&path.replace("/east/", "/west/")).await.is(if path == EAST { 200 } else { 404 });
    }
    let west = west.get("/api/v1/areas/lmc/west/questions").await;
    assert_eq!(west.is(200).json()["items"], json!([]));
}

/// The practices of another LMC are not asked, and one practice sees its own answer alone.
async fn other_practices_read_none(app: &TestApp, number: &str) {
    let foreign = app.manager("Z90025").await;
    let asked = foreign.get("/api/v1/practices/Z90025/questions").await;
    assert_eq!(asked.is(200).json()["questions"], json!([]));
    foreign.post(&answers("Z90025", number), answer(Some("1"))).await.is(404);
    foreign.post(&answers("Z90001", number), answer(Some("1"))).await.is(404);
    foreign.get("/api/v1/practices/Z90001/questions").await.is(404);
    // A practice sees its own answer and nobody else's.
    let own = app.manager("Z90002").await;
    let own = own.get("/api/v1/practices/Z90002/questions").await;
    assert!(own.is(200).body.contains("2.5") && !own.body.contains("3.5"), "{}", own.body);
}

async fn released_without(app: &TestApp) {
    jobs::releases::make_due(&app.state).await.unwrap();
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    for path in [
        "/releases/latest",
        "/releases/9",
        "/releases/9.csv",
        "/releases/9.json",
        "/api/v1/releases/9",
        "/api/v1/areas/icb/XDA/status",
        "/api/v1/areas/england/status",
    ] {
        let published = analyst.get(path).await;
        let body = published.body.to_lowercase();
        assert!(published.status.as_u16() < 400, "{path}");
        for words in ["vacant", "heather", "question", "template", "skipped"] {
            assert!(!body.contains(words), "{words} in {path}");
        }
    }
    let content = app.test.rows("release").await.concat().to_lowercase();
    assert!(!content.contains("vacant") && !content.contains("heather"));
}

both_databases!(a_week_takes_six_questions_also_of_two_officers_at_once, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    for n in 1..=4 {
        ask(&officer, "yes-no", &format!("Question {n}?")).await;
    }
    let others: Vec<Client> = vec![officer.clone(), app.token(Role::LmcOfficer, "east").await];
    let at_once = (5..=10).map(|n| {
        let client = others[n % 2].clone();
        tokio::spawn(async move {
            let reply = client.post(EAST, question("text", &format!("Question {n}?"))).await;
            reply.status.as_u16()
        })
    });
    let at_once: Vec<_> = at_once.collect();
    let mut answered = Vec::new();
    for one in at_once {
        answered.push(one.await.unwrap());
    }
    answered.sort_unstable();
    assert_eq!(answered, [201, 201, 422, 422, 422, 422]);
    assert_eq!(
        test.column("SELECT CAST(place AS bigint) FROM question ORDER BY place").await,
        ["1", "2", "3", "4", "5", "6"]
    );
    let asked = "SELECT count(*) FROM audit_event WHERE event = 'question.asked'";
    assert_eq!(test.number(asked).await, 6, "what is refused leaves nothing");
    let refused = officer.post(EAST, question("text", "A seventh?")).await;
    assert!(refused.is(422).body.contains("week_ending") && refused.body.contains("6 questions already"));
    // Another week, and another LMC, have their own six.
    let mut next = question("text", "Next week?");
    next["week_ending"] = json!("2026-11-27");
    next["opens_on"] = json!("2026-11-21");
    officer.post(EAST, next).await.is(201);
    let west = app.token(Role::LmcOfficer, "west").await;
    let there = EAST.replace("east", "west");
    west.post(&there, question("text", "Ours?")).await.is(201);
});

both_databases!(an_answer_is_changed_until_the_question_closes, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let asked = question("yes-no", "Do you use a locum today?");
    let made = officer.post(EAST, asked.clone()).await.is(201).json();
    assert_eq!(officer.post(EAST, asked.clone()).await.is(200).json(), made, "a repeat");
    let mut other = asked;
    other["wording"] = json!("Another?");
    officer.post(EAST, other).await.is(409);
    let question = made["id"].as_str().unwrap();
    let manager = app.manager("Z90001").await;
    share(&manager, "Z90001", "yes").await;
    let path = answers("Z90001", question);

    let first = answer(Some("yes"));
    manager.post(&path, first.clone()).await.is(201);
    manager.post(&path, first.clone()).await.is(200);
    let mut changed = first.clone();
    changed["answer"] = json!("no");
    manager.post(&path, changed).await.is(409);
    for (given, rate) in
        [(None, "0 of 24 practices answered; 1 skipped."), (Some("not-sure"), "1 of 24 practices answered; 0 skipped.")]
    {
        manager.post(&path, answer(given)).await.is(201);
        assert_eq!(results(&officer, question).await["rate"], rate);
    }
    let counts = results(&officer, question).await["counts"].clone();
    assert_eq!((&counts[0]["practices"], &counts[2]["practices"]), (&json!(0), &json!(1)));
    for wrong in ["", "perhaps", "NHS number 999 000 0018"] {
        let refused = manager.post(&path, answer(Some(wrong))).await;
        assert!(refused.is(422).body.contains("\"answer\"") && !refused.body.contains("999 000"));
    }
    assert_eq!(test.number("SELECT count(*) FROM question_answer").await, 3);

    // Its last day is open to the end; the day after nothing is taken.
    app.clock.set("2026-11-27T23:30:00Z".parse().unwrap());
    let manager = app.manager("Z90001").await;
    manager.post(&path, answer(Some("no"))).await.is(201);
    app.clock.set("2026-11-28T00:30:00Z".parse().unwrap());
    let manager = app.manager("Z90001").await;
    for late in [Some("yes"), None, Some("nonsense")] {
        let refused = manager.post(&path, answer(late)).await;
        assert!(refused.is(409).body.contains("has closed"), "{}", refused.body);
    }
    manager.post(&path, first).await.is(200);
    assert_eq!(test.number("SELECT count(*) FROM question_answer").await, 4);
    let open = manager.get("/api/v1/practices/Z90001/questions").await;
    assert_eq!(open.is(200).json()["questions"], json!([]));
    let officer = app.token(Role::LmcOfficer, "east").await;
    assert_eq!(results(&officer, question).await["counts"][1]["practices"], 1);
});

both_databases!(the_weekly_page_asks_and_the_return_is_complete_either_way, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let number = ask(&officer, "number", "How many sessions are vacant?").await;
    let text = ask(&officer, "text", "What would help?").await;
    let mut later = question("text", "Not yet?");
    later["opens_on"] = json!("2026-11-20");
    later["week_ending"] = json!("2026-11-27");
    officer.post(EAST, later.clone()).await.is(422);
    later["opens_on"] = json!("2026-11-23");
    let later = officer.post(EAST, later).await.is(201).json();

    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let page = manager.get("/practices/Z90001").await;
    for words in [
        "Questions from East LMC",
        "does not share its record with East LMC",
        "counts your practice as not heard from",
        "How many sessions are vacant?",
    ] {
        assert!(page.is(200).body.contains(words), "{words}");
    }
    assert!(!page.body.contains("Not yet?"));
    let ahead = later["id"].as_str().unwrap();
    let token = app.manager("Z90001").await;
    token.post(&answers("Z90001", ahead), answer(Some("x"))).await.is(404);

    // The week is answered whatever becomes of the questions.
    let week = [("week", "2026-11-20")];
    manager.form("/practices/Z90001/week", &week).await.is(303);
    assert_eq!(test.number("SELECT count(*) FROM weekly_answer").await, 1);

    let give = |question: &str| format!("/practices/Z90001/week/questions/{question}");
    let id = Uuid::now_v7().to_string();
    let typed = |answer: &'static str, what: &'static str| {
        vec![("id", id.clone()), ("answer", answer.to_owned()), ("what", what.to_owned())]
    };
    let send = async |path: String, form: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, &**value)).collect();
        manager.form(&path, &fields).await
    };
    let refused = send(give(&number), typed("a few", "answer")).await;
    assert!(refused.is(422).body.contains("href=\"#answer-0\"") && refused.body.contains("value=\"a few\""));
    let refused = send(give(&text), typed("NHS number 999 000 0018", "answer")).await;
    assert!(refused.is(422).body.contains("an NHS number"));
    assert_eq!(test.number("SELECT count(*) FROM question_answer").await, 0);
    for _ in 0..2 {
        let to = send(give(&number), typed("2.5", "answer")).await;
        assert_eq!(to.is(303).location(), "/practices/Z90001#questions");
    }
    let skip = vec![("id", Uuid::now_v7().to_string()), ("what", "skip".to_owned())];
    send(give(&text), skip).await.is(303);
    let page = manager.get("/practices/Z90001").await;
    assert!(page.is(200).body.contains("How many sessions are vacant? Answered: 2.5"));
    assert!(page.body.contains("What would help? Skipped"));
    send(give(&Uuid::now_v7().to_string()), typed("1", "answer")).await.is(404);
});

both_databases!(a_question_that_cannot_be_asked_names_its_fields, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    for (field, wrong, named) in [
        ("wording", json!(" "), "wording"),
        ("wording", json!("NHS number 999 000 0018?"), "wording"),
        ("kind", json!("essay"), "kind"),
        ("options", json!(["One"]), "option"),
        ("options", json!(["One", "One"]), "option"),
        ("options", json!(["1", "2", "3", "4", "5", "6", "7"]), "option"),
        ("week_ending", json!("2026-11-19"), "week_ending"),
        ("week_ending", json!("2026-11-13"), "week_ending"),
        ("opens_on", json!("soon"), "opens_on"),
        ("closes_on", json!("2026-11-19"), "closes_on"),
    ] {
        let mut body = question("choice", "How many?");
        body[field] = wrong.clone();
        let refused = officer.post(EAST, body).await;
        assert!(refused.is(422).body.contains(&format!("\"{named}\"")), "{field} {wrong}: {}", refused.body);
        assert!(!refused.body.contains("999 000"));
    }
    assert_eq!(test.number("SELECT count(*) FROM question").await, 0);
    // The form: options are fields of one name, and nothing that was typed is lost.
    let browser = app.person(Role::LmcOfficer, "east").await;
    assert!(browser.get("/lmc/east/questions/new").await.is(200).body.contains("2026-11-20"));
    let id = Uuid::now_v7().to_string();
    let mut form = vec![
        ("id", id.as_str()),
        ("kind", "choice"),
        ("wording", "How many posts?"),
        ("option", "None"),
        ("option", ""),
        ("week_ending", "2026-11-20"),
        ("opens_on", "2026-11-20"),
        ("closes_on", "2026-11-27"),
    ];
    let refused = browser.form("/lmc/east/questions", &form).await;
    assert!(refused.is(422).body.contains("value=\"How many posts?\"") && refused.body.contains("href=\"#option\""));
    form.push(("option", "One or more"));
    for _ in 0..2 {
        browser.form("/lmc/east/questions", &form).await.is(303);
    }
    assert_eq!(test.column("SELECT options FROM question").await, ["None\nOne or more"]);
});

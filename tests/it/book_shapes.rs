//! The same book by every door and in every shape: each case of a real report by page, program and command; a week as EMIS's
//! report, EMIS's extract and SystmOne's report; one list written in sixty ways; and an import taken back by command.

use std::{
    fmt::Write as _,
    fs,
    io::{Cursor, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use axum::http::Method;
use entity::ids::{ClinicianId, LocalDate};
use headroom::{clock::Clock, domain::access::Role};
use serde_json::{Value, json};
use uuid::Uuid;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

const DAY: &str = "2026-11-20";

/// A case: what it is called, whose sessions it has, its text, and what its days come to.
struct Case {
    name: &'static str,
    holder: &'static str,
    text: &'static str,
    attended: u64,
    did_not_attend: u64,
}

macro_rules! case {
    ($name:literal, $holder:literal, $attended:literal, $missed:literal) => {
        Case {
            name: $name,
            holder: $holder,
            text: include_str!(concat!("../data/appointments/", $name, ".csv")),
            attended: $attended,
            did_not_attend: $missed,
        }
    };
}

const CASES: [Case; 8] = [
    case!("emis_appointment_report_shape", "WREN, Ada (Dr)", 5, 1),
    case!("emis_statuses_report", "Dr A", 6, 4),
    case!("systmone_statuses_report", "Dr A", 3, 3),
    case!("systmone_report_a_gp_rota", "Dr Ada Wren", 9, 1),
    case!("systmone_report_b_telephone_rota", "Dr Ada Wren", 8, 0),
    case!("before_excel", "Dr A", 2, 0),
    case!("after_excel", "Dr A", 2, 0),
    case!("line_break_in_cell", "Dr A", 3, 0),
];

fn api(practice: &str) -> String {
    format!("/api/v1/practices/{practice}/imports")
}

async fn match_with(manager: &Client, practice: &str, system: &str, mut more: Value) {
    more["id"] = json!(Uuid::now_v7());
    more["system"] = json!(system);
    manager.put(&format!("{}/matching", api(practice)), more).await.is(201);
}

async fn counted(manager: &Client, practice: &str, who: ClinicianId, day: &str) -> u64 {
    let path = format!("/api/v1/practices/{practice}/clinicians/{who}/days/{day}");
    manager.get(&path).await.json()["counted"].as_u64().unwrap()
}

/// Runs a command on the database of a test.
fn headroom(test: &TestDb, folder: &Path, words: &[&str]) -> (bool, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headroom"));
    command.args(words).env_clear().env("HEADROOM_DATA", folder).env("DATABASE_URL", test.place.describe());
    command.env("HEADROOM_LOG", "warn").stdin(Stdio::null());
    let done = tokio::task::block_in_place(|| command.output().unwrap());
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.success(), said(&done.stdout), said(&done.stderr))
}

/// A text whose days are those before the command's own today: it has no clock to be set.
fn of_late(text: &str) -> String {
    let before = |days: u64| Clock::system().today().minus_days(days);
    let mut text = text.replace("30-Nov-2026", &Clock::system().today().plus_days(9).0.format("%d-%b-%Y").to_string());
    for (day, days) in [("2026-11-21", 3), (DAY, 4)] {
        let day: LocalDate = day.parse().unwrap();
        for form in ["%d-%b-%Y", "%d-%b-%y", "%d/%m/%Y"] {
            text = text.replace(&day.0.format(form).to_string(), &before(days).0.format(form).to_string());
        }
    }
    text
}

both_databases!(each_case_comes_to_the_same_by_page_program_and_command, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    app.test.adopt(&app.state.writer).await;
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (app.clinician("Z90001", "Dr A").await, app.clinician("Z90002", "Dr A").await);
    app.clinician("Z90003", "Dr A").await;
    let (program, manager) = (app.manager("Z90001").await, app.manager("Z90002").await);
    let page = app.person(Role::PracticeManager, "Z90002").await;
    for case in &CASES {
        let text = case.text.replace("21-Nov-2026", "19-Nov-2026");
        for (client, practice, me) in [(&program, "Z90001", one), (&manager, "Z90002", two)] {
            let whom = json!({ "holders": { case.holder: me.to_string() }, "types": { "Flu Clinic": "vaccination" } });
            match_with(client, practice, "report", whom).await;
        }
        let kind = Some("text/csv");
        let sent =
            program.send(Method::POST, &format!("{}?same_days=replace", api("Z90001")), kind, text.clone()).await;
        if sent.status == 201 {
            let outcomes = &sent.json()["report"]["outcomes"];
            let n = |name: &str| outcomes[name].as_u64().unwrap_or(0);
            assert_eq!((n("attended"), n("did-not-attend")), (case.attended, case.did_not_attend), "{}", case.name);
            let import = sent.json()["import"].as_str().unwrap().to_owned();
            program.post(&format!("{}/{import}/activate", api("Z90001")), json!({})).await.is(201);
        }
        assert_eq!(counted(&program, "Z90001", one, DAY).await, case.attended, "{} by program", case.name);
        let body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"same_days\"\r\n\r\nreplace\r\n\
             --edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{text}\r\n--edge--\r\n"
        );
        let sent = page
            .send(Method::POST, "/practices/Z90002/imports", Some("multipart/form-data; boundary=edge"), body)
            .await;
        if sent.status == 303 {
            page.form(&sent.location(), &[]).await.is(303);
        } else {
            assert!(sent.is(200).body.contains("No change"), "{}: {}", case.name, sent.body);
        }
        assert_eq!(counted(&manager, "Z90002", two, DAY).await, case.attended, "{} by page", case.name);
        let file = folder.path().join("report.csv");
        fs::write(&file, of_late(case.text)).unwrap();
        let holder = format!("--holder={}=Dr A", case.holder);
        let words = ["import", "appointments", "--practice", "Z90003", &holder, "--kind=Flu Clinic=vaccination"];
        let more = ["--same-days", "replace", file.to_str().unwrap()];
        let (went, said, wrong) = headroom(&test, folder.path(), &[&words[..], &more].concat());
        assert!(went, "{}: {said}{wrong}", case.name);
        assert!(said.contains(&format!("attended, counted: {}\n", case.attended)), "{}: {said}", case.name);
        let missed = format!("did not attend: {}\n", case.did_not_attend);
        assert_eq!(said.contains(&missed), case.did_not_attend > 0, "{}: {said}", case.name);
    }
    let american = include_str!("../data/appointments/american_days.csv");
    let why = "month first, as in America";
    let refused = program.send(Method::POST, &api("Z90001"), Some("text/csv"), american.to_owned()).await;
    assert!(refused.status.is_client_error() && refused.body.contains(why), "{}", refused.body);
    let refused = page.upload("/practices/Z90002/imports", "a.csv", american.as_bytes()).await;
    assert!(refused.body.contains(why), "{}", refused.body);
    let file = folder.path().join("american.csv");
    fs::write(&file, american).unwrap();
    let words = ["import", "appointments", "--practice", "Z90003", file.to_str().unwrap()];
    let (went, _, wrong) = headroom(&test, folder.path(), &words);
    assert!(!went && wrong.contains(why) && wrong.contains("nothing was imported"), "{wrong}");
});

/// Rows of an invented list: minutes after eight, slot type, status.
const LIST: [(u32, &str, &str); 6] = [
    (65, "Surgery", "Left"),
    (80, "Telephone", "Left"),
    (95, "Surgery", "DNA"),
    (110, "Surgery", "Slot Available"),
    (300, "Home Visit", "Visited"),
    (320, "Surgery", "Cancelled by Patient"),
];

/// The list in one of sixty ways: five of writing a day, four signs between cells, three of what stands around it.
fn written(way: usize) -> String {
    let sign = [",", ";", "\t", "|"][way / 5 % 4];
    let when = |minutes: u32| {
        let (hour, minute) = (8 + minutes / 60, minutes % 60);
        match way % 5 {
            0 => ("20/11/2026".to_owned(), format!("{hour:02}:{minute:02}")),
            1 => ("20-Nov-26".to_owned(), format!("{hour}.{minute:02}")),
            2 => ("46346".to_owned(), format!("{}", f64::from(hour * 60 + minute) / 1440.0)),
            3 => (format!("2026-11-20T{hour:02}:{minute:02}:00+00:00"), String::new()),
            _ => ("Friday 20th November 2026".to_owned(), format!("{hour:02}{minute:02}")),
        }
    };
    let around = way / 20 % 3;
    let mut text = match around {
        1 => format!("sep={sign}\r\n"),
        2 => "\"Appointments of\nNovember\"\r\n\r\n".to_owned(),
        _ => String::new(),
    };
    writeln!(text, "{}\r", ["Session Holder", "Date", "Time", "Slot Type", "Slot Status", "Patient"].join(sign))
        .unwrap();
    for (minutes, kind, status) in LIST {
        let (day, time) = when(minutes);
        writeln!(text, "{}\r", ["Dr A", &day, &time, kind, status, "Ann Example"].join(sign)).unwrap();
    }
    if around == 2 {
        writeln!(text, "Total{}6\r", sign.repeat(5)).unwrap();
    }
    text
}

both_databases!(one_list_in_sixty_ways_is_one_list_and_what_is_none_is_told_why, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let program = app.manager("Z90001").await;
    match_with(&program, "Z90001", "report", json!({ "holders": { "Dr A": me.to_string() } })).await;
    for way in 0..60 {
        let text = written(way);
        let sent = program.send(Method::POST, &api("Z90001"), Some("text/csv"), text.clone()).await;
        let said = sent.json();
        if way == 0 {
            let import = said["import"].as_str().unwrap();
            program.post(&format!("{}/{import}/activate", api("Z90001")), json!({})).await.is(201);
        } else {
            // The same slots by whatever hand: nothing is new, and nobody is asked.
            assert_eq!(said["result"], "no-change", "{way}: {said}\n{text}");
        }
        assert_eq!(counted(&program, "Z90001", me, DAY).await, 3, "{way}\n{text}");
    }
    let before = app.test.content_without(&["session"]).await;
    let plain = written(0);
    let (header, rows) = plain.split_once('\n').unwrap();
    for (text, why) in [
        (plain.replace("20/11/2026", "11/20/2026"), "month first"),
        (plain.replacen("20/11/2026", "11/20/2026", 1), "some dates of the file are written day first"),
        (rows.to_owned(), "save the file with its header"),
        (format!("{header}\n"), "no rows below it"),
        ("%PDF-1.7 printed".to_owned(), "a web page, a PDF or another document"),
        ("<html><table><tr><td>Date</td></tr></table></html>".to_owned(), "a web page, a PDF or another document"),
        ("PK\u{3}\u{4} torn".to_owned(), "damaged"),
        (String::new(), "empty"),
    ] {
        let refused = program.send(Method::POST, &api("Z90001"), Some("text/csv"), text.clone()).await;
        assert!(
            refused.status.is_client_error() && refused.body.contains(why),
            "{why}: {} {}",
            refused.status,
            refused.body
        );
        assert!(!refused.body.contains("Example"), "{}", refused.body);
    }
    assert_eq!(app.test.content_without(&["session"]).await, before);
});

/// The days of a week: who, which day of November 2026, how many came; one more on each did not.
const WEEK: [(&str, u32, u64); 6] =
    [("Dr A", 16, 3), ("Dr A", 17, 14), ("Dr A", 18, 25), ("Dr B", 16, 9), ("Dr B", 19, 1), ("Dr B", 20, 22)];

/// The week as EMIS's report, as SystmOne's, and as the three files of EMIS's extract.
fn shapes() -> (String, String, [String; 3]) {
    let mut grouped =
        "\"Full Name of the Session Holder of the Session\",\"Appointment Date\",\"Appointment Time\",\"Slot Type\",\
                       \"Availability\",\"DNA\",\"\",\n"
            .to_owned();
    let mut systmone = "Appointment date,Appointment status,Clinician,Rota type,Patient Count\n".to_owned();
    let mut slots = "SlotGuid,AppointmentDate,AppointmentStartTime,PatientGuid,SendInTime,LeftTime,DidNotAttend,SessionGuid,Deleted\n"
        .to_owned();
    let mut sessions = "AppointmentSessionGuid,StartDate,SessionTypeDescription,Deleted\n".to_owned();
    let mut users = "SessionGuid,UserInRoleGuid,Deleted\n".to_owned();
    let mut before = "";
    for (at, (who, day, n)) in WEEK.into_iter().enumerate() {
        let holder = if before == who { "" } else { who };
        before = who;
        writeln!(grouped, "\"{holder}\",\"{day}-Nov-2026\",\"09:00\",\"Surgery\",\"Booked\",\"Attended\",\"{n}\",")
            .unwrap();
        grouped += "\"\",\"\",\"09:15\",\"Surgery\",\"Available\",\"Attended\",\"2\",\n";
        grouped += "\"\",\"\",\"09:30\",\"Surgery\",\"Booked\",\"Did Not Attend\",\"1\",\n";
        writeln!(sessions, "{{S{at}}},,Surgery,false").unwrap();
        writeln!(users, "{{S{at}}},{who},false").unwrap();
        for slot in 0..=n {
            let (missed, minute) = (slot == n, slot * 10 % 60);
            let status = if missed { "Did Not Attend" } else { "Finished" };
            writeln!(systmone, "{day}-Nov-26,{status},{who},Surgery,1").unwrap();
            let seen = if missed { "" } else { "09:01:00" };
            let hour = 9 + slot / 6;
            writeln!(
                slots,
                "{{{at}-{slot}}},2026-11-{day},{hour:02}:{minute:02}:00,{{P}},{seen},,{missed},{{S{at}}},false"
            )
            .unwrap();
        }
    }
    (grouped, systmone, [slots, sessions, users])
}

fn zipped(files: &[String]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (at, text) in files.iter().enumerate() {
        zip.start_file(format!("{at}.csv"), SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

both_databases!(a_week_in_three_shapes_comes_to_the_same_days, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let (grouped, systmone, extract) = shapes();
    let files: [(&str, &str, &str, Vec<u8>); 3] = [
        ("Z90001", "report", "text/csv", grouped.into()),
        ("Z90002", "report", "text/csv", systmone.into()),
        ("Z90003", "emis", "application/zip", zipped(&extract)),
    ];
    for (practice, system, kind, bytes) in files {
        let (a, b) = (app.clinician(practice, "Dr A").await, app.clinician(practice, "Dr B").await);
        let manager = app.manager(practice).await;
        let holders = json!({ "holders": { "Dr A": a.to_string(), "Dr B": b.to_string() } });
        match_with(&manager, practice, system, holders).await;
        let sent = manager.send(Method::POST, &api(practice), Some(kind), bytes).await.is(201).json();
        assert_eq!(
            (&sent["report"]["refused"], &sent["report"]["outcomes"]["did-not-attend"]),
            (&json!({}), &json!(6))
        );
        let import = sent["import"].as_str().unwrap();
        manager.post(&format!("{}/{import}/activate", api(practice)), json!({})).await.is(201);
        for (who, day, n) in WEEK {
            let me = if who == "Dr A" { a } else { b };
            assert_eq!(counted(&manager, practice, me, &format!("2026-11-{day}")).await, n, "{practice} {who} {day}");
        }
        for (me, day) in [(a, 19), (a, 20), (b, 17), (b, 18)] {
            assert_eq!(counted(&manager, practice, me, &format!("2026-11-{day}")).await, 0, "{practice} {day}");
        }
    }
});

both_databases!(an_import_is_taken_back_by_command, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    app.test.adopt(&app.state.writer).await;
    let folder = tempfile::tempdir().unwrap();
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.manager("Z90001").await;
    let run = |words: &[&str]| headroom(&test, folder.path(), words);
    let back = |more: &[&str]| run(&[&["import", "take-back", "--practice", "Z90001"][..], more].concat());
    assert_eq!(back(&[]).1, "Nothing was taken in for Z90001 yet.\n");
    match_with(&manager, "Z90001", "report", json!({ "holders": { "Dr A": me.to_string() } })).await;
    let sent = manager.send(Method::POST, &api("Z90001"), Some("text/csv"), written(0)).await.is(201).json();
    let id = sent["import"].as_str().unwrap();
    assert!(back(&[]).1.ends_with("3 attended  does not count\n"), "{}", back(&[]).1);
    let refused = |(went, said, wrong): (bool, String, String), why: &str| {
        assert!(
            !went && said.is_empty() && wrong.contains(why) && wrong.contains("nothing was changed"),
            "{said}{wrong}"
        );
    };
    refused(back(&[id]), "no import of this id counts at Z90001");
    manager.post(&format!("{}/{id}/activate", api("Z90001")), json!({})).await.is(201);
    assert_eq!(counted(&manager, "Z90001", me, DAY).await, 3);
    // Not by way of a neighbour, and not by an id that is none.
    refused(run(&["import", "take-back", "--practice", "Z90002", id]), "no import of this id counts at Z90002");
    assert!(back(&["nonsense"]).2.contains("invalid value"));
    assert_eq!(counted(&manager, "Z90001", me, DAY).await, 3);
    let (went, said, wrong) = back(&[id]);
    assert!(went && said.starts_with("Taken back: "), "{said}{wrong}");
    assert_eq!(counted(&manager, "Z90001", me, DAY).await, 0);
    assert_eq!(back(&[id]).1, "It was taken back before.\n");
    let list = back(&[]).1;
    assert!(list.contains(&format!("{id}  ")) && list.contains("attended  taken back\n"), "{list}");
    let undo = list.lines().find(|line| line.ends_with("takes another back")).unwrap().split(' ').next().unwrap();
    refused(back(&[undo]), "This took another import back");
    let told = "SELECT count(*) FROM audit_event WHERE event LIKE 'appointments.%'";
    assert!(test.number(told).await > 0);
    // What was taken in by command says how to undo it.
    let file = folder.path().join("list.csv");
    fs::write(&file, of_late(&written(0))).unwrap();
    let (went, said, _) = run(&["import", "appointments", "--practice", "Z90001", file.to_str().unwrap()]);
    let line =
        said.lines().find_map(|line| line.strip_prefix("To undo it: headroom import take-back --practice Z90001 "));
    assert!(went, "{said}");
    assert!(back(&[line.unwrap()]).1.starts_with("Taken back: "), "{said}");
    assert!(run(&["verify"]).0, "sums agree");
});

//! The day in full, the limit and the rota behind it, the work beside it: what they say, and to whom.

use headroom::domain::access::Role;
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

fn fresh() -> String {
    Uuid::now_v7().to_string()
}

fn home(practice: &str, clinician: impl std::fmt::Display) -> String {
    format!("/practices/{practice}/clinicians/{clinician}")
}

/// Counted and limit of a day, by the API.
async fn stands(manager: &Client, practice: &str, clinician: impl std::fmt::Display, day: &str) -> (u64, u64) {
    let path = format!("/api/v1{}/days/{day}", home(practice, clinician));
    let day = manager.get(&path).await.is(200).json();
    (day["counted"].as_u64().unwrap(), day["limit"].as_u64().unwrap())
}

both_databases!(several_contacts_are_added_once, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let (device, manager) = (app.device("Z90001", me).await, app.manager("Z90001").await);
    let path = format!("{}/days/2026-11-20/contacts", home("Z90001", me));
    let id = fresh();
    let round = [("id", id.as_str()), ("n", "9"), ("kind", "care-home"), ("time", "09:30")];
    for _ in 0..2 {
        device.form(&path, &round).await.is(303);
        assert_eq!(stands(&manager, "Z90001", me, "2026-11-20").await.0, 9);
    }
    let mut other = round;
    other[2] = ("kind", "group");
    device.form(&path, &other).await.is(409);
    let page = device.get(&format!("{}/days/2026-11-20", home("Z90001", me))).await;
    assert_eq!(page.is(200).body.matches("Care home").count() - 1, 9, "nine rows and a choice");
    // A sum of the session, for whoever ends one.
    assert!(page.body.contains("<strong>Morning: 9 contacts</strong>, 09:30 to 09:30"), "{}", page.body);
    for (field, value, said) in [
        ("n", "61", "from 1 to 60"),
        ("kind", "tea", "Choose a kind"),
        ("time", "half nine", "such as 14:30"),
        ("time", "23:30", "future"),
    ] {
        let id = fresh();
        let mut fields = [("id", id.as_str()), ("n", "2"), ("kind", "group"), ("time", "")];
        fields.iter_mut().find(|(name, _)| *name == field).unwrap().1 = value;
        let refused = device.form(&path, &fields).await;
        assert!(refused.is(422).body.contains(said), "{field} {value}: {}", refused.body);
        // What was typed is kept, the id of the form too.
        let kept = [format!("value=\"{id}\""), "id=\"n\"".to_owned()];
        assert!(kept.iter().all(|part| refused.body.contains(part)));
        assert!(field == "kind" || refused.body.contains(&format!("value=\"{value}\"")));
        assert!(field == "kind" || refused.body.contains("value=\"group\" selected"));
    }
    assert_eq!(stands(&manager, "Z90001", me, "2026-11-20").await.0, 9);
});

both_databases!(a_contact_moves_once_and_leaves_its_reason_behind, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let (device, manager) = (app.device("Z90001", me).await, app.manager("Z90001").await);
    let tap = fresh();
    device.form(&format!("{}/contacts", home("Z90001", me)), &[("id", &tap)]).await.is(303);
    let change = format!("{}/days/2026-11-20/contacts/{tap}", home("Z90001", me));
    let moved = [("what", "change"), ("kind", "visit"), ("complex", "yes"), ("day", "2026-11-19")];
    for _ in 0..2 {
        let reply = device.form(&change, &moved).await;
        assert!(reply.is(303).location().ends_with("/days/2026-11-19"));
    }
    // A stale page that says otherwise comes too late, and changes nothing.
    let late = [("what", "change"), ("kind", "video"), ("complex", ""), ("day", "2026-11-20")];
    device.form(&change, &late).await.is(303);
    assert_eq!(stands(&manager, "Z90001", me, "2026-11-20").await.0, 0);
    assert_eq!(stands(&manager, "Z90001", me, "2026-11-19").await.0, 1);
    let page = device.get(&format!("{}/days/2026-11-19", home("Z90001", me))).await;
    assert!(page.is(200).body.contains("Home visit, complex"));
    assert!(page.body.contains("2.5"), "the second ruler");
    let page = device.get(&format!("{}/days/2026-11-20", home("Z90001", me))).await;
    assert!(page.is(200).body.contains("Changed or moved"));

    let tap = fresh();
    device.form(&format!("{}/contacts", home("Z90001", me)), &[("id", &tap)]).await.is(303);
    let void = format!("{}/days/2026-11-20/contacts/{tap}", home("Z90001", me));
    device.form(&void, &[("what", "void"), ("reason", "whim")]).await.is(422);
    device.form(&void, &[("what", "void"), ("reason", "did-not-attend")]).await.is(303);
    assert_eq!(stands(&manager, "Z90001", me, "2026-11-20").await.0, 0);
    let page = device.get(&format!("{}/days/2026-11-20", home("Z90001", me))).await;
    assert!(page.body.contains("Did not attend"));
});

both_databases!(a_clinician_reaches_a_week_back_and_a_manager_a_month, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let (device, manager) = (app.device("Z90001", me).await, app.manager("Z90001").await);
    let day = |day: &str| format!("{}/days/{day}", home("Z90001", me));
    for (client, open, closed) in [(&device, "2026-11-13", "2026-11-12"), (&manager, "2026-10-20", "2026-10-19")] {
        client.get(&day(open)).await.is(200);
        client.get(&day(closed)).await.is(404);
        let id = fresh();
        let one = [("id", id.as_str()), ("n", "1"), ("kind", "in-person")];
        client.form(&format!("{}/contacts", day(open)), &one).await.is(303);
        client.form(&format!("{}/contacts", day(closed)), &one).await.is(404);
        client.form(&format!("{}/contacts", day("2026-11-21")), &one).await.is(404);
    }
});

both_databases!(work_beside_the_contacts_is_counted_and_never_part_of_the_limit, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let (device, manager) = (app.device("Z90001", me).await, app.manager("Z90001").await);
    let path = format!("/api/v1{}/days/2026-11-20/work", home("Z90001", me));
    let letters = json!({ "id": Uuid::now_v7(), "kind": "letters", "n": 42 });
    let expected = json!({ "day": "2026-11-20", "work": { "letters": 42 }, "imported_did_not_attend": null });
    assert_eq!(manager.post(&path, letters.clone()).await.is(201).json(), expected);
    assert_eq!(manager.post(&path, letters.clone()).await.is(200).json(), expected);
    let mut other = letters;
    other["n"] = json!(43);
    manager.post(&path, other).await.is(409);
    for bad in [
        json!({ "kind": "lunch", "n": 1 }),
        json!({ "kind": "letters", "n": 0 }),
        json!({ "kind": "letters", "n": 201 }),
    ] {
        let mut bad = bad;
        bad["id"] = json!(Uuid::now_v7());
        manager.post(&path, bad).await.is(422);
    }
    let form = fresh();
    let page = format!("{}/days/2026-11-20/work", home("Z90001", me));
    for (n, sent) in [("1", 2), ("-1", 1), ("10", 1)] {
        for _ in 0..sent {
            device.form(&page, &[("id", &form), ("kind", "did-not-attend"), ("n", n)]).await.is(303);
        }
    }
    let work = manager.get(&path).await.is(200).json();
    assert_eq!(work["work"], json!({ "letters": 42, "did-not-attend": 10 }));
    assert_eq!(stands(&manager, "Z90001", me, "2026-11-20").await.0, 0);
});

both_databases!(the_limit_follows_the_rota_the_duty_and_the_day, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let (device, manager) = (app.device("Z90001", me).await, app.manager("Z90001").await);
    let friday = "2026-11-20";
    assert_eq!(stands(&manager, "Z90001", me, friday).await.1, 25);
    let (who, id) = (me.to_string(), fresh());
    let friday_of = format!("day-{who}-5");
    let rota = [("id", id.as_str()), (friday_of.as_str(), "2"), ("rota_from", "2026-11-01")];
    for _ in 0..2 {
        manager.form("/practices/Z90001/rota", &rota).await.is(303);
    }
    assert_eq!(stands(&manager, "Z90001", me, friday).await.1, 13);
    assert_eq!(stands(&manager, "Z90001", me, "2026-11-19").await.1, 25);
    let limit = |fields: [&'static str; 4]| {
        let (manager, id) = (manager.clone(), fresh());
        async move {
            let [full_day, duty_day, from, last] = fields;
            let fields = [
                ("id", id.as_str()),
                ("whose", ""),
                ("full_day", full_day),
                ("one_session", "13"),
                ("duty_day", duty_day),
                ("effective_on", from),
                ("last_on", last),
            ];
            manager.form("/practices/Z90001/limits", &fields).await
        }
    };
    limit(["28", "10", "2026-11-01", ""]).await.is(303);
    limit(["20", "", "2026-11-19", "2026-11-19"]).await.is(303);
    assert_eq!(stands(&manager, "Z90001", me, "2026-11-18").await.1, 28);
    assert_eq!(stands(&manager, "Z90001", me, "2026-11-19").await.1, 20);
    let refused = limit(["20", "none", "2026-11-19", "2026-11-18"]).await;
    assert!(refused.is(422).body.contains("before the first") && refused.body.contains("none"));
    // The clinician says what today is.
    let set = |halves: &'static str, duty: &'static str| {
        let (device, id) = (device.clone(), fresh());
        async move {
            let fields = [("id", id.as_str()), ("n", "0"), ("half_sessions", halves), ("duty", duty)];
            device.form(&format!("{}/set", home("Z90001", me)), &fields).await
        }
    };
    set("1", "").await.is(303);
    assert_eq!(stands(&manager, "Z90001", me, friday).await.1, 7);
    set("4", "yes").await.is(303);
    assert_eq!(stands(&manager, "Z90001", me, friday).await.1, 10);
    let page = manager.get("/practices/Z90001/limits").await;
    assert!(page.is(200).body.contains("One session"), "the rota of Friday");
});

both_databases!(a_group_has_its_limit_set_in_one_go, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let manager = app.manager("Z90001").await;
    let id = fresh();
    let fields = [
        ("id", id.as_str()),
        ("whose", "registrar"),
        ("full_day", "15"),
        ("one_session", "8"),
        ("effective_on", "2026-11-01"),
    ];
    let none = manager.form("/practices/Z90001/limits", &fields).await;
    assert!(none.is(422).body.contains("Nobody of this group"));
    let (new, added) = (fresh(), [("label", "Dr R"), ("staff_group", "registrar")]);
    let added: Vec<_> = [("id", new.as_str())].into_iter().chain(added).collect();
    manager.form("/practices/Z90001/people", &added).await.is(303);
    let people = manager.get("/api/v1/practices/Z90001/clinicians").await.is(200).json();
    let registrar = people["items"].as_array().and_then(|all| all.iter().find(|row| row["label"] == "Dr R"));
    let registrar = registrar.expect("the registrar")["id"].as_str().unwrap().to_owned();
    manager.form("/practices/Z90001/limits", &fields).await.is(303);
    assert_eq!(stands(&manager, "Z90001", registrar, "2026-11-20").await.1, 15);
    assert_eq!(stands(&manager, "Z90001", me, "2026-11-20").await.1, 25);
});

both_databases!(nobody_else_sees_or_changes_a_day, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let colleague = app.clinician("Z90001", "Dr B").await;
    let strangers = [
        app.device("Z90001", colleague).await,
        app.manager("Z90002").await,
        app.person(Role::LmcOfficer, "lmc-east").await,
    ];
    let day = format!("{}/days/2026-11-20", home("Z90001", me));
    let id = fresh();
    for stranger in &strangers {
        stranger.get(&day).await.is(404);
        stranger.form(&format!("{day}/contacts"), &[("id", &id), ("n", "1"), ("kind", "group")]).await.is(404);
        stranger.form(&format!("{day}/work"), &[("id", &id), ("kind", "letters"), ("n", "1")]).await.is(404);
        stranger.form(&format!("{day}/contacts/{id}"), &[("what", "void"), ("reason", "mistake")]).await.is(404);
    }
    app.stranger().get(&day).await.is(303);
    let manager = app.manager("Z90001").await;
    assert_eq!(stands(&manager, "Z90001", me, "2026-11-20").await.0, 0);
});

//! Template notices over HTTP: offered, used, adapted or ignored; the LMC sees what was served and shared, and nothing
//! else is kept.

use entity::ids::OdsCode;
use headroom::domain::{access::Role, catalogue};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

const EAST: &str = "/lmc/east/templates";
const API: &str = "/api/v1/practices/Z90001/notices";

fn id() -> String {
    Uuid::now_v7().to_string()
}

/// The form of a template with a common last day.
fn pessaries(id: &str) -> Vec<(&'static str, String)> {
    [
        ("id", id),
        ("after", "0"),
        ("item", "voluntary-services"),
        ("title", "Ring pessaries in a wave"),
        ("service", "Ring pessaries"),
        ("explanation", "No practice is paid for it.\n\nThe hospital was told."),
        ("period_n", "3"),
        ("period_unit", "months"),
        ("common", "last-day"),
        ("common_on", "2027-03-01"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

fn with(mut form: Vec<(&'static str, String)>, name: &str, value: &str) -> Vec<(&'static str, String)> {
    for field in &mut form {
        if field.0 == name {
            value.clone_into(&mut field.1);
        }
    }
    form
}

async fn send(client: &Client, path: &str, form: &[(&'static str, String)]) -> (u16, String) {
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, &**value)).collect();
    let reply = client.form(path, &fields).await;
    (reply.status.as_u16(), reply.body)
}

async fn publish(officer: &Client) -> String {
    let id = id();
    assert_eq!(send(officer, EAST, &pessaries(&id)).await.0, 303);
    id
}

fn served(template: &str, service: &str) -> Value {
    json!({
        "id": Uuid::now_v7(), "service": service, "served_on": "2026-11-20", "period": 101,
        "period_unit": "days", "commissioner": "NHS Example ICB", "contract": "unsigned",
        "template": template, "template_version": 1,
    })
}

async fn share(app: &TestApp, practice: &str) {
    let manager = app.manager(practice).await;
    let path = format!("/practices/{practice}/sharing");
    manager.form(&path, &[("share", "yes")]).await.is(303);
}

async fn page(client: &Client, path: &str) -> String {
    client.get(path).await.is(200).body.clone()
}

fn value_of<'a>(page: &'a str, name: &str) -> &'a str {
    let wanted = scraper::Selector::parse(&format!("[name={name}]")).unwrap();
    let parsed = scraper::Html::parse_document(page);
    let found = parsed.select(&wanted).next().unwrap();
    let value = found.attr("value").unwrap().to_owned();
    let at = page.find(&value).unwrap();
    &page[at..at + value.len()]
}

both_databases!(a_template_is_offered_used_adapted_or_ignored, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let template = publish(&officer).await;
    // The same form again is the same template; the same id with other words is refused.
    assert_eq!(send(&officer, EAST, &pessaries(&template)).await.0, 303);
    let other = with(pessaries(&template), "title", "Another");
    assert_eq!(send(&officer, EAST, &other).await.0, 409);
    assert_eq!(test.number("SELECT count(*) FROM notice_template").await, 1);

    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let list = page(&manager, "/practices/Z90001/notices").await;
    assert!(list.contains("Templates from your LMC") && list.contains("Last day 1 March 2027"));
    let own = format!("/practices/Z90001/notices/templates/{template}");
    let told = page(&manager, &own).await;
    assert!(told.contains("<p>No practice is paid for it.</p><p>The hospital was told.</p>"));
    let new = format!("/practices/Z90001/notices/new?template={template}");
    let form = page(&manager, &new).await;
    assert_eq!(value_of(&form, "service"), "Ring pessaries");
    // From Friday 20 November to the common last day.
    assert_eq!(value_of(&form, "period"), "101");
    assert!(form.contains("1 March 2027") && form.contains("East LMC’s template"));

    // Adapted, and kept with the version it came from.
    let notice = id();
    let typed = [
        ("id", notice.as_str()),
        ("item", "voluntary-services"),
        ("service", "Ring pessaries"),
        ("served_on", "2026-11-18"),
        ("period", "4"),
        ("period_unit", "months"),
        ("commissioner", "Wyre and Calder"),
        ("contract", "none"),
        ("template", template.as_str()),
        ("template_version", "1"),
    ];
    for _ in 0..2 {
        manager.form("/practices/Z90001/notices", &typed).await.is(303);
    }
    let origin = test.rows("notice_origin").await;
    assert_eq!(origin.len(), 1);
    let kept = page(&manager, &format!("/practices/Z90001/notices/{notice}")).await;
    assert!(kept.contains("East LMC: Ring pessaries in a wave, version 1"), "{kept}");
    // The same notice from no template is another one.
    let api = app.manager("Z90001").await;
    let body = json!({
        "id": notice, "service": "Ring pessaries", "served_on": "2026-11-18", "period": 4, "period_unit": "months",
        "commissioner": "Wyre and Calder", "contract": "none",
    });
    api.post(API, body).await.is(409);

    // Another LMC's practice sees none of it, and cannot name it.
    let west = app.person(Role::PracticeManager, "Z90025").await;
    assert!(!page(&west, "/practices/Z90025/notices").await.contains("Templates from"));
    for path in [
        format!("/practices/Z90025/notices/templates/{template}"),
        format!("/practices/Z90025/notices/new?template={template}"),
    ] {
        west.get(&path).await.is(404);
    }
    let foreign = served(&template, "Ring pessaries");
    let token = app.manager("Z90025").await;
    let refused = token.post("/api/v1/practices/Z90025/notices", foreign).await;
    assert!(refused.is(422).body.contains("\"template\""), "{}", refused.body);
    assert_eq!(test.number("SELECT count(*) FROM notice").await, 1);
});

both_databases!(a_correction_is_a_version_and_a_withdrawal_ends_it, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let template = publish(&officer).await;
    let here = format!("{EAST}/{template}");
    let manager = app.manager("Z90001").await;
    manager.post(API, served(&template, "Ring pessaries")).await.is(201);

    let correct = page(&officer, &format!("{here}/correct")).await;
    assert_eq!(value_of(&correct, "after"), "1");
    let second = with(with(pessaries(&id()), "after", "1"), "common_on", "2027-04-01");
    assert_eq!(send(&officer, &here, &second).await.0, 303);
    assert_eq!(send(&officer, &here, &second).await.0, 303, "a repeat");
    // Somebody who still looks at the first version is told.
    let late = with(with(pessaries(&id()), "after", "1"), "title", "Late");
    assert_eq!(send(&officer, &here, &late).await.0, 409);
    let own = page(&manager, &format!("/practices/Z90001/notices/templates/{template}")).await;
    assert!(own.contains("version 2") && own.contains("1 April 2027"), "{own}");

    let withdrawal = [("id", id()), ("after", "2".to_owned())];
    let gone = format!("{here}/withdraw");
    assert_eq!(send(&officer, &gone, &withdrawal).await.0, 303);
    assert_eq!(send(&officer, &gone, &withdrawal).await.0, 303, "a repeat");
    let again = [("id", id()), ("after", "3".to_owned())];
    assert_eq!(send(&officer, &gone, &again).await.0, 409);
    officer.get(&format!("{here}/correct")).await.is(404);
    assert_eq!(test.number("SELECT count(*) FROM notice_template").await, 3);
    let list = page(&manager, "/practices/Z90001/notices").await;
    assert!(!list.contains("Templates from your LMC"));
    manager.get(&format!("/practices/Z90001/notices/templates/{template}")).await.is(404);
    // A form that was begun before the withdrawal still says where the notice came from.
    let begun = served(&template, "Ring pessaries");
    manager.post(API, begun).await.is(201);
    assert_eq!(test.number("SELECT count(*) FROM notice_origin").await, 2);
});

/// The names in the table of those who served, and the sentence above it.
async fn who(officer: &Client, template: &str) -> (Vec<String>, String) {
    let told = page(officer, &format!("{EAST}/{template}")).await;
    let parsed = scraper::Html::parse_document(&told);
    let text = |selector: &str| -> Vec<String> {
        let wanted = scraper::Selector::parse(selector).unwrap();
        let found = parsed.select(&wanted);
        found.map(|one| one.text().collect::<Vec<_>>().join("|")).collect()
    };
    let rows = text("tbody tr");
    let said = text("section strong").join(" ");
    (rows, said)
}

both_databases!(an_lmc_sees_served_notices_of_practices_that_share_and_nothing_else, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let template = publish(&officer).await;
    for (practice, service) in [
        ("Z90001", "Ring pessaries"),
        ("Z90002", "ring pessaries "),
        ("Z90003", "Ring pessaries"),
        // Another service than the template's: not a notice on it.
        ("Z90004", "Phlebotomy"),
        // Does not share.
        ("Z90005", "Ring pessaries"),
    ] {
        let manager = app.manager(practice).await;
        let path = format!("/api/v1/practices/{practice}/notices");
        manager.post(&path, served(&template, service)).await.is(201);
    }
    // Without the template: not counted, whoever it is.
    let path = "/api/v1/practices/Z90006/notices";
    let mut own = served(&template, "Ring pessaries");
    own.as_object_mut().unwrap().retain(|name, _| !name.starts_with("template"));
    app.manager("Z90006").await.post(path, own).await.is(201);
    let (rows, said) = who(&officer, &template).await;
    assert_eq!((rows.len(), said.as_str()), (0, "0 notices served"));

    for practice in ["Z90001", "Z90002", "Z90003", "Z90004", "Z90006"] {
        share(&app, practice).await;
    }
    let (rows, said) = who(&officer, &template).await;
    assert_eq!(said, "3 notices served");
    let line = |n: u8| format!("Invented Surgery {n}|20 Nov 2026|1 Mar 2027");
    assert_eq!(rows, [line(1), line(2), line(3)]);
    let told = page(&officer, &format!("{EAST}/{template}")).await;
    assert!(told.contains("5 of 24") && !told.contains("Surgery 5"), "{told}");
    let list = page(&officer, EAST).await;
    assert!(list.contains("5 of 24"));

    // What is taken back was never served for others; what is funded goes on.
    for (practice, event) in [("Z90001", "withdrawn"), ("Z90002", "funded")] {
        let manager = app.manager(practice).await;
        let path = format!("/api/v1/practices/{practice}/notices");
        let all = manager.get(&path).await.is(200).json();
        let notice = all["items"][0]["id"].as_str().unwrap().to_owned();
        let body = json!({ "id": Uuid::now_v7(), "event": event, "on": "2026-11-20" });
        manager.post(&format!("{path}/{notice}/events"), body).await.is(201);
    }
    let (rows, _) = who(&officer, &template).await;
    assert_eq!(rows, ["Invented Surgery 2|20 Nov 2026|goes on".to_owned(), line(3)]);

    // Consent that is withdrawn acts at once.
    let manager = app.manager("Z90003").await;
    let stop = [("share", "no")];
    manager.form("/practices/Z90003/sharing", &stop).await.is(303);
    assert_eq!(who(&officer, &template).await.0.len(), 1);

    // No practice learns what another did.
    let reader = app.person(Role::PracticeManager, "Z90007").await;
    for path in [
        "/practices/Z90007/notices".to_owned(),
        format!("/practices/Z90007/notices/templates/{template}"),
        format!("/practices/Z90007/notices/new?template={template}"),
    ] {
        let told = page(&reader, &path).await;
        for n in 1..=6 {
            assert!(!told.contains(&format!("Invented Surgery {n}<")), "{path}");
        }
        assert!(!told.contains("served notice from"), "{path}: {told}");
    }
});

both_databases!(nobody_who_reads_a_template_leaves_a_trace, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let template = publish(&officer).await;
    let readers =
        [app.person(Role::PracticeManager, "Z90001").await, app.person(Role::PracticeManager, "Z90002").await, officer];
    let aside = ["session", "access_receipt"];
    let before = test.content_without(&aside).await;
    for reader in &readers {
        for practice in ["Z90001", "Z90002"] {
            for path in [
                format!("/practices/{practice}/notices"),
                format!("/practices/{practice}/notices/templates/{template}"),
                format!("/practices/{practice}/notices/new?template={template}"),
            ] {
                reader.get(&path).await;
            }
        }
        for path in [EAST.to_owned(), format!("{EAST}/{template}")] {
            reader.get(&path).await;
        }
    }
    assert_eq!(test.content_without(&aside).await, before);
    // Nobody was named, so not even a receipt.
    assert_eq!(test.number("SELECT count(*) FROM access_receipt").await, 0);
});

both_databases!(strangers_neighbours_and_conflicts_are_refused, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let template = publish(&officer).await;
    let here = format!("{EAST}/{template}");
    // The test itself adds people.
    let aside = ["session", "person", "role_grant"];
    let before = test.content_without(&aside).await;
    for other in [
        app.token(Role::LmcOfficer, "west").await,
        app.token(Role::IcbAnalyst, "XDA").await,
        app.manager("Z90001").await,
        app.token(Role::Administrator, "england").await,
    ] {
        for path in [EAST.to_owned(), here.clone(), format!("{here}/correct")] {
            other.get(&path).await.is(404);
        }
        assert_eq!(send(&other, EAST, &pessaries(&id())).await.0, 404);
        assert_eq!(send(&other, &here, &pessaries(&id())).await.0, 404);
        let withdrawal = [("id", id()), ("after", "1".to_owned())];
        let gone = format!("{here}/withdraw");
        assert_eq!(send(&other, &gone, &withdrawal).await.0, 404);
    }
    let west = app.person(Role::LmcOfficer, "west").await;
    west.get(&format!("/lmc/west/templates/{template}")).await.is(404);
    let token = app.stranger();
    assert!(token.get(EAST).await.is(303).location().starts_with("/sign-in"));
    token.get(&format!("/practices/Z90001/notices/templates/{template}")).await.is(303);

    for (field, wrong) in [
        ("title", ""),
        ("service", " "),
        ("explanation", "Call NHS number 999 000 0018"),
        ("title", "NHS number 999 000 0018"),
        ("period_n", "25"),
        ("common", "maybe"),
        ("common_on", ""),
        // An item that the contract is in conflict with, one about the whole practice, and none at all.
        ("item", "gp-connect-update-record"),
        ("item", "dsa-freeze"),
        ("item", "nonsense"),
    ] {
        let (status, body) = send(&officer, EAST, &with(pessaries(&id()), field, wrong)).await;
        assert_eq!(status, 422, "{field} {wrong}");
        assert!(body.contains(&format!("href=\"#{field}\"")), "{field}: {body}");
        // What was typed stays on the page of whoever typed it, and nowhere else.
        assert!(body.contains("nhsuk-error-summary"));
    }
    assert_eq!(test.content_without(&aside).await, before);
});

both_databases!(what_comes_to_conflict_with_the_contract_is_offered_no_more, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let template = publish(&officer).await;
    let manager = app.manager("Z90001").await;
    manager.post(API, served(&template, "Ring pessaries")).await.is(201);
    share(&app, "Z90001").await;
    assert_eq!(who(&officer, &template).await.0.len(), 1);

    // A later edition says that the contract requires the services.
    let mut file: Value = serde_json::from_str(catalogue::BUILT_IN_FILE).unwrap();
    file["edition"] = json!("england-2026-11b");
    file["valid_from"] = json!("2026-11-17");
    let items = file["items"].as_array_mut().unwrap();
    items.retain(|item| item["code"] == "voluntary-services");
    for item in items {
        item["valid_from"] = json!("2026-11-17");
        item["published"] = json!(false);
        item.as_object_mut().unwrap().remove("series_order");
        item["positions"] = json!([{
            "from": "2026-11-17", "position": "conflicts", "guard_rail": "The contract requires it.",
            "source": "Invented for this test", "checked_on": "2026-11-17",
        }]);
    }
    crate::catalogue::import(&test, &file.to_string());

    let (rows, said) = who(&officer, &template).await;
    assert_eq!((rows.len(), said.as_str()), (0, "0 notices served"));
    let told = page(&officer, &format!("{EAST}/{template}")).await;
    assert!(told.contains("conflicts with the contract today"), "{told}");
    let list = page(&manager, "/practices/Z90001/notices").await;
    assert!(!list.contains("Templates from your LMC"));
    let refused = manager.post(API, served(&template, "Ring pessaries")).await;
    assert!(refused.is(422).body.contains("template"), "{}", refused.body);
    let (status, _) = send(&officer, EAST, &pessaries(&id())).await;
    assert_eq!(status, 422);
    let code: OdsCode = "Z90001".parse().unwrap();
    assert!(page(&manager, &format!("/practices/{code}/notices")).await.contains("Ring pessaries"));
});

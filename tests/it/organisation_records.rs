//! Single organisations as ODS's ORD interface answers them, and ODS's files in their zip: by command and on the
//! administrator's page; and files that are neither, which leave nothing behind and are told why.

use std::{
    fs,
    io::{Cursor, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use axum::http::Method;
use headroom::{
    domain::{
        access::Role,
        organisation::{Dated, Fact, OrganisationKind},
    },
    store::organisations::{self, Import},
};
use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{
    app::{Client, Reply, TestApp},
    databases::{Place, TestDb, both_databases},
};

const EPRACCUR: &str = include_str!("../data/organisations/epraccur_dse_with_two_settings.csv");
const PAGE: &str = "/admin/organisations";

/// A record as ORD answers it.
fn record(code: &str, name: &str, roles: &[&str], parents: &[(&str, &str, &str)]) -> Value {
    let id = |code: &str| json!({ "root": "2.16.840.1.113883.2.1.3.2.4.18.48", "assigningAuthorityName": "HSCIC", "extension": code });
    let date = json!([{ "Type": "Operational", "Start": "2013-04-01" }]);
    let roles: Vec<Value> = (10_u32..)
        .zip(roles)
        .map(|(unique, role)| json!({ "id": role, "uniqueRoleId": unique, "Date": date, "Status": "Active" }))
        .collect();
    let rels: Vec<Value> = parents
        .iter()
        .map(|(relation, role, parent)| {
            let target = json!({ "OrgId": id(parent), "PrimaryRoleId": { "id": role, "uniqueRoleId": 7 } });
            json!({ "Date": date, "Status": "Active", "Target": target, "id": relation, "uniqueRelId": 9 })
        })
        .collect();
    json!({ "Organisation": {
        "Name": name, "Date": date, "OrgId": id(code), "Status": "Active", "LastChangeDate": "2026-10-01", "orgRecordClass": "RC1",
        "GeoLoc": { "Location": { "AddrLn1": "1 INVENTED ROAD", "PostCode": "ZZ1 1ZZ", "Country": "ENGLAND", "UPRN": 1 } },
        "Contacts": { "Contact": [{ "type": "tel", "value": "01632 960001" }] },
        "Roles": { "Role": roles }, "Rels": { "Rel": rels }
    }})
}

const COMMISSIONED: &str = "RE4";
const PARTNER: &str = "RE8";
const WITHIN: &str = "RE5";

fn practice(code: &str, name: &str, sub_icb: &str, pcn: Option<&str>) -> Value {
    let mut parents = vec![(COMMISSIONED, "RO98", sub_icb)];
    parents.extend(pcn.map(|pcn| (PARTNER, "RO272", pcn)));
    record(code, name, &["RO177", "RO76"], &parents)
}

/// A region with an ICB in it, its sub-ICB location and a network, all invented.
fn areas() -> Vec<Value> {
    vec![
        record("YZ9", "INVENTED REGION", &["RO209"], &[]),
        record("QZ9", "INVENTED ICB", &["RO261", "RO318"], &[(WITHIN, "RO209", "YZ9")]),
        record("99Z", "INVENTED SUB-ICB", &["RO98", "RO319"], &[(WITHIN, "RO261", "QZ9")]),
        record("U99999", "INVENTED PCN", &["RO272"], &[(COMMISSIONED, "RO98", "99Z")]),
    ]
}

struct Node {
    folder: tempfile::TempDir,
    place: Place,
}

struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Node {
    fn on(place: &Place) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        Self { folder, place: place.clone() }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn import(&self, files: &[PathBuf]) -> Done {
        let mut command = Command::new(env!("CARGO_BIN_EXE_headroom"));
        command.args(["import", "organisations", "--effective", "2026-11-01"]).args(files).env_clear();
        command.env("HEADROOM_DATA", self.folder.path()).env("DATABASE_URL", self.place.describe());
        command.env("HEADROOM_LOG", "warn").stdin(Stdio::null());
        let output = tokio::task::block_in_place(|| command.output().unwrap());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Done { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

impl Done {
    #[track_caller]
    fn ends(&self, said: &str) {
        assert_eq!(self.code, Some(0), "{}", self.err);
        assert!(self.out.contains(said), "{said}: {}", self.out);
    }

    #[track_caller]
    fn refused(&self, why: &str) {
        assert_eq!(self.code, Some(1), "{}", self.out);
        assert!(self.err.contains(why), "{why}: {}", self.err);
    }
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn upload(admin: &Client, name: &str, bytes: &[u8]) -> Reply {
    let head = format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let day = "\r\n--edge\r\nContent-Disposition: form-data; name=\"effective\"\r\n\r\n2026-11-01\r\n--edge--\r\n";
    let body = [head.as_bytes(), bytes, day.as_bytes()].concat();
    admin.send(Method::POST, PAGE, Some("multipart/form-data; boundary=edge"), body).await
}

both_databases!(records_of_ods_open_practices_within_their_areas_and_move_them, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let node = Node::on(&test.place);
    let mut list = areas();
    list.push(record("98Z", "SECOND SUB-ICB", &["RO98", "RO319"], &[(WITHIN, "RO261", "XDA")]));
    list.push(practice("Z90901", "INVENTED SURGERY", "99Z", Some("U99999")));
    // A pharmacy, a practice that closed, and one in Wales.
    list.push(record("FZ999", "INVENTED PHARMACY", &["RO182"], &[]));
    let mut wales = practice("W99999", "INVENTED MEDDYGFA", "99Z", None);
    wales["Organisation"]["GeoLoc"]["Location"]["Country"] = json!("WALES");
    list.push(wales);
    let file = node.file("records.json", serde_json::to_string_pretty(&list).unwrap().as_bytes());
    let first = node.import(std::slice::from_ref(&file));
    first.ends("records.json (ord, 2026-11-01): 6 opened (1 of them practices)");
    assert!(
        first.out.contains("skipped, in Wales: 1") && first.out.contains("skipped, not a GP practice: 1"),
        "{}",
        first.out
    );
    node.import(&[file]).ends("No change.");
    let tree = app.state.organisations().await.unwrap();
    let found = tree.practice(&"Z90901".parse().unwrap()).unwrap();
    let parent = |kind| found.parent(kind).map(ToString::to_string);
    assert_eq!(found.opened.unwrap().to_string(), "2013-04-01");
    for (kind, code) in [
        (OrganisationKind::Pcn, "U99999"),
        (OrganisationKind::SubIcb, "99Z"),
        (OrganisationKind::Icb, "QZ9"),
        (OrganisationKind::Region, "YZ9"),
    ] {
        assert_eq!(parent(kind).as_deref(), Some(code), "{kind}");
    }
    // The record alone, a month on: out of the network, into a location whose ICB is known already.
    let (other, sub_icb) = ("XDA".parse().unwrap(), "98Z".parse().unwrap());
    let moved = practice("Z90901", "INVENTED SURGERY", "98Z", None);
    let two = format!("{}\n{}\n", moved, record("U99999", "RENAMED PCN", &["RO272"], &[]));
    node.import(&[node.file("one.json", two.as_bytes())]).ends("1 renamed");
    let tree = app.state.organisations().await.unwrap();
    let found = tree.practice(&"Z90901".parse().unwrap()).unwrap();
    assert_eq!((found.pcn.clone(), found.sub_icb.clone(), found.icb.clone()), (None, Some(sub_icb), Some(other)));
    // Closed by its record; of a practice on a patient list ODS does not decide.
    let mut closed = moved;
    closed["Organisation"]["Status"] = json!("Inactive");
    closed["Organisation"]["Date"][0]["End"] = json!("2026-10-31");
    let closed = node.import(&[node.file("closed.json", closed.to_string().as_bytes())]);
    closed.ends("left out, said to be closed, yet it has patients: 1");
});

both_databases!(a_record_of_one_that_closed_names_who_took_over, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let node = Node::on(&test.place);
    let mut list = areas();
    let closing = ["Z90901", "Z90902", "Z90903"];
    list.extend(closing.iter().chain(&["Z90904"]).map(|code| practice(code, "INVENTED SURGERY", "99Z", None)));
    node.import(&[node.file("open.json", json!(list).to_string().as_bytes())]).ends("(4 of them practices)");
    let succ = |kind: &str, code: &str| {
        let id = json!({ "root": "2.16.840.1.113883.2.1.3.2.4.18.48", "extension": code });
        let target = json!({ "OrgId": id, "PrimaryRoleId": { "id": "RO177", "uniqueRoleId": 3 } });
        let date = json!([{ "Type": "Legal", "Start": "2026-10-31" }]);
        json!({ "uniqueSuccId": 1, "Date": date, "Type": kind, "Target": target })
    };
    let closed = |code: &str, succs: Value| {
        let mut record = practice(code, "INVENTED SURGERY", "99Z", None);
        let one = &mut record["Organisation"];
        (one["Status"], one["Date"][0]["End"]) = (json!("Inactive"), json!("2026-10-31"));
        one["Succs"] = json!({ "Succ": succs });
        record
    };
    // One took over; one came before and none after; two took over, so none did as a whole.
    let records = json!([
        closed("Z90901", json!([succ("Predecessor", "Z90902"), succ("Successor", "Z90904")])),
        closed("Z90902", json!([succ("Predecessor", "Z90901")])),
        closed("Z90903", json!([succ("Successor", "Z90904"), succ("Successor", "Z90901")])),
    ]);
    let records = node.file("closed.json", records.to_string().as_bytes());
    // While a list of patients is believed to have them, they stay open; the list of a month leaves them out.
    node.import(std::slice::from_ref(&records)).ends("said to be closed, yet it has patients: 3");
    let effective_on = "2026-10-31".parse().unwrap();
    let left_out = closing.map(|code| Dated {
        code: code.parse().unwrap(),
        kind: OrganisationKind::Practice,
        effective_on,
        recorded_at: app.clock.now(),
        fact: Fact::Closed { successor: None },
    });
    let list = Import { source: "practice-mapping", effective_on, file_sha256: String::new() };
    organisations::append(test.db.schema(), &list, &left_out, app.clock.now()).await.unwrap();
    node.import(std::slice::from_ref(&records)).ends("1 taken over");
    let tree = app.state.organisations().await.unwrap();
    for (code, after) in closing.into_iter().zip([Some("Z90904"), None, None]) {
        let found = tree.practice(&code.parse().unwrap()).unwrap();
        assert_eq!(found.closed.map(|day| day.to_string()).as_deref(), Some("2026-10-31"), "{code}");
        assert_eq!(found.successor.as_ref().map(ToString::to_string).as_deref(), after, "{code}");
    }
    node.import(&[records]).ends("No change.");
    let odd = closed("Z90904", json!([succ("Successor", "no code")]));
    node.import(&[node.file("odd.json", odd.to_string().as_bytes())]).refused("column Succs");
});

both_databases!(the_zip_of_the_day_is_taken_in_on_the_page, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let admin = app.token(Role::Administrator, "england").await;
    let zip = zipped(&[("epraccur.csv", EPRACCUR.as_bytes()), ("about.pdf", b"%PDF-1.7")]);
    let taken = upload(&admin, "epraccur.zip", &zip).await.is(200).body.clone();
    assert!(taken.contains("epraccur.zip, epraccur.csv"), "{taken}");
    let again = upload(&admin, "epraccur.zip", &zip).await.is(200).body.clone();
    assert!(again.contains("no change"), "{again}");
    let records: Vec<String> = areas()
        .into_iter()
        .chain([practice("Z90902", "SECOND SURGERY", "99Z", None)])
        .map(|one| one.to_string())
        .collect();
    // The practice stands before the areas that it names: all are compared as one.
    let names: Vec<String> = (0..records.len()).rev().map(|at| format!("{at}.json")).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().map(String::as_str).zip(records.iter().rev().map(String::as_bytes)).collect();
    let taken = upload(&admin, "records.zip", &zipped(&files)).await.is(200).body.clone();
    assert!(taken.contains("records.zip, 4.json and 4 more") && taken.contains("5 opened"), "{taken}");
    let page = admin.get(&format!("{PAGE}?find=Z90902")).await.is(200).body.clone();
    assert!(page.contains("SECOND SURGERY") && page.contains("INVENTED ICB"), "{page}");
    let manager = app.manager("Z90001").await;
    let refused = upload(&manager, "epraccur.zip", &zip).await;
    assert!(matches!(refused.status.as_u16(), 403 | 404), "{}", refused.status);
});

both_databases!(a_file_that_cannot_be_read_says_where_and_leaves_nothing, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let node = Node::on(&test.place);
    let admin = app.token(Role::Administrator, "england").await;
    let whole = serde_json::to_string_pretty(&areas()).unwrap();
    let mut odd = areas();
    odd[1]["Organisation"]["Status"] = json!("Perhaps Ann Example");
    let odd = odd.iter().map(|one| one.to_string() + "\n").collect::<String>();
    let search = json!({ "Organisations": [{ "Name": "X", "OrgId": "Z90901", "Status": "Active" }] });
    let mut shape = areas()[0].clone();
    shape["Organisation"]["Name"] = json!({ "Ann": "Example" });
    let twice = format!("{}{}", areas()[0], areas()[0]);
    let before = test.content_without(&["session"]).await;
    let cases: [(&str, Vec<u8>, &str); 12] = [
        ("cut.json", whole.as_bytes()[..whole.len() - 9].to_vec(), "cut short"),
        ("list.json", whole.trim_end_matches(']').into(), "the list has no end: the file is cut short"),
        ("odd.json", odd.into(), "line 2, column Status: not Active or Inactive"),
        ("shape.json", format!("\n\n {shape}").into(), "line 3, character "),
        ("search.json", search.to_string().into(), "the answer to a search"),
        ("fhir.json", json!({ "resourceType": "Organization" }).to_string().into(), "FHIR"),
        ("none.json", b"{}".to_vec(), "no answer of ODS"),
        ("empty.json", b"[]".to_vec(), "there is no record in it"),
        ("noise.json", b"[{\"Organisation\": nonsense}]".to_vec(), "line 1, character 20: not JSON"),
        ("twice.json", twice.into(), "column OrgId: the code is in the file twice"),
        ("cut.zip", b"PK\x03\x04 and nothing".to_vec(), "damaged"),
        ("other.zip", zipped(&[("one.csv", b"a,b\n1,2\n")]), "records of ODS&#39;s ORD interface"),
    ];
    for (name, bytes, why) in cases {
        let page = upload(&admin, name, &bytes).await;
        let page = page.is(422).body.replace("&#x27;", "&#39;").replace('\'', "&#39;");
        assert!(page.contains(why) && page.contains(name) && !page.contains("Ann"), "{name} {why}: {page}");
        let said = node.import(&[node.file(name, &bytes), node.file("good.csv", EPRACCUR.as_bytes())]);
        said.refused("nothing was imported");
        said.refused(&why.replace("&#39;", "'"));
    }
    assert_eq!(test.content_without(&["session"]).await, before);
});

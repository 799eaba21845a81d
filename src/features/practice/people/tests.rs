//! Pages read by a real parser.

use std::collections::HashMap;

use entity::ids::{ClinicianId, DeviceId, LocalDate};
use uuid::Uuid;

use super::view::{self, One, Overview, Typed};
use crate::{
    error::FieldError,
    store::people::{ClinicianRow, DeviceRow},
    ui::sheet::tests::{read, texts},
};

fn today() -> LocalDate {
    "2026-11-20".parse().unwrap()
}

fn clinician(label: &str) -> ClinicianRow {
    ClinicianRow {
        practice: "Z90001".parse().unwrap(),
        id: ClinicianId(Uuid::now_v7()),
        label: label.to_owned(),
        staff_group: "locum".to_owned(),
        added_at: "2026-11-01T08:00:00Z".parse().unwrap(),
        left_on: None,
        erased_at: None,
    }
}

fn device(of: &ClinicianRow) -> DeviceRow {
    DeviceRow {
        practice: of.practice.clone(),
        id: DeviceId(Uuid::now_v7()),
        clinician: of.id,
        secret_hash: "SECRET-HASH".to_owned(),
        enrolled_at: of.added_at,
        expires_at: of.added_at,
        last_seen_at: of.added_at,
        pin_hash: Some("PIN-HASH".to_owned()),
        revoked_at: None,
    }
}

#[test]
fn a_refused_list_keeps_every_line_and_names_each_mistake() {
    let typed = Typed { list: "Dr A\nDr B".to_owned(), ..Typed::default() };
    let errors = [FieldError::new("list", "Line 1: no group"), FieldError::new("list", "Line 2: no group")];
    let row = clinician("Dr \"Z\" <script>");
    let overview = Overview {
        practice: &row.practice,
        today: today(),
        clinicians: std::slice::from_ref(&row),
        devices: &HashMap::from([(row.id, vec![device(&row)])]),
        open_links: &HashMap::new(),
    };
    let page = read(&view::overview(&overview, &typed, &errors));
    assert_eq!(texts(&page, "textarea"), ["Dr A\nDr B"]);
    assert_eq!(texts(&page, ".nhsuk-error-summary li").len(), 2);
    assert_eq!(texts(&page, "tbody th"), [row.label]);
    assert_eq!(texts(&page, "h1"), ["People"]);
    assert!(!page.html().contains("SECRET-HASH") && !page.html().contains("PIN-HASH"));
}

#[test]
fn a_fresh_link_is_shown_with_its_picture_and_an_old_one_never() {
    let row = clinician("Dr A");
    let link = "http://localhost:8025/enrol/abc";
    let show = |link: Option<&str>| {
        let one = One {
            row: &row,
            today: today(),
            devices: &[device(&row)],
            addresses: &[],
            open_link: Some(row.added_at),
            link,
        };
        read(&view::one(&one, &[]))
    };
    let fresh = show(Some(link));
    assert_eq!(texts(&fresh, "#enrolment-link"), [link]);
    assert_eq!(texts(&fresh, "svg[role=img]").len(), 1);
    let later = show(None);
    assert!(!later.html().contains("/enrol/"));
    assert_eq!(texts(&later, "form[action$='/revoke'] button"), ["Revoke Device 1"]);
}

//! Pages of clinicians and devices: values in, markup out.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate, OdsCode};
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::{
        calendar,
        staff::{LONGEST_LABEL, StaffGroup},
    },
    error::FieldError,
    href,
    store::{
        people::{ClinicianRow, DeviceRow},
        tap_addresses::TapAddressRow,
    },
    ui::{
        form::{self, Button, Choice, Field, Width},
        happened_link,
        href::Href,
        key_link,
        number::counted,
        parts, qr,
        sections::Section,
        sheet::Sheet,
        table,
    },
};

/// The page of a practice's people.
pub(super) fn people_of(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("people")
}

/// What the page of all clinicians shows.
#[derive(Debug)]
pub(super) struct Overview<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) today: LocalDate,
    pub(super) clinicians: &'a [ClinicianRow],
    pub(super) devices: &'a HashMap<ClinicianId, Vec<DeviceRow>>,
    pub(super) open_links: &'a HashMap<ClinicianId, DateTime<Utc>>,
}

/// What was typed into a form that was refused.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) label: String,
    pub(super) staff_group: String,
    pub(super) list: String,
}

/// All clinicians, and the forms to add more.
pub(super) fn overview(overview: &Overview<'_>, typed: &Typed, errors: &[FieldError]) -> Sheet {
    let gone = |row: &&ClinicianRow| row.left_on.is_some_and(|left| left <= overview.today);
    let (left, here): (Vec<_>, Vec<_>) = overview.clinicians.iter().partition(gone);
    Sheet::new(Section::People, "People").errors(errors).content(html! {
        (parts::lede(&html! { "Everyone who consults, under a label such as Dr A. A real name is never needed." }))
        (parts::two_columns(
            &parts::panel("Clinicians", &present(overview, &here)),
            &html! {
                (parts::panel("Add a clinician", &add_one(overview.practice, typed, errors)))
                (parts::panel("Add several", &add_list(overview.practice, typed, errors)))
            },
        ))
        p { a href=(href!("/practices").seg(overview.practice).seg("managers")) { "Who manages this practice" } }
        (key_link::link(&overview.practice.into()))
        (key_link::link_to_webhooks(overview.practice))
        (happened_link::link(&overview.practice.into()))
        p { a href=(href!("/practices").seg(overview.practice).seg("everything")) { "Download everything" } }
        @if !left.is_empty() { (parts::details("Clinicians who have left", &departed(overview.practice, &left))) }
    })
}

fn present(overview: &Overview<'_>, rows: &[&ClinicianRow]) -> Markup {
    if rows.is_empty() {
        return html! { p { "Nobody yet. Add the first clinician, then make an enrolment link for them." } };
    }
    let lines: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            let to = people_of(overview.practice).seg(row.id);
            let devices = overview.devices.get(&row.id).map_or(0, Vec::len);
            vec![
                html! { a href=(to) { (row.label) } },
                html! { (StaffGroup::title_of(&row.staff_group)) },
                html! {
                    @if devices > 0 { (counted(devices.try_into().unwrap_or(u64::MAX), "device", "devices")) }
                    @else if let Some(until) = overview.open_links.get(&row.id) {
                        (parts::tag(parts::TagKind::Soon, "Link open")) br;
                        (parts::small(&format!("until {}", calendar::london_day(*until).short())))
                    }
                    @else { (parts::small("None")) }
                },
            ]
        })
        .collect();
    let columns = [table::words("Label"), table::words("Staff group"), table::words("Devices")];
    let without = rows.iter().filter(|row| !overview.devices.contains_key(&row.id)).count();
    html! {
        (table::table("Clinicians with staff group and devices", &columns, &lines))
        @if without > 0 {
            form method="post" action=(people_of(overview.practice).seg("links")) {
                (form::hidden("id", &Uuid::now_v7().to_string()))
                (form::button(Button::Secondary, "A sheet of links to print"))
            }
            p .hr-small {
                "A QR code for each of the " (without) " who have no device. Links they were given before end."
            }
        }
    }
}

fn departed(practice: &OdsCode, rows: &[&ClinicianRow]) -> Markup {
    html! {
        ul .nhsuk-list {
            @for row in rows {
                li {
                    a href=(people_of(practice).seg(row.id)) { (row.label) }
                    @if let Some(left) = row.left_on { ", until " (left.minus_days(1).written()) }
                }
            }
        }
    }
}

fn groups(current: &str) -> Vec<Choice<'static>> {
    let mut choices = vec![Choice::new("", "Choose a staff group", current)];
    choices.extend(StaffGroup::ALL.into_iter().map(|group| Choice::new(group.code(), group.title(), current)));
    choices
}

fn add_one(practice: &OdsCode, typed: &Typed, errors: &[FieldError]) -> Markup {
    let label = Field::new("label", "Label")
        .hint("For example Dr A")
        .value(&typed.label)
        .errors(errors)
        .autocomplete("off")
        .maxlength(LONGEST_LABEL)
        .width(Width::Twenty);
    html! {
        form method="post" action=(people_of(practice)) {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::text(&label))
            (form::select(&Field::new("staff_group", "Staff group").errors(errors), &groups(&typed.staff_group)))
            (form::button(Button::Primary, "Add"))
        }
    }
}

fn add_list(practice: &OdsCode, typed: &Typed, errors: &[FieldError]) -> Markup {
    let every = errors.iter().filter(|error| error.field == "list").count();
    let list = Field::new("list", "One clinician a line: label, staff group")
        .hint("For example: Dr A, GP partner")
        .value(&typed.list)
        .errors(errors);
    let names = StaffGroup::ALL.map(StaffGroup::title).join(", ");
    html! {
        form method="post" action=(people_of(practice).seg("list")) {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::textarea(&list, 6))
            @if every > 1 { p { "Nothing was added. All " (every) " lines that need a change are listed at the top of the page." } }
            p .hr-small { "Staff groups: " (names) "." }
            (form::button(Button::Secondary, "Add all"))
        }
    }
}

/// What the page of one clinician shows.
#[derive(Debug)]
pub(super) struct One<'a> {
    pub(super) row: &'a ClinicianRow,
    pub(super) today: LocalDate,
    pub(super) devices: &'a [DeviceRow],
    /// Secret addresses that count for them.
    pub(super) addresses: &'a [TapAddressRow],
    pub(super) open_link: Option<DateTime<Utc>>,
    /// The link that was made this moment.
    pub(super) link: Option<&'a str>,
}

/// One clinician: devices, a new link, the last working day.
pub(super) fn one(one: &One<'_>, errors: &[FieldError]) -> Sheet {
    let base = people_of(&one.row.practice).seg(one.row.id);
    let gone = one.row.left_on.is_some_and(|left| left <= one.today);
    let sheet =
        Sheet::new(Section::People, &one.row.label).back(&people_of(&one.row.practice), "People").errors(errors);
    sheet.content(html! {
        (parts::lede(&html! {
            (StaffGroup::title_of(&one.row.staff_group))
            @if let Some(left) = one.row.left_on { " · last working day " (left.minus_days(1).written()) }
        }))
        (parts::two_columns(
            &html! {
                @if let Some(link) = one.link { (parts::panel("Enrolment link", &fresh_link(link, &one.row.label))) }
                (parts::panel("Devices", &devices(one, &base)))
                @if !one.addresses.is_empty() { (parts::panel("One-tap addresses", &addresses(one, &base))) }
                @if !gone { (parts::panel("Enrol a device", &make_link(one, &base))) }
            },
            &html! {
                (parts::panel("Last working day", &last_day(one, &base, errors)))
                (parts::panel("What was counted", &history(one.row, gone)))
            },
        ))
    })
}

/// The clinician's own past, which the practice may read; and once they have left, erase.
fn history(row: &ClinicianRow, gone: bool) -> Markup {
    let own = href!("/practices").seg(&row.practice).seg("clinicians").seg(row.id);
    html! {
        p { a href=(own.clone().seg("weeks")) { "Weeks and months of " (row.label) } }
        @if gone { p { a href=(own.seg("erase")) { "Erase what " (row.label) " counted" } } }
    }
}

fn fresh_link(link: &str, label: &str) -> Markup {
    let says = format!("Give this to {label}. It works once, within seven days, and is shown only now.");
    html! {
        (parts::fresh_link("enrolment-link", &says, link))
        p { "Or let them point the camera of their phone at this:" }
        p { (qr::qr(link, "The enrolment link as a QR code")) }
    }
}

fn make_link(one: &One<'_>, base: &Href) -> Markup {
    let kind = if one.link.is_none() && one.devices.is_empty() { Button::Primary } else { Button::Secondary };
    html! {
        p { "A link enrols one phone or computer for 90 days, for " (one.row.label) "’s own count and the practice’s total." }
        @if let (Some(until), None) = (one.open_link, one.link) {
            p { "A link that nobody has used works until " (calendar::london_day(until).written()) ". A new one replaces it." }
        }
        form method="post" action=(base.clone().seg("link")) {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::button(kind, "Make an enrolment link"))
        }
    }
}

fn devices(one: &One<'_>, base: &Href) -> Markup {
    if one.devices.is_empty() {
        return html! { p { "No device is enrolled." } };
    }
    let day = |at: DateTime<Utc>| calendar::london_day(at).short();
    let lines: Vec<Vec<Markup>> = one
        .devices
        .iter()
        .zip(1..)
        .map(|(device, n)| {
            let revoke = base.clone().seg("devices").seg(device.id).seg("revoke");
            let name = format!("Device {n}");
            vec![
                html! {
                    (name) br;
                    (parts::small(if device.pin_hash.is_some() { "with PIN" } else { "without PIN" }))
                },
                html! {
                    "since " (day(device.enrolled_at)) br;
                    (parts::small(&format!("last seen {}, until {}", day(device.last_seen_at), day(device.expires_at))))
                },
                html! {
                    form method="post" action=(revoke) {
                        (form::small_button("Revoke", &name))
                    }
                },
            ]
        })
        .collect();
    table::table(
        "Enrolled devices",
        &[table::words("Device"), table::words("Enrolled"), table::words("Change")],
        &lines,
    )
}

/// Made by the clinician on one of the devices; what is sent to one counts for them.
fn addresses(one: &One<'_>, base: &Href) -> Markup {
    let lines: Vec<Vec<Markup>> = one
        .addresses
        .iter()
        .map(|address| {
            let end = base.clone().seg("addresses").seg(address.id).seg("end");
            vec![
                html! { (address.name) },
                html! { @match address.last_used_at { Some(at) => (calendar::london(at)), None => "Never" } },
                html! { form method="post" action=(end) { (form::small_button("End", &address.name)) } },
            ]
        })
        .collect();
    html! {
        p { "A key, a watch or a tag that counts for " (one.row.label) ". Each ends with the device on which it was made." }
        (table::table("One-tap addresses", &[table::words("For"), table::words("Last used"), table::words("Change")], &lines))
    }
}

fn last_day(one: &One<'_>, base: &Href, errors: &[FieldError]) -> Markup {
    let value = one.row.left_on.map_or_else(String::new, |left| left.minus_days(1).to_string());
    let day =
        Field::new("last_day", "Last working day").hint("Leave it empty while they stay").value(&value).errors(errors);
    html! {
        p { "From the next day their devices stop working and they are not listed. What was counted stays." }
        form method="post" action=(base.clone().seg("left")) {
            (form::date(&day))
            (form::button(Button::Secondary, "Save the day"))
        }
    }
}

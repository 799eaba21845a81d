use proptest::prelude::*;

use super::*;

fn on(text: &str) -> LocalDate {
    text.parse().unwrap()
}

#[test]
fn days_are_read_as_systems_and_spreadsheets_write_them() {
    for text in [
        "2026-11-20",
        "20/11/2026",
        "20 Nov 2026",
        "20-Nov-26",
        "20NOV2026",
        "20 November 2026",
        "Fri 20 Nov 2026",
        "20.11.2026",
        "Friday, 20 November 2026",
        "20th November 2026",
        "November 20, 2026",
        "20261120",
        "46346",
    ] {
        assert_eq!(day(text), Some(on("2026-11-20")), "{text}");
    }
    for text in ["", "2026", "31/02/2026", "20/13/2026", "not a day", "9990000018", "20/11/202", "2026-11-20-1"] {
        assert_eq!(day(text), None, "{text}");
    }
}

#[test]
fn times_are_londons_on_both_sides_of_the_clock_changes() {
    for (day, time, at) in [
        ("2026-11-20", Some("09:30:00"), "2026-11-20T09:30:00Z"),
        ("20 Jul 2026 09:30:00", None, "2026-07-20T08:30:00Z"),
        ("2026-07-20T09:30", None, "2026-07-20T08:30:00Z"),
        ("20/07/2026", Some("2:30 pm"), "2026-07-20T13:30:00Z"),
        // Zones are heeded, and days are London's.
        ("2026-11-20T09:30:00Z", None, "2026-11-20T09:30:00Z"),
        ("2026-07-20T09:30:00+01:00", None, "2026-07-20T08:30:00Z"),
        ("2026-07-20T23:30:00.000Z", None, "2026-07-20T23:30:00Z"),
        ("2026-11-20 09:30", None, "2026-11-20T09:30:00Z"),
        ("2026-11-20", Some("9.30 a.m."), "2026-11-20T09:30:00Z"),
        ("20/11/2026", Some("2.30 P.M."), "2026-11-20T14:30:00Z"),
        ("20/11/2026", Some("9am"), "2026-11-20T09:00:00Z"),
        ("20/11/2026", Some("930"), "2026-11-20T09:30:00Z"),
        ("20/11/2026", Some("09:30 - 09:45"), "2026-11-20T09:30:00Z"),
        ("20/11/2026 9.30 am", None, "2026-11-20T09:30:00Z"),
        // As spreadsheets keep days and times.
        ("46346", Some("0.395833333333333"), "2026-11-20T09:30:00Z"),
        ("46346.3958333333", None, "2026-11-20T09:30:00Z"),
        ("46346", Some("1899-12-30 09:30"), "2026-11-20T09:30:00Z"),
        // The hour that is not there, and the hour that is there twice.
        ("2026-03-29", Some("01:30"), "2026-03-29T01:30:00Z"),
        ("2026-10-25", Some("01:30"), "2026-10-25T00:30:00Z"),
    ] {
        let (_, found) = moment(day, time).unwrap();
        assert_eq!(found, Some(at.parse().unwrap()), "{day} {time:?}");
    }
    assert_eq!(moment("2026-11-20", None), Ok((on("2026-11-20"), None)));
    assert_eq!(moment("2026-07-20T23:30:00Z", None).map(|(on, _)| on), Ok(on("2026-07-21")));
    assert_eq!(moment("2026-11-20", Some("25:00")), Err(false));
    assert_eq!(moment("someday", Some("09:00")), Err(true));
}

#[test]
fn columns_about_patients_are_known_by_name_and_those_of_staff_are_left_alone() {
    for name in [
        "PatientGuid",
        "IDPatient",
        "NHS Number",
        "NHS No.",
        "Patient Name",
        "Date of Birth",
        "DOB",
        "Surname",
        "Full Name",
        "Address Line 1",
        "Postcode",
        "Mobile",
        "BookingContactNumber",
        "E-mail address",
        "EMIS Number",
        "Sex",
        "IDReferralIn",
        "Name",
    ] {
        assert!(is_patient_column(name), "{name}");
    }
    for name in [
        "SlotGuid",
        "AppointmentDate",
        "Session Holder's Full Name",
        "Clinician Name",
        "TelephoneAppointment",
        "Slot Type",
        "PatientWaitInMin",
        "DatePatientSeen",
        "RotaName",
        "Status",
        "IDClinician",
        "Site Address",
        "User Surname",
    ] {
        assert!(!is_patient_column(name), "{name}");
    }
}

#[test]
fn numbers_of_patients_are_known_whatever_their_column_is_called() {
    let numbers = ["999 000 0018", "9990000026", "9990000034", ""];
    let numbers: Vec<&str> =
        numbers.into_iter().filter(|text| text.is_empty() || crate::domain::identifier::is_nhs_number(text)).collect();
    assert!(numbers.len() < 3 || looks_like_numbers_of_patients(&numbers));
    assert!(!looks_like_numbers_of_patients(&["1234567890", "1234567891", "1234567892", "1234567893"]));
    assert!(is_machine_column(&["1234567890", "1234567891"]));
    assert!(!is_machine_column(&["seen 1234567890", "hello"]));
}

#[test]
fn a_first_row_is_no_header() {
    let cells = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    assert!(is_header(&cells("Date,Time,Clinician,Status")));
    assert!(!is_header(&cells("20/11/2026,09:30,Dr A,Attended")));
    assert!(!is_header(&cells("Mr John Smith,Dr A,Attended,1 Jan 1950")));
    assert!(!is_header(&cells("one")));
}

#[test]
fn files_are_known_by_their_columns() {
    let layouts = include_str!("../../../tests/data/appointments/emis_tpp_appointment_layouts.csv");
    let header = |file: &str| -> Vec<String> {
        layouts.lines().filter_map(|line| line.split_once(file)?.1.split(',').nth(2).map(str::to_owned)).collect()
    };
    let kinds = ["Appointment_Slot", "Appointment_Session,", "Appointment_SessionUser", "SRAppointment", "SRRota"]
        .map(|file| recognise(&header(file.trim_end_matches(','))));
    assert_eq!(kinds[0], FileKind::Slots(System::Emis));
    assert_eq!(kinds[3], FileKind::Slots(System::Tpp));
    assert_eq!(kinds[4], FileKind::Rotas);
    assert_eq!(kinds[2], FileKind::Holders);
    for (system, file) in [(System::Emis, "Appointment_Slot"), (System::Tpp, "SRAppointment")] {
        let places = Places::usual(system, &header(file));
        assert_eq!(places.missing(system), [], "{file}");
        for at in places.0.values() {
            assert!(!is_patient_column(&header(file)[*at]));
        }
    }
    let own: Vec<String> =
        ["Date", "Start Time", "Session Holder", "Slot Status", "Patient"].map(str::to_owned).to_vec();
    assert_eq!(recognise(&own), FileKind::Slots(System::Report));
    assert_eq!(Places::usual(System::Report, &own).missing(System::Report), []);
}

/// A row by the codes of its columns.
struct Row(Vec<(Column, &'static str)>, Option<bool>);

impl Cells for Row {
    fn get(&self, column: Column) -> Option<&str> {
        self.0.iter().find(|(at, _)| *at == column).map(|(_, text)| *text)
    }
    fn has_patient(&self) -> Option<bool> {
        self.1
    }
}

fn read(cells: &[(Column, &'static str)], patient: bool) -> Result<Said, RowRefusal> {
    let practice = "Z90001".parse().unwrap();
    let mut matching = Matching::default();
    for (n, name) in ["one", "two"].into_iter().enumerate() {
        let id = ClinicianId(Uuid::from_u128(n as u128));
        matching.holders.insert(Matching::holder_id(&practice, System::Emis, name), Some(id));
    }
    matching.holders.insert(Matching::holder_id(&practice, System::Emis, "nobody"), None);
    let mut sessions = Sessions::new();
    for (id, holders) in [
        ("s1", vec!["one"]),
        ("s2", vec!["one", "two"]),
        ("s3", vec!["nobody", "two"]),
        ("s4", vec!["stranger"]),
        ("s5", vec![]),
    ] {
        let session =
            Session { kind: "Telephone clinic".to_owned(), holders: holders.into_iter().map(str::to_owned).collect() };
        sessions.insert(RowRules::session_id(id), session);
    }
    let rules = RowRules {
        practice: &practice,
        system: System::Emis,
        matching: &matching,
        sessions: &sessions,
        today: on("2026-11-20"),
        erased: &Erasures::default(),
    };
    rules.read(&Row(cells.to_vec(), Some(patient))).map(|read| read.said)
}

fn emis(changes: &[(Column, &'static str)]) -> Vec<(Column, &'static str)> {
    let mut row = vec![
        (Column::Slot, "{A}"),
        (Column::Day, "2026-11-19"),
        (Column::Time, "09:00:00"),
        (Column::SentIn, "09:02:00"),
        (Column::Left, ""),
        (Column::DidNotAttend, "false"),
        (Column::Deleted, "false"),
        (Column::Session, "s1"),
    ];
    for (column, text) in changes {
        row.retain(|(at, _)| at != column);
        row.push((*column, *text));
    }
    row
}

#[test]
fn only_who_was_seen_counts_and_the_rest_is_told_apart() {
    let outcome = |changes: &[(Column, &'static str)], patient| match read(&emis(changes), patient) {
        Ok(Said::Stands(state)) => state.outcome,
        Ok(Said::Gone(outcome)) => outcome,
        other => panic!("{other:?}"),
    };
    assert_eq!(outcome(&[], true), SlotOutcome::Attended);
    assert_eq!(outcome(&[(Column::DidNotAttend, "true")], true), SlotOutcome::DidNotAttend);
    assert_eq!(outcome(&[(Column::SentIn, "")], true), SlotOutcome::Booked);
    assert_eq!(outcome(&[(Column::SentIn, ""), (Column::Day, "2026-11-27")], true), SlotOutcome::Booked);
    assert_eq!(outcome(&[], false), SlotOutcome::Free);
    assert_eq!(outcome(&[(Column::Deleted, "true")], true), SlotOutcome::Removed);
    assert_eq!(read(&emis(&[(Column::Day, "2026-08-20")]), true), Ok(Said::TooOld));
    assert_eq!(read(&emis(&[(Column::Session, "s3")]), true).map(|said| matches!(said, Said::Stands(_))), Ok(true));
    let Ok(Said::Stands(state)) = read(&emis(&[]), true) else { panic!() };
    assert_eq!((state.kind, state.day), (ContactKind::Telephone, on("2026-11-19")));
}

#[test]
fn each_broken_row_has_its_reason() {
    for (change, refusal) in [
        ((Column::Slot, " "), RowRefusal::NoSlot),
        ((Column::Day, "yesterday"), RowRefusal::NoDay),
        ((Column::Time, "99:00"), RowRefusal::BadTime),
        ((Column::Deleted, "maybe"), RowRefusal::BadFlag),
        ((Column::Status, "Splendid"), RowRefusal::BadStatus),
        ((Column::Session, "s9"), RowRefusal::NoSession),
        ((Column::Session, "s5"), RowRefusal::NoSession),
        ((Column::Session, "s4"), RowRefusal::UnknownHolder),
        ((Column::Session, "s2"), RowRefusal::SeveralHolders),
        ((Column::Day, "2026-11-21"), RowRefusal::Ahead),
        ((Column::Day, "2028-11-21"), RowRefusal::FarAhead),
    ] {
        assert_eq!(read(&emis(&[change]), true), Err(refusal), "{change:?}");
    }
}

#[test]
fn words_of_systems_are_understood() {
    for (text, outcome) in [
        ("Finished", SlotOutcome::Attended),
        ("Left", SlotOutcome::Attended),
        ("Did Not Attend", SlotOutcome::DidNotAttend),
        ("DNA", SlotOutcome::DidNotAttend),
        ("Cancelled by Patient", SlotOutcome::Cancelled),
        ("Booked", SlotOutcome::Booked),
        ("Arrived", SlotOutcome::Booked),
        ("Slot Available", SlotOutcome::Free),
    ] {
        assert_eq!(outcome_in_words(text), Some(outcome), "{text}");
    }
    assert_eq!(outcome_in_words("Splendid"), None);
    let contact = |kind| Some(TypeMeaning::Contact(kind));
    assert_eq!(kind_in_words("GP Telephone 15 min"), contact(ContactKind::Telephone));
    assert_eq!(kind_in_words("Home Visits"), contact(ContactKind::Visit));
    for text in ["", "Surgery", "Fluid balance", "Baby vaccinations", "Travel vaccines", "Long Covid clinic"] {
        assert_eq!(kind_in_words(text), contact(ContactKind::InPerson), "{text}");
    }
    for text in ["Admin time", "Coffee Break", "Comment", "Do not book"] {
        assert_eq!(kind_in_words(text), None, "{text}");
    }
    for text in ["Flu Clinic", "FLU 65+", "Covid Booster", "Vaccination clinic", "Saturday flu jabs"] {
        assert_eq!(kind_in_words(text), Some(TypeMeaning::Vaccination), "{text}");
    }
    for text in ["Attended", "Did Not Attend", "2", "", "No", "yes"] {
        assert!(came_in_words(text).is_some(), "{text}");
    }
    assert_eq!(came_in_words("Attended"), Some(Came::Yes));
    assert_eq!(came_in_words("2"), Some(Came::Unsaid));
    assert_eq!(came_in_words("perhaps"), None);
}

#[test]
fn every_status_of_emis_systmone_and_vision_is_known() {
    use SlotOutcome::{Attended, Booked, Cancelled, DidNotAttend, Free};
    let lists: [(SlotOutcome, &[&str]); 5] = [
        (
            Attended,
            &[
                "Send In",
                "Quiet Send In",
                "Start Call",
                "Left",
                "Visited",
                "Telephone - Complete",
                "In Progress",
                "Finished",
                "Visit",
                "In Consultation",
                "Seen",
                "Being seen",
                "Consulting",
                "With clinician",
            ],
        ),
        (
            DidNotAttend,
            &[
                "DNA",
                "Walked Out",
                "Visited - Not In",
                "Telephone - Not In",
                "Did Not Attend",
                "No Access Visit",
                "Patient Walked Out",
                "Left without being seen",
                "Left before being seen",
                "Did not wait",
                "No answer",
            ],
        ),
        (
            Cancelled,
            &[
                "Cannot Be Seen",
                "Cancelled by Patient",
                "Cancelled by Unit",
                "Cancelled by Other Service",
                "Cancelled Due To Death",
            ],
        ),
        (Booked, &["Booked", "Arrived", "Requested", "Waiting", "Unknown", "Confirmed"]),
        (Free, &["Slot Available", "Available", "Blocked", "Embargoed", "Other Unavailable", "Reserved", "Free"]),
    ];
    for (outcome, words) in lists {
        for text in words {
            assert_eq!(outcome_in_words(text), Some(outcome), "{text}");
        }
    }
    for text in ["Marvellous", "Splendid", "", "-"] {
        assert_eq!(outcome_in_words(text), None, "{text}");
    }
}

#[test]
fn the_order_of_days_is_judged_over_the_column() {
    let judged = |days: &[&str]| {
        let mut order = DayOrder::default();
        for text in days {
            order.note(text);
        }
        order.judged()
    };
    assert_eq!(judged(&["11/09/2026", "11/10/2026", "11/16/2026"]), Order::MonthFirst);
    assert_eq!(judged(&["11/09/2026 09:05", "11/16/2026 09:05"]), Order::MonthFirst);
    // A week of days of which none is past the twelfth.
    assert_eq!(judged(&["11/02/2026", "11/03/2026", "11/04/2026", "11/05/2026"]), Order::MonthFirst);
    assert_eq!(judged(&["02/11/2026", "03/11/2026", "04/11/2026", "05/11/2026"]), Order::DayFirst);
    assert_eq!(judged(&["11/09/2026", "11/10/2026"]), Order::DayFirst);
    assert_eq!(judged(&["20/11/2026", "11/20/2026"]), Order::Both);
    // One typing mistake among many is a row's.
    let mut many = vec!["20/11/2026"; 40];
    many.push("11/31/2026");
    assert_eq!(judged(&many), Order::DayFirst);
    for other in ["2026-11-20", "20 Nov 2026", "46346", "", "nonsense", "November 20, 2026"] {
        assert_eq!(judged(&[other]), Order::DayFirst, "{other}");
    }
}

#[test]
fn codes_read_back_as_written() {
    for refusal in RowRefusal::ALL {
        assert_eq!(refusal.code().parse(), Ok(refusal));
    }
    for outcome in SlotOutcome::ALL {
        assert_eq!(outcome.code().parse(), Ok(outcome));
    }
    for column in Column::OF_REPORTS {
        assert_eq!(column.code().parse(), Ok(column));
    }
}

proptest! {
    #[test]
    fn any_day_is_read_back(days in 0_u64..40_000) {
        let date = on("1990-01-01").plus_days(days);
        prop_assert_eq!(day(&date.to_string()), Some(date));
        prop_assert_eq!(day(&date.0.format("%d/%m/%Y").to_string()), Some(date));
        prop_assert_eq!(day(&date.0.format("%d %b %Y").to_string()), Some(date));
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in "\\PC{0,40}", time in "\\PC{0,12}") {
        let _ = moment(&text, Some(&time));
        let _ = (outcome_in_words(&text), kind_in_words(&text), truth(&text), is_patient_column(&text));
        let _ = holds_nhs_number(&text);
    }
}

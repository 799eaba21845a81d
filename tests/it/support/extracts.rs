//! Extracts of EMIS and TPP as big as somebody asks for, always the same for the same day. Their patients are marked so
//! that any trace of one can be found afterwards.

use std::{
    fmt::Write as _,
    fs::File,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
};

use entity::ids::LocalDate;

/// Session holders.
pub(crate) const HOLDERS: u64 = 60;
/// Days before and after today that slots lie on.
const BACK: u64 = 90;
const AHEAD: u64 = 14;

/// What stands in every key of a patient, as text and as bytes.
pub(crate) const TRACES: [&[u8]; 5] =
    [b"BADC0FFE", b"badc0ffe", b"7770000", b"07700 900", &[0xBA, 0xDC, 0x0F, 0xFE, 0x77, 0x70]];

/// What an import of an extract must find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Expected {
    pub(crate) attended: u64,
    pub(crate) did_not_attend: u64,
    pub(crate) booked: u64,
    pub(crate) first_holder: u64,
}

/// The session holder as the file names them.
pub(crate) fn emis_holder(n: u64) -> String {
    format!("{{A0000000-0000-4000-8000-{n:012}}}")
}

pub(crate) fn tpp_holder(n: u64) -> String {
    format!("{}", 4_200_000 + n)
}

fn patient(n: u64) -> String {
    format!("{{BADC0FFE-7770-4000-8000-{n:012}}}")
}

fn day_of(n: u64, today: LocalDate) -> LocalDate {
    today.minus_days(BACK).plus_days(n / HOLDERS % (BACK + AHEAD))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Free,
    Missed,
    Deleted,
    NoOutcome,
    Seen,
}

fn slot(n: u64) -> Slot {
    match n % 11 {
        0 => Slot::Free,
        1 => Slot::Missed,
        2 => Slot::Deleted,
        3 => Slot::NoOutcome,
        _ => Slot::Seen,
    }
}

impl Expected {
    fn note(&mut self, n: u64, day: LocalDate, today: LocalDate) {
        match slot(n) {
            Slot::Free | Slot::Deleted => {}
            _ if day > today => self.booked += 1,
            Slot::Missed => self.did_not_attend += 1,
            Slot::NoOutcome => self.booked += 1,
            Slot::Seen => {
                self.attended += 1;
                self.first_holder += u64::from(n.is_multiple_of(HOLDERS));
            }
        }
    }
}

fn session(holder: u64, day: LocalDate) -> String {
    format!("{{5E000000-{holder:04}-4000-8000-0000{}}}", day.to_string().replace('-', ""))
}

/// The three files of an EMIS extract with so many slots.
pub(crate) fn emis(folder: &Path, rows: u64, today: LocalDate) -> (Vec<PathBuf>, Expected) {
    let files = ["Appointment_Slot.csv", "Appointment_Session.csv", "Appointment_SessionUser.csv"]
        .map(|name| folder.join(name));
    let mut slots = BufWriter::new(File::create(&files[0]).unwrap());
    slots.write_all(b"\xEF\xBB\xBF\"SlotGuid\",\"AppointmentDate\",\"AppointmentStartTime\",\"PlannedDurationInMinutes\",\"PatientGuid\",\"SendInTime\",\"LeftTime\",\"DidNotAttend\",\"PatientWaitInMin\",\"AppointmentDelayInMin\",\"ActualDurationInMinutes\",\"OrganisationGuid\",\"SessionGuid\",\"DnaReasonCodeId\",\"Deleted\",\"ProcessingId\"\r\n").unwrap();
    let mut expected = Expected::default();
    let mut line = String::new();
    for n in 0..rows {
        let (day, kind) = (day_of(n, today), slot(n));
        expected.note(n, day, today);
        let past = day <= today;
        let patient = if kind == Slot::Free { String::new() } else { patient(n) };
        let seen = if past && kind == Slot::Seen { "09:02:00" } else { "" };
        let flag = |yes: bool| if yes { "true" } else { "false" };
        line.clear();
        let _ = write!(
            line,
            "\"{{51070000-0000-4000-8000-{n:012}}}\",\"{day}\",\"{:02}:{:02}:00\",\"15\",\"{patient}\",\"{seen}\",\"\",\"{}\",\"\",\"\",\"12\",\"{{0}}\",\"{}\",\"\",\"{}\",\"{n}\"\r\n",
            8 + n / 4 % 10,
            n % 4 * 15,
            flag(past && kind == Slot::Missed),
            session(n % HOLDERS, day),
            flag(kind == Slot::Deleted),
        );
        slots.write_all(line.as_bytes()).unwrap();
    }
    slots.flush().unwrap();
    emis_sessions(&files[1], &files[2], today);
    (files.to_vec(), expected)
}

fn emis_sessions(sessions: &Path, users: &Path, today: LocalDate) {
    let mut sessions = BufWriter::new(File::create(sessions).unwrap());
    let mut users = BufWriter::new(File::create(users).unwrap());
    sessions.write_all(b"AppointmentSessionGuid,Description,LocationGuid,SessionTypeDescription,SessionCategoryDisplayName,StartDate,StartTime,EndDate,EndTime,Private,OrganisationGuid,Deleted,ProcessingId\r\n").unwrap();
    users.write_all(b"SessionGuid,UserInRoleGuid,Deleted,ProcessingId\r\n").unwrap();
    for step in 0..BACK + AHEAD {
        let day = today.minus_days(BACK).plus_days(step);
        for holder in 0..HOLDERS {
            let kind = ["Surgery", "Telephone clinic", "Home visits"][usize::try_from(holder % 3).unwrap()];
            writeln!(
                sessions,
                "{},Clinic {holder},,{kind},General,{day},08:00:00,{day},18:00:00,false,,false,1\r",
                session(holder, day)
            )
            .unwrap();
            writeln!(users, "{},{},false,1\r", session(holder, day), emis_holder(holder)).unwrap();
        }
    }
}

/// A TPP extract with so many appointments, in Windows-1252.
pub(crate) fn tpp(folder: &Path, rows: u64, today: LocalDate) -> (Vec<PathBuf>, Expected) {
    let file = folder.join("SRAppointment.csv");
    let mut out = BufWriter::new(File::create(&file).unwrap());
    out.write_all(b"RowIdentifier,IDOrganisationVisibleTo,DateStart,DateEnd,AppointmentStatus,DateAppointmentBooked,DatePatientArrival,DatePatientSeen,FollowUpAppointment,TelephoneAppointment,IDClinician,IDProfileClinician,RotaName,RotaType,RotaLocation,RotaCode,IDRotaOwner,IDProfileRotaOwner,AllowsOverbooking,BookingContactNumber,DateAppointmentCancelled,IDRota,IDReferralIn,IDPatient,IDOrganisation,IDOrganisationRegisteredAt,RemovedData\r\n").unwrap();
    let mut expected = Expected::default();
    for n in 0..rows {
        let (day, kind) = (day_of(n, today), slot(n));
        expected.note(n, day, today);
        let past = day <= today;
        let status = match kind {
            Slot::Free => "Cancelled by Patient",
            _ if !past => "Booked",
            Slot::Missed => "Did Not Attend",
            Slot::NoOutcome => "Arrived",
            Slot::Seen | Slot::Deleted => "Finished",
        };
        let removed = if kind == Slot::Deleted { "1" } else { "0" };
        let written = day.0.format("%d %b %Y");
        let time = format!("{:02}:{:02}:00", 8 + n / 4 % 10, n % 4 * 15);
        // An é of Windows-1252 in every row.
        write!(
            out,
            "{},Z90001,{written} {time},{written} {time},{status},,,,false,{},{},9,Caf",
            3_000_000_000_u64 + n,
            n.is_multiple_of(2),
            tpp_holder(n % HOLDERS)
        )
        .unwrap();
        out.write_all(b"\xE9").unwrap();
        write!(
            out,
            " clinic,GP surgery,Main,C,1,1,false,07700 900{:03},,5,,7770000{n:08},Z90001,Z90002,{removed}\r\n",
            n % 1000
        )
        .unwrap();
    }
    out.flush().unwrap();
    (vec![file], expected)
}

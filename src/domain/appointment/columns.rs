//! Which column means what, and which are about patients.

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

use entity::ids::NotAnId;

use super::{System, day};
use crate::domain::identifier;

/// What a column of an extract can mean to us. Columns about patients are none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The slot's own id.
    Slot,
    /// The day, or day and time.
    Day,
    /// The time, where it stands apart.
    Time,
    /// Who holds the session.
    Holder,
    /// What became of it, in words.
    Status,
    /// The type of slot or session.
    Type,
    /// When the patient was sent in.
    SentIn,
    /// When the patient left.
    Left,
    /// Yes or no.
    DidNotAttend,
    /// Yes or no.
    Deleted,
    /// When it was cancelled.
    Cancelled,
    /// The session's id (EMIS).
    Session,
    /// Yes or no: by telephone (TPP).
    Telephone,
}

impl Column {
    /// Those that a practice can point out in a report of its own.
    pub const OF_REPORTS: [Self; 9] = [
        Self::Day,
        Self::Time,
        Self::Holder,
        Self::Status,
        Self::Type,
        Self::Slot,
        Self::Left,
        Self::DidNotAttend,
        Self::Deleted,
    ];

    /// Stable text, and the name of the field of a form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Slot => "slot",
            Self::Day => "day",
            Self::Time => "time",
            Self::Holder => "holder",
            Self::Status => "status",
            Self::Type => "type",
            Self::SentIn => "sent-in",
            Self::Left => "left",
            Self::DidNotAttend => "did-not-attend",
            Self::Deleted => "deleted",
            Self::Cancelled => "cancelled",
            Self::Session => "session",
            Self::Telephone => "telephone",
        }
    }

    /// As written on a page.
    pub fn title(self) -> &'static str {
        match self {
            Self::Slot => "Id of the slot",
            Self::Day => "Date, or date and time",
            Self::Time => "Start time",
            Self::Holder => "Session holder",
            Self::Status => "Status of the slot",
            Self::Type => "Slot type",
            Self::SentIn => "Time sent in",
            Self::Left => "Time left",
            Self::DidNotAttend => "Did not attend (yes or no)",
            Self::Deleted => "Deleted (yes or no)",
            Self::Cancelled => "When cancelled",
            Self::Session => "Id of the session",
            Self::Telephone => "By telephone (yes or no)",
        }
    }

    /// Names under which files are known to have it, without blanks and in small letters.
    fn usual_names(self) -> impl Iterator<Item = &'static str> {
        let names = match self {
            Self::Slot => SLOT,
            Self::Day => DAY,
            Self::Time => TIME,
            Self::Holder => HOLDER,
            Self::Status => STATUS,
            Self::Type => TYPE,
            Self::SentIn => "sendintime sentintime timesentin appointmentsentintime",
            Self::Left => "lefttime timeleft appointmentlefttime",
            Self::DidNotAttend => "didnotattend dna",
            Self::Deleted => "deleted removeddata",
            Self::Cancelled => "dateappointmentcancelled cancelleddate",
            Self::Session => "sessionguid",
            Self::Telephone => "telephoneappointment",
        };
        names.split(' ')
    }
}

const SLOT: &str = "slotid slotguid appointmentid slotreference rowidentifier appointmentreference";
const DAY: &str = "appointmentdate slotdate date datestart startdate appointmentdatetime slotstart start";
const TIME: &str = "appointmenttime slottime starttime appointmentstarttime slotstarttime time start";
const HOLDER: &str = "sessionholder sessionholdersfullname sessionholderfullname sessionholdername clinician \
                      clinicianname holder rotaowner staffname doctor gp";
const STATUS: &str = "slotstatus currentslotstatus appointmentstatus status attendance outcome";
const TYPE: &str = "slottype slottypedescription appointmenttype sessiontype rotatype type";

impl FromStr for Column {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Self::OF_REPORTS
            .into_iter()
            .find(|column| column.code() == text)
            .ok_or(NotAnId { what: "a column", why: "it is none that a report can have" })
    }
}

/// What a file is, told by the names of its columns and never by its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Slots.
    Slots(System),
    /// EMIS: sessions.
    Sessions,
    /// EMIS: who holds which session.
    Holders,
    /// TPP: rotas, which appointments repeat.
    Rotas,
}

/// Small letters and digits of a name, so that `Slot Type`, `SlotType` and `slot_type` are one.
pub fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Tells a file by its header.
pub fn recognise(header: &[String]) -> FileKind {
    let names: BTreeSet<String> = header.iter().map(|name| plain(name)).collect();
    let has = |wanted: &[&str]| wanted.iter().all(|name| names.contains(*name));
    if has(&["slotguid", "appointmentdate", "sessionguid", "didnotattend"]) {
        FileKind::Slots(System::Emis)
    } else if has(&["sessionguid", "userinroleguid"]) {
        FileKind::Holders
    } else if has(&["appointmentsessionguid"]) {
        FileKind::Sessions
    } else if has(&["rowidentifier", "datestart", "appointmentstatus"]) {
        FileKind::Slots(System::Tpp)
    } else if has(&["rowidentifier", "rotatype", "idprofileowner"]) {
        FileKind::Rotas
    } else {
        FileKind::Slots(System::Report)
    }
}

/// Where the columns stand in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places(pub BTreeMap<Column, usize>);

impl Places {
    /// The columns of a header, where they have the names of their system or, in a report, a usual one.
    pub fn usual(system: System, header: &[String]) -> Self {
        let names: Vec<String> = header.iter().map(|name| plain(name)).collect();
        let place = |name: &str| names.iter().position(|found| found == name);
        let columns: &[Column] = match system {
            System::Emis => &[
                Column::Slot,
                Column::Day,
                Column::Time,
                Column::SentIn,
                Column::Left,
                Column::DidNotAttend,
                Column::Deleted,
                Column::Session,
            ],
            System::Tpp => &[
                Column::Slot,
                Column::Day,
                Column::Status,
                Column::Type,
                Column::Deleted,
                Column::Cancelled,
                Column::Telephone,
            ],
            System::Report => &Column::OF_REPORTS,
        };
        let mut places: BTreeMap<Column, usize> =
            columns.iter().filter_map(|column| Some((*column, column.usual_names().find_map(place)?))).collect();
        if places.get(&Column::Time) == places.get(&Column::Day) {
            places.remove(&Column::Time);
        }
        if system == System::Tpp {
            let holder =
                ["idclinician", "idprofileclinician", "idrotaowner", "idprofilerotaowner"].into_iter().find_map(place);
            places.extend(holder.map(|at| (Column::Holder, at)));
        }
        places.retain(|_, at| header.get(*at).is_some_and(|name| !is_patient_column(name)));
        Self(places)
    }

    /// Columns without which nothing can be counted, and which are not there.
    pub fn missing(&self, system: System) -> Vec<Column> {
        let needed: &[Column] = match system {
            System::Emis => {
                &[Column::Slot, Column::Day, Column::Session, Column::DidNotAttend, Column::SentIn, Column::Left]
            }
            System::Tpp => &[Column::Slot, Column::Day, Column::Status, Column::Holder],
            System::Report => &[Column::Day, Column::Holder, Column::Status],
        };
        let has = |column: &Column| self.0.contains_key(column);
        needed
            .iter()
            .copied()
            .filter(|column| !has(column))
            // Whoever left was there.
            .filter(|column| *column != Column::Status || !has(&Column::Left))
            .collect()
    }
}

/// Names that speak of patients and yet say nothing about one.
const HARMLESS: [&str; 7] = [
    "patientwaitinmin",
    "datepatientarrival",
    "datepatientseen",
    "telephoneappointment",
    "patientcount",
    "numberofpatients",
    "patientsbooked",
];
/// Words of names that are about patients whatever else the name says.
const OF_PATIENTS: [&str; 4] = ["patient", "nhsn", "dateofbirth", "birth"];
/// Words of names that are about staff and places: their names and telephones are no patient's.
const OF_STAFF: [&str; 14] = [
    "holder",
    "clinician",
    "doctor",
    "staff",
    "user",
    "session",
    "practitioner",
    "owner",
    "rota",
    "slot",
    "clinic",
    "site",
    "surgery",
    "practicename",
];
/// Words of names that are about a person, and so, where no staff is named, about a patient.
const OF_PERSONS: [&str; 20] = [
    "forename",
    "surname",
    "firstname",
    "lastname",
    "givenname",
    "familyname",
    "middlename",
    "maidenname",
    "address",
    "postcode",
    "phone",
    "mobile",
    "contactnumber",
    "email",
    "gender",
    "ethnic",
    "nextofkin",
    "hospitalnumber",
    "emisnumber",
    "registrationnumber",
];
/// Whole names.
const EXACTLY: [&str; 11] = [
    "name",
    "fullname",
    "title",
    "sex",
    "age",
    "dob",
    "nhs",
    "tel",
    "carer",
    "idreferralin",
    "idorganisationregisteredat",
];

/// Whether a column's name says that it is about patients: then it is dropped at the door.
pub fn is_patient_column(name: &str) -> bool {
    let name = plain(name);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if HARMLESS.contains(&name.as_str()) {
        return false;
    }
    if has(&OF_PATIENTS) {
        return true;
    }
    !has(&OF_STAFF) && (has(&OF_PERSONS) || EXACTLY.contains(&name.as_str()))
}

/// Whether most of a column's values are NHS numbers, whatever it is called.
pub fn looks_like_numbers_of_patients(values: &[&str]) -> bool {
    let said: Vec<&&str> = values.iter().filter(|value| !value.trim().is_empty()).collect();
    let numbers = said.iter().filter(|value| identifier::is_nhs_number(value.trim()));
    // One number in eleven passes the check by chance.
    said.len() >= 3 && numbers.count().saturating_mul(5) >= said.len().saturating_mul(4)
}

/// Whether a column holds numbers of machines, of which one in eleven would pass for an NHS number.
pub fn is_machine_column(values: &[&str]) -> bool {
    let said: Vec<&&str> = values.iter().filter(|value| !value.trim().is_empty()).collect();
    let machine = said.iter().filter(|value| {
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        digits >= 10 && value.bytes().all(|byte| byte.is_ascii_hexdigit() || b"-{} :".contains(&byte))
    });
    !said.is_empty() && machine.count().saturating_mul(2) >= said.len()
}

/// Whether a text holds an NHS number.
pub fn holds_nhs_number(text: &str) -> bool {
    // Nearly every cell is cleared by this first look; digits of other scripts count too.
    text.chars().filter(|c| c.is_numeric()).count() >= 10
        && identifier::patient_data(text).iter().any(|finding| finding.kind == identifier::IdentifierKind::NhsNumber)
}

/// Whether a first line is a header. A file without one begins with a row, and a row is full of days and numbers.
pub fn is_header(cells: &[String]) -> bool {
    let said = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    let names = cells.iter().filter(|cell| {
        let cell = cell.trim();
        cell.chars().any(char::is_alphabetic) && day(cell).is_none() && identifier::patient_data(cell).is_empty()
    });
    said >= 2 && names.count() == said
}

//! Which column means what, and which are about patients.

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

use entity::ids::NotAnId;

use super::{System, is_patient_column};

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
    /// Words beside the appointment that may say how it took place: `Telephone Appointment`, `Video`.
    Flags,
    /// How many appointments the row stands for.
    Count,
}

impl Column {
    /// Those that a practice can point out in a report of its own.
    pub const OF_REPORTS: [Self; 11] = [
        Self::Day,
        Self::Time,
        Self::Holder,
        Self::Status,
        Self::DidNotAttend,
        Self::Type,
        Self::Flags,
        Self::Count,
        Self::Slot,
        Self::Left,
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
            Self::Flags => "flags",
            Self::Count => "count",
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
            Self::DidNotAttend => "Attended or did not attend, where it stands apart from the status",
            Self::Deleted => "Deleted (yes or no)",
            Self::Cancelled => "When cancelled",
            Self::Session => "Id of the session",
            Self::Telephone => "By telephone (yes or no)",
            Self::Flags => "Flags, or how it took place",
            Self::Count => "How many appointments the row stands for",
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
            Self::DidNotAttend => "didnotattend dna dnastatus attended attendancestatus",
            Self::Deleted => "deleted removeddata",
            Self::Cancelled => "dateappointmentcancelled cancelleddate",
            Self::Session => "sessionguid",
            Self::Telephone => "telephoneappointment",
            Self::Flags => FLAGS,
            Self::Count => COUNT,
        };
        names.split(' ')
    }
}

const SLOT: &str = "slotid slotguid appointmentid slotreference rowidentifier appointmentreference";
const DAY: &str = "appointmentdate slotdate date datestart startdate appointmentdatetime slotstart start \
                   dateofappointment dateandtime datetime apptdate sessiondate appointmentdateandtime day";
const TIME: &str = "appointmenttime slottime starttime appointmentstarttime slotstarttime time start appttime \
                    timeofappointment";
const HOLDER: &str = "sessionholder sessionholdersfullname sessionholderfullname sessionholdername clinician \
                      clinicianname holder rotaowner staffname doctor gp fullnameofthesessionholderofthesession \
                      fullnameofsessionholder nameofsessionholder sessionholderofthesession clinicianfullname \
                      staffmember seenby healthcareprofessional";
const STATUS: &str = "slotstatus currentslotstatus appointmentstatus status attendance outcome availability \
                      appointmentoutcome currentstatus apptstatus slotavailability";
const TYPE: &str = "slottype slottypedescription appointmenttype sessiontype rotatype type appttype slottypename";
const FLAGS: &str = "appointmentflags flags appointmentmode mode contactmode modeofcontact consultationmode \
                     deliverymode consultationtype contacttype";
const COUNT: &str = "count appointmentcount numberofappointments patientcount numberofpatients slotcount \
                     countofappointments noofappointments appointments";

/// Who holds a session, in TPP's extract: the first that is there.
const TPP_HOLDERS: [&str; 4] = ["idclinician", "idprofileclinician", "idrotaowner", "idprofilerotaowner"];

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
            let holder = TPP_HOLDERS.into_iter().find_map(place);
            places.extend(holder.map(|at| (Column::Holder, at)));
        }
        places.retain(|_, at| header.get(*at).is_some_and(|name| !is_patient_column(name)));
        Self(places)
    }

    /// Meanings of a report that a heading has which stands there more than once: somebody has to say which it is. Such
    /// headings carry their number, see [`twice`].
    pub fn doubled(&self, header: &[String]) -> Vec<Column> {
        let doubled: BTreeSet<String> = header.iter().filter_map(|name| plain_of_twice(name)).collect();
        let known = |column: &Column| !self.0.contains_key(column);
        let mut found: Vec<Column> = Column::OF_REPORTS
            .into_iter()
            .filter(known)
            .filter(|column| column.usual_names().any(|name| doubled.contains(name)))
            .collect();
        // One heading may speak of the day and of the time: then it is asked for the day.
        if found.contains(&Column::Day) {
            found.retain(|column| *column != Column::Time);
        }
        found
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

/// What stands between a heading that is there more than once and its number.
const TWICE: &str = " (column ";

/// A heading that stands more than once, told apart by its place, from 1.
pub fn twice(name: &str, number: usize) -> String {
    format!("{name}{TWICE}{number})")
}

/// The plain name of a heading made by [`twice`].
fn plain_of_twice(name: &str) -> Option<String> {
    let (name, number) = name.rsplit_once(TWICE)?;
    number.strip_suffix(')')?.bytes().all(|byte| byte.is_ascii_digit()).then(|| plain(name))
}

/// Whether any file that is read here has a column of this name that is used, in whatever system; never one about patients.
pub fn is_used(name: &str) -> bool {
    let known = plain_of_twice(name).unwrap_or_else(|| plain(name));
    let all = [Column::SentIn, Column::Cancelled, Column::Session, Column::Telephone];
    let mut all = Column::OF_REPORTS.into_iter().chain(all);
    let is_known = all.any(|column| column.usual_names().any(|usual| usual == known)) || TPP_HOLDERS.contains(&&*known);
    is_known && !is_patient_column(name)
}

/// How many columns of a header have a usual name: of the lines above the rows, the one with most of them is the header.
pub fn usual_columns(header: &[String]) -> usize {
    let names: BTreeSet<String> = header.iter().map(|name| plain(name)).collect();
    let all = [Column::SentIn, Column::Cancelled, Column::Session, Column::Telephone];
    let all = Column::OF_REPORTS.into_iter().chain(all);
    all.filter(|column| column.usual_names().any(|name| names.contains(name))).count()
}

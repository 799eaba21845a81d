//! Which column of a sheet holds what, by the names that people give to it.

use std::collections::{BTreeMap, BTreeSet};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PastColumn {
    /// The id of an item in a file that was written here.
    Id,
    /// The day it came.
    CameOn,
    /// Who sent it: a code or a name.
    Provider,
    /// Who sent it, by name, beside a code.
    ProviderName,
    /// Which part of them.
    Department,
    /// What kind, by its code or its title.
    Category,
    /// What kind by its title, beside the code.
    Kind,
    /// What exactly.
    Reason,
    /// How it came.
    Route,
    /// What was asked.
    Asked,
    /// What the practice did.
    Outcome,
    /// Minutes, without a word on whose.
    Minutes,
    /// Minutes of a GP.
    Gp,
    /// Minutes of another clinician.
    OtherClinician,
    /// Minutes of a nurse.
    Nurse,
    /// Minutes of administration.
    Admin,
    /// The practice's own reference.
    Reference,
    /// In a file that was written here, and worked out anew: the duty, when it was recorded.
    WorkedOut,
}

use PastColumn as C;

/// Names of columns in small letters and digits: ours first, then those that people use.
const NAMES: [(PastColumn, &[&str]); 18] = [
    (C::Id, &["id"]),
    (
        C::CameOn,
        &[
            "cameon",
            "date",
            "day",
            "datereceived",
            "received",
            "receivedon",
            "datecame",
            "thedayitcame",
            "dateofrequest",
            "dateofletter",
            "dateoccurred",
            "when",
        ],
    ),
    (
        C::Provider,
        &[
            "provider",
            "trust",
            "hospital",
            "hospitaltrust",
            "sender",
            "sentby",
            "whosentit",
            "from",
            "organisation",
            "odscode",
            "ods",
            "providercode",
            "trustcode",
        ],
    ),
    (C::ProviderName, &["providername", "trustname", "hospitalname", "nameofprovider", "organisationname"]),
    (
        C::Department,
        &["department", "dept", "specialty", "speciality", "clinic", "departmentcode", "treatmentfunction"],
    ),
    (C::Category, &["category", "categorycode"]),
    (C::Kind, &["kind", "whatkind", "type", "kindofwork", "typeofwork", "typeofrequest"]),
    (C::Reason, &["reason", "whatexactly"]),
    (C::Route, &["route", "howitcame", "how", "via", "cameby"]),
    (
        C::Asked,
        &[
            "asked",
            "whatwasasked",
            "request",
            "requested",
            "whattheyasked",
            "description",
            "detail",
            "details",
            "summary",
            "task",
            "notes",
            "comment",
            "comments",
        ],
    ),
    (C::Outcome, &["outcome", "whatyoudid", "whatwedid", "action", "actiontaken", "result", "response", "ourresponse"]),
    (
        C::Minutes,
        &[
            "minutes",
            "mins",
            "min",
            "timetaken",
            "timespent",
            "minutestaken",
            "minutesspent",
            "timemins",
            "timeminutes",
            "timeinminutes",
        ],
    ),
    (C::Gp, &["minutesgp", "gpminutes", "gpmins", "minutesofagp", "gptime", "gp"]),
    (
        C::OtherClinician,
        &[
            "minutesotherclinician",
            "otherclinicianminutes",
            "minutesofapharmacistoranotherclinician",
            "pharmacistminutes",
            "pharmacistmins",
            "otherclinicianmins",
            "otherclinician",
            "pharmacist",
        ],
    ),
    (C::Nurse, &["minutesnurse", "nurseminutes", "nursemins", "minutesofanurseoranassistant", "nursetime", "nurse"]),
    (
        C::Admin,
        &[
            "minutesadmin",
            "adminminutes",
            "adminmins",
            "minutesofreceptionoradministration",
            "admintime",
            "receptionminutes",
            "admin",
        ],
    ),
    (
        C::Reference,
        &[
            "reference",
            "ref",
            "ourref",
            "ourreference",
            "yourownreference",
            "ownreference",
            "referenceno",
            "refno",
            "referencenumber",
        ],
    ),
    (C::WorkedOut, &["duty", "recordedat"]),
];

impl PastColumn {
    /// Every one, in the order of the template.
    pub const TEMPLATE: [Self; 12] = [
        C::CameOn,
        C::Provider,
        C::Department,
        C::Kind,
        C::Asked,
        C::Outcome,
        C::Gp,
        C::OtherClinician,
        C::Nurse,
        C::Admin,
        C::Reference,
        C::Route,
    ];

    /// What it is called on a page and in the template.
    pub fn heading(self) -> &'static str {
        match self {
            C::Id => "id",
            C::CameOn => "Date",
            C::Provider => "Provider",
            C::ProviderName => "Provider name",
            C::Department => "Department",
            C::Category => "Category",
            C::Kind => "Kind",
            C::Reason => "Reason",
            C::Route => "How it came",
            C::Asked => "What was asked",
            C::Outcome => "Outcome",
            C::Minutes => "Minutes",
            C::Gp => "GP minutes",
            C::OtherClinician => "Pharmacist minutes",
            C::Nurse => "Nurse minutes",
            C::Admin => "Admin minutes",
            C::Reference => "Reference",
            C::WorkedOut => "duty",
        }
    }

    /// What the API calls it.
    pub fn field(self) -> &'static str {
        match self {
            C::Id => "id",
            C::CameOn => "came_on",
            C::Provider => "provider",
            C::ProviderName => "provider_name",
            C::Department => "department",
            C::Category | C::Kind => "category",
            C::Reason => "reason",
            C::Route => "route",
            C::Asked => "asked",
            C::Outcome => "outcome",
            C::Minutes => "minutes",
            C::Gp => "gp",
            C::OtherClinician => "other_clinician",
            C::Nurse => "nurse",
            C::Admin => "admin",
            C::Reference => "reference",
            C::WorkedOut => "duty",
        }
    }

    /// Whether a column of that name is read.
    pub(super) fn is_one(heading: &str) -> bool {
        Self::named(heading).is_some()
    }

    /// With how usual the name is for it: the first is ours.
    fn named(heading: &str) -> Option<(Self, usize)> {
        let bare = bare(heading);
        let place = |names: &&[&str]| names.iter().position(|name| *name == bare);
        NAMES.iter().find_map(|(column, names)| Some((*column, place(names)?)))
    }
}

/// Letters and digits in small letters.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Where each column stands, from 0.
pub(super) type Places = BTreeMap<PastColumn, u32>;

/// What a line says about the columns.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// It names them; and those that are worked out anew.
    Names(Places, BTreeSet<u32>),
    /// It names one of them twice.
    Twice(&'static str),
    /// It names some and lacks one that is needed.
    Lacks(&'static str),
    /// It is another line.
    None,
}

/// Fewest names that make a line of names.
const FEWEST: usize = 3;

/// Reads a line as one of names.
pub(super) fn header<'t>(cells: impl Iterator<Item = (u32, &'t str)>) -> Header {
    let mut named: BTreeMap<PastColumn, (usize, u32)> = BTreeMap::new();
    let (mut twice, mut worked_out) = (None, BTreeSet::new());
    for (at, text) in cells {
        let Some((column, usual)) = PastColumn::named(text) else { continue };
        if column == C::WorkedOut {
            worked_out.insert(at);
            continue;
        }
        match named.get(&column) {
            // "Notes" beside "Request": the more usual name is read, and the other column is told as not read.
            Some((known, _)) if *known < usual => {}
            Some((known, _)) if *known == usual => twice = twice.or(Some(column.heading())),
            _ => drop(named.insert(column, (usual, at))),
        }
    }
    let places: Places = named.into_iter().map(|(column, (_, at))| (column, at)).collect();
    if places.len() < FEWEST {
        return Header::None;
    }
    if let Some(twice) = twice {
        return Header::Twice(twice);
    }
    let needed: [(&[PastColumn], &str); 4] = [
        (&[C::CameOn], "Date"),
        (&[C::Provider, C::ProviderName], "Provider"),
        (&[C::Category, C::Kind], "Kind"),
        (&[C::Outcome], "Outcome"),
    ];
    match needed.iter().find(|(any, _)| !any.iter().any(|column| places.contains_key(column))) {
        Some((_, lacks)) => Header::Lacks(lacks),
        None => Header::Names(places, worked_out),
    }
}

/// A column as a spreadsheet letters it: `A`, `B`, … `Z`, `AA`.
pub(super) fn letters(at: u32) -> String {
    crate::exchange::spreadsheet::lettered(usize::try_from(at).unwrap_or(0))
}

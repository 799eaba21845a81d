//! Which columns are about patients, by their names and by their values.

use super::{day, plain};
use crate::domain::identifier;

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

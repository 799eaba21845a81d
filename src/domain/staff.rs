//! Clinicians as a practice names them: a label such as "Dr A" and a staff group. A real name is never required.

use std::{borrow::Cow, str::FromStr};

use entity::ids::NotAnId;

use super::{drawable, identifier};

/// The groups of staff who consult. The limit applies to all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StaffGroup {
    /// Owns the practice with others.
    GpPartner,
    /// Employed GP.
    SalariedGp,
    /// GP who comes for single sessions.
    Locum,
    /// GP in training.
    Registrar,
    /// Practice nurse.
    Nurse,
    /// Nurse who assesses and prescribes.
    AdvancedNursePractitioner,
    /// Pharmacist.
    Pharmacist,
    /// Physiotherapist.
    Physiotherapist,
    /// Paramedic.
    Paramedic,
    /// Physician associate.
    PhysicianAssociate,
    /// Anyone else who consults.
    Other,
}

impl StaffGroup {
    /// Every group, in the order of the lists.
    pub const ALL: [Self; 11] = [
        Self::GpPartner,
        Self::SalariedGp,
        Self::Locum,
        Self::Registrar,
        Self::Nurse,
        Self::AdvancedNursePractitioner,
        Self::Pharmacist,
        Self::Physiotherapist,
        Self::Paramedic,
        Self::PhysicianAssociate,
        Self::Other,
    ];

    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::GpPartner => "gp-partner",
            Self::SalariedGp => "salaried-gp",
            Self::Locum => "locum",
            Self::Registrar => "registrar",
            Self::Nurse => "nurse",
            Self::AdvancedNursePractitioner => "advanced-nurse-practitioner",
            Self::Pharmacist => "pharmacist",
            Self::Physiotherapist => "physiotherapist",
            Self::Paramedic => "paramedic",
            Self::PhysicianAssociate => "physician-associate",
            Self::Other => "other",
        }
    }

    /// As written on a page.
    pub fn title(self) -> &'static str {
        match self {
            Self::GpPartner => "GP partner",
            Self::SalariedGp => "Salaried GP",
            Self::Locum => "Locum",
            Self::Registrar => "Registrar",
            Self::Nurse => "Nurse",
            Self::AdvancedNursePractitioner => "Advanced nurse practitioner",
            Self::Pharmacist => "Pharmacist",
            Self::Physiotherapist => "Physiotherapist",
            Self::Paramedic => "Paramedic",
            Self::PhysicianAssociate => "Physician associate",
            Self::Other => "Other",
        }
    }

    /// The group of a code, written exactly.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.code() == code)
    }

    /// The words for a stored code; the code itself where a later version wrote it.
    pub fn title_of(code: &str) -> &str {
        Self::from_code(code).map_or(code, |group| group.title())
    }
}

impl FromStr for StaffGroup {
    type Err = NotAnId;

    /// Takes the code, or the words in any case: people paste what they read.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let wanted = text.trim();
        Self::ALL
            .into_iter()
            .find(|group| group.code().eq_ignore_ascii_case(wanted) || group.title().eq_ignore_ascii_case(wanted))
            .ok_or(NotAnId { what: "a staff group", why: "it is none of the groups in the list" })
    }
}

/// Longest label.
pub const LONGEST_LABEL: usize = 40;
/// Most lines of one pasted list.
pub const MOST_LINES: usize = 200;

/// A clinician as somebody wrote them down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Such as "Dr A".
    pub label: String,
    /// The staff group.
    pub group: StaffGroup,
}

/// Reads a label: 1 to 40 characters, single spaces.
///
/// # Errors
/// A sentence for the person who wrote it.
pub fn label(text: &str) -> Result<String, Cow<'static, str>> {
    let label = drawable::plain(text);
    let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = label.chars().count();
    if length == 0 {
        return Err("Enter a label, such as Dr A".into());
    }
    if length > LONGEST_LABEL {
        return Err("A label can have at most 40 characters".into());
    }
    if label.chars().any(char::is_control) {
        return Err("A label is made of letters, digits and signs that can be seen".into());
    }
    // A practice may choose its people's names; anything else that could identify somebody is a patient's.
    if identifier::patient_data(&label).iter().any(|found| !found.kind.is_name()) {
        return Err("This seems to hold something that could identify a patient".into());
    }
    // It stands in the record of a day.
    if let Some((_, sign)) = drawable::undrawable(&label) {
        return Err(format!("{sign} cannot be printed. Write the label with Latin letters and common signs").into());
    }
    Ok(label)
}

/// Reads one line of a pasted list: `Dr A, GP partner`. A tab parts as well as a comma: lists come from spreadsheets.
///
/// # Errors
/// A sentence for the person who wrote it.
pub fn line(text: &str) -> Result<Named, Cow<'static, str>> {
    let (name, group) = text
        .rsplit_once([',', '\t', ';'])
        .ok_or("write the label, a comma and the staff group, such as Dr A, GP partner")?;
    let label = label(name)?;
    let group = group.parse().map_err(|_| "the staff group is not one of the list below the box")?;
    Ok(Named { label, group })
}

/// Reads a whole list; empty lines are passed over. All lines are read, so that all mistakes can be mended at once.
///
/// # Errors
/// Each line that cannot be taken, by its number from 1, with a sentence.
pub fn list(text: &str) -> Result<Vec<Named>, Vec<(usize, Cow<'static, str>)>> {
    let mut named: Vec<Named> = Vec::new();
    let mut wrong = Vec::new();
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    for (found, (text, number)) in lines.enumerate() {
        if found >= MOST_LINES {
            wrong.push((number, "a list can have at most 200 lines".into()));
            break;
        }
        match line(text) {
            Ok(one) if named.iter().any(|other| other.label == one.label) => {
                wrong.push((number, "this label is in the list twice".into()));
            }
            Ok(one) => named.push(one),
            Err(why) => wrong.push((number, why)),
        }
    }
    if wrong.is_empty() { Ok(named) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_words_lead_back_to_the_group() {
        for group in StaffGroup::ALL {
            assert_eq!(group.code().parse(), Ok(group));
            assert_eq!(group.title().to_uppercase().parse(), Ok(group));
            assert_eq!(StaffGroup::title_of(group.code()), group.title());
        }
        assert!("surgeon".parse::<StaffGroup>().is_err());
        assert_eq!(StaffGroup::title_of("later"), "later");
    }

    #[test]
    fn a_label_is_short_and_tidy() {
        for name in ["Dr A", "Dr Jones", "Jane Doe", "Nurse practitioner 2"] {
            assert_eq!(label(name).as_deref(), Ok(name));
        }
        assert!(label("patient 999 000 1006").is_err());
        assert_eq!(label("  Dr   A "), Ok("Dr A".to_owned()));
        assert_eq!(label(&"x".repeat(40)).map(|text| text.len()), Ok(40));
        for bad in ["", "   ", &"é".repeat(41), "Dr\u{7}A"] {
            assert!(label(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_list_is_taken_whole_or_refused_line_by_line() {
        let named = list("Dr A, GP partner\r\n\nSmith, Dr B\tlocum\n").unwrap();
        assert_eq!(named.len(), 2);
        assert_eq!(named[1].label, "Smith, Dr B");
        let wrong = list("Dr A, GP partner\nDr B\nDr C, surgeon\n\nDr A, nurse").unwrap_err();
        assert_eq!(wrong.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 3, 5]);
        assert_eq!(list("").unwrap(), Vec::new());
        let long = "Dr, nurse\n".repeat(3);
        assert_eq!(list(&long).unwrap_err().len(), 2);
    }
}

//! Staff groups: everyone who consults. The limit applies to all of them.

use std::str::FromStr;

use entity::ids::NotAnId;

/// What a clinician is. Stored as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StaffGroup {
    /// GP partner.
    GpPartner,
    /// Salaried GP.
    SalariedGp,
    /// Locum.
    Locum,
    /// GP registrar.
    Registrar,
    /// Nurse.
    Nurse,
    /// Advanced nurse practitioner.
    AdvancedNursePractitioner,
    /// Pharmacist.
    Pharmacist,
    /// First-contact physiotherapist.
    Physiotherapist,
    /// Paramedic.
    Paramedic,
    /// Physician associate.
    PhysicianAssociate,
    /// Anyone else who consults.
    Other,
}

impl StaffGroup {
    /// Every group, in the order of a list.
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

    /// Stable text.
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
}

impl FromStr for StaffGroup {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let text = text.trim();
        Self::ALL
            .into_iter()
            .find(|group| group.code() == text || group.title().eq_ignore_ascii_case(text))
            .ok_or(NotAnId {
                what: "a staff group",
                why: "choose one of the staff groups in the list",
            })
    }
}

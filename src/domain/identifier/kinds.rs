//! The one table of what is found: each kind with the words a nurse reads, what was seen and what to write instead.

use std::fmt;

const NUMBER: &str = "Leave the number out: your clinical system knows whom this is about";
const PLACE: &str = "Leave it out, or name the town";
const PERSON: &str = "Say the clinic, not the person";

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident: $seen:literal, $instead:expr;)+) => {
        /// What a finding is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum IdentifierKind {
            $($(#[$doc])* $kind,)+
        }

        impl IdentifierKind {
            /// Every kind, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$kind,)+];

            /// What was seen, as in "This seems to hold an NHS number".
            pub const fn seen(self) -> &'static str {
                match self {
                    $(Self::$kind => $seen,)+
                }
            }

            /// What to write instead, as a sentence without its full stop.
            pub const fn instead(self) -> &'static str {
                match self {
                    $(Self::$kind => $instead,)+
                }
            }
        }
    };
}

kinds! {
    /// Ten digits in any grouping that pass the Modulus 11 check, or digits said to be an NHS number.
    NhsNumber: "an NHS number", NUMBER;
    /// A number of Scotland's index or of Northern Ireland's health and care, said to be one.
    HealthNumber: "a CHI or H&C number", NUMBER;
    /// The number under which a referral is booked.
    BookingReference: "a booking reference (UBRN)", NUMBER;
    /// A number said to be a hospital's or a practice's number of a patient.
    RecordNumber: "a patient's record number", NUMBER;
    /// Letters and digits of a National Insurance number.
    NationalInsurance: "a National Insurance number", NUMBER;
    /// A day said to be a birthday, one beside an age or a sex, or a full date so old that it is likely one.
    DateOfBirth: "a date of birth", "Leave it out, or write an age in years";
    /// A full postcode; a district alone is none.
    Postcode: "a postcode", PLACE;
    /// A house with a street, a flat, or where somebody is said to live.
    Address: "a street address", PLACE;
    /// A UK telephone number a person can have.
    Phone: "a telephone number", "Leave it out, or say whose line it is: ward, secretary, patient";
    /// An e-mail address of a person.
    Email: "an e-mail address", "Leave it out, or name the team";
    /// `Mr`, `Mrs`, `Miss`, `Ms` and a name: a patient, or a surgeon.
    TitledName: "a title with a surname", PERSON;
    /// A person's name without a title.
    PersonName: "a person's name", "Write the patient, the carer or the clinic instead";
    /// Initials beside an age, or with full stops.
    Initials: "somebody's initials", "Write the patient instead: an age may stay";
    /// A member of staff by name.
    StaffName: "the name of a colleague", PERSON;
    /// An e-mail address of a team, of the health service or of government.
    Mailbox: "a team's e-mail address", "Name the team: its address belongs in the letter";
}

impl IdentifierKind {
    /// Whether it may be a patient's. What is of staff is refused in notes, and belongs in a letter.
    pub const fn is_of_patient(self) -> bool {
        !matches!(self, Self::StaffName | Self::Mailbox)
    }

    /// Whether it is the name of somebody, patient or not.
    pub const fn is_name(self) -> bool {
        matches!(self, Self::TitledName | Self::PersonName | Self::Initials | Self::StaffName)
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.seen())
    }
}

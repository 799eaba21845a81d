//! Two thousand invented notes with nothing of anybody in them, of a grammar of what hospitals ask: eponyms, drugs, wards,
//! days, codes and places that look like people and their numbers.

use super::{check_note, planted_tests::name, tests::Dice};

const EPONYMS: [&str; 24] = [
    "Parkinson's nurse",
    "Dupuytren's clinic",
    "Hodgkin follow-up",
    "Bell's palsy pathway",
    "Down's clinic",
    "Wilson's disease bloods",
    "Barrett's surveillance",
    "Crohn's nurse",
    "Graves' disease bloods",
    "Raynaud's advice",
    "Charles Bonnet syndrome leaflet",
    "Ramsay Hunt pathway",
    "Guillain-Barré follow-up",
    "Ehlers-Danlos letter",
    "Martha's Rule form",
    "Jess's Rule audit",
    "Oliver McGowan training",
    "Clare's Law form",
    "Colles' fracture clinic",
    "Mantoux reading",
    "Holter fitting",
    "Doppler before compression",
    "Epley manoeuvre",
    "Gleason 6 follow-up",
];
const TITLES: [&str; 18] = [
    "MS nurse",
    "MS clinic",
    "MS Teams call with the trust",
    "MR spine",
    "MR prostate",
    "MR angiogram",
    "Sister on ward 4",
    "Ward sister",
    "Matron",
    "Nurse specialist",
    "Nurse-led clinic",
    "Miss a dose leaflet",
    "Prof body guidance",
    "Dr A",
    "Consultant's secretary",
    "Registrar on call",
    "Melatonin 2 mg MR",
    "200 ms QTc",
];
const CODES: [&str; 22] = [
    "Vitamin B12 1mg injections",
    "MRI L5/S1 2nd opinion",
    "S1 2nd injection",
    "L5 1st block",
    "Form FP10HP",
    "T12 4th fracture",
    "Ward B6 2nd floor",
    "D3 1000 units",
    "Room E1 3rd floor",
    "P1 2ml syringes",
    "C5/6 disc",
    "B12 3 monthly",
    "N3 5th cycle",
    "G3 2cm lesion",
    "HbA1c 88",
    "eGFR 28",
    "BP 168/94",
    "CHADS2 3",
    "K+ 6.4",
    "U&E in 2 weeks",
    "FeNO 45 ppb",
    "Med3 for 2 weeks",
];
const ASKS: [&str; 14] = [
    "asked of us",
    "handed to us",
    "returned",
    "refused again",
    "to be given by us",
    "passed to the practice",
    "no protocol sent",
    "no shared care agreement",
    "late by 9 days",
    "sent back with template 4",
    "done: clinically urgent",
    "agreed",
    "rejected",
    "not funded here",
];
const WELSH: [&str; 6] = [
    "Dim llythyr rhyddhau gan Ysbyty Gwynedd",
    "Gofynnwyd i ni drefnu prawf gwaed",
    "Ysbyty Glan Clwyd yn gofyn am sgan",
    "Claf i ffonio'r feddygfa am ganlyniad",
    "Llythyr clinig yn hwyr, gweld y nodyn",
    "Bwrdd Iechyd Hywel Dda wedi ateb",
];
const ORGANISATIONS: [&str; 22] = [
    "Queen Elizabeth ward",
    "Royal Free, Barnet site",
    "St Mary's day unit",
    "Princess Alexandra Hospital ED",
    "John Radcliffe",
    "James Paget Hospital",
    "Addenbrooke's",
    "Alder Hey",
    "Great Ormond Street",
    "Darent Valley",
    "Sue Ryder",
    "Marie Curie nurses",
    "Macmillan team",
    "Florence Nightingale ward",
    "Mary Seacole unit",
    "Henry Schein order",
    "Smith & Nephew dressings",
    "Betsi Cadwaladr",
    "Nuffield Health",
    "Spire Bristol",
    "Robert Jones and Agnes Hunt",
    "William Harvey ED",
];

fn drug(dice: &mut Dice) -> String {
    let stem = [
        "mab",
        "nib",
        "pril",
        "sartan",
        "olol",
        "statin",
        "azole",
        "gliptin",
        "gliflozin",
        "xaban",
        "prazole",
        "cillin",
    ];
    let start = name(dice).to_lowercase();
    let drug = format!("{}{}", &start[..start.len().min(6)], dice.pick(&stem));
    let drug = if dice.roll(2) == 0 { format!("{}{}", drug[..1].to_uppercase(), &drug[1..]) } else { drug };
    format!("{drug} {} mg", dice.roll(40) + 1)
}

fn hospital(dice: &mut Dice) -> String {
    let kind = [
        "Hospital",
        "Infirmary",
        "Community Hospital",
        "NHS Trust",
        "Hospice",
        "Medical Centre",
        "Surgery",
        "House Hospice",
    ];
    let first = dice.pick(&["", "Royal ", "North ", "St ", "Queen "]);
    format!("{first}{} {}", name(dice), dice.pick(&kind))
}

fn number(dice: &mut Dice) -> String {
    let n = 100_000 + dice.roll(900_000);
    match dice.roll(8) {
        0 => format!("Lab no 26-{n}"),
        1 => format!("Specimen B{n}"),
        2 => format!("SNOMED {n}00{}", dice.roll(10)),
        3 => format!("Accession {n}1"),
        4 => format!("Our ref {}", n % 9000),
        5 => format!("Invoice {n}"),
        6 => format!("SNOMED CT {n}1000000{}", 100 + dice.roll(9)),
        _ => format!("Sample ID {n}"),
    }
}

fn day(dice: &mut Dice) -> String {
    let (day, month) = (dice.roll(28) + 1, dice.roll(12) + 1);
    let year = 2024 + dice.roll(3);
    match dice.roll(9) {
        0 => format!("Operation {day:02}.{month:02}.{}, clips out a week later", year % 100),
        1 => format!("Clinic {day:02}/{month:02}/{year}, letter 3 weeks later"),
        2 => format!("Letter dated {day:02}-{month:02}-{year}"),
        3 => format!("Stent {day}/{month}/{}", 1995 + dice.roll(20)),
        4 => format!("LES contract signed 01/04/{}", 2000 + dice.roll(16)),
        5 => format!("Spec agreed 1/{}/{:02}", dice.pick(&["4", "10"]), 5 + dice.roll(10)),
        6 => format!("Hip replacement on {day:02}/{month:02}/{}", 1995 + dice.roll(20)),
        7 => format!("Hysterectomy in {}", 1980 + dice.roll(40)),
        _ => format!("Since {day} October {year}"),
    }
}

fn subject(dice: &mut Dice) -> String {
    match dice.roll(10) {
        0 => format!("re {}", dice.pick(&EPONYMS)),
        1 => dice.pick(&EPONYMS).to_owned(),
        2 => dice.pick(&TITLES).to_owned(),
        3 => dice.pick(&CODES).to_owned(),
        4 => drug(dice),
        5 => hospital(dice),
        6 => number(dice),
        7 => day(dice),
        8 => dice.pick(&ORGANISATIONS).to_owned(),
        _ => dice.pick(&WELSH).to_owned(),
    }
}

fn note(dice: &mut Dice) -> String {
    let (subject, asks) = (subject(dice), dice.pick(&ASKS));
    match dice.roll(8) {
        0 => format!(
            "Spoke to {} about it, {asks}",
            dice.pick(&["the ward", "PALS", "the booking office", "switchboard"])
        ),
        1 => format!("{subject}: {asks}. {}", day(dice)),
        2 => format!("Asked the ICB; {subject}, {asks}"),
        3 => format!("{subject}, {asks}; rang 0300 123 4567"),
        4 => format!("{subject} {asks}").to_uppercase(),
        5 => format!("{asks}: {subject}, {} calls, {} letters", dice.roll(90) + 10, dice.roll(90) + 10),
        _ => format!("{subject} {asks}"),
    }
}

#[test]
fn two_thousand_clean_notes_are_taken() {
    let mut dice = Dice(20_261_128);
    let mut refused = Vec::new();
    for _ in 0..2000 {
        let note = note(&mut dice);
        if let Err(why) = check_note(&note, 400) {
            refused.push(format!("{note}: {why}"));
        }
    }
    assert!(refused.len() <= 20, "{}: {refused:#?}", refused.len());
}

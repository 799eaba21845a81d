//! The invented county: areas with crossing borders, practices, clinicians and what they are like. Nothing here knows
//! the time: the same county comes out whenever it is asked for.

use entity::ids::{ClinicianId, DeviceId, LocalDate, NotAnId, OdsCode, OrgCode};
use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::SliceRandom};
use uuid::Uuid;

use super::names;

/// Every run of the demo invents the same county.
pub(super) const SEED: u64 = 25;
/// Clinicians of the whole county.
const CLINICIANS: usize = 2_500;
/// Codes that ODS does not give: a region Y9D, ICBs and sub-ICB locations beginning with X, practices with Z9.
pub(super) const REGION: (&str, &str) = ("Y9D", "Demo region");
pub(super) const ICBS: [(&str, &str); 3] = [
    ("XDA", "Wyrevale and Brackenshaw Integrated Care Board"),
    ("XDB", "Tarnholt and Eskmarsh Integrated Care Board"),
    ("XDC", "Mossfleet Integrated Care Board"),
];
pub(super) const LMCS: [(&str, &str); 5] = [
    ("wyrevale", "Wyrevale LMC"),
    ("brackenshaw", "Brackenshaw LMC"),
    ("tarnholt", "Tarnholt LMC"),
    ("eskmarsh", "Eskmarsh LMC"),
    ("mossfleet", "Mossfleet LMC"),
];
/// Practices of each LMC in each ICB, with the sub-ICB location they lie in. The first row holds the visitors'.
const CELLS: [(usize, usize, &str, usize); 8] = [
    (0, 0, "X9A", 50),
    (0, 1, "X9C", 14),
    (1, 0, "X9B", 90),
    (2, 1, "X9C", 58),
    (3, 1, "X9D", 24),
    (3, 2, "X9E", 20),
    (4, 2, "X9E", 32),
    (4, 0, "X9B", 12),
];
/// Sub-ICB locations and the ICB of each.
pub(super) const SUB_ICBS: [(&str, usize); 5] = [("X9A", 0), ("X9B", 0), ("X9C", 1), ("X9D", 1), ("X9E", 2)];
/// Practices of a network.
const NETWORK: usize = 8;

/// An invented county.
#[derive(Debug)]
pub(super) struct County {
    pub(super) networks: Vec<(OrgCode, String)>,
    pub(super) practices: Vec<Practice>,
}

/// How a practice uses the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// Its clinicians tap.
    Taps,
    /// The manager enters day sheets.
    Sheets,
    /// Not at all.
    Silent,
}

/// An invented practice.
#[derive(Debug)]
pub(super) struct Practice {
    pub(super) code: OdsCode,
    pub(super) name: String,
    pub(super) patients: u32,
    pub(super) opened: LocalDate,
    pub(super) network: OrgCode,
    pub(super) sub_icb: OrgCode,
    pub(super) icb: OrgCode,
    pub(super) lmc: OrgCode,
    pub(super) habit: Habit,
    /// Its LMC may see its rows.
    pub(super) shares: bool,
    /// It answered for the current week.
    pub(super) answers: bool,
    /// Whoever writes its record; the first practice's belongs to a person who can sign in.
    pub(super) manager: Uuid,
    pub(super) clinicians: Vec<Clinician>,
}

/// An invented clinician.
#[derive(Debug)]
pub(super) struct Clinician {
    pub(super) id: ClinicianId,
    pub(super) device: DeviceId,
    pub(super) label: String,
    pub(super) group: &'static str,
    /// Contacts of a usual day without a limit.
    pub(super) pace: u32,
    /// Monday to Friday.
    pub(super) works: [bool; 5],
    /// One session a day.
    pub(super) half_days: bool,
}

/// Staff group, the word before the letter, contacts of a usual day, and how many of a hundred clinicians.
const GROUPS: [(&str, &str, u32, u32); 11] = [
    ("gp-partner", "Dr", 35, 27),
    ("salaried-gp", "Dr", 33, 24),
    ("locum", "Dr", 32, 5),
    ("registrar", "Dr", 18, 8),
    ("nurse", "Nurse", 27, 14),
    ("advanced-nurse-practitioner", "Nurse practitioner", 29, 6),
    ("pharmacist", "Pharmacist", 24, 6),
    ("physiotherapist", "Physio", 21, 3),
    ("paramedic", "Paramedic", 22, 3),
    ("physician-associate", "Physician associate", 21, 2),
    ("other", "Therapist", 12, 2),
];
/// The visitors' clinicians: seven, the first of them under the label that the demo signs in.
const FIRST_CLINICIANS: [(&str, usize); 7] =
    [("Dr A", 0), ("Dr B", 0), ("Dr C", 1), ("Dr D", 1), ("Dr E", 3), ("Nurse F", 4), ("Pharmacist G", 6)];
/// What they have counted today; Dr A has 11 left of 25.
pub(super) const FIRST_COUNTS: [u32; 7] = [14, 24, 18, 12, 9, 21, 16];
/// List sizes at every twentieth part of a log-normal distribution with mean 10,400 and sigma 0.55.
const LISTS: [u32; 20] = [
    3_040, 4_050, 4_750, 5_350, 5_900, 6_440, 6_970, 7_500, 8_060, 8_640, 9_250, 9_920, 10_650, 11_470, 12_420, 13_550,
    14_950, 16_830, 19_730, 27_900,
];
const FIRST_LIST: u32 = 9_240;

impl County {
    /// Invents it.
    ///
    /// # Errors
    /// A code that is none; the tests exclude it.
    pub(super) fn invent() -> Result<Self, NotAnId> {
        let mut rng = SmallRng::seed_from_u64(SEED);
        let n: usize = CELLS.iter().map(|cell| cell.3).sum();
        let mut names = names::practices(&mut rng, n).into_iter();
        // Every size as often as another, so that the mean does not hang on the seed.
        let mut lists: Vec<u32> = LISTS.iter().copied().cycle().take(n).collect();
        lists.shuffle(&mut rng);
        let mut practices: Vec<Practice> = Vec::new();
        let mut networks = Vec::new();
        for (lmc, icb, sub_icb, size) in CELLS {
            for within in 0..size {
                if within % NETWORK == 0 && size.saturating_sub(within) >= NETWORK / 2 {
                    networks.push(format!("XP{:04}", networks.len().saturating_add(1)));
                }
                let place = Place {
                    network: networks.last().map(String::as_str).unwrap_or_default(),
                    sub_icb,
                    icb: icb_code(icb),
                    lmc: lmc_code(lmc),
                };
                let number = practices.len().saturating_add(1);
                let name = names.next().unwrap_or_default();
                let list = lists.pop().unwrap_or(FIRST_LIST);
                practices.push(practice(&mut rng, number, name, list, &place)?);
            }
        }
        staff(&mut rng, &mut practices);
        habits(&mut rng, &mut practices);
        let places = names::places(&mut rng, networks.len());
        let networks = networks
            .into_iter()
            .zip(places)
            .map(|(code, place)| Ok((code.parse()?, format!("{place} PCN"))))
            .collect::<Result<_, NotAnId>>()?;
        Ok(Self { networks, practices })
    }
}

fn icb_code(at: usize) -> &'static str {
    ICBS.get(at).map_or("XDA", |icb| icb.0)
}

fn lmc_code(at: usize) -> &'static str {
    LMCS.get(at).map_or("wyrevale", |lmc| lmc.0)
}

struct Place<'a> {
    network: &'a str,
    sub_icb: &'a str,
    icb: &'a str,
    lmc: &'a str,
}

fn practice(
    rng: &mut SmallRng,
    number: usize,
    name: String,
    list: u32,
    place: &Place<'_>,
) -> Result<Practice, NotAnId> {
    let patients = list.saturating_mul(rng.random_range(95..=105)) / 100;
    let opened = LocalDate::new(rng.random_range(1974..=2014), rng.random_range(1..=12), 1);
    Ok(Practice {
        code: format!("Z9{number:04}").parse()?,
        name,
        patients: if number == 1 { FIRST_LIST } else { patients },
        opened: opened.unwrap_or(LocalDate(chrono::NaiveDate::MIN)),
        network: place.network.parse()?,
        sub_icb: place.sub_icb.parse()?,
        icb: place.icb.parse()?,
        lmc: place.lmc.parse()?,
        habit: Habit::Silent,
        shares: false,
        answers: false,
        manager: uuid(rng),
        clinicians: Vec::new(),
    })
}

/// Shares the county's clinicians out by list size, at least three a practice.
fn staff(rng: &mut SmallRng, practices: &mut [Practice]) {
    let patients: u32 = practices.iter().map(|practice| practice.patients).sum();
    let share = |practice: &Practice| {
        let part = u64::from(practice.patients).saturating_mul(u64::try_from(CLINICIANS).unwrap_or(0))
            / u64::from(patients.max(1));
        usize::try_from(part).unwrap_or(0).max(3)
    };
    let mut sizes: Vec<usize> = practices.iter().map(share).collect();
    if let Some(first) = sizes.first_mut() {
        *first = FIRST_CLINICIANS.len();
    }
    let mut left = CLINICIANS.saturating_sub(sizes.iter().sum());
    for size in sizes.iter_mut().skip(1) {
        if left == 0 {
            break;
        }
        *size = size.saturating_add(1);
        left = left.saturating_sub(1);
    }
    for (at, (practice, size)) in practices.iter_mut().zip(sizes).enumerate() {
        practice.clinicians = if at == 0 {
            FIRST_CLINICIANS
                .iter()
                .filter_map(|(label, group)| {
                    let (group, _, pace, _) = GROUPS.get(*group)?;
                    let own = Clinician {
                        works: [true; 5],
                        half_days: false,
                        ..clinician(rng, (*label).to_owned(), group, *pace)
                    };
                    Some(own)
                })
                .collect()
        } else {
            (0..size).map(|place| any_clinician(rng, place)).collect()
        };
    }
}

fn any_clinician(rng: &mut SmallRng, at: usize) -> Clinician {
    let mut ticket = rng.random_range(0..100_u32);
    // The first two are partners: a practice has some.
    let group = GROUPS.iter().find(|group| {
        let hit = at < 2 || ticket < group.3;
        ticket = ticket.saturating_sub(group.3);
        hit
    });
    let (group, word, pace, _) = group.copied().unwrap_or(("other", "Therapist", 12, 2));
    clinician(rng, format!("{word} {}", letters(at)), group, pace)
}

/// A, B … Z, AA, AB …
fn letters(place: usize) -> String {
    let letter = |n: usize| char::from(b'A'.saturating_add(u8::try_from(n % 26).unwrap_or(0)));
    match place / 26 {
        0 => letter(place).to_string(),
        more => format!("{}{}", letter(more.saturating_sub(1)), letter(place)),
    }
}

fn clinician(rng: &mut SmallRng, label: String, group: &'static str, pace: u32) -> Clinician {
    Clinician {
        id: ClinicianId(uuid(rng)),
        device: DeviceId(uuid(rng)),
        label,
        group,
        pace: pace.saturating_mul(rng.random_range(85..=115)) / 100,
        works: std::array::from_fn(|_| rng.random_bool(0.74)),
        half_days: rng.random_bool(0.1),
    }
}

/// A version 7 id of one spring morning, so that it does not depend on when the demo runs.
fn uuid(rng: &mut SmallRng) -> Uuid {
    const SPRING: u64 = 1_772_442_000_000;
    dated_uuid(rng, SPRING)
}

/// A version 7 id made at `millis` since 1970.
pub(super) fn dated_uuid(rng: &mut SmallRng, millis: u64) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(millis, &rng.random::<[u8; 10]>()).into_uuid()
}

/// Of the 64 practices of the visitors' LMC 54 use the product, 46 share with it and 38 answered this week; the
/// visitors' own shares and has not answered yet. Elsewhere it falls as it may, about as often.
fn habits(rng: &mut SmallRng, practices: &mut [Practice]) {
    let mut own: Vec<usize> = (1..64).collect();
    own.shuffle(rng);
    let rank = |at: usize| own.iter().position(|index| *index == at);
    for (at, practice) in practices.iter_mut().enumerate() {
        let (uses, shares, answers) = match (at, rank(at)) {
            (0, _) => (true, true, false),
            (_, Some(rank)) => (rank < 53, rank < 45, rank < 38),
            (_, None) => {
                let uses = rng.random_bool(0.8);
                let shares = uses && rng.random_bool(0.85);
                (uses, shares, uses && rng.random_bool(0.72))
            }
        };
        let taps = at == 0 || rng.random_bool(0.4);
        practice.habit = match (uses, taps) {
            (false, _) => Habit::Silent,
            (true, true) => Habit::Taps,
            (true, false) => Habit::Sheets,
        };
        practice.shares = shares;
        practice.answers = answers;
    }
}

//! Every reader of files against files that chance has bent, from real cases on: none fails, none hangs, and no reader of
//! appointments returns more contacts than its rows times their counts.
//!
//! `HEADROOM_FUZZ_SECONDS=60` bends for so long for each reader instead of a few hundred times; `HEADROOM_SEED` takes another
//! seed than the usual one. What a reader fails on is printed as it was.

use std::{
    env,
    fs::File,
    io::{Cursor, Read as _, Seek as _, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use entity::ids::{ClinicianId, LocalDate, OdsCode};
use headroom::{
    domain::{
        appointment::{Matching, moment},
        catalogue::{BUILT_IN_FILE, Catalogue},
        identifier,
        transfer::book::TransferBook,
    },
    exchange::{
        appointments::{self, Asked, OnTop, Reading, Source},
        archive::sha256,
        ods, past_items,
        record_archive::RecordArchive,
        spreadsheet,
    },
};
use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use rust_xlsxwriter::Workbook;
use uuid::Uuid;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// Bent files of each reader where nothing else is asked for.
const FEW: u64 = 250;
/// Longest that a reader may take over a file of some kilobytes, in a build without optimisation on a busy machine.
const HANGS: Duration = Duration::from_secs(8);
/// Longest file that is made.
const LONGEST: usize = 24 * 1024;
/// What readers look for.
const WORDS: [&str; 34] = [
    "\"",
    "\"\"",
    ",",
    ";",
    "\t",
    "\r\n",
    "\n",
    "\r",
    "sep=;\n",
    "Total",
    "20/11/2026",
    "11/20/2026",
    "46346",
    "0.395833",
    "9.30 a.m.",
    "2026-11-20T09:30:00+01:00",
    "Left",
    "Did Not Attend",
    "Booked",
    "Attended",
    "200",
    "201",
    "-1",
    "999999999999",
    "\u{feff}",
    "\u{0}",
    "é",
    "９",
    "Date,Date",
    "{\"Organisation\":",
    "[[[[",
    "]",
    "9990001006",
    "=1+1",
];

macro_rules! case {
    ($name:literal) => {
        include_bytes!(concat!("../data/", $name)) as &[u8]
    };
}

/// Cases of real shape, the first of each cut to what fits.
fn cut(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len().min(LONGEST / 2)].to_vec()
}

fn reports() -> Vec<Vec<u8>> {
    [
        case!("appointments/emis_appointment_report_shape.csv"),
        case!("appointments/emis_statuses_report.csv"),
        case!("appointments/systmone_report_a_gp_rota.csv"),
        case!("appointments/systmone_report_b_telephone_rota.csv"),
        case!("appointments/systmone_statuses_report.csv"),
        case!("appointments/before_excel.csv"),
        case!("appointments/after_excel.csv"),
        case!("appointments/american_days.csv"),
        case!("appointments/line_break_in_cell.csv"),
    ]
    .map(cut)
    .to_vec()
}

/// Bends a file: bytes, words, lines, pieces of another one, an end cut off.
fn bent(seeds: &[Vec<u8>], rng: &mut SmallRng) -> Vec<u8> {
    let mut bytes = seeds.choose(rng).unwrap().clone();
    for _ in 0..rng.random_range(1..8) {
        let at = rng.random_range(0..=bytes.len());
        let until = (at + rng.random_range(0..200)).min(bytes.len());
        match rng.random_range(0..9) {
            0 if at < bytes.len() => bytes[at] = rng.random(),
            1 => drop(bytes.splice(at..at, WORDS.choose(rng).unwrap().bytes())),
            2 => drop(bytes.drain(at..until)),
            3 => {
                let piece = bytes[at..until].to_vec();
                drop(bytes.splice(at..at, piece));
            }
            4 => bytes.truncate(at),
            5 => {
                let other = seeds.choose(rng).unwrap();
                let from = rng.random_range(0..=other.len());
                let to = (from + rng.random_range(0..300)).min(other.len());
                drop(bytes.splice(at..until, other[from..to].iter().copied()));
            }
            6 => {
                let sign = *[b',', b';', b'\t', b'"', b'\n'].choose(rng).unwrap();
                let other = *[b',', b';', b'|', b'"', b'\r'].choose(rng).unwrap();
                bytes.iter_mut().filter(|byte| **byte == sign).for_each(|byte| *byte = other);
            }
            7 => {
                let cell = *[b"1", b"7", b"0", b"x"].choose(rng).unwrap();
                drop(bytes.splice(at..at, [b",", &cell[..], b","].concat()));
            }
            _ => {
                let lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
                let line = lines.choose(rng).cloned().unwrap_or_default();
                bytes.extend(line);
            }
        }
        bytes.truncate(LONGEST);
    }
    bytes
}

/// Bends files for a reader, until the time is up.
#[expect(clippy::print_stdout, reason = "how many there were is what a long run is for")]
fn fuzz(name: &str, seeds: &[Vec<u8>], mut read: impl FnMut(&[u8])) {
    let asked = |name| env::var_os(name).map(|text| text.into_string().unwrap().parse::<u64>().unwrap());
    let (seed, seconds) = (asked("HEADROOM_SEED").unwrap_or(19), asked("HEADROOM_FUZZ_SECONDS"));
    let mut rng = SmallRng::seed_from_u64(seed);
    let (begun, mut n, mut longest) = (Instant::now(), 0_u64, Duration::ZERO);
    for seed in seeds {
        read(seed);
    }
    while seconds.map_or(n < FEW, |seconds| begun.elapsed() < Duration::from_secs(seconds)) {
        let bytes = bent(seeds, &mut rng);
        let from = Instant::now();
        let went = catch_unwind(AssertUnwindSafe(|| read(&bytes)));
        longest = longest.max(from.elapsed());
        let shown = || bytes.escape_ascii().to_string();
        assert!(went.is_ok(), "{name} failed on file {n} of seed {seed}: \"{}\"", shown());
        assert!(from.elapsed() < HANGS, "{name} took {longest:?} over file {n} of seed {seed}: \"{}\"", shown());
        n += 1;
    }
    println!("{name}: {n} files in {:.0} s, the longest {} ms", begun.elapsed().as_secs_f64(), longest.as_millis());
}

fn practice() -> OdsCode {
    "Z90001".parse().unwrap()
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn asked(matching: Matching) -> Asked {
    let today: LocalDate = "2026-11-28".parse().unwrap();
    Asked {
        practice: practice(),
        system: None,
        matching,
        today,
        on_top: OnTop::default(),
        erased: headroom::domain::appointment::Erasures::default(),
    }
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What all rows of plain tables can come to at most: in each line the largest number that is a count, or one.
fn most(sources: &[Source]) -> u64 {
    let mut all = 0;
    for source in sources {
        let (mut file, mut bytes) = (&source.file, Vec::new());
        file.rewind().unwrap();
        file.read_to_end(&mut bytes).unwrap();
        file.rewind().unwrap();
        for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty()) {
            let numbers = line.split(|byte| !byte.is_ascii_digit()).filter(|digits| !digits.is_empty());
            let counts = numbers.filter_map(|digits| std::str::from_utf8(digits).unwrap().parse::<u64>().ok());
            all += counts.filter(|n| *n <= 200).max().unwrap_or(1).max(1);
        }
    }
    all
}

/// Reads a report to the end, as the page would once everybody in it is matched.
fn appointments_of(runtime: &tokio::runtime::Runtime, bytes: &[u8]) -> Option<u64> {
    let folder = env::temp_dir();
    let sources = appointments::unpacked(vec![Source { name: "a.csv".to_owned(), file: file(bytes) }], &folder).ok()?;
    let first = appointments::scan(&sources, &asked(Matching::default())).ok()?;
    let mut matching = Matching::default();
    for name in first.holders.keys() {
        matching
            .holders
            .insert(Matching::holder_id(&practice(), first.system, name), Some(ClinicianId(Uuid::from_u128(7))));
    }
    let asked = asked(matching);
    let scan = appointments::scan(&sources, &asked).ok()?;
    let (rows, bound) = (scan.rows, most(&sources));
    let contacts = runtime.block_on(async {
        let (mut chunks, read) = appointments::in_chunks(Reading { sources, scan, asked });
        let mut contacts = 0;
        while let Some(chunk) = chunks.recv().await {
            contacts += u64::try_from(chunk.slots.iter().filter(|slot| slot.stands.is_some()).count()).unwrap();
        }
        // Rows that it cannot read are its own affair; that it fell over is not.
        let (_, summary) = read.await.unwrap();
        assert!(summary.is_ok(), "the second reading refuses what the first took");
        contacts
    });
    assert!(contacts <= bound && contacts <= rows * 200, "{contacts} contacts of {rows} rows, {bound} at most");
    Some(contacts)
}

#[test]
fn reports_of_appointments() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let mut read = 0_u64;
    let mut contacts = 0_u64;
    fuzz("reports of appointments", &reports(), |bytes| {
        if let Some(n) = appointments_of(&runtime, bytes) {
            read += 1;
            contacts += n;
        }
    });
    assert!(read > 20 && contacts > 100, "most files were refused: {read} read with {contacts} contacts");
}

#[test]
fn archives_and_encodings_of_reports() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let reports = reports();
    let wide = String::from_utf8(reports[1].clone()).unwrap();
    let wide: Vec<u8> = wide.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let book = past_items::template_workbook(TransferBook::built_in().unwrap()).unwrap();
    let seeds = [
        zipped(&[("a.csv", &reports[0])]),
        zipped(&[("a.csv", &reports[2]), ("b.csv", &reports[3])]),
        [&b"\xFF\xFE"[..], &wide].concat(),
        book,
    ];
    fuzz("archives and encodings of reports", &seeds, |bytes| {
        appointments_of(&runtime, bytes);
    });
}

#[test]
fn reports_on_their_way_out_of_the_practice() {
    let folder = env::temp_dir();
    fuzz("reports on their way out", &reports(), |bytes| {
        let source = vec![Source { name: "a.csv".to_owned(), file: file(bytes) }];
        let Ok(tables) = appointments::unpacked(source, &folder) else { return };
        drop(appointments::piece_of(&tables));
        drop(appointments::without_patients(&tables, &asked(Matching::default()), &folder));
    });
}

#[test]
fn published_appointments() {
    let seeds = [cut(case!("appointments/gpad_practice_level_sample.csv"))];
    let known: Vec<OdsCode> = vec!["Y02960".parse().unwrap()];
    fuzz("published appointments", &seeds, |bytes| {
        if let Ok(read) = appointments::published::read(&file(bytes), &known, |_| {}) {
            assert_eq!(read.sums(&known).filter(|sum| *sum.0 != known[0]).count(), 0);
        }
    });
}

#[test]
fn files_of_organisations() {
    let record = br#"{"Organisation":{"Name":"A","Date":[{"Type":"Operational","Start":"2013-04-01"}],"OrgId":{"extension":"Z90901"},"Status":"Active","Roles":{"Role":[{"id":"RO177","Status":"Active"},{"id":"RO76","Status":"Active"}]},"Rels":{"Rel":[{"id":"RE4","Status":"Active","Target":{"OrgId":{"extension":"99Z"},"PrimaryRoleId":{"id":"RO98"}}}]}}}"#;
    let seeds = [
        cut(case!("organisations/gp-reg-pat-prac-map_2026-08.csv")),
        cut(case!("organisations/practices_2026-08.csv")),
        cut(case!("organisations/lmcs_england.csv")),
        cut(case!("organisations/practice_lmc_demo.csv")),
        cut(case!("organisations/epraccur_old_format_quirks.csv")),
        cut(case!("organisations/epraccur_dse_with_two_settings.csv")),
        [&record[..], b"\n", record].concat(),
        [b"[", &record[..], b",", record, b"]"].concat(),
        zipped(&[("a.json", record), ("b.csv", &cut(case!("organisations/epraccur_dse_new_format_sample.csv")))]),
    ];
    fuzz("files of organisations", &seeds, |bytes| {
        let rows = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r' | b'{')).count() + 1;
        let files = match ods::unpacked(bytes, &mut (4 * LONGEST)) {
            Ok(Some(files)) => files,
            Ok(None) => vec![(String::new(), bytes.to_vec())],
            Err(_) => return,
        };
        for (_, bytes) in files {
            match ods::read(&bytes) {
                // Each row speaks of a practice and of four areas that it names.
                Ok(read) => assert!(read.statements.len() <= rows.max(bytes.len()) * 5),
                Err(_) => drop(ods::nearest(&bytes)),
            }
        }
    });
}

/// The parts of a workbook.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let part = |at| {
        let mut part = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        (part.name().unwrap().into_owned(), bytes)
    };
    (0..ZipArchive::new(Cursor::new(bytes)).unwrap().len()).map(part).collect()
}

/// A workbook of the register as it comes back.
fn register() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name(spreadsheet::REGISTER).unwrap();
    for (at, column) in (0..).zip(spreadsheet::Column::all()) {
        sheet.write_string(0, at, column.heading()).unwrap();
    }
    for (row, (day, number)) in (1..).zip([("3 March 2026", 111.0), ("03.03.26", 7.5), ("2026-03-03T00:00:00Z", 24.0)])
    {
        sheet.write_string(row, 0, "dsa-freeze").unwrap();
        sheet.write_number(row, 2, number).unwrap();
        sheet.write_string(row, 4, day).unwrap();
        sheet.write_number(row, 6, 46_084.0).unwrap();
        sheet.write_boolean(row, 5, true).unwrap();
    }
    let about = workbook.add_worksheet().set_name("Headroom").unwrap();
    for (row, (name, value)) in (0..).zip([("kind", "headroom-register-1"), ("practice", "Z90001")]) {
        about.write_string(row, 0, name).unwrap();
        about.write_string(row, 1, value).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn workbooks_of_the_register_and_of_transferred_work() {
    let book = TransferBook::built_in().unwrap();
    let whole = [parts(&register()), parts(&past_items::template_workbook(book).unwrap())];
    let bend = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"];
    let seeds: Vec<Vec<u8>> =
        whole.iter().flatten().filter(|(name, _)| bend.contains(&name.as_str())).map(|part| cut(&part.1)).collect();
    let taken = spreadsheet::read(&register(), &practice()).unwrap();
    assert_eq!((taken.rows.len(), taken.errors.len()), (3, 0));
    let mut turn = 0;
    fuzz("parts of workbooks", &seeds, |bytes| {
        turn += 1;
        let (parts, name) = (&whole[turn % 2], bend[turn / 2 % 4]);
        let part =
            |(of, whole): &(String, Vec<u8>)| (of.clone(), if of == name { bytes.to_vec() } else { whole.clone() });
        let parts: Vec<(String, Vec<u8>)> = parts.iter().map(part).collect();
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, part)| (name.as_str(), part.as_slice())).collect();
        let workbook = zipped(&parts);
        if let Ok(back) = spreadsheet::read(&workbook, &practice()) {
            assert!(back.rows.iter().all(|row| back.errors.iter().all(|error| error.row != row.row)));
        }
        drop(past_items::read(&workbook, book));
    });
}

#[test]
fn sheets_of_transferred_work() {
    let book = TransferBook::built_in().unwrap();
    let sheet =
        b"Date,Provider,Kind,Outcome,Minutes\n3 March 2026,RX1,Fit note,Returned,5\n03.03.26,RX1,Fit note,Declined,\n";
    let seeds = [past_items::template_csv(), sheet.to_vec(), register()];
    fuzz("sheets of transferred work", &seeds, |bytes| {
        if let Ok(read) = past_items::read(bytes, book) {
            assert!(read.rows.len() <= bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1);
        }
    });
}

#[test]
fn editions_of_the_catalogue() {
    let seeds = [cut(BUILT_IN_FILE.as_bytes()), BUILT_IN_FILE.as_bytes().to_vec()];
    fuzz("editions of the catalogue", &seeds, |bytes| drop(Catalogue::parse(&String::from_utf8_lossy(bytes))));
}

#[test]
fn records_of_a_practice() {
    let rows = br#"[{"practice":"Z90001","id":"x"},{"practice":"Z90001","id":null}]"#;
    fuzz("records of a practice", &[rows.to_vec()], |bytes| {
        let sums = format!("{}  contact.json\n", sha256(bytes));
        for sums in [sums.as_bytes(), bytes] {
            let archive = zipped(&[("SHA256SUMS.txt", sums), ("contact.json", bytes)]);
            let Ok(mut archive) = RecordArchive::open(file(&archive)) else { continue };
            let mut rows = 0_usize;
            let read = archive.rows("contact", |_, _| {
                rows += 1;
                Ok(())
            });
            assert!(read.is_err() || rows <= bytes.len());
        }
    });
}

#[test]
fn days_times_and_notes() {
    let seeds: Vec<Vec<u8>> = [
        "20/11/2026 09:30",
        "3 March 2026",
        "46346.395833",
        "2026-11-20T09:30:00Z",
        "Fri 20th November 2026, 9.30 a.m.",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into_iter()
    .chain([cut(case!("identifiers/transfer_notes.csv"))])
    .collect();
    fuzz("days, times and notes", &seeds, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        // A day is read whole or not at all: its text comes to the same day again.
        for (day, _) in [moment(&text, None), moment("20/11/2026", Some(&text))].into_iter().flatten() {
            assert_eq!(moment(&day.to_string(), None), Ok((day, None)));
        }
        drop(identifier::patient_data(&text.chars().take(2_000).collect::<String>()));
    });
}

//! The second reading: rows become slots, in chunks that a transaction takes.

use std::collections::{HashMap, HashSet};

use entity::ids::{ClinicianId, LocalDate};
use tokio::{
    sync::mpsc,
    task::{JoinHandle, spawn_blocking},
};
use uuid::Uuid;

use super::{Asked, Scan, Source, Unreadable, lines::Lines};
use crate::domain::{
    appointment::{
        Chunk, Column, ImportSummary, Read, RowRefusal, RowRules, Said, Slot, SlotOutcome, SlotState, digest_id,
    },
    contact::MOST_A_DAY,
};

/// Rows of a chunk: what one transaction takes in well under 50 ms.
const CHUNK: usize = 500;

/// Chunks that wait to be written; more would only take memory.
const AHEAD: usize = 2;

/// Reads files on a thread of its own, and gives the rows as they come; then what was read. The files and what is known of them
/// come back, for one more reading.
pub fn in_chunks(reading: Reading) -> (mpsc::Receiver<Chunk>, JoinHandle<Again>) {
    let (send, chunks) = mpsc::channel(AHEAD);
    let reading = spawn_blocking(move || {
        let read = read(&reading, |chunk| send.blocking_send(chunk).is_ok());
        (reading, read)
    });
    (chunks, reading)
}

/// The files once more, and what was read of them.
pub type Again = (Reading, Result<ImportSummary, Unreadable>);

/// Files that were read once, and how they are matched.
#[derive(Debug)]
pub struct Reading {
    /// The files.
    pub sources: Vec<Source>,
    /// What the first reading found.
    pub scan: Scan,
    /// For whom, and how they are matched.
    pub asked: Asked,
}

/// Reads the rows and hands them over in chunks; stops where `hand_over` says no.
pub(super) fn read(reading: &Reading, mut hand_over: impl FnMut(Chunk) -> bool) -> Result<ImportSummary, Unreadable> {
    let Reading { sources, scan, asked } = reading;
    let rules = RowRules {
        practice: &asked.practice,
        system: scan.system,
        matching: &asked.matching,
        sessions: &scan.sessions,
        today: asked.today,
        erased: &asked.erased,
    };
    let mut taker = Taker::new(asked, &scan.sha256);
    let mut bytes_before = 0;
    for part in &scan.parts {
        let source = sources.get(part.at).ok_or(Unreadable::NoSlots)?;
        let mut lines = Lines::new(&source.file)?;
        taker.has_counts = part.places.0.contains_key(&Column::Count);
        let beside = part.sheet.rows(&mut lines, &part.places, &mut |line, bytes, row| {
            let line = part.lines_before.saturating_add(line);
            taker.take(line, row.and_then(|row| rules.read(row)));
            taker.chunk.bytes = bytes.saturating_add(bytes_before);
            !taker.is_full() || hand_over(taker.handed_over())
        })?;
        bytes_before = bytes_before.saturating_add(lines.bytes);
        taker.summary.filled_down += beside.filled_down;
        taker.summary.left_out += beside.left_out;
        for (at, cells) in part.sheet.dropped.iter().zip(beside.dropped) {
            taker.summary.drop_column(part.sheet.name_of(*at), cells);
        }
    }
    hand_over(taker.handed_over());
    Ok(taker.summary)
}

struct Taker<'a> {
    summary: ImportSummary,
    chunk: Chunk,
    here: HashSet<Uuid>,
    /// How often a row that means the same stood in the files before, where slots have no ids.
    before: HashMap<Uuid, u32>,
    /// Attended appointments so far: a day takes no more than by any other door.
    attended: HashMap<(ClinicianId, LocalDate), u32>,
    /// The file says how many slots a row stands for: that a time stands twice is its way.
    has_counts: bool,
    asked: &'a Asked,
    sha256: &'a str,
}

impl<'a> Taker<'a> {
    fn new(asked: &'a Asked, sha256: &'a str) -> Self {
        Self {
            summary: ImportSummary::default(),
            chunk: Chunk::default(),
            here: HashSet::with_capacity(CHUNK),
            before: HashMap::new(),
            attended: HashMap::new(),
            has_counts: false,
            asked,
            sha256,
        }
    }

    fn take(&mut self, line: u64, read: Result<Read, RowRefusal>) {
        self.summary.rows += 1;
        let read = match read {
            Ok(read) => read,
            Err(refusal) => return self.refuse(line, refusal),
        };
        let (stands, outcome) = match &read.said {
            Said::TooOld | Said::Erased => {
                self.summary.note(&read.said, self.asked.today);
                return;
            }
            Said::Stands(state) => (Some(state), state.outcome),
            Said::Gone(outcome) => (None, *outcome),
            Said::NotCounted => (None, SlotOutcome::Removed),
        };
        if let Some(state) = stands.filter(|_| outcome == SlotOutcome::Attended) {
            let n = self.attended.entry((state.clinician, state.day)).or_default();
            if n.saturating_add(read.count) > MOST_A_DAY {
                return self.refuse(line, RowRefusal::FullDay);
            }
            *n += read.count;
        }
        for _ in 0..read.count {
            self.slot(line, &read, stands, outcome);
        }
    }

    /// One of the slots that a row stands for.
    fn slot(&mut self, line: u64, read: &Read, stands: Option<&SlotState>, outcome: SlotOutcome) {
        let mut slot = read.slot;
        if !read.own_id {
            let nth = self.before.entry(read.slot).or_default();
            *nth += 1;
            let nth = *nth;
            // Without times rows are told apart by their number alone.
            if nth > 1 && !self.has_counts && stands.is_some_and(|state| state.starts_at.is_some()) {
                self.summary.repeat(line);
            }
            slot = self.of_its_own(digest_id(&[read.slot.as_bytes(), &nth.to_be_bytes()]), stands);
        }
        if self.here.insert(slot) {
            self.summary.note(&read.said, self.asked.today);
            self.chunk.slots.push(Slot { slot, line, stands: stands.cloned(), outcome });
        } else {
            self.refuse(line, RowRefusal::Twice);
        }
    }

    /// The slot of a file that comes on top of what its days have: nothing that stood before is the same.
    fn of_its_own(&self, slot: Uuid, stands: Option<&SlotState>) -> Uuid {
        let days = &self.asked.on_top.0;
        let on_top = match stands {
            Some(state) => days.contains(&(state.clinician, state.day)),
            None => !days.is_empty(),
        };
        if on_top { digest_id(&[slot.as_bytes(), self.sha256.as_bytes()]) } else { slot }
    }

    fn refuse(&mut self, line: u64, refusal: RowRefusal) {
        self.summary.refuse(refusal);
        self.chunk.refused.push((line, refusal));
    }

    fn is_full(&self) -> bool {
        self.chunk.slots.len() + self.chunk.refused.len() >= CHUNK
    }

    fn handed_over(&mut self) -> Chunk {
        self.here.clear();
        std::mem::take(&mut self.chunk)
    }
}

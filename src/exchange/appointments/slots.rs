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
    appointment::{Chunk, ImportSummary, Read, RowRefusal, RowRules, Said, Slot, SlotOutcome, digest_id},
    contact::MOST_A_DAY,
};

/// Rows of a chunk: what one transaction takes in well under 50 ms.
const CHUNK: usize = 500;

/// Chunks that wait to be written; more would only take memory.
const AHEAD: usize = 2;

/// Reads files on a thread of its own, and gives the rows as they come; then what was read.
pub fn in_chunks(
    sources: Vec<Source>,
    scan: Scan,
    asked: Asked,
) -> (mpsc::Receiver<Chunk>, JoinHandle<Result<ImportSummary, Unreadable>>) {
    let (send, chunks) = mpsc::channel(AHEAD);
    let reading = spawn_blocking(move || read(&sources, &scan, &asked, |chunk| send.blocking_send(chunk).is_ok()));
    (chunks, reading)
}

/// Reads the rows and hands them over in chunks; stops where `hand_over` says no.
fn read(
    sources: &[Source],
    scan: &Scan,
    asked: &Asked,
    mut hand_over: impl FnMut(Chunk) -> bool,
) -> Result<ImportSummary, Unreadable> {
    let source = sources.get(scan.slots).ok_or(Unreadable::NoSlots)?;
    let rules = RowRules {
        practice: &asked.practice,
        system: scan.system,
        matching: &asked.matching,
        sessions: &scan.sessions,
        today: asked.today,
    };
    let mut taker = Taker::new(asked.today);
    let mut lines = Lines::new(&source.file)?;
    let counts = scan.sheet.rows(&mut lines, &scan.places, &mut |line, bytes, row| {
        taker.take(line, row.and_then(|row| rules.read(row)));
        taker.chunk.bytes = bytes;
        !taker.is_full() || hand_over(taker.handed_over())
    })?;
    hand_over(taker.handed_over());
    let dropped = scan.sheet.dropped.iter().map(|at| scan.sheet.name_of(*at));
    taker.summary.dropped = dropped.zip(counts).collect();
    Ok(taker.summary)
}

struct Taker {
    summary: ImportSummary,
    chunk: Chunk,
    here: HashSet<Uuid>,
    /// How often a holder and time stood in the file before, where slots have no ids.
    before: HashMap<Uuid, u32>,
    /// Attended appointments so far: a day takes no more than by any other door.
    attended: HashMap<(ClinicianId, LocalDate), u32>,
    today: LocalDate,
}

impl Taker {
    fn new(today: LocalDate) -> Self {
        Self {
            summary: ImportSummary::default(),
            chunk: Chunk::default(),
            here: HashSet::with_capacity(CHUNK),
            before: HashMap::new(),
            attended: HashMap::new(),
            today,
        }
    }

    fn take(&mut self, line: u64, read: Result<Read, RowRefusal>) {
        self.summary.rows += 1;
        let read = match read {
            Ok(read) => read,
            Err(refusal) => return self.refuse(line, refusal),
        };
        let (stands, outcome) = match &read.said {
            Said::TooOld => {
                self.summary.note(&read.said, self.today);
                return;
            }
            Said::Stands(state) => (Some(state.clone()), state.outcome),
            Said::Gone(outcome) => (None, *outcome),
            Said::NotCounted => (None, SlotOutcome::Removed),
        };
        if let Some(state) = stands.as_ref().filter(|_| outcome == SlotOutcome::Attended) {
            let n = self.attended.entry((state.clinician, state.day)).or_default();
            if *n >= MOST_A_DAY {
                return self.refuse(line, RowRefusal::FullDay);
            }
            *n += 1;
        }
        let slot = if read.own_id {
            read.slot
        } else {
            let nth = self.before.entry(read.slot).or_default();
            *nth += 1;
            if *nth > 1 {
                self.summary.repeat(line);
            }
            digest_id(&[read.slot.as_bytes(), &nth.to_be_bytes()])
        };
        if self.here.insert(slot) {
            self.summary.note(&read.said, self.today);
            self.chunk.slots.push(Slot { slot, line, stands, outcome });
        } else {
            self.refuse(line, RowRefusal::Twice);
        }
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

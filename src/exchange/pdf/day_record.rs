//! A practice's record of one day: counts, diverts, where patients were sent, messages.

use super::{
    Failed,
    document::{Block, Column, Document, Margins, Style, Table},
    letter::or_else,
    lines::{Ink, Words},
    set,
};

const STYLE: Style = Style(10.0);

/// What the record says: words and numbers, ready to be set.
#[derive(Debug, Clone)]
pub struct DayRecord {
    /// Its name.
    pub practice: String,
    /// Its code.
    pub ods: String,
    /// The day, in words.
    pub day: String,
    /// Day and time at which it was made.
    pub generated: String,
    /// The practice as a whole.
    pub total: DayTotal,
    /// A line for each clinician.
    pub clinicians: Vec<ClinicianLine>,
    /// When the practice diverts.
    pub rule: String,
    /// What it did.
    pub diverts: Vec<DivertShown>,
    /// Where patients were sent, and how many.
    pub destinations: Vec<(&'static str, u32)>,
    /// All of them.
    pub sent: u32,
    /// What was sent to others.
    pub messages: Vec<MessageLine>,
    /// Version of the reception script.
    pub script: String,
    /// Who is still seen after the limit.
    pub groups: String,
}

/// Sums of the day.
#[derive(Debug, Clone)]
pub struct DayTotal {
    /// "16 left · 160 counted (1 over) of 175".
    pub figures: String,
    /// Where that stands; empty where nobody has a count.
    pub state: &'static str,
    /// Who has a count.
    pub clinicians: u32,
    /// Who was at the limit or over it.
    pub full: u32,
}

/// A clinician's day.
#[derive(Debug, Clone)]
pub struct ClinicianLine {
    /// "Dr A".
    pub label: String,
    /// "GP partner".
    pub group: &'static str,
    /// Contacts, or a dash.
    pub counted: String,
    /// Of this day.
    pub limit: String,
    /// Who set it.
    pub set_by: &'static str,
    /// Where the count stands against it.
    pub state: &'static str,
    /// Where the count comes from.
    pub source: &'static str,
    /// Why it went over.
    pub reason: String,
    /// When the practice was told; empty if never.
    pub told: String,
}

/// One divert.
#[derive(Debug, Clone)]
pub struct DivertShown {
    /// Time, with its day where that is another.
    pub began: String,
    /// The same, or that it goes on.
    pub ended: String,
    /// In which role.
    pub started_by: String,
    /// In which role; empty if nobody did.
    pub ended_by: String,
    /// What it went by.
    pub ground: &'static str,
    /// Version of the text that was shown before.
    pub guard_rail: String,
    /// That text, line by line.
    pub text: Vec<String>,
    /// Where it was read.
    pub sources: Vec<String>,
}

/// A message that was sent.
#[derive(Debug, Clone)]
pub struct MessageLine {
    /// To whom, about what.
    pub kind: String,
    /// Time.
    pub sent: String,
    /// In which way.
    pub how: String,
    /// What came back.
    pub answer: String,
}

impl DayRecord {
    /// Sets it as a tagged PDF, in some hundredths of a second of a core.
    ///
    /// # Errors
    /// [`Failed`].
    pub fn render(&self) -> Result<Vec<u8>, Failed> {
        set(&self.document())
    }

    pub(super) fn document(&self) -> Document {
        let practice = or_else(&self.practice, &self.ods);
        let (ods, day, made) = (&self.ods, &self.day, &self.generated);
        let subtitle = Words::new(&format!("Record of {day}"), size(12.0));
        let mut blocks = vec![
            Block::title(&practice),
            STYLE.words(subtitle),
            STYLE.small(&format!(
                "Practice code {ods}. The practice’s own record, made on {made} by Headroom. It holds no patient data."
            )),
            Block::heading("The practice today"),
            STYLE.words(self.today()),
            Block::heading("Each clinician"),
        ];
        blocks.extend(self.each_clinician());
        blocks.push(Block::heading("Diverts"));
        blocks.push(STYLE.small(&format!("The practice’s rule: {}", self.rule)));
        if self.diverts.is_empty() {
            blocks.push(STYLE.text("The practice did not divert on this day."));
        }
        blocks.extend(self.diverts.iter().map(DivertShown::block));
        blocks.push(Block::heading("Where patients were sent"));
        blocks.push(self.destinations());
        blocks.push(STYLE.small(&format!(
            "Still seen by the practice after the limit: {}. Reception script: {}.",
            self.groups, self.script
        )));
        blocks.push(Block::heading("Messages"));
        blocks.push(self.messages());
        Document {
            title: format!("Record of {day}: {practice}"),
            margins: Margins::RECORD,
            header: None,
            footer: Some(format!("{practice} ({ods}), {day}. Made on {made}.")),
            blocks,
        }
    }

    fn today(&self) -> Words {
        let DayTotal { ref figures, state, clinicians, full } = self.total;
        if clinicians == 0 {
            return Words::new("Nobody has a count for this day.", STYLE.ink());
        }
        let who = if clinicians == 1 { "clinician" } else { "clinicians" };
        let over = match full {
            0 => "Nobody was at the limit.".to_owned(),
            1 => "One clinician was at the limit or over it.".to_owned(),
            n => format!("{n} clinicians were at the limit or over it."),
        };
        let large = Ink { size: 15.0, ..STYLE.bold() };
        Words::new(figures, large).and(&format!("\n{state}. Counted by {clinicians} {who}. {over}"), STYLE.ink())
    }

    fn each_clinician(&self) -> Vec<Block> {
        if self.clinicians.is_empty() {
            return vec![STYLE.text("No clinicians.")];
        }
        let mut set_by: Vec<&str> = Vec::new();
        for clinician in &self.clinicians {
            if !set_by.contains(&clinician.set_by) {
                set_by.push(clinician.set_by);
            }
        }
        let table = Table {
            columns: vec![
                Column::left(1.5),
                Column::number(),
                Column::number(),
                Column::left(1.4),
                Column::left(1.0),
                Column::left(1.3),
            ],
            head: STYLE.head(9.0, &["Clinician", "Counted", "Limit", "State", "From", "Reason over the limit"]),
            rows: self.clinicians.iter().map(ClinicianLine::cells).collect(),
            inset: 5.0,
        };
        let limit = format!("Limit used: {}. A limit informs; every contact is recorded.", set_by.join("; "));
        vec![STYLE.table(table), STYLE.small(&limit)]
    }

    fn destinations(&self) -> Block {
        if self.destinations.is_empty() {
            return STYLE.text("Nothing was counted.");
        }
        let row = |name: &str, n: u32, ink: Ink| vec![Words::new(name, ink), Words::new(&n.to_string(), ink)];
        let each = self.destinations.iter();
        let mut rows: Vec<_> = each.map(|(name, n)| row(name, *n, STYLE.ink())).collect();
        rows.push(row("All", self.sent, STYLE.bold()));
        STYLE.table(Table {
            columns: vec![Column::left(1.0), Column::number()],
            head: STYLE.head(9.0, &["Destination", "Patients sent"]),
            rows,
            inset: 5.0,
        })
    }

    fn messages(&self) -> Block {
        if self.messages.is_empty() {
            return STYLE.text("No message was recorded as sent.");
        }
        let rows = self.messages.iter().map(|message| {
            let sent = format!("{}, {}", message.sent, message.how.to_lowercase());
            [&message.kind, &sent, &message.answer].map(|text| Words::new(text, STYLE.ink())).to_vec()
        });
        STYLE.table(Table {
            columns: vec![Column::left(1.3), Column::left(1.0), Column::left(1.7)],
            head: STYLE.head(9.0, &["Message", "Sent", "Answer"]),
            rows: rows.collect(),
            inset: 5.0,
        })
    }
}

impl ClinicianLine {
    fn cells(&self) -> Vec<Words> {
        let plain = |text: &str| Words::new(text, STYLE.ink());
        let mut state = plain(self.state);
        if !self.told.is_empty() {
            let told = format!("\ntold the practice at {}", self.told);
            state = state.and(&told, STYLE.quiet());
        }
        vec![
            plain(&self.label).and(&format!("\n{}", self.group), STYLE.quiet()),
            plain(&self.counted),
            plain(&self.limit),
            state,
            plain(self.source),
            plain(&self.reason),
        ]
    }
}

impl DivertShown {
    fn block(&self) -> Block {
        let ended_by = if self.ended_by.is_empty() { String::new() } else { format!(" Ended by: {}.", self.ended_by) };
        let words = Words::new(&format!("{} to {}.", self.began, self.ended), STYLE.bold())
            .and(&format!(" Started by: {}.{ended_by} Reason: {}.", self.started_by, self.ground), STYLE.ink());
        let list = |texts: &[String], ink: Ink| {
            let items = texts.iter().map(|text| Words::new(text, ink));
            STYLE.list(items.collect())
        };
        let mut blocks = vec![STYLE.words(words)];
        if !self.text.is_empty() {
            let shown = format!("Shown before the start (version {}):", self.guard_rail);
            blocks.push(STYLE.small(&shown).tied());
            blocks.push(list(&self.text, size(9.0)));
            if !self.sources.is_empty() {
                blocks.push(STYLE.small("Read in:").tied());
                blocks.push(list(&self.sources, size(8.0)));
            }
        }
        Block::together(blocks)
    }
}

fn size(size: f32) -> Ink {
    Ink { size, ..STYLE.ink() }
}

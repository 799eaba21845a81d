//! What a phone kept while it had no connection. What follows each other is written together, and a change stands after
//! what comes before it. One that cannot be taken takes no other with it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::ids::{ContactId, VoidId};

use super::{
    Written,
    change_contact::{ChangeContact, MOST_CHANGES},
    contact_chain::chain,
    void_contact::VoidContact,
};
use crate::{
    clock::Clock,
    domain::{
        access::{By, ClinicianScope},
        contact::{
            self, ContactKind, CountOp, NewContact, Recorder, RefusedContact, StepOutcome, Tap, VoidReason,
            clocks::accept_queue,
        },
    },
    error::AppError,
    state::AppState,
    store::days,
};

/// What waited, oldest first.
#[derive(Debug)]
pub struct SendQueue {
    /// What the sender's own clock says now. With it, a wrong clock is corrected and the order wins over the times.
    pub sent_at: Option<DateTime<Utc>>,
    /// One by one, or what is wrong with one.
    pub steps: Vec<Result<Step, Wrong>>,
}

/// One of the queue.
#[derive(Debug)]
pub enum Step {
    /// A contact.
    Contact(Tap),
    /// One that does not count any more. It may be one of the same queue.
    Void {
        /// Made by the client.
        id: VoidId,
        /// Which.
        contact: ContactId,
    },
    /// One that becomes another.
    Change(Change),
}

/// What one contact is to become.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// Which. It may be one of the same queue.
    pub contact: ContactId,
    /// How it took place.
    pub kind: ContactKind,
    /// A long-term condition, mental health or the like.
    pub complex: bool,
}

/// What is wrong with one of the queue.
#[derive(Debug)]
pub struct Wrong {
    /// The field at fault.
    pub field: String,
    /// A sentence about it.
    pub reason: &'static str,
}

impl Wrong {
    /// A field with a sentence.
    pub fn new(field: impl Into<String>, reason: &'static str) -> Self {
        Self { field: field.into(), reason }
    }
}

impl From<RefusedContact> for Wrong {
    fn from(refused: RefusedContact) -> Self {
        let (field, reason) = refused.explain();
        Self::new(field, reason)
    }
}

/// What became of one of the queue.
pub type Answer = Result<StepOutcome, Wrong>;

/// What is asked of the writer.
enum Ask {
    Count(CountOp),
    Change(Change),
}

impl SendQueue {
    /// Hands what can be taken to the writer, in one call; a change stands for itself, after what comes before it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`]: what follows was not recorded, and all of it may be sent again.
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<Vec<Answer>, AppError> {
        let asked = self.asked(&app.clock, by);
        let mut followed = Followed { app, by, known: HashMap::new() };
        let mut answers = Vec::with_capacity(asked.len());
        let mut run = Vec::new();
        for ask in asked {
            match ask {
                Ok(Ask::Change(change)) => {
                    answers.extend(followed.count(std::mem::take(&mut run)).await?);
                    answers.push(followed.change(change).await?);
                }
                Ok(Ask::Count(op)) => run.push(Ok(op)),
                Err(wrong) => run.push(Err(wrong)),
            }
        }
        answers.extend(followed.count(run).await?);
        Ok(answers)
    }

    fn asked(self, clock: &Clock, by: &By<ClinicianScope>) -> Vec<Result<Ask, Wrong>> {
        let taps: Vec<Tap> = self
            .steps
            .iter()
            .filter_map(|step| match step {
                Ok(Step::Contact(tap)) => Some(tap.clone()),
                _ => None,
            })
            .collect();
        let mut accepted = accept(by, &taps, self.sent_at, clock).into_iter();
        self.steps
            .into_iter()
            .map(|step| match step? {
                Step::Change(change) => Ok(Ask::Change(change)),
                Step::Void { id, contact } => {
                    let reason = Some(VoidReason::Mistake);
                    let void = VoidContact { id, contact, reason };
                    Ok(Ask::Count(void.op(by)))
                }
                Step::Contact(_) => match accepted.next() {
                    Some(taken) => Ok(Ask::Count(CountOp::Contact(taken?))),
                    None => Err(Wrong::new("id", "This contact could not be dated")),
                },
            })
            .collect()
    }
}

fn accept(
    by: &By<ClinicianScope>,
    taps: &[Tap],
    sent_at: Option<DateTime<Utc>>,
    clock: &Clock,
) -> Vec<Result<NewContact, RefusedContact>> {
    let (practice, clinician) = (by.scope().practice(), by.scope().clinician());
    let recorder = Recorder::from(by);
    match sent_at {
        Some(sent_at) => {
            let now = clock.now_beside(Some(sent_at));
            accept_queue(practice, clinician, taps, sent_at, recorder, now)
        }
        None => taps
            .iter()
            .map(|tap| {
                let now = clock.now_beside(tap.told());
                contact::accept(practice, clinician, tap, recorder, now)
            })
            .collect(),
    }
}

/// What contacts that were changed became, as far as this queue followed them: each is followed once.
struct Followed<'a> {
    app: &'a AppState,
    by: &'a By<ClinicianScope>,
    known: HashMap<ContactId, (ContactId, u32)>,
}

impl Followed<'_> {
    async fn follow(&mut self, contact: ContactId) -> Result<(ContactId, u32), AppError> {
        let from = self.known.get(&contact).copied().unwrap_or((contact, 0));
        let end = chain(self.app, self.by.scope(), from).await?;
        self.known.insert(contact, end);
        Ok(end)
    }

    /// Hands contacts and voids that follow each other to the writer, in one call.
    async fn count(&mut self, run: Vec<Result<CountOp, Wrong>>) -> Result<Vec<Answer>, AppError> {
        let own: HashSet<ContactId> = run
            .iter()
            .filter_map(|op| match op {
                Ok(CountOp::Contact(new)) => Some(new.id),
                _ => None,
            })
            .collect();
        let mut ops = Vec::with_capacity(run.len());
        let mut answers = Vec::with_capacity(run.len());
        for op in run {
            match op {
                Err(wrong) => answers.push(Some(wrong)),
                Ok(mut op) => {
                    if let CountOp::Void(void) = &mut op
                        && !own.contains(&void.contact)
                    {
                        void.contact = self.follow(void.contact).await?.0;
                    }
                    ops.push(op);
                    answers.push(None);
                }
            }
        }
        let outcomes = if ops.is_empty() { Vec::new() } else { self.app.writer.count(self.by, ops).await? };
        let mut outcomes = outcomes.into_iter();
        let fault = || AppError::Fault("the writer answered too little".to_owned());
        answers
            .into_iter()
            .map(|wrong| match wrong {
                Some(wrong) => Ok(Err(wrong)),
                None => outcomes.next().map(Ok).ok_or_else(fault),
            })
            .collect()
    }

    /// Changes one contact, or what it was changed into before. What is already so, or counts no more, stays as it is.
    async fn change(&mut self, to: Change) -> Result<Answer, AppError> {
        let (now, changes) = self.follow(to.contact).await?;
        let read = self.app.db.read(self.by.scope());
        let Some(old) = days::counting(read, now).await? else {
            let known = days::contact(read, now).await?.is_some();
            let wrong = Wrong::new("change", "There is no such contact to change");
            return Ok(known.then_some(StepOutcome::Repeat).ok_or(wrong));
        };
        let Change { kind, complex, .. } = to;
        if old.kind == kind.code() && old.complex == complex {
            return Ok(Ok(StepOutcome::Repeat));
        }
        if changes >= MOST_CHANGES {
            let reason = "This contact was changed 50 times: take it back and record it again";
            return Ok(Err(Wrong::new("change", reason)));
        }
        let day = old.day;
        let becomes = ChangeContact { kind, complex, day };
        match becomes.perform(self.app, self.by, &old).await {
            Ok(Written::New | Written::Repeat) => Ok(Ok(StepOutcome::Recorded)),
            Err(AppError::IdReused) => Ok(Ok(StepOutcome::IdReused)),
            // What one operation asks for too much is its own answer: the others of the batch are taken.
            Err(AppError::Invalid(_)) => Ok(Err(Wrong::new("change", "This day has no room for more changes"))),
            Err(error) => Err(error),
        }
    }
}

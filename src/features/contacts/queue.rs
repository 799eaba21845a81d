//! The steps of a batch: what follows each other is written together, and a change stands after what comes before it.

use std::collections::{HashMap, HashSet};

use entity::ids::ContactId;

use super::count::{Becomes, MOST_CHANGES, chain, change};
use crate::{
    domain::{
        access::{Permit, RecordContacts},
        contact::{CountOp, Kind, Outcome, Refused},
    },
    error::AppError,
    state::AppState,
    store::days,
};

/// What one contact is to become.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    pub(super) contact: ContactId,
    pub(super) kind: Kind,
    pub(super) complex: bool,
}

/// What one operation asks for.
#[derive(Debug)]
pub(super) enum Step {
    Count(CountOp),
    Change(Change),
}

/// What is wrong with an operation.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) field: String,
    pub(super) reason: &'static str,
}

impl Wrong {
    pub(super) fn new(field: impl Into<String>, reason: &'static str) -> Self {
        Self {
            field: field.into(),
            reason,
        }
    }
}

impl From<Refused> for Wrong {
    fn from(refused: Refused) -> Self {
        let (field, reason) = refused.explain();
        Self::new(field, reason)
    }
}

/// What contacts that were changed became, as far as this batch followed them: each is followed once.
#[derive(Debug, Default)]
pub(super) struct Followed(HashMap<ContactId, (ContactId, u32)>);

impl Followed {
    async fn follow(
        &mut self,
        app: &AppState,
        permit: &Permit<RecordContacts>,
        contact: ContactId,
    ) -> Result<(ContactId, u32), AppError> {
        let from = self.0.get(&contact).copied().unwrap_or((contact, 0));
        let end = chain(app, permit.scope(), from).await?;
        self.0.insert(contact, end);
        Ok(end)
    }
}

/// Hands contacts and voids that follow each other to the writer, in one call.
pub(super) async fn count(
    app: &AppState,
    permit: &Permit<RecordContacts>,
    run: Vec<Result<CountOp, Wrong>>,
    followed: &mut Followed,
) -> Result<Vec<Result<Outcome, Wrong>>, AppError> {
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
                    void.contact = followed.follow(app, permit, void.contact).await?.0;
                }
                ops.push(op);
                answers.push(None);
            }
        }
    }
    let outcomes = if ops.is_empty() {
        Vec::new()
    } else {
        app.writer.count(permit, ops).await?
    };
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
pub(super) async fn become_another(
    app: &AppState,
    permit: &Permit<RecordContacts>,
    to: Change,
    followed: &mut Followed,
) -> Result<Result<Outcome, Wrong>, AppError> {
    let scope = permit.scope();
    let (now, changes) = followed.follow(app, permit, to.contact).await?;
    let Some(old) = days::counting(app.db.read(scope), now).await? else {
        let known = days::contact(app.db.read(scope), now).await?.is_some();
        let wrong = Wrong::new("change", "There is no such contact to change");
        return Ok(known.then_some(Outcome::Repeat).ok_or(wrong));
    };
    let Change { kind, complex, .. } = to;
    if old.kind == kind.code() && old.complex == complex {
        return Ok(Ok(Outcome::Repeat));
    }
    if changes >= MOST_CHANGES {
        let reason = "This contact was changed 50 times: take it back and record it again";
        return Ok(Err(Wrong::new("change", reason)));
    }
    let day = old.day;
    match change(app, permit, &old, Becomes { kind, complex, day }).await {
        Ok(()) => Ok(Ok(Outcome::Recorded)),
        Err(AppError::IdReused) => Ok(Ok(Outcome::IdReused)),
        // What one operation asks for too much is its own answer: the others of the batch are taken.
        Err(AppError::Invalid(_)) => Ok(Err(Wrong::new(
            "change",
            "This day has no room for more changes",
        ))),
        Err(error) => Err(error),
    }
}

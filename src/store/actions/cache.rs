//! Registers that were read before.
//!
//! Rows of a register are only ever added: the database refuses everything else. So their number tells whether what is
//! kept is all there is. It is asked each time, which costs an index and not the rows, and so nobody is shown an old one.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use entity::{
    action_status,
    ids::{OdsCode, SubjectId},
    status_answer, subject,
};
use futures::try_join;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::{Subjects, rows::folded};
use crate::{
    db::Scoped,
    domain::{access::PracticeScope, action::StatusRow},
    store::keyed::count_by_practice,
};

/// So many rows are kept, the latest used ones: about forty megabytes, all of England after two years.
const MOST_ROWS: usize = 200_000;

/// A practice's register as the fold takes it.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// Everything it ever recorded, oldest first.
    pub rows: Vec<StatusRow>,
    /// The names of its subjects, those that its LMC typed included.
    pub subjects: Subjects,
    /// Which of them the LMC typed.
    pub told: BTreeSet<SubjectId>,
}

/// What is kept of practices' registers.
#[derive(Debug, Default)]
pub struct RegisterCache(Mutex<Books>);

#[derive(Debug, Default)]
struct Books {
    by_practice: HashMap<OdsCode, Book>,
    rows: usize,
    /// Counts the readings, to tell what was used last.
    turn: u64,
}

#[derive(Debug)]
struct Book {
    /// Rows, answers and subjects that were there before it was read.
    counted: i64,
    turn: u64,
    register: Arc<Register>,
}

impl RegisterCache {
    /// One practice's.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn of_practice<C: ConnectionTrait>(
        &self,
        at: Scoped<'_, C, PracticeScope>,
    ) -> Result<Arc<Register>, DbErr> {
        let only = [at.scope.practice().clone()];
        let mut found = self.of(at.conn, &only).await?;
        Ok(found.remove(at.scope.practice()).unwrap_or_default())
    }

    /// Those of some practices, which the caller has narrowed to those its reader may see; of a practice that recorded
    /// nothing there is none.
    pub(in crate::store) async fn of(
        &self,
        conn: &impl ConnectionTrait,
        practices: &[OdsCode],
    ) -> Result<BTreeMap<OdsCode, Arc<Register>>, DbErr> {
        let counted = counted(conn, practices).await?;
        let mut found = self.kept(&counted);
        let missing: Vec<OdsCode> = counted.keys().filter(|practice| !found.contains_key(*practice)).cloned().collect();
        if !missing.is_empty() {
            let fresh = read(conn, &missing).await?;
            self.keep(&counted, &fresh);
            found.extend(fresh);
        }
        Ok(found)
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self, counted: &BTreeMap<OdsCode, i64>) -> BTreeMap<OdsCode, Arc<Register>> {
        let mut books = self.books();
        books.turn = books.turn.wrapping_add(1);
        let turn = books.turn;
        counted
            .iter()
            .filter_map(|(practice, count)| {
                let book = books.by_practice.get_mut(practice)?;
                book.turn = turn;
                (book.counted == *count).then(|| (practice.clone(), Arc::clone(&book.register)))
            })
            .collect()
    }

    fn keep(&self, counted: &BTreeMap<OdsCode, i64>, fresh: &BTreeMap<OdsCode, Arc<Register>>) {
        let mut books = self.books();
        let turn = books.turn;
        for (practice, register) in fresh {
            let book = Book {
                counted: counted.get(practice).copied().unwrap_or_default(),
                turn,
                register: Arc::clone(register),
            };
            books.put(practice.clone(), book);
        }
        books.clear_out();
    }
}

impl Books {
    fn put(&mut self, practice: OdsCode, book: Book) {
        self.rows = self.rows.saturating_add(book.register.rows.len());
        if let Some(old) = self.by_practice.insert(practice, book) {
            self.rows = self.rows.saturating_sub(old.register.rows.len());
        }
    }

    /// Lets go of what was not used for longest.
    fn clear_out(&mut self) {
        if self.rows <= MOST_ROWS {
            return;
        }
        let mut by_use: Vec<(u64, OdsCode)> =
            self.by_practice.iter().map(|(practice, book)| (book.turn, practice.clone())).collect();
        by_use.sort_unstable();
        for (_, practice) in by_use {
            if self.rows <= MOST_ROWS / 4 * 3 {
                return;
            }
            if let Some(old) = self.by_practice.remove(&practice) {
                self.rows = self.rows.saturating_sub(old.register.rows.len());
            }
        }
    }
}

/// How many rows, answers and subjects each practice has; those that have none are left out.
async fn counted(conn: &impl ConnectionTrait, practices: &[OdsCode]) -> Result<BTreeMap<OdsCode, i64>, DbErr> {
    let (rows, answers, subjects) = try_join!(
        count_by_practice::<action_status::Entity, _>(conn, action_status::Column::Practice, practices),
        count_by_practice::<status_answer::Entity, _>(conn, status_answer::Column::Practice, practices),
        count_by_practice::<subject::Entity, _>(conn, subject::Column::Practice, practices),
    )?;
    let mut all = BTreeMap::new();
    for (practice, n) in rows.into_iter().chain(answers).chain(subjects) {
        let sum: &mut i64 = all.entry(practice).or_default();
        *sum = sum.saturating_add(n);
    }
    Ok(all)
}

async fn read(conn: &impl ConnectionTrait, practices: &[OdsCode]) -> Result<BTreeMap<OdsCode, Arc<Register>>, DbErr> {
    let mut rows = folded(conn, Some(practices), None).await?;
    let mut subjects = subjects(conn, practices).await?;
    let registers = practices.iter().map(|practice| {
        let Names { all, told } = subjects.remove(practice).unwrap_or_default();
        let register = Register { rows: rows.remove(practice).unwrap_or_default(), subjects: all, told };
        (practice.clone(), Arc::new(register))
    });
    Ok(registers.collect())
}

/// Names of a practice's subjects, and which of them its LMC typed.
#[derive(Default)]
struct Names {
    all: Subjects,
    told: BTreeSet<SubjectId>,
}

async fn subjects(conn: &impl ConnectionTrait, practices: &[OdsCode]) -> Result<BTreeMap<OdsCode, Names>, DbErr> {
    let rows =
        subject::Entity::find().filter(subject::Column::Practice.is_in(practices.iter().cloned())).all(conn).await?;
    let mut names: BTreeMap<OdsCode, Names> = BTreeMap::new();
    for row in rows {
        let of = names.entry(row.practice).or_default();
        if row.entered_by.is_some() {
            of.told.insert(row.id);
        }
        of.all.insert(row.id, (row.item, row.name));
    }
    Ok(names)
}

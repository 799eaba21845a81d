//! The facts, folded: small in memory, sorted, read by binary search.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OrgCode};

use super::{Dated, Fact, OrganisationKind};

/// Place of a code in [`Tree::codes`]; four bytes instead of a text per fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct CodeId(u32);

/// Place of a name in [`Tree::names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NameId(u32);

/// What a fact is about. Of the facts of one slot exactly one holds on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Slot {
    /// Open or closed.
    Status,
    Name,
    ListSize,
    Parent(OrganisationKind),
    Covers(CodeId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    Opened,
    Closed(Option<CodeId>),
    Name(NameId),
    ListSize(u32),
    Parent(Option<CodeId>),
    Covers(bool),
}

/// One fact: 40 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) slot: Slot,
    pub(super) value: Value,
    pub(super) effective_on: LocalDate,
    recorded_at: DateTime<Utc>,
}

#[derive(Debug)]
struct Organisation {
    code: CodeId,
    kind: OrganisationKind,
    /// Range of its facts in [`Tree::entries`].
    from: usize,
    to: usize,
}

/// Every fact about every organisation. Immutable: after an import a new one is made.
///
/// England (6,129 practices, about 60,000 facts) takes about 2 MB.
#[derive(Debug, Default)]
pub struct Tree {
    codes: Vec<OrgCode>,
    names: Vec<Arc<str>>,
    /// Sorted by code.
    organisations: Vec<Organisation>,
    /// Sorted by organisation, slot, day, moment of recording.
    entries: Vec<Entry>,
}

/// One organisation of the tree with its facts.
#[derive(Clone, Copy)]
pub(super) struct Known<'tree> {
    pub(super) tree: &'tree Tree,
    pub(super) code: &'tree OrgCode,
    pub(super) kind: OrganisationKind,
    pub(super) entries: &'tree [Entry],
}

/// Numbers texts in the order in which they first come.
struct Interner<T, Id> {
    seen: HashMap<T, Id>,
    all: Vec<T>,
    id: fn(u32) -> Id,
}

impl<T: Clone + Eq + Hash, Id: Copy> Interner<T, Id> {
    fn new(id: fn(u32) -> Id) -> Self {
        Self { seen: HashMap::new(), all: Vec::new(), id }
    }

    fn intern(&mut self, text: T) -> Id {
        if let Some(id) = self.seen.get(&text) {
            return *id;
        }
        // Four thousand million texts do not fit in memory, so the number never sticks at its end.
        let id = (self.id)(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(text.clone());
        self.seen.insert(text, id);
        id
    }
}

/// The texts of a tree while it is made.
struct Texts {
    codes: Interner<OrgCode, CodeId>,
    names: Interner<Arc<str>, NameId>,
}

impl Texts {
    fn slot(&mut self, fact: Fact) -> (Slot, Value) {
        let codes = &mut self.codes;
        match fact {
            Fact::Opened => (Slot::Status, Value::Opened),
            Fact::Closed { successor } => (Slot::Status, Value::Closed(successor.map(|code| codes.intern(code)))),
            Fact::Name(name) => (Slot::Name, Value::Name(self.names.intern(Arc::from(name)))),
            Fact::ListSize(patients) => (Slot::ListSize, Value::ListSize(patients)),
            Fact::Parent { kind, code } => (Slot::Parent(kind), Value::Parent(code.map(|code| codes.intern(code)))),
            Fact::Covers { icb, covers } => (Slot::Covers(codes.intern(icb)), Value::Covers(covers)),
        }
    }
}

impl Tree {
    /// Folds facts in any order. Of two facts of one organisation, slot and day the one recorded later holds, and of
    /// two recorded in the same moment the one that stands later in `facts`.
    ///
    /// An organisation has the kind of its first fact in the list.
    pub fn from_facts(facts: Vec<Dated>) -> Self {
        let mut texts = Texts { codes: Interner::new(CodeId), names: Interner::new(NameId) };
        let mut kinds: HashMap<CodeId, OrganisationKind> = HashMap::new();
        let mut entries: Vec<(CodeId, Entry)> = Vec::with_capacity(facts.len());
        for dated in facts {
            let code = texts.codes.intern(dated.code);
            kinds.entry(code).or_insert(dated.kind);
            let (slot, value) = texts.slot(dated.fact);
            let Dated { effective_on, recorded_at, .. } = dated;
            entries.push((code, Entry { slot, value, effective_on, recorded_at }));
        }
        entries.sort_by_key(|(code, entry)| (*code, entry.slot, entry.effective_on, entry.recorded_at));
        let mut tree = Self {
            codes: texts.codes.all,
            names: texts.names.all,
            organisations: Vec::with_capacity(kinds.len()),
            entries: Vec::with_capacity(entries.len()),
        };
        for chunk in entries.chunk_by(|(a, _), (b, _)| a == b) {
            let from = tree.entries.len();
            tree.entries.extend(chunk.iter().map(|(_, entry)| *entry));
            let to = tree.entries.len();
            if let Some((code, _)) = chunk.first()
                && let Some(kind) = kinds.get(code).copied()
            {
                tree.organisations.push(Organisation { code: *code, kind, from, to });
            }
        }
        let codes = &tree.codes;
        tree.organisations.sort_by(|a, b| text(codes, a.code).cmp(&text(codes, b.code)));
        tree
    }

    /// Whether nothing is known at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Number of facts.
    pub fn facts(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn known(&self, code: &OrgCode) -> Option<Known<'_>> {
        let at = self
            .organisations
            .binary_search_by(|organisation| text(&self.codes, organisation.code).cmp(&Some(code)))
            .ok()?;
        self.organisations.get(at).and_then(|organisation| self.of(organisation))
    }

    /// Every organisation, sorted by code.
    pub(super) fn every(&self) -> impl Iterator<Item = Known<'_>> {
        self.organisations.iter().filter_map(|organisation| self.of(organisation))
    }

    pub(super) fn code(&self, id: CodeId) -> Option<&OrgCode> {
        text(&self.codes, id)
    }

    pub(super) fn name(&self, id: NameId) -> Option<&Arc<str>> {
        self.names.get(usize::try_from(id.0).ok()?)
    }

    fn of(&self, organisation: &Organisation) -> Option<Known<'_>> {
        Some(Known {
            tree: self,
            code: self.code(organisation.code)?,
            kind: organisation.kind,
            entries: self.entries.get(organisation.from..organisation.to)?,
        })
    }
}

fn text(codes: &[OrgCode], id: CodeId) -> Option<&OrgCode> {
    codes.get(usize::try_from(id.0).ok()?)
}

impl<'tree> Known<'tree> {
    /// The facts of each slot, oldest first.
    pub(super) fn slots(self) -> impl Iterator<Item = &'tree [Entry]> {
        self.entries.chunk_by(|a, b| a.slot == b.slot)
    }

    /// The facts of one slot, oldest first.
    pub(super) fn slot(self, slot: Slot) -> &'tree [Entry] {
        self.slots().find(|group| group.first().is_some_and(|e| e.slot == slot)).unwrap_or(&[])
    }

    /// The ICBs that were ever said to be covered or not.
    pub(super) fn covered_slots(self) -> impl Iterator<Item = (&'tree OrgCode, &'tree [Entry])> {
        self.slots().filter_map(move |group| match group.first()?.slot {
            Slot::Covers(icb) => Some((self.tree.code(icb)?, group)),
            _ => None,
        })
    }

    /// The facts about one ICB's cover.
    pub(super) fn covers(self, icb: &OrgCode) -> &'tree [Entry] {
        self.covered_slots().find(|(code, _)| *code == icb).map_or(&[], |(_, group)| group)
    }
}

/// The fact of a slot that was said to hold on `day`: the latest that is effective by then.
pub(super) fn said(group: &[Entry], day: LocalDate) -> Option<&Entry> {
    let after = group.partition_point(|entry| entry.effective_on <= day);
    after.checked_sub(1).and_then(|at| group.get(at))
}

/// The fact of a slot that counts on `day`: the one said, and before the first was said, that first one. A practice
/// counts from its opening date, and what was first learnt about it is the best that is known of the days before.
pub(super) fn counts(group: &[Entry], day: LocalDate) -> Option<&Entry> {
    said(group, day).or(group.first())
}

//! The wordings that a practice can use, and which letters may be written today.

use entity::ids::OrgCode;

use crate::{
    domain::{
        access::PracticeScope,
        letter::{self, Level, Wording, book::LetterKind},
    },
    error::AppError,
    state::AppState,
    store::letters::{self, Versions},
};

/// Every wording that a practice can have of a letter.
#[derive(Debug)]
pub(super) struct Wordings {
    pub(super) own: Versions,
    lmc: Versions,
    pub(super) of: Option<OrgCode>,
}

impl Wordings {
    pub(super) async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        let at = app.db.read(scope);
        let of = app.lmc_of(scope.practice()).await?;
        let lmc = match &of {
            Some(lmc) => letters::lmc_wordings_of(at, lmc).await?,
            None => Versions::new(),
        };
        Ok(Self { own: letters::own_wordings(at).await?, lmc, of })
    }

    /// What the practice would use had it no wording of its own.
    pub(super) fn beneath(&self, kind: &LetterKind) -> Wording {
        letter::nearest(&kind.wording(), newest(&self.lmc, kind), None).clone()
    }

    /// The wording that holds.
    pub(super) fn holds(&self, kind: &LetterKind) -> Wording {
        let (lmc, own) = (newest(&self.lmc, kind), newest(&self.own, kind));
        letter::nearest(&kind.wording(), lmc, own).clone()
    }

    /// A wording by its level and version: a letter keeps the one it was begun from.
    pub(super) fn version(&self, kind: &LetterKind, level: Level, version: i32) -> Option<Wording> {
        let all = match level {
            Level::National => {
                return Some(kind.wording()).filter(|wording| wording.version == version);
            }
            Level::Lmc => &self.lmc,
            Level::Practice => &self.own,
        };
        let mut all = all.get(&kind.code)?.iter();
        all.find(|wording| wording.version == version && wording.text.is_some()).cloned()
    }
}

fn newest<'a>(versions: &'a Versions, kind: &LetterKind) -> Option<&'a Wording> {
    versions.get(&kind.code)?.last()
}

//! Making a staged import count, and remembering how its files were matched.

use entity::ids::RowId;
use serde::Serialize;

use super::{Tx, Writer};
use crate::{
    audit::Event,
    domain::{
        access::{Authority, PracticeScope},
        appointment::{Erasures, Matching, System},
    },
    error::AppError,
    live::What,
    store::appointments::{self, Tried},
};

impl Writer {
    /// Remembers how columns, holders and types were matched.
    ///
    /// # Errors
    /// Where the database cannot be used.
    pub async fn remember(
        &self,
        authority: &impl Authority,
        scope: &PracticeScope,
        id: RowId,
        system: System,
        matching: Matching,
    ) -> Result<(), AppError> {
        let (scope, by) = (scope.clone(), authority.id());
        self.write(authority, move |tx| {
            Box::pin(async move {
                let at = tx.read(&scope);
                if appointments::add_matching(at, id, system, &matching, by, tx.now()).await? {
                    let event = AppointmentsMatched {
                        system: system.code(),
                        columns: matching.columns.len(),
                        holders: matching.holders.len(),
                        types: matching.types.len(),
                    };
                    tx.audit(&scope.practice().into(), &event).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Makes a staged import count.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nothing of that id is staged, [`AppError::Conflict`] where another import came first.
    pub async fn activate(
        &self,
        authority: &impl Authority,
        scope: &PracticeScope,
        id: RowId,
    ) -> Result<Tried, AppError> {
        let (scope, by) = (scope.clone(), authority.id());
        self.write(authority, move |tx| {
            Box::pin(async move {
                let at = tx.read(&scope);
                let import = appointments::import(at, id).await?.ok_or(AppError::NotFound)?;
                let tried = appointments::activate(at, &import, by, tx.now()).await?;
                match tried {
                    Tried::Before => {}
                    Tried::Overtaken => {
                        return Err(AppError::Conflict("Something changed since the file was read: another import was taken in, or counts were erased. Choose the file again"));
                    }
                    Tried::Activated => {
                        let event = AppointmentsImported {
                            import: id,
                            system: import.system,
                            sha256: import.file_sha256,
                            rows: import.summary.rows,
                            slots: import.summary.changes(),
                            refused: import.summary.all_refused(),
                            takes_back: import.summary.takes_back.map(RowId),
                        };
                        tx.audit(&scope.practice().into(), &event).await?;
                        tx.changed(scope.practice(), What::Contacts);
                    }
                }
                Ok(tried)
            })
        })
        .await
    }
}

/// What was read is built on these erasures: what was erased since must not come in with it.
pub(super) async fn is_built_on(tx: &Tx, scope: &PracticeScope, erased: &Erasures) -> Result<(), AppError> {
    if appointments::held_erasures(tx.read(scope)).await? == *erased {
        Ok(())
    } else {
        Err(AppError::Conflict("A clinician had their counts erased while the file was read. Choose the file again"))
    }
}

/// Columns, session holders and slot types were matched.
#[derive(Debug, Serialize)]
struct AppointmentsMatched {
    system: &'static str,
    columns: usize,
    holders: usize,
    types: usize,
}

impl Event for AppointmentsMatched {
    const NAME: &'static str = "appointments.matched";
}

/// An extract counts from now on.
#[derive(Debug, Serialize)]
struct AppointmentsImported {
    import: RowId,
    system: String,
    sha256: String,
    rows: u64,
    slots: u64,
    refused: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    takes_back: Option<RowId>,
}

impl Event for AppointmentsImported {
    const NAME: &'static str = "appointments.imported";
}

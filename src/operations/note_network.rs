//! A practice notes for itself where it stands with the network scheme. A note is a thought: nobody outside reads it.

use entity::ids::RowId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Asks, Operation, ScopeOf, Sent, Written};
use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, By, PracticeScope},
        name::NetworkNoteText,
        network::{Leaning, NewNetworkNote},
    },
    error::{AppError, FieldError},
    state::AppState,
    store::network_notes,
    writer::Tx,
};

/// Note for yourselves where your practice stands with the network scheme
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteNetwork {
    /// Made by the client, a UUID of version 7: sending the same note twice keeps it once. One is made where it is left out.
    pub id: RowId,
    /// Where it stands.
    pub leaning: Leaning,
    /// A few words of your own, without a person in them.
    pub note: Option<NetworkNoteText>,
}

/// A note was written. What it says stays in the row.
#[derive(Debug, Serialize)]
struct NetworkNoted {
    note: RowId,
}

impl Event for NetworkNoted {
    const NAME: &'static str = "network.noted";
}

impl Operation for NoteNetwork {
    type Permission = access::RecordStatus;
    type Facts = ();
    type Ready = NewNetworkNote;
    type Done = RowId;

    const TAG: &'static str = "actions";
    const EXAMPLE: &'static str = r#"{
        "id": "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d61", "leaning": "undecided", "note": "Partners talk about it in January"
    }"#;

    async fn facts(_: &AppState, _: &ScopeOf<Self>) -> Result<(), AppError> {
        Ok(())
    }

    fn asks(_: &Sent, (): &()) -> Asks {
        vec![
            ("id", "Open the page again and send the form once more"),
            ("leaning", "Choose where your practice stands"),
        ]
    }

    fn check(&self, (): &(), _: &By<PracticeScope>) -> Result<NewNetworkNote, Vec<FieldError>> {
        Ok(NewNetworkNote { id: self.id, leaning: self.leaning, note: self.note.clone() })
    }

    async fn run(new: NewNetworkNote, tx: &Tx, by: &By<PracticeScope>) -> Result<(Written, RowId), AppError> {
        let at = tx.read(by.scope());
        let written = Written::of(network_notes::add(at, &new, by.id(), tx.now()).await?)?;
        if written == Written::New {
            tx.audit(&by.scope().practice().into(), &NetworkNoted { note: new.id }).await?;
        }
        Ok((written, new.id))
    }
}

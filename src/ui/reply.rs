//! Where a letter stands with its reply, as a tag.

use maud::Markup;

use super::parts::{self, TagKind};
use crate::domain::letter::ReplyState;

/// The tag.
pub fn tag(stands: ReplyState) -> Markup {
    let kind = match stands {
        ReplyState::Received(_) => TagKind::Run,
        ReplyState::Due(_) => TagKind::Soon,
        ReplyState::Overdue(..) => TagKind::Full,
        ReplyState::NoneDue | ReplyState::InError => TagKind::Quiet,
    };
    parts::tag(kind, &stands.to_string())
}

//! What a receipt says was opened.

/// The kinds of pages on which somebody outside reads a practice's rows, as its receipts name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutsidePage {
    /// The page of the area: who has not answered yet, and whose reply is overdue.
    Area,
    /// The list of practices of the area.
    Practices,
    /// The page of the one practice.
    Practice,
    /// Who served notice from a template.
    Notices,
    /// Answers to a question.
    Answers,
    /// Transferred work, one by one.
    Transfers,
}

impl OutsidePage {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Area, Self::Practices, Self::Practice, Self::Notices, Self::Answers, Self::Transfers];

    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Practices => "practices",
            Self::Practice => "practice",
            Self::Notices => "notices",
            Self::Answers => "answers",
            Self::Transfers => "transfers",
        }
    }

    /// As the practice reads it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Area => "The area: not yet heard from, or a reply overdue",
            Self::Practices => "The list of practices",
            Self::Practice => "The page of your practice",
            Self::Notices => "Notices served from a template",
            Self::Answers => "Answers to a question",
            Self::Transfers => "Transferred work, item by item",
        }
    }

    /// The words for a stored text; receipts of before say no kind.
    pub fn words_of(stored: Option<&str>) -> &'static str {
        Self::ALL.into_iter().find(|page| Some(page.code()) == stored).map_or("A page with your row", Self::words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_names_the_page() {
        for page in OutsidePage::ALL {
            assert_eq!(OutsidePage::words_of(Some(page.code())), page.words());
        }
        assert_eq!(OutsidePage::words_of(None), "A page with your row");
    }
}

//! What is known of a word: names, words that look like names, and what tells an organisation from a person.

use std::{collections::HashMap, ops::BitOr, sync::LazyLock};

/// The sorts a word is of; often several, and none if it is in no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sorts(u16);

impl Sorts {
    /// First names common in England, of many origins.
    pub(super) const FIRST_NAME: Self = Self(1);
    /// Surnames common in England, of many origins.
    pub(super) const SURNAME: Self = Self(1 << 1);
    /// Names that are also words or places, and need a known name beside them.
    pub(super) const ALSO_WORD: Self = Self(1 << 2);
    /// Words of the work, which notes begin with a capital.
    pub(super) const WORK: Self = Self(1 << 3);
    /// The commonest words of English and of Welsh notes.
    pub(super) const LANGUAGE: Self = Self(1 << 4);
    /// Drugs, parts of the body, illnesses, devices, tests.
    pub(super) const MEDICINE: Self = Self(1 << 5);
    /// People whose names are illnesses, signs, operations and scores.
    pub(super) const EPONYM: Self = Self(1 << 6);
    /// Towns, counties, hospitals and providers.
    pub(super) const PLACE: Self = Self(1 << 7);
    /// What follows or ends the name of an organisation.
    pub(super) const ORGANISATION: Self = Self(1 << 8);
    /// What stands before the name of somebody who works here or is known to all.
    pub(super) const STAFF_TITLE: Self = Self(1 << 9);
    /// Short forms in capitals that are nobody's initials.
    pub(super) const SHORT_FORM: Self = Self(1 << 10);

    pub(super) const NAME: Self = Self(Self::FIRST_NAME.0 | Self::SURNAME.0);
    /// Words that no capital turns into a name.
    pub(super) const NO_NAME: Self = Self(Self::WORK.0 | Self::ORGANISATION.0);
    pub(super) const VOCABULARY: Self = Self(Self::NO_NAME.0 | Self::LANGUAGE.0 | Self::MEDICINE.0);

    pub(super) fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    /// A name that cannot be taken for a word.
    pub(super) fn is_plain_name(self) -> bool {
        self.any(Self::NAME) && !self.any(Self::ALSO_WORD | Self::NO_NAME)
    }
}

impl BitOr for Sorts {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

const LISTS: [(Sorts, &str); 11] = [
    (Sorts::FIRST_NAME, include_str!("words/first_names.txt")),
    (Sorts::SURNAME, include_str!("words/surnames.txt")),
    (Sorts::ALSO_WORD, include_str!("words/also_words.txt")),
    (Sorts::WORK, include_str!("words/work.txt")),
    (Sorts::LANGUAGE, include_str!("words/language.txt")),
    (Sorts::MEDICINE, include_str!("words/medicine.txt")),
    (Sorts::EPONYM, include_str!("words/eponyms.txt")),
    (Sorts::PLACE, include_str!("words/places.txt")),
    (Sorts::ORGANISATION, include_str!("words/organisations.txt")),
    (Sorts::STAFF_TITLE, include_str!("words/staff_titles.txt")),
    (Sorts::SHORT_FORM, include_str!("words/short_forms.txt")),
];

static WORDS: LazyLock<HashMap<&str, Sorts>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for (sort, list) in LISTS {
        for word in list.split_ascii_whitespace() {
            let sorts: &mut Sorts = words.entry(word).or_default();
            *sorts = *sorts | sort;
        }
    }
    words
});

/// Endings that only words of medicine have: drugs, illnesses, operations, tests.
const MEDICAL_ENDINGS: &str = "itis osis aemia emia ectomy ectomies otomy ostomy scopy scopies graphy gram grams ology ologist \
    ologists pathy plasty plegia paresis uria algia penia trophy therapy therapies mab mabs nib nibs ciclib pril sartan olol \
    statin statins azole cillin mycin micin floxacin cycline prazole gliptin gliflozin glutide parin xaban gatran azepam \
    zepam triptan lukast terol metasone solone setron dipine oxetine triptyline peridol apine azine idone avir ovir evir \
    civir buvir asvir vudine platin taxel rubicin trexate thiazide semide lactone dronate dronic thyroxine relin tocin \
    fungin profen profens coxib codone orphine zosin vaptan entan tadine rizine phrine tropium phylline fenac adol";

/// Endings of words that are no names, of any subject.
const WORDY_ENDINGS: &str = "tion tions sion sions ment ments ness able ible ically ities ously ingly less ised ising ized izing \
    ship ability wise";

/// What is known of a word in small letters without accents and without a possessive ending.
pub(super) fn sorts(word: &str) -> Sorts {
    let listed = |word: &str| WORDS.get(word).copied();
    let found = listed(word).or_else(|| {
        // A double-barrelled name is known by any of its parts.
        let parts = word.split('-').filter_map(listed);
        word.contains('-').then(|| parts.fold(Sorts::default(), Sorts::bitor))
    });
    let celtic = ["o'", "mc", "d'"].iter().find_map(|start| word.strip_prefix(start));
    let name = if celtic.is_some_and(|rest| rest.len() > 3) { Sorts::SURNAME } else { Sorts::default() };
    let ends = |endings: &str| endings.split_ascii_whitespace().any(|ending| word.ends_with(ending));
    found.unwrap_or_else(|| match () {
        () if word.len() < 7 || name == Sorts::SURNAME => Sorts::default(),
        () if ends(MEDICAL_ENDINGS) => Sorts::MEDICINE,
        () if ends(WORDY_ENDINGS) => Sorts::LANGUAGE,
        () => Sorts::default(),
    }) | name
}

/// Two names side by side that are no person: hospitals, boards, eponyms, laws, trainings, companies.
pub(super) fn is_no_person(first: &str, second: &str) -> bool {
    static PAIRS: LazyLock<std::collections::HashSet<(&str, &str)>> =
        LazyLock::new(|| include_str!("words/pairs.txt").lines().filter_map(|line| line.split_once(' ')).collect());
    PAIRS.contains(&(first, second))
}

/// What ends the name of a street.
pub(super) fn is_street(word: &str) -> bool {
    [
        "street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "close", "drive", "crescent", "gardens",
        "terrace", "grove", "court", "place", "way", "walk", "mews", "row", "hill", "green", "square", "rise", "view",
    ]
    .contains(&word)
}

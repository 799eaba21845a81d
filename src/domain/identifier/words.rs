//! What is known of a word: names, words that look like names, and what tells an organisation from a person.

use std::{
    collections::{HashMap, HashSet},
    ops::BitOr,
    sync::LazyLock,
};

/// The sorts a word is of; often several, and none if it is in no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sorts(u64);

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

    /// A word that only a person follows.
    pub(super) const PERSON: Self = Self(1 << 11);
    /// Somebody of a family.
    pub(super) const KIN: Self = Self(1 << 12);
    /// A word that a topic may follow as well as a person.
    pub(super) const TOPIC: Self = Self(1 << 13);
    /// What is done to people, just before their name.
    pub(super) const BEFORE: Self = Self(1 << 14);
    /// What people do, just after it.
    pub(super) const AFTER: Self = Self(1 << 15);
    /// A first name that begins sentences as verbs and months do.
    pub(super) const VERB: Self = Self(1 << 16);
    /// Where hospitals and counties lie, and what they are called first.
    pub(super) const QUARTER: Self = Self(1 << 17);
    /// A first name that wards and hospitals have.
    pub(super) const ROYAL: Self = Self(1 << 18);
    /// A small word of a surname.
    pub(super) const PARTICLE: Self = Self(1 << 19);
    /// What is called after people, in small letters too.
    pub(super) const CONDITION: Self = Self(1 << 20);
    /// The same, unless it is somebody's: `David Wilson's hospital`.
    pub(super) const INSTITUTION: Self = Self(1 << 21);
    /// What stands before the name of a place.
    pub(super) const CALLED: Self = Self(1 << 22);
    /// How a sentence goes on after a title, whatever its first letter.
    pub(super) const GOES_ON: Self = Self(1 << 23);
    /// What has letters for its kinds.
    pub(super) const LETTERED: Self = Self(1 << 24);
    /// What stands beside an age as initials do: `81F AF`.
    pub(super) const AGED: Self = Self(1 << 25);
    /// What excuses an old date just before it.
    pub(super) const DATED: Self = Self(1 << 26);
    /// What excuses one near after it, and from 1990 on anywhere before it in its clause.
    pub(super) const OPERATED: Self = Self(1 << 27);
    /// The same, and only from 1990 on.
    pub(super) const EVENT: Self = Self(1 << 28);

    /// What ends the name of a street.
    pub(super) const STREET: Self = Self(1 << 29);
    /// The same, and is hardly anything else: it needs no capital.
    pub(super) const ONLY_STREET: Self = Self(1 << 30);

    /// What no street is called: `5 patients in the`.
    pub(super) const NO_STREET: Self = Self(1 << 31);

    /// A title that is nothing else.
    pub(super) const TITLE: Self = Self(1 << 32);
    /// A title that may be a verb, an illness or a short form.
    pub(super) const MAYBE_TITLE: Self = Self(1 << 33);
    /// A title of staff.
    pub(super) const DOCTOR: Self = Self(1 << 34);
    /// A title of staff, and what they are.
    pub(super) const NURSE: Self = Self(1 << 35);
    /// What staff are, and hardly a title.
    pub(super) const POST: Self = Self(1 << 36);
    /// A title of children, and a word.
    pub(super) const CHILD: Self = Self(1 << 37);

    /// What a word is, and not what it does beside a name or a day.
    const BEING: Self = Self((1 << 11) - 1);
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

/// What words do beside a name or a day.
const ROLES: [(Sorts, &str); 27] = [
    (Sorts::TITLE, "mr mrs mx messrs mister mstr"),
    (Sorts::MAYBE_TITLE, "miss ms rev revd reverend"),
    (Sorts::DOCTOR, "dr drs prof professor"),
    (Sorts::NURSE, "doctor sister nurse matron"),
    (Sorts::POST, "consultant surgeon registrar midwife physio paramedic pharmacist"),
    (Sorts::CHILD, "master baby"),
    (Sorts::PERSON, "pt pts pat px patient surname forename resident deceased claf firstname lastname"),
    (
        Sorts::KIN,
        "wife husband mother father mum dad son daughter brother sister carer nok kin widow widower partner nan \
        niece nephew gran grandson",
    ),
    (Sorts::TOPIC, "name names named re regarding called client child baby user"),
    (
        Sorts::BEFORE,
        "to with rang rung called phoned telephoned saw seen told asked emailed contacted met texted advised \
        informed re regarding about for from of by reviewed visited discharged ffoniodd",
    ),
    (
        Sorts::AFTER,
        "rang called phoned telephoned wants want asks asked needs says said told attended dna dna'd came complains \
        complained requests requested reports reported is was has had seen due would will thinks wanted needed \
        missed discharged and who still again chasing waiting been",
    ),
    (
        Sorts::VERB,
        "will may hope grant april june summer mark bill sue rob pat rich art drew major min long short little read \
        page",
    ),
    (Sorts::QUARTER, "north south east west central mid new great royal city county upper lower"),
    (
        Sorts::ROYAL,
        "victoria alexandra elizabeth charlotte mary anne margaret catherine george edward albert florence john \
        james luke mark matthew peter paul alice helen andrew david",
    ),
    (
        Sorts::PARTICLE,
        "van der den de da di dos la le al el bin binti ibn bint du von zu ten ter ap ab ferch st mac an mc ni o abu \
        ul ur",
    ),
    (
        Sorts::CONDITION,
        "syndrome disease palsy lymphoma criteria classification contracture rule law training charter inquiry \
        campaign manoeuvre",
    ),
    (
        Sorts::INSTITUTION,
        "hospital hospice infirmary practice partnership street template templates records envelope envelopes fund \
        foundation",
    ),
    (
        Sorts::CALLED,
        "ysbyty meddygfa bwrdd royal saint st ss queen king prince princess lady lord spire nuffield ward iechyd",
    ),
    (
        Sorts::GOES_ON,
        "and or to is was the on in for of at by who has had from with not will can if but as when that this led \
        said says asked asks",
    ),
    (
        Sorts::LETTERED,
        "vitamin hepatitis hep plan ward part clinic group form type appendix level band schedule annex option \
        template table room category vit influenza",
    ),
    (
        Sorts::AGED,
        "ad ae af am bp ca cf cp ct dm dn dv ed gi gp ha hb hf ht hv ip it ld mh mi mr ms nb ng ni oa ok op ot pe pm \
        pn pt ra re sn tb uc uk us we no",
    ),
    (
        Sorts::DATED,
        "since opened founded established act dated contract signed agreed started commenced begun began published \
        issued effective regs regulations updated version policy guidance circular merged ended ends expired expires \
        terminated lapsed closed",
    ),
    (
        Sorts::OPERATED,
        "operation op operated surgery procedure stent stented implant implanted fitted inserted removed replaced \
        replacement transplant bypass repair fracture diagnosed spec specification les des sla agreement lease",
    ),
    (
        Sorts::EVENT,
        "scan scanned mri ct xray echo biopsy clinic letter letters seen discharged discharge admitted admission \
        diagnosis referral referred reviewed review vaccinated vaccine treated treatment done performed appointment \
        report result",
    ),
    (
        Sorts::STREET,
        "street st road rd avenue ave lane ln close drive crescent gardens terrace grove court place way walk mews \
        row hill green square rise view",
    ),
    (
        Sorts::NO_STREET,
        "patients in on at of the a to from for and by with per each week weeks days letters calls minutes miles times \
        slots beds doses tests practices",
    ),
    (Sorts::ONLY_STREET, "street road rd avenue ave lane crescent terrace mews gardens"),
];

static WORDS: LazyLock<HashMap<&str, Sorts>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for (sort, list) in LISTS.into_iter().chain(ROLES) {
        for word in list.split_ascii_whitespace() {
            let sorts: &mut Sorts = words.entry(word).or_default();
            *sorts = *sorts | sort;
        }
    }
    words
});

static PAIRS: LazyLock<HashSet<(&str, &str)>> =
    LazyLock::new(|| include_str!("words/pairs.txt").lines().filter_map(|line| line.split_once(' ')).collect());

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
    let known = listed(word).unwrap_or_else(|| {
        // A double-barrelled name is known by any of its parts.
        let parts = word.split('-').filter(|_| word.contains('-')).filter_map(listed);
        Sorts(parts.fold(Sorts::default(), Sorts::bitor).0 & Sorts::BEING.0)
    });
    if known.any(Sorts::BEING) { known } else { known | by_its_form(word) }
}

/// What is known of a word in no list: `O'Brien`, `zoledronate`, `reimbursement`.
fn by_its_form(word: &str) -> Sorts {
    let ends = |endings: &str| endings.split_ascii_whitespace().any(|ending| word.ends_with(ending));
    let celtic = ["o'", "mc", "d'"].iter().find_map(|start| word.strip_prefix(start));
    match () {
        () if celtic.is_some_and(|rest| rest.len() > 3) => Sorts::SURNAME,
        () if word.len() < 7 => Sorts::default(),
        () if ends(MEDICAL_ENDINGS) => Sorts::MEDICINE,
        () if ends(WORDY_ENDINGS) => Sorts::LANGUAGE,
        () => Sorts::default(),
    }
}

/// Whether a list of words, with blanks between them, has a word.
pub(super) fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// Two names side by side that are no person: hospitals, boards, eponyms, laws, trainings, companies.
pub(super) fn is_no_person(first: &str, second: &str) -> bool {
    PAIRS.contains(&(first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order_and_names_among_words_are_known_to_be_both() {
        for (_, list) in LISTS {
            let words: Vec<&str> = list.lines().collect();
            assert!(words.is_sorted_by(|a, b| a < b) && words.len() > 20, "{:?}", words.first());
            assert!(words.iter().all(|word| !word.is_empty() && *word == word.to_lowercase() && !word.contains(' ')));
        }
        for (word, sorts) in WORDS.iter() {
            let both = sorts.any(Sorts::NAME) && sorts.any(Sorts::LANGUAGE);
            assert!(!both || sorts.any(Sorts::ALSO_WORD), "{word}");
        }
        assert!(sorts("jane").is_plain_name() && sorts("o'brien").any(Sorts::SURNAME));
        assert!(sorts("smith-jones").any(Sorts::SURNAME) && sorts("zoledronate").any(Sorts::MEDICINE));
        // What a part of a word does, the whole does not.
        assert!(sorts("re").any(Sorts::TOPIC) && !sorts("re-refer").any(Sorts::TOPIC));
    }
}

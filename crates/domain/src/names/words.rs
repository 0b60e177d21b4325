//! The words of a name: which of them carry meaning, and what the writing says of their parts.

use super::{
    NameKind,
    fold::{repair, spell},
};

/// Longer names are cut: nobody's name needs more, and the cost of a comparison stays bounded.
const MAX_CHARS: usize = 200;
const MAX_WORDS: usize = 20;

/// Words that writers add and leave out at will. One-letter ones only count between other words.
const PARTICLES: &str = "DE DEL DELA DELOS DELAS LA LAS LOS LE DA DAS DO DOS DI DU Y E VAN VON DER DEN AL EL BIN IBN \
    BINT VDA VIUDA";

/// What may follow a comma without being a given name.
const GENERATIONS: &str = "JR JUNIOR SR HIJO FILHO NETO SOBRINHO II III IV";

/// Words between those that name an organisation.
const CONNECTORS: &str = "DE DEL LA LAS LOS EL Y E EN DA DO AND THE OF";

/// Legal forms as they are left when connectors are gone (`S. de R.L. de C.V.` is `S RL CV`), longest first.
const LEGAL_FORMS: &str = "SOCIEDAD POR ACCIONES SIMPLIFICADA|SOCIEDAD RESPONSABILIDAD LIMITADA|S RL CV|SA CV|SAPI CV|\
    SAB CV|S RL|S C|S CS|SOCIEDAD ANONIMA|SOCIEDADE ANONIMA|SOCIEDAD LIMITADA|SA|SAS|SAC|SAA|SRL|SL|SC|SCA|SPA|SAPI|SAB|\
    LTDA|LIMITADA|LTD|LIMITED|LLC|LLP|LP|INC|INCORPORATED|CORP|CORPORATION|CO|COMPANY|CIA|COMPANIA|COMPANHIA|EU|EIRL|\
    EPP|ME|MEI|EIRELI|PLC|PTY|GMBH|AG|BV|NV|OOO|OAO|ZAO|PAO|AO|JSC|PJSC|OJSC";

/// A person's name in words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Person {
    /// The words as written, without particles.
    pub words: Vec<String>,
    /// How many words at the front are surnames, where a comma says so; 0 where nothing is known.
    pub surnames: usize,
}

impl Person {
    /// The words with the given names first, where the comma says which they are.
    pub(super) fn in_order(&self) -> Vec<String> {
        let (surnames, given) = self.words.split_at(self.surnames);
        [given, surnames].concat()
    }
}

/// The folded words of a name that carry meaning: a person's without particles, an organisation's without its legal
/// form. At most 20, from the first 200 characters; never none where the name has any.
pub fn tokens(text: &str, kind: NameKind) -> Vec<String> {
    let text = repair(bounded(text));
    match kind {
        NameKind::Person => person(&text).words,
        NameKind::Org | NameKind::Vessel => without_legal_form(&organisation(&text)),
    }
}

fn lists(table: &str, word: &str) -> bool {
    table.split_ascii_whitespace().any(|entry| entry == word)
}

pub(super) fn bounded(text: &str) -> &str {
    text.char_indices()
        .nth(MAX_CHARS)
        .map_or(text, |(end, _)| &text[..end])
}

/// Reads a person's name. `GARCÍA LÓPEZ, Juan` says which words are surnames; `Juan García, Jr.` does not.
pub(super) fn person(text: &str) -> Person {
    let spelled = spell(text);
    if let Some((before, after)) = spelled.split_once(',') {
        let (mut surnames, mut given) = (person_words(before), person_words(after));
        if !surnames.is_empty() && !given.iter().all(|word| lists(GENERATIONS, word)) {
            surnames.truncate(MAX_WORDS / 2);
            given.truncate(MAX_WORDS / 2);
            return Person {
                surnames: surnames.len(),
                words: [surnames, given].concat(),
            };
        }
    }
    let mut words = person_words(&spelled);
    words.truncate(MAX_WORDS);
    Person { words, surnames: 0 }
}

fn person_words(spelled: &str) -> Vec<String> {
    let (mut meaning, mut all) = (Vec::new(), Vec::new());
    for piece in spelled.split([' ', ',']) {
        for word in piece.split('.').filter(|word| !word.is_empty()) {
            // `E. García` and `García E.` abbreviate a name; `Costa e Silva` does not.
            let initial = word.len() == 1 && (piece.contains('.') || all.is_empty());
            if initial || !lists(PARTICLES, word) {
                meaning.push(word.to_owned());
            }
            all.push(word.to_owned());
        }
    }
    if meaning.is_empty() { all } else { meaning }
}

/// Reads an organisation's name: single letters in a row are one word (`S. A.`, `M/V`), connectors are dropped.
pub(super) fn organisation(text: &str) -> Vec<String> {
    let spelled = spell(text);
    let mut words: Vec<String> = Vec::new();
    let mut letters = false;
    for word in spelled.split([' ', ',', '.']).filter(|word| !word.is_empty()) {
        let letter = word.len() == 1 && word.bytes().all(|b| b.is_ascii_uppercase());
        match words.last_mut() {
            Some(last) if letters && letter => last.push_str(word),
            _ => words.push(word.to_owned()),
        }
        letters = letter;
    }
    if !words.iter().all(|word| lists(CONNECTORS, word)) {
        words.retain(|word| !lists(CONNECTORS, word));
    }
    words.truncate(MAX_WORDS);
    words
}

/// The name without its legal form, unless it is nothing else.
pub(super) fn without_legal_form(words: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut rest = words;
    while let Some(word) = rest.first() {
        let mut forms = LEGAL_FORMS
            .split('|')
            .map(|form| form.split(' ').collect::<Vec<_>>());
        let form = forms.find(|form| rest.iter().take(form.len()).eq(form));
        if form.is_none() {
            kept.push(word.clone());
        }
        rest = &rest[form.map_or(1, |form| form.len())..];
    }
    if kept.is_empty() { words.to_vec() } else { kept }
}

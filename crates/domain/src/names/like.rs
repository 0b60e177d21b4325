//! Likeness of two folded words.

use super::compare::Distance;

/// Why two words are taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    Same,
    /// A particle is written into one of them (`DELACRUZ`).
    Joined,
    /// They sound alike.
    Spelling,
    /// One letter differs.
    Typo,
    /// One is the other's first letter.
    Initial,
    /// One is a short form of the other by the table.
    ShortForm,
}

impl Likeness {
    /// What the liberty costs, and how the rule is called.
    pub(super) const fn distance(self) -> Distance {
        match self {
            Self::Same => Distance(0, "same"),
            Self::Joined => Distance(2, "joined"),
            Self::Spelling => Distance(3, "spelling"),
            Self::Typo => Distance(6, "typo"),
            Self::Initial => Distance(8, "initial"),
            Self::ShortForm => Distance(15, "short_form"),
        }
    }
}

const JOINED_PARTICLES: [&str; 13] = [
    "DELOS", "DELAS", "DELA", "DEL", "DE", "DOS", "DAS", "DA", "DO", "VAN", "VON", "AL", "EL",
];

/// Short forms and abbreviations in common use, and what they may stand for.
const SHORT_FORMS: &str = "PEPE=JOSE CHEPE=JOSE ZE=JOSE MA=MARIA FCO=FRANCISCO PACO=FRANCISCO PANCHO=FRANCISCO \
    CHICO=FRANCISCO CHUCHO=JESUS GPE=GUADALUPE LUPE=GUADALUPE NACHO=IGNACIO MEMO=GUILLERMO QUIQUE=ENRIQUE KIKE=ENRIQUE \
    BETO=ALBERTO BETO=ROBERTO BETO=HUMBERTO BETO=GILBERTO BETO=NORBERTO BETO=HERIBERTO TONO=ANTONIO TONINHO=ANTONIO \
    LALO=EDUARDO NANDO=FERNANDO RAFA=RAFAEL ALEX=ALEJANDRO ALEX=ALEJANDRA ALEX=ALEXANDER ALEX=ALEXANDRE TERE=TERESA \
    LOLA=DOLORES CHARO=ROSARIO CONCHA=CONCEPCION MONCHO=RAMON GUTO=AUGUSTO";

/// Names one letter away from another one of this list: between two of them a difference is no typo.
const NEIGHBOURS: &str = "MARIA MARTA MARIANA MARINA CARINA KARINA MARIO DARIO MARINO MARIANO MARIN MARTIN PAULA PAOLA \
    LUCIA LUCILA CELIA DELIA NELIA NOELIA ELENA MILENA SELENA ELIANA LILIANA DIANA EDWIN ERWIN PABLO PAULO FABIO FLAVIO \
    FABIA FLAVIA RAMON RAMOS FERNANDEZ HERNANDEZ SUAREZ JUAREZ GOMEZ GAMEZ MUNOZ MUNIZ VELEZ VELIZ COSTA ACOSTA CORREA \
    CORREIA FERRERA HERRERA FERREIRA PEREIRA BARRERA BARREIRA SALAS SALES SOLIS SOLAS CASTILLO CASTILLA PARRA PARDO \
    MORAN MORENO MERINO MARRERO HERRERO FERRERO BARRERO";

/// A likeness, and whether it holds between the shorter word and the longer one.
type Rule = (Likeness, fn(&str, &str) -> bool);

/// Whether, and why, two words of a person's name are taken for one. Symmetric.
pub(super) fn like(a: &str, b: &str) -> Option<Likeness> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() == 1 {
        return long.starts_with(short).then_some(Likeness::Initial);
    }
    let rules: [Rule; 5] = [
        (Likeness::Same, |short, long| short == long),
        (Likeness::Joined, is_joined),
        (Likeness::Spelling, |short, long| {
            short.len() >= 3 && sound(short) == sound(long)
        }),
        (Likeness::Typo, is_typo),
        (Likeness::ShortForm, |short, long| {
            is_short_form(short, long) || is_short_form(long, short)
        }),
    ];
    rules
        .iter()
        .find(|(_, holds)| holds(short, long))
        .map(|(likeness, _)| *likeness)
}

fn is_joined(short: &str, long: &str) -> bool {
    short.len() >= 4
        && JOINED_PARTICLES
            .iter()
            .any(|particle| long.strip_prefix(particle) == Some(short))
}

fn is_short_form(form: &str, name: &str) -> bool {
    SHORT_FORMS
        .split_ascii_whitespace()
        .any(|entry| entry.split_once('=') == Some((form, name)))
}

fn is_typo(short: &str, long: &str) -> bool {
    let neighbour = |word: &str| NEIGHBOURS.split_ascii_whitespace().any(|name| name == word);
    long.len() >= 5
        && long.len() - short.len() <= 1
        // An `A` at the end is the sex: Mario and María, Luis and Luisa, Andrés and Andrea.
        && short.ends_with('A') == long.ends_with('A')
        && ![short, long].iter().any(|word| word.bytes().any(|b| b.is_ascii_digit()))
        && !(neighbour(short) && neighbour(long))
        && strsim::osa_distance(short, long) == 1
}

/// How a word sounds to a Latin American ear: b/v, s/z/soft c, g/j, h, y/i/ll and doubled letters are one. Digits
/// that a reader of images takes for letters count as those.
pub fn sound(word: &str) -> String {
    let mut sound = String::with_capacity(word.len());
    let letters = word.as_bytes();
    let at = |i: usize| letters.get(i).copied().unwrap_or(b' ');
    let is_front = |letter: u8| matches!(letter, b'E' | b'I' | b'Y');
    let mut i = 0;
    while i < letters.len() {
        let (heard, read) = match (at(i), at(i + 1)) {
            (b'C', b'H') => ('X', 2),
            (b'P', b'H') => ('F', 2),
            (b'L', b'L') => ('I', 2),
            (b'Q', b'U') => ('K', 2),
            (b'G', b'U') if is_front(at(i + 2)) => ('G', 2),
            (b'G', next) if is_front(next) => ('J', 1),
            (b'C', next) if is_front(next) => ('S', 1),
            (b'C' | b'K' | b'Q', _) => ('K', 1),
            (b'X', _) if i == 0 => ('J', 1),
            (b'V' | b'W' | b'8', _) => ('B', 1),
            (b'Z' | b'5', _) => ('S', 1),
            (b'Y' | b'1', _) => ('I', 1),
            (b'0', _) => ('O', 1),
            (letter, _) => (char::from(letter), 1),
        };
        if heard != 'H' && !sound.ends_with(heard) {
            sound.push(heard);
        }
        i += read;
    }
    sound
}

/// How alike two folded words of a person's name are, 0 to 1; `None` where they are different words. Symmetric.
pub fn alike(a: &str, b: &str) -> Option<f64> {
    like(a, b).map(|likeness| 1.0 - f64::from(likeness.distance().0) / 20.0)
}

//! The index of listed names: how many questions a second, how soon each, and whether it misses anybody.
//!
//! Lists and questions are made up, always the same ones. Words are drawn as seldom as in life (one name in
//! thirty has a García), because an index is as fast as its commonest words let it be. Half of the questions
//! are strangers, half are listed names as others write them. What the index misses is told by comparing a
//! sample of the questions with every listed name.

use std::{
    collections::HashSet,
    thread,
    time::{Duration, Instant},
};

use cotejo_domain::{
    names::{Name, NameKind},
    screening::index::{Builder, Index},
};

/// Sizes of the lists, each with how many of the questions are also compared with every name.
const LISTS: &[(u32, usize)] = &[(100_000, 500), (1_000_000, 40)];

/// Questions that are asked of each list, by so many threads.
const QUESTIONS: usize = 20_000;
const THREADS: usize = 2;

/// The score from which a name counts as found.
const MIN_SCORE: f64 = 0.5;

/// Measures every size of list and prints what came out.
pub fn measure() {
    for &(names, compared) in LISTS {
        let mut chance = Chance(u64::from(names));
        let begun = Instant::now();
        let mut builder = Builder::new();
        let listed: Vec<_> = (0..names).map(|_| listed_name(&mut chance)).collect();
        let made = begun.elapsed();
        for (entry, (kind, text)) in (0..).zip(&listed) {
            builder.add(entry, *kind, text);
        }
        let index = builder.build();
        println!(
            "screen   {names} names: built in {:.1} s, {:.0} bytes a name (target 300)",
            (begun.elapsed() - made).as_secs_f64(),
            float(index.bytes()) / f64::from(names)
        );
        let questions: Vec<_> = (0..QUESTIONS)
            .map(|n| question(n, &listed, &mut chance))
            .collect();
        speed(&index, &questions);
        recall(&index, &questions[..compared]);
    }
}

/// Asks all questions, and prints rate and times.
fn speed(index: &Index, questions: &[(NameKind, String)]) {
    let begun = Instant::now();
    let mut times: Vec<(Duration, usize)> = in_threads(questions, |(kind, text)| {
        let begun = Instant::now();
        let found = index.search(text, *kind, MIN_SCORE);
        (begun.elapsed(), found.len())
    });
    let rate = float(times.len()) / begun.elapsed().as_secs_f64();
    let found: usize = times.iter().map(|(_, found)| found).sum();
    times.sort_unstable();
    let at = |percent: usize| times[times.len() * percent / 100].0.as_secs_f64() * 1000.0;
    println!(
        "screen   {rate:.0} questions/s on {THREADS} threads (target 2000), median {:.2} ms, p99 {:.2} ms \
         (target 5), {:.1} names found a question",
        at(50),
        at(99),
        float(found) / float(times.len())
    );
}

/// Compares each question with every name, and prints how much of that the index found.
fn recall(index: &Index, questions: &[(NameKind, String)]) {
    let all: Vec<u32> = (0..u32::try_from(index.len()).unwrap_or(u32::MAX)).collect();
    let listed = in_threads(&all, |&number| {
        let (_, kind, text) = index.name(number);
        (kind, Name::new(text, kind))
    });
    let counts = in_threads(questions, |(kind, text)| {
        let found = index.search(text, *kind, MIN_SCORE);
        let found: HashSet<u32> = found.iter().map(|found| found.name).collect();
        let asked = Name::new(text, *kind);
        let matching = (0..).zip(&listed).filter(|(_, (listed_kind, listed))| {
            listed_kind == kind && asked.compare(listed).score >= MIN_SCORE
        });
        matching.fold((0_usize, 0_usize), |(matches, missed), (number, _)| {
            (matches + 1, missed + usize::from(!found.contains(&number)))
        })
    });
    let matches: usize = counts.iter().map(|(matches, _)| matches).sum();
    let missed: usize = counts.iter().map(|(_, missed)| missed).sum();
    println!(
        "screen   recall {:.2} % of the {matches} matches that comparing {} questions with every \
         name finds (target 99.5)",
        100.0 * float(matches - missed) / float(matches.max(1)),
        questions.len()
    );
}

/// Does something with every item, on all threads.
fn in_threads<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    thread::scope(|scope| {
        let shares = items.chunks(items.len().div_ceil(THREADS).max(1));
        let workers: Vec<_> = shares
            .map(|share| scope.spawn(|| share.iter().map(&work).collect::<Vec<_>>()))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_default())
            .collect()
    })
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}

/// SplitMix64: the same numbers every time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or_default()
    }

    fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    /// A rank below `count`: rank `k` comes up in proportion to 1 / (k + `flat`).
    fn rank(&mut self, count: usize, flat: f64) -> usize {
        let share = float(self.below(1 << 24)) / float(1 << 24);
        let reach = (float(count) + flat) / flat;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank is small and not negative"
        )]
        let rank = (flat * reach.powf(share) - flat) as usize;
        rank.min(count - 1)
    }
}

const GIVEN: &str = "\
    JUAN MARIA JOSE LUIS CARLOS ANA JORGE MARTHA PEDRO LUZ MIGUEL ROSA MANUEL CLAUDIA ANTONIO SANDRA \
    FRANCISCO PATRICIA ALEJANDRO CARMEN RAFAEL ADRIANA DAVID DIANA FERNANDO ANDREA DANIEL LAURA RICARDO \
    GLORIA EDUARDO PAOLA SERGIO ANGELA ANDRES CAROLINA OSCAR NATALIA JAIME VIVIANA HECTOR MONICA ALBERTO \
    TERESA ROBERTO ELENA MARIO BLANCA JESUS ESPERANZA VICENTE LUCIA RAUL SOFIA CESAR VALENTINA DIEGO ISABEL \
    GUILLERMO CECILIA VICTOR BEATRIZ JULIO MARIANA ENRIQUE VERONICA GERARDO ALICIA ARTURO JULIANA PABLO \
    CATALINA IVAN GABRIELA HUGO MARTA RUBEN NORMA GUSTAVO SILVIA ALFONSO LILIANA FABIAN XIMENA JAVIER LEIDY \
    EDGAR YOLANDA WILSON ESTHER NELSON FABIOLA JOAO THIAGO";

const SURNAMES: &str = "\
    GARCIA RODRIGUEZ MARTINEZ LOPEZ HERNANDEZ GONZALEZ PEREZ SANCHEZ RAMIREZ TORRES FLORES GOMEZ DIAZ RIVERA \
    CRUZ MORALES REYES GUTIERREZ ORTIZ RUIZ VARGAS ROJAS CASTRO JIMENEZ MENDOZA SILVA MORENO ROMERO ALVAREZ \
    HERRERA CASTILLO MUNOZ FERNANDEZ VASQUEZ CHAVEZ RAMOS SUAREZ AGUILAR QUISPE MAMANI MEDINA GUERRERO \
    CONTRERAS ESPINOZA ORTEGA DELGADO VEGA SANTOS OLIVEIRA SOUZA LIMA PEREIRA FERREIRA COSTA ALMEIDA \
    NASCIMENTO CARDENAS SALAZAR VALENCIA MEJIA OSORIO CORREA CARDONA ZAPATA QUINTERO RESTREPO GIRALDO ARANGO \
    LONDONO VELEZ PARRA SOTO FUENTES CARRASCO TAPIA SEPULVEDA ARAYA BRAVO FIGUEROA MIRANDA CORTES NUNEZ \
    YANEZ IBARRA SALINAS CERVANTES ROSALES ESCOBAR";

const SYLLABLES: &[&str] = &[
    "BA", "BER", "CA", "CHI", "DO", "EL", "FI", "GAR", "GUE", "HU", "IN", "JA", "LA", "LEN", "LLO", "MAR",
    "MI", "NA", "NOR", "O", "PA", "PRI", "QUI", "RA", "RRE", "SAL", "SO", "TA", "TRI", "U", "VA", "VIL",
    "XO", "YA", "ZU",
];

const ARABIC: &str = "\
    MOHAMMED AHMAD ALI HUSSEIN HASSAN ABDULLAH IBRAHIM KHALID OMAR YUSUF MAHMOUD SAID MUSTAFA SALIM FAROUK \
    NASSER TARIQ ZAYD JAMAL KARIM HAMID RASHID MALIK BASHIR BILAL JABER WALID HAYTHAM SULEIMAN QASIM RIYAD";

const TRADES: &[&str] = &[
    "ACEROS",
    "AGRICOLA",
    "AVICOLA",
    "BANCO",
    "CAFETERA",
    "COMERCIALIZADORA",
    "CONSTRUCTORA",
    "DISTRIBUIDORA",
    "EDITORIAL",
    "FARMACEUTICA",
    "FRIGORIFICO",
    "GRUPO",
    "IMPORTADORA",
    "INDUSTRIAS",
    "INMOBILIARIA",
    "INVERSIONES",
    "LABORATORIOS",
    "LOGISTICA",
    "MINERA",
    "PESQUERA",
    "PETROLEOS",
    "SEGUROS",
    "SERVICIOS",
    "TEXTILES",
    "TRANSPORTES",
];

const PLACES: &[&str] = &[
    "ANDINA",
    "ATLANTICO",
    "BOGOTA",
    "CARIBE",
    "CENTRO",
    "COLOMBIA",
    "CUSCO",
    "DEL NORTE",
    "DEL SUR",
    "GLOBAL",
    "INTERNACIONAL",
    "LIMA",
    "MEXICO",
    "NACIONAL",
    "ORIENTE",
    "PACIFICO",
    "SANTIAGO",
    "VALPARAISO",
];

const FORMS: &[&str] = &["S.A.", "SAS", "LTDA", "S.A. DE C.V.", "S.R.L.", "EIRL", ""];

/// The word of a rank: one of the common ones, or one of many that are made of syllables.
fn word(common: &str, rank: usize) -> String {
    if let Some(word) = common.split_ascii_whitespace().nth(rank) {
        return word.to_owned();
    }
    let mut mixed = Chance(rank as u64);
    let syllables = 2 + mixed.below(3);
    (0..syllables).map(|_| mixed.of(SYLLABLES)).collect()
}

fn given(chance: &mut Chance) -> String {
    word(GIVEN, chance.rank(3_000, 4.0))
}

fn surname(chance: &mut Chance) -> String {
    word(SURNAMES, chance.rank(60_000, 8.0))
}

/// A person's given names and surnames.
fn person(chance: &mut Chance) -> [Vec<String>; 2] {
    let second = chance.percent(60).then(|| given(chance));
    let other = chance.percent(80).then(|| surname(chance));
    let given = [given(chance)].into_iter().chain(second).collect();
    let surnames = [surname(chance)].into_iter().chain(other).collect();
    [given, surnames]
}

fn organisation(chance: &mut Chance) -> String {
    let (trade, form) = (chance.of(TRADES), chance.of(FORMS));
    let own = surname(chance);
    let place = if chance.percent(50) { chance.of(PLACES) } else { "" };
    format!("{trade} {own} {place} {form}")
}

fn listed_name(chance: &mut Chance) -> (NameKind, String) {
    match chance.below(100) {
        0..70 => {
            let [given, surnames] = person(chance).map(|words| words.join(" "));
            let comma = chance.percent(50);
            let text = if comma {
                format!("{surnames}, {given}")
            } else {
                format!("{given} {surnames}")
            };
            (NameKind::Person, text)
        }
        70..80 => {
            let names: Vec<_> = (0..2 + chance.below(2))
                .map(|_| word(ARABIC, chance.rank(2_000, 4.0)))
                .collect();
            let family = surname(chance);
            (NameKind::Person, format!("{} AL-{family}", names.join(" ")))
        }
        80..96 => (NameKind::Org, organisation(chance)),
        _ => (
            NameKind::Vessel,
            format!("{} {} {}", given(chance), surname(chance), chance.below(20)),
        ),
    }
}

/// Every other question is a listed name as others write it; the rest are strangers.
fn question(number: usize, listed: &[(NameKind, String)], chance: &mut Chance) -> (NameKind, String) {
    if number.is_multiple_of(2) {
        return if chance.percent(80) {
            let words = person(chance).concat();
            (NameKind::Person, words.join(" "))
        } else {
            (NameKind::Org, organisation(chance))
        };
    }
    let (kind, text) = &listed[chance.below(listed.len())];
    let (surnames, given) = text.split_once(", ").unwrap_or(("", text));
    let mut words: Vec<String> = [given, surnames]
        .iter()
        .flat_map(|part| part.split_ascii_whitespace())
        .map(str::to_owned)
        .collect();
    if *kind == NameKind::Person {
        vary(&mut words, chance);
    } else if chance.percent(50) {
        let last = words.len() - 1;
        slip(&mut words[last / 2], chance);
    }
    (*kind, words.join(" "))
}

/// Writes a person's name in another way.
fn vary(words: &mut Vec<String>, chance: &mut Chance) {
    let at = chance.below(words.len());
    match chance.below(8) {
        0 if words.len() > 2 => drop(words.pop()),
        1 if words.len() > 3 => drop(words.remove(1)),
        2 => words.rotate_left(1),
        3 => words[at].truncate(1),
        4 if words.len() > 2 => {
            let joined = words.remove(1);
            words[0].push_str(&joined);
        }
        5 => {
            words[at] = words[at]
                .replace('Z', "S")
                .replace('V', "B")
                .replace('Y', "I")
                .replace("LL", "Y")
        }
        6 => slip(&mut words[at], chance),
        _ => *words = words.iter().map(|word| word.to_lowercase()).collect(),
    }
}

/// A slip of the pen: a letter left out, doubled, or exchanged with the next.
fn slip(word: &mut String, chance: &mut Chance) {
    if word.len() < 5 || !word.is_ascii() {
        return;
    }
    let at = 1 + chance.below(word.len() - 2);
    let letter = word.remove(at);
    match chance.below(3) {
        0 => {}
        1 => word.insert(at, 'R'),
        _ => word.insert(at + 1, letter),
    }
}

//! The index against a comparison with every name, on made-up lists, and what it does with hostile questions.

use proptest::prelude::*;

use super::*;
use crate::names;

/// The score from which a name counts as found.
const MIN_SCORE: f64 = 0.5;

const GIVEN: &[&str] = &[
    "JUAN",
    "MARIA",
    "JOSE",
    "ANA",
    "LUIS",
    "CARMEN",
    "CARLOS",
    "XIMENA",
    "GUILLERMO",
    "HELENA",
    "VICENTE",
    "ROSA",
];

const SURNAMES: &[&str] = &[
    "GARCIA",
    "RODRIGUEZ",
    "LOPEZ",
    "DE LA CRUZ",
    "SAN MARTIN",
    "VALLEJO",
    "YAÑEZ",
    "HERNANDEZ",
    "FERNANDEZ",
    "SOTO",
    "GOMEZ",
    "PEREZ",
    "QUIROGA",
    "ZAPATA",
    "DOS SANTOS",
    "IBARRA",
];

const FIRMS: &[&str] = &[
    "ACEROS",
    "TRANSPORTES",
    "CAFETERA",
    "GRUPO",
    "NORTE",
    "SUR",
    "ANDINA",
    "PACIFICO",
];

/// SplitMix64: the same numbers every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).expect("below a usize")
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn person(&mut self) -> (String, String) {
        let (given, surnames) = (1 + self.below(2), 1 + self.below(2));
        let mut draw = |count, words| (0..count).map(|_| self.of(words)).collect::<Vec<_>>().join(" ");
        (draw(given, GIVEN), draw(surnames, SURNAMES))
    }

    fn listed(&mut self) -> (NameKind, String) {
        let (given, surnames) = self.person();
        match self.below(10) {
            0 => (
                NameKind::Org,
                format!("{} {} {} S.A.", self.of(FIRMS), surnames, self.of(FIRMS)),
            ),
            1 => (NameKind::Vessel, format!("{given} {}", self.below(30))),
            2..6 => (NameKind::Person, format!("{surnames}, {given}")),
            _ => (NameKind::Person, format!("{given} {surnames}")),
        }
    }

    /// The name as somebody else may write it.
    fn varied(&mut self, name: &str) -> String {
        let mut words: Vec<String> = name.split_ascii_whitespace().map(str::to_owned).collect();
        let at = self.below(words.len());
        match self.below(8) {
            0 => drop(words.remove(at)),
            1 => words[at].truncate(1),
            2 => words.rotate_left(1),
            3 => {
                words[at] = words[at]
                    .replace('Z', "S")
                    .replace('V', "B")
                    .replace("LL", "Y")
                    .replace('H', "")
            }
            4 => words[at] = words[at].replacen(['A', 'E', 'R'], "", 1),
            5 if words.len() > 1 => {
                let joined = words.remove(1);
                words[0].push_str(&joined);
            }
            _ => return name.to_lowercase(),
        }
        words.join(" ")
    }
}

fn index(names: &[(NameKind, String)]) -> Index {
    let mut builder = Builder::new();
    for (entry, (kind, name)) in (100..).zip(names) {
        builder.add(entry, *kind, name);
    }
    builder.build()
}

fn persons(names: &[&str]) -> Index {
    index(
        &names
            .iter()
            .map(|&name| (NameKind::Person, name.to_owned()))
            .collect::<Vec<_>>(),
    )
}

#[test]
fn almost_nobody_is_missed_whom_a_comparison_with_all_names_finds() {
    let (mut matches, mut missed) = (0, Vec::new());
    for seed in 0..4 {
        let mut chance = Chance(seed);
        let names: Vec<_> = (0..250).map(|_| chance.listed()).collect();
        let index = index(&names);
        for _ in 0..60 {
            let (kind, name) = &names[chance.below(names.len())];
            let asked = chance.varied(name);
            let found = index.search(&asked, *kind, MIN_SCORE);
            for number in 0..250 {
                let (_, listed_kind, listed) = index.name(number);
                let matched = names::compare(&asked, listed, *kind);
                if listed_kind == *kind && matched.soft && matched.score >= MIN_SCORE {
                    matches += 1;
                    if !found
                        .iter()
                        .any(|found| found.name == number && found.matched == matched)
                    {
                        missed.push(format!("{asked} / {listed}: {}", matched.rule));
                    }
                }
            }
        }
    }
    assert!(matches > 150, "{matches} matches prove nothing");
    assert!(
        missed.len() * 200 <= matches,
        "{} of {matches}: {missed:#?}",
        missed.len()
    );
}

#[test]
fn names_are_found_however_they_are_written() {
    let listed = [
        "GARCIA LOPEZ, JUAN CARLOS",
        "María DELACRUZ Soto",
        "José San Martín Ríos",
        "J. Quiroga",
        "MADONNA",
        "Ximena Vallejo Ibarra",
    ];
    let index = persons(&listed);
    for (asked, expected) in [
        ("juan garcía", 0),
        ("Juan Carlos García López", 0),
        ("J. C. García López", 0),
        ("Juan Carlos Garcia Lopes", 0),
        ("Juan Garica Lopez", 0),
        ("Maria de la Cruz Soto", 1),
        ("Jose Sanmartin Rios", 2),
        ("Juan Quiroga", 3),
        ("Madonna", 4),
        ("Jimena Ballejo", 5),
    ] {
        let found = index.search(asked, NameKind::Person, MIN_SCORE);
        let found: Vec<_> = found.iter().map(|found| index.name(found.name).2).collect();
        assert_eq!(found, [listed[expected]], "{asked}");
    }
}

#[test]
fn words_are_found_that_have_little_in_common() {
    const PERSON: NameKind = NameKind::Person;
    for (listed, asked, kind) in [
        // Short forms, by the table, by their ending and by their beginning.
        ("FRANCISCO SOTO", "Paco Soto", PERSON),
        ("PACO SOTO", "Francisco Soto", PERSON),
        ("ANA QUIROGA", "Anita Quiroga", PERSON),
        ("CARLITOS QUIROGA", "Carlos Quiroga", PERSON),
        ("VALENTINA JOSE", "José Valen", PERSON),
        // Another ending.
        (
            "CONSTRUCTORA VALENBER",
            "Constructora Valencia S.A.",
            NameKind::Org,
        ),
        ("ACEROS CHIQUI LTDA", "Aceros Chiquiya", NameKind::Org),
        // Letters that sound otherwise in front than within a word.
        ("SOYA JADO", "Soya Xodo", PERSON),
        // A word without vowels takes any.
        ("DRWYSH SOTO", "Darwish Soto", PERSON),
        ("MIZU PEDRO TRIOJAIN", "Mizu Triin", PERSON),
        // Words that are not alike, but close.
        ("QUIMAR TRIIN", "Quimar Trina", NameKind::Org),
        // Names that go by their first letters, and the servant of a name that a comma parts from it.
        ("LIBERATION TIGERS OF TAMIL EELAM", "LTTE", NameKind::Org),
        ("KCST", "Korean Committee for Space Technology", NameKind::Org),
        ("AZIZ, Abdul", "abdul aziz", PERSON),
        ("BASIR, Abdal", "abdal basir", PERSON),
        // Two words of the question that were joined with a slip.
        ("MARIA PAVATRIQUI", "María Pava Trixo", PERSON),
    ] {
        assert!(
            names::compare(asked, listed, kind).score >= MIN_SCORE,
            "{asked} {listed}"
        );
        let index = index(&[(kind, listed.to_owned())]);
        assert_eq!(index.search(asked, kind, MIN_SCORE).len(), 1, "{asked} {listed}");
    }
}

#[test]
fn a_joined_word_is_found_however_its_halves_are_written() {
    let (firsts, seconds) = (
        ["SAN", "ZAN", "ZZAN", "SSAN", "SANN"],
        ["MARTIN", "MARTYN", "MARTTIN", "MARRTIN", "MARTINN"],
    );
    let names: Vec<_> = firsts
        .iter()
        .flat_map(|first| seconds.map(|second| format!("JUAN {first} {second}")))
        .collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let found = persons(&names).search("Juan Sanmartin", NameKind::Person, MIN_SCORE);
    assert_eq!(found.len(), names.len());
}

#[test]
fn who_is_found_in_two_ways_is_found_once() {
    for (listed, asked) in [
        ("LTTE", "LTTE"),
        ("ABCD", "ABCD Bank Colombia Direct"),
        ("ABCD Bank Colombia Direct", "ABCD"),
    ] {
        let index = index(&[(NameKind::Org, listed.to_owned())]);
        let candidates = index.candidates(&Question::new(asked, NameKind::Org));
        assert_eq!(candidates, [0], "{asked} {listed}");
    }
}

#[test]
fn a_kind_is_asked_for_alone() {
    let names = [NameKind::Vessel, NameKind::Person, NameKind::Org].map(|kind| (kind, "ANA SOTO".to_owned()));
    let index = index(&names);
    assert_eq!(index.len(), 3);
    for (&(kind, _), entry) in names.iter().zip(100..) {
        let found = index.search("Ana Soto", kind, MIN_SCORE);
        assert_eq!(found.iter().map(|found| found.entry).collect::<Vec<_>>(), [entry]);
        assert_eq!(index.name(found[0].name), (entry, kind, "ANA SOTO"));
    }
}

#[test]
fn the_best_comes_first_and_equals_in_the_order_of_the_list() {
    let index = persons(&["Juan Soto", "Juan García Soto", "JUAN GARCIA", "Juan García"]);
    let found = index.search("Juan García", NameKind::Person, MIN_SCORE);
    let found: Vec<_> = found.iter().map(|found| found.name).collect();
    assert_eq!(found, [2, 3, 1]);
}

#[test]
fn the_same_list_and_question_give_the_same_answer() {
    let mut chance = Chance(9);
    let names: Vec<_> = (0..200).map(|_| chance.listed()).collect();
    let indexes = [index(&names), index(&names)];
    for (kind, name) in &names {
        let asked = Question::new(&chance.varied(name), *kind);
        let [one, other] = indexes.each_ref().map(|index| index.candidates(&asked));
        assert_eq!(one, other);
    }
}

#[test]
fn common_names_are_cut_off_where_they_lack_most() {
    let names: Vec<_> = (0..3_000)
        .map(|n| format!("Juan García {}", SURNAMES[n % SURNAMES.len()]))
        .collect();
    let mut names: Vec<_> = names.iter().map(String::as_str).collect();
    names.push("Juan García");
    let found = persons(&names).candidates(&Question::new("Juan García", NameKind::Person));
    assert_eq!((found.len(), found[0]), (1_000, 3_000));
}

#[test]
fn organisations_that_describe_themselves_otherwise_are_not_cut_off() {
    let names: Vec<_> = (0..500)
        .map(|_| (NameKind::Org, "Laboratorios Mimirre Lima".to_owned()))
        .collect();
    let found = index(&names).search("Laboratorios Lima Colombia", NameKind::Org, MIN_SCORE);
    assert_eq!(found.len(), names.len());
}

#[test]
fn an_index_of_nothing_finds_nothing() {
    let index = persons(&[]);
    assert!(index.is_empty() && index.search("Ana Soto", NameKind::Person, 0.0).is_empty());
    let index = persons(&["", "🙂", "de la", "J"]);
    assert_eq!(index.len(), 4);
    assert!(index.search("Ana Soto", NameKind::Person, MIN_SCORE).is_empty());
    assert_eq!(index.search("J", NameKind::Person, MIN_SCORE).len(), 1);
}

#[test]
fn hostile_questions_are_answered() {
    let mut chance = Chance(5);
    let index = index(&(0..500).map(|_| chance.listed()).collect::<Vec<_>>());
    let long = "JUAN GARCIA ".repeat(1_000);
    for text in [
        "",
        " ",
        "J",
        "J. J. J. J.",
        "🙂🙂",
        "de la los",
        "?",
        &long,
        &"x".repeat(10_000),
        &"A.".repeat(5_000),
    ] {
        for &kind in NameKind::ALL {
            assert!(index.candidates(&Question::new(text, kind)).len() <= index.len());
            index.search(text, kind, 0.0);
        }
    }
}

proptest! {
    #[test]
    fn any_name_is_found_by_itself(names in prop::collection::vec("\\PC{0,30}|[A-D ,.]{0,20}", 1..8)) {
        for &kind in NameKind::ALL {
            let listed: Vec<_> = names.iter().map(|name| (kind, name.clone())).collect();
            let index = index(&listed);
            for (number, name) in (0..).zip(&names) {
                let found = index.search(name, kind, MIN_SCORE);
                let same = names::compare(name, name, kind).soft;
                prop_assert_eq!(found.iter().any(|found| found.name == number), same, "{:?}", name);
            }
        }
    }
}

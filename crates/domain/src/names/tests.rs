//! The tables of `contract/latam-facts.md` §3.1, and what holds for any two texts.

use proptest::prelude::*;

use super::{NameKind::*, *};

/// Two names, whether they match softly, whether exactly.
const PERSONS: &[(&str, &str, bool, bool)] = &[
    ("José Núñez", "JOSE  NUNEZ", true, true),
    ("Jose\u{301} Nun\u{303}ez", "José Núñez", true, true),
    ("Pérez-Gómez, Ana", "ana perez gomez", true, true),
    ("GARCIA LOPEZ, JUAN", "Juan García López", true, true),
    ("Juan de la Cruz y Vega", "Juan Cruz Vega", true, true),
    ("GARCIA LOPEZ JUAN", "Juan García López", true, false),
    ("Juan Carlos Pérez Gómez", "Juan Pérez Gómez", true, false),
    ("Juan Carlos Pérez Gómez", "Juan Carlos Pérez", true, false),
    ("Juan Carlos Pérez Gómez", "Juan Pérez", true, false),
    ("PEREZ GOMEZ, Juan Carlos", "Juan Pérez", true, false),
    ("Jesús Vicente Ruiz Soto", "Vicente Ruiz Soto", true, false),
    ("J. C. Pérez Gómez", "Juan Carlos Pérez Gómez", true, false),
    ("Juan García L.", "Juan García López", true, false),
    ("E. García Vega", "Eduardo García Vega", true, false),
    ("Juan Delacruz", "Juan de la Cruz", true, false),
    ("José Sanmartín Ríos", "José San Martín Ríos", true, false),
    ("Juan Rodrigeuz", "Juan Rodríguez", true, false),
    ("Cecilia Rodríguez", "Cecilia Rodrígues", true, false),
    ("Ximena Vallejo", "Jimena Ballejo", true, false),
    ("Helena Yáñez", "Elena Llanes", true, false),
    ("Guillermo Rossi", "Gillermo Rosi", true, false),
    ("R0BERTO S0TO", "Roberto Soto", true, false),
    ("Pedro NU?EZ", "Pedro Núñez", true, false),
    ("Pedro NUÃ‘EZ", "Pedro Núñez", true, false),
    ("Pedro NU¥EZ", "Pedro Núñez", true, false),
    ("Pedro NUEZ", "Pedro Núñez", true, false),
    ("Ana GARC?A", "Ana García", true, false),
    ("Pepe Aguirre Soto", "José Aguirre Soto", true, false),
    ("Ma. del Carmen Ríos", "María del Carmen Ríos", true, false),
    ("María López de Ruiz", "María López", true, false),
    ("Владимир Петров", "Vladimir Petrov", true, true),
    ("AL-ZAWAHIRI, Ayman", "Ayman al Zawahiri", true, true),
    ("Carlos Ruiz Soto", "Carlitos Ruiz Soto", true, false),
    ("Sebastián Ruiz Soto", "Sebas Ruiz Soto", true, false),
    ("Nora Gómez Ruiz", "Nroa Gómez Ruiz", true, false),
    ("Sofía Pérez Flores", "Sofai Pérez Flores", true, false),
    ("Ana del Río Soto", "Ana Delrío Soto", true, false),
    ("Pedro NU&ntilde;EZ", "Pedro Núñez", true, false),
    ("María José Ruiz", "José María Ruiz", false, false),
    ("Mario Ruiz Soto", "María Ruiz Soto", false, false),
    ("Luis Ruiz Soto", "Luisa Ruiz Soto", false, false),
    ("Andrés Ruiz Soto", "Andrea Ruiz Soto", false, false),
    ("Marta Ruiz Soto", "María Ruiz Soto", false, false),
    ("Juan Fernández Soto", "Juan Hernández Soto", false, false),
    ("Ana López García", "Rosa López García", false, false),
    ("María Fernanda López", "María Camila López", false, false),
    ("Juan Pérez Gómez", "Juan Pérez Díaz", false, false),
    ("Juan Carlos Pérez", "Juan Pablo Pérez", false, false),
    ("Juan Pérez Gómez", "Juan Díaz Pérez", false, false),
    ("Vicente Ruiz", "Jesús Vicente Ruiz", false, false),
    ("Carlos Gómez", "Juan Carlos Pérez Gómez", false, false),
    ("García López", "Juan García López", false, false),
    ("J. García", "Juan García López", false, false),
    ("Juan", "Juan García", false, false),
    // Names from elsewhere: spellings, scripts, chains.
    ("Mohammed Hussein", "Muhammad Husayn", true, false),
    ("Abd al-Rahman Yasin", "Abdurrahman Yassin", true, false),
    ("YASIN, Abdul Rahman", "Abdel Rahman Yaseen", true, false),
    ("AL-KARMUSH, Muwaffaq", "Muwafaq el Kharmoush", true, false),
    ("Usama bin Ladin", "LADIN, Usama", true, true),
    ("Kim Jong Un", "KIM, Chong-un", true, false),
    ("Kim Jong-un", "Kim Jongun", true, false),
    ("KIM, Jihyeon", "Kim Chi-hyon", true, false),
    ("Park Gun-oo", "PAK, Geonu", true, false),
    ("Shakir al-Qahtani", "Shakeer Alqahtane", true, false),
    ("Saiful Islam Khateeb", "سيف الإسلام خطيب", true, false),
    ("LUKASHENKA, Viktar Henadzevich", "Viktor Lukashenko", true, false),
    ("SOUSSOU, Habib", "HABIB, Soussou", true, false),
    ("Yevgeniy Prigozhin", "PRIGOZHIN, Evgeny Viktorovich", true, false),
    ("Sergey Shcherbakov", "Сергей Щербаков", true, false),
    ("محمد حسين", "Mohamed Hussain", true, false),
    ("عبد الله حسن", "Abdallah Hassan", true, false),
    ("김정은", "Kim Jong Un", true, false),
    ("KHAN, Mullah Ahmad", "Ahmed Khan", true, false),
    (
        "AL-TIKRITI, Walid Hamid Tawfiq",
        "AL-NASIRI, Walid Hamid Tawfiq",
        true,
        false,
    ),
    // Names at home in several places, as each of them writes it.
    ("OMAR MAHMOUD UTHMAN", "Umar Uthman", true, false),
    ("HANIYEH, Ismail", "Ismael Haniya", true, false),
    ("Ihar Shunevich", "SHUNEVICH, Igor Anatolievich", true, false),
    ("DMUKHAYLA, Alena Mikalaeuna", "Elena Dmukhaila", true, false),
    ("Omar Ruiz Soto", "Omar Ruiz Mena", false, false),
    ("Hassan Nasrallah", "Hussein Nasrallah", false, false),
    (
        "Arkady Romanovich Rotenberg",
        "Boris Romanovich Rotenberg",
        false,
        false,
    ),
    ("Kim Jong Un", "Kim Jong Il", false, false),
    ("Thamir Hamza al-Safadi", "Thamir Hamza al-Rifai", false, false),
    ("Sergei Ivanov", "Sergei Petrov", false, false),
    // Fathers and sons.
    ("João Silva Souza Filho", "João Silva Souza", true, false),
    ("Juan García Soto, Jr.", "GARCIA SOTO, Juan", true, false),
    ("", "", false, false),
    ("?!", "...", false, false),
];

const OTHERS: &[(NameKind, &str, &str, bool, bool)] = &[
    (Org, "Aceros del Sur, S.A.", "ACEROS DEL SUR SA", true, true),
    (
        Org,
        "Aceros del Sur S. de R.L. de C.V.",
        "Aceros del Sur",
        true,
        false,
    ),
    (Org, "Sur Aceros Ltda.", "Aceros Sur SAS", true, false),
    (Org, "Transportes Andinos", "Trasportes Andinos", true, false),
    (Org, "Aceros del Sur", "Aceros del Norte", false, false),
    (Org, "Aceros del Sur", "Aceros", false, false),
    (Org, "SAS", "S.A.S.", true, true),
    (Org, "Grupo Aceros del Sur", "Aceros del Sur SA", true, false),
    (
        Org,
        "Rajah Solaiman Movement (RSM)",
        "Rajah Sulayman Movement",
        true,
        false,
    ),
    (Org, "Banco Kalinka", "Kalinka Bank PJSC", true, false),
    (Org, "J & M Ruiz Ltda.", "J and M Ruiz", true, false),
    (Org, "Ruiz Soto S.A.", "Ruiz Soto de Colombia S.A.", true, false),
    (
        Org,
        "Transportes Ruiz Chile",
        "Transportes Ruiz Perú",
        false,
        false,
    ),
    (Org, "Banco de Chile", "Banco del Perú", false, false),
    (Org, "Volga Private Military Center", "PMC Volga", true, false),
    (Org, "Inversiones Andina", "Transportes Andina", false, false),
    (Org, "Al-Aqsa Foundation", "Al Aqsa Society", true, false),
    (Org, "Grupo Salazar", "Banco Salazar Internacional", false, false),
    (Org, "Avícola Morales", "Agrícola Morales", false, false),
    (
        Org,
        "Minera Altamira Nacional",
        "Minera Altamira Regional",
        false,
        false,
    ),
    (
        Org,
        "Quinta División Andina",
        "Cuarta División Andina",
        false,
        false,
    ),
    (
        Org,
        "Textiles Sierra Azul Central",
        "Textiles Sierra Azul Oriental",
        false,
        false,
    ),
    (Org, "Torre 7 Consultores", "Torre 8 Consultores", false, false),
    (Org, "Torre Consultores", "Torre 8 Consultores", false, false),
    (Vessel, "MT ESTRELLA II", "Estrella 2", true, false),
    (Vessel, "ESTRELLA 05", "Estrella No. 5", true, false),
    (Vessel, "ESTRELLA V", "Estrella 6", false, false),
    (Vessel, "Virgen del Valle 7", "VIRGENDELVALLE 7", true, false),
    (Vessel, "SANA RITA 3", "SANTA RITA 3", true, false),
    (Vessel, "ESTRELLA", "ESTRELLA 2", false, false),
    (Vessel, "M/V Alta Mar 1", "MV ALTA MAR 1", true, true),
    (Vessel, "ALTA MAR 1", "ALTAMAR 1", true, false),
    (Vessel, "ALTA MAR 1", "ALTA MAR 2", false, false),
];

#[test]
fn names_match_as_the_tables_say() {
    let persons = PERSONS
        .iter()
        .map(|&(a, b, soft, exact)| (Person, a, b, soft, exact));
    let wrong: Vec<_> = persons
        .chain(OTHERS.iter().copied())
        .map(|(kind, a, b, soft, exact)| (a, b, soft, exact, compare(a, b, kind)))
        .filter(|(_, _, soft, exact, found)| (found.soft, found.exact) != (*soft, *exact))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_more_is_missing_the_lower_the_score() {
    let score = |b| compare("Juan Carlos Pérez Gómez", b, Person).score;
    assert!(score("Juan Pérez Gómez") > score("Juan Carlos Pérez"));
    assert!(score("Juan Carlos Pérez") > score("Juan Pérez"));
    assert_eq!(
        compare("Juan Pérez", "Juan Carlos Pérez Gómez", Person).rule,
        "missing_parts"
    );
}

#[test]
fn near_misses_stand_above_strangers() {
    let score = |a, b| compare(a, b, Person).score;
    let sibling = score("Ana López García", "Rosa López García");
    assert!(sibling > score("Ana López García", "Rosa López Mena"));
    assert!(score("Ana López García", "Rosa López Mena") > score("Ana López García", "Iván Rueda Mena"));
    assert!(score("Juan Carlos Pérez", "Juan Pérez Gómez") < THRESHOLD);
}

#[test]
fn an_explanation_tells_which_word_was_taken_for_which() {
    let [a, b] = ["Pérez Gómez, Pepe", "José San Perez"].map(|name| Name::new(name, Person));
    let explained = a.explain(&b);
    let pairs: Vec<_> = explained
        .taken
        .iter()
        .map(|taken| (taken.first.as_str(), taken.second.as_str(), taken.why))
        .collect();
    assert_eq!(
        pairs,
        [("PEPE", "JOSE", "short_form"), ("PEREZ", "PEREZ", "same")]
    );
    assert_eq!(
        (explained.only_first, explained.only_second),
        (vec!["GOMEZ".to_owned()], vec!["SAN".to_owned()])
    );
}

#[test]
fn spellings_that_are_alike_by_sound_share_a_key() {
    for (a, b) in [
        ("MUHAMMAD", "MOHAMED"),
        ("HUSSEIN", "HUSAYN"),
        ("RODRIGUEZ", "RODRIGUES"),
        ("XIMENA", "JIMENA"),
        ("YEVGENIY", "EVGENY"),
        ("JONG", "CHONG"),
        ("VALLEJO", "BALLEJO"),
    ] {
        assert_eq!(sound(a), sound(b), "{a} {b}");
    }
}

#[test]
fn hostile_names_cost_no_time() {
    let long = "Ñandú ".repeat(2_000);
    let letters = "a b c d e f g h i j k l m n o p q r s t u v w x y z";
    for name in [
        long.as_str(),
        letters,
        "👻👻👻",
        "de la del",
        "x",
        "ال",
        "김",
        &"ll".repeat(5_000),
    ] {
        for kind in [Person, Org, Vessel] {
            let found = compare(name, letters, kind);
            assert!((0.0..=1.0).contains(&found.score) && !found.score.is_nan());
        }
    }
}

#[test]
fn one_word_answers_for_a_part_alone() {
    assert!(compare_part("Juan", "Juan Carlos").soft && compare_part("Pérez Gómez", "Perez").soft);
    assert!(!compare_part("Carlos", "Juan Carlos").soft && !compare_part("Juan Pablo", "Juan Carlos").soft);
}

#[test]
fn folding_and_words() {
    assert_eq!(fold(" Muñoz,  D’Angelo—Ångström ß "), "MUNOZ DANGELO ANGSTROM SS");
    assert_eq!(fold("CONCEIÃ‡ÃƒO"), "CONCEICAO");
    assert_eq!(
        tokens("María de los Ángeles Costa e Silva", Person),
        ["MARIA", "ANGELES", "COSTA", "SILVA"]
    );
    assert_eq!(
        tokens("C.I. OKCOFFEE Colombia S.A.S.", Org),
        ["CI", "OKCOFFEE", "COLOMBIA"]
    );
    assert_eq!(tokens("De La", Person), ["DE", "LA"]);
    assert!(tokens(&"A ".repeat(5_000), Person).len() <= 20);
}

proptest! {
    #[test]
    fn any_two_texts_compare_alike_both_ways(a in "\\PC{0,60}|[A-F ,.?Ã]{0,60}", b in "\\PC{0,60}|[A-F ,.?Ã]{0,60}") {
        for kind in [Person, Org, Vessel] {
            let found = compare(&a, &b, kind);
            prop_assert_eq!(found, compare(&b, &a, kind));
            prop_assert_eq!(found.soft, found.score >= THRESHOLD);
            prop_assert!((0.0..=1.0).contains(&found.score) && found.soft >= found.exact);
            prop_assert!(compare(&a, &a, kind).exact || tokens(&a, kind).is_empty());
        }
        prop_assert!(fold(&a).bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b' '));
        prop_assert_eq!(fold(&fold(&a)), fold(&a));
    }
}

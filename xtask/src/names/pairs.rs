//! Labelled pairs of names by our own rules: what one person, company or ship is called, and who else there is.

use super::{
    draw::{Dice, half},
    pools,
};

/// Two names and whether they are one's.
#[derive(Debug, Clone)]
pub struct Pair {
    /// `person`, `org` or `vessel`.
    pub kind: &'static str,
    /// The class of the pair, for the report.
    pub class: &'static str,
    /// Whether the two are one's.
    pub same: bool,
    /// One name.
    pub first: String,
    /// The other name.
    pub second: String,
}

/// Pairs of each class.
const EACH: usize = 150;

/// A whole person: two given names, two surnames.
struct Person<'a> {
    given: [&'a str; 2],
    surnames: [&'a str; 2],
}

struct Pools {
    men: Vec<&'static str>,
    women: Vec<&'static str>,
    surnames: Vec<&'static str>,
    particles: Vec<&'static str>,
    aside: bool,
}

impl Pools {
    fn person(&self, dice: &mut Dice) -> Person<'static> {
        let pool = if dice.below(2) == 0 {
            &self.men
        } else {
            &self.women
        };
        let mut surnames = dice.two(&self.surnames);
        if dice.below(8) == 0 {
            surnames[dice.below(2)] = dice.one(&self.particles);
        }
        Person {
            given: dice.two(pool),
            surnames,
        }
    }
}

impl Person<'_> {
    fn full(&self) -> String {
        format!(
            "{} {} {} {}",
            self.given[0], self.given[1], self.surnames[0], self.surnames[1]
        )
    }

    /// How a person of two or four words is called in a registry.
    fn usual(&self, dice: &mut Dice) -> String {
        match dice.below(3) {
            0 => format!("{} {} {}", self.given[0], self.surnames[0], self.surnames[1]),
            _ => self.full(),
        }
    }
}

/// A rule that makes a pair of a person.
type Rule = fn(&Pools, &mut Dice) -> (String, String);

const SAME: &[(&str, Rule)] = &[
    ("case, accents, marks", |pools, dice| {
        let name = pools.person(dice).usual(dice);
        (name.clone(), plain(&name))
    }),
    ("comma form", |pools, dice| {
        let p = pools.person(dice);
        let comma = format!(
            "{} {}, {} {}",
            p.surnames[0], p.surnames[1], p.given[0], p.given[1]
        );
        (p.full(), comma.to_uppercase())
    }),
    ("surnames first", |pools, dice| {
        let p = pools.person(dice);
        if dice.below(2) == 0 {
            return (
                format!("{} {}", p.given[0], p.surnames[0]),
                format!("{} {}", p.surnames[0], p.given[0]),
            );
        }
        let turned = format!(
            "{} {} {} {}",
            p.surnames[0], p.surnames[1], p.given[0], p.given[1]
        );
        (p.full(), plain(&turned))
    }),
    ("missing second given name", |pools, dice| {
        let p = pools.person(dice);
        (
            p.full(),
            format!("{} {} {}", p.given[0], p.surnames[0], p.surnames[1]),
        )
    }),
    ("missing second surname", |pools, dice| {
        let p = pools.person(dice);
        (
            p.full(),
            format!("{} {} {}", p.given[0], p.given[1], p.surnames[0]),
        )
    }),
    ("missing both", |pools, dice| {
        let p = pools.person(dice);
        let short = match dice.below(3) {
            0 => format!("{}, {}", p.surnames[0], p.given[0]),
            _ => format!("{} {}", p.given[0], p.surnames[0]),
        };
        (p.full(), short)
    }),
    ("initials", |pools, dice| {
        let p = pools.person(dice);
        let initial = |word: &str| word.chars().next().unwrap_or('X').to_string();
        let short = match dice.below(3) {
            0 => format!(
                "{}. {}. {} {}",
                initial(p.given[0]),
                initial(p.given[1]),
                p.surnames[0],
                p.surnames[1]
            ),
            1 => format!(
                "{} {}. {} {}",
                p.given[0],
                initial(p.given[1]),
                p.surnames[0],
                p.surnames[1]
            ),
            _ => format!(
                "{} {} {}.",
                p.given[0],
                p.surnames[0],
                initial(p.surnames[1].trim_start_matches(|c: char| !c.is_uppercase()))
            ),
        };
        (p.full(), short)
    }),
    ("particles, joined", |pools, dice| {
        let p = pools.person(dice);
        let surname = dice.one(&pools.particles);
        let other = match dice.below(3) {
            0 => surname.replace(' ', ""),
            1 => surname.rsplit(' ').next().unwrap_or(surname).to_owned(),
            _ => surname.to_uppercase(),
        };
        (
            format!("{} {} {}", p.given[0], surname, p.surnames[0]),
            format!("{} {} {}", p.given[0], other, p.surnames[0]),
        )
    }),
    ("typo of one letter", |pools, dice| {
        let name = pools.person(dice).usual(dice);
        let other = spoil(&name, dice, slip);
        (name, other)
    }),
    ("spelt by ear", |pools, dice| {
        let name = pools.person(dice).usual(dice);
        let other = spoil(&name, dice, by_ear);
        (name, other)
    }),
    ("broken ñ", |pools, dice| {
        let eñe: Vec<_> = pools
            .surnames
            .iter()
            .copied()
            .filter(|name| name.contains('ñ'))
            .collect();
        let p = pools.person(dice);
        let surname = dice.one(&eñe);
        let broken = dice.one(&["?", "Ã±", "", "#", "\u{FFFD}", "n", "¤"]);
        (
            format!("{} {} {}", p.given[0], surname, p.surnames[0]),
            format!(
                "{} {} {}",
                p.given[0],
                surname.replace('ñ', broken),
                p.surnames[0]
            ),
        )
    }),
    ("read by machine", |pools, dice| {
        let name = plain(&pools.person(dice).usual(dice));
        let read = name
            .replacen('O', "0", 1)
            .replacen('I', "1", usize::from(dice.below(2) == 0));
        (
            name.clone(),
            if read == name {
                name.replacen('E', "F", 1)
            } else {
                read
            },
        )
    }),
    ("short forms", |pools, dice| {
        let forms = half(pools::SHORT_FORMS, ' ', pools.aside);
        let (short, long) = dice.one(&forms).split_once('=').unwrap_or_default();
        let p = pools.person(dice);
        (
            format!("{long} {} {}", p.surnames[0], p.surnames[1]),
            format!("{short} {} {}", p.surnames[0], p.surnames[1]),
        )
    }),
    ("married name", |pools, dice| {
        let given = dice.two(&pools.women);
        let p = pools.person(dice);
        (
            format!("{} {} de {}", given[0], p.surnames[0], p.surnames[1]),
            format!("{} {}", given[0], p.surnames[0]),
        )
    }),
    ("surnames first and a part missing", |pools, dice| {
        let p = pools.person(dice);
        let other = format!("{} {} {}", p.surnames[0], p.surnames[1], p.given[0]);
        (p.full(), plain(&other))
    }),
    ("a part missing and a slip", |pools, dice| {
        let p = pools.person(dice);
        let short = format!("{} {}", p.given[0], p.surnames[0]);
        let rule = if dice.below(2) == 0 { slip } else { by_ear };
        (p.full(), spoil(&short, dice, rule))
    }),
    ("Arabic spellings", |pools, dice| {
        let [given, servant] =
            [pools::ARABIC_GIVEN, pools::ARABIC_SERVANTS].map(|pool| half(pool, '|', pools.aside));
        let mut names = if dice.below(3) == 0 {
            vec![dice.one(&servant)]
        } else {
            vec![dice.one(&given)]
        };
        if dice.below(2) == 0 {
            names.push(dice.one(&given));
        }
        let families = half(pools::ARABIC_FAMILY, '|', pools.aside);
        spellings(&names, dice.one(&families), false, dice)
    }),
    ("Russian spellings", |pools, dice| {
        let [given, middle, family] = [
            pools::RUSSIAN_GIVEN,
            pools::RUSSIAN_PATRONYMIC,
            pools::RUSSIAN_FAMILY,
        ]
        .map(|pool| half(pool, '|', pools.aside));
        let mut names = vec![dice.one(&given)];
        if dice.below(2) == 0 {
            names.push(dice.one(&middle));
        }
        spellings(&names, dice.one(&family), false, dice)
    }),
    ("Korean spellings", |pools, dice| {
        let [family, given] =
            [pools::KOREAN_FAMILY, pools::KOREAN_GIVEN].map(|pool| half(pool, '|', pools.aside));
        spellings(&[dice.one(&given)], dice.one(&family), true, dice)
    }),
];

const OTHERS: &[(&str, Rule)] = &[
    ("siblings", |pools, dice| {
        let p = pools.person(dice);
        let pool = if dice.below(2) == 0 {
            &pools.men
        } else {
            &pools.women
        };
        let given = dice.two(pool);
        let surnames = format!("{} {}", p.surnames[0], p.surnames[1]);
        (
            format!("{} {surnames}", given[0]),
            format!("{} {surnames}", given[1]),
        )
    }),
    ("siblings of two given names", |pools, dice| {
        let (p, q) = (pools.person(dice), pools.person(dice));
        let surnames = format!("{} {}", p.surnames[0], p.surnames[1]);
        if p.given[0] == q.given[0]
            || p.given[1] == q.given[1]
            || p.given[0] == q.given[1]
            || p.given[1] == q.given[0]
        {
            return (format!("Eva {surnames}"), format!("Irma {surnames}"));
        }
        (
            format!("{} {} {surnames}", p.given[0], p.given[1]),
            format!("{} {} {surnames}", q.given[0], q.given[1]),
        )
    }),
    ("parent and child, homonyms", |pools, dice| {
        let p = pools.person(dice);
        let second = dice.two(&pools.surnames);
        let head = match dice.below(2) {
            0 => format!("{} {}", p.given[0], p.surnames[0]),
            _ => format!("{} {} {}", p.given[0], p.given[1], p.surnames[0]),
        };
        (format!("{head} {}", second[0]), format!("{head} {}", second[1]))
    }),
    ("other second given name", |pools, dice| {
        let given = dice.two(&pools.men);
        let other = pools
            .men
            .iter()
            .copied()
            .filter(|name| !given.contains(name))
            .collect::<Vec<_>>();
        let p = pools.person(dice);
        let tail = match dice.below(2) {
            0 => p.surnames[0].to_owned(),
            _ => format!("{} {}", p.surnames[0], p.surnames[1]),
        };
        (
            format!("{} {} {tail}", given[0], given[1]),
            format!("{} {} {tail}", given[0], dice.one(&other)),
        )
    }),
    ("other sex, near given name", |pools, dice| {
        let p = pools.person(dice);
        let near = half(pools::NEIGHBOURS, ' ', pools.aside);
        let (one, other) = dice.one(&near).split_once('=').unwrap_or_default();
        let tail = format!("{} {}", p.surnames[0], p.surnames[1]);
        (format!("{one} {tail}"), format!("{other} {tail}"))
    }),
    ("María José, José María", |pools, dice| {
        let p = pools.person(dice);
        (
            format!("María José {} {}", p.surnames[0], p.surnames[1]),
            format!("José María {} {}", p.surnames[0], p.surnames[1]),
        )
    }),
    ("near surname", |pools, dice| {
        let p = pools.person(dice);
        let near = half(pools::NEAR_SURNAMES, ' ', pools.aside);
        let (one, other) = dice.one(&near).split_once('=').unwrap_or_default();
        (
            format!("{} {one} {}", p.given[0], p.surnames[1]),
            format!("{} {other} {}", p.given[0], p.surnames[1]),
        )
    }),
    ("one surname in common", |pools, dice| {
        let (p, q) = (pools.person(dice), pools.person(dice));
        (
            p.usual(dice),
            format!("{} {} {}", q.given[1], p.surnames[0], q.surnames[1]),
        )
    }),
    ("given names in common", |pools, dice| {
        let p = pools.person(dice);
        let others = [dice.two(&pools.surnames), dice.two(&pools.surnames)];
        let free = |pair: [&str; 2]| pair.iter().all(|name| !p.surnames.contains(name));
        let other = others
            .into_iter()
            .find(|pair| free(*pair))
            .unwrap_or(["Ávalos", "Ontiveros"]);
        (
            p.full(),
            format!("{} {} {} {}", p.given[0], p.given[1], other[0], other[1]),
        )
    }),
    ("a given name taken for a surname", |pools, dice| {
        let p = pools.person(dice);
        (p.full(), format!("{} {}", p.given[1], p.surnames[1]))
    }),
    ("strangers", |pools, dice| {
        (pools.person(dice).usual(dice), pools.person(dice).usual(dice))
    }),
    ("Arabic, another given name", |pools, dice| {
        let given = half(pools::ARABIC_GIVEN, '|', pools.aside);
        let family = half(pools::ARABIC_FAMILY, '|', pools.aside);
        let [one, other] = dice.two(&given);
        let shown = dice.one(&family);
        let (first, _) = spellings(&[one], shown, false, dice);
        let (second, _) = spellings(&[other], shown, false, dice);
        (first, second)
    }),
];

const COMPANIES: &[(&str, bool, Rule)] = &[
    ("legal form", true, |pools, dice| {
        let name = company(pools, dice);
        let forms = half(pools::FORMS, '|', pools.aside);
        (format!("{name}, {}", dice.one(&forms)), name.to_uppercase())
    }),
    ("another legal form", true, |pools, dice| {
        let name = company(pools, dice);
        let forms = half(pools::FORMS, '|', pools.aside);
        let [one, other] = dice.two(&forms);
        (format!("{name} {one}"), format!("{name} {other}"))
    }),
    ("company with a typo", true, |pools, dice| {
        let name = company(pools, dice);
        let other = spoil(&name, dice, slip);
        (name, other)
    }),
    ("company, words turned", true, |pools, dice| {
        let name = company(pools, dice);
        let turned = name
            .split_once(' ')
            .map_or(name.clone(), |(head, tail)| format!("{tail} {head}"));
        (format!("{name} S.A."), turned)
    }),
    ("another side", false, |pools, dice| {
        let sides = half(pools::SIDES, ' ', pools.aside);
        let (one, other) = dice.one(&sides).split_once('=').unwrap_or_default();
        let name = company(pools, dice);
        (
            format!("{name} del {one} S.A."),
            format!("{name} del {other} S.A."),
        )
    }),
    ("another company of the trade", false, |pools, dice| {
        let does = half(pools::DOES, ' ', pools.aside);
        let [one, other] = dice.two(&half(pools::WHICH, ' ', pools.aside));
        let does = dice.one(&does);
        (format!("{does} {one} S.A."), format!("{does} {other} S.A."))
    }),
    ("another trade", false, |pools, dice| {
        let [one, other] = dice.two(&half(pools::DOES, ' ', pools.aside));
        let which = half(pools::WHICH, ' ', pools.aside);
        let which = dice.one(&which);
        (format!("{one} {which} S.A.S."), format!("{other} {which} S.A.S."))
    }),
    ("company with another number", false, |pools, dice| {
        let (name, number) = (company(pools, dice), dice.below(8) + 2);
        (format!("{name} {number}"), format!("{name} {}", number + 1))
    }),
];

const SHIPS: &[(&str, bool, Rule)] = &[
    ("mark of the ship", true, |pools, dice| {
        let name = ship(pools, dice);
        (format!("M/V {name}"), name.to_uppercase())
    }),
    ("ship with a typo", true, |pools, dice| {
        let name = format!("{} {}", ship(pools, dice), dice.below(8) + 2);
        let other = spoil(&name, dice, slip);
        (name, other)
    }),
    ("ship, joined", true, |pools, dice| {
        let name = ship(pools, dice);
        (format!("{name} 7"), format!("{} 7", name.replace(' ', "")))
    }),
    ("ship with another number", false, |pools, dice| {
        let (name, number) = (ship(pools, dice), dice.below(8) + 2);
        (format!("{name} {number}"), format!("{name} {}", number + 1))
    }),
    ("another ship", false, |pools, dice| {
        let [one, other] = dice.two(&half(pools::SHIPS, '|', pools.aside));
        (one.to_owned(), other.to_owned())
    }),
];

/// All pairs of a half.
pub fn all(aside: bool) -> Vec<Pair> {
    let pools = Pools {
        men: half(pools::MEN, ' ', aside),
        women: half(pools::WOMEN, ' ', aside),
        surnames: half(pools::SURNAMES, ' ', aside),
        particles: half(pools::PARTICLES, '|', aside),
        aside,
    };
    let persons = SAME.iter().map(|&(class, rule)| ("person", class, true, rule));
    let others = OTHERS.iter().map(|&(class, rule)| ("person", class, false, rule));
    let companies = COMPANIES
        .iter()
        .map(|&(class, same, rule)| ("org", class, same, rule));
    let ships = SHIPS
        .iter()
        .map(|&(class, same, rule)| ("vessel", class, same, rule));
    let mut dice = Dice::new(if aside { 2 } else { 1 });
    let mut pairs = Vec::new();
    for (kind, class, same, rule) in persons.chain(others).chain(companies).chain(ships) {
        for _ in 0..EACH {
            let (first, second) = rule(&pools, &mut dice);
            pairs.push(Pair {
                kind,
                class,
                same,
                first,
                second,
            });
        }
    }
    pairs
}

fn company(pools: &Pools, dice: &mut Dice) -> String {
    let [one, other] = dice.two(&half(pools::WHICH, ' ', pools.aside));
    let does = half(pools::DOES, ' ', pools.aside);
    match dice.below(2) {
        0 => format!("{} {one}", dice.one(&does)),
        _ => format!("{} {one} {other}", dice.one(&does)),
    }
}

fn ship(pools: &Pools, dice: &mut Dice) -> String {
    dice.one(&half(pools::SHIPS, '|', pools.aside)).to_owned()
}

/// Two spellings of a name, each word drawn from its group; the last of a group is in its own script, and a name is
/// in one script.
fn spellings(given: &[&str], family: &str, family_first: bool, dice: &mut Dice) -> (String, String) {
    let mut spell = |own_script: bool| {
        let mut pick = |group: &str| {
            let all: Vec<_> = group.split('=').collect();
            let place = if own_script {
                all.len() - 1
            } else {
                dice.below(all.len() - 1)
            };
            all[place].to_owned()
        };
        let given: Vec<_> = given.iter().map(|group| pick(group)).collect();
        (given.join(" "), pick(family))
    };
    let (first, second) = (spell(false), spell(false));
    let own = spell(true);
    let second = if dice.below(4) == 0 { own } else { second };
    let mut write = |(given, family): (String, String)| match dice.below(3) {
        _ if family_first => format!("{family} {given}"),
        0 if family.is_ascii() => format!("{}, {given}", family.to_uppercase()),
        _ => format!("{given} {family}"),
    };
    (write(first), write(second))
}

/// Capitals without accents, and here and there a hyphen's blank.
fn plain(name: &str) -> String {
    const FROM: &str = "ÁÉÍÓÚÜÑÇÃÕÊ";
    const TO: &str = "AEIOUUNCAOE";
    let upper = name.to_uppercase();
    let one = |c| {
        FROM.chars()
            .zip(TO.chars())
            .find(|(from, _)| *from == c)
            .map_or(c, |(_, to)| to)
    };
    upper.chars().map(one).collect()
}

/// Applies a rule to a word of at least five letters.
fn spoil(name: &str, dice: &mut Dice, rule: fn(&str, &mut Dice) -> String) -> String {
    let mut words: Vec<String> = plain(name).split(' ').map(str::to_owned).collect();
    let long: Vec<usize> = (0..words.len()).filter(|&i| words[i].len() >= 5).collect();
    if let Some(&place) = long.get(dice.below(long.len())) {
        words[place] = rule(&words[place], dice);
    }
    words.join(" ")
}

/// One letter left out, doubled, exchanged or swapped with the next, but not the first one.
fn slip(word: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + dice.below(letters.len().saturating_sub(2));
    match dice.below(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters[at] = char::from(b'A' + u8::try_from(dice.below(26)).unwrap_or(0)),
        _ => letters.swap(at - 1, at),
    }
    letters.into_iter().collect()
}

/// Another spelling of the same sound.
fn by_ear(word: &str, dice: &mut Dice) -> String {
    const SOUNDS: &[(&str, &str)] = &[
        ("V", "B"),
        ("B", "V"),
        ("Z", "S"),
        ("S", "Z"),
        ("CE", "SE"),
        ("CI", "SI"),
        ("GE", "JE"),
        ("GI", "JI"),
        ("LL", "Y"),
        ("Y", "LL"),
        ("H", ""),
        ("RR", "R"),
        ("X", "J"),
        ("QU", "K"),
        ("N", "NN"),
        ("S", "SS"),
        ("L", "LL"),
    ];
    let fitting: Vec<_> = SOUNDS.iter().filter(|(from, _)| word.contains(from)).collect();
    match fitting.get(dice.below(fitting.len())) {
        Some((from, to)) => word.replacen(from, to, 1),
        None => slip(word, dice),
    }
}

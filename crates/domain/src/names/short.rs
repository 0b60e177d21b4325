//! Short forms of given names: those that have to be known, and those that follow a rule.

use super::{heard::Heard, known::is_given};

/// Short forms and abbreviations in common use, sorted, and what they may stand for.
#[rustfmt::skip]
const SHORT_FORMS: &[(&str, &[&str])] = &[
    ("ADRI", &["ADRIAN", "ADRIANA"]), ("AGUS", &["AGUSTIN", "AGUSTINA"]), ("ALE", &["ALEJANDRO", "ALEJANDRA"]),
    ("ALEJA", &["ALEJANDRA"]), ("ALEJO", &["ALEJANDRO"]),
    ("ALEX", &["ALEJANDRO", "ALEJANDRA", "ALEXANDER", "ALEXANDRE", "ALEXANDRA", "ALEXIS"]),
    ("ANDI", &["ANDRES"]), ("ANGE", &["ANGELA"]), ("ANGIE", &["ANGELA", "ANGELICA"]), ("ANTO", &["ANTONIO"]),
    ("BEA", &["BEATRIZ"]), ("BENJA", &["BENJAMIN"]), ("BERNA", &["BERNARDO", "BERNARDA"]),
    ("BERTO", &["ALBERTO", "ROBERTO"]),
    ("BETO", &["ALBERTO", "ROBERTO", "HUMBERTO", "GILBERTO", "NORBERTO", "HERIBERTO"]),
    ("BETTY", &["BEATRIZ", "ELIZABETH"]), ("BETY", &["BEATRIZ", "ELIZABETH"]), ("BIA", &["BEATRIZ"]),
    ("CACHO", &["OSCAR", "CARLOS"]), ("CAMI", &["CAMILA", "CAMILO"]), ("CARMELITA", &["CARMEN"]),
    ("CARMENCHA", &["CARMEN"]), ("CARO", &["CAROLINA"]), ("CATA", &["CATALINA"]), ("CHABELA", &["ISABEL"]),
    ("CHAGO", &["SANTIAGO"]), ("CHALO", &["GONZALO"]), ("CHARLY", &["CARLOS"]), ("CHARO", &["ROSARIO"]),
    ("CHAVA", &["SALVADOR"]), ("CHAYO", &["ROSARIO"]), ("CHECO", &["SERGIO"]),
    ("CHELA", &["GRACIELA", "MARCELA"]), ("CHELITO", &["CONSUELO"]), ("CHELO", &["CONSUELO", "MARCELO"]),
    ("CHEMA", &["JOSE"]), ("CHENTE", &["VICENTE"]), ("CHEPE", &["JOSE"]), ("CHICO", &["FRANCISCO"]),
    ("CHUCHO", &["JESUS"]), ("CHUY", &["JESUS"]), ("CLAU", &["CLAUDIA"]), ("CONCHA", &["CONCEPCION"]),
    ("CONCHITA", &["CONCEPCION"]), ("CRIS", &["CRISTINA", "CRISTIAN"]), ("DANI", &["DANIEL", "DANIELA"]),
    ("DOLLY", &["DOLORES"]), ("DORI", &["DORA"]), ("DUDA", &["EDUARDA"]), ("DUDU", &["EDUARDO"]),
    ("EDU", &["EDUARDO"]), ("EMI", &["EMILIA", "EMILIO"]), ("FABI", &["FABIAN", "FABIOLA"]),
    ("FACU", &["FACUNDO"]), ("FCO", &["FRANCISCO"]), ("FEDE", &["FEDERICO"]),
    ("FER", &["FERNANDO", "FERNANDA"]), ("FERCHO", &["FERNANDO"]), ("FINA", &["JOSEFINA"]),
    ("FITO", &["ADOLFO", "RODOLFO"]), ("FREDO", &["ALFREDO"]), ("GABI", &["GABRIEL", "GABRIELA"]),
    ("GABO", &["GABRIEL"]), ("GERA", &["GERARDO"]), ("GONZA", &["GONZALO"]), ("GPE", &["GUADALUPE"]),
    ("GUGA", &["GUSTAVO"]), ("GUI", &["GUILHERME", "GUILLERMO"]), ("GUILLE", &["GUILLERMO"]),
    ("GUS", &["GUSTAVO"]), ("GUTO", &["AUGUSTO"]), ("ISA", &["ISABEL", "ISABELA"]), ("JANO", &["ALEJANDRO"]),
    ("JAVI", &["JAVIER"]), ("JOACO", &["JOAQUIN"]), ("JOSELO", &["JOSE"]), ("JOSEMA", &["JOSE"]),
    ("JUANCHI", &["JUAN"]), ("JUANCHO", &["JUAN"]), ("JUANITO", &["JUAN"]), ("JUANJO", &["JUAN"]),
    ("JUANMA", &["JUAN"]), ("JUANPA", &["JUAN"]), ("JULI", &["JULIAN", "JULIANA"]), ("KIKE", &["ENRIQUE"]),
    ("KIKO", &["FRANCISCO", "ENRIQUE"]), ("LALO", &["EDUARDO", "GERARDO"]), ("LAU", &["LAURA"]),
    ("LENA", &["ELENA", "MAGDALENA"]), ("LENCHO", &["LORENZO"]), ("LEO", &["LEONARDO", "LEONEL"]),
    ("LETY", &["LETICIA"]), ("LICHA", &["ALICIA"]), ("LILI", &["LILIANA", "LILIA"]), ("LOLA", &["DOLORES"]),
    ("LUCHA", &["LUZ", "LUCIA"]), ("LUCHITO", &["LUIS"]), ("LUCHO", &["LUIS"]), ("LUCI", &["LUCIA"]),
    ("LUISITO", &["LUIS"]), ("LULA", &["LUIS"]), ("LUPE", &["GUADALUPE"]), ("LUPITA", &["GUADALUPE"]),
    ("MA", &["MARIA"]), ("MACA", &["MACARENA"]), ("MALENA", &["MAGDALENA"]), ("MANOLO", &["MANUEL"]),
    ("MANU", &["MANUEL", "MANUELA"]), ("MARCE", &["MARCELA", "MARCELO"]), ("MARGA", &["MARGARITA"]),
    ("MARGO", &["MARGARITA"]), ("MARI", &["MARIA"]), ("MARICARMEN", &["MARIA"]), ("MARICHU", &["MARIA"]),
    ("MARQUINHOS", &["MARCOS"]), ("MARUJA", &["MARIA"]), ("MARY", &["MARIA"]), ("MATI", &["MATIAS"]),
    ("MAURI", &["MAURICIO"]), ("MAX", &["MAXIMILIANO", "MAXIMO"]), ("MAXI", &["MAXIMILIANO", "MAXIMO"]),
    ("MECHE", &["MERCEDES"]), ("MELO", &["CARMELO"]), ("MEMO", &["GUILLERMO"]), ("MERCE", &["MERCEDES"]),
    ("MINGA", &["DOMINGA"]), ("MINGO", &["DOMINGO"]), ("MONCHO", &["RAMON"]), ("MONI", &["MONICA"]),
    ("NACHA", &["IGNACIA"]), ("NACHO", &["IGNACIO"]), ("NANDA", &["FERNANDA"]), ("NANDO", &["FERNANDO"]),
    ("NATI", &["NATALIA"]), ("NATY", &["NATALIA"]), ("NEL", &["MANUEL"]), ("NELA", &["MANUELA"]),
    ("NENA", &["ELENA"]), ("NICO", &["NICOLAS"]), ("NORI", &["NORA"]), ("PACA", &["FRANCISCA"]),
    ("PACHO", &["FRANCISCO"]), ("PACO", &["FRANCISCO"]), ("PANCHA", &["FRANCISCA"]),
    ("PANCHITA", &["FRANCISCA"]), ("PANCHITO", &["FRANCISCO"]), ("PANCHO", &["FRANCISCO"]),
    ("PAQUITO", &["FRANCISCO"]), ("PATI", &["PATRICIA"]), ("PATO", &["PATRICIO"]), ("PATY", &["PATRICIA"]),
    ("PEPA", &["JOSEFA", "JOSEFINA"]), ("PEPE", &["JOSE"]), ("PEPITO", &["JOSE"]), ("PERICO", &["PEDRO"]),
    ("PERLITA", &["PERLA"]), ("PILI", &["PILAR"]), ("PIPE", &["FELIPE"]), ("PIPO", &["FELIPE"]),
    ("POCHO", &["ALFONSO"]), ("POLO", &["LEOPOLDO"]), ("PONCHO", &["ALFONSO"]), ("QUETA", &["ENRIQUETA"]),
    ("QUINO", &["JOAQUIN"]), ("QUIQUE", &["ENRIQUE"]), ("RAFA", &["RAFAEL", "RAFAELA"]),
    ("RAFICO", &["RAFAEL"]), ("RICHI", &["RICARDO"]), ("RICKY", &["RICARDO"]), ("ROCI", &["ROCIO"]),
    ("RODO", &["RODOLFO"]), ("RODRI", &["RODRIGO"]), ("ROSI", &["ROSA"]), ("ROSY", &["ROSA"]),
    ("SAMY", &["SAMUEL"]), ("SANDRITA", &["SANDRA"]), ("SANTI", &["SANTIAGO"]), ("SEBA", &["SEBASTIAN"]),
    ("SEBAS", &["SEBASTIAN"]), ("SOFI", &["SOFIA"]), ("SUSI", &["SUSANA"]), ("SUSY", &["SUSANA"]),
    ("TATI", &["TATIANA"]), ("TAVO", &["GUSTAVO", "OCTAVIO"]), ("TEO", &["TEODORO"]), ("TERE", &["TERESA"]),
    ("TERESITA", &["TERESA"]), ("TETE", &["TERESA"]), ("TIAO", &["SEBASTIAO"]),
    ("TINA", &["CRISTINA", "MARTINA"]), ("TINO", &["FAUSTINO", "AGUSTIN", "CELESTINO"]),
    ("TITO", &["HECTOR", "ALBERTO", "ERNESTO"]), ("TOMMY", &["TOMAS"]), ("TOMY", &["TOMAS"]),
    ("TONA", &["ANTONIA"]), ("TONI", &["ANTONIO", "ANTONIA"]), ("TONINHO", &["ANTONIO"]),
    ("TONIO", &["ANTONIO"]), ("TONO", &["ANTONIO"]), ("TONY", &["ANTONIO"]), ("TOTO", &["ANTONIO"]),
    ("TRINI", &["TRINIDAD"]), ("TUCHO", &["ARTURO"]), ("TUTI", &["ARTURO"]),
    ("VALE", &["VALERIA", "VALENTINA"]), ("VALEN", &["VALENTINA", "VALENTIN"]), ("VERO", &["VERONICA"]),
    ("VICKY", &["VICTORIA"]), ("VIVI", &["VIVIANA"]), ("WILLY", &["GUILLERMO", "WILLIAM"]),
    ("XIME", &["XIMENA"]), ("YOLI", &["YOLANDA"]), ("YOLY", &["YOLANDA"]), ("ZE", &["JOSE"]),
    ("ZECA", &["JOSE"]), ("ZEZE", &["JOSE"]), ("ZEZINHO", &["JOSE"]), ("ZOILITA", &["ZOILA"]),
];

/// What makes a given name small, longest first.
const DIMINUTIVES: [&str; 10] = [
    "CITOS", "INHOS", "CITO", "CITA", "INHO", "INHA", "ITOS", "ITO", "ITA", "CHO",
];

/// What must at least remain of a name without its ending.
const SHORTEST_STEM: usize = 2;

/// What a name has behind the stem that a diminutive shares with it.
const NAME_ENDINGS: [&str; 5] = ["A", "O", "OS", "E", "ES"];

/// The names that a short form stands for.
fn short_for(form: &str) -> &'static [&'static str] {
    let place = SHORT_FORMS.binary_search_by_key(&form, |&(form, _)| form);
    place.map_or(&[], |place| SHORT_FORMS[place].1)
}

/// Whether the word may be a short form of names.
pub(super) fn is_short(word: &str) -> bool {
    !short_for(word).is_empty() || DIMINUTIVES.iter().any(|ending| word.ends_with(ending))
}

/// Whether one word is a short form of the other.
pub(super) fn stands_for(form: Heard<'_>, name: Heard<'_>) -> bool {
    form.marks.short && (short_for(form.text).contains(&name.text) || is_diminutive(form.text, name.text))
        || is_cut(form, name)
}

/// `Carlitos`, `Rosita`, `Paulinho`. Juanita is no Juan.
fn is_diminutive(form: &str, name: &str) -> bool {
    let stem = DIMINUTIVES.iter().find_map(|ending| form.strip_suffix(ending));
    let end = stem
        .filter(|stem| stem.len() >= SHORTEST_STEM)
        .and_then(|stem| name.strip_prefix(stem));
    match end {
        Some("") => !form.ends_with('A') || form.ends_with("CITA"),
        Some("A") => form.ends_with('A'),
        Some("O" | "OS") => !form.ends_with('A'),
        Some("E" | "ES") => true,
        _ => false,
    }
}

/// The words of the table that are short forms of the word, or that it is a short form of.
pub fn short_forms(word: &str) -> impl Iterator<Item = &'static str> {
    let of = SHORT_FORMS.iter().filter(move |(_, names)| names.contains(&word));
    of.map(|(form, _)| *form).chain(short_for(word).iter().copied())
}

/// What a name and its diminutives share: `ROS` of `ROSA` and `ROSITA`. Other words share it, too: it is for finding,
/// not for deciding.
pub fn stems(word: &str) -> impl Iterator<Item = &str> {
    let endings = NAME_ENDINGS.iter().chain(&DIMINUTIVES);
    let stems = endings.filter_map(|ending| word.strip_suffix(ending));
    stems.filter(|stem| stem.len() >= SHORTEST_STEM)
}

/// `Sebas`, `Rober`: the beginning of a given name, where that is no name itself.
fn is_cut(form: Heard<'_>, name: Heard<'_>) -> bool {
    form.marks.known == 0
        && form.text.len() >= 4
        && is_given(name.marks.known)
        && name.text.starts_with(form.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_short_forms_is_sorted() {
        assert!(SHORT_FORMS.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn short_forms_are_found_from_either_side() {
        assert!(short_forms("FRANCISCO").any(|form| form == "PACO"));
        assert!(short_forms("PACO").eq(["FRANCISCO"]));
        for (name, form) in [
            ("ROSA", "ROSITA"),
            ("CARLOS", "CARLITOS"),
            ("CARMEN", "CARMENCITA"),
        ] {
            assert!(
                stems(form).any(|stem| stem == name || stems(name).any(|other| other == stem)),
                "{name} {form}"
            );
        }
    }

    #[test]
    fn diminutives_keep_the_sex() {
        for (form, name, is) in [
            ("CARLITOS", "CARLOS", true),
            ("ANITA", "ANA", true),
            ("CARMENCITA", "CARMEN", true),
            ("PAULINHO", "PAULO", true),
            ("JUANITA", "JUAN", false),
            ("JUANITO", "JUANA", false),
        ] {
            assert_eq!(is_diminutive(form, name), is, "{form} {name}");
        }
    }
}

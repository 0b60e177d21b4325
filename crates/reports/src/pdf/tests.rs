//! What is on the pages, whatever was handed in.

#[path = "../../examples/made_up/mod.rs"]
mod made_up;

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    process::Command,
};

use cotejo_domain::{
    language::Language,
    report::{Column, Entry, Sheet},
};
use typst::layout::{Frame, FrameItem};

use super::*;

/// The texts of each page, in the order in which they were set.
fn pages(report: &CheckReport) -> Vec<String> {
    fn collect(frame: &Frame, text: &mut String) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => collect(&group.frame, text),
                FrameItem::Text(run) => text.push_str(&run.text),
                FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
    }
    let document = lay_out(report).unwrap();
    let text = |page: &typst_layout::Page| {
        let mut text = String::new();
        collect(&page.frame, &mut text);
        text
    };
    document.pages().iter().map(text).collect()
}

fn sheet(labels: &[&str], rows: &[&[&str]]) -> Sheet {
    let longest = |i: usize| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
    let columns = labels.iter().enumerate().map(|(i, label)| Column {
        label: (*label).to_owned(),
        length: longest(i),
        word: longest(i),
    });
    Sheet {
        title: "#panic()".to_owned(),
        columns: columns.collect(),
        rows: rows
            .iter()
            .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
            .collect(),
        left_out: None,
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn digest(bytes: &[u8]) -> u64 {
    let mut hash = DefaultHasher::new();
    bytes.hash(&mut hash);
    hash.finish()
}

#[test]
fn each_language_has_its_words_and_every_page_its_number() {
    for (language, title, page, label) in [
        (
            Language::Es,
            "Verificación de antecedentes",
            "Página 1 de ",
            "Fecha de nacimiento",
        ),
        (Language::En, "Background check", "Page 1 of ", "Date of birth"),
        (
            Language::Pt,
            "Verificação de antecedentes",
            "Página 1 de ",
            "Data de nascimento",
        ),
    ] {
        let report = made_up::report(language);
        let pages = pages(&report);
        let count = pages.len();
        assert!((3..=6).contains(&count), "{count}");
        for text in [
            title,
            &format!("{page}{count}"),
            "ANA PRUEBA EJEMPLO",
            "0.86",
            "7Q4M-K2XD-9TVA",
        ] {
            assert!(pages[0].contains(text), "{text} is not in {}", pages[0]);
        }
        assert!(pages.iter().any(|page| page.contains(label)));
        assert!(pages[1..].iter().all(|page| page.contains(&report.check_id)));
    }
}

#[test]
fn markup_is_text_and_what_no_font_has_is_spelled() {
    let values = [
        "#panic()",
        "*a* _b_ $x^2$",
        "= h",
        "<l> @r",
        "`c` \\u{41}",
        "שלום",
        "😀 安娜",
        "a\u{0}\u{202E}b",
    ];
    let mut report = made_up::report(Language::Es);
    report.cover.subject = "#set page(width: 1pt) $".to_owned();
    report.client = "[*".to_owned();
    report.chapters[0].name = "#chapter".to_owned();
    report.chapters[0].entries[0].tables = vec![
        sheet(&["#label"; 8], &[&values]),
        sheet(&["$ 2 $"; 2], &[&values[..2], &values[2..4]]),
    ];
    let text = pages(&report).concat();
    for shown in [
        "#set page(width: 1pt) $",
        "#panic()",
        "*a* _b_ $x^2$",
        "= h",
        "<l> @r",
        "`c` \\u{41}",
        "[grinning] [An Nuo]",
        "a b",
    ] {
        assert!(text.contains(shown), "{shown} is not in {text}");
    }
}

#[test]
fn sixty_sources_and_three_hundred_findings_of_long_values_are_bounded_pages() {
    let mut report = made_up::report(Language::En);
    let long = ["x".repeat(5_000), "palabra ".repeat(600)];
    let rows: Vec<&str> = long.iter().map(String::as_str).collect();
    let entry = report.chapters[0].entries[0].clone();
    let small = sheet(
        &["Fecha", "Asunto", "Despacho"],
        &[&["01/02/2020", "COBRO", "JUZGADO 3"][..]; 4],
    );
    report.chapters[0].entries = (0..300)
        .map(|i| Entry {
            source: format!("Source {}", i % 60),
            tables: vec![if i < 5 {
                sheet(&["A", "B"], &[&rows])
            } else {
                small.clone()
            }],
            ..entry.clone()
        })
        .collect();
    let pages = pages(&report);
    assert!(pages.len() < 150, "{}", pages.len());
    let shown = pages.iter().map(|page| page.matches('x').count()).sum::<usize>();
    assert!(shown >= 25_000, "{shown}");
}

#[test]
fn lines_of_others_go_on_on_the_next_page() {
    let mut report = made_up::report(Language::Es);
    let before = pages(&report).len();
    let lines = "a\n".repeat(500);
    let short = [lines.as_str(), "b"];
    report.chapters[0].entries[0].tables = vec![
        sheet(&["A", "B"], &[&short]),
        sheet(&["A", "B"], &[&short, &short]),
    ];
    let after = pages(&report).len();
    assert!(after > before + 15, "{after}");
}

#[test]
fn a_report_without_anything_is_still_a_report() {
    let mut report = made_up::report(Language::En);
    report.cover.score.thousandths = None;
    report.cover.document = None;
    report.cover.warning = Some("#warning".to_owned());
    report.facts.clear();
    report.wrong_inputs.clear();
    report.data_sets.clear();
    report.chapters.clear();
    report.silent.clear();
    assert!(pages(&report)[0].contains("#warning"));
}

#[test]
fn the_file_knows_its_language_its_title_its_day_and_its_outline() {
    let pdf = check_pdf(&made_up::report(Language::Pt)).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    for text in ["/Lang(pt)", "/Outlines", "20260302", "/Creator(Cotejo)"] {
        assert!(contains(&pdf, text), "{text}");
    }
}

#[test]
fn the_same_report_is_the_same_file_in_every_process() {
    let report = made_up::report(Language::Es);
    let first = check_pdf(&report).unwrap();
    check_pdf(&made_up::report(Language::En)).unwrap();
    assert_eq!(check_pdf(&report).unwrap(), first);
    // Tests are called by their path within the crate.
    let (_, module) = module_path!().split_once("::").unwrap();
    let test = format!("{module}::prints_its_digest");
    for _ in 0..2 {
        let mut other = Command::new(std::env::current_exe().unwrap());
        other.args(["--exact", &test, "--ignored", "--nocapture"]);
        let printed = String::from_utf8(other.output().unwrap().stdout).unwrap();
        let expected = format!("digest {:016x}", digest(&first));
        assert!(printed.contains(&expected), "{expected} is not in {printed}");
    }
}

#[test]
#[ignore = "the other process of the test above"]
fn prints_its_digest() {
    let pdf = check_pdf(&made_up::report(Language::Es)).unwrap();
    println!("digest {:016x}", digest(&pdf));
}

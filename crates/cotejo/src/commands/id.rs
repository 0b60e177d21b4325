//! `cotejo id`: the identifier rules without a server.
//!
//! `check` is made for pipes. It answers line for line and in order, and flushes as soon as no further whole
//! line is buffered: a partner that waits for each answer gets it, and one that sends a million lines pays
//! for few writes. What was asked is echoed as it was spelled, so that a partner finds its own text again.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use cotejo_domain::identifiers::{self, Check, IdError, Kind, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::print_table;

/// Check identity numbers, plates and other identifiers.
#[derive(Debug, Subcommand)]
pub enum Id {
    /// Read lines of JSON, {"kind": …, "value": …}, from standard input and answer each with a line; fails at
    /// the end if a line was not such an object
    Check,
    /// Say what is known about one number, as one kind or as every kind that accepts it
    #[command(override_usage = "cotejo id explain [KIND] <VALUE>")]
    Explain {
        /// The kind; or the number, where nothing follows
        kind: String,
        /// The number
        value: Option<String>,
    },
    /// List the kinds
    Kinds,
}

/// Longest line that is looked at; the numbers themselves have at most 64 bytes.
const LONGEST_LINE: u64 = 1024 * 1024;

const BUFFER: usize = 64 * 1024;

const NOT_AN_OBJECT: IdError = bad_line("is not a JSON object with `kind` and `value`");
const TOO_LONG: IdError = bad_line("is longer than 1 MiB");
const BAD_KIND: IdError = bad_line("`kind` must be a string");
const BAD_VALUE: IdError = bad_line("`value` must be a string");
const UNKNOWN_KIND: IdError = IdError {
    code: "unknown_kind",
    message: "is of no known kind: `cotejo id kinds` lists them",
};

const fn bad_line(message: &'static str) -> IdError {
    IdError {
        code: "bad_line",
        message,
    }
}

/// Runs the command.
pub fn run(command: Id) -> anyhow::Result<()> {
    match command {
        Id::Check => match answer_lines(io::stdin().lock(), io::stdout().lock())? {
            0 => Ok(()),
            bad => bail!("{bad} line(s) could not be read"),
        },
        Id::Explain { kind, value } => explain(&kind, value.as_deref()),
        Id::Kinds => {
            let rows: Vec<_> = Kind::ALL
                .iter()
                .map(|kind| vec![kind.to_string(), kind.title().to_owned()])
                .collect();
            print_table(&["KIND", "TITLE"], &rows);
            Ok(())
        }
    }
}

/// What a line asks, in its own spelling.
#[derive(Clone, Copy, Default, Deserialize)]
struct Question<'a> {
    #[serde(borrow, default)]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default)]
    value: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Answer<'a> {
    kind: Option<&'a RawValue>,
    value: Option<&'a RawValue>,
    verdict: Verdict,
    canonical: Option<String>,
    formatted: Option<String>,
    facts: BTreeMap<&'static str, String>,
    warnings: Vec<&'static str>,
    error: Option<IdError>,
}

impl<'a> Answer<'a> {
    fn checked(question: Question<'a>, check: Check) -> Self {
        Self {
            kind: question.kind,
            value: question.value,
            verdict: check.verdict,
            canonical: check.canonical,
            formatted: check.formatted,
            facts: check.facts,
            warnings: check.warnings,
            error: check.error,
        }
    }

    fn refused(question: Question<'a>, error: IdError) -> Self {
        Self {
            kind: question.kind,
            value: question.value,
            verdict: Verdict::Invalid,
            canonical: None,
            formatted: None,
            facts: BTreeMap::new(),
            warnings: Vec::new(),
            error: Some(error),
        }
    }

    /// Whether the line itself was at fault.
    fn is_bad_line(&self) -> bool {
        self.error.is_some_and(|error| error.code == NOT_AN_OBJECT.code)
    }
}

/// Answers every line; how many could not be read.
fn answer_lines(input: impl Read, output: impl Write) -> anyhow::Result<u64> {
    let mut input = BufReader::with_capacity(BUFFER, input);
    let mut output = BufWriter::with_capacity(BUFFER, output);
    let mut line = Vec::new();
    let mut bad = 0;
    loop {
        // A started line does not count: its sender may wait for the answer before it goes on.
        if !input.buffer().contains(&b'\n') {
            output.flush().context("the answers cannot be written")?;
        }
        line.clear();
        let read = (&mut input)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .context("the lines cannot be read")?;
        if read == 0 {
            return Ok(bad);
        }
        let cut = line.len() as u64 == LONGEST_LINE && !line.ends_with(b"\n");
        let answer = if cut {
            input.skip_until(b'\n').context("the lines cannot be read")?;
            Answer::refused(Question::default(), TOO_LONG)
        } else {
            answer(&line)
        };
        bad += u64::from(answer.is_bad_line());
        serde_json::to_writer(&mut output, &answer).context("the answers cannot be written")?;
        output.write_all(b"\n").context("the answers cannot be written")?;
    }
}

fn answer(line: &[u8]) -> Answer<'_> {
    // An array would do for the reader of a struct.
    let question = match line.trim_ascii_start().first() {
        Some(b'{') => serde_json::from_slice::<Question<'_>>(line).ok(),
        _ => None,
    };
    let Some(question) = question else {
        return Answer::refused(Question::default(), NOT_AN_OBJECT);
    };
    let Some(kind) = question.kind.and_then(text) else {
        return Answer::refused(question, BAD_KIND);
    };
    let Some(value) = question.value.and_then(text) else {
        return Answer::refused(question, BAD_VALUE);
    };
    match kind.parse() {
        Ok(kind) => Answer::checked(question, identifiers::check(kind, &value)),
        Err(_) => Answer::refused(question, UNKNOWN_KIND),
    }
}

/// The text of a JSON string; none of any other value.
fn text(raw: &RawValue) -> Option<String> {
    let is_string = raw.get().starts_with('"');
    // Half a surrogate pair is a JSON string and no text: it becomes what stands for such, which no number
    // has.
    is_string.then(|| serde_json::from_str(raw.get()).unwrap_or_else(|_| char::REPLACEMENT_CHARACTER.into()))
}

fn explain(kind: &str, value: Option<&str>) -> anyhow::Result<()> {
    let mut checks = match value {
        Some(value) => {
            let kind = kind
                .parse()
                .ok()
                .context("no such kind: `cotejo id kinds` lists them")?;
            vec![identifiers::check(kind, value)]
        }
        None => {
            let checks = Kind::ALL.iter().map(|any| identifiers::check(*any, kind));
            checks.filter(Check::is_acceptable).collect()
        }
    };
    if checks.is_empty() {
        bail!("no kind accepts it");
    }
    checks.sort_by_key(|check| check.verdict != Verdict::Valid);
    let told: Vec<_> = checks.iter().map(tell).collect();
    println!("{}", told.join("\n\n"));
    Ok(())
}

/// What is known, a line each, values below one another.
fn tell(check: &Check) -> String {
    let mut rows = vec![
        ("kind", format!("{} ({})", check.kind, check.kind.title())),
        ("verdict", check.verdict.to_string()),
    ];
    rows.extend(check.canonical.iter().map(|text| ("canonical", text.clone())));
    rows.extend(check.formatted.iter().map(|text| ("formatted", text.clone())));
    rows.extend(check.facts.iter().map(|(name, text)| (*name, text.clone())));
    rows.extend(check.warnings.iter().map(|word| ("warning", (*word).to_owned())));
    rows.extend(
        check
            .error
            .iter()
            .map(|error| ("error", format!("{}: it {error}", error.code))),
    );
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines = rows.iter().map(|(name, text)| format!("{name:width$}  {text}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use serde_json::{Value, json};

    use super::*;

    fn answers(input: &[u8]) -> (Vec<Value>, u64) {
        let mut output = Vec::new();
        let bad = answer_lines(input, &mut output).unwrap();
        let lines = output
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        (
            lines.map(|line| serde_json::from_slice(line).unwrap()).collect(),
            bad,
        )
    }

    #[test]
    fn a_line_is_answered_with_what_is_known() {
        let (lines, bad) = answers(b"{\"kind\":\"br_cpf\",\"value\":\"123.456.789-09\"}\n");
        assert_eq!(bad, 0);
        assert_eq!(
            lines,
            [json!({
                "kind": "br_cpf", "value": "123.456.789-09", "verdict": "valid", "canonical": "12345678909",
                "formatted": "123.456.789-09", "facts": {"region": "PR SC"}, "warnings": [], "error": null,
            })]
        );
    }

    #[test]
    fn every_line_has_its_answer_in_order() {
        let long = format!("{{\"kind\":\"imei\",\"value\":\"{}\"}}", "1".repeat(1024 * 1024));
        let fitting = format!("{{\"kind\":\"imei\",\"value\":\"{}\"}}", "1".repeat(100_000));
        for (line, code, is_bad) in [
            (
                r#"{"kind":"cl_rut","value":"44.555.666-2"}"#,
                "bad_check_digit",
                false,
            ),
            (
                r#"{"value":"1-9\u0000","kind":"cl_rut","more":[1]}"#,
                "bad_character",
                false,
            ),
            (r#"{"kind":"cl_rut","value":""}"#, "empty", false),
            (r#"{"kind":"xx","value":"1-9"}"#, "unknown_kind", false),
            (r#"{"kind":"cl_rut","value":19}"#, "bad_line", true),
            (r#"{"kind":"cl_rut","value":null}"#, "bad_line", true),
            (r#"{"kind":["cl_rut"],"value":"1-9"}"#, "bad_line", true),
            (r#"{"kind":"cl_rut"}"#, "bad_line", true),
            (r#"["cl_rut","1-9"]"#, "bad_line", true),
            ("{\"kind\":\"cl_rut\",\"value\":\"1-\t9\"}", "bad_line", true),
            ("", "bad_line", true),
            (&fitting, "too_long", false),
            (&long, "bad_line", true),
        ] {
            let input = format!("{line}\r\n{{\"kind\":\"cl_rut\",\"value\":\"1-9\"}}");
            let (lines, bad) = answers(input.as_bytes());
            let codes: Vec<_> = lines.iter().map(|line| line["error"]["code"].as_str()).collect();
            assert_eq!(codes, [Some(code), None], "{line}");
            assert_eq!(bad, u64::from(is_bad), "{line}");
            assert_eq!(lines[0]["verdict"], "invalid");
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_no_character_of_a_number_and_comes_back() {
        let mut output = Vec::new();
        let line = br#"{"kind":"cl_rut","value":"1-9\ud800"}"#.as_slice();
        assert_eq!(answer_lines(line, &mut output).unwrap(), 0);
        let output = String::from_utf8(output).unwrap();
        assert!(output.starts_with(r#"{"kind":"cl_rut","value":"1-9\ud800","verdict":"invalid""#));
        assert!(output.contains("bad_character"));
    }

    #[test]
    fn what_is_no_text_is_a_bad_line_and_what_was_asked_comes_back() {
        let (lines, bad) =
            answers(b"\xff\n{\"kind\":7,\"value\":\"a\"}\n{\"kind\":\"BR_RG\",\"value\":1e3}\n");
        assert_eq!(bad, 3);
        let asked: Vec<_> = lines
            .iter()
            .map(|line| (line["kind"].clone(), line["value"].clone()))
            .collect();
        assert_eq!(
            asked,
            [
                (json!(null), json!(null)),
                (json!(7), json!("a")),
                (json!("BR_RG"), json!(1e3))
            ]
        );
    }

    /// Gives a piece at a time, and looks what was answered before it is asked for the next.
    struct Waiting {
        pieces: Vec<&'static [u8]>,
        written: Rc<RefCell<Vec<u8>>>,
        seen: Rc<RefCell<Vec<usize>>>,
    }

    impl Read for Waiting {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let answered = self
                .written
                .borrow()
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            self.seen.borrow_mut().push(answered);
            let piece = if self.pieces.is_empty() {
                b"".as_slice()
            } else {
                self.pieces.remove(0)
            };
            into[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    struct Written(Rc<RefCell<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn who_waits_for_an_answer_gets_it() {
        let (written, seen) = (Rc::default(), Rc::default());
        let input = Waiting {
            pieces: vec![b"{}\n", b"{}\n{}\n", b"{}\n{", b"}\n"],
            written: Rc::clone(&written),
            seen: Rc::clone(&seen),
        };
        answer_lines(input, Written(written)).unwrap();
        assert_eq!(*seen.borrow(), [0, 1, 3, 4, 5]);
    }

    #[test]
    fn people_read_aligned_lines() {
        assert_eq!(
            tell(&identifiers::check(Kind::ClRut, "1-9")),
            "kind       cl_rut (Chile: RUN or RUT, person or taxpayer)\nverdict    valid\ncanonical  19\n\
             formatted  1-9\ndigit      9\nkind       person\nnumber     1"
        );
        assert!(
            tell(&identifiers::check(Kind::ClRut, "1-8"))
                .ends_with("error    bad_check_digit: it has a check digit that does not agree")
        );
    }

    #[test]
    fn a_number_is_explained_as_its_kind_or_as_all_that_accept_it() {
        assert!(explain("cl_rut", Some("1-8")).is_ok());
        assert!(explain("12345678909", None).is_ok());
        assert!(explain("cl_ruth", Some("1-9")).is_err());
        assert!(explain("?", None).is_err());
    }
}

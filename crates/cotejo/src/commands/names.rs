//! `cotejo names`: the comparison of names without a server.
//!
//! With `--json` it is made for pipes: it answers line for line and in order, and flushes as soon as no further
//! whole line is buffered, so that a partner that waits for each answer gets it.

use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Write};

use anyhow::{Context as _, bail};
use clap::Subcommand;
use cotejo_domain::names::{self, Features, Name, NameKind, THRESHOLD, VERSION};
use serde::{Deserialize, Serialize};

/// Compare names.
#[derive(Debug, Subcommand)]
pub enum Names {
    /// Say whether two names are one's, and why; with --json answer lines of JSON, {"name1": …, "name2": …,
    /// "kind": …}, from standard input, each with a line; fails at the end if a line was not such an object
    #[command(
        override_usage = "cotejo names match <NAME> <NAME> [--kind KIND]\n       cotejo names match --json"
    )]
    Match {
        /// The two names
        #[arg(
            value_name = "NAME",
            num_args = 2,
            required_unless_present = "json",
            conflicts_with = "json"
        )]
        names: Vec<String>,
        /// What bears the names: person, org or vessel
        #[arg(long, default_value = "person", value_parser = parse_kind, conflicts_with = "json")]
        kind: NameKind,
        /// Read lines of JSON; their kind is person where they have none
        #[arg(long)]
        json: bool,
    },
}

fn parse_kind(text: &str) -> Result<NameKind, String> {
    text.parse()
        .map_err(|_| "must be person, org or vessel".to_owned())
}

/// Longest line that is looked at; of a name only the first 200 characters are.
const LONGEST_LINE: u64 = 1024 * 1024;

const BUFFER: usize = 64 * 1024;

/// Runs the command.
pub fn run(command: Names) -> anyhow::Result<()> {
    let Names::Match { names, kind, json } = command;
    if json {
        return match answer_lines(io::stdin().lock(), io::stdout().lock())? {
            0 => Ok(()),
            bad => bail!("{bad} line(s) could not be read"),
        };
    }
    let [first, second] = names.as_slice() else {
        bail!("two names are compared");
    };
    print!("{}", explain(first, second, kind));
    Ok(())
}

#[derive(Deserialize)]
struct Question {
    name1: String,
    name2: String,
    #[serde(default)]
    kind: Option<NameKind>,
}

#[expect(clippy::large_enum_variant, reason = "written as soon as it is made")]
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Compared {
        score: f64,
        #[serde(rename = "match")]
        matches: bool,
        exact: bool,
        rule: &'static str,
        features: Features,
        version: &'static str,
    },
    Refused {
        error: BadLine,
    },
}

#[derive(Serialize)]
struct BadLine {
    code: &'static str,
    message: String,
}

impl Answer {
    fn refused(message: String) -> Self {
        Self::Refused {
            error: BadLine {
                code: "bad_line",
                message,
            },
        }
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
            Answer::refused("the line is longer than 1 MiB".to_owned())
        } else {
            answer(&line)
        };
        bad += u64::from(matches!(answer, Answer::Refused { .. }));
        serde_json::to_writer(&mut output, &answer).context("the answers cannot be written")?;
        output.write_all(b"\n").context("the answers cannot be written")?;
    }
}

fn answer(line: &[u8]) -> Answer {
    // An array would do for the reader of a struct.
    if line.trim_ascii_start().first() != Some(&b'{') {
        return Answer::refused("the line is not a JSON object with `name1` and `name2`".to_owned());
    }
    let question: Question = match serde_json::from_slice(line) {
        Ok(question) => question,
        Err(error) => return Answer::refused(error.to_string()),
    };
    let kind = question.kind.unwrap_or(NameKind::Person);
    let found = names::compare(&question.name1, &question.name2, kind);
    Answer::Compared {
        score: found.score,
        matches: found.soft,
        exact: found.exact,
        rule: found.rule,
        features: found.features,
        version: VERSION,
    }
}

/// The comparison for a person to read.
fn explain(first: &str, second: &str, kind: NameKind) -> String {
    let [a, b] = [first, second].map(|name| Name::new(name, kind));
    let (found, words) = (a.compare(&b), a.explain(&b));
    let verdict = match (found.exact, found.soft) {
        (true, _) => "the same name",
        (false, true) => "a match",
        (false, false) => "no match",
    };
    let mut lines = vec![format!(
        "{verdict}: score {:.3} (threshold {THRESHOLD}), rule {}, {VERSION}",
        found.score, found.rule
    )];
    for taken in &words.taken {
        lines.push(format!("  {} = {} ({})", taken.first, taken.second, taken.why));
    }
    for (which, only) in [("first", &words.only_first), ("second", &words.only_second)] {
        if !only.is_empty() {
            lines.push(format!("  only the {which} has {}", only.join(", ")));
        }
    }
    if !found.exact {
        let told: Vec<_> = names::evidence(&found.features, kind)
            .iter()
            .filter(|evidence| evidence.value * evidence.weight != 0.0)
            .map(|evidence| format!("{} {:+.1}", evidence.name, evidence.value * evidence.weight))
            .collect();
        lines.push(format!("  evidence: {}", told.join(", ")));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(input: &str) -> (u64, Vec<serde_json::Value>) {
        let mut output = Vec::new();
        let bad = answer_lines(input.as_bytes(), &mut output).expect("memory can be read and written");
        let lines = output
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.is_empty());
        let values = lines.map(|line| serde_json::from_slice(line).expect("JSON"));
        (bad, values.collect())
    }

    #[test]
    fn every_line_is_answered_in_order() {
        let (bad, lines) = answers(concat!(
            "{\"name1\":\"Juan Pérez\",\"name2\":\"JUAN PEREZ\"}\n",
            "{\"name1\":\"Aceros del Sur\",\"name2\":\"Aceros del Norte\",\"kind\":\"org\"}\n",
            "[\"a\",\"b\"]\n",
            "\n",
            "{\"name1\":\"Juan\",\"name2\":\"Juan\",\"kind\":\"horse\"}\n",
            "{\"name1\":\"Juan Pérez\",\"name2\":\"Juan Peres\"}",
        ));
        assert_eq!((bad, lines.len()), (3, 6));
        assert_eq!(
            (&lines[0]["match"], &lines[0]["exact"]),
            (&true.into(), &true.into())
        );
        assert_eq!(
            (&lines[1]["match"], &lines[1]["rule"]),
            (&false.into(), &"other_word".into())
        );
        for line in &lines[2..5] {
            assert_eq!(line["error"]["code"], "bad_line");
        }
        assert_eq!(
            (&lines[5]["rule"], &lines[5]["version"]),
            (&"spelling".into(), &VERSION.into())
        );
        assert!(lines[5]["features"]["shared"].is_number());
    }

    #[test]
    fn an_explanation_names_words_and_what_is_missing() {
        let text = explain("Juan Carlos Pérez", "Pérez, Juan", NameKind::Person);
        assert!(
            text.contains("JUAN = JUAN (same)") && text.contains("only the first has CARLOS"),
            "{text}"
        );
    }
}

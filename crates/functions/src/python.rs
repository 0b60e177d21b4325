//! What is done so that scripts written for Python's `cfresults` run as they are.

/// Modules whose names are there without being imported.
const KNOWN: [&str; 2] = ["json", "cfresults"];

/// What Python has and the language has not, by the word with which a line begins.
const FOREIGN: [&str; 14] = [
    "assert", "async", "await", "class", "del", "except", "finally", "from", "global", "import", "raise",
    "try", "while", "with",
];

/// The script without its imports of `json` and `cfresults`. Every line stays where it is, because errors name lines.
pub fn without_imports(source: &str) -> String {
    let mut kept = String::with_capacity(source.len());
    let mut in_parentheses = false;
    for line in source.split_inclusive('\n') {
        if in_parentheses {
            in_parentheses = !line.contains(')');
            kept.push('\n');
        } else if imports_known(line) {
            in_parentheses = line.contains('(') && !line.contains(')');
            // Where it is indented it may be all that a block has.
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            kept.push_str(&line[..indent]);
            kept.push_str(if indent > 0 { "pass\n" } else { "\n" });
        } else {
            kept.push_str(line);
        }
    }
    kept
}

fn imports_known(line: &str) -> bool {
    let code = line.split('#').next().unwrap_or_default().trim();
    let mut words = code.split_whitespace();
    match (words.next(), words.next()) {
        (Some("import"), Some(module)) => KNOWN.contains(&module) && words.next().is_none(),
        (Some("from"), Some(module)) => KNOWN.contains(&module) && words.next() == Some("import"),
        _ => false,
    }
}

/// What a line begins with that Python knows and the language does not.
pub fn foreign_word(line: &str) -> Option<&'static str> {
    let word = line
        .trim_start()
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next();
    FOREIGN.into_iter().find(|foreign| Some(*foreign) == word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn imports_of_what_is_there_anyway_are_taken_out() {
        for (source, kept) in [
            ("import json\nx = 1\n", "\nx = 1\n"),
            ("import json # why\r\nx", "\nx"),
            ("from cfresults import Outcome, Result\nx", "\nx"),
            (
                "from cfresults import (\n  Outcome,\n  Result,\n)\nx\n",
                "\n\n\n\nx\n",
            ),
            ("from cfresults import (Outcome)\nx", "\nx"),
            (
                "def f():\n    import json\n    return 1",
                "def f():\n    pass\n    return 1",
            ),
            ("from json import loads", "\n"),
            ("import os\n", "import os\n"),
            ("import json, os\n", "import json, os\n"),
            ("import json as j\n", "import json as j\n"),
            (
                "importjson\n# import json\nx = 'import json'",
                "importjson\n# import json\nx = 'import json'",
            ),
            ("", ""),
        ] {
            assert_eq!(without_imports(source), kept, "{source}");
        }
    }

    #[test]
    fn words_of_python_are_known_at_the_beginning_of_a_line() {
        for (line, word) in [
            ("while True:", Some("while")),
            ("  try:", Some("try")),
            ("class A:", Some("class")),
            ("import os", Some("import")),
            ("classes = 1", None),
            ("x = 1", None),
            ("", None),
        ] {
            assert_eq!(foreign_word(line), word, "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_line_moves(source in "((import|from|json|cfresults|[ ()#x])*\n)*") {
            prop_assert_eq!(without_imports(&source).lines().count(), source.lines().count());
        }
    }
}

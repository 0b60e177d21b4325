//! What nobody can do to a signed trail unnoticed, whichever trail and wherever.

use proptest::{collection::vec, prelude::*, sample::Index};

use super::{
    tests::{client, entry, signer, trail, verify},
    *,
};

/// A trail whose last line is a checkpoint.
fn signed_trail() -> impl Strategy<Value = Vec<String>> {
    (2..9_i64, vec(1..9_i64, 0..3)).prop_map(|(entries, mut signed)| {
        signed.push(entries);
        let lines = trail(client(1), entries, &signer(7), &signed);
        lines.iter().map(ToString::to_string).collect()
    })
}

fn is_entry(line: &str) -> bool {
    line.starts_with(r#"{"type":"entry""#)
}

proptest! {
    #[test]
    fn any_changed_character_is_detected(
        mut lines in signed_trail(),
        line in any::<Index>(),
        place in any::<Index>(),
        with in any::<char>(),
    ) {
        let line = line.get_mut(&mut lines);
        let mut changed: Vec<char> = line.chars().collect();
        *place.get_mut(&mut changed) = with;
        let changed: String = changed.into_iter().collect();
        prop_assume!(changed != *line);
        *line = changed;
        prop_assert!(!verify(None, &lines).faults.is_empty());
    }

    #[test]
    fn any_removed_entry_is_detected(mut lines in signed_trail(), line in any::<Index>()) {
        let entries: Vec<usize> = (0..lines.len()).filter(|line| is_entry(&lines[*line])).collect();
        lines.remove(*line.get(&entries));
        prop_assert!(!verify(None, &lines).faults.is_empty());
    }

    #[test]
    fn any_two_swapped_lines_are_detected(
        mut lines in signed_trail(),
        one in any::<Index>(),
        other in any::<Index>(),
    ) {
        let (one, other) = (one.index(lines.len()), other.index(lines.len()));
        prop_assume!(one != other);
        lines.swap(one, other);
        prop_assert!(!verify(None, &lines).faults.is_empty());
    }

    #[test]
    fn any_repeated_line_is_detected(
        mut lines in signed_trail(),
        line in any::<Index>(),
        to in any::<Index>(),
    ) {
        let line = line.get(&lines).clone();
        lines.insert(to.index(lines.len()), line);
        prop_assert!(!verify(None, &lines).faults.is_empty());
    }

    /// Somebody who knows everything but the key writes the trail anew from some entry on.
    #[test]
    fn any_inserted_entry_is_detected_although_the_rest_is_hashed_anew(
        lines in signed_trail(),
        at in any::<Index>(),
    ) {
        let entries: Vec<usize> = (0..lines.len()).filter(|line| is_entry(&lines[*line])).collect();
        let at = at.get(&entries);
        let mut forged = Vec::new();
        let mut previous = genesis(client(1));
        for (index, line) in lines.iter().enumerate() {
            let Ok(Line::Entry { mut entry, hash }) = line.parse() else {
                forged.push(line.clone());
                continue;
            };
            if index < *at {
                previous = hash;
                forged.push(line.clone());
                continue;
            }
            let mut inserted = vec![entry.clone()];
            if index == *at {
                inserted[0].action = "check.created".to_owned();
                entry.sequence += 1;
                inserted.push(entry);
            } else {
                inserted[0].sequence += 1;
            }
            for entry in inserted {
                previous = entry.hash(&previous);
                forged.push(Line::Entry { entry, hash: previous }.to_string());
            }
        }
        prop_assert!(!verify(None, &forged).faults.is_empty());
    }

    #[test]
    fn any_text_is_a_line_or_refused(text in any::<String>()) {
        prop_assert_eq!(text.parse::<Line>(), Err(UnreadableLine));
    }

    #[test]
    fn an_entry_reads_back(
        texts in vec(any::<String>(), 4),
        bytes in vec(proptest::option::of(vec(any::<u8>(), 0..40)), 3),
        sequence in any::<i64>(),
        nanos in any::<i64>(),
    ) {
        let entry = Entry {
            action: texts[0].clone(),
            origin: texts[1].clone(),
            resource: texts[2].clone(),
            detail: texts[3].clone(),
            subject: bytes[0].clone(),
            before: bytes[1].clone(),
            after: bytes[2].clone(),
            at: Timestamp::from_nanos(nanos),
            sequence,
            ..entry(client(1), 1)
        };
        let line = Line::Entry { hash: entry.hash(&[0; 32]), entry: Box::new(entry) };
        prop_assert_eq!(line.to_string().parse(), Ok(line.clone()));
        prop_assert!(!line.to_string().contains(['\n', '\r']));
    }
}

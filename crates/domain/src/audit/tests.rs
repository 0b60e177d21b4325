//! Trails, and what the verifier says when somebody has been at them.

use super::{Problem::*, *};

pub(super) fn client(number: u128) -> ClientId {
    ClientId(Uuid::from_u128(number))
}

pub(super) fn signer(seed: u8) -> Signer {
    Signer::from_seed([seed; 32]).unwrap()
}

pub(super) fn entry(client: ClientId, sequence: i64) -> Entry {
    Entry {
        client,
        sequence,
        id: AuditId(Uuid::from_u128(u128::from(sequence.unsigned_abs()))),
        action: "check.deleted".to_owned(),
        actor_kind: ActorKind::Key,
        actor: Some(Uuid::from_u128(5)),
        origin: "192.0.2.1".to_owned(),
        resource: "CHK0001".to_owned(),
        at: Timestamp::from_nanos(1_767_323_045_123_456_789).plus_seconds(sequence),
        subject: Some(vec![0xab, 0x01]),
        before: None,
        after: None,
        detail: "by \"hand\"\nñ".to_owned(),
    }
}

/// A trail of so many entries with checkpoints behind some of them.
pub(super) fn trail(client: ClientId, entries: i64, signer: &Signer, signed: &[i64]) -> Vec<Line> {
    chain(
        (1..=entries).map(|sequence| entry(client, sequence)),
        signer,
        signed,
    )
}

fn chain(entries: impl IntoIterator<Item = Entry>, signer: &Signer, signed: &[i64]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut previous = None;
    for entry in entries {
        let hash = entry.hash(&previous.unwrap_or_else(|| genesis(entry.client)));
        let (client, sequence, at) = (entry.client, entry.sequence, entry.at);
        previous = Some(hash);
        lines.push(Line::Entry {
            entry: Box::new(entry),
            hash,
        });
        if signed.contains(&sequence) {
            lines.push(Line::Checkpoint(signer.sign(client, sequence, hash, at)));
        }
    }
    lines
}

pub(super) fn verify<T: ToString>(known: Option<Checkpoint>, lines: &[T]) -> Report {
    let mut verifier = Verifier::new(vec![signer(7).key()], known);
    for line in lines {
        let _ = verifier.push(&line.to_string());
    }
    verifier.finish()
}

fn faults(report: &Report) -> Vec<(u64, Problem)> {
    report
        .faults
        .iter()
        .map(|fault| (fault.line, fault.what))
        .collect()
}

fn edit(line: &mut Line, change: impl FnOnce(&mut Entry, &mut Hash)) {
    match line {
        Line::Entry { entry, hash } => change(entry, hash),
        Line::Checkpoint(_) => panic!("a checkpoint"),
    }
}

/// Changes the second entry and hashes it behind the first.
fn hash_anew(lines: &mut [Line]) {
    let [Line::Entry { hash: previous, .. }, changed, ..] = lines else {
        panic!("no entries")
    };
    edit(changed, |entry, hash| {
        entry.actor = None;
        *hash = entry.hash(previous);
    });
}

fn checkpoint(line: &Line) -> Checkpoint {
    match line {
        Line::Checkpoint(checkpoint) => checkpoint.clone(),
        Line::Entry { .. } => panic!("an entry"),
    }
}

#[test]
fn the_canonical_text_never_changes() {
    let text = concat!(
        r#"{"client":"TCI00000000000000000000000000000001","sequence":1,"#,
        r#""id":"AUD00000000000000000000000000000001","action":"check.deleted","actor_kind":"key","#,
        r#""actor":"00000000-0000-0000-0000-000000000005","origin":"192.0.2.1","resource":"CHK0001","#,
        r#""at":"2026-01-02T03:04:06.123456789Z","subject":"ab01","before":null,"after":null,"#,
        r#""detail":"by \"hand\"\nñ"}"#,
    );
    let first = entry(client(1), 1);
    assert_eq!(first.canonical(), text);
    let genesis = genesis(client(1));
    assert_eq!(
        hex(&genesis),
        "72f349086184da8c32d78d7a7c5f9db3d98b26c9c37b0be73cd2278c8c2310c9"
    );
    // Computed by hand, from the texts above, with another program.
    let hash = "c947e5ef80375fc0347a898af00560b39c5c4eaa58dd17eab0a5b3949965636f";
    assert_eq!(hex(&first.hash(&genesis)), hash);
    let line = Line::Entry {
        hash: first.hash(&genesis),
        entry: Box::new(first),
    };
    let inner = text.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
    assert_eq!(
        line.to_string(),
        format!(r#"{{"type":"entry",{inner},"hash":"{hash}"}}"#)
    );
}

#[test]
fn a_line_has_one_spelling() {
    let lines = trail(client(1), 1, &signer(7), &[1]);
    for line in &lines {
        let text = line.to_string();
        assert_eq!(text.parse(), Ok(line.clone()));
        for other in [
            text.replace(":", ": "),
            text.replace(r#""sequence":1"#, r#""sequence":1.0"#),
            text.replace(r#""sequence":1"#, r#""sequence":1,"sequence":1"#),
            text.replace(r#","sequence":1"#, ""),
            text.replace("{", r#"{"more":1,"#),
            text.replace(r#""type":"#, r#""kind":"#),
            text.replace("TCI0", "tci0"),
            text.replace("ab01", "AB01").replace("Z\"", "+00:00\""),
            text.replace("789Z", "7890Z"),
            format!(" {text}"),
            format!("{text}\r"),
            format!("{text}{text}"),
            text.replace("entry", "checkpoint")
                .replace("{\"type\":\"checkpoint\",\"client\":\"TCI", "{"),
        ] {
            assert_ne!(other, text);
            assert_eq!(other.parse::<Line>(), Err(UnreadableLine), "{other}");
        }
    }
}

#[test]
fn a_whole_trail_is_good() {
    let report = verify(None, &trail(client(1), 7, &signer(7), &[2, 5]));
    let whole = Report {
        client: Some(client(1)),
        entries: 7,
        first: Some(1),
        last: Some(7),
        checkpoints: 2,
        vouched_until: Some(5),
        tail: 2,
        faults: Vec::new(),
    };
    assert_eq!(report, whole);
    let empty = verify::<Line>(None, &[]);
    assert_eq!((empty.client, empty.entries, empty.faults.len()), (None, 0, 0));
}

/// A way of tampering with a trail of seven entries, checkpoints behind the second, fifth and seventh: what
/// is told of it, and until where the trail is still vouched for.
type Tampering = (
    &'static str,
    fn(&mut Vec<Line>),
    &'static [(u64, Problem)],
    Option<i64>,
);

const TAMPERINGS: &[Tampering] = &[
    ("nothing", |_| (), &[], Some(7)),
    (
        "an entry changed",
        |lines| edit(&mut lines[3], |entry, _| entry.detail.clear()),
        &[(4, WrongHash)],
        Some(2),
    ),
    (
        "an entry changed and hashed anew",
        |lines| hash_anew(&mut lines[3..]),
        &[(6, WrongHash)],
        Some(2),
    ),
    (
        "a signed entry changed and hashed anew",
        |lines| hash_anew(&mut lines[4..]),
        &[(7, OtherEntry), (8, WrongHash)],
        Some(2),
    ),
    (
        "everything hashed anew",
        |lines| {
            let entries = (1..=7).map(|sequence| Entry {
                action: "check.created".to_owned(),
                ..entry(client(1), sequence)
            });
            let forged = chain(entries, &signer(7), &[]);
            let signed = [2, 6, 9].map(|index| lines[index].clone());
            *lines = [
                &forged[..2],
                &signed[..1],
                &forged[2..5],
                &signed[1..2],
                &forged[5..],
                &signed[2..],
            ]
            .concat();
        },
        &[(3, OtherEntry), (7, OtherEntry), (10, OtherEntry)],
        None,
    ),
    (
        "everything signed with another key",
        |lines| *lines = trail(client(1), 7, &signer(8), &[2, 7]),
        &[(3, Signature), (9, Signature)],
        None,
    ),
    (
        "the first entry removed",
        |lines| drop(lines.remove(0)),
        &[(1, StartsLate(2))],
        None,
    ),
    (
        "an entry removed",
        |lines| drop(lines.remove(3)),
        &[(4, Unexpected(3))],
        Some(2),
    ),
    (
        "a signed entry removed",
        |lines| drop(lines.remove(5)),
        &[(6, Misplaced), (7, Unexpected(5))],
        Some(2),
    ),
    (
        "an entry twice",
        |lines| lines.insert(5, lines[3].clone()),
        &[(6, Unexpected(5))],
        Some(2),
    ),
    (
        "two entries swapped",
        |lines| lines.swap(3, 4),
        &[(4, Unexpected(3)), (5, Unexpected(5))],
        Some(2),
    ),
    (
        "an entry of another client",
        |lines| lines.insert(3, trail(client(2), 3, &signer(7), &[]).remove(2)),
        &[(4, OtherClient)],
        Some(2),
    ),
    (
        "a checkpoint of another client",
        |lines| lines[6] = trail(client(2), 5, &signer(7), &[5]).remove(5),
        &[(7, OtherClient)],
        Some(2),
    ),
    (
        "a checkpoint changed",
        |lines| {
            let mut changed = checkpoint(&lines[6]);
            changed.at = changed.at.plus_seconds(1);
            lines[6] = Line::Checkpoint(changed);
        },
        &[(7, Signature)],
        Some(2),
    ),
    (
        "a checkpoint too early",
        |lines| lines.swap(5, 6),
        &[(6, Misplaced)],
        Some(2),
    ),
    (
        "a checkpoint too late",
        |lines| lines.swap(6, 7),
        &[(8, Misplaced)],
        Some(2),
    ),
    (
        "a checkpoint twice",
        |lines| lines.insert(6, lines[6].clone()),
        &[(8, Misplaced)],
        Some(5),
    ),
    (
        "a checkpoint before everything",
        |lines| lines.insert(0, lines[2].clone()),
        &[(1, Misplaced)],
        None,
    ),
    // The next checkpoint says the same and more: nothing is lost.
    (
        "a checkpoint removed",
        |lines| drop(lines.remove(6)),
        &[],
        Some(7),
    ),
    // What is not signed can be cut off unnoticed, unless somebody has kept a checkpoint.
    (
        "the last checkpoint removed",
        |lines| drop(lines.pop()),
        &[],
        Some(5),
    ),
    ("the end cut off", |lines| lines.truncate(4), &[], Some(2)),
];

#[test]
fn tampering_is_told() {
    for (name, tamper, told, vouched) in TAMPERINGS {
        let mut lines = trail(client(1), 7, &signer(7), &[2, 5, 7]);
        tamper(&mut lines);
        let report = verify(None, &lines);
        assert_eq!(faults(&report), *told, "{name}");
        assert_eq!(report.vouched_until, *vouched, "{name}");
        let behind = |line: &&Line| match line {
            Line::Entry { entry, .. } => entry.client == client(1) && Some(entry.sequence) > *vouched,
            Line::Checkpoint(_) => false,
        };
        if told.is_empty() {
            assert_eq!(report.tail, lines.iter().filter(behind).count() as u64, "{name}");
        }
    }
}

#[test]
fn a_known_checkpoint_holds_the_trail_to_its_word() {
    let lines = trail(client(1), 7, &signer(7), &[3, 5]);
    let known = |index: usize| Some(checkpoint(&lines[index]));
    let mut forged = checkpoint(&lines[3]);
    forged.hash[0] ^= 1;
    let mut resigned = signer(7).sign(client(1), 3, forged.hash, forged.at);
    resigned.sequence = 3;
    let other = checkpoint(&trail(client(2), 3, &signer(7), &[3])[3]);
    let last = signer(7).sign(client(1), 7, [0; 32], forged.at);
    for (name, known, lines, told, vouched) in [
        ("from the beginning", known(3), &lines[..], vec![], Some(5)),
        ("right behind it", known(3), &lines[4..], vec![], Some(5)),
        ("right behind it, unsigned", known(3), &lines[4..5], vec![], None),
        ("until it, unsigned", known(3), &lines[..3], vec![], Some(3)),
        ("before it", known(6), &lines[1..], vec![(1, StartsLate(2))], None),
        (
            "too far behind it",
            known(3),
            &lines[5..],
            vec![(1, StartsLate(5))],
            None,
        ),
        (
            "without the end",
            known(6),
            &lines[..5],
            vec![(6, Truncated(5))],
            Some(3),
        ),
        ("nothing at all", known(6), &[], vec![(1, Truncated(5))], None),
        (
            "another entry",
            Some(resigned),
            &lines,
            vec![(3, OtherThanKnown)],
            None,
        ),
        (
            "another last entry",
            Some(last),
            &lines,
            vec![(9, OtherThanKnown)],
            Some(5),
        ),
        (
            "not signed",
            Some(forged),
            &lines,
            vec![(0, KnownSignature), (3, OtherThanKnown)],
            None,
        ),
    ] {
        let report = verify(known, lines);
        assert_eq!(faults(&report), told, "{name}");
        assert_eq!(report.vouched_until, vouched, "{name}");
    }
    let told = faults(&verify(Some(other), &lines[..2]));
    assert_eq!(told, [(1, OtherClient), (2, OtherClient), (3, Truncated(3))]);
}

#[test]
fn without_a_trusted_key_checkpoints_only_have_to_be_whole() {
    let mut verifier = Verifier::new(Vec::new(), None);
    for line in trail(client(1), 2, &signer(9), &[2]) {
        verifier.push(&line.to_string()).unwrap();
    }
    assert_eq!(verifier.finish().vouched_until, Some(2));
}

#[test]
fn numbers_at_the_edge_are_faults_and_no_panic() {
    for first in [i64::MIN, -1, 0, i64::MAX] {
        let entries = [first, first.wrapping_add(1), i64::MAX, 1].map(|sequence| entry(client(1), sequence));
        let lines = chain(entries, &signer(7), &[i64::MAX]);
        for known in [
            None,
            Some(signer(7).sign(client(1), i64::MAX, [0; 32], Timestamp::from_nanos(0))),
        ] {
            assert!(!verify(known, &lines).faults.is_empty());
        }
    }
}

#[test]
fn the_first_faults_are_kept_and_a_fault_tells_its_line() {
    let mut verifier = Verifier::new(Vec::new(), None);
    let fault = verifier.push("").unwrap_err();
    assert_eq!(fault.to_string(), "line 1: not a line of an audit trail");
    let json = serde_json::to_value(fault).unwrap();
    assert_eq!(json["what"], "not a line of an audit trail");
    for _ in 0..100 {
        let _ = verifier.push("{}");
    }
    assert_eq!(verifier.finish().faults.len(), 20);
}

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn customer(n: u128) -> CustomerId {
    CustomerId(Uuid::from_u128(n))
}

fn key(n: u128) -> Key {
    Key::account(Uuid::from_u128(n))
}

/// A partition that numbers its customers as they come.
#[derive(Debug, Default)]
struct Numbered {
    partition: Partition,
    last: u128,
}

impl Numbered {
    fn admit(&mut self, keys: &[u128]) -> Admitted {
        let keys: Vec<Key> = keys.iter().map(|n| key(*n)).collect();
        let next = self.last + 1;
        let admitted = self.partition.admit(&keys, None, || customer(next));
        self.last += u128::from(admitted.is_new);
        admitted
    }

    /// Which keys are together, whoever they belong to.
    fn together(&self) -> BTreeSet<BTreeSet<Key>> {
        let mut groups: BTreeMap<CustomerId, BTreeSet<Key>> = BTreeMap::new();
        for (key, owner) in &self.partition.keys {
            groups
                .entry(self.partition.root(*owner))
                .or_default()
                .insert(key.clone());
        }
        groups.into_values().collect()
    }
}

#[test]
fn keys_that_come_together_are_one_customer_s_and_the_older_one_stays() {
    for (what, events, joins, roots) in [
        ("one key twice", &[&[1][..], &[1]][..], &[][..], &[1][..]),
        ("a second key", &[&[1], &[1, 2], &[2]], &[], &[1]),
        ("strangers", &[&[1], &[2]], &[], &[1, 2]),
        ("two that were strangers", &[&[1], &[2], &[2, 1]], &[(2, 1)], &[1]),
        (
            "three at once",
            &[&[1], &[2], &[3], &[3, 1, 2]],
            &[(2, 1), (3, 1)],
            &[1],
        ),
        (
            "one after the other",
            &[&[1], &[2], &[3], &[2, 3], &[3, 1]],
            &[(3, 2), (2, 1)],
            &[1],
        ),
    ] {
        let mut all = Numbered::default();
        let joined: Vec<Join> = events.iter().flat_map(|keys| all.admit(keys).joins).collect();
        let expected: Vec<Join> = joins
            .iter()
            .map(|(from, into)| Join {
                from: customer(*from),
                into: customer(*into),
            })
            .collect();
        assert_eq!(joined, expected, "{what}");
        let expected: Vec<CustomerId> = roots.iter().map(|n| customer(*n)).collect();
        assert_eq!(all.partition.roots().collect::<Vec<_>>(), expected, "{what}");
    }
}

#[test]
fn a_new_key_belongs_to_whom_it_came_by_and_goes_back_with_that_one() {
    let mut all = Numbered::default();
    all.admit(&[1]);
    all.admit(&[2]);
    let join = Join {
        from: customer(2),
        into: customer(1),
    };
    all.partition.merge(join).unwrap();
    assert_eq!(all.admit(&[2, 3]).home, customer(2));
    assert_eq!(all.partition.root(customer(2)), customer(1));
    assert_eq!(all.partition.unmerge(customer(2), customer(1)), Ok(join));
    let admitted = all.admit(&[3]);
    assert_eq!((admitted.home, admitted.is_new), (customer(2), false));
    assert_eq!(all.partition.root(customer(2)), customer(2));
}

#[test]
fn what_somebody_took_apart_is_not_tied_again_by_itself() {
    let mut all = Numbered::default();
    all.admit(&[1]);
    all.admit(&[2]);
    assert_eq!(all.admit(&[1, 2]).joins.len(), 1);
    all.partition.unmerge(customer(2), customer(1)).unwrap();
    let admitted = all.admit(&[2, 1]);
    // It follows its strongest key.
    assert_eq!((admitted.home, admitted.joins.len()), (customer(2), 0));
    // Not by a third one either, which goes to the older of the two.
    all.admit(&[3]);
    assert_eq!(
        all.admit(&[3, 2, 1]).joins,
        [Join {
            from: customer(3),
            into: customer(1)
        }]
    );
    let again = Join {
        from: customer(2),
        into: customer(1),
    };
    all.partition.merge(again).unwrap();
    assert_eq!(all.partition.root(customer(2)), customer(1));
}

#[test]
fn merges_that_say_nothing_are_refused() {
    let mut all = Numbered::default();
    for n in 1..=3 {
        all.admit(&[n]);
    }
    let join = |from, into| Join {
        from: customer(from),
        into: customer(into),
    };
    all.partition.merge(join(3, 2)).unwrap();
    for (asked, error) in [
        (join(1, 1), NotMerged::Itself),
        (join(3, 1), NotMerged::Already),
        (join(1, 3), NotMerged::Already),
    ] {
        assert_eq!(all.partition.merge(asked), Err(error), "{asked:?}");
    }
    // The older one may go into the younger: whoever merges by hand says who stays.
    all.partition.merge(join(2, 1)).unwrap();
    assert_eq!(all.partition.under(customer(2)), [customer(2), customer(3)]);
    for (from, into) in [(1, 2), (2, 3), (1, 1)] {
        assert_eq!(
            all.partition.unmerge(customer(from), customer(into)),
            Err(NotUnmerged)
        );
    }
    // One further down is taken out of the whole.
    assert_eq!(all.partition.unmerge(customer(3), customer(1)), Ok(join(3, 2)));
    assert_eq!(all.partition.root(customer(3)), customer(3));
}

/// Transactions by their keys, of which there are few, so that they meet.
fn events() -> impl Strategy<Value = Vec<Vec<u128>>> {
    proptest::collection::vec(proptest::collection::vec(0..12_u128, 1..4), 1..16)
}

proptest! {
    #[test]
    fn the_order_of_transactions_does_not_matter(pair in events().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))) {
        let together = |events: &[Vec<u128>]| {
            let mut all = Numbered::default();
            for keys in events {
                all.admit(keys);
            }
            all.together()
        };
        prop_assert_eq!(together(&pair.0), together(&pair.1));
    }

    #[test]
    fn what_was_taken_in_before_changes_nothing(all in events()) {
        let mut first = Numbered::default();
        for keys in &all {
            first.admit(keys);
        }
        for keys in &all {
            let again = first.admit(keys);
            prop_assert!(!again.is_new && again.keys.is_empty() && again.joins.is_empty());
        }
    }

    #[test]
    fn an_unmerge_restores_what_a_merge_changed(all in events(), one in 0..8_usize, other in 0..8_usize) {
        let mut numbered = Numbered::default();
        for keys in &all {
            numbered.admit(keys);
        }
        let before = numbered.together();
        let roots: Vec<CustomerId> = numbered.partition.roots().collect();
        let join = Join { from: roots[one % roots.len()], into: roots[other % roots.len()] };
        if numbered.partition.merge(join).is_ok() {
            prop_assert_eq!(numbered.together().len(), before.len() - 1);
            prop_assert_eq!(numbered.partition.unmerge(join.from, join.into), Ok(join));
        }
        prop_assert_eq!(numbered.together(), before);
    }
}

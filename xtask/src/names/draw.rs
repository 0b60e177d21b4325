//! Chance that is the same in every run, and draws from the pools.

/// SplitMix64.
pub struct Dice(u64);

impl Dice {
    /// Dice that always fall the same way.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below that one.
    pub fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count.max(1)).unwrap_or(1);
        usize::try_from(self.next() % count).unwrap_or(0)
    }

    /// One of them.
    pub fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// Two different ones.
    pub fn two<'a>(&mut self, of: &[&'a str]) -> [&'a str; 2] {
        let first = self.one(of);
        loop {
            let second = self.one(of);
            if second != first {
                return [first, second];
            }
        }
    }
}

/// Every second entry of a pool: one half for training, the other kept aside.
pub fn half(pool: &str, separator: char, aside: bool) -> Vec<&str> {
    pool.split(separator)
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .enumerate()
        .filter(|(place, _)| (place % 2 == 1) == aside)
        .map(|(_, entry)| entry)
        .collect()
}

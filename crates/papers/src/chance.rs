//! Chance that comes out the same for the same seed: `SplitMix64`.

/// A source of chance.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below that one.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// A number from 0 to 1.
    pub fn share(&mut self) -> f32 {
        let bits = u16::try_from(self.next() >> 48).unwrap_or(0);
        f32::from(bits) / 65_535.0
    }

    /// A number between two.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        (high - low).mul_add(self.share(), low)
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(from.len() as u64)).unwrap_or(0);
        &from[at]
    }

    /// So many digits, the first not 0.
    pub fn digits(&mut self, count: usize) -> String {
        let first = std::iter::once(1 + self.below(9));
        let mut rest = self.clone();
        let digits: String = first
            .chain((1..count).map(|_| rest.below(10)))
            .map(|digit| digit.to_string())
            .collect();
        *self = rest;
        digits
    }
}

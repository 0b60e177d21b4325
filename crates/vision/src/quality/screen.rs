//! Whether a picture shows a screen: the grid of its pixels is a peak in the spectrum.

use image::GrayImage;
use rustfft::{FftPlanner, num_complex::Complex};

use super::at_share;
use crate::numbers::{index, real};

/// The side of the piece out of the middle whose spectrum is taken, unscaled: scaling would take the grid away.
const SIDE: u32 = 512;
/// Frequencies below it belong to what is drawn.
const MIN_RADIUS: f32 = 60.0;
/// Rings this wide are compared within themselves: the spectrum of any picture falls outwards.
const RING: f32 = 8.0;

/// How many times the median of its ring the strongest frequency is; 0 for a picture that is too small to say.
pub fn peak(luma: &GrayImage) -> f32 {
    let (width, height) = luma.dimensions();
    if width < SIDE || height < SIDE {
        return 0.0;
    }
    let (left, top) = ((width - SIDE) / 2, (height - SIDE) / 2);
    let side = SIDE as usize;
    // Without a window, the seam between the edges is a cross of peaks.
    let window: Vec<f32> = (0..SIDE)
        .map(|at| 0.5 - 0.5 * (std::f32::consts::TAU * real(at) / real(SIDE - 1)).cos())
        .collect();
    let mut field: Vec<Complex<f32>> = (0..SIDE)
        .flat_map(|y| (0..SIDE).map(move |x| (x, y)))
        .map(|(x, y)| {
            let level = f32::from(luma.get_pixel(left + x, top + y)[0]) - 128.0;
            Complex::new(level * window[x as usize] * window[y as usize], 0.0)
        })
        .collect();
    let transform = FftPlanner::new().plan_fft_forward(side);
    transform.process(&mut field);
    let mut field = transposed(&field, side);
    transform.process(&mut field);
    strongest(&field, side)
}

fn transposed(field: &[Complex<f32>], side: usize) -> Vec<Complex<f32>> {
    let mut turned = Vec::with_capacity(field.len());
    for column in 0..side {
        turned.extend((0..side).map(|row| field[row * side + column]));
    }
    turned
}

fn strongest(field: &[Complex<f32>], side: usize) -> f32 {
    let half = side / 2;
    let signed = |at: usize| {
        let distance = if at < half { at } else { side - at };
        real(u32::try_from(distance).unwrap_or(0))
    };
    let mut rings: Vec<Vec<f32>> = Vec::new();
    // The spectrum of real numbers is symmetric: half of it says all.
    for row in 0..=half {
        for column in 0..side {
            let (x, y) = (signed(column), signed(row));
            let radius = x.hypot(y);
            // Lines of text and edges of a card lie along the axes, and are strong there without any screen.
            if radius < MIN_RADIUS || x < 3.0 || y < 3.0 {
                continue;
            }
            let ring = index((radius - MIN_RADIUS) / RING);
            if rings.len() <= ring {
                rings.resize(ring + 1, Vec::new());
            }
            rings[ring].push(field[row * side + column].norm());
        }
    }
    rings
        .into_iter()
        .filter(|ring| ring.len() > 50)
        .map(|ring| {
            let most = ring.iter().copied().fold(0.0, f32::max);
            let median = at_share(ring, 0.5);
            if median > 1.0 { most / median } else { 0.0 }
        })
        .fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use image::Luma;

    use super::*;
    use crate::numbers::byte;

    fn textured(grid: f32) -> GrayImage {
        let mut state = 7u32;
        GrayImage::from_fn(600, 600, |x, y| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = real(state >> 24) / 16.0;
            let wave = (real(x) * 0.9 + real(y) * 0.31).sin() * (real(y) * 1.1).sin();
            Luma([byte(grid.mul_add(wave, 150.0 + noise))])
        })
    }

    #[test]
    fn a_grid_is_a_peak() {
        let (without, with) = (peak(&textured(0.0)), peak(&textured(12.0)));
        assert!(without < 12.0 && with > 20.0, "{without} {with}");
        assert_eq!(peak(&GrayImage::new(100, 100)), 0.0);
    }
}

//! Points, turned rectangles, and cutting pieces out of a picture along them.

use image::{Rgb, RgbImage};

use crate::numbers::{byte, index, length, pixel, real};

/// A point in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl Point {
    /// A point.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// How far it reaches along a direction.
    pub fn along(self, direction: Self) -> f32 {
        self.x.mul_add(direction.x, self.y * direction.y)
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }

    /// So many times as far.
    pub fn times(self, factor: f32) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }

    /// A quarter turn to the right, as seen on the screen.
    pub fn turned(self) -> Self {
        Self::new(-self.y, self.x)
    }
}

/// A rectangle that need not stand upright.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turned {
    /// Its middle.
    pub middle: Point,
    /// The direction in which its width is measured, of length 1.
    pub right: Point,
    /// Its extent along `right`.
    pub width: f32,
    /// Its extent across.
    pub height: f32,
}

impl Turned {
    /// The smallest one around the points; none for fewer than two different ones.
    pub fn around(points: &[Point]) -> Option<Self> {
        let hull = hull(points);
        if hull.len() < 2 {
            return None;
        }
        let edges = (0..hull.len()).map(|at| hull[(at + 1) % hull.len()].minus(hull[at]));
        edges
            .filter_map(|edge| {
                let long = edge.x.hypot(edge.y);
                (long > 0.0).then(|| Self::along(&hull, edge.times(1.0 / long)))
            })
            .min_by(|a, b| (a.width * a.height).total_cmp(&(b.width * b.height)))
    }

    fn along(points: &[Point], right: Point) -> Self {
        let extent = |direction: Point| {
            points.iter().fold((f32::MAX, f32::MIN), |(low, high), point| {
                let at = point.along(direction);
                (low.min(at), high.max(at))
            })
        };
        let down = right.turned();
        let (left, far) = extent(right);
        let (top, bottom) = extent(down);
        Self {
            middle: right
                .times((left + far) / 2.0)
                .plus(down.times((top + bottom) / 2.0)),
            right,
            width: far - left,
            height: bottom - top,
        }
    }

    /// The same rectangle, its width measured along whichever of its sides is nearest to the direction.
    pub fn facing(self, direction: Point) -> Self {
        let (mut best, mut nearest) = (self, f32::MIN);
        let mut turned = self;
        for _ in 0..4 {
            let near = turned.right.along(direction);
            if near > nearest {
                (best, nearest) = (turned, near);
            }
            turned = Self {
                right: turned.right.turned(),
                width: turned.height,
                height: turned.width,
                ..turned
            };
        }
        best
    }

    /// The same rectangle, larger by so much on each side.
    pub fn grown(self, margin: f32) -> Self {
        Self {
            width: margin.mul_add(2.0, self.width),
            height: margin.mul_add(2.0, self.height),
            ..self
        }
    }

    /// The same rectangle in a picture that is so many times as large.
    pub fn scaled(self, factor: f32) -> Self {
        Self {
            middle: self.middle.times(factor),
            width: self.width * factor,
            height: self.height * factor,
            ..self
        }
    }

    /// Its corners.
    pub fn corners(&self) -> [Point; 4] {
        let across = self.right.times(self.width / 2.0);
        let down = self.right.turned().times(self.height / 2.0);
        [
            self.middle.minus(across).minus(down),
            self.middle.plus(across).minus(down),
            self.middle.plus(across).plus(down),
            self.middle.minus(across).plus(down),
        ]
    }

    /// What is in it, at that size.
    pub fn cut(&self, picture: &RgbImage, width: u32, height: u32) -> RgbImage {
        let down = self.right.turned();
        let corner = self
            .middle
            .minus(self.right.times(self.width / 2.0))
            .minus(down.times(self.height / 2.0));
        let step = (self.width / real(width), self.height / real(height));
        RgbImage::from_fn(width, height, |x, y| {
            let across = self.right.times((real(x) + 0.5) * step.0);
            let below = down.times((real(y) + 0.5) * step.1);
            let at = corner.plus(across).plus(below);
            sample(picture, at.x - 0.5, at.y - 0.5)
        })
    }
}

/// The convex hull, by Andrew's monotone chain.
fn hull(points: &[Point]) -> Vec<Point> {
    let mut points = points.to_vec();
    points.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let half = |points: &mut dyn Iterator<Item = Point>| {
        let mut chain: Vec<Point> = Vec::new();
        for point in points {
            while let [.., before, last] = chain[..] {
                let (edge, next) = (last.minus(before), point.minus(before));
                if edge.x.mul_add(next.y, -(edge.y * next.x)) > 0.0 {
                    break;
                }
                chain.pop();
            }
            chain.push(point);
        }
        chain.pop();
        chain
    };
    let mut around = half(&mut points.iter().copied());
    around.extend(half(&mut points.iter().rev().copied()));
    around
}

/// The colour between four pixels; at the edges, the edge's.
pub fn sample(picture: &RgbImage, x: f32, y: f32) -> Rgb<u8> {
    let (width, height) = picture.dimensions();
    let x = x.clamp(0.0, real(width.saturating_sub(1)));
    let y = y.clamp(0.0, real(height.saturating_sub(1)));
    let (left, top) = (pixel(x), pixel(y));
    let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
    let (across, down) = (x - real(left), y - real(top));
    let four =
        [(left, top), (right, top), (left, bottom), (right, bottom)].map(|(x, y)| picture.get_pixel(x, y).0);
    let mix = |channel: usize| {
        let [a, b, c, d] = four.map(|pixel| f32::from(pixel[channel]));
        let upper = (b - a).mul_add(across, a);
        let lower = (d - c).mul_add(across, c);
        byte((lower - upper).mul_add(down, upper))
    };
    Rgb([mix(0), mix(1), mix(2)])
}

/// A map of the plane that turns, scales and moves, and keeps angles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Similarity {
    a: f32,
    b: f32,
    x: f32,
    y: f32,
}

impl Similarity {
    /// The one that brings the points nearest to their targets, in the sense of least squares.
    pub fn fit(from: &[Point; 5], to: &[Point; 5]) -> Option<Self> {
        let mean = |points: &[Point; 5]| {
            let sum = points
                .iter()
                .fold(Point::new(0.0, 0.0), |sum, point| sum.plus(*point));
            sum.times(0.2)
        };
        let (from_mean, to_mean) = (mean(from), mean(to));
        let (mut dot, mut cross, mut size) = (0.0, 0.0, 0.0);
        for (from, to) in from.iter().zip(to) {
            let (p, q) = (from.minus(from_mean), to.minus(to_mean));
            dot += p.along(q);
            cross += p.x.mul_add(q.y, -(p.y * q.x));
            size += p.along(p);
        }
        if size <= f32::EPSILON {
            return None;
        }
        let (a, b) = (dot / size, cross / size);
        if a.hypot(b) <= f32::EPSILON {
            return None;
        }
        Some(Self {
            a,
            b,
            x: to_mean.x - a.mul_add(from_mean.x, -(b * from_mean.y)),
            y: to_mean.y - b.mul_add(from_mean.x, a * from_mean.y),
        })
    }

    /// Where a point comes from.
    pub fn back(&self, point: Point) -> Point {
        let (x, y) = (point.x - self.x, point.y - self.y);
        let size = self.a.mul_add(self.a, self.b * self.b);
        Point::new(
            self.a.mul_add(x, self.b * y) / size,
            self.a.mul_add(y, -(self.b * x)) / size,
        )
    }

    /// The picture as the map leaves it. What lies outside is black, as the networks were trained.
    pub fn warp(&self, picture: &RgbImage, width: u32, height: u32) -> RgbImage {
        let (right, bottom) = (real(picture.width()), real(picture.height()));
        RgbImage::from_fn(width, height, |x, y| {
            let from = self.back(Point::new(real(x), real(y)));
            if from.x < -0.5 || from.y < -0.5 || from.x > right - 0.5 || from.y > bottom - 0.5 {
                return Rgb([0, 0, 0]);
            }
            sample(picture, from.x, from.y)
        })
    }
}

/// A picture turned to the right by quarters.
pub fn quarter_turns(picture: &RgbImage, quarters: u8) -> RgbImage {
    match quarters % 4 {
        1 => image::imageops::rotate90(picture),
        2 => image::imageops::rotate180(picture),
        3 => image::imageops::rotate270(picture),
        _ => picture.clone(),
    }
}

/// The values of a picture channel by channel, as networks take them: blue first, `(value - minus) * times`.
pub fn planes(picture: &RgbImage, blue_first: bool, minus: f32, times: f32) -> Vec<f32> {
    let (width, height) = picture.dimensions();
    let size = index(real(width)) * index(real(height));
    let mut planes = vec![0.0; size * 3];
    for (at, pixel) in picture.pixels().enumerate() {
        for (channel, value) in pixel.0.iter().enumerate() {
            let plane = if blue_first { 2 - channel } else { channel };
            planes[plane * size + at] = (f32::from(*value) - minus) * times;
        }
    }
    planes
}

/// The size that fits a multiple of 32, as networks with strides want it, and at least one of them.
pub fn in_steps(size: f32) -> u32 {
    let steps = pixel((size / 32.0).round()).max(1);
    length(steps as usize * 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_rectangle_is_found_at_any_angle() {
        for degrees in [0.0f32, 12.0, 45.0, 80.0, 120.0] {
            let right = Point::new(degrees.to_radians().cos(), degrees.to_radians().sin());
            let down = right.turned();
            let middle = Point::new(300.0, 200.0);
            let corners: Vec<_> = [
                (-50.0, -10.0),
                (50.0, -10.0),
                (50.0, 10.0),
                (-50.0, 10.0),
                (3.0, 2.0),
            ]
            .iter()
            .map(|(x, y)| middle.plus(right.times(*x)).plus(down.times(*y)))
            .collect();
            let found = Turned::around(&corners).unwrap().facing(right);
            assert!(
                (found.width - 100.0).abs() < 0.1 && (found.height - 20.0).abs() < 0.1,
                "{found:?}"
            );
            assert!(found.right.along(right) > 0.999);
        }
    }

    #[test]
    fn points_without_an_extent_have_no_rectangle() {
        assert_eq!(Turned::around(&[]), None);
        assert_eq!(Turned::around(&[Point::new(1.0, 1.0); 4]), None);
    }

    #[test]
    fn a_similarity_is_found_again() {
        let from =
            [(0.0, 0.0), (10.0, 0.0), (5.0, 5.0), (0.0, 10.0), (10.0, 10.0)].map(|(x, y)| Point::new(x, y));
        let turn = |p: Point| Point::new(2.0f32.mul_add(p.x, -p.y) + 7.0, p.x + 2.0 * p.y - 3.0);
        let fit = Similarity::fit(&from, &from.map(turn)).unwrap();
        for point in from {
            let back = fit.back(turn(point));
            assert!((back.x - point.x).abs() < 1e-3 && (back.y - point.y).abs() < 1e-3);
        }
        assert_eq!(Similarity::fit(&[Point::new(1.0, 1.0); 5], &from), None);
    }

    #[test]
    fn a_turned_piece_is_cut_upright() {
        let picture = RgbImage::from_fn(40, 40, |_, y| {
            if y < 20 {
                Rgb([255, 0, 0])
            } else {
                Rgb([0, 0, 255])
            }
        });
        let piece = Turned {
            middle: Point::new(20.0, 20.0),
            right: Point::new(0.0, 1.0),
            width: 20.0,
            height: 10.0,
        };
        let cut = piece.cut(&picture, 20, 10);
        assert!(cut.get_pixel(2, 5)[0] > 200 && cut.get_pixel(17, 5)[2] > 200);
    }
}

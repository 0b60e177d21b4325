//! `YuNet`: three grids over the picture, each cell with a face or none.

use image::{RgbImage, imageops::FilterType};

use cotejo_domain::reading::Area;

use super::Found;
use crate::{
    error::VisionError,
    geometry::{Point, in_steps, planes},
    models::FACE_DETECTOR,
    numbers::real,
    runtime::{Network, Tensor},
};

/// The longest side that the network is given. A face on a card is about 150 pixels high then.
const SIDE: f32 = 640.0;
/// Below it, nine in ten are ornaments.
const MIN_SCORE: f32 = 0.7;
/// Two boxes that share more of their area than that are one face.
const OVERLAP: f32 = 0.3;
const STRIDES: [u32; 3] = [8, 16, 32];

pub fn detect(network: &dyn Network, picture: &RgbImage) -> Result<Vec<Found>, VisionError> {
    let (width, height) = picture.dimensions();
    let factor = SIDE / real(width.max(height).max(1));
    let (across, down) = (in_steps(real(width) * factor), in_steps(real(height) * factor));
    let small = image::imageops::resize(picture, across, down, FilterType::Triangle);
    let input = Tensor::picture(across, down, planes(&small, true, 0.0, 1.0));
    let outputs = network.run(input)?;
    let scale = (real(width) / real(across), real(height) / real(down));
    decode(&outputs, across, scale).ok_or(VisionError::Answer { model: FACE_DETECTOR })
}

/// The faces in what the network said, the largest first.
fn decode(outputs: &[Tensor], width: u32, scale: (f32, f32)) -> Option<Vec<Found>> {
    let [c8, c16, c32, o8, o16, o32, b8, b16, b32, k8, k16, k32] = outputs else {
        return None;
    };
    let mut found = Vec::new();
    for (stride, [class, object, boxes, points]) in
        STRIDES
            .into_iter()
            .zip([[c8, o8, b8, k8], [c16, o16, b16, k16], [c32, o32, b32, k32]])
    {
        let columns = (width / stride).max(1);
        let cells = class.data.len();
        if object.data.len() != cells || boxes.data.len() != cells * 4 || points.data.len() != cells * 10 {
            return None;
        }
        let (boxes, points) = (boxes.data.as_chunks::<4>().0, points.data.as_chunks::<10>().0);
        let scores = class.data.iter().zip(&object.data);
        let mut place = (0, 0);
        for ((class, object), (shape, marks)) in scores.zip(boxes.iter().zip(points)) {
            let (column, row) = place;
            place = if column + 1 < columns {
                (column + 1, row)
            } else {
                (0, row + 1)
            };
            let score = (class.clamp(0.0, 1.0) * object.clamp(0.0, 1.0)).sqrt();
            if score >= MIN_SCORE {
                found.push(at_cell(
                    score,
                    shape,
                    marks,
                    (real(column), real(row)),
                    (real(stride), scale),
                ));
            }
        }
    }
    Some(without_doubles(found))
}

fn at_cell(
    score: f32,
    shape: &[f32; 4],
    marks: &[f32; 10],
    (column, row): (f32, f32),
    (stride, scale): (f32, (f32, f32)),
) -> Found {
    // A network gone wrong must not make a box without end.
    let extent = |log: f32| log.clamp(-8.0, 5.0).exp() * stride;
    let (width, height) = (extent(shape[2]) * scale.0, extent(shape[3]) * scale.1);
    let point =
        |dx: f32, dy: f32| Point::new((column + dx) * stride * scale.0, (row + dy) * stride * scale.1);
    let middle = point(shape[0], shape[1]);
    let mark = |at: usize| point(marks[at * 2], marks[at * 2 + 1]);
    Found {
        area: Area {
            left: middle.x - width / 2.0,
            top: middle.y - height / 2.0,
            width,
            height,
        },
        score,
        landmarks: [mark(0), mark(1), mark(2), mark(3), mark(4)],
    }
}

fn without_doubles(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Found> = Vec::new();
    for face in found {
        if kept
            .iter()
            .all(|other| shared(&face.area, &other.area) <= OVERLAP)
        {
            kept.push(face);
        }
    }
    let size = |face: &Found| face.area.width * face.area.height;
    kept.sort_by(|a, b| size(b).total_cmp(&size(a)));
    kept
}

/// The area that both have, of the area that either has.
fn shared(a: &Area, b: &Area) -> f32 {
    let width = a.right().min(b.right()) - a.left.max(b.left);
    let height = a.bottom().min(b.bottom()) - a.top.max(b.top);
    if width <= 0.0 || height <= 0.0 {
        return 0.0;
    }
    let both = width * height;
    both / (a.width.mul_add(a.height, b.width * b.height) - both)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Vec<Tensor> {
        let cells = [64usize, 16, 4];
        [1usize, 1, 4, 10]
            .iter()
            .flat_map(|wide| {
                cells.map(|cells| Tensor {
                    shape: vec![1, cells, *wide],
                    data: vec![0.0; cells * wide],
                })
            })
            .collect()
    }

    #[test]
    fn a_face_is_where_its_cell_is() {
        let mut outputs = empty();
        // The grid of stride 16 over 64 x 64 has 4 columns; cell 6 is the second row's third.
        outputs[1].data[6] = 1.0;
        outputs[4].data[6] = 0.81;
        outputs[7].data[24..28].copy_from_slice(&[0.5, 0.5, 0.0, 0.0]);
        let found = decode(&outputs, 64, (2.0, 2.0)).unwrap();
        assert_eq!(found.len(), 1);
        assert!((found[0].score - 0.9).abs() < 1e-6);
        assert_eq!(
            found[0].area,
            Area {
                left: 64.0,
                top: 32.0,
                width: 32.0,
                height: 32.0
            }
        );
        assert_eq!(found[0].landmarks[0], Point::new(64.0, 32.0));
    }

    #[test]
    fn two_boxes_over_one_face_are_one() {
        let mut outputs = empty();
        for cell in [5, 6] {
            outputs[1].data[cell] = 1.0;
            outputs[4].data[cell] = 1.0;
            // Three cells wide.
            outputs[7].data[cell * 4 + 2] = 3f32.ln();
            outputs[7].data[cell * 4 + 3] = 3f32.ln();
        }
        assert_eq!(decode(&outputs, 64, (1.0, 1.0)).unwrap().len(), 1);
    }

    #[test]
    fn answers_in_another_form_are_refused() {
        assert!(decode(&[], 64, (1.0, 1.0)).is_none());
        let mut outputs = empty();
        outputs[6].data.pop();
        assert!(decode(&outputs, 64, (1.0, 1.0)).is_none());
        assert_eq!(decode(&empty(), 64, (1.0, 1.0)).unwrap(), []);
    }
}

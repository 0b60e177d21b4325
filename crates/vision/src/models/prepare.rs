//! From the files as their packages hold them to the files that run.
//!
//! The two networks for faces come with weights in blocks of eight bits, which only few runtimes read: they become
//! plain floats. The reader of text knows 18,708 characters; all but Latin ones are cut off its last layer, which
//! keeps it from reading a Greek rho for a P and takes a fifth of its time away.

use std::collections::HashMap;

use prost::Message as _;

use super::onnx::{Dimension, Graph, Model, Tensor};

/// Characters that papers of Latin America bear, besides those of ASCII.
const LETTERS: &str = "ÁÀÂÃÄÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÕÖØŒÚÙÛÜÝŸáàâãäåæçéèêëíìîïñóòôõöøœúùûüýÿßºª°¿¡«»–—’“”·€£§©®±×½";

/// Folds the weights of a network for faces into floats, and frees the size of its input if it may have any.
pub fn plain(bytes: &[u8], any_size: bool) -> Result<Vec<u8>, String> {
    let mut model = decode(bytes)?;
    let graph = model.graph.as_mut().ok_or("it has no graph")?;
    fold(graph)?;
    drop_dropout(graph);
    let names: Vec<_> = graph
        .initializer
        .iter()
        .filter_map(|tensor| tensor.name.clone())
        .collect();
    graph
        .input
        .retain(|input| !names.iter().any(|name| input.name.as_ref() == Some(name)));
    // Shapes that were noted for one size of input would be wrong for others.
    graph.value_info.clear();
    if any_size {
        for input in &mut graph.input {
            free(
                input
                    .kind
                    .as_mut()
                    .and_then(|kind| kind.tensor.as_mut())
                    .and_then(|tensor| tensor.shape.as_mut()),
            );
        }
        for output in &mut graph.output {
            let tensor = output.kind.as_mut().and_then(|kind| kind.tensor.as_mut());
            for dim in tensor
                .and_then(|tensor| tensor.shape.as_mut())
                .into_iter()
                .flat_map(|shape| &mut shape.dim)
            {
                if dim.value.is_some_and(|value| value > 10) {
                    *dim = named("anchors");
                }
            }
        }
    }
    Ok(model.encode_to_vec())
}

fn free(shape: Option<&mut super::onnx::Shape>) {
    let Some(shape) = shape else { return };
    for (dim, name) in shape.dim.iter_mut().skip(2).zip(["height", "width"]) {
        *dim = named(name);
    }
}

fn named(name: &str) -> Dimension {
    Dimension {
        value: None,
        param: Some(name.to_owned()),
    }
}

fn decode(bytes: &[u8]) -> Result<Model, String> {
    Model::decode(bytes).map_err(|error| error.to_string())
}

/// Carries out what depends on weights alone: `DequantizeLinear`, and the `Reshape` behind it.
fn fold(graph: &mut Graph) -> Result<(), String> {
    let mut weights: HashMap<String, Tensor> = graph
        .initializer
        .drain(..)
        .filter_map(|tensor| Some((tensor.name.clone()?, tensor)))
        .collect();
    let mut spent = Vec::new();
    let mut kept = Vec::new();
    for node in graph.node.drain(..) {
        let known = node.input.iter().all(|name| weights.contains_key(name));
        let ([output], true) = (node.output.as_slice(), known) else {
            kept.push(node);
            continue;
        };
        let inputs: Option<Vec<&Tensor>> = node.input.iter().map(|name| weights.get(name)).collect();
        let folded = match (node.op_type.as_deref(), inputs.as_deref()) {
            (Some("DequantizeLinear"), Some([quantized, scales, zeros])) => {
                let axis = node.integer("axis").unwrap_or(1);
                let block = node.integer("block_size").unwrap_or(0);
                dequantized(output, quantized, scales, zeros, (axis, block))
                    .ok_or_else(|| format!("the weights of {output} are in an unknown form"))?
            }
            (Some("Reshape"), Some([weight, shape])) => {
                let dims = shape.integers().ok_or("a shape is no list of numbers")?;
                Tensor {
                    dims,
                    name: Some(output.clone()),
                    ..(*weight).clone()
                }
            }
            _ => {
                kept.push(node);
                continue;
            }
        };
        spent.extend(node.input.iter().cloned());
        weights.insert(output.clone(), folded);
    }
    let used = |name: &String| kept.iter().any(|node| node.input.contains(name));
    for name in spent.iter().filter(|name| !used(name)) {
        weights.remove(name);
    }
    let mut weights: Vec<_> = weights.into_values().collect();
    // A map has no order, and the file's digest is pinned.
    weights.sort_by(|a, b| a.name.cmp(&b.name));
    graph.initializer = weights;
    graph.node = kept;
    Ok(())
}

/// Each block along the axis has a scale and a zero of its own.
fn dequantized(
    name: &str,
    quantized: &Tensor,
    scales: &Tensor,
    zeros: &Tensor,
    (axis, block): (i64, i64),
) -> Option<Tensor> {
    let data = quantized.signed_bytes()?;
    let (scales, zeros) = (scales.floats()?, zeros.signed_bytes()?);
    let dims: Vec<usize> = quantized
        .dims
        .iter()
        .map(|dim| usize::try_from(*dim).ok())
        .collect::<Option<_>>()?;
    let axis = usize::try_from(axis).ok().filter(|axis| *axis < dims.len())?;
    let block = usize::try_from(block).ok().filter(|block| *block > 0)?;
    let inner: usize = dims[axis + 1..].iter().product();
    let blocks = dims[axis].div_ceil(block);
    let outer: usize = dims[..axis].iter().product();
    let fits = data.len() == outer * dims[axis] * inner && scales.len() == outer * blocks * inner;
    if !fits || zeros.len() != scales.len() {
        return None;
    }
    let plain: Vec<f32> = data
        .iter()
        .enumerate()
        .map(|(at, value)| {
            let (before, along, after) = (at / (inner * dims[axis]), at / inner % dims[axis], at % inner);
            let of = (before * blocks + along / block) * inner + after;
            (value - zeros[of]) * scales[of]
        })
        .collect();
    Some(Tensor::of_floats(name, quantized.dims.clone(), &plain))
}

/// Without training, what goes into a dropout comes out of it.
fn drop_dropout(graph: &mut Graph) {
    let mut renamed: HashMap<String, String> = HashMap::new();
    let mut spent = Vec::new();
    graph.node.retain(|node| {
        let ([from, rest @ ..], [to, ..], true) =
            (node.input.as_slice(), node.output.as_slice(), node.is("Dropout"))
        else {
            return true;
        };
        renamed.insert(to.clone(), from.clone());
        spent.extend(rest.iter().cloned());
        false
    });
    graph
        .node
        .retain(|node| !node.is("Constant") || !node.output.iter().any(|output| spent.contains(output)));
    for input in graph.node.iter_mut().flat_map(|node| &mut node.input) {
        if let Some(name) = renamed.get(input) {
            input.clone_from(name);
        }
    }
}

/// The metadata under which a reader of text keeps its characters.
pub const CHARACTERS: &str = "character";

/// Cuts the reader of text down to Latin characters.
pub fn latin(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut model = decode(bytes)?;
    let entry = model
        .metadata
        .iter_mut()
        .find(|entry| entry.key.as_deref() == Some(CHARACTERS))
        .and_then(|entry| entry.value.as_mut())
        .ok_or("it has no list of characters")?;
    let characters: Vec<&str> = entry.lines().collect();
    let wanted = |text: &str| {
        let mut chars = text.chars();
        let one = chars.next().filter(|_| chars.next().is_none());
        one.is_some_and(|c| c.is_ascii_graphic() || LETTERS.contains(c))
    };
    let (mut columns, mut left) = (vec![0], Vec::new());
    for (at, text) in characters.iter().enumerate() {
        if wanted(text) {
            columns.push(at + 1);
            left.push(*text);
        }
    }
    // Behind the list the network has one class more, the blank between words.
    let classes = characters.len() + 2;
    columns.push(classes - 1);
    *entry = left.join("\n");
    let graph = model.graph.as_mut().ok_or("it has no graph")?;
    let mut cut = 0;
    for tensor in &mut graph.initializer {
        let last = tensor.dims.last().and_then(|dim| usize::try_from(*dim).ok());
        if last != Some(classes) {
            continue;
        }
        let data = tensor.floats().ok_or("its last layer has no floats")?;
        let rows = data.chunks_exact(classes);
        let kept: Vec<f32> = rows
            .flat_map(|row| columns.iter().filter_map(|at| row.get(*at).copied()))
            .collect();
        let mut dims = tensor.dims.clone();
        if let Some(dim) = dims.last_mut() {
            *dim = i64::try_from(columns.len()).unwrap_or(0);
        }
        *tensor = Tensor::of_floats(tensor.name.as_deref().unwrap_or_default(), dims, &kept);
        cut += 1;
    }
    if cut != 2 {
        return Err(format!(
            "{cut} tensors instead of 2 are as wide as its characters"
        ));
    }
    graph.value_info.clear();
    for output in &mut graph.output {
        let tensor = output.kind.as_mut().and_then(|kind| kind.tensor.as_mut());
        if let Some(dim) = tensor
            .and_then(|tensor| tensor.shape.as_mut())
            .and_then(|shape| shape.dim.last_mut())
        {
            *dim = named("characters");
        }
    }
    Ok(model.encode_to_vec())
}

#[cfg(test)]
mod tests {
    use super::super::onnx::{Attribute, Entry, Node};
    use super::*;

    fn bytes_tensor(name: &str, dims: Vec<i64>, data: &[i8]) -> Tensor {
        Tensor {
            dims,
            data_type: Some(3),
            name: Some(name.to_owned()),
            raw_data: Some(data.iter().map(|value| value.cast_unsigned()).collect()),
            ..Tensor::default()
        }
    }

    fn node(operation: &str, input: &[&str], output: &str, attributes: &[(&str, i64)]) -> Node {
        Node {
            input: input.iter().map(|&name| name.to_owned()).collect(),
            output: vec![output.to_owned()],
            op_type: Some(operation.to_owned()),
            attribute: attributes
                .iter()
                .map(|(name, value)| Attribute {
                    name: Some((*name).to_owned()),
                    i: Some(*value),
                    kind: Some(2),
                    ..Attribute::default()
                })
                .collect(),
            ..Node::default()
        }
    }

    #[test]
    fn blocks_become_floats_and_dropout_goes() {
        let shape = Tensor {
            dims: vec![2],
            data_type: Some(7),
            int64_data: vec![4, 1],
            name: Some("shape".to_owned()),
            ..Tensor::default()
        };
        let model = Model {
            graph: Some(Graph {
                node: vec![
                    node(
                        "DequantizeLinear",
                        &["q", "s", "z"],
                        "w",
                        &[("axis", 1), ("block_size", 2)],
                    ),
                    node("Reshape", &["w", "shape"], "r", &[]),
                    node("Constant", &[], "ratio", &[]),
                    node("Dropout", &["x", "ratio"], "d", &[]),
                    node("MatMul", &["d", "r"], "y", &[]),
                ],
                initializer: vec![
                    bytes_tensor("q", vec![1, 4], &[10, -10, 4, 6]),
                    Tensor::of_floats("s", vec![1, 2], &[0.5, 2.0]),
                    bytes_tensor("z", vec![1, 2], &[0, 1]),
                    shape,
                ],
                ..Graph::default()
            }),
            ..Model::default()
        };
        let plain = Model::decode(plain(&model.encode_to_vec(), true).unwrap().as_slice()).unwrap();
        let graph = plain.graph.unwrap();
        assert_eq!(graph.node.len(), 1);
        assert_eq!(graph.node[0].input, ["x", "r"]);
        assert_eq!(graph.initializer.len(), 1);
        assert_eq!(graph.initializer[0].dims, [4, 1]);
        assert_eq!(graph.initializer[0].floats().unwrap(), [5.0, -5.0, 6.0, 10.0]);
    }

    #[test]
    fn only_latin_characters_stay() {
        let model = Model {
            graph: Some(Graph {
                initializer: vec![
                    Tensor::of_floats("w", vec![1, 6], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]),
                    Tensor::of_floats("b", vec![6], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]),
                ],
                ..Graph::default()
            }),
            metadata: vec![Entry {
                key: Some(CHARACTERS.to_owned()),
                value: Some("A\nΡ\n中\nñ".to_owned()),
            }],
            ..Model::default()
        };
        let cut = Model::decode(latin(&model.encode_to_vec()).unwrap().as_slice()).unwrap();
        assert_eq!(cut.metadata[0].value.as_deref(), Some("A\nñ"));
        for tensor in &cut.graph.unwrap().initializer {
            assert_eq!(tensor.floats().unwrap(), [0.0, 1.0, 4.0, 5.0]);
        }
    }

    #[test]
    fn what_is_no_model_is_refused() {
        assert!(plain(b"no model", false).is_err());
        assert!(latin(b"").is_err());
    }
}

//! The parts of ONNX's protobuf that are needed to change a graph and write it again.
//!
//! Fields that are not named here are lost on the way, so everything that the pinned files use is named. Repeated
//! numbers of tensors and attributes are written unpacked where ONNX declares them so: rten refuses the other form.

use prost::Message;

/// A file.
#[derive(Clone, PartialEq, Message)]
pub struct Model {
    #[prost(int64, optional, tag = "1")]
    pub ir_version: Option<i64>,
    #[prost(string, optional, tag = "2")]
    pub producer_name: Option<String>,
    #[prost(string, optional, tag = "3")]
    pub producer_version: Option<String>,
    #[prost(message, optional, tag = "7")]
    pub graph: Option<Graph>,
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<OperatorSet>,
    #[prost(message, repeated, tag = "14")]
    pub metadata: Vec<Entry>,
}

#[derive(Clone, PartialEq, Message)]
pub struct OperatorSet {
    #[prost(string, optional, tag = "1")]
    pub domain: Option<String>,
    #[prost(int64, optional, tag = "2")]
    pub version: Option<i64>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Entry {
    #[prost(string, optional, tag = "1")]
    pub key: Option<String>,
    #[prost(string, optional, tag = "2")]
    pub value: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Graph {
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<Node>,
    #[prost(string, optional, tag = "2")]
    pub name: Option<String>,
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<Tensor>,
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "13")]
    pub value_info: Vec<ValueInfo>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Node {
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    #[prost(string, optional, tag = "3")]
    pub name: Option<String>,
    #[prost(string, optional, tag = "4")]
    pub op_type: Option<String>,
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<Attribute>,
    #[prost(string, optional, tag = "7")]
    pub domain: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Attribute {
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    #[prost(float, optional, tag = "2")]
    pub f: Option<f32>,
    #[prost(int64, optional, tag = "3")]
    pub i: Option<i64>,
    #[prost(bytes = "vec", optional, tag = "4")]
    pub s: Option<Vec<u8>>,
    #[prost(message, optional, tag = "5")]
    pub t: Option<Tensor>,
    #[prost(float, repeated, packed = "false", tag = "7")]
    pub floats: Vec<f32>,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub ints: Vec<i64>,
    #[prost(bytes = "vec", repeated, tag = "9")]
    pub strings: Vec<Vec<u8>>,
    #[prost(int32, optional, tag = "20")]
    pub kind: Option<i32>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Tensor {
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub dims: Vec<i64>,
    #[prost(int32, optional, tag = "2")]
    pub data_type: Option<i32>,
    #[prost(float, repeated, tag = "4")]
    pub float_data: Vec<f32>,
    #[prost(int32, repeated, tag = "5")]
    pub int32_data: Vec<i32>,
    #[prost(int64, repeated, tag = "7")]
    pub int64_data: Vec<i64>,
    #[prost(string, optional, tag = "8")]
    pub name: Option<String>,
    #[prost(bytes = "vec", optional, tag = "9")]
    pub raw_data: Option<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
pub struct ValueInfo {
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    #[prost(message, optional, tag = "2")]
    pub kind: Option<ValueType>,
}

#[derive(Clone, PartialEq, Message)]
pub struct ValueType {
    #[prost(message, optional, tag = "1")]
    pub tensor: Option<TensorType>,
}

#[derive(Clone, PartialEq, Message)]
pub struct TensorType {
    #[prost(int32, optional, tag = "1")]
    pub element: Option<i32>,
    #[prost(message, optional, tag = "2")]
    pub shape: Option<Shape>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Shape {
    #[prost(message, repeated, tag = "1")]
    pub dim: Vec<Dimension>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Dimension {
    #[prost(int64, optional, tag = "1")]
    pub value: Option<i64>,
    #[prost(string, optional, tag = "2")]
    pub param: Option<String>,
}

/// `data_type` of floats of 32 bits.
const FLOAT: i32 = 1;

impl Tensor {
    /// A tensor of floats.
    pub fn of_floats(name: &str, dims: Vec<i64>, data: &[f32]) -> Self {
        Self {
            dims,
            data_type: Some(FLOAT),
            name: Some(name.to_owned()),
            raw_data: Some(data.iter().flat_map(|value| value.to_le_bytes()).collect()),
            ..Self::default()
        }
    }

    /// Its numbers, if they are floats.
    pub fn floats(&self) -> Option<Vec<f32>> {
        if self.data_type != Some(FLOAT) {
            return None;
        }
        let Some(raw) = &self.raw_data else {
            return Some(self.float_data.clone());
        };
        let (four, rest) = raw.as_chunks::<4>();
        rest.is_empty()
            .then(|| four.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    /// Its numbers, if they are raw signed bytes.
    pub fn signed_bytes(&self) -> Option<Vec<f32>> {
        const INT8: i32 = 3;
        let raw = self.raw_data.as_ref().filter(|_| self.data_type == Some(INT8))?;
        Some(raw.iter().map(|byte| f32::from(byte.cast_signed())).collect())
    }

    /// Its numbers, if they are integers of 64 bits.
    pub fn integers(&self) -> Option<Vec<i64>> {
        const INT64: i32 = 7;
        if self.data_type != Some(INT64) {
            return None;
        }
        let Some(raw) = &self.raw_data else {
            return Some(self.int64_data.clone());
        };
        let (eight, rest) = raw.as_chunks::<8>();
        rest.is_empty()
            .then(|| eight.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect())
    }
}

impl Node {
    /// A number among its attributes.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.attribute
            .iter()
            .find(|attribute| attribute.name.as_deref() == Some(name))
            .and_then(|attribute| attribute.i)
    }

    /// Whether it is such an operation.
    pub fn is(&self, operation: &str) -> bool {
        self.op_type.as_deref() == Some(operation)
    }
}

//! Made-up papers, and how they look when they are photographed: what the reading of documents is measured on, since
//! nobody's real papers may lie in a repository.

pub mod camera;
pub mod canvas;
pub mod cards;
pub mod chance;
pub mod cost;
pub mod faces;
pub mod machine;
pub mod measure;
pub mod people;

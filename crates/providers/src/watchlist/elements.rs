//! XML lists of records: `<root><section><record>…`, one record in memory at a time.
//!
//! A list comes from outside. No document type and no entity but XML's own is taken, so that no file can make us fetch
//! or multiply anything; depth is bounded; and whatever does not have the expected shape is refused, because a
//! publisher who changes it has to be read anew.

use quick_xml::{Reader, escape::resolve_predefined_entity, events::Event};

use super::{ParseError, line_at, utf8};

const MAX_DEPTH: usize = 8;

/// The outline of a list.
pub(super) struct Shape {
    /// The outermost element.
    pub root: &'static str,
    /// Its attribute that tells when the list was made.
    pub made: &'static str,
    /// The sections, and what their records are called.
    pub records: &'static [(&'static str, &'static str)],
}

/// Hands every record to `take`, and returns when the list was made.
pub(super) fn read(
    file: &'static str,
    xml: &[u8],
    shape: &Shape,
    mut take: impl FnMut(&Node) -> Result<(), String>,
) -> Result<Option<String>, ParseError> {
    let mut reader = Reader::from_str(utf8(file, xml)?);
    reader.config_mut().expand_empty_elements = true;
    let mut list = List {
        shape,
        open: Vec::new(),
        made: None,
        closed: false,
    };
    let error = |at: u64, reason: String| {
        ParseError::at(
            file,
            line_at(xml, usize::try_from(at).unwrap_or(xml.len())),
            reason,
        )
    };
    loop {
        let at = reader.buffer_position();
        match reader.read_event() {
            Ok(Event::Eof) if list.closed => return Ok(list.made),
            Ok(Event::Eof) => return Err(error(at, "the file ends before the list does".to_owned())),
            Ok(event) => list.step(event, &mut take).map_err(|reason| error(at, reason))?,
            Err(reason) => return Err(error(reader.error_position(), reason.to_string())),
        }
    }
}

struct List<'a> {
    shape: &'a Shape,
    /// The open elements, outermost first.
    open: Vec<Node>,
    made: Option<String>,
    closed: bool,
}

impl List<'_> {
    fn step(
        &mut self,
        event: Event<'_>,
        take: &mut impl FnMut(&Node) -> Result<(), String>,
    ) -> Result<(), String> {
        match event {
            Event::Start(tag) => {
                let name = tag.name().into_inner();
                if !self.belongs(name) {
                    return Err(format!("<{name}> does not belong here"));
                }
                if self.open.is_empty() {
                    let made = tag
                        .try_get_attribute(self.shape.made)
                        .map_err(|error| error.to_string())?;
                    self.made = made.map(|made| made.value.into_owned());
                }
                self.open.push(Node {
                    name: name.to_owned(),
                    ..Node::default()
                });
                Ok(())
            }
            Event::End(_) => self.close(take),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = reference
                    .resolve_char_ref()
                    .map_err(|error| error.to_string())?
                    .map(String::from);
                let known = character.or_else(|| resolve_predefined_entity(&reference).map(str::to_owned));
                self.text(&known.ok_or("an entity that XML does not define")?)
            }
            Event::DocType(_) => Err("a document type".to_owned()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Empty(_) | Event::Eof => Ok(()),
        }
    }

    fn belongs(&self, name: &str) -> bool {
        match self.open.as_slice() {
            [] => name == self.shape.root && !self.closed,
            [_] => self.shape.records.iter().any(|(section, _)| *section == name),
            [_, section] => self.shape.records.contains(&(section.name.as_str(), name)),
            deeper => deeper.len() < MAX_DEPTH,
        }
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        match self.open.as_mut_slice() {
            [_, _, .., node] => node.text.push_str(text),
            _ if text.trim().is_empty() => {}
            _ => return Err("text outside of the records".to_owned()),
        }
        Ok(())
    }

    fn close(&mut self, take: &mut impl FnMut(&Node) -> Result<(), String>) -> Result<(), String> {
        // The reader has checked that every end has its start.
        let Some(node) = self.open.pop() else {
            return Ok(());
        };
        match self.open.as_mut_slice() {
            [] => self.closed = true,
            [_] => {}
            [_, _] => take(&node)?,
            [.., parent] => parent.children.push(node),
        }
        Ok(())
    }
}

/// An element of a record.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub name: String,
    text: String,
    children: Vec<Self>,
}

impl Node {
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of that name; an element without content is none.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.all(name).map(Self::content).find(|text| !text.is_empty())
    }

    /// The texts of `<name><VALUE>…`.
    pub(super) fn values(&self, name: &str) -> Vec<String> {
        let values = self
            .all(name)
            .flat_map(|child| child.all("VALUE"))
            .map(Self::content);
        values.filter(|text| !text.is_empty()).collect()
    }

    /// The children of these names, in this order, in one line.
    pub(super) fn line(&self, names: &[&str]) -> String {
        names
            .iter()
            .filter_map(|name| self.get(name))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Its text with single blanks; lists break lines anywhere.
    fn content(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

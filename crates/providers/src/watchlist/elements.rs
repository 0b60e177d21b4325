//! XML lists of records, one record in memory at a time: `<root><record>…` or `<root><section><record>…`.
//!
//! A list comes from outside. No document type and no entity but XML's own is taken, so that no file can make us fetch
//! or multiply anything; depth, length and number are bounded; and whatever does not have the expected shape is
//! refused, because a publisher who changes it has to be read anew.

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};

use super::{
    ParseError,
    entries::MAX_CELL_BYTES,
    text::{line_at, one_line, utf8},
};

const MAX_DEPTH: usize = 8;
/// Ten times what the longest record of any list has.
const MAX_ELEMENTS: usize = 10_000;

/// The outline of a list.
pub(super) struct Shape {
    /// The outermost element.
    pub root: &'static str,
    /// Its attribute that tells when the list was made.
    pub made: &'static str,
    /// What stands in what: the root or a section, and the records in it.
    pub records: &'static [(&'static str, &'static str)],
    /// Other files of the publisher by their outermost elements, and what to say of them.
    pub others: &'static [(&'static str, &'static str)],
}

/// Hands every record to `take`, and returns when the list was made.
pub(super) fn read(
    file: &str,
    xml: &[u8],
    shape: &Shape,
    mut take: impl FnMut(&Node) -> Result<(), String>,
) -> Result<Option<String>, ParseError> {
    let text = utf8(file, xml)?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut list = List {
        shape,
        open: Vec::new(),
        elements: 0,
        record: None,
        made: None,
        closed: false,
    };
    let error = |at: u64, reason: String| {
        let at = usize::try_from(at).unwrap_or(text.len());
        ParseError::at(file, line_at(text.as_bytes(), at), reason)
    };
    loop {
        let at = reader.buffer_position();
        match reader.read_event() {
            Ok(Event::Eof) if list.closed => return Ok(list.made),
            Ok(Event::Eof) => return Err(error(at, "the file ends before the list does".to_owned())),
            Ok(event) => list
                .step(event, at, &mut take)
                // What is wrong with a record as a whole is told of its beginning.
                .map_err(|reason| error(list.record.take().unwrap_or(at), reason))?,
            Err(reason) => return Err(error(reader.error_position(), reason.to_string())),
        }
    }
}

struct List<'a> {
    shape: &'a Shape,
    /// The open elements, outermost first.
    open: Vec<Node>,
    /// How many elements the open record has.
    elements: usize,
    /// Where the record began that is being taken.
    record: Option<u64>,
    made: Option<String>,
    closed: bool,
}

impl List<'_> {
    fn step(
        &mut self,
        event: Event<'_>,
        at: u64,
        take: &mut impl FnMut(&Node) -> Result<(), String>,
    ) -> Result<(), String> {
        match event {
            Event::Start(tag) => self.start(&tag, at),
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
            Event::Decl(declaration) => match declaration.encoding().transpose() {
                Ok(Some(encoding)) if !is_utf8(&encoding) => Err(format!("the encoding {encoding}")),
                Ok(_) => Ok(()),
                Err(error) => Err(error.to_string()),
            },
            Event::DocType(_) => Err("a document type".to_owned()),
            Event::PI(_) | Event::Comment(_) | Event::Empty(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, at: u64) -> Result<(), String> {
        let name = tag.local_name().into_inner();
        if !self.belongs(name) {
            let other = self.shape.others.iter().find(|(root, _)| *root == name);
            let known = other.filter(|_| self.open.is_empty());
            return Err(known.map_or_else(
                || format!("<{name}> does not belong here"),
                |(_, advice)| (*advice).to_owned(),
            ));
        }
        let node = Node {
            name: name.to_owned(),
            at,
            attributes: attributes(tag)?,
            ..Node::default()
        };
        if self.open.is_empty() {
            self.made = node.attribute(self.shape.made);
        }
        if self.is_record(&node.name) {
            self.elements = 0;
        }
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(format!("a record of more than {MAX_ELEMENTS} elements"));
        }
        self.open.push(node);
        Ok(())
    }

    fn is_record(&self, name: &str) -> bool {
        let parent = self.open.last().map_or("", |parent| &parent.name);
        self.open.len() <= 2 && self.shape.records.contains(&(parent, name))
    }

    fn in_record(&self) -> bool {
        let mut pairs = self.open.windows(2).take(2);
        pairs.any(|pair| {
            self.shape
                .records
                .contains(&(pair[0].name.as_str(), pair[1].name.as_str()))
        })
    }

    fn belongs(&self, name: &str) -> bool {
        match self.open.as_slice() {
            [] => name == self.shape.root && !self.closed,
            _ if self.in_record() => self.open.len() < MAX_DEPTH,
            [_] => self.is_record(name) || self.shape.records.iter().any(|(section, _)| *section == name),
            _ => self.is_record(name),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        if text.contains(|c: char| c.is_ascii_control() && !c.is_ascii_whitespace()) {
            return Err("a control character".to_owned());
        }
        let in_record = self.in_record();
        match self.open.last_mut() {
            Some(node) if in_record => {
                node.text.push_str(text);
                bounded(&node.text)
            }
            _ if text.trim().is_empty() => Ok(()),
            _ => Err("text outside of the records".to_owned()),
        }
    }

    fn close(&mut self, take: &mut impl FnMut(&Node) -> Result<(), String>) -> Result<(), String> {
        // The reader has checked that every end has its start.
        let Some(node) = self.open.pop() else {
            return Ok(());
        };
        if self.is_record(&node.name) && !self.in_record() {
            self.record = Some(node.at);
            take(&node)?;
            self.record = None;
        } else if self.in_record() {
            if let Some(parent) = self.open.last_mut() {
                parent.children.push(node);
            }
        } else if self.open.is_empty() {
            self.closed = true;
        }
        Ok(())
    }
}

fn attributes(tag: &BytesStart<'_>) -> Result<Vec<(String, String)>, String> {
    tag.attributes()
        .map(|attribute| {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|error| error.to_string())?;
            if value.contains(|c: char| c.is_ascii_control()) {
                return Err("a control character".to_owned());
            }
            bounded(&value)?;
            let name = attribute.key.local_name().into_inner().to_owned();
            Ok((name, one_line(&value)))
        })
        .collect()
}

fn bounded(text: &str) -> Result<(), String> {
    if text.len() > MAX_CELL_BYTES {
        return Err("a text of more than 64 KiB".to_owned());
    }
    Ok(())
}

fn is_utf8(encoding: &str) -> bool {
    ["utf-8", "utf8", "us-ascii", "ascii"]
        .iter()
        .any(|known| encoding.eq_ignore_ascii_case(known))
}

/// An element of a record.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub name: String,
    /// Where it begins.
    at: u64,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Self>,
}

impl Node {
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The elements of `<list><name>…`.
    pub(super) fn within(&self, list: &str, name: &str) -> impl Iterator<Item = &Self> {
        self.all(list).flat_map(move |list| list.all(name))
    }

    /// The text of the first child of that name; an element without content is none.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.all(name).map(Self::content).find(|text| !text.is_empty())
    }

    /// An attribute; an empty one is none.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.clone())
    }

    /// The texts of `<name><VALUE>…`.
    pub(super) fn values(&self, name: &str) -> Vec<String> {
        let values = self.within(name, "VALUE").map(Self::content);
        values.filter(|text| !text.is_empty()).collect()
    }

    /// The children of these names, in this order, in one line.
    pub(super) fn line(&self, names: &[&str]) -> String {
        join(names.iter().filter_map(|name| self.get(name)), ", ")
    }

    /// The attributes of these names, in this order, in one line.
    pub(super) fn attribute_line(&self, names: &[&str]) -> String {
        join(names.iter().filter_map(|name| self.attribute(name)), ", ")
    }

    /// Its text with single blanks.
    pub(super) fn content(&self) -> String {
        one_line(&self.text)
    }
}

/// The texts with something between them.
pub(super) fn join(texts: impl Iterator<Item = String>, between: &str) -> String {
    texts.collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape {
        root: "list",
        made: "made",
        records: &[("list", "thing"), ("part", "other")],
        others: &[("advanced", "this is the advanced format")],
    };

    fn names(xml: &str) -> Result<(Option<String>, Vec<String>), ParseError> {
        let mut names = Vec::new();
        let made = read("f", xml.as_bytes(), &SHAPE, |record| {
            let name = record.get("name").ok_or("no name")?;
            names.push(format!("{} {name}", record.attribute("id").unwrap_or_default()));
            Ok(())
        })?;
        Ok((made, names))
    }

    #[test]
    fn records_in_the_root_and_in_sections() {
        let xml = "\u{FEFF}<?xml version='1.0' encoding='UTF-8'?><x:list made='1&amp;2' xmlns:x='urn:x'>
            <!-- --><thing id='7&quot;'><name> A&#241;a\n<![CDATA[<b>]]></name><thing><name>inner</name></thing></thing>
            <part><other><name>B</name></other></part></x:list>";
        let expected = (
            Some("1&2".to_owned()),
            vec!["7\" Aña <b>".to_owned(), " B".to_owned()],
        );
        assert_eq!(names(xml), Ok(expected));
    }

    #[test]
    fn hostile_and_foreign_files_are_refused() {
        let wrap = |inner: &str| format!("<list>\n<thing><name>A{inner}</name></thing></list>");
        let deep = format!("{}{}", "<a>".repeat(9), "</a>".repeat(9));
        let wide = "<a/>".repeat(MAX_ELEMENTS);
        let long = "x".repeat(MAX_CELL_BYTES);
        for (xml, refused) in [
            (wrap("&lol;"), "f, line 2: an entity that XML does not define"),
            (wrap("&#7;"), "f, line 2: a control character"),
            (wrap(&deep), "f, line 2: <a> does not belong here"),
            (wrap(&wide), "f, line 2: a record of more than 10000 elements"),
            (wrap(&long), "f, line 2: a text of more than 64 KiB"),
            (wrap("<b c='&lol;'/>"), "f, line 2: "),
            (wrap("<b c='1' c='2'/>"), "f, line 2: "),
            ("<!DOCTYPE a><list/>".into(), "f, line 1: a document type"),
            (
                "<?xml version='1.0' encoding='latin1'?><list/>".into(),
                "f, line 1: the encoding latin1",
            ),
            ("<advanced>".into(), "f, line 1: this is the advanced format"),
            (
                "<list><advanced/></list>".into(),
                "f, line 1: <advanced> does not belong here",
            ),
            (
                "<list>\n<part><thing/></part></list>".into(),
                "f, line 2: <thing> does not belong here",
            ),
            (
                "<list>\n<part>text</part></list>".into(),
                "f, line 2: text outside of the records",
            ),
            ("<list>\n<thing>\n\n</thing></list>".into(), "f, line 2: no name"),
            (
                "<list></list><list/>".into(),
                "f, line 1: <list> does not belong here",
            ),
            (
                "<list>\n\n".into(),
                "f, line 3: the file ends before the list does",
            ),
            (String::new(), "f, line 1: the file ends before the list does"),
        ] {
            let error = names(&xml).expect_err(refused).to_string();
            assert!(error.starts_with(refused), "{error}");
        }
    }
}

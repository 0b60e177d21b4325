//! The language: what scripts may write and which names are there.

use cotejo_domain::functions::{DEEPEST_OUTPUT, FunctionError, Map};
use serde_json::Value as Json;
use starlark::{
    ErrorKind, PrintHandler,
    environment::{FrozenModule, Globals, GlobalsBuilder, LibraryExtension, Module},
    eval::Evaluator,
    starlark_module,
    syntax::{AstModule, Dialect, DialectTypes},
    values::{Heap, Value, dict::AllocDict},
};

use crate::{python, values};

/// The name under which positions in the script are known, as opposed to those in the prelude.
const SCRIPT: &str = "function";

/// How deep what `json.dumps` writes may be nested: as deep as what `json.loads` reads.
const DEEPEST_TEXT: usize = 128;

/// All of the language that is like Python.
const DIALECT: Dialect = Dialect {
    enable_def: true,
    enable_lambda: true,
    // There is nothing to load.
    enable_load: false,
    enable_load_reexport: false,
    enable_keyword_only_arguments: true,
    enable_positional_only_arguments: true,
    enable_types: DialectTypes::ParseOnly,
    enable_top_level_stmt: true,
    enable_f_strings: true,
    ..Dialect::Standard
};

/// Runs a script. What it gets is `params`, what it leaves is `results`.
///
/// # Errors
/// If it cannot be read, ends with an error, or leaves no dictionary.
pub(crate) fn evaluate(source: &str, params: Map) -> Result<Map, FunctionError> {
    let source = python::without_imports(source);
    let failed = |error: &starlark::Error| failure(error, &source);
    let globals = globals();
    let prelude = prelude(&globals).map_err(|error| failed(&error))?;
    let module = Module::new();
    module.import_public_symbols(&prelude);
    module.set("params", module.heap().alloc(Json::Object(params)));
    module.set("results", module.heap().alloc(AllocDict::EMPTY));
    let ast = AstModule::parse(SCRIPT, source.clone(), &DIALECT).map_err(|error| failed(&error))?;
    {
        let mut evaluator = Evaluator::new(&module);
        evaluator.set_print_handler(&Nowhere);
        evaluator
            .eval_module(ast, &globals)
            .map_err(|error| failed(&error))?;
    }
    // The script may have made another dictionary of that name.
    let left = module
        .get("results")
        .map(|left| values::to_json(left, DEEPEST_OUTPUT));
    match left {
        Some(Ok(Json::Object(left))) => Ok(left),
        Some(Err(error)) => Err(FunctionError::bad_output(&error.to_string())),
        _ => Err(FunctionError::bad_output("`results` is no dictionary")),
    }
}

/// Reads a script without running it.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn read(source: &str) -> Result<(), FunctionError> {
    let source = python::without_imports(source);
    let read = AstModule::parse(SCRIPT, source.clone(), &DIALECT);
    read.map(drop).map_err(|error| failure(&error, &source))
}

fn globals() -> Globals {
    GlobalsBuilder::extended_by(&[
        LibraryExtension::StructType,
        LibraryExtension::Map,
        LibraryExtension::Filter,
        LibraryExtension::Print,
        LibraryExtension::SetType,
    ])
    .with_namespace("json", json)
    .build()
}

/// The names of `cfresults`.
fn prelude(globals: &Globals) -> starlark::Result<FrozenModule> {
    let ast = AstModule::parse("prelude", include_str!("prelude.star").to_owned(), &DIALECT)?;
    let module = Module::new();
    Evaluator::new(&module).eval_module(ast, globals)?;
    module.freeze().map_err(starlark::Error::new_other)
}

/// Python's `json`, the two functions of it that are about texts.
#[starlark_module]
fn json(builder: &mut GlobalsBuilder) {
    /// A text as a value.
    fn loads<'v>(#[starlark(require = pos)] text: &str, heap: &'v Heap) -> starlark::Result<Value<'v>> {
        let read: Json = serde_json::from_str(text).map_err(starlark::Error::new_other)?;
        Ok(heap.alloc(read))
    }

    /// A value as a text.
    fn dumps<'v>(#[starlark(require = pos)] value: Value<'v>) -> starlark::Result<String> {
        let written = values::to_json(value, DEEPEST_TEXT).map_err(starlark::Error::new_other)?;
        Ok(written.to_string())
    }
}

/// Where `print` goes: nobody would see it, and what it says may be personal.
struct Nowhere;

impl PrintHandler for Nowhere {
    fn println(&self, _: &str) -> starlark::Result<()> {
        Ok(())
    }
}

/// An error as the script's author sees it: without the language's drawing of the place, which shows lines that we have
/// changed.
fn failure(error: &starlark::Error, source: &str) -> FunctionError {
    let line = line(error);
    let said = error.without_diagnostic().to_string();
    if !matches!(error.kind(), ErrorKind::Parser(_)) {
        return FunctionError::failed(line, &said);
    }
    let foreign = line
        .and_then(|line| source.lines().nth(line - 1))
        .and_then(python::foreign_word);
    match foreign {
        Some(word) => FunctionError::failed(line, &format!("the language of functions has no `{word}`")),
        // What could be there instead is a list of everything.
        None => FunctionError::failed(line, said.split(", expected one of").next().unwrap_or_default()),
    }
}

/// The line of the script where it went wrong, from 1. Where that was in the prelude, the line that called it.
fn line(error: &starlark::Error) -> Option<usize> {
    let calls = error.call_stack().frames.iter().rev();
    let places = calls.filter_map(|frame| frame.location.as_ref());
    error
        .span()
        .into_iter()
        .chain(places)
        .find(|place| place.filename() == SCRIPT)
        .map(|place| place.resolve_span().begin.line + 1)
}

#[cfg(test)]
mod tests;

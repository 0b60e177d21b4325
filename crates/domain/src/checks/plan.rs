//! Which sources a check asks, by what, and which it has to skip.

use std::collections::BTreeSet;

use super::{Basis, CheckType, CustomType, DataSet, InputField, Inputs, documents::invalid_documents};
use crate::{
    country::Country,
    sources::{Catalogue, Driver, Source},
};

/// What a check does with one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Ask it, by these bases.
    Ask(Vec<Basis>),
    /// Ask it with the name as soon as an identity registry has told the name. If none does, ask it by these bases;
    /// skip it where there is none.
    AskWithFoundName(Vec<Basis>),
    /// An input is missing or fails its own rules.
    Skip(Vec<InputField>),
}

/// A source and what is done with it.
#[derive(Debug, Clone)]
pub struct Planned<'a> {
    /// The source.
    pub source: &'a Source,
    /// What it is asked for: all its data sets, or those of the custom type.
    pub data_sets: Vec<DataSet>,
    /// What is done with it.
    pub step: Step,
}

const NAME_FIELDS: &[InputField] = &[InputField::FirstName, InputField::LastName, InputField::Name];

/// What a check searches.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Where.
    pub country: Country,
    /// What is checked.
    pub check_type: CheckType,
    /// The client's own type, if it is of one: nothing but its data sets is searched.
    pub custom: Option<&'a CustomType>,
}

impl Scope<'_> {
    /// All that a built-in type searches.
    pub const fn of(country: Country, check_type: CheckType) -> Self {
        Self {
            country,
            check_type,
            custom: None,
        }
    }

    /// Every input by which one of its sources can be asked.
    pub fn inputs(self, catalogue: &Catalogue) -> BTreeSet<InputField> {
        let sources = self.sources(catalogue).into_iter();
        sources
            .flat_map(|(source, _)| source.inputs.iter().flatten().copied())
            .collect()
    }

    /// The sources, and the data sets that each is asked for.
    ///
    /// A custom type may have data sets that its subject's kind of check knows no source for, such as a person's
    /// traffic fines: of those every source is asked.
    fn sources(self, catalogue: &Catalogue) -> Vec<(&Source, Vec<DataSet>)> {
        let usual = |source: &Source| source.check_types.contains(&self.check_type);
        let Some(custom) = self.custom else {
            let sources = catalogue.of(self.country).filter(|source| usual(source));
            return sources.map(|source| (source, source.data_sets.clone())).collect();
        };
        let known: BTreeSet<DataSet> = catalogue
            .consulted(self.country, self.check_type)
            .flat_map(|source| source.data_sets.iter().copied())
            .collect();
        let asked = |source: &Source| -> Vec<DataSet> {
            let wanted = source.data_sets.iter().copied();
            wanted
                .filter(|set| custom.weights.contains_key(set) && (usual(source) || !known.contains(set)))
                .collect()
        };
        catalogue
            .of(self.country)
            .map(|source| (source, asked(source)))
            .filter(|(_, data_sets)| !data_sets.is_empty())
            .collect()
    }
}

/// The plan of a check: every source that it consults, in the order of the catalogue.
pub fn plan<'a>(catalogue: &'a Catalogue, scope: Scope<'_>, inputs: &Inputs) -> Vec<Planned<'a>> {
    let country = scope.country;
    let invalid = invalid_documents(country, inputs);
    let sources = scope.sources(catalogue);
    let can_learn_name = sources.iter().any(|(source, data_sets)| {
        data_sets.contains(&DataSet::PersonalIdentity)
            && matches!(step(source, country, inputs, &invalid, false), Step::Ask(_))
    });
    sources
        .into_iter()
        .map(|(source, data_sets)| Planned {
            source,
            data_sets,
            step: step(source, country, inputs, &invalid, can_learn_name),
        })
        .collect()
}

fn step(
    source: &Source,
    country: Country,
    inputs: &Inputs,
    invalid: &[InputField],
    can_learn_name: bool,
) -> Step {
    let usable = |field: &InputField| given(*field, country, inputs) && !invalid.contains(field);
    let ready = |alternative: &&Vec<InputField>| alternative.iter().all(usable);
    let by_name =
        |alternative: &&Vec<InputField>| alternative.iter().all(|field| NAME_FIELDS.contains(field));
    let satisfied: Vec<_> = source.inputs.iter().filter(ready).collect();
    if !satisfied.is_empty() {
        let name_known =
            inputs.full_name().is_some() || satisfied.iter().any(|a| a.contains(&InputField::CompanyName));
        let bases: Vec<Basis> = source
            .by
            .iter()
            .copied()
            .filter(|basis| match basis {
                Basis::Id => !satisfied
                    .iter()
                    .all(|a| by_name(a) || a.as_slice() == [InputField::CompanyName]),
                Basis::Name => name_known || !source.by.contains(&Basis::Id),
            })
            .collect();
        // Lists know people by name, and the documents of few: by document alone a listed person would pass.
        if source.driver == Driver::Watchlist && !name_known && can_learn_name {
            return Step::AskWithFoundName(bases);
        }
        // A source that is only asked by name although only a document is known is asked by that document.
        return Step::Ask(if bases.is_empty() {
            source.by.clone()
        } else {
            bases
        });
    }
    if can_learn_name && source.inputs.iter().any(|alternative| by_name(&alternative)) {
        return Step::AskWithFoundName(Vec::new());
    }
    Step::Skip(missing(source, country, inputs, invalid))
}

/// Whether an input is there. A driving licence counts only where the reference says so: Santiago and the State of
/// Mexico, which we know by the plate's registry alone, hence in Chile and Mexico and nowhere else.
fn given(field: InputField, country: Country, inputs: &Inputs) -> bool {
    inputs.has(field) && (field != InputField::DriverLicense || matches!(country, Country::Cl | Country::Mx))
}

/// What kept the source from being asked: a given input that fails its rules, else the missing inputs of the
/// alternative that comes nearest.
fn missing(source: &Source, country: Country, inputs: &Inputs, invalid: &[InputField]) -> Vec<InputField> {
    let wrong: Vec<InputField> = invalid
        .iter()
        .copied()
        .filter(|field| source.inputs.iter().flatten().any(|f| f == field))
        .collect();
    if !wrong.is_empty() {
        return wrong;
    }
    source
        .inputs
        .iter()
        .map(|alternative| -> Vec<InputField> {
            alternative
                .iter()
                .copied()
                .filter(|field| !given(*field, country, inputs))
                .collect()
        })
        .min_by_key(Vec::len)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(
        country: Country,
        check_type: CheckType,
        inputs: &[(InputField, &str)],
    ) -> Vec<(String, Step)> {
        let inputs = inputs
            .iter()
            .map(|(field, value)| (*field, (*value).to_owned()))
            .collect();
        plan(Catalogue::builtin(), Scope::of(country, check_type), &inputs)
            .into_iter()
            .map(|planned| (planned.source.key.clone(), planned.step))
            .collect()
    }

    fn step_of(steps: &[(String, Step)], key: &str) -> Step {
        steps.iter().find(|(known, _)| known == key).unwrap().1.clone()
    }

    #[test]
    fn a_document_asks_the_registries_and_lets_the_lists_wait_for_the_name() {
        let steps = planned(
            Country::Co,
            CheckType::Person,
            &[(InputField::NationalId, "1000000001")],
        );
        assert_eq!(
            step_of(&steps, "co-registraduria-ani"),
            Step::Ask(vec![Basis::Id])
        );
        assert_eq!(
            step_of(&steps, "co-policia-mas-buscados"),
            Step::AskWithFoundName(Vec::new())
        );
        assert_eq!(
            step_of(&steps, "all-ofac-sdn"),
            Step::AskWithFoundName(vec![Basis::Id])
        );
    }

    #[test]
    fn names_alone_ask_no_source_by_document() {
        let names = [(InputField::FirstName, "ANA"), (InputField::LastName, "PRUEBA")];
        let steps = planned(Country::Co, CheckType::Person, &names);
        assert_eq!(
            step_of(&steps, "co-registraduria-ani"),
            Step::Skip(vec![InputField::NationalId])
        );
        assert_eq!(
            step_of(&steps, "co-policia-mas-buscados"),
            Step::Ask(vec![Basis::Name])
        );
        let by_document =
            |(_, step): &(String, Step)| matches!(step, Step::Ask(bases) if bases.contains(&Basis::Id));
        assert!(!steps.iter().any(by_document));
    }

    #[test]
    fn a_document_that_fails_its_digits_is_what_its_sources_are_skipped_for() {
        let steps = planned(
            Country::Br,
            CheckType::Person,
            &[(InputField::NationalId, "111.111.111-12")],
        );
        let skipped = steps
            .iter()
            .filter(|(_, step)| *step == Step::Skip(vec![InputField::NationalId]))
            .count();
        assert!(skipped > 5, "{skipped}");
        assert!(
            !steps
                .iter()
                .any(|(_, step)| matches!(step, Step::Ask(_) | Step::AskWithFoundName(_)))
        );
    }
}

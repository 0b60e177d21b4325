//! The report of a process that people print and hand on: what the person went through, what each part came to, and who
//! decided otherwise. Already worded; a renderer decides nothing but how it looks.

use serde::Serialize;

use super::{Fact, Moment};
use crate::{
    language::Language,
    processes::{Decision, DecisionKind, FlowSpec, Level, Process, ProcessStatus, StepState},
    validations::{SubResult, Validation, ValidationStatus},
};

/// A report of a process, worded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProcessReport {
    /// Its language.
    pub language: Language,
    /// Its title, as a viewer shows it.
    pub title: String,
    /// The process's id, which every page bears.
    pub process_id: String,
    /// The client's name.
    pub client: String,
    /// When the process ended.
    pub dated: Moment,
    /// How a page is numbered: `{page}` of `{pages}`.
    pub page: &'static str,
    /// Whom it is about.
    pub subject: String,
    /// What it counts as, in a word.
    pub status: String,
    /// Whether that is good.
    pub good: bool,
    /// What the process is.
    pub particulars: Vec<Fact>,
    /// What is known of the person.
    pub person: Vec<Fact>,
    /// What the person went through, block by block.
    pub blocks: Vec<Section>,
    /// Who decided what.
    pub decisions: Vec<Section>,
    /// Headings of the three parts.
    pub headings: [&'static str; 3],
}

/// A part of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// What it is about.
    pub title: String,
    /// What it came to.
    pub status: String,
    /// Whether that is good; none where it is neither.
    pub good: Option<bool>,
    /// What there is to say.
    pub rows: Vec<Fact>,
}

/// What a report is made of.
#[derive(Clone, Copy)]
pub struct Material<'a> {
    /// The process.
    pub process: &'a Process,
    /// What its flow says.
    pub spec: &'a FlowSpec,
    /// The flow's name.
    pub flow: &'a str,
    /// Its validations.
    pub validations: &'a [Validation],
    /// The decisions about it.
    pub ledger: &'a [Decision],
    /// The client's name.
    pub client: &'a str,
}

/// The report of a process.
pub fn process_report(of: Material<'_>, language: Language) -> ProcessReport {
    let process = of.process;
    let person = &process.applicant;
    let names = [&person.first_name, &person.last_name];
    let name = names
        .iter()
        .filter_map(|name| name.as_deref())
        .collect::<Vec<_>>()
        .join(" ");
    let dated = process.finished.unwrap_or(process.updated);
    let fact = |es, en, pt, value: String| Fact {
        label: language.choose(es, en, pt).to_owned(),
        value,
    };
    let known = |es, en, pt, value: &Option<String>| value.clone().map(|value| fact(es, en, pt, value));
    let particulars = [
        Some(fact("Proceso", "Process", "Processo", process.id.to_string())),
        Some(fact(
            "Flujo",
            "Flow",
            "Fluxo",
            format!("{} v{}", of.flow, process.flow_version),
        )),
        Some(fact(
            "Cuenta",
            "Account",
            "Conta",
            process.account_name.to_string(),
        )),
        Some(fact(
            "Inicio",
            "Begun",
            "Início",
            process.created.rfc3339_seconds(),
        )),
        process
            .finished
            .map(|at| fact("Fin", "Ended", "Fim", at.rfc3339_seconds())),
        process
            .ending
            .and_then(reason)
            .map(|reason| fact("Razón", "Reason", "Motivo", reason)),
        process.overridden.map(|_| {
            fact(
                "Estado automático",
                "Automatic status",
                "Status automático",
                process.status().to_string(),
            )
        }),
    ];
    let born = person.date_of_birth.map(|date| date.to_string());
    let person_facts = [
        known("Documento", "Document", "Documento", &person.document_number),
        known("Tipo", "Type", "Tipo", &person.document_type),
        known(
            "País del documento",
            "Country of the document",
            "País do documento",
            &person.document_country,
        ),
        known(
            "Fecha de nacimiento",
            "Date of birth",
            "Data de nascimento",
            &born,
        ),
        known(
            "Nacionalidad",
            "Nationality",
            "Nacionalidade",
            &person.nationality,
        ),
        known("Correo", "E-mail", "E-mail", &person.email),
        known("Teléfono", "Phone", "Telefone", &person.phone),
    ];
    let unnamed = language.choose("Persona sin nombre", "Unnamed person", "Pessoa sem nome");
    ProcessReport {
        language,
        title: language
            .choose(
                "Verificación de identidad",
                "Identity verification",
                "Verificação de identidade",
            )
            .to_owned(),
        process_id: process.id.to_string(),
        client: of.client.to_owned(),
        dated: Moment::from(dated),
        page: language.choose(
            "Página {page} de {pages}",
            "Page {page} of {pages}",
            "Página {page} de {pages}",
        ),
        subject: if name.is_empty() { unnamed.to_owned() } else { name },
        status: status_word(process.effective(), language).to_owned(),
        good: process.effective() == ProcessStatus::Success,
        particulars: particulars.into_iter().flatten().collect(),
        person: person_facts.into_iter().flatten().collect(),
        blocks: blocks(of, language),
        decisions: decisions(of.ledger, language),
        headings: [
            language.choose("Persona", "Person", "Pessoa"),
            language.choose("Recorrido", "What was gone through", "Percurso"),
            language.choose("Decisiones", "Decisions", "Decisões"),
        ],
    }
}

fn reason(ending: crate::processes::Ending) -> Option<String> {
    let declined = ending.declined().map(|reason| reason.to_string());
    declined.or_else(|| ending.expired().map(|reason| reason.to_string()))
}

const fn status_word(status: ProcessStatus, language: Language) -> &'static str {
    match (status, language) {
        (ProcessStatus::Success, Language::Es) => "Exitoso",
        (ProcessStatus::Success, Language::En) => "Successful",
        (ProcessStatus::Success, Language::Pt) => "Bem-sucedido",
        (ProcessStatus::Failure, Language::Es) => "Fallido",
        (ProcessStatus::Failure, Language::En) => "Failed",
        (ProcessStatus::Failure, Language::Pt) => "Malsucedido",
        (ProcessStatus::Pending, Language::Es | Language::Pt) => "Pendiente",
        (ProcessStatus::Pending, Language::En) => "Pending",
    }
}

const fn word(good: Option<bool>, language: Language) -> &'static str {
    match (good, language) {
        (Some(true), Language::Es) => "Aprobado",
        (Some(true), Language::En) => "Passed",
        (Some(true), Language::Pt) => "Aprovado",
        (Some(false), Language::Es) => "Rechazado",
        (Some(false), Language::En) => "Failed",
        (Some(false), Language::Pt) => "Recusado",
        (None, Language::Es) => "No realizado",
        (None, Language::En) => "Not done",
        (None, Language::Pt) => "Não realizado",
    }
}

fn blocks(of: Material<'_>, language: Language) -> Vec<Section> {
    let sections = of.spec.blocks.iter().enumerate().map(|(place, block)| {
        let steps = of
            .process
            .progress
            .steps
            .iter()
            .filter(|step| step.block == place);
        let steps: Vec<_> = steps.collect();
        let any = |state| steps.iter().any(|step| step.state == state);
        let all = steps.iter().all(|step| step.state == StepState::Passed);
        let good = match (any(StepState::Failed), all) {
            (true, _) => Some(false),
            (false, true) => Some(true),
            (false, false) => None,
        };
        let mut rows = Vec::new();
        for step in &steps {
            let made = step
                .validation
                .and_then(|id| of.validations.iter().find(|one| one.id == id));
            rows.extend(made.into_iter().flat_map(|one| validation_rows(one, language)));
        }
        Section {
            title: block.key.replace('_', " "),
            status: word(good, language).to_owned(),
            good,
            rows,
        }
    });
    sections.collect()
}

fn validation_rows(validation: &Validation, language: Language) -> Vec<Fact> {
    let good = |good| word(Some(good), language).to_owned();
    let mut rows = vec![Fact {
        label: validation.id.to_string(),
        value: good(validation.status() == ValidationStatus::Success),
    }];
    if let Some(document) = &validation.findings.document {
        let parts = document
            .parts
            .iter()
            .filter(|part| part.result != SubResult::Skipped);
        rows.extend(parts.map(|part| Fact {
            label: part.kind.title().to_owned(),
            value: good(part.result == SubResult::Valid),
        }));
    }
    if let Some(face) = &validation.findings.face {
        let score = face
            .confidence
            .map(|score| format!(" ({score:.3})"))
            .unwrap_or_default();
        let label = language.choose("Similitud", "Similarity", "Semelhança");
        rows.extend(face.similar.map(|similar| Fact {
            label: label.to_owned(),
            value: good(similar) + &score,
        }));
        let label = language.choose("Prueba de vida", "Liveness", "Prova de vida");
        rows.extend(face.alive.map(|alive| Fact {
            label: label.to_owned(),
            value: good(alive),
        }));
    }
    rows
}

/// What people decided; what came to be by itself is in the blocks.
fn decisions(ledger: &[Decision], language: Language) -> Vec<Section> {
    let human = ledger
        .iter()
        .filter(|decision| decision.kind != DecisionKind::Automatic);
    let told = human.map(|decision| {
        let good = match decision.stand {
            crate::processes::ledger::Stand::Pass => Some(true),
            crate::processes::ledger::Stand::Fail => Some(false),
            crate::processes::ledger::Stand::Refer => None,
        };
        let about = match decision.level {
            Level::Process => decision.process.to_string(),
            Level::Validation | Level::Part => {
                decision.validation.map(|id| id.to_string()).unwrap_or_default()
            }
        };
        let row = |es, en, pt, value: &str| {
            (!value.is_empty()).then(|| Fact {
                label: language.choose(es, en, pt).to_owned(),
                value: value.to_owned(),
            })
        };
        let rows = [
            row("Sobre", "About", "Sobre", &about),
            row("Parte", "Part", "Parte", &decision.part),
            row("Fecha", "Date", "Data", &decision.at.rfc3339_seconds()),
            row("Por", "By", "Por", &decision.username),
            row("Aprobado por", "Agreed by", "Aprovado por", &decision.approver),
            row("Razón", "Reason", "Motivo", &decision.reason),
            row("Descripción", "Description", "Descrição", &decision.description),
        ];
        Section {
            title: decision.kind.to_string(),
            status: match good {
                None => "—".to_owned(),
                good => word(good, language).to_owned(),
            },
            good,
            rows: rows.into_iter().flatten().collect(),
        }
    });
    told.collect()
}

//! Brazil's driving licence.

use super::{
    Form,
    Place::{Behind, Below},
    name, number, set, set_date, set_surnames,
};
use crate::{
    identifiers::Kind,
    reading::page::Page,
    validations::{DocumentFields, Field},
};

const LABELS: &[&str] = &[
    "REPUBLICA FEDERATIVA DO BRASIL",
    "CARTEIRA NACIONAL DE HABILITACAO",
    "NOME",
    "NOME E SOBRENOME",
    "DOC IDENTIDADE ORG EMISSOR UF",
    "CPF",
    "DATA NASCIMENTO",
    "FILIACAO",
    "PERMISSAO",
    "CAT HAB",
    "N REGISTRO",
    "VALIDADE",
    "1 HABILITACAO",
    "OBSERVACOES",
    "LOCAL",
    "DATA EMISSAO",
    "ASSINATURA DO PORTADOR",
];

/// Its front. The licence has a number, and so has its holder: the CPF.
pub fn cnh(page: &Page<'_>) -> DocumentFields {
    let form = Form { page, labels: LABELS };
    let mut fields = DocumentFields::default();
    if let Some(whole) = ["NOME E SOBRENOME", "NOME"]
        .iter()
        .find_map(|label| form.find(label, &[Below], name))
    {
        // It is printed as one; who bears it knows where the surnames begin. Two given names are the most usual.
        let words: Vec<&str> = whole.split(' ').collect();
        let given = if words.len() > 3 { 2 } else { 1 }.min(words.len());
        fields.set(Field::Name, words[..given].join(" "));
        set_surnames(&mut fields, &words[given..].join(" "));
    }
    set(
        &mut fields,
        Field::Cpf,
        form.find("CPF", &[Below, Behind], |text| number(Kind::BrCpf, text)),
    );
    set_date(
        &mut fields,
        Field::DateOfBirth,
        form.date("DATA NASCIMENTO", &[Below, Behind]),
    );
    let registration = ["N REGISTRO", "REGISTRO"]
        .iter()
        .find_map(|label| form.find(label, &[Below, Behind], |text| number(Kind::BrCnh, text)));
    set(&mut fields, Field::RegistrationNumber, registration.clone());
    set(&mut fields, Field::DocumentNumber, registration);
    set_date(
        &mut fields,
        Field::ExpirationDate,
        form.date("VALIDADE", &[Below, Behind]),
    );
    set_date(
        &mut fields,
        Field::IssueDate,
        form.date("DATA EMISSAO", &[Below, Behind]),
    );
    let category = form.find("CAT HAB", &[Below, Behind], |text| {
        let fits = |word: &&str| {
            matches!(
                *word,
                "A" | "B" | "C" | "D" | "E" | "AB" | "AC" | "AD" | "AE" | "ACC"
            )
        };
        text.split_whitespace().find(fits).map(str::to_owned)
    });
    set(&mut fields, Field::Category, category);
    fields
}

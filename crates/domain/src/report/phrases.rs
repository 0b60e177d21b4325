//! What a report says itself.

use serde::Serialize;

use crate::{
    language::Language,
    wording::{Phrase, phrases},
};

macro_rules! words {
    ($($name:ident = $es:literal, $en:literal, $pt:literal;)+) => {
        /// The fixed words of a report's pages, in its language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        #[expect(missing_docs, reason = "each says what it is")]
        pub struct Words { $(pub $name: &'static str),+ }

        impl Words {
            /// The words in a language.
            pub const fn of(language: Language) -> Self {
                Self { $($name: language.choose($es, $en, $pt)),+ }
            }
        }
    };
}

words! {
    title = "Verificación de antecedentes", "Background check", "Verificação de antecedentes";
    // `{page}` and `{pages}` are filled by whoever counts them.
    page = "Página {page} de {pages}", "Page {page} of {pages}", "Página {page} de {pages}";
    summary = "Resumen", "Summary", "Resumo";
    subject = "Lo que saben las fuentes", "What the sources know", "O que sabem as fontes";
    inputs = "Datos consultados", "What was asked about", "Dados consultados";
    particulars = "La verificación", "The check", "A verificação";
    wrong_inputs = "Datos que no coinciden con los registros", "Inputs that differ from the registers",
        "Dados que divergem dos registros";
    data_sets = "Conjuntos de datos", "Data sets", "Conjuntos de dados";
    data_set = "Conjunto", "Data set", "Conjunto";
    result = "Resultado", "Result", "Resultado";
    severity = "Severidad", "Severity", "Gravidade";
    by_id = "Por documento", "By document", "Por documento";
    by_name = "Por nombre", "By name", "Por nome";
    weight = "Peso", "Weight", "Peso";
    score = "Puntaje", "Score", "Pontuação";
    details = "Detalle por fuente", "Details by source", "Detalhe por fonte";
    nothing = "Consultadas sin nada que mostrar", "Asked, with nothing to show", "Consultadas sem nada a mostrar";
    silent = "Fuentes sin respuesta u omitidas", "Sources that failed or were skipped",
        "Fontes sem resposta ou omitidas";
    source = "Fuente", "Source", "Fonte";
    status = "Estado", "Status", "Situação";
    reason = "Motivo", "Reason", "Motivo";
    notes = "Cómo leer este informe", "How to read this report", "Como ler este relatório";
    verify = "Verificar este informe", "Verify this report", "Verificar este relatório";
    code = "Código", "Code", "Código";
    risk = "Riesgo", "Risk", "Risco";
}

phrases! {
    pub(super) SCORE = "Puntaje", "Score", "Pontuação";
    pub(super) ID_SCORE = "Por documento", "By document", "Por documento";
    pub(super) NAME_SCORE = "Por nombre", "By name", "Por nome";
    pub(super) CHECK_ID = "Verificación", "Check", "Verificação";
    pub(super) CREATED = "Creada", "Created", "Criada";
    pub(super) FINISHED = "Terminada", "Finished", "Concluída";
    pub(super) CLIENT = "Solicitada por", "Requested by", "Solicitada por";
    pub(super) CREATED_BY = "Creada con la llave", "Created with the key", "Criada com a chave";
    pub(super) STATUS = "Estado", "Status", "Situação";
    pub(super) UNNAMED = "Sin nombre", "No name", "Sem nome";
    pub(super) NOT_FINISHED = "Esta verificación aún no termina: su contenido puede cambiar.",
        "This check is not finished: its content may change.",
        "Esta verificação ainda não terminou: seu conteúdo pode mudar.";
    pub(super) TOO_LITTLE = "Respondieron muy pocas fuentes: que no haya hallazgos no significa que no existan.",
        "Too few sources answered: that nothing was found does not mean that there is nothing.",
        "Responderam muito poucas fontes: a falta de achados não significa que não existam.";
    pub(super) KNOWN_BY = "{name} (1 fuente)", "{name} (1 source)", "{name} (1 fonte)"
        => "{name} ({n} fuentes)", "{name} ({n} sources)", "{name} ({n} fontes)";
    pub(super) HOMONYM = "Vinculado solo por el nombre: puede ser de un homónimo.",
        "Tied by the name alone: it may belong to a homonym.",
        "Vinculado apenas pelo nome: pode ser de um homônimo.";
    pub(super) NOT_CONFIGURED = "No configurada en esta instalación", "Not configured in this installation",
        "Não configurada nesta instalação";
    pub(super) MISSING = "Dato que falta o no es válido: {inputs}", "Missing or invalid input: {inputs}",
        "Dado que falta ou não é válido: {inputs}"
        => "Datos que faltan o no son válidos: {inputs}", "Missing or invalid inputs: {inputs}",
        "Dados que faltam ou não são válidos: {inputs}";
    pub(super) LESS_ROWS = "1 fila omitida; está completa en la API.", "1 row left out; the API has it.",
        "1 linha omitida; a API a tem completa."
        => "{n} filas omitidas; están completas en la API.", "{n} rows left out; the API has them.",
        "{n} linhas omitidas; a API as tem completas.";
    pub(super) LESS_TABLES = "1 tabla omitida; está completa en la API.", "1 table left out; the API has it.",
        "1 tabela omitida; a API a tem completa."
        => "{n} tablas omitidas; están completas en la API.", "{n} tables left out; the API has them.",
        "{n} tabelas omitidas; a API as tem completas.";
    pub(super) LESS_ENTRIES = "1 entrada omitida; está completa en la API.", "1 entry left out; the API has it.",
        "1 entrada omitida; a API a tem completa."
        => "{n} entradas omitidas; están completas en la API.", "{n} entries left out; the API has them.",
        "{n} entradas omitidas; a API as tem completas.";
    pub(super) LESS_TEXT = "{text}… (1 carácter más)", "{text}… (1 more character)", "{text}… (mais 1 caractere)"
        => "{text}… ({n} caracteres más)", "{text}… ({n} more characters)", "{text}… (mais {n} caracteres)";
    pub(super) VERIFY = "Escanee el código o abra la dirección e ingrese el código para comprobar que este informe es \
         auténtico.",
        "Scan the code, or open the address and enter the code, to see that this report is genuine.",
        "Escaneie o código ou abra o endereço e digite o código para comprovar que este relatório é autêntico.";
}

/// How a report is to be read.
pub(super) const NOTES: &[Phrase] = &[
    Phrase::new(
        "El puntaje va de 0 a 1, donde 1 es lo mejor. Es la suma de los puntajes de los conjuntos de datos según su \
         peso; cada conjunto vale lo que vale su hallazgo más grave. Un conjunto que no se consultó no resta.",
        "The score goes from 0 to 1, where 1 is the best. It is the sum of the data sets' scores by their weights; \
         each data set is worth what its gravest finding is worth. One that was not asked about takes nothing away.",
        "A pontuação vai de 0 a 1, em que 1 é o melhor. É a soma das pontuações dos conjuntos de dados segundo o seu \
         peso; cada conjunto vale o que vale o seu achado mais grave. Um conjunto não consultado não subtrai.",
    ),
    Phrase::new(
        "Severidades y su puntaje: ninguna 1, muy baja 0.8, baja 0.6, media 0.4, alta 0.2, muy alta 0.",
        "Severities and their scores: none 1, very low 0.8, low 0.6, medium 0.4, high 0.2, very high 0.",
        "Gravidades e sua pontuação: nenhuma 1, muito baixa 0.8, baixa 0.6, média 0.4, alta 0.2, muito alta 0.",
    ),
    Phrase::new(
        "Lo encontrado por documento está vinculado a la persona, empresa o vehículo por un número. Lo encontrado solo \
         por nombre puede ser de un homónimo y debe confirmarse antes de decidir.",
        "What was found by document is tied to the person, company or vehicle by a number. What was found by name \
         alone may belong to a homonym and has to be confirmed before anything is decided.",
        "O encontrado por documento está vinculado à pessoa, empresa ou veículo por um número. O encontrado apenas por \
         nome pode ser de um homônimo e deve ser confirmado antes de decidir.",
    ),
    Phrase::new(
        "Este informe dice lo que las fuentes respondieron en la fecha de la verificación. Los títulos y rótulos se \
         traducen; los valores se muestran como los publica cada fuente.",
        "This report says what the sources answered on the date of the check. Titles and labels are translated; values \
         are shown as each source publishes them.",
        "Este relatório diz o que as fontes responderam na data da verificação. Títulos e rótulos são traduzidos; os \
         valores são mostrados como cada fonte os publica.",
    ),
];

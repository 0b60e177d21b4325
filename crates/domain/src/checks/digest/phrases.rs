//! What a digest says.

use crate::wording::phrases;

phrases! {
    /// Who is checked.
    pub(super) SUBJECT = "Verificación de {type} {country}: {subject}.", "Check of a {type} {country}: {subject}.",
        "Verificação de {type} {country}: {subject}.";
    pub(super) UNNAMED = "sin datos del sujeto", "no particulars of the subject", "sem dados do sujeito";
    // Where the check stands, unless it is completed.
    pub(super) NOT_STARTED = "Todavía no ha comenzado.", "It has not started yet.", "Ainda não começou.";
    pub(super) IN_PROGRESS = "Está en curso: lo que sigue puede cambiar.", "It is in progress: what follows may change.",
        "Está em andamento: o que segue pode mudar.";
    pub(super) DELAYED = "Está demorada, porque una fuente pidió más tiempo: lo que sigue puede cambiar.",
        "It is delayed, because a source asked for more time: what follows may change.",
        "Está demorada, porque uma fonte pediu mais tempo: o que segue pode mudar.";
    pub(super) ERROR = "Terminó con error: no respondieron suficientes fuentes para dar un resultado.",
        "It ended in error: too few sources answered to give a result.",
        "Terminou com erro: não responderam fontes suficientes para dar um resultado.";
    /// What it comes to.
    pub(super) SCORE = "Puntaje {score} de 1 ({risk}): {id} por documento y {name} por nombre.",
        "Score {score} of 1 ({risk}): {id} by document and {name} by name.",
        "Pontuação {score} de 1 ({risk}): {id} por documento e {name} por nome.";
    // The identity.
    pub(super) IDENTITY_FOUND = "La identidad fue encontrada.", "The identity was found.", "A identidade foi encontrada.";
    pub(super) IDENTITY_NOT_FOUND = "Ningún registro de identidad conoce el documento.",
        "No identity register knows the document.", "Nenhum registro de identidade conhece o documento.";
    pub(super) IDENTITY_UNANSWERED = "Ningún registro de identidad respondió.", "No identity register answered.",
        "Nenhum registro de identidade respondeu.";
    pub(super) IDENTITY_NOT_ASKED = "No se consultó ningún registro de identidad.", "No identity register was asked.",
        "Nenhum registro de identidade foi consultado.";
    pub(super) DEAD = "Consta el fallecimiento de la persona el {date}.", "The person is recorded as deceased on {date}.",
        "Consta o óbito da pessoa em {date}.";
    // The company and the vehicle.
    pub(super) STANDING = "Situación de la empresa: {status}.", "Standing of the company: {status}.",
        "Situação da empresa: {status}.";
    pub(super) VEHICLE_FOUND = "Vehículo encontrado: {vehicle}.", "Vehicle found: {vehicle}.",
        "Veículo encontrado: {vehicle}.";
    pub(super) VEHICLE_NOT_FOUND = "El vehículo no fue encontrado.", "The vehicle was not found.",
        "O veículo não foi encontrado.";
    // How the sources fared.
    pub(super) NONE_ASKED = "No se consultó ninguna fuente", "No source was asked", "Nenhuma fonte foi consultada";
    pub(super) ALL_ANSWERED = "Se consultó 1 fuente, que respondió", "1 source was asked and answered",
        "Foi consultada 1 fonte, que respondeu"
        => "Se consultaron {n} fuentes y todas respondieron", "{n} sources were asked and all of them answered",
        "Foram consultadas {n} fontes e todas responderam";
    pub(super) ASKED = "Se consultó 1 fuente: {how}", "1 source was asked: {how}", "Foi consultada 1 fonte: {how}"
        => "Se consultaron {n} fuentes: {how}", "{n} sources were asked: {how}", "Foram consultadas {n} fontes: {how}";
    pub(super) ANSWERED = "1 respondió", "1 answered", "1 respondeu"
        => "{n} respondieron", "{n} answered", "{n} responderam";
    pub(super) UNANSWERED = "1 no respondió", "1 did not answer", "1 não respondeu"
        => "{n} no respondieron", "{n} did not answer", "{n} não responderam";
    pub(super) WAITING = "1 está pendiente", "1 is pending", "1 está pendente"
        => "{n} están pendientes", "{n} are pending", "{n} estão pendentes";
    pub(super) SKIPPED = "1 se omitió", "1 was skipped", "1 foi omitida"
        => "{n} se omitieron", "{n} were skipped", "{n} foram omitidas";
    // What was found.
    pub(super) FOUND = "1 hallazgo de severidad {severity} ({sets})", "1 finding of {severity} severity ({sets})",
        "1 achado de gravidade {severity} ({sets})"
        => "{n} hallazgos de severidad {severity} ({sets})", "{n} findings of {severity} severity ({sets})",
        "{n} achados de gravidade {severity} ({sets})";
    pub(super) BY_ID = "Por documento: {findings}.", "By document: {findings}.", "Por documento: {findings}.";
    pub(super) BY_NAME = "Solo por nombre: {findings}; puede ser de un homónimo.",
        "By name alone: {findings}; it may belong to a homonym.",
        "Apenas por nome: {findings}; pode ser de um homônimo."
        => "Solo por nombre: {findings}; pueden ser de homónimos.",
        "By name alone: {findings}; they may belong to homonyms.",
        "Apenas por nome: {findings}; podem ser de homônimos.";
    pub(super) NOTHING = "No se encontró nada desfavorable.", "Nothing unfavourable was found.",
        "Nada desfavorável foi encontrado.";
    pub(super) NOTHING_THERE = "En las que respondieron no se encontró nada desfavorable.",
        "Those that answered found nothing unfavourable.", "Nas que responderam nada desfavorável foi encontrado.";
    pub(super) NOTHING_YET = "Hasta ahora no se encontró nada desfavorable.", "Nothing unfavourable was found so far.",
        "Até agora nada desfavorável foi encontrado.";
    pub(super) WRONG = "Dato que no coincide con los registros: {inputs}.",
        "Input that differs from the registers: {inputs}.", "Dado que diverge dos registros: {inputs}."
        => "Datos que no coinciden con los registros: {inputs}.",
        "Inputs that differ from the registers: {inputs}.", "Dados que divergem dos registros: {inputs}.";
    // Highlights.
    pub(super) FINDING = "{source}: {what}", "{source}: {what}", "{source}: {what}";
    pub(super) FINDING_BY_NAME = "{source}: {what} (solo por nombre, posible homónimo)",
        "{source}: {what} (by name alone, possibly a homonym)",
        "{source}: {what} (apenas por nome, possível homônimo)";
    pub(super) MISSING = "{source}: no encontrado", "{source}: not found", "{source}: não encontrado";
    pub(super) FAILED = "{source} no respondió", "{source} did not answer", "{source} não respondeu";
    pub(super) EXPIRED = "{source} no respondió a tiempo", "{source} did not answer in time",
        "{source} não respondeu a tempo";
}

//! Headings, labels and statements of the tables that registries show.

use super::Phrase;

/// Declares phrases, one a row; where they are given a name, tests have the list of them.
macro_rules! phrases {
    ($all:ident: $($name:ident = $es:literal, $pt:literal, $en:literal;)+) => {
        phrases! { $($name = $es, $pt, $en;)+ }

        #[cfg(test)]
        pub(in crate::sandbox) const $all: &[Phrase] = &[$($name),+];
    };
    ($($name:ident = $es:literal, $pt:literal, $en:literal;)+) => {
        $(pub(in crate::sandbox) const $name: Phrase = Phrase($es, $pt, $en);)+
    };
}

phrases! {
    HEADINGS:
    T_IDENTITY = "Registro de identidad", "Cadastro de pessoa física", "Identity register";
    T_CRIMINAL = "Antecedentes penales", "Antecedentes criminais", "Criminal records";
    T_LEGAL = "Procesos y sanciones", "Processos e sanções", "Proceedings and sanctions";
    T_SANCTIONS = "Listas internacionales", "Listas internacionais", "International lists";
    T_MEDIA = "Noticias", "Notícias", "Media reports";
    T_FINES = "Multas de tránsito", "Multas de trânsito", "Traffic fines";
    T_LICENCE = "Licencia de conducción", "Carteira de habilitação", "Driving licence";
    T_AFFILIATION = "Afiliación a la seguridad social", "Vínculo com a previdência social", "Social security";
    T_TAXPAYER = "Registro de contribuyentes", "Cadastro de contribuintes", "Taxpayer register";
    T_TAX_DEBT = "Deudas con el Estado", "Dívida ativa", "Debts to the state";
    T_CREDIT = "Obligaciones financieras", "Obrigações financeiras", "Credit obligations";
    T_DOCUMENT = "Validez del documento", "Situação do documento", "Validity of the document";
    T_PROFESSION = "Registro profesional", "Registro profissional", "Professional register";
    T_COMPANY = "Registro mercantil", "Cadastro nacional de empresas", "Company register";
    T_VEHICLE = "Registro de vehículos", "Registro de veículos", "Vehicle register";
    T_STOLEN = "Reporte de hurto", "Registro de roubo ou furto", "Theft report";
    T_PERMITS = "Permisos del vehículo", "Licenciamento do veículo", "Vehicle permits";
    T_BEHAVIOR = "Reportes de comportamiento", "Relatos de conduta", "Reported conduct";
}

phrases! {
    LABELS:
    FULL_NAME = "Nombre completo", "Nome completo", "Full name";
    FIRST_NAME = "Nombres", "Nome", "First name";
    LAST_NAME = "Apellidos", "Sobrenome", "Last name";
    DOCUMENT = "Número de documento", "Número do documento", "Document number";
    BIRTH_DATE = "Fecha de nacimiento", "Data de nascimento", "Date of birth";
    DEATH_DATE = "Fecha de defunción", "Data do óbito", "Date of death";
    ISSUE_DATE = "Fecha de expedición", "Data de emissão", "Date of issue";
    GENDER = "Sexo", "Sexo", "Gender";
    STATE = "Estado", "Situação", "Status";
    RESULT = "Resultado", "Resultado", "Result";
    CASE_NUMBER = "Número de proceso", "Número do processo", "Case number";
    COURT = "Despacho", "Órgão julgador", "Court";
    OFFENCE = "Delito", "Assunto", "Offence";
    MATTER = "Asunto", "Assunto", "Matter";
    DATE = "Fecha", "Data", "Date";
    PROGRAMME = "Programa", "Programa", "Programme";
    REASON = "Motivo", "Motivo", "Reason";
    LISTED_SINCE = "Fecha de inclusión", "Data de inclusão", "Listed on";
    HEADLINE = "Titular", "Manchete", "Headline";
    NEWSPAPER = "Medio", "Veículo", "Newspaper";
    LINK = "Enlace", "Ligação", "Link";
    FINE_NUMBER = "Número de comparendo", "Auto de infração", "Fine number";
    INFRACTION = "Infracción", "Infração", "Infraction";
    AMOUNT = "Valor", "Valor", "Amount";
    LICENCE_NUMBER = "Número de licencia", "Número de registro", "Licence number";
    CATEGORIES = "Categorías", "Categoria", "Categories";
    VALID_UNTIL = "Vigente hasta", "Validade", "Valid until";
    INSURER = "Entidad", "Entidade", "Institution";
    TAX_NUMBER = "Número de contribuyente", "Inscrição", "Tax number";
    TAX = "Concepto", "Tributo", "Tax";
    CREDITOR = "Acreedor", "Credor", "Creditor";
    DAYS_LATE = "Días de mora", "Dias em atraso", "Days overdue";
    PROFESSION = "Profesión", "Profissão", "Profession";
    CARD = "Tarjeta profesional", "Número de registro", "Professional card";
    COMPANY_NAME = "Razón social", "Razão social", "Company name";
    ACTIVITY = "Actividad económica", "Atividade principal", "Activity";
    FOUNDED = "Fecha de matrícula", "Data de abertura", "Registered on";
    PLATE = "Placa", "Placa", "Plate";
    MAKE = "Marca", "Marca", "Make";
    MODEL = "Línea", "Modelo", "Model";
    YEAR = "Modelo", "Ano", "Year";
    COLOUR = "Color", "Cor", "Colour";
    VIN = "Número de chasis", "Chassi", "Identification number";
    KIND = "Clase de vehículo", "Tipo", "Type";
    SERVICE = "Servicio", "Categoria", "Service";
    REPORT_NUMBER = "Número de reporte", "Número da ocorrência", "Report number";
    AUTHORITY = "Autoridad", "Autoridade", "Authority";
    INSURED_UNTIL = "Seguro obligatorio hasta", "Seguro obrigatório até", "Insured until";
    POLICY = "Número de póliza", "Número do bilhete", "Policy number";
}

// Statements.
phrases! {
    NO_MATTERS = "NO TIENE ASUNTOS PENDIENTES CON LAS AUTORIDADES JUDICIALES", "NADA CONSTA",
        "NO RECORDS";
    NO_SANCTIONS = "NO REGISTRA SANCIONES NI INHABILIDADES VIGENTES", "NADA CONSTA", "NO SANCTIONS";
    NO_DEBTS = "NO REGISTRA OBLIGACIONES EN MORA", "SEM RESTRIÇÕES", "NO OVERDUE OBLIGATIONS";
    IN_FORCE = "VIGENTE", "REGULAR", "VALID";
    EXPIRED = "VENCIDA", "VENCIDA", "EXPIRED";
    CANCELLED_BY_DEATH = "CANCELADA POR MUERTE", "CANCELADA POR ÓBITO", "CANCELLED: DECEASED";
    ACTIVE = "ACTIVO", "ATIVO", "ACTIVE";
    UNPAID = "PENDIENTE DE PAGO", "EM ABERTO", "UNPAID";
    NOT_STOLEN = "SIN REPORTE DE HURTO", "SEM REGISTRO DE ROUBO OU FURTO", "NOT REPORTED STOLEN";
    STOLEN = "REPORTADO COMO HURTADO", "COM REGISTRO DE ROUBO", "REPORTED STOLEN";
    MALE = "MASCULINO", "MASCULINO", "MALE";
    FEMALE = "FEMENINO", "FEMININO", "FEMALE";
    PRIVATE = "PARTICULAR", "PARTICULAR", "PRIVATE";
    PUBLIC = "PUBLICO", "ALUGUEL", "PUBLIC";
    CONDUCT = "REPORTADO POR OTRA EMPRESA", "RELATADO POR OUTRA EMPRESA", "REPORTED BY ANOTHER COMPANY";
    NOT_RENEWED = "SIN RENOVAR", "NÃO RENOVADA", "NOT RENEWED";
    CANCELLED = "CANCELADA", "BAIXADA", "CANCELLED";
    SUSPENDED = "SUSPENDIDA", "SUSPENSA", "SUSPENDED";
    INCAPABLE = "INHABILITADA", "INAPTA", "INCAPABLE";
}

//! Names of people in the Spanish-speaking countries.
//!
//! Surnames are single words, because Mexico's CURP is made of their letters.

use super::Names;

/// The names.
pub(in crate::sandbox) const NAMES: Names = Names {
    #[rustfmt::skip]
    male: &[
        "JUAN", "CARLOS", "LUIS", "JORGE", "MIGUEL", "PEDRO", "ANDRES", "DIEGO", "FELIPE", "SANTIAGO", "SEBASTIAN",
        "DANIEL", "DAVID", "ALEJANDRO", "JAVIER", "FERNANDO", "RICARDO", "EDUARDO", "MANUEL", "RAFAEL", "OSCAR",
        "HECTOR", "VICTOR", "MARIO", "SERGIO", "ROBERTO", "FRANCISCO", "ANTONIO", "ENRIQUE", "GUSTAVO", "ALBERTO",
        "ARTURO", "CAMILO", "CESAR", "CRISTIAN", "EMILIO", "ERNESTO", "ESTEBAN", "FABIAN", "GABRIEL", "GERARDO",
        "GONZALO", "GUILLERMO", "HERNAN", "HUGO", "IGNACIO", "IVAN", "JAIME", "JOAQUIN", "JULIAN", "LEONARDO",
        "MARCELO", "MATEO", "MAURICIO", "NICOLAS", "PABLO", "RAMON", "RAUL", "RODRIGO", "TOMAS",
    ],
    #[rustfmt::skip]
    female: &[
        "MARIA", "ANA", "LAURA", "CAROLINA", "PAULA", "ANDREA", "CLAUDIA", "PATRICIA", "SANDRA", "DIANA", "MARCELA",
        "LUISA", "CAMILA", "VALENTINA", "DANIELA", "NATALIA", "JULIANA", "ALEJANDRA", "GABRIELA", "ISABEL", "SOFIA",
        "LUCIA", "ELENA", "ROSA", "CARMEN", "GLORIA", "MARTHA", "BEATRIZ", "ADRIANA", "MONICA", "VERONICA", "LORENA",
        "PAOLA", "TATIANA", "VIVIANA", "XIMENA", "YOLANDA", "ALICIA", "AMALIA", "BLANCA", "CATALINA", "CECILIA",
        "CRISTINA", "ELSA", "ESPERANZA", "FERNANDA", "IRENE", "JIMENA", "JOSEFINA", "LEONOR", "LILIANA", "MARIANA",
        "MARISOL", "MERCEDES", "NORMA", "PILAR", "RAQUEL", "SILVIA", "SUSANA", "TERESA",
    ],
    #[rustfmt::skip]
    surnames: &[
        "GARCIA", "RODRIGUEZ", "MARTINEZ", "LOPEZ", "GONZALEZ", "HERNANDEZ", "PEREZ", "SANCHEZ", "RAMIREZ", "TORRES",
        "DIAZ", "GOMEZ", "VARGAS", "ROJAS", "MORENO", "CASTRO", "ORTIZ", "SUAREZ", "RUIZ", "ALVAREZ", "ROMERO",
        "JIMENEZ", "VALENCIA", "MENDOZA", "CARDENAS", "GUERRERO", "RESTREPO", "OSPINA", "ARIAS", "CORTES", "MEDINA",
        "REYES", "FLORES", "RIVERA", "MORALES", "CRUZ", "CHAVEZ", "QUISPE", "MAMANI", "HUAMAN", "FUENTES", "SOTO",
        "CONTRERAS", "SILVA", "SEPULVEDA", "ESPINOZA", "ARAYA", "TAPIA", "REYNOSO", "VALDES", "CARRASCO", "BRAVO",
        "MOLINA", "NAVARRO", "ACOSTA", "AGUILAR", "BERMUDEZ", "BLANCO", "CABRERA", "CALDERON", "CAMACHO", "CAMPOS",
        "DELGADO", "DOMINGUEZ", "ESCOBAR", "FIGUEROA", "GUZMAN", "HERRERA", "IBARRA", "LEON", "MALDONADO", "MIRANDA",
        "MURILLO", "OCHOA", "PACHECO", "PAREDES", "QUINTERO", "SALAZAR", "SOLANO", "UREÑA", "VEGA", "ZAMORA",
    ],
};

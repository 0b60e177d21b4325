//! One file an endpoint, or a resource: extract, call one use case, map.

pub mod check_pdf;
pub mod continuous;
pub mod create_check;
pub mod custom_types;
pub mod delete_check;
pub mod download_file;
pub mod get_check;
pub mod get_database_health;
pub mod list_check_details;
pub mod list_checks;
pub mod screening;
pub mod settings;
pub mod tell_check;

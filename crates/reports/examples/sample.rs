//! Draws the report of a made-up check: `cargo run -p cotejo-reports --example sample -- es /tmp/out.pdf`.

mod made_up;

use cotejo_domain::language::Language;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(language), Some(path)) = (args.next(), args.next()) else {
        return Err("which language (es, en, pt), and where to?".into());
    };
    let language: Language = language.parse()?;
    std::fs::write(path, cotejo_reports::check_pdf(&made_up::report(language))?)?;
    Ok(())
}

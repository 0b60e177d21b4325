//! Zips under a password, as 7-Zip, WinZip and every system's newer tools open them: AES-256 of the WinZip kind, since the
//! older encryption of zips keeps nothing secret.

use std::{
    fs::File,
    io::{BufWriter, Seek as _, Write as _},
};

use cotejo_domain::{
    archive::{Archiver, NotArchived, Piece},
    secret::Secret,
};
use zip::{AesMode, CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Zips under a password.
#[derive(Debug, Clone, Copy, Default)]
pub struct Zips;

impl Archiver for Zips {
    fn zip(
        &self,
        password: &Secret<String>,
        pieces: &mut dyn Iterator<Item = Piece>,
    ) -> Result<File, NotArchived> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .with_aes_encryption(AesMode::Aes256, &password.0);
        let mut writer = ZipWriter::new(BufWriter::new(tempfile::tempfile().map_err(failed)?));
        for piece in pieces {
            match piece {
                Piece::File(name) => writer.start_file(name, options).map_err(failed)?,
                Piece::Bytes(bytes) => writer.write_all(&bytes).map_err(failed)?,
            }
        }
        let written = writer.finish().map_err(failed)?;
        let mut file = written.into_inner().map_err(failed)?;
        file.rewind().map_err(failed)?;
        Ok(file)
    }
}

fn failed(error: impl std::fmt::Display) -> NotArchived {
    NotArchived(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use zip::ZipArchive;

    use super::*;

    fn zipped(pieces: Vec<Piece>) -> Result<File, NotArchived> {
        Zips.zip(&Secret("s3cret!".to_owned()), &mut pieces.into_iter())
    }

    #[test]
    fn files_open_by_the_password_alone() {
        let long = vec![7; 300_000];
        let file = zipped(vec![
            Piece::File("a.txt".to_owned()),
            Piece::Bytes(b"one".to_vec()),
            Piece::Bytes(b" two".to_vec()),
            Piece::File("folder/empty.txt".to_owned()),
            Piece::File("folder/b.bin".to_owned()),
            Piece::Bytes(long.clone()),
        ])
        .unwrap();
        let mut archive = ZipArchive::new(file).unwrap();
        assert_eq!(archive.len(), 3);
        for (name, expected) in [
            ("a.txt", &b"one two"[..]),
            ("folder/empty.txt", b""),
            ("folder/b.bin", &long),
        ] {
            let mut content = Vec::new();
            let mut entry = archive.by_name_decrypt(name, b"s3cret!").unwrap();
            assert!(entry.encrypted());
            entry.read_to_end(&mut content).unwrap();
            drop(entry);
            assert_eq!(content, expected, "{name}");
            assert!(archive.by_name_decrypt(name, b"secret!").is_err());
            assert!(archive.by_name(name).is_err(), "without a password");
        }
    }

    #[test]
    fn nothing_of_a_file_is_on_the_disk_as_it_was() {
        let secret = b"Ana Perez 1000000001".repeat(100);
        let mut file = zipped(vec![Piece::File("a.csv".to_owned()), Piece::Bytes(secret)]).unwrap();
        let mut raw = Vec::new();
        file.read_to_end(&mut raw).unwrap();
        assert!(!raw.windows(9).any(|window| window == b"Ana Perez"));
        // Method 99 and the extra field of AE-1 or AE-2, with 3 for 256 bits.
        assert!(
            raw.windows(9)
                .any(|window| window[..2] == [0x01, 0x99] && window[6..9] == *b"AE\x03")
        );
    }

    #[test]
    fn a_name_stands_once() {
        let twice = vec![Piece::File("a".to_owned()), Piece::File("a".to_owned())];
        assert!(zipped(twice).is_err());
        assert!(zipped(vec![Piece::Bytes(b"of nothing".to_vec())]).is_err());
        assert!(ZipArchive::new(zipped(Vec::new()).unwrap()).unwrap().is_empty());
    }
}

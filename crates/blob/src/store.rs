//! Where the objects are, and how they are written and read in pieces.

use std::{fs, path::PathBuf, sync::Arc};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream::BoxStream};
use object_store::{
    ObjectStore, ObjectStoreExt as _, aws::AmazonS3Builder, buffered::BufWriter, local::LocalFileSystem,
    memory::InMemory, path::Path, prefix::PrefixStore,
};
use tokio::io::AsyncWriteExt as _;
use url::Url;

use crate::seal::{Broken, CHUNK, Chunks, HEADER, Key, Salt, TAG};

/// Why a file was not written or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no such object.
    #[error("the file is not there")]
    Missing,
    /// It is not what was written: it was cut, changed or moved, or the key is another's.
    #[error("the file does not open")]
    Broken,
    /// The store did not answer, or has no room.
    #[error("the store of files failed")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            other => Self::Store(other.into()),
        }
    }
}

impl From<std::io::Error> for BlobError {
    fn from(error: std::io::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<Broken> for BlobError {
    fn from(Broken: Broken) -> Self {
        Self::Broken
    }
}

/// The location of the files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidLocation {
    /// It is none that is known.
    #[error("must be a folder, memory:, or s3://bucket/prefix")]
    Unknown,
    /// The folder cannot be made.
    #[error("the folder {0} cannot be used")]
    Folder(PathBuf, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// The bucket's settings are incomplete.
    #[error("the bucket cannot be used")]
    Bucket(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The files of a deployment; cheap to clone.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// The store once more, if it is a folder.
    folder: Option<Arc<LocalFileSystem>>,
}

impl Blobs {
    /// Files that are gone with the process.
    pub fn in_memory() -> Self {
        Self::of(InMemory::new())
    }

    /// Files in a folder, which is made where it is not there.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn in_folder(folder: PathBuf) -> Result<Self, InvalidLocation> {
        fs::create_dir_all(&folder).map_err(|error| InvalidLocation::Folder(folder.clone(), error.into()))?;
        let store = LocalFileSystem::new_with_prefix(&folder)
            .map_err(|error| InvalidLocation::Folder(folder, error.into()))?;
        // What is acknowledged is on the disk.
        let folder = Arc::new(store.with_fsync(true));
        Ok(Self {
            store: Arc::clone(&folder) as Arc<dyn ObjectStore>,
            folder: Some(folder),
        })
    }

    fn of(store: impl ObjectStore) -> Self {
        Self {
            store: Arc::new(store),
            folder: None,
        }
    }

    /// Files where a setting says: a folder (or `file:///folder`), `memory:`, or `s3://bucket/prefix` with the usual
    /// `AWS_…` variables of the environment, `AWS_ENDPOINT` for a store of one's own among them.
    ///
    /// # Errors
    /// If it is none of these, or cannot be used.
    pub fn at(location: &str) -> Result<Self, InvalidLocation> {
        let url = match Url::parse(location) {
            // A path is no URL.
            Err(_) => return Self::in_folder(PathBuf::from(location)),
            Ok(url) => url,
        };
        match url.scheme() {
            "memory" => Ok(Self::in_memory()),
            "file" => {
                let folder = url.to_file_path().map_err(|()| InvalidLocation::Unknown)?;
                Self::in_folder(folder)
            }
            "s3" => {
                let bucket = AmazonS3Builder::from_env()
                    .with_url(location)
                    .build()
                    .map_err(|error| InvalidLocation::Bucket(error.into()))?;
                let prefix = Path::from(url.path());
                Ok(Self::of(PrefixStore::new(bucket, prefix)))
            }
            _ => Err(InvalidLocation::Unknown),
        }
    }

    /// Begins to write an object. Nothing of it is there before [`Writer::finish`].
    pub async fn write(&self, name: &str, key: &Key, salt: &Salt) -> Result<Writer, BlobError> {
        let mut into = BufWriter::new(Arc::clone(&self.store), Path::from(name));
        into.write_all(&Chunks::header(salt)).await?;
        Ok(Writer {
            into,
            chunks: Chunks::new(key, salt, name),
            pending: Vec::with_capacity(CHUNK + TAG),
        })
    }

    /// Begins to read an object.
    ///
    /// # Errors
    /// If it is not there, or not one of ours.
    pub async fn read(&self, name: &str, key: &Key) -> Result<Reader, BlobError> {
        let from = self.store.get(&Path::from(name)).await?.into_stream();
        let mut reader = Reader {
            from,
            chunks: None,
            pending: Vec::with_capacity(CHUNK + TAG),
            ended: false,
        };
        reader.fill(HEADER).await?;
        let header = reader.take(HEADER);
        reader.chunks = Some(Chunks::new(key, &Chunks::salt(&header)?, name));
        Ok(reader)
    }

    /// Deletes an object; one that is not there is as good as deleted.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn delete(&self, name: &str) -> Result<(), BlobError> {
        match self.store.delete(&Path::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes what writers that were killed left beside an object in a folder; nobody may be writing it. In a bucket
    /// nothing is left, or the bucket's own rules end it.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn sweep(&self, name: &str) -> Result<(), BlobError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let object = folder.path_to_filesystem(&Path::from(name))?;
        // A writer takes the first number that is free, and gives the object its name at the end.
        for number in 1.. {
            let mut unfinished = object.clone().into_os_string();
            unfinished.push(format!("#{number}"));
            match tokio::fs::remove_file(unfinished).await {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// An object that is being written. Dropped, it never was.
pub struct Writer {
    into: BufWriter,
    chunks: Chunks,
    pending: Vec<u8>,
}

impl Writer {
    /// Writes a piece of any length.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn write(&mut self, mut piece: &[u8]) -> Result<(), BlobError> {
        while !piece.is_empty() {
            // A full chunk waits for what follows, because the last one is sealed as such.
            if self.pending.len() == CHUNK {
                self.flush(false).await?;
            }
            let (now, later) = piece.split_at(piece.len().min(CHUNK - self.pending.len()));
            self.pending.extend_from_slice(now);
            piece = later;
        }
        Ok(())
    }

    /// Ends the object: from now on it is there, whole.
    ///
    /// # Errors
    /// If the store fails; then it is not there.
    pub async fn finish(mut self) -> Result<(), BlobError> {
        self.flush(true).await?;
        self.into.shutdown().await?;
        Ok(())
    }

    /// Gives the object up, and what the store has of it already.
    pub async fn abort(mut self) {
        // What cannot be taken back is not there either.
        drop(self.into.abort().await);
    }

    async fn flush(&mut self, last: bool) -> Result<(), BlobError> {
        self.chunks.seal(&mut self.pending, last);
        self.into.write_all(&self.pending).await?;
        self.pending.clear();
        Ok(())
    }
}

/// An object that is being read, chunk by chunk.
pub struct Reader {
    from: BoxStream<'static, object_store::Result<Bytes>>,
    chunks: Option<Chunks>,
    /// What came from the store and was not opened yet.
    pending: Vec<u8>,
    ended: bool,
}

impl Reader {
    /// The next piece; `None` behind the last. A file that was cut fails instead of ending.
    pub async fn next(&mut self) -> Option<Result<Bytes, BlobError>> {
        match self.piece().await {
            Ok(piece) => piece.map(Ok),
            Err(error) => {
                self.chunks = None;
                Some(Err(error))
            }
        }
    }

    async fn piece(&mut self) -> Result<Option<Bytes>, BlobError> {
        if self.chunks.is_none() {
            return Ok(None);
        }
        // One byte more than a chunk tells whether it is the last.
        self.fill(CHUNK + TAG + 1).await?;
        let last = self.ended && self.pending.len() <= CHUNK + TAG;
        let mut chunk = self.take(CHUNK + TAG);
        if let Some(chunks) = &mut self.chunks {
            chunks.open(&mut chunk, last)?;
        }
        if last {
            self.chunks = None;
        }
        Ok(Some(Bytes::from(chunk)))
    }

    /// The whole of what is left, of at most so many bytes.
    ///
    /// # Errors
    /// If it is longer, or does not open.
    pub async fn to_end(mut self, most: usize) -> Result<Vec<u8>, BlobError> {
        let mut whole = Vec::new();
        while let Some(piece) = self.next().await {
            let piece = piece?;
            if whole.len() + piece.len() > most {
                return Err(BlobError::Broken);
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }

    /// Reads from the store until so many bytes are there, or it has no more.
    async fn fill(&mut self, bytes: usize) -> Result<(), BlobError> {
        while !self.ended && self.pending.len() < bytes {
            match self.from.next().await {
                Some(piece) => self.pending.extend_from_slice(&piece?),
                None => self.ended = true,
            }
        }
        Ok(())
    }

    fn take(&mut self, bytes: usize) -> Vec<u8> {
        let rest = self.pending.split_off(bytes.min(self.pending.len()));
        std::mem::replace(&mut self.pending, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = [1; 32];
    const SALT: Salt = [2; 32];

    async fn written(blobs: &Blobs, name: &str, content: &[u8], piece: usize) {
        let mut writer = blobs.write(name, &KEY, &SALT).await.unwrap();
        for piece in content.chunks(piece) {
            writer.write(piece).await.unwrap();
        }
        writer.finish().await.unwrap();
    }

    async fn whole(blobs: &Blobs, name: &str, key: &Key) -> Result<Vec<u8>, BlobError> {
        blobs.read(name, key).await?.to_end(usize::MAX).await
    }

    fn content(length: usize) -> Vec<u8> {
        (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
    }

    async fn raw(blobs: &Blobs, name: &str) -> Vec<u8> {
        let object = blobs.store.get(&Path::from(name)).await.unwrap();
        object.bytes().await.unwrap().to_vec()
    }

    async fn put(blobs: &Blobs, name: &str, bytes: Vec<u8>) {
        blobs.store.put(&Path::from(name), bytes.into()).await.unwrap();
    }

    #[tokio::test]
    async fn what_was_written_is_read_whatever_the_pieces() {
        let folder = tempfile::tempdir().unwrap();
        for blobs in [
            Blobs::in_memory(),
            Blobs::in_folder(folder.path().to_owned()).unwrap(),
        ] {
            for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7] {
                let content = content(length);
                for piece in [1_000, CHUNK, usize::MAX] {
                    written(&blobs, "a/b", &content, piece).await;
                    assert_eq!(
                        whole(&blobs, "a/b", &KEY).await.unwrap(),
                        content,
                        "{length} {piece}"
                    );
                }
            }
        }
    }

    #[tokio::test]
    async fn nothing_is_readable_in_the_store() {
        let blobs = Blobs::in_memory();
        let content = b"1000000001 ANA PRUEBA".repeat(4_000);
        written(&blobs, "a", &content, 4_096).await;
        let sealed = raw(&blobs, "a").await;
        assert!(sealed.windows(10).all(|window| window != b"1000000001"));
    }

    #[tokio::test]
    async fn what_was_cut_changed_or_moved_does_not_open() {
        let blobs = Blobs::in_memory();
        written(&blobs, "a", &content(2 * CHUNK + 10), CHUNK).await;
        let sealed = raw(&blobs, "a").await;
        let chunk = CHUNK + TAG;
        let mut flipped = sealed.clone();
        flipped[HEADER + 5] ^= 1;
        let swapped = [
            &sealed[..HEADER],
            &sealed[HEADER + chunk..HEADER + 2 * chunk],
            &sealed[HEADER..HEADER + chunk],
            &sealed[HEADER + 2 * chunk..],
        ]
        .concat();
        for (what, bytes) in [
            ("cut between chunks", sealed[..HEADER + chunk].to_vec()),
            ("cut within a chunk", sealed[..sealed.len() - 1].to_vec()),
            ("without its end", sealed[..HEADER + 2 * chunk].to_vec()),
            ("the header alone", sealed[..HEADER].to_vec()),
            ("half a header", sealed[..10].to_vec()),
            ("nothing", Vec::new()),
            ("a byte changed", flipped),
            ("chunks in another order", swapped),
            ("something behind it", [sealed.clone(), vec![0; 20]].concat()),
        ] {
            put(&blobs, "a", bytes).await;
            assert!(
                matches!(whole(&blobs, "a", &KEY).await, Err(BlobError::Broken)),
                "{what}"
            );
        }
        put(&blobs, "b", sealed.clone()).await;
        assert!(
            matches!(whole(&blobs, "b", &KEY).await, Err(BlobError::Broken)),
            "another name"
        );
        put(&blobs, "a", sealed).await;
        assert!(
            matches!(whole(&blobs, "a", &[9; 32]).await, Err(BlobError::Broken)),
            "another key"
        );
        assert!(whole(&blobs, "a", &KEY).await.is_ok());
    }

    #[tokio::test]
    async fn what_was_given_up_or_deleted_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        for blobs in [
            Blobs::in_memory(),
            Blobs::in_folder(folder.path().to_owned()).unwrap(),
        ] {
            let mut writer = blobs.write("a", &KEY, &SALT).await.unwrap();
            writer.write(&content(20 * 1024 * 1024)).await.unwrap();
            writer.abort().await;
            assert!(matches!(blobs.read("a", &KEY).await, Err(BlobError::Missing)));
            written(&blobs, "a", b"x", 1).await;
            blobs.delete("a").await.unwrap();
            blobs.delete("a").await.unwrap();
            assert!(matches!(blobs.read("a", &KEY).await, Err(BlobError::Missing)));
        }
    }

    #[tokio::test]
    async fn what_killed_writers_left_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(folder.path().to_owned()).unwrap();
        let files = || fs::read_dir(folder.path()).unwrap().count();
        written(&blobs, "a", b"x", 1).await;
        for _ in 0..2 {
            let mut writer = blobs.write("a", &KEY, &SALT).await.unwrap();
            writer.write(&content(20 * 1024 * 1024)).await.unwrap();
            std::mem::forget(writer);
        }
        assert_eq!(files(), 3);
        blobs.sweep("a").await.unwrap();
        assert_eq!(files(), 1);
        assert_eq!(whole(&blobs, "a", &KEY).await.unwrap(), b"x");
    }

    #[test]
    fn locations_are_folders_memory_or_buckets() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("files");
        assert!(Blobs::at(path.to_str().unwrap()).is_ok());
        assert!(path.is_dir());
        assert!(Blobs::at("memory:").is_ok());
        assert!(matches!(
            Blobs::at("ftp://somewhere/files"),
            Err(InvalidLocation::Unknown)
        ));
    }
}

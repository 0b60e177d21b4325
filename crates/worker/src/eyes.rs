//! What looks at the files of validations: our own engines where their models are there, bought ones behind HTTP.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use anyhow::Context as _;
use async_trait::async_trait;
use cotejo_app::validations::{Engine, Eyes};
use cotejo_domain::{
    reading::{Expected, PictureFault, SideReading, fault, judge},
    validations::{
        Slot,
        pictures::{BadPicture, Picture, Pictures},
    },
};
use cotejo_httpkit::env;
use cotejo_providers::engines::{
    DocumentEngine, DocumentQuestion, EngineError, Examined, Face, FaceEngine, FaceQuestion, HttpEngine,
    SideQuestion,
};
use cotejo_vision::{
    Vision, VisionError,
    models::{FILES, Models},
    picture::{self, Found, PictureError},
    runtime,
};
use tokio::sync::Semaphore;

/// What makes pictures of files.
pub fn pictures() -> Arc<dyn Pictures> {
    Arc::new(Lens)
}

struct Lens;

impl Pictures for Lens {
    fn clean(&self, file: &[u8]) -> Result<Picture, BadPicture> {
        match picture::Picture::read(file) {
            Ok(made) => Ok(Picture {
                jpeg: made.into_jpeg(),
            }),
            Err(PictureError::Empty) => Err(BadPicture::Empty),
            Err(PictureError::NotAPicture { found: Found::Video }) => Err(BadPicture::Video),
            Err(PictureError::NotAPicture { .. }) => Err(BadPicture::NotAPicture),
            Err(PictureError::TooLarge { .. }) => Err(BadPicture::TooLarge),
            Err(PictureError::Broken) => Err(BadPicture::Broken),
        }
    }
}

/// The engines of this program from the environment: `COTEJO_ENGINE_URL` names bought ones, `COTEJO_MODELS` the folder
/// of the models of ours; `usual` is the folder where that is not set, used if the models are there.
pub fn from_env(usual: Option<PathBuf>) -> anyhow::Result<Eyes> {
    if let Some(url) = env::text("COTEJO_ENGINE_URL") {
        let engine = HttpEngine::new(&url, env::text("COTEJO_ENGINE_KEY")).context("COTEJO_ENGINE_URL")?;
        return Ok(eyes(Arc::new(engine)));
    }
    let named = env::text("COTEJO_MODELS").map(PathBuf::from);
    if let Some(named) = &named {
        Models::open(named)
            .with_context(|| format!("COTEJO_MODELS {}: run `cotejo models fetch`", named.display()))?;
    }
    let there = |folder: &PathBuf| {
        FILES
            .iter()
            .all(|file| file.optional || file.path(folder).exists())
    };
    let Some(folder) = named.or_else(|| usual.filter(there)) else {
        return Ok(Eyes {
            pictures: Some(pictures()),
            ..Eyes::none()
        });
    };
    let threads = env::parsed("COTEJO_VISION_THREADS", 1)?;
    let library = env::text("ORT_DYLIB_PATH").map(PathBuf::from);
    Ok(eyes(Arc::new(Local::new(folder, library, threads))))
}

fn eyes<E: DocumentEngine + FaceEngine>(engine: Arc<E>) -> Eyes {
    Eyes {
        pictures: Some(pictures()),
        documents: Engine::Here(Arc::clone(&engine) as _),
        faces: Engine::Here(engine as _),
    }
}

/// Our own engines. What they do takes a processor for seconds, so it goes by turns. The models are loaded by the first
/// one, because many programs never look.
pub struct Local {
    folder: PathBuf,
    engine: runtime::Engine,
    vision: Arc<OnceLock<Vision>>,
    turns: Arc<Semaphore>,
}

impl Local {
    /// Engines over the models of a folder. `library` is ONNX Runtime's, where it is to be used; `threads` are what one
    /// look may take.
    pub fn new(folder: PathBuf, library: Option<PathBuf>, threads: usize) -> Self {
        Self {
            folder,
            engine: runtime::Engine::choose(library, threads),
            vision: Arc::default(),
            turns: Arc::new(Semaphore::new(1)),
        }
    }

    async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Vision) -> Result<T, VisionError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let away = |reason: &str| EngineError::Unavailable(reason.to_owned());
        let broken = |error: VisionError| EngineError::Broken(error.to_string());
        let turn = Arc::clone(&self.turns);
        let _turn = turn.acquire_owned().await.map_err(|_| away("it is stopping"))?;
        let (vision, folder, engine) = (Arc::clone(&self.vision), self.folder.clone(), self.engine.clone());
        let look = move || {
            if let Some(loaded) = vision.get() {
                return work(loaded).map_err(broken);
            }
            let loaded = Models::open(&folder).and_then(|models| Vision::open(&models, &engine));
            // Another worker may have them: this one's trouble is nobody's end.
            let loaded = loaded.map_err(|error| {
                tracing::error!(error = %error, "the networks cannot be loaded");
                EngineError::Unavailable("its networks cannot be loaded".to_owned())
            })?;
            work(vision.get_or_init(|| loaded)).map_err(broken)
        };
        tokio::task::spawn_blocking(look)
            .await
            .map_err(|_| away("it broke off"))?
    }
}

#[async_trait]
impl DocumentEngine for Local {
    async fn examine(&self, question: DocumentQuestion<'_>) -> Result<Examined, EngineError> {
        let side = |wanted: Slot| {
            let found = question.pictures.iter().find(|(slot, _)| *slot == wanted);
            found.map(|(_, picture)| picture.clone())
        };
        let front = side(Slot::Front).ok_or_else(|| EngineError::Broken("there is no front".to_owned()))?;
        let reverse = side(Slot::Reverse);
        let (front, reverse, portrait) = self
            .look(move |vision| {
                let read = vision.read_side(&front)?;
                let reverse = reverse.map(|picture| vision.read_side(&picture)).transpose()?;
                let portrait = portrait(&front, &read)?;
                Ok((read, reverse, portrait))
            })
            .await?;
        let expected = Expected {
            kind: question.kind,
            today: question.today,
            account_number: question.account.person.document_number.as_deref(),
            age_limit: None,
        };
        Ok(Examined {
            findings: judge(&expected, &front, reverse.as_ref()).into_findings(),
            portrait,
        })
    }

    async fn glance(&self, question: SideQuestion<'_>) -> Result<Option<PictureFault>, EngineError> {
        let picture = question.picture.to_vec();
        let read = self.look(move |vision| vision.read_side(&picture)).await?;
        Ok(fault(question.kind, question.slot, &read))
    }
}

/// The largest face on a document, as a picture of its own.
fn portrait(picture: &[u8], read: &SideReading) -> Result<Option<Vec<u8>>, VisionError> {
    let Some(face) = read.faces.first() else {
        return Ok(None);
    };
    Vision::crop(picture, face.area, face.turned).map(Some)
}

#[async_trait]
impl FaceEngine for Local {
    async fn faces(&self, question: FaceQuestion<'_>) -> Result<Vec<Face>, EngineError> {
        let (picture, liveness) = (question.picture.to_vec(), question.liveness);
        self.look(move |vision| {
            let seen = vision.faces(&picture)?.into_iter().map(|face| {
                let alive = if liveness {
                    vision.liveness(&picture, &face)?
                } else {
                    None
                };
                Ok(Face {
                    vector: face.embedding.to_vec(),
                    alive: alive.map(f64::from),
                    age_range: None,
                })
            });
            seen.collect()
        })
        .await
    }
}

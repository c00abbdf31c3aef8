//! The programs of the guide by themselves: how to verify, in the reader's language.

use std::sync::Arc;

use axum::extract::State;
use nuncio_dialect::Dialect;
use nuncio_domain::EndpointId;
use nuncio_guide::{Language, Sample, Way, programs};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::rights::{Access, Reader},
    http::rejection::failed_look_up,
    http::{
        problem::{Place, Problem},
        query::Query,
        rejection::{Handled, OrNotFound},
        reply,
    },
    resources::{
        guide::page::refused,
        policy::in_force::{InForce, dialect_of},
    },
    state::{Server, Shared},
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(read_programs))
}

/// A language of the programs.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ProgramLanguage {
    Node,
    Python,
    Go,
    Php,
    Ruby,
    Java,
}

impl From<ProgramLanguage> for Language {
    fn from(wanted: ProgramLanguage) -> Self {
        match wanted {
            ProgramLanguage::Node => Self::Node,
            ProgramLanguage::Python => Self::Python,
            ProgramLanguage::Go => Self::Go,
            ProgramLanguage::Php => Self::Php,
            ProgramLanguage::Ruby => Self::Ruby,
            ProgramLanguage::Java => Self::Java,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProgramsQuery {
    /// For the dialect of this endpoint.
    #[param(value_type = Option<String>)]
    endpoint: Option<EndpointId>,
    /// For this dialect; the project's by default.
    dialect: Option<String>,
    /// Only this language: `node`, `python`, `go`, `php`, `ruby` or `java`.
    #[param(inline, value_type = Option<ProgramLanguage>)]
    language: Option<ProgramLanguage>,
}

/// Programs that receive and verify.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Programs)]
struct ProgramsView<'a> {
    /// The dialect that they are for.
    dialect: &'a str,
    /// One item per language.
    languages: Vec<ProgramView<'a>>,
}

/// The programs for a language: each is a complete receiver, ready to run, with the secret in `WEBHOOK_SECRET`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Program)]
struct ProgramView<'a> {
    /// `node`, `python`, `go`, `php`, `ruby` or `java`.
    language: &'static str,
    /// Its display name.
    label: &'static str,
    /// The program's file name.
    file: &'static str,
    /// How to run it.
    run: &'static str,
    /// Using the receiver library; null for a custom dialect, which the library does not know.
    #[schema(required)]
    library: Option<LibraryProgram<'a>>,
    /// Using only the language's standard library; null where that is not enough.
    #[schema(required)]
    by_hand: Option<HandProgram<'a>>,
}

/// A program that uses the receiver library.
#[derive(Debug, Serialize, ToSchema)]
struct LibraryProgram<'a> {
    /// Its text.
    code: &'a str,
    /// How to install the library, from Nuncio's repository in the folder `nuncio`.
    install: &'static str,
}

/// A program without a library.
#[derive(Debug, Serialize, ToSchema)]
struct HandProgram<'a> {
    /// Its text.
    code: &'a str,
}

/// Read the verification programs
///
/// How to receive and verify the webhooks of a dialect, in each language: the programs of the webhooks page.
#[utoipa::path(
    get, path = "/v1/guide/programs", tag = "guide", params(ProgramsQuery),
    responses((status = 200, description = "The programs", body = ProgramsView<'static>))
)]
async fn read_programs(
    State(server): State<Shared>,
    caller: Reader,
    Query(query): Query<ProgramsQuery>,
) -> Handled {
    let dialect = dialect(&server, &caller, &query).await?;
    let samples = programs(&dialect).map_err(refused)?;
    let languages = Language::ALL
        .into_iter()
        .filter(|language| {
            query
                .language
                .is_none_or(|wanted| *language == Language::from(wanted))
        })
        .map(|language| view(language, &samples))
        .collect();
    Ok(reply::ok(&ProgramsView {
        dialect: dialect.name(),
        languages,
    }))
}

async fn dialect(
    server: &Server,
    caller: &Access,
    query: &ProgramsQuery,
) -> Result<Arc<Dialect>, Problem> {
    let in_force = InForce::of(server, caller.project()).await?;
    let own = match query.endpoint {
        Some(id) => {
            let endpoint = server
                .store()
                .endpoint(&caller.reach, id)
                .await
                .map_err(failed_look_up)?;
            endpoint.or_not_found()?.dialect.clone()
        }
        None => None,
    };
    match &query.dialect {
        Some(name) => {
            let found = server
                .store()
                .dialect(caller.project(), name)
                .await
                .map_err(failed_look_up)?;
            let version = found.ok_or_else(|| {
                let detail = format!("unknown dialect `{name}`");
                Problem::invalid_in(Place::Query, "dialect", detail)
            })?;
            Ok(version.dialect)
        }
        None => dialect_of(server, &in_force, own.as_deref()).await,
    }
}

fn view(language: Language, samples: &[Sample]) -> ProgramView<'_> {
    let code = |way| {
        let sample = samples
            .iter()
            .find(|sample| sample.language == language && sample.way == way);
        sample.map(|sample| sample.code.as_str())
    };
    ProgramView {
        language: language.word(),
        label: language.title(),
        file: language.file(),
        run: language.run(),
        library: code(Way::Library).map(|code| LibraryProgram {
            code,
            install: language.install(),
        }),
        by_hand: code(Way::ByHand).map(|code| HandProgram { code }),
    }
}

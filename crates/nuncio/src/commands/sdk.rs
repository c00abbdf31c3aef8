//! `nuncio sdk`: a package for a project's customers, under the vendor's own name.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::Context;
use clap::ValueEnum;
use nuncio_dialect::Dialect;
use nuncio_guide::{SdkEventType, SdkFacts, SdkLanguage, sdk_files};
use nuncio_tools::{
    client::ApiClient,
    output::{self, Usage},
};
use serde_json::{Value, json};

/// What to write, from what, and where.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("from").required(true).args(["project", "dialect"])))]
pub(crate) struct SdkArgs {
    /// The project's ID: `proj_…`. Its dialect and event types are read from the server.
    project: Option<String>,
    /// Name of a built-in dialect, or a file, instead of a project.
    #[arg(long)]
    dialect: Option<String>,
    /// Language of the package.
    #[arg(long, value_enum)]
    lang: PackageLanguage,
    /// The vendor's name, as its classes begin: `Acme` gives `AcmeWebhook`.
    #[arg(long)]
    name: String,
    /// The package's name in its registry [default: made of the vendor's name].
    #[arg(long)]
    package: Option<String>,
    /// Address of the customers' API, if it is another one than the server's public URL.
    #[arg(long, value_name = "URL")]
    api: Option<String>,
    /// Folder to write the package to. It is created if it does not exist.
    #[arg(long, value_name = "DIR", default_value = "sdk")]
    out: PathBuf,
    /// Address of the server.
    #[arg(long, env = "NUNCIO_SERVER", default_value = "http://127.0.0.1:8484")]
    server: String,
    /// API key; not needed with --dialect.
    #[arg(long, env = "NUNCIO_KEY", hide_env_values = true)]
    key: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PackageLanguage {
    /// JavaScript with TypeScript's types.
    Typescript,
    /// Python 3.9 or later.
    Python,
    /// Go 1.21 or later.
    Go,
    /// Java 17 or later.
    Java,
    /// PHP 8.1 or later.
    Php,
    /// Ruby 3.0 or later.
    Ruby,
    /// Rust 1.70 or later.
    Rust,
    /// Swift 5.7 or later; not compiled by any test of Nuncio.
    Swift,
}

impl From<PackageLanguage> for SdkLanguage {
    fn from(language: PackageLanguage) -> Self {
        match language {
            PackageLanguage::Typescript => Self::Typescript,
            PackageLanguage::Python => Self::Python,
            PackageLanguage::Go => Self::Go,
            PackageLanguage::Java => Self::Java,
            PackageLanguage::Php => Self::Php,
            PackageLanguage::Ruby => Self::Ruby,
            PackageLanguage::Rust => Self::Rust,
            PackageLanguage::Swift => Self::Swift,
        }
    }
}

/// Writes the package's files.
pub(crate) async fn run(args: SdkArgs, json: bool) -> anyhow::Result<ExitCode> {
    let facts = match (&args.project, &args.dialect) {
        (Some(project), _) => of_project(&args, project).await?,
        (None, name) => of_dialect(
            &args,
            super::find_dialect(name.as_deref().unwrap_or_default())?,
        ),
    };
    let files = sdk_files(&facts, args.lang.into()).map_err(|error| Usage(error.to_string()))?;
    let mut written = Vec::new();
    for file in files {
        let path = args.out.join(&file.path);
        let folder = path.parent().unwrap_or(&args.out);
        std::fs::create_dir_all(folder)
            .with_context(|| format!("can't create the folder {}", folder.display()))?;
        std::fs::write(&path, file.text)
            .with_context(|| format!("can't write {}", path.display()))?;
        written.push(path.display().to_string());
    }
    if json {
        output::json(&json!({ "files": written }));
    } else {
        written.iter().for_each(output::text);
    }
    Ok(ExitCode::SUCCESS)
}

fn of_dialect(args: &SdkArgs, dialect: Arc<Dialect>) -> SdkFacts {
    let of_catalog = dialect.catalog().iter().map(|one| SdkEventType {
        name: one.name.clone(),
        description: one.description.clone(),
        schema: None,
        example: Some(one.example.clone()),
    });
    SdkFacts {
        name: args.name.clone(),
        package: args.package.clone(),
        api: args.api.clone(),
        event_types: of_catalog.collect(),
        dialect,
    }
}

async fn of_project(args: &SdkArgs, project: &str) -> anyhow::Result<SdkFacts> {
    let key = args.key.as_deref();
    let key = key.ok_or_else(|| Usage("a project needs --key, or NUNCIO_KEY".to_owned()))?;
    let client = ApiClient::new(&args.server, key, Some(project));
    let me = client.get("/v1/session").await?;
    let name = me["project"]["dialect"]
        .as_str()
        .context("the answer names no dialect")?;
    let found = client.get(&format!("/v1/dialects/{name}")).await?;
    let source = found["source"]
        .as_str()
        .context("the answer has no source")?;
    let types = client
        .all("/v1/event-types?limit=250&archived=false")
        .await?;
    let of_server = types.iter().map(|one| SdkEventType {
        name: one["name"].as_str().unwrap_or_default().to_owned(),
        description: one["description"].as_str().unwrap_or_default().to_owned(),
        schema: Some(one["schema"].clone()).filter(|schema| !schema.is_null()),
        example: Some(&one["example"])
            .filter(|one| !one.is_null())
            .map(Value::to_string),
    });
    Ok(SdkFacts {
        name: args.name.clone(),
        package: args.package.clone(),
        api: args
            .api
            .clone()
            .or_else(|| me["public_url"].as_str().map(str::to_owned)),
        event_types: of_server.collect(),
        dialect: Arc::new(Dialect::parse(source, name)?),
    })
}

//! `nuncio import`: tenants, endpoints and event types of another system.

use std::{path::PathBuf, process::ExitCode};

use nuncio_import::{
    ConvoyDatabase, FileFormat, FileSource, Hook0Database, Import, ImportOutcome, ImportTarget,
    ImportedKind, Records, Source, SvixApi, SvixDatabase,
};
use nuncio_postgres::DatabaseUrl;
use nuncio_tools::{
    client::ServerArgs,
    output::{self, Negative, Usage},
};
use serde_json::json;

/// Where from, where to.
#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    #[command(subcommand)]
    source: SourceArgs,
}

/// Where to, and whether to do it.
#[derive(Debug, clap::Args)]
struct TargetArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// Create what is missing. Without it, only show what would be created.
    #[arg(long)]
    apply: bool,
}

#[derive(Debug, clap::Subcommand)]
enum SourceArgs {
    /// Import endpoints from a CSV file: tenant,url,secret,events,description,headers,dialect.
    Csv(FileArgs),
    /// Import endpoints from a JSON file: an array of objects, or one object a line.
    Json(FileArgs),
    /// Import applications, endpoints and event types from a Svix server.
    Svix(SvixArgs),
    /// Import endpoints and event types from the database of a Convoy server.
    Convoy(ConvoyArgs),
    /// Import subscriptions and event types from the database of a Hook0 server.
    Hook0(Hook0Args),
}

#[derive(Debug, clap::Args)]
struct FileArgs {
    /// The file; `-` for standard input. Columns: tenant, url, secret, events, description, headers, dialect.
    file: PathBuf,
    #[command(flatten)]
    target: TargetArgs,
}

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("from").required(true).args(["database", "from_server"])))]
struct SvixArgs {
    /// Database of the Svix server, as `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. It is only read.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Main secret of the Svix server (`SVIX_MAIN_SECRET`), if its secrets are encrypted.
    #[arg(long, env = "SVIX_MAIN_SECRET", hide_env_values = true)]
    main_secret: Option<String>,
    /// Organization to import, `org_…`; needed if the database has several.
    #[arg(long, value_name = "ID", requires = "database")]
    org: Option<String>,
    /// Address of the Svix server, to read its API instead of its database.
    #[arg(long, value_name = "URL", requires = "token")]
    from_server: Option<String>,
    /// Token of the organization at the Svix server.
    #[arg(long, env = "SVIX_TOKEN", hide_env_values = true)]
    token: Option<String>,
    #[command(flatten)]
    target: TargetArgs,
}

#[derive(Debug, clap::Args)]
struct ConvoyArgs {
    /// Database of the Convoy server, as `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. It is only read.
    #[arg(long, value_name = "URL")]
    database: String,
    /// Key that the Convoy server encrypts secrets with, if it does.
    #[arg(long, env = "CONVOY_ENCRYPTION_KEY", hide_env_values = true)]
    encryption_key: Option<String>,
    /// Project of the Convoy server to import; needed if the database has several.
    #[arg(long, value_name = "ID")]
    from_project: Option<String>,
    #[command(flatten)]
    target: TargetArgs,
}

#[derive(Debug, clap::Args)]
struct Hook0Args {
    /// Database of the Hook0 server, as `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. It is only read.
    #[arg(long, value_name = "URL")]
    database: String,
    /// Application to import; needed if the database has several.
    #[arg(long, value_name = "ID")]
    application: Option<String>,
    /// Label whose value is the tenant.
    #[arg(long, value_name = "NAME")]
    tenant_label: String,
    #[command(flatten)]
    target: TargetArgs,
}

/// Reads the source, compares it with the server and, with `--apply`, creates what is missing.
pub(crate) async fn run(args: ImportArgs, json: bool) -> anyhow::Result<ExitCode> {
    let (records, target) = match args.source {
        SourceArgs::Csv(args) => (file(&args, FileFormat::Csv).await?, args.target),
        SourceArgs::Json(args) => (file(&args, FileFormat::Json).await?, args.target),
        SourceArgs::Svix(args) => (svix(&args).await?, args.target),
        SourceArgs::Convoy(args) => (convoy(&args).await?, args.target),
        SourceArgs::Hook0(args) => (hook0(&args).await?, args.target),
    };
    let mut server = ImportTarget::open(target.server.client()?).await?;
    let bar = match json {
        true => indicatif::ProgressBar::hidden(),
        false => indicatif::ProgressBar::new(0),
    };
    let step = |done: usize, total: usize| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let imports = server.import(&records, target.apply, step).await?;
    bar.finish_and_clear();
    report(&records, &imports, target.apply, json)
}

async fn file(args: &FileArgs, format: FileFormat) -> anyhow::Result<Records> {
    let text = String::from_utf8(super::read_input(&args.file)?)
        .map_err(|_| Usage(format!("{} is not UTF-8", args.file.display())))?;
    FileSource::new(format, text).read().await
}

async fn svix(args: &SvixArgs) -> anyhow::Result<Records> {
    if let (Some(server), Some(token)) = (&args.from_server, &args.token) {
        return SvixApi::new(server, token).read().await;
    }
    let url = database(args.database.as_deref().unwrap_or_default())?;
    SvixDatabase::new(url, args.main_secret.as_deref(), args.org.clone())
        .read()
        .await
}

async fn convoy(args: &ConvoyArgs) -> anyhow::Result<Records> {
    let url = database(&args.database)?;
    ConvoyDatabase::new(
        url,
        args.encryption_key.as_deref(),
        args.from_project.clone(),
    )
    .read()
    .await
}

async fn hook0(args: &Hook0Args) -> anyhow::Result<Records> {
    let url = database(&args.database)?;
    Hook0Database::new(url, args.application.clone(), args.tenant_label.clone())
        .read()
        .await
}

fn database(url: &str) -> anyhow::Result<DatabaseUrl> {
    DatabaseUrl::parse(url).map_err(|error| Usage(error.to_string()).into())
}

fn report(
    records: &Records,
    imports: &[Import],
    apply: bool,
    json: bool,
) -> anyhow::Result<ExitCode> {
    let count = |of: &dyn Fn(&Import) -> bool| imports.iter().filter(|one| of(one)).count();
    let refused = count(&|one| matches!(one.outcome, ImportOutcome::Refused(_)));
    if json {
        let items: Vec<_> = imports
            .iter()
            .map(|one| {
                json!({
                    "kind": one.kind.title(), "origin": one.origin, "name": one.name,
                    "outcome": one.outcome.word(), "reason": one.outcome.reason(),
                })
            })
            .collect();
        output::json(&json!({ "applied": apply, "imports": items, "left_out": records.left_out }));
    } else {
        output::table(
            ["KIND", "FROM", "NAME", "OUTCOME", "REASON"],
            imports.iter().map(|one| {
                [
                    one.kind.title().to_owned(),
                    one.origin.clone(),
                    one.name.clone(),
                    one.outcome.to_string(),
                    one.outcome.reason().to_owned(),
                ]
            }),
        );
        for kind in [
            ImportedKind::EventType,
            ImportedKind::Tenant,
            ImportedKind::Endpoint,
        ] {
            let with = |word: &str| count(&|one| one.kind == kind && one.outcome.word() == word);
            let word = if apply { "created" } else { "create" };
            output::text(format!(
                "{}s: {word} {}, exists {}, refused {}",
                kind.title(),
                with(word),
                with("exists"),
                with("refused")
            ));
        }
        for sentence in &records.left_out {
            output::text(format!("not imported: {sentence}"));
        }
        if !apply {
            output::text("dry run: nothing was created; add --apply to do it");
        }
    }
    match refused {
        0 => Ok(ExitCode::SUCCESS),
        _ => Err(Negative(format!(
            "{refused} can't be imported: see the reasons in the list"
        ))
        .into()),
    }
}

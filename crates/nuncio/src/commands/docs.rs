//! `nuncio docs`: a project's Webhooks page, as files to publish.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use nuncio_tools::{client::AddressArgs, output};

/// What to write, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct DocsArgs {
    /// The project's ID: `proj_…`.
    project: String,
    /// Folder to write `webhooks.html` and `webhooks.md` to. It is created if it does not exist.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    address: AddressArgs,
}

/// Writes both forms of the page.
pub(crate) async fn run(args: DocsArgs, json: bool) -> anyhow::Result<ExitCode> {
    let client = args.address.client(Some(&args.project))?;
    let html = client.get_text("/v1/guide?format=html").await?;
    let markdown = client.get_text("/v1/guide?format=markdown").await?;
    std::fs::create_dir_all(&args.out)
        .with_context(|| format!("can't create the folder {}", args.out.display()))?;
    let mut files = Vec::new();
    for (name, text) in [("webhooks.html", html), ("webhooks.md", markdown)] {
        let file = args.out.join(name);
        std::fs::write(&file, text).with_context(|| format!("can't write {}", file.display()))?;
        files.push(file.display().to_string());
    }
    if json {
        output::json(&serde_json::json!({ "files": files }));
    } else {
        files.iter().for_each(output::text);
    }
    Ok(ExitCode::SUCCESS)
}

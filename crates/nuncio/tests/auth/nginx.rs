//! nginx as a receiver, on a port and in a folder of its own.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{
    net::TcpSocket,
    process::{Child, Command},
};

use crate::support::{output::Lines, tls::Certificates};

pub(crate) struct Nginx {
    pub(crate) url: String,
    log: PathBuf,
    _child: Child,
    /// Bound, but never listening: nobody else is given the port.
    _port: TcpSocket,
}

impl Nginx {
    /// Starts one with this certificate, which answers 200 to everything. If there is a file of authorities for clients,
    /// clients have to have a certificate of one of them.
    pub(crate) async fn start(
        folder: &Path,
        name: &str,
        own: &Certificates,
        clients: Option<&Path>,
    ) -> Self {
        let folder = folder.join(name);
        std::fs::create_dir(&folder).expect("the test's folder is writable");
        let port = TcpSocket::new_v4().expect("a socket");
        port.set_reuseaddr(true).expect("before it is bound");
        let any = "127.0.0.1:0".parse().expect("an address");
        port.bind(any).expect("a free port");
        let address = port.local_addr().expect("bound");
        let log = folder.join("access.log");
        let config = folder.join("nginx.conf");
        let text = format!(
            "daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr notice;
            events {{}}
            http {{
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                log_format clients '$status $ssl_client_s_dn';
                access_log {log} clients;
                server {{
                    listen {address} ssl;
                    ssl_certificate {certificate};
                    ssl_certificate_key {key};
                    {demands}
                    location / {{ return 200; }}
                }}
            }}",
            log = log.display(),
            certificate = own.certificate.display(),
            key = own.key.display(),
            demands = clients.map_or_else(String::new, |file| format!(
                "ssl_verify_client on; ssl_client_certificate {};",
                file.display()
            )),
        );
        std::fs::write(&config, text).expect("the test's folder is writable");
        // Debian has it where not everybody's path leads.
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut paths: Vec<_> = std::env::split_paths(&path).collect();
        paths.push("/usr/sbin".into());
        let mut child = Command::new("nginx")
            .env("PATH", std::env::join_paths(paths).expect("paths"))
            .args(["-e", "stderr", "-p"])
            .arg(&folder)
            .arg("-c")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("nginx is installed: `cargo xtask setup` does it");
        let printed = Lines::new();
        printed.follow(child.stderr.take().expect("piped"));
        // It says how it waits for connections once it listens.
        printed
            .wait("nginx is ready", |lines| {
                let mut lines = lines.iter();
                lines
                    .any(|line| line.contains("using the \""))
                    .then_some(())
            })
            .await;
        Self {
            url: format!("https://{address}/"),
            log,
            _child: child,
            _port: port,
        }
    }

    /// For each request so far, the status of the answer and the subject of the client's certificate.
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }
}

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** How much of a server's log is shown when it does not start. */
const LOG_LINES_SHOWN = 30;

/** A real `nuncio serve`: own folder, free port, endpoints on loopback allowed. */
export class Server {
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(
    child: ChildProcess,
    folder: string,
    readonly baseUrl: string,
    readonly adminKey: string,
  ) {
    this.#child = child;
    this.#folder = folder;
  }

  /** Starts one and waits until it says that it is ready. `folder`: data that is there already. */
  static async start(flags: string[] = []): Promise<Server> {
    const binary = process.env.NUNCIO_BIN;
    if (!binary) throw new Error("NUNCIO_BIN must name the nuncio binary; `cargo xtask e2e` sets it");
    const folder = await mkdtemp(join(tmpdir(), "nuncio-e2e-"));
    const adminKey = `nk_admin_${randomBytes(24).toString("hex")}`;
    const child = spawn(
      binary,
      ["serve", "--listen", "127.0.0.1:0", "--data", join(folder, "data"), "--allow-http", "--allow-cidr", "127.0.0.1/32", ...flags],
      { cwd: folder, env: { ...settings(), NUNCIO_ADMIN_KEY: adminKey, NUNCIO_MASTER_KEY: "5a".repeat(32) }, stdio: ["ignore", "pipe", "pipe"] },
    );
    const log: string[] = [];
    createInterface({ input: child.stderr! }).on("line", (line) => log.push(line) > LOG_LINES_SHOWN && log.shift());
    const baseUrl = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`nuncio serve ended with ${code}:\n${log.join("\n")}`)));
      // Read to its end: a server whose output nobody takes would block.
      createInterface({ input: child.stdout! }).on("line", (line) => {
        const url = /^listening on (\S+)$/.exec(line)?.[1];
        if (url) resolve(url);
      });
    });
    return new Server(child, folder, baseUrl, adminKey);
  }

  /** Asks it to stop, waits until it has, and removes its folder. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGTERM");
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The environment without settings of whoever runs the tests. */
function settings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("NUNCIO_")));
}

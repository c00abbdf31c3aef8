import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/** How much of a server's log is shown when it does not start. */
const LOG_LINES_SHOWN = 30;

/** A real `nuncio serve`: own folder, free port, endpoints on loopback allowed. */
export class Server {
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(
    folder: string,
    readonly adminKey: string,
    public baseUrl: string,
  ) {
    this.#folder = folder;
  }

  /** Starts one and waits until it says that it is ready. */
  static async start(): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), "nuncio-e2e-"));
    const server = new Server(folder, `nk_admin_${randomBytes(24).toString("hex")}`, "http://127.0.0.1:0");
    await server.#run();
    return server;
  }

  /** Stops it, has its binary write a past for the endpoints that there are, and starts it again where it was. */
  async restartWithPast(days: number, deliveries: number): Promise<void> {
    await this.#end();
    const seed = ["bench", "seed", join(this.#folder, "data"), "--days", String(days), "--deliveries", String(deliveries)];
    await promisify(execFile)(binary(), seed, { cwd: this.#folder, env: this.#environment() });
    await this.#run();
  }

  /** Asks it to stop, waits until it has, and removes its folder. */
  async stop(): Promise<void> {
    await this.#end();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #run(): Promise<void> {
    const { host } = new URL(this.baseUrl);
    const flags = ["serve", "--listen", host, "--data", join(this.#folder, "data"), "--allow-http", "--allow-cidr", "127.0.0.1/32"];
    const child = spawn(binary(), flags, { cwd: this.#folder, env: this.#environment(), stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    const log: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => log.push(line) > LOG_LINES_SHOWN && log.shift());
    this.baseUrl = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`nuncio serve ended with ${code}:\n${log.join("\n")}`)));
      // Read to its end: a server whose output nobody takes would block.
      createInterface({ input: child.stdout }).on("line", (line) => {
        const url = /^listening on (\S+)$/.exec(line)?.[1];
        if (url) resolve(url);
      });
    });
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }

  /** Without settings of whoever runs the tests. */
  #environment(): NodeJS.ProcessEnv {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("NUNCIO_")));
    return { ...inherited, NUNCIO_ADMIN_KEY: this.adminKey, NUNCIO_MASTER_KEY: "5a".repeat(32) };
  }
}

function binary(): string {
  const path = process.env.NUNCIO_BIN;
  if (!path) throw new Error("NUNCIO_BIN must name the nuncio binary; `cargo xtask e2e` sets it");
  return path;
}

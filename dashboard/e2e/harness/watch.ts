import type { BrowserContext, ConsoleMessage, Request } from "@playwright/test";

/** An error status that a test provokes on purpose. */
interface Expected {
  status: number;
  path: RegExp;
}

/** Before somebody signs in, a page may ask whether they are. */
const ALWAYS_EXPECTED: Expected[] = [{ status: 401, path: /^\/v1\/session$/ }];
/** How the browser reports a violation of the content security policy to the console. */
const VIOLATION = "[content security policy]";

/**
 * Sees what no page may do: violate its content security policy, throw, print errors, talk to another origin, get
 * an error that nobody expected from the API.
 */
export class Watch {
  readonly #problems: string[] = [];
  readonly #expected = [...ALWAYS_EXPECTED];

  constructor(readonly origins: string[]) {}

  /** From now on, the API may answer this status to requests with such a path. */
  expects(status: number, path: RegExp): void {
    this.#expected.push({ status, path });
  }

  /** Begins to watch every page of a context, those in frames and windows opened later too. */
  async start(context: BrowserContext): Promise<void> {
    await context.addInitScript((prefix) => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`${prefix} ${event.effectiveDirective} refused ${event.blockedURI || event.sample} at ${event.sourceFile}:${event.lineNumber}`);
      });
    }, VIOLATION);
    context.on("weberror", (error) => this.#problems.push(`page error: ${error.error().stack ?? error.error()}`));
    context.on("console", (message) => this.#message(message));
    context.on("request", (request) => this.#request(request));
    context.on("response", (response) => {
      const path = new URL(response.url()).pathname;
      const expected = this.#expected.some((one) => one.status === response.status() && one.path.test(path));
      if (response.status() >= 400 && !expected) this.#problems.push(`${response.request().method()} ${path} answered ${response.status()}`);
    });
  }

  /** What was seen so far, one line each. */
  problems(): string[] {
    return [...new Set(this.#problems)];
  }

  #message(message: ConsoleMessage): void {
    if (message.type() !== "error" && message.type() !== "warning") return;
    // Error statuses are judged where they arrive.
    if (message.text().startsWith("Failed to load resource")) return;
    const { url, lineNumber } = message.location();
    this.#problems.push(`console ${message.type()}: ${message.text()} (${url}:${lineNumber})`);
  }

  #request(request: Request): void {
    const url = new URL(request.url());
    const within = ["data:", "blob:", "about:"].includes(url.protocol) || this.origins.includes(url.origin);
    if (!within) this.#problems.push(`request to another origin: ${request.url()}`);
  }
}

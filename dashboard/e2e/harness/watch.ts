import type { BrowserContext, ConsoleMessage, Request } from "@playwright/test";

/** An error status that a test provokes on purpose. */
interface Expected {
  method?: string;
  status: number;
  path: RegExp;
}

/** Before somebody signs in, a page may ask whether they are. */
const ALWAYS_EXPECTED: Expected[] = [{ method: "GET", status: 401, path: /^\/v1\/session$/ }];
/** How the browser reports a violation of the content security policy to the console. */
const VIOLATION = "[content security policy]";

/**
 * Sees what no page may do: violate its content security policy, throw, print errors, talk to another origin, get
 * an error that nobody expected from the API.
 */
export class Watch {
  readonly #problems: string[] = [];
  readonly #expected = [...ALWAYS_EXPECTED];
  readonly #messages: RegExp[] = [];

  constructor(readonly origins: string[]) {}

  /** From now on, the API may answer this status to requests with such a path. */
  expects(status: number, path: RegExp): void {
    this.#expected.push({ status, path });
  }

  /** From now on, the browser may say this on its console: the test provokes it. */
  expectsMessage(message: RegExp): void {
    this.#messages.push(message);
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
      if (response.status() >= 400) this.#refusal(response.request().method(), new URL(response.url()).pathname, response.status());
    });
  }

  /** What was seen so far, one line each. */
  problems(): string[] {
    return [...new Set(this.#problems)];
  }

  #refusal(method: string, path: string, status: number): void {
    const expected = this.#expected.some((one) => one.status === status && (one.method ?? method) === method && one.path.test(path));
    if (!expected) this.#problems.push(`${method} ${path} answered ${status}`);
  }

  #message(message: ConsoleMessage): void {
    if (message.type() !== "error" && message.type() !== "warning") return;
    // Error statuses are judged where they arrive.
    if (message.text().startsWith("Failed to load resource")) return;
    if (this.#messages.some((expected) => expected.test(message.text()))) return;
    const { url, lineNumber } = message.location();
    this.#problems.push(`console ${message.type()}: ${message.text()} (${url}:${lineNumber})`);
  }

  #request(request: Request): void {
    const url = new URL(request.url());
    const within = ["data:", "blob:", "about:"].includes(url.protocol) || this.origins.includes(url.origin);
    if (!within) this.#problems.push(`request to another origin: ${request.url()}`);
  }
}

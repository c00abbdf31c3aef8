/** An answer other than 2xx to a request that a test relies on. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    request: string,
    body: string,
  ) {
    super(`${request} answered ${status}: ${body.slice(0, 500)}`);
  }
}

/** A page of a list. */
export interface List<T> {
  data: T[];
  next_cursor: string | null;
}

/** The HTTP API with one key, as a program uses it: what tests set up and look at beside the browser. */
export class Api {
  readonly #headers: Record<string, string>;

  constructor(
    readonly baseUrl: string,
    readonly key: string,
    readonly project?: string,
  ) {
    this.#headers = { authorization: `Bearer ${key}` };
    if (project) this.#headers["nuncio-project"] = project;
  }

  /** The same key, acting on another project. */
  in(project: string): Api {
    return new Api(this.baseUrl, this.key, project);
  }

  get<T>(path: string): Promise<T> {
    return this.#send("GET", path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#send("POST", path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#send("PUT", path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#send("PATCH", path, body);
  }

  delete(path: string): Promise<void> {
    return this.#send("DELETE", path);
  }

  /** The status code alone, for what is meant to be refused. */
  async status(method: string, path: string, body?: unknown): Promise<number> {
    return (await this.#fetch(method, path, body)).status;
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.#fetch(method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Refused(answer.status, `${method} ${path}`, text);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  #fetch(method: string, path: string, body?: unknown): Promise<Response> {
    const headers = body === undefined ? this.#headers : { ...this.#headers, "content-type": "application/json" };
    return fetch(this.baseUrl + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  }
}

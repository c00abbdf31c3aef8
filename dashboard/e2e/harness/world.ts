import { Api } from "./api.js";
import { Project } from "./project.js";
import { Receivers } from "./receivers.js";
import { Server } from "./server.js";

/** A server and customers' receivers, shared by the tests of one worker; each test file makes projects of its own. */
export class World {
  readonly admin: Api;

  private constructor(
    readonly server: Server,
    readonly receivers: Receivers,
  ) {
    this.admin = new Api(server.baseUrl, server.adminKey);
  }

  static async start(): Promise<World> {
    const [server, receivers] = await Promise.all([Server.start(), Receivers.start()]);
    return new World(server, receivers);
  }

  /** A new project; `more` as `POST /v1/projects` takes it. */
  async project(name: string, dialect = "standard", more: object = {}): Promise<Project> {
    const { id } = await this.admin.post<{ id: string }>("/v1/projects", { name, dialect, ...more });
    return new Project(this.admin, id, name, dialect, (path) => this.receivers.url(path));
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.receivers.stop();
  }
}

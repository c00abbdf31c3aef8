import { Resources } from "./generated/resources.js";
import { type ClientOptions, Transport } from "./transport.js";

/**
 * A client of one Nuncio server with one key.
 *
 * ```ts
 * const nuncio = new Nuncio({ key: process.env.NUNCIO_KEY! });
 * await nuncio.events.publish({ tenant: "acme", type: "order.paid", data: { order: "4711" } });
 * ```
 *
 * @throws InvalidCallError if the key is empty
 */
export class Nuncio extends Resources {
  constructor(options: ClientOptions) {
    super(new Transport(options));
  }
}

// Calls every operation of a Svix server by one of its own libraries, and receives what the server sends.
// usage: SVIX_SERVER_URL=… SVIX_TOKEN=… node driver.mjs svix|svix-2
import { api } from "./cases_api.mjs";
import { delivery } from "./cases_delivery.mjs";
import { Cases, Receiver } from "./support.mjs";

const library = await import(process.argv[2]);
const { SVIX_SERVER_URL: serverUrl, SVIX_TOKEN: token } = process.env;
const receiver = await Receiver.start();
const cases = new Cases();
const context = {
  ...library,
  cases,
  receiver,
  svix: new library.Svix(token, { serverUrl }),
  as: (other) => new library.Svix(other, { serverUrl }),
  isFirstMajor: process.argv[2] === "svix",
};
await api(context);
await delivery(context);
receiver.close();
process.exitCode = cases.failed === 0 ? 0 : 1;

// A vendor's application, as it would be with Svix: publishes an order after the other until its standard input ends, each
// until the server has it.
// usage: SVIX_SERVER_URL=… SVIX_TOKEN=… node shop.mjs APPLICATION
import { ApiException, Svix } from "svix";

/// Between two tries of the same order, and between two orders.
const PAUSE_MS = 20;
const { SVIX_SERVER_URL: serverUrl, SVIX_TOKEN: token } = process.env;
const svix = new Svix(token, { serverUrl });
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

let open = true;
process.stdin.on("end", () => (open = false)).resume();

async function publish(eventId) {
  for (;;) {
    try {
      return (await svix.message.create(process.argv[2], { eventType: "order.paid", eventId, payload: { order: eventId } })).id;
    } catch (error) {
      // An earlier try has come through: nothing is left to do.
      if (error instanceof ApiException && error.code === 409) return null;
      // Whatever else the server says to an order is a fault; that it can't be reached may pass.
      if (error instanceof ApiException && error.code < 500) throw error;
      await pause();
    }
  }
}

for (let n = 1; open; n += 1) {
  const order = `order-${n}`;
  const id = await publish(order);
  console.log(JSON.stringify({ published: order, id }));
  await pause();
}

import type { DELIVERY_FILTERS } from "@/parts/deliveries/filters";
import { errorSaid } from "@/parts/deliveries/words";
import { local } from "@/format/time";
import type { Values } from "@/url/filters";

/** The filters of a bulk operation; its state is said apart. */
export type BulkFilter = Omit<Values<typeof DELIVERY_FILTERS>, "status">;

/** What a bulk operation is for, a line for each filter, for the question before it starts. */
export function filterWords(filter: BulkFilter, endpointName: (id: string) => string): [name: string, value: string][] {
  const { endpoint, tenant, type, channel, status_code, error, since, until } = filter;
  const words: [string, string | undefined][] = [
    ["Endpoint", endpoint === undefined ? undefined : endpointName(endpoint)],
    ["Tenant", tenant],
    ["Event type", type],
    ["Channel", channel],
    ["Status code", status_code === undefined ? undefined : String(status_code)],
    ["Error", error === undefined ? undefined : errorSaid(error).label],
    ["Accepted since", since === undefined ? undefined : local(Date.parse(since))],
    ["Accepted before", until === undefined ? undefined : local(Date.parse(until))],
  ];
  return words.filter((line): line is [string, string] => line[1] !== undefined);
}

import type { FilterField } from "@/components/lists/FilterBar";
import { nameOf, useEndpointNames } from "@/parts/endpoints/names";
import { shortId } from "@/format/text";
import { instant, oneOf, text, whole } from "@/url/filters";
import { errorOptions } from "./words";

/** The filters of deliveries, named as the API names them. */
export const DELIVERY_FILTERS = {
  status: oneOf("pending", "succeeded", "dead", "cancelled"),
  endpoint: text(),
  tenant: text(256),
  type: text(),
  channel: text(128),
  status_code: whole(100, 999),
  error: text(64),
  since: instant(),
  until: instant(),
};

/** A choice among the endpoints, of a tenant where one is chosen; where there are too many, their id. */
export function useEndpointField(chosen: string | undefined, tenant: string | undefined): FilterField {
  const { names, complete, ready } = useEndpointNames(tenant);
  if (ready && !complete) return { kind: "text", name: "endpoint", label: "Endpoint ID", width: 200 };
  const options = names.map((named) => ({ value: named.id, label: nameOf(named) }));
  if (chosen !== undefined && !names.some(({ id }) => id === chosen)) options.push({ value: chosen, label: shortId(chosen) });
  return { kind: "select", name: "endpoint", label: "Endpoint", options, searchable: true, width: 200 };
}

export const STATUS_FIELD: FilterField = {
  kind: "select",
  name: "status",
  label: "Status",
  width: 130,
  options: [
    { value: "pending", label: "Pending" },
    { value: "succeeded", label: "Succeeded" },
    { value: "dead", label: "Dead" },
    { value: "cancelled", label: "Cancelled" },
  ],
};
export const CHANNEL_FIELD: FilterField = { kind: "text", name: "channel", label: "Channel", width: 120 };
export const STATUS_CODE_FIELD: FilterField = { kind: "text", name: "status_code", label: "Status code", width: 110 };
export const ERROR_FIELD: FilterField = {
  kind: "select",
  name: "error",
  label: "Error",
  options: errorOptions,
  searchable: true,
  width: 170,
};

import { createElement } from "react";
import { useWords } from "@/api/words";
import type { FilterField } from "@/components/lists/FilterBar";
import { EndpointName } from "@/parts/endpoints/EndpointName";
import { EndpointSelect } from "@/parts/endpoints/EndpointSelect";
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

/** A choice among the endpoints, of a tenant where one is chosen. */
export function useEndpointField(tenant: string | undefined): FilterField {
  const field = (value: string, onChange: (endpoint: string | undefined) => void) =>
    createElement(EndpointSelect, {
      label: "Endpoint",
      placeholder: "Any",
      clearable: true,
      w: 200,
      tenant,
      value: value === "" ? null : value,
      onChange: (endpoint) => onChange(endpoint ?? undefined),
    });
  return { kind: "own", name: "endpoint", label: "Endpoint", shown: (id) => createElement(EndpointName, { id, plain: true }), field };
}

/** The states of deliveries, in the words of whoever looks. */
export function useStatusField(): FilterField {
  const say = useWords();
  return {
    kind: "select",
    name: "status",
    label: "Status",
    width: 130,
    options: [
      { value: "pending", label: "Pending" },
      { value: "succeeded", label: "Succeeded" },
      { value: "dead", label: say("Dead") },
      { value: "cancelled", label: "Cancelled" },
    ],
  };
}
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

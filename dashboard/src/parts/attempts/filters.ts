import type { FilterField } from "@/components/lists/FilterBar";
import { instant, oneOf, text } from "@/url/filters";

/** The filters of attempts, named as the API names them. */
export const ATTEMPT_FILTERS = {
  status: oneOf("succeeded", "failed"),
  status_code_class: oneOf("1xx", "2xx", "3xx", "4xx", "5xx"),
  error: text(64),
  endpoint: text(),
  event: text(),
  delivery: text(),
  tenant: text(256),
  type: text(),
  channel: text(128),
  since: instant(),
  until: instant(),
};

export const RESULT_FIELD: FilterField = {
  kind: "select",
  name: "status",
  label: "Result",
  width: 130,
  options: [
    { value: "succeeded", label: "Succeeded" },
    { value: "failed", label: "Failed" },
  ],
};
export const CLASS_FIELD: FilterField = {
  kind: "select",
  name: "status_code_class",
  label: "Status codes",
  width: 130,
  options: ["2xx", "3xx", "4xx", "5xx"],
};

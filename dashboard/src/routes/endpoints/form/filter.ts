import type { Fault } from "@/api/error";
import { jsonFault } from "@/components/forms/JsonInput";
import type { Endpoint } from "@/parts/endpoints/types";

/** A payload filter as the API has it. */
export type Filter = NonNullable<Endpoint["filter"]>;

/** So many digits and more may not survive being read as a number here. */
const LONG_NUMBER = /(?<![\w".])-?\d{16,}/;

/** The text in which a filter is edited; empty for none. */
export const filterText = (filter: object | null | undefined): string => (filter == null ? "" : JSON.stringify(filter, null, 2));

/** What is wrong with the text before the server is asked. */
export function filterFaults(text: string): Fault[] {
  const fault = (detail: string): Fault[] => [{ pointer: "/filter", detail }];
  if (text.trim() === "") return [];
  const syntax = jsonFault(text);
  if (syntax !== null) return fault(syntax);
  if (!text.trim().startsWith("{")) return fault("Enter a JSON object, or leave it empty");
  const withoutTexts = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  return LONG_NUMBER.test(withoutTexts) ? fault("Numbers of 16 digits and more would be rounded here. Set this filter with the API.") : [];
}

/** The filter that the text is, once nothing is wrong with it. */
export const filterOf = (text: string): Filter | null => (text.trim() === "" ? null : (JSON.parse(text) as Filter));

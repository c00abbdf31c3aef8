import { KeyValue } from "@/components/blocks/KeyValue";
import { shortId } from "@/format/text";
import { nameOf, useEndpointNames } from "@/parts/endpoints/names";
import { type BulkFilter, filterWords } from "./filterWords";

/** The filters of a bulk operation in words, with the endpoint's name. */
export function FilterFacts({ filter }: { filter: BulkFilter }) {
  const { names } = useEndpointNames();
  const words = filterWords(filter, (id) => {
    const named = names.find((one) => one.id === id);
    return named === undefined ? shortId(id) : nameOf(named);
  });
  return words.length === 0 ? null : <KeyValue items={words} />;
}

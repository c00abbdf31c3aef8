import { useEffect, useRef } from "react";
import { useRead } from "@/api/hooks";
import { memberText, pretty } from "@/format/json";
import type { Content } from "./publication";

/** Fills an empty payload, or the example of another type, with the example that the catalog has for the type. */
export function useExample<D extends Content>(draft: D, types: readonly string[], onChange: (draft: D) => void) {
  const filled = useRef<string | null>(null);
  const name = draft.type;
  const read = useRead(
    ["event-types", name, "text"],
    (api, init) => api.GET("/v1/event-types/{name}", { ...init, params: { path: { name } }, parseAs: "text" }),
    { enabled: types.includes(name) },
  );
  const example = read.data === undefined ? null : memberText(read.data as string, "example");
  useEffect(() => {
    if (example === null || example === "null") return;
    const text = pretty(example);
    if (draft.data !== (filled.current ?? "") || text === draft.data) return;
    filled.current = text;
    onChange({ ...draft, data: text });
  }, [example, draft, onChange]);
}

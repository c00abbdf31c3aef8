import { Select, type SelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useRead } from "@/api/hooks";
import { shortId } from "@/format/text";
import { nameOf, useEndpointName } from "./names";

/** Enough to choose from; with more, another letter is quicker. */
const SHOWN = 30;
const DEBOUNCE_MS = 120;
const FRESH_MS = 30_000;

type Props = Omit<SelectProps, "data" | "filter" | "searchable" | "onSearchChange" | "value" | "onChange"> & {
  value: string | null;
  onChange: (endpoint: string | null) => void;
  /** Only those of this tenant. */
  tenant?: string | undefined;
};

/** A choice among all endpoints, found by description, URL, uid or id. */
export function EndpointSelect({ value, onChange, tenant, ...rest }: Props) {
  const [typed, setTyped] = useState("");
  const chosen = useChosen(value);
  // The field shows the name of what is chosen: that is not something to look for.
  const [search] = useDebouncedValue(typed === chosen?.label ? "" : typed.trim(), DEBOUNCE_MS);
  const query = { limit: SHOWN, ...(search === "" ? {} : { search }), ...(tenant === undefined ? {} : { tenant }) };
  const read = useRead(["endpoints", "found", tenant ?? null, search], (api, init) => api.GET("/v1/endpoints", { ...init, params: { query } }), {
    keep: true,
    fresh: FRESH_MS,
  });
  const found = (read.data?.data ?? []).map(({ id, url, description }) => ({ value: id, label: nameOf({ description: description ?? null, url }) }));
  const data = chosen === null || found.some((option) => option.value === chosen.value) ? found : [...found, chosen];
  return (
    <Select
      nothingFoundMessage={read.isFetching ? "Searching…" : "No matches"}
      {...rest}
      searchable
      data={data}
      // The server found them.
      filter={({ options }) => options}
      onSearchChange={setTyped}
      value={value}
      onChange={onChange}
    />
  );
}

function useChosen(id: string | null): { value: string; label: string } | null {
  const named = useEndpointName(id ?? "");
  if (id === null) return null;
  return { value: id, label: named === undefined || named === "gone" ? shortId(id) : nameOf(named) };
}

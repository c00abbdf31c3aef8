import { useRead } from "@/api/hooks";
import { visible } from "@/format/text";

/** The most that a page of the API holds. More endpoints than that are asked for one by one, as they are shown. */
const NAMES_MAX = 250;
/** Descriptions and URLs hardly change, and a change is seen on the endpoint's own screen. */
const NAMES_FRESH_MS = 60_000;

/** What an endpoint is known by. */
export interface Named {
  id: string;
  url: string;
  description: string | null;
  tenant: string;
}

/** The first endpoints, for names and for choosing one of them. `complete`: there are no others. */
export function useEndpointNames(tenant?: string): { names: readonly Named[]; complete: boolean; ready: boolean } {
  const read = useRead(
    ["endpoints", "names", tenant ?? null],
    (api, init) =>
      api.GET("/v1/endpoints", {
        ...init,
        params: { query: { limit: NAMES_MAX, ...(tenant === undefined ? {} : { tenant }) } },
      }),
    { fresh: NAMES_FRESH_MS },
  );
  return {
    names: (read.data?.data ?? []).map((endpoint) => ({ ...endpoint, description: endpoint.description ?? null })),
    complete: read.data !== undefined && read.data.next_cursor == null,
    ready: read.data !== undefined || read.error !== null,
  };
}

/** One endpoint's name; `gone` when it is not there any more, undefined while nobody knows yet. */
export function useEndpointName(id: string): Named | "gone" | undefined {
  const { names, complete, ready } = useEndpointNames();
  const known = names.find((one) => one.id === id);
  const read = useRead(["endpoints", "name", id], (api, init) => api.GET("/v1/endpoints/{id}", { ...init, params: { path: { id } } }), {
    enabled: id !== "" && ready && !complete && known === undefined,
    fresh: NAMES_FRESH_MS,
  });
  if (known !== undefined) return known;
  if (read.data !== undefined) return { ...read.data, description: read.data.description ?? null };
  return complete || read.error?.status === 404 ? "gone" : undefined;
}

/** Its description, or where it is: host and path, without what all of them begin with. */
export function nameOf({ description, url }: Pick<Named, "description" | "url">): string {
  if (description !== null && description.trim() !== "") return visible(description.trim());
  return visible(url.replace(/^https?:\/\//, ""));
}

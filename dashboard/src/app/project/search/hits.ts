import type { Access } from "@/api/access";
import type { IconName } from "@/components/inline/Icon";
import { visible } from "@/format/text";
import { nameOf } from "@/parts/endpoints/names";
import type { Screen } from "@/shell/screen";
import { placeOf } from "./place";

/** Something that a search found, and where it is below the project. */
export interface Hit {
  group: string;
  label: string;
  /** What tells it from others of the same name. */
  detail?: string;
  icon: IconName;
  to: string;
}

/** More of a kind than these, and another letter is quicker than reading. */
const OF_A_KIND_MAX = 6;
/** A publisher's own id is hardly shorter, and a word that is looked for hardly has a digit. */
const SOURCE_ID = /^(?=.*\d)\S{3,128}$/;

interface Action {
  label: string;
  icon: IconName;
  to: string;
  for: (access: Access) => boolean;
}

const writer = ({ canWrite }: Access) => canWrite;
const operator = ({ canWrite, isOperator }: Access) => canWrite && isOperator;
const anybody = () => true;

const ACTIONS: readonly Action[] = [
  { label: "Add endpoint", icon: "plus", to: "/endpoints/~new", for: writer },
  { label: "Show failing endpoints", icon: "warning", to: "/endpoints?status=failing", for: anybody },
  { label: "Show waiting deliveries", icon: "clock", to: "/deliveries?status=pending", for: anybody },
  { label: "Replay events", icon: "retry", to: "/events/~replay", for: writer },
  { label: "Broadcast an event", icon: "events", to: "/events/~broadcast", for: operator },
  { label: "Add event type", icon: "plus", to: "/catalog/~new", for: operator },
  { label: "Import event types", icon: "download", to: "/catalog/~import", for: operator },
  { label: "Add dialect", icon: "plus", to: "/dialects/~new", for: operator },
];

/** Whether each word of what was typed is part of one of the texts. */
export function matches(typed: string, ...texts: readonly string[]): boolean {
  const lower = texts.map((text) => text.toLowerCase());
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.some((text) => text.includes(word)));
}

/** What the page itself knows: an id's place, screens, actions and event types. */
export function ownHits(typed: string, access: Access, screens: readonly Screen[], types: readonly string[]): Hit[] {
  const text = typed.trim();
  const place = placeOf(text);
  const ids: Hit[] = place === null ? [] : [{ group: "Go to", label: visible(text), icon: "right", to: place }];
  const pages = screens
    .filter((screen) => screen.nav !== undefined && (screen.for?.(access) ?? true) && matches(text, screen.nav.label))
    .map(({ nav, path }): Hit => ({ group: "Pages", label: nav!.label, icon: nav!.icon, to: path === "/" ? "" : path }));
  const actions = ACTIONS.filter((action) => action.for(access) && matches(text, action.label)).map(
    ({ label, icon, to }): Hit => ({ group: "Actions", label, icon, to }),
  );
  const named = (text === "" ? [] : types.filter((type) => matches(text, type)))
    .slice(0, OF_A_KIND_MAX)
    .map((type): Hit => ({ group: "Event types", label: visible(type), icon: "catalog", to: `/catalog/${encodeURIComponent(type)}` }));
  return [...ids, ...named, ...pages, ...actions];
}

interface Found {
  tenants: readonly { id: string; name?: string | null; uid?: string | null }[];
  endpoints: readonly { id: string; url: string; description?: string | null; tenant: string }[];
}

/** What the server found. */
export function serverHits({ tenants, endpoints }: Found): Hit[] {
  return [
    ...tenants.slice(0, OF_A_KIND_MAX).map(({ id, name, uid }): Hit => {
      const named = name != null && name.trim() !== "";
      const detail = [named ? id : null, uid ?? null].filter((text) => text !== null).map(visible).join(" · ");
      return {
        group: "Tenants",
        label: named ? visible(name) : visible(id),
        ...(detail === "" ? {} : { detail }),
        icon: "tenants",
        to: `/tenants/${encodeURIComponent(id)}`,
      };
    }),
    ...endpoints.slice(0, OF_A_KIND_MAX).map(({ id, url, description, tenant }): Hit => {
      const name = nameOf({ description: description ?? null, url });
      const where = visible(url.replace(/^https?:\/\//, ""));
      return { group: "Endpoints", label: name, detail: name === where ? tenant : `${tenant} · ${where}`, icon: "endpoints", to: `/endpoints/${id}` };
    }),
  ];
}

/** Events by the publisher's own id: nobody knows whether there is one. */
export function sourceHits(typed: string): Hit[] {
  const text = typed.trim();
  if (placeOf(text) !== null || !SOURCE_ID.test(text)) return [];
  return [{ group: "Go to", label: `Events with source ID ${visible(text)}`, icon: "events", to: `/events?source_id=${encodeURIComponent(text)}` }];
}

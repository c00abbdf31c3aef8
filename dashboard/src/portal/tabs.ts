/** What a path without a tab of its own belongs to: the portal opens with its endpoints. */
const HOME = "/endpoints";

/** The tab that a place belongs to: `/deliveries/del_1` to `/deliveries`. */
export function activeTab(path: string, tabs: readonly string[]): string | null {
  const place = path === "/" ? HOME : path;
  return tabs.find((tab) => place === tab || place.startsWith(`${tab}/`)) ?? null;
}

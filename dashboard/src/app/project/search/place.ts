const PLACES: Record<string, string> = { evt: "/events", del: "/deliveries", ep: "/endpoints", job: "/jobs" };

/** Where an id that somebody has (from a log, from a customer) leads, below the project; null where it is none of ours. */
export function placeOf(text: string): string | null {
  const id = text.trim();
  const prefix = /^([a-z]+)_[0-9A-Za-z]{10,40}$/.exec(id)?.[1];
  const place = prefix === undefined ? undefined : PLACES[prefix];
  return place === undefined ? null : `${place}/${id}`;
}

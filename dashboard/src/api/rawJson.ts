/**
 * A request's body in which some members are JSON texts that go out as they were typed: `JSON.parse` would round large
 * numbers and reorder keys. `raw` members that are empty are left out.
 */
export function rawJson(members: Record<string, unknown>, raw: Record<string, string>): string {
  const parts = [
    ...Object.entries(members).map(([name, value]) => [name, JSON.stringify(value)] as const),
    ...Object.entries(raw).map(([name, text]) => [name, text.trim()] as const),
  ];
  const sent = parts.filter(([, text]) => text !== undefined && text !== "");
  return `{${sent.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
}

/** What openapi-fetch takes to send a text that is a body of this type. */
export function asBody<Body>(text: string): { body: Body; bodySerializer: () => string } {
  return { body: text as Body, bodySerializer: () => text };
}

import type { MantineColorScheme } from "@mantine/core";

/** How the page that opened the portal wants it to look. */
export interface Look {
  /** `?theme=light` or `?theme=dark`; without it the portal follows the reader's system. */
  theme: MantineColorScheme;
  /** The host said which: the reader is not asked. */
  fixed: boolean;
  /** It stands in another page, which has a header of its own. */
  framed: boolean;
}

export function lookIn(search: string, framed: boolean): Look {
  const theme = new URLSearchParams(search).get("theme");
  const fixed = theme === "light" || theme === "dark";
  return { theme: fixed ? theme : "auto", fixed, framed };
}

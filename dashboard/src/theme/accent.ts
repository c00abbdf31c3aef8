import type { MantineColorsTuple } from "@mantine/core";

type Rgb = readonly [number, number, number];

/** `#rrggbb` as its parts, or null where it is no such thing. */
export function parseHex(hex: string): Rgb | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (match === null) return null;
  return [1, 2, 3].map((at) => Number.parseInt(match[at] ?? "0", 16)) as unknown as Rgb;
}

/** Ten shades of a colour, light to dark, with the colour itself as the seventh: the one that buttons are filled with. */
export function shades(hex: string): MantineColorsTuple {
  const rgb = parseHex(hex) ?? [50, 87, 211];
  const lighter = [0.93, 0.84, 0.68, 0.5, 0.32, 0.15].map((share) => mix(rgb, [255, 255, 255], share));
  const darker = [0.14, 0.3, 0.45].map((share) => mix(rgb, [0, 0, 0], share));
  return [...lighter, toHex(rgb), ...darker] as unknown as MantineColorsTuple;
}

/** WCAG contrast of two colours, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** WCAG asks for 4.5; a little more leaves room for a tinted background. */
const READABLE = 5.2;

/** The colour, moved towards the ink until it can be read on the paper: accents are chosen for logos, not for text. */
export function readable(hex: string, paper: string, ink: string): string {
  const [from, on, to] = [parseHex(hex), parseHex(paper), parseHex(ink)];
  if (from === null || on === null || to === null) return ink;
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mix(from, to, share);
    const rgb = parseHex(tried);
    if (rgb !== null && contrast(rgb, on) >= READABLE) return tried;
  }
  return ink;
}

function mix(from: Rgb, to: Rgb, share: number): string {
  return toHex(from.map((part, at) => part + ((to[at] ?? 0) - part) * share) as unknown as Rgb);
}

function toHex(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const s = part / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

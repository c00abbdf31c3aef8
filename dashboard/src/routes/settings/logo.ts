import { bytes } from "@/format/number";

const TYPES = ["image/png", "image/jpeg", "image/webp", "image/svg+xml"];
/** The server's bound; a logo goes into every page of the portal. */
const LOGO_BYTES_MAX = 64 * 1024;

export const LOGO_ACCEPT = TYPES.join(",");

/** What is wrong with a file as a logo, if anything. */
export function logoFault(file: { type: string; size: number }): string | null {
  if (!TYPES.includes(file.type)) return `${file.type === "" ? "This" : file.type} is not a PNG, JPEG, WebP or SVG image`;
  if (file.size > LOGO_BYTES_MAX) return `${bytes(file.size)} is too large: at most ${bytes(LOGO_BYTES_MAX)}`;
  return null;
}

export function asDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error(`${file.name} could not be read`));
    reader.readAsDataURL(file);
  });
}

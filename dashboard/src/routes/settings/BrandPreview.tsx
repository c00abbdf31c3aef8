import type { CSSProperties } from "react";
import { contrast, parseHex, readable } from "@/theme/accent";
import { ACCENT } from "@/theme/theme";
import styles from "./Settings.module.css";

const PAPERS = {
  Light: { bg: "#f6f7f9", surface: "#ffffff", border: "#e4e8ee", text: "#161b24" },
  Dark: { bg: "#0e1217", surface: "#161b22", border: "#262e39", text: "#e4e9f0" },
};

/** How a portal will look with what is in the form now, light and dark. */
export function BrandPreview({ name, accent, logo }: { name: string; accent: string; logo: string | null }) {
  const colour = parseHex(accent) === null ? ACCENT : accent;
  return (
    <div className={styles.previews} role="img" aria-label={`Preview of the portal of ${name}, light and dark`}>
      {Object.entries(PAPERS).map(([scheme, paper]) => (
        <div key={scheme} className={styles.preview} style={colours(colour, paper)} aria-hidden="true">
          <div className={styles.previewBar}>
            {logo !== null && <img src={logo} alt="" />}
            {name}
          </div>
          <div className={styles.previewBody}>
            <span>
              Endpoints <span className={styles.previewLink}>Deliveries</span>
            </span>
            <span className={styles.previewButton}>Add endpoint</span>
          </div>
        </div>
      ))}
    </div>
  );
}

function colours(accent: string, paper: (typeof PAPERS)["Light"]): CSSProperties {
  const rgb = parseHex(accent) ?? [0, 0, 0];
  const light = contrast(rgb, [255, 255, 255]) >= contrast(rgb, [0, 0, 0]);
  return {
    "--p-bg": paper.bg,
    "--p-surface": paper.surface,
    "--p-border": paper.border,
    "--p-text": paper.text,
    "--p-accent": accent,
    "--p-on-accent": light ? "#ffffff" : "#000000",
    "--p-link": readable(accent, paper.bg, paper.text),
  } as CSSProperties;
}

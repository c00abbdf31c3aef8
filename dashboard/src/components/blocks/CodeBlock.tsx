import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { indented, type Token, tokens } from "@/format/json";
import { visible } from "@/format/text";
import { bytes, count } from "@/format/number";
import styles from "./CodeBlock.module.css";
import { CopyButton } from "@/components/inline/CopyButton";
import { CodeLines, coloured, foldable } from "./CodeLines";

/** Colours cost an element each; past this, a browser feels them. */
const COLOURED_CHARACTERS_MAX = 60_000;
/** What is shown of a long text before it is asked for. */
const SHOWN_CHARACTERS_MAX = 20_000;

const NONE: ReadonlySet<number> = new Set();

interface Props {
  text: string;
  /** `json` lays it out and colours it, digit for digit. */
  language?: "json" | "text";
  /** What it is, above it: `Response body`. */
  label?: string;
  /** Goes as it is, without being laid out: bytes as they were sent. */
  exact?: boolean;
  /** What the text is when it is not laid out, `As sent`: the reader may then see it so. */
  asIs?: string;
  /** CSS height at which it scrolls. */
  maxHeight?: number;
}

/** Text that may come from anybody. It is only ever text: no markup in it is read, and nothing in it stays unseen. */
export function CodeBlock({ text, language = "text", label, exact = false, asIs, maxHeight = 420 }: Props) {
  const [whole, setWhole] = useState(false);
  const [untouched, setUntouched] = useState(exact);
  const cut = !whole && text.length > SHOWN_CHARACTERS_MAX;
  const parts = useMemo(
    () => (language === "json" && !cut && text.length <= COLOURED_CHARACTERS_MAX ? laidOut(text, untouched) : null),
    [text, language, untouched, cut],
  );
  const [folded, setFolded] = useState<ReadonlySet<number>>(NONE);
  const numbered = parts !== null && !untouched && parts.some((token) => token.text.includes("\n"));
  const folds = useMemo(() => (numbered ? foldable(parts) : NONE), [numbered, parts]);
  return (
    <figure className={styles.block}>
      <figcaption className={styles.head}>
        <span>{label ?? ""}</span>
        <span className={styles.tools}>
          {folds.size > 0 && (
            <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setFolded(folded.size > 0 ? NONE : folds)}>
              {folded.size > 0 ? "Unfold all" : "Fold all"}
            </Button>
          )}
          {asIs !== undefined && parts !== null && (
            <Button
              variant="subtle"
              color="gray"
              size="compact-xs"
              aria-pressed={untouched}
              onClick={() => setUntouched(!untouched)}
            >
              {asIs}
            </Button>
          )}
          <CopyButton value={text} what={label?.toLowerCase() ?? "text"} size="sm" />
        </span>
      </figcaption>
      {text === "" ? (
        <p className={styles.empty}>Empty</p>
      ) : (
        <pre className={styles.pre} style={{ maxHeight }} role="group" tabIndex={0} aria-label={label ?? "Code"}>
          <code>
            {numbered ? (
              <CodeLines tokens={parts} folded={folded} onFold={setFolded} />
            ) : (
              (parts?.map(coloured) ?? visible(cut ? text.slice(0, SHOWN_CHARACTERS_MAX) : text))
            )}
          </code>
        </pre>
      )}
      {cut && (
        <div className={styles.more}>
          {count(SHOWN_CHARACTERS_MAX)} characters of {bytes(text.length)}
          <Button variant="subtle" size="compact-xs" onClick={() => setWhole(true)}>
            Show all
          </Button>
        </div>
      )}
    </figure>
  );
}

function laidOut(text: string, exact: boolean): readonly Token[] | null {
  const all = tokens(text);
  return all === null || exact ? all : indented(all);
}

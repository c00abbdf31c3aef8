import { type ReactNode, useMemo } from "react";
import { linesOf, seen } from "@/format/codeLines";
import type { Token } from "@/format/json";
import { plural } from "@/format/number";
import { visible } from "@/format/text";
import styles from "./CodeBlock.module.css";

interface Props {
  tokens: readonly Token[];
  folded: ReadonlySet<number>;
  onFold: (folded: ReadonlySet<number>) => void;
}

/** Code by its lines, numbered; what a line begins can be folded. Numbers and folds are no text: copying leaves them out. */
export function CodeLines({ tokens, folded, onFold }: Props) {
  const lines = useMemo(() => linesOf(tokens), [tokens]);
  const toggle = (at: number) => {
    const next = new Set(folded);
    if (!next.delete(at)) next.add(at);
    onFold(next);
  };
  return seen(lines, folded).map((at) => {
    const line = lines[at];
    if (line === undefined) return null;
    const { end } = line;
    const hidden = end !== null && folded.has(at) ? end - at - 1 : 0;
    return (
      <span key={at} className={styles.line}>
        <span className={styles.gutter} data-line={at + 1}>
          {end !== null && (
            <button
              type="button"
              // All are folded by the button above; one tab stop a line would be in the way.
              tabIndex={-1}
              className={styles.fold}
              aria-expanded={hidden === 0}
              aria-label={hidden === 0 ? `Fold line ${at + 1}` : `Unfold line ${at + 1}`}
              onClick={() => toggle(at)}
            />
          )}
        </span>
        <span className={styles.content}>
          {line.tokens.map(coloured)}
          {hidden > 0 && (
            <button type="button" tabIndex={-1} className={styles.hidden} onClick={() => toggle(at)}>
              {plural(hidden, "line")}
            </button>
          )}
          {"\n"}
        </span>
      </span>
    );
  });
}

/** Every line that can be folded but the outermost. */
export function foldable(tokens: readonly Token[]): ReadonlySet<number> {
  return new Set(linesOf(tokens).flatMap(({ end }, at) => (end !== null && at > 0 ? [at] : [])));
}

export function coloured(token: Token, at: number): ReactNode {
  return token.kind === "space" || token.kind === "punctuation" ? (
    token.text
  ) : (
    <span key={`${at}`} className={styles[token.kind]}>
      {visible(token.text)}
    </span>
  );
}

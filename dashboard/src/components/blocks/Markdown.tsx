import { createElement, type ReactNode, useMemo } from "react";
import { type Block, blocks, type Inline, inlines, plain } from "@/format/markdown";
import { visible } from "@/format/text";
import { CodeBlock } from "./CodeBlock";
import styles from "./Markdown.module.css";

interface Props {
  text: string;
  /** Leaves the first heading out: the page has it already. */
  untitled?: boolean;
}

/** A page in Markdown, drawn with our own elements: nothing of it is ever read as HTML. */
export function Markdown({ text, untitled = false }: Props) {
  const all = useMemo(() => {
    const found = blocks(text);
    return untitled && found[0]?.kind === "heading" && found[0].level === 1 ? found.slice(1) : found;
  }, [text, untitled]);
  return <div className={styles.page}>{all.map((block, at) => <BlockView key={`${at}`} block={block} />)}</div>;
}

/** A line in Markdown: a description, a note. */
export function Prose({ text }: { text: string }) {
  return <span className={styles.prose}>{drawn(inlines(text))}</span>;
}

function BlockView({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case "heading":
      return createElement(`h${block.level}`, { id: `guide-${block.id}`, tabIndex: -1 }, visible(block.text));
    case "paragraph":
      return <p>{drawn(block.content)}</p>;
    case "list":
      return createElement(
        block.ordered ? "ol" : "ul",
        null,
        block.items.map((item, at) => <li key={`${at}`}>{drawn(item)}</li>),
      );
    case "code":
      return (
        <CodeBlock text={block.text} label={LABELS[block.language] ?? "Code"} language={block.language === "json" ? "json" : "text"} />
      );
    case "table":
      return (
        <div className={styles.scroll} role="group" aria-label={block.head.map(plain).join(", ")} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {block.head.map((cell, at) => (
                  <th key={`${at}`} scope="col">
                    {drawn(cell)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, line) => (
                <tr key={`${line}`}>
                  {row.map((cell, at) => (
                    <td key={`${at}`}>{drawn(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

const LABELS: Record<string, string> = {
  json: "JSON",
  http: "HTTP",
  sh: "Shell",
  js: "JavaScript",
  python: "Python",
  go: "Go",
  php: "PHP",
  ruby: "Ruby",
  java: "Java",
};

function drawn(content: readonly Inline[]): ReactNode {
  return content.map((part, at) => {
    const key = `${at}`;
    const text = visible(part.text);
    switch (part.kind) {
      case "text":
        return text;
      case "code":
        return <code key={key}>{text}</code>;
      case "strong":
        return <strong key={key}>{text}</strong>;
      case "em":
        return <em key={key}>{text}</em>;
      case "link":
        return (
          <a key={key} href={part.href} target="_blank" rel="noreferrer noopener" className="n-link">
            {text}
          </a>
        );
    }
  });
}

import { ActionIcon, Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";
import { Icon } from "./Icon";

/** Long enough to be seen. */
const SHOWN_MS = 1_500;

interface Props {
  /** The text, or how to get it at the moment it is copied. */
  value: string | (() => string);
  /** What is copied: `id`, `secret`, `request as curl`. */
  what: string;
  size?: "xs" | "sm" | "md";
  onCopied?: () => void;
}

export function CopyButton({ value, what, size = "sm", onCopied }: Props) {
  const { state, copy } = useCopy(value, onCopied);
  const label = state === "copied" ? "Copied" : state === "refused" ? "Could not copy. Copy it yourself." : `Copy ${what}`;
  return (
    <Tooltip label={label}>
      <ActionIcon size={size} aria-label={`Copy ${what}`} onClick={copy}>
        <Icon name={state === "copied" ? "check" : "copy"} size={14} />
        <span className="n-sr" aria-live="polite">
          {state === "idle" ? "" : label}
        </span>
      </ActionIcon>
    </Tooltip>
  );
}

export function useCopy(value: string | (() => string), onCopied?: () => void) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    void copyText(typeof value === "string" ? value : value()).then((worked) => {
      setState(worked ? "copied" : "refused");
      if (worked) onCopied?.();
    });
  };
  return { state, copy };
}

/** Copies by the clipboard API, or, where that is withheld (plain HTTP, framed pages), by a selection. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "n-sr";
    document.body.append(area);
    area.select();
    try {
      return document.execCommand("copy");
    } finally {
      area.remove();
    }
  }
}

import { Button, Skeleton } from "@mantine/core";
import { useMemo, useState } from "react";
import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { useRead } from "@/api/hooks";
import { Card } from "@/components/page/Card";
import { Icon } from "@/components/inline/Icon";
import { Markdown } from "@/components/blocks/Markdown";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { useCopy } from "@/components/inline/CopyButton";
import { blocks } from "@/format/markdown";
import styles from "./Guide.module.css";

/** What the vendor's customers read about its webhooks: written by the server from what is in force. */
export default function Guide() {
  const { surface } = useAccess();
  const read = useRead(["guide", "markdown"], (api, init) =>
    api.GET("/v1/guide", { ...init, params: { query: { format: "markdown" } }, parseAs: "text" }),
  );
  const text = read.data as string | undefined;
  return (
    <>
      <PageHeader
        title="Documentation"
        {...(surface === "dashboard" ? { up: { to: "/dialects", label: "Dialects" } } : {})}
        actions={text !== undefined && surface === "dashboard" ? <Publish markdown={text} /> : undefined}
      >
        {surface === "dashboard"
          ? "Documentation for your customers, generated from your current dialect, catalog and policy."
          : "How to receive our webhooks and verify their signatures."}
      </PageHeader>
      {read.error !== null && text === undefined && (
        <ProblemAlert error={read.error} title="Could not load the page" retry={() => void read.refetch()} />
      )}
      {text === undefined ? (
        read.error === null && <Skeleton height={480} />
      ) : (
        <div className={styles.layout}>
          <Contents text={text} />
          <Card>
            <Markdown text={text} untitled />
          </Card>
        </div>
      )}
    </>
  );
}

function Contents({ text }: { text: string }) {
  const sections = useMemo(
    () => blocks(text).flatMap((block) => (block.kind === "heading" && block.level === 2 ? [block] : [])),
    [text],
  );
  return (
    <nav aria-label="On this page" className={styles.contents}>
      <ul>
        {sections.map(({ id, text: title }) => (
          <li key={id}>
            <button type="button" onClick={() => goTo(`guide-${id}`)}>
              {title}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The address stays as it is: what follows its `#` is not for sections. */
function goTo(id: string): void {
  const heading = document.getElementById(id);
  heading?.scrollIntoView({ block: "start" });
  heading?.focus({ preventScroll: true });
}

function Publish({ markdown }: { markdown: string }) {
  const { api } = useAccess();
  const { state, copy } = useCopy(markdown);
  const [error, setError] = useState<unknown>(null);
  const download = async () => {
    setError(null);
    try {
      const html = (await must(api.GET("/v1/guide", { params: { query: { format: "html" } }, parseAs: "text" }))) as string;
      save(html, "webhooks.html");
    } catch (reason) {
      setError(reason);
    }
  };
  return (
    <>
      {error !== null && <ProblemAlert error={error} />}
      <Button variant="default" onClick={copy} leftSection={<Icon name={state === "copied" ? "check" : "copy"} size={14} />}>
        {state === "copied" ? "Copied" : "Copy as Markdown"}
      </Button>
      <Button variant="default" onClick={() => void download()} leftSection={<Icon name="download" size={14} />}>
        Download as HTML
      </Button>
    </>
  );
}

function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/html" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

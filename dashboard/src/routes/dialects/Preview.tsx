import { Autocomplete, Skeleton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useRead } from "@/api/hooks";
import { asBody, rawJson } from "@/api/rawJson";
import type { components } from "@/api/schema";
import { CodeBlock } from "@/components/blocks/CodeBlock";
import { IdText } from "@/components/inline/IdText";
import { jsonFault, JsonInput, within } from "@/components/forms/JsonInput";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { pretty } from "@/format/json";
import { visible } from "@/format/text";
import { useCatalog } from "@/parts/catalog/catalog";
import { Headers } from "@/parts/deliveries/Headers";
import styles from "./Dialects.module.css";

type Wanted = components["schemas"]["Preview"];

/** A pause in typing that is long enough to look. */
const PAUSE_MS = 350;

/** The exact request that an event makes in a dialect: one that is stored, or a file that is being written. */
export function Preview({ dialect, source }: { dialect?: string; source?: string }) {
  const catalog = useCatalog();
  const [draft, setDraft] = useState({ type: "", data: "", tenant: "", url: "", secret: "" });
  const change = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const given = (text: string) => (text.trim() === "" ? undefined : text.trim());
  const members = {
    dialect,
    source,
    type: given(draft.type),
    tenant: given(draft.tenant),
    url: given(draft.url),
    secret: given(draft.secret),
  };
  const sendable = jsonFault(draft.data, true) === null;
  const [asked] = useDebouncedValue(sendable ? rawJson(members, { data: draft.data }) : null, PAUSE_MS);
  const read = useRead(
    ["dialects", "preview", asked],
    (api, init) => api.POST("/v1/dialects/preview", { ...init, ...asBody<Wanted>(asked ?? "{}") }),
    { keep: true, enabled: asked !== null },
  );
  const faults = (read.error?.faults ?? []).filter(({ pointer }) => pointer !== "/source");
  const fault = (pointer: string) => faults.find((one) => one.pointer === pointer)?.detail;
  const elsewhere = read.error !== null && !read.error.faults.some(({ pointer }) => inPlace(pointer));
  const form = (
      <div className={styles.fields} role="group" aria-label="The event">
        <Autocomplete
          label="Event type"
          placeholder="The dialect's first example"
          value={draft.type}
          data={(catalog.data?.types ?? []).map(({ name }) => name)}
          limit={20}
          error={fault("/type")}
          onChange={(type) => change({ type })}
          onOptionSubmit={(type) => {
            const example = catalog.data?.types.find(({ name }) => name === type)?.example;
            change({ type, data: example == null ? "" : pretty(JSON.stringify(example)) });
          }}
        />
        <JsonInput
          label="Data"
          description="Leave empty to use the dialect's example."
          optional
          minRows={4}
          value={draft.data}
          faults={faults}
          root="/data"
          onChange={(data) => change({ data })}
        />
        <TextInput
          label="Tenant"
          placeholder="acme"
          value={draft.tenant}
          error={fault("/tenant")}
          onChange={(event) => change({ tenant: event.currentTarget.value })}
        />
        <TextInput
          label="URL"
          placeholder="https://example.com/webhooks"
          value={draft.url}
          error={fault("/url")}
          onChange={(event) => change({ url: event.currentTarget.value })}
        />
        <TextInput
          label="Secret"
          description="Do not enter a secret that is in use."
          placeholder="Leave empty to generate one"
          autoComplete="off"
          value={draft.secret}
          error={fault("/secret")}
          onChange={(event) => change({ secret: event.currentTarget.value })}
        />
      </div>
  );
  const request = (
      <div className={styles.request} aria-busy={read.isPlaceholderData} role="region" aria-label="The request">
        {elsewhere && <ProblemAlert error={read.error} title="Could not show a request" />}
        {read.data === undefined ? (
          <>
            {read.error === null && <Skeleton height={260} />}
            {read.error !== null && !elsewhere && (
              <p className="n-muted">The request appears here once the errors are fixed.</p>
            )}
          </>
        ) : (
          <>
            {read.error !== null && !elsewhere && (
              <p className="n-muted n-small">The last valid preview. Fix the errors to update it.</p>
            )}
            <p className={`${styles.line} n-mono n-wrap`}>
              <strong>{read.data.method}</strong> {visible(read.data.url)}
            </p>
            <Headers label="Headers" headers={read.data.headers} />
            <CodeBlock label="Body" asIs="As sent" language="json" text={read.data.body} />
            <span className="n-small n-muted">
              Signed with <IdText id={read.data.secret} full what="the secret" />
            </span>
          </>
        )}
      </div>
  );
  // Beside a file that is being written, what comes of it is looked at first.
  return source === undefined ? (
    <div className={styles.preview}>
      {form}
      {request}
    </div>
  ) : (
    <div className={styles.fields}>
      {request}
      {form}
    </div>
  );
}

const inPlace = (pointer: string) =>
  ["/source", "/type", "/tenant", "/url", "/secret"].includes(pointer) || within(pointer, "/data");

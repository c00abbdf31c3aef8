import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useAccess } from "@/api/access";
import type { ApiError } from "@/api/error";
import { useRead, useWrite } from "@/api/hooks";
import { LineEditor } from "@/components/forms/LineEditor";
import { Card } from "@/components/page/Card";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { type FileFault, fileFaults, lineRange, nameIn } from "./dialect";
import styles from "./Dialects.module.css";
import { Preview } from "./Preview";

const PAUSE_MS = 350;

/** A dialect's file as it is being written, beside the request that it makes. */
export function DialectForm({ source: initial, name: fixed }: { source: string; name?: string }) {
  const { base } = useAccess();
  const navigate = useNavigate();
  const [source, setSource] = useState(initial);
  const area = useRef<HTMLTextAreaElement>(null);
  const [looked] = useDebouncedValue(source, PAUSE_MS);
  const name = fixed ?? nameIn(source);
  // The same look that the preview takes: what is wrong with the file is said here, beside it.
  const check = useRead(
    ["dialects", "check", looked],
    (api, init) => api.POST("/v1/dialects/preview", { ...init, body: { source: looked } }),
    { keep: true },
  );
  const save = useWrite(
    (api, input: { name: string; source: string }) =>
      api.PUT("/v1/dialects/{name}", { params: { path: { name: input.name } }, body: { source: input.source } }),
    { invalidates: [["dialects"], ["guide"], ["me"]], done: (answer) => `${answer.title} saved`, quiet: true },
  );
  const goTo = (line: number) => {
    const [from, to] = lineRange(source, line);
    area.current?.focus();
    area.current?.setSelectionRange(from, to);
  };
  const submit = async () => {
    if (name === null) return;
    const saved = await save.mutateAsync({ name, source }).catch(() => null);
    if (saved !== null) await navigate({ to: `${base}/dialects/${name}` });
  };
  const refusal = save.error ?? check.error;
  const faults = fileFaults(refusal?.faults ?? []);
  return (
    <form
      className={styles.fields}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className={styles.editor}>
        <Card title="File">
          <div className={styles.fields}>
            <LineEditor
              area={area}
              label="Dialect (TOML)"
              description="Projects and endpoints refer to the dialect by the name in this file."
              value={source}
              rows={28}
              marked={faults.flatMap(({ line }) => (line === null ? [] : [line]))}
              describedBy="dialect-faults"
              onChange={(next) => {
                setSource(next);
                save.reset();
              }}
            />
            <Faults error={refusal} faults={faults} nameless={name === null} onGo={goTo} />
            <div className={styles.foot}>
              <Button variant="default" onClick={() => void navigate({ to: `${base}/dialects${fixed === undefined ? "" : `/${fixed}`}` })}>
                Cancel
              </Button>
              <Button type="submit" loading={save.isPending} disabled={name === null || faults.length > 0}>
                Save dialect
              </Button>
            </div>
          </div>
        </Card>
        <Card title="Preview">
          <Preview source={looked} />
        </Card>
      </div>
    </form>
  );
}

interface FaultsProps {
  error: ApiError | null;
  faults: readonly FileFault[];
  nameless: boolean;
  onGo: (line: number) => void;
}

function Faults({ error, faults, nameless, onGo }: FaultsProps) {
  return (
    <div id="dialect-faults" role="status" className={styles.fields}>
      {faults.length > 0 && (
        <ul className={styles.faults}>
          {faults.map(({ line, detail }) => (
            <li key={`${line} ${detail}`} className="n-danger n-wrap">
              {line !== null && (
                <Button variant="default" size="compact-xs" onClick={() => onGo(line)}>
                  Line {line}
                </Button>
              )}{" "}
              {detail}
            </li>
          ))}
        </ul>
      )}
      {nameless && faults.length === 0 && (
        <span className="n-danger">
          It has no name. Start with <code className="n-mono">name = &quot;…&quot;</code>
        </span>
      )}
      {error !== null && faults.length === 0 && <ProblemAlert error={error} title="Not saved" />}
      {error === null && !nameless && <span className="n-muted">The file is valid.</span>}
    </div>
  );
}

import { NativeSelect, Skeleton, Stack } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { useRead, useWrite } from "@/api/hooks";
import { ConfirmButton } from "@/components/forms/Confirm";
import { Card } from "@/components/page/Card";
import { CodeBlock } from "@/components/blocks/CodeBlock";
import { KeyValue } from "@/components/blocks/KeyValue";
import { Prose } from "@/components/blocks/Markdown";
import { LinkButton } from "@/components/page/LinkButton";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { Badge } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { VerificationCode } from "@/components/blocks/VerificationCode";
import { spoken } from "@/format/retry";
import { visible } from "@/format/text";
import { seconds } from "@/format/time";
import { useParam } from "@/url/hooks";
import type { DialectDetail } from "./dialect";
import styles from "./Dialects.module.css";
import { Preview } from "./Preview";

/** Of a dialect with more, the older ones are left to the API. */
const VERSIONS_MAX = 250;

export function useDialect(name: string, enabled = true) {
  return useRead(
    ["dialects", "one", name],
    (api, init) => api.GET("/v1/dialects/{name}", { ...init, params: { path: { name } } }),
    { enabled },
  );
}

/** One dialect: what it says, the request that it makes, the code that verifies it, and its file. */
export default function DialectScreen() {
  const name = useParam("name");
  const { project, canWrite } = useAccess();
  const read = useDialect(name);
  const dialect = read.data;
  return (
    <>
      <PageHeader
        title={dialect === undefined ? name : visible(dialect.title)}
        up={{ to: "/dialects", label: "Dialects" }}
        beside={
          dialect !== undefined && (
            <>
              <Badge tone="idle">{dialect.builtin ? "Built in" : "Custom"}</Badge>
              {name === project.dialect && (
                <Badge tone="ok" icon="check">
                  This project
                </Badge>
              )}
            </>
          )
        }
        actions={
          canWrite && dialect !== undefined ? (
            <>
              {!dialect.builtin && (
                <>
                  <LinkButton to={`/dialects/${name}/edit`}>Edit</LinkButton>
                  <Delete name={name} />
                </>
              )}
              <LinkButton to={`/dialects/~new?from=${name}`}>Copy to edit</LinkButton>
            </>
          ) : undefined
        }
      />
      <div className={styles.page}>
        {read.error !== null && (
          <ProblemAlert error={read.error} title="Could not load the dialect" retry={() => void read.refetch()} />
        )}
        {dialect === undefined ? (
          read.error === null && <Skeleton height={320} />
        ) : (
          <>
            <Card title="Settings">
              <Facts dialect={dialect} />
            </Card>
            <Card title="Preview">
              <Preview key={name} dialect={name} />
            </Card>
            <Card title="Verification code">
              <VerificationCode dialect={name} />
            </Card>
            <File key={dialect.version} dialect={dialect} />
          </>
        )}
      </div>
    </>
  );
}

/** The dialect's file, in whichever of its versions one wants to see. */
function File({ dialect: { name, version: newest, source } }: { dialect: DialectDetail }) {
  const [version, setVersion] = useState(newest);
  const versions = useRead(
    ["dialects", "versions", name, newest],
    (api, init) => api.GET("/v1/dialects/{name}/versions", { ...init, params: { path: { name }, query: { limit: VERSIONS_MAX } } }),
    { enabled: newest > 1 },
  );
  const older = useRead(
    ["dialects", "version", name, version],
    (api, init) => api.GET("/v1/dialects/{name}", { ...init, params: { path: { name }, query: { version } } }),
    { enabled: version !== newest },
  );
  const shown = version === newest ? source : older.data?.source;
  const error = versions.error ?? older.error;
  return (
    <Card title="File">
      <Stack gap="sm">
        {versions.data !== undefined && (
          <NativeSelect
            label="Version"
            maw={260}
            value={String(version)}
            data={versions.data.data.map((one) => ({
              value: String(one.version),
              label: one.version === newest ? `${one.version} (current)` : String(one.version),
            }))}
            onChange={(event) => setVersion(Number(event.currentTarget.value))}
          />
        )}
        {error !== null && <ProblemAlert error={error} title="Could not load the versions" />}
        {shown === undefined ? <Skeleton height={320} /> : <CodeBlock label={`${name}.toml`} text={shown} maxHeight={560} />}
      </Stack>
    </Card>
  );
}

/** Deletes a dialect; the server says who uses it, if anybody does. */
function Delete({ name }: { name: string }) {
  const { base } = useAccess();
  const navigate = useNavigate();
  const remove = useWrite((api, _: null) => api.DELETE("/v1/dialects/{name}", { params: { path: { name } } }), {
    invalidates: [["dialects", "all"]],
    done: `${name} deleted`,
    quiet: true,
  });
  return (
    <ConfirmButton
      label="Delete"
      button={{ color: "red.8", variant: "default" }}
      title={`Delete ${name}`}
      confirm="Delete dialect"
      onConfirm={async () => {
        await remove.mutateAsync(null);
        await navigate({ to: `${base}/dialects` });
      }}
    >
      Only a dialect that neither the project nor an endpoint uses can be deleted. Deliveries that were sent with it can
      still be shown.
    </ConfirmButton>
  );
}

function Facts({ dialect }: { dialect: DialectDetail }) {
  const { policy } = dialect;
  return (
    <div className={styles.facts}>
      {dialect.notes.length > 0 && (
        <ul className={styles.notes}>
          {dialect.notes.map((note) => (
            <li key={note} className="n-wrap">
              <Prose text={note} />
            </li>
          ))}
        </ul>
      )}
      <KeyValue
        items={[
          ["Secret chosen by", dialect.secret_chosen_by === "customer" ? "The customer" : "The server"],
          ["While a secret rotates", dialect.signs_with_all_keys ? "Signed with both secrets" : "Signed with the previous secret until the overlap ends"],
          ["Timeout", seconds(policy.timeout_ms / 1_000)],
          ["Retries", spoken(policy.retry)],
          ["410 Gone", policy.gone === "disable" ? "Disables the endpoint" : "Retried like any failure"],
          [
            "Endpoints disabled after",
            policy.auto_disable_s != null
              ? `${seconds(policy.auto_disable_s)} without a success`
              : policy.auto_disable_days == null
                ? "Never"
                : `${policy.auto_disable_days} days without a success`,
          ],
          ["Plans", policy.plans.length === 0 ? "All" : policy.plans.join(", ")],
          [
            "Version",
            <span key="version">
              {dialect.version}
              {!dialect.builtin && (
                <>
                  , <TimeText at={dialect.created_at} />
                </>
              )}
            </span>,
          ],
        ]}
      />
    </div>
  );
}

import { Button, Select, Stack, Switch } from "@mantine/core";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { useRead, useWrite } from "@/api/hooks";
import { ConfirmButton } from "@/components/forms/Confirm";
import { Card } from "@/components/page/Card";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import type { Endpoint, EndpointChange } from "@/parts/endpoints/types";
import { ENDPOINT_TOUCHED } from "@/routes/endpoints/actions/usePause";
import { CodeInput } from "./CodeInput";
import { DryRun, type DryRunError } from "./DryRun";
import { lineIn, mayTransform } from "./mayTransform";

/** What a new transformation begins as. */
const FIRST = `function handler(webhook) {
  // Change webhook.payload, add to webhook.headers, or set webhook.cancel to a reason.
  return webhook;
}
`;

/** The code that changes an endpoint's webhooks, with a dry run. Give it the endpoint's last change as key. */
export function EndpointTransform({ endpoint }: { endpoint: Endpoint }) {
  const access = useAccess();
  const may = mayTransform(access.project.policy.transformations, access);
  const own = endpoint.transform;
  const [code, setCode] = useState(own?.code ?? FIRST);
  const [enabled, setEnabled] = useState(own?.enabled ?? true);
  const [wrong, setWrong] = useState<DryRunError | null>(null);
  const ready = useRead(["transforms"], (api, init) => api.GET("/v1/transforms", init), { enabled: may });
  const save = useWrite(
    (api, body: EndpointChange) => api.PATCH("/v1/endpoints/{id}", { params: { path: { id: endpoint.id } }, body }),
    { invalidates: ENDPOINT_TOUCHED, done: "Transformation saved", quiet: true },
  );
  const refused = save.error?.faults.find(({ pointer }) => pointer.startsWith("/transform"))?.detail;
  const edit = (text: string) => {
    setCode(text);
    setWrong(null);
    save.reset();
  };
  if (!may && own == null) {
    return (
      <Card title="Transformation">
        <p className="n-muted">This endpoint has no code that changes its webhooks.</p>
      </Card>
    );
  }
  const dirty = code !== own?.code || enabled !== own.enabled;
  return (
    <Stack gap="md">
      <Card title="Transformation">
        <Stack gap="sm">
          <p className="n-muted" style={{ margin: 0 }}>
            JavaScript that changes this endpoint’s webhooks before they are signed and sent. It can change the body, add
            headers, or cancel a delivery with a reason.
          </p>
          {may && (
            <Select
              label="Start from"
              placeholder="Ready-made code"
              value={null}
              data={(ready.data?.data ?? []).map(({ name, title, description }) => ({ value: name, label: `${title}: ${description}` }))}
              onChange={(name) => {
                const chosen = ready.data?.data.find((one) => one.name === name);
                if (chosen !== undefined) edit(chosen.code);
              }}
            />
          )}
          <CodeInput
            label="Code"
            value={code}
            readOnly={!may}
            wrongLine={refused === undefined ? (wrong?.line ?? null) : lineIn(refused)}
            error={refused ?? wrong?.message ?? null}
            onChange={edit}
          />
          <Switch
            label="Run this code"
            description="If off, webhooks are sent unchanged."
            checked={enabled}
            disabled={!may}
            onChange={(event) => setEnabled(event.currentTarget.checked)}
          />
          {save.error !== null && refused === undefined && <ProblemAlert error={save.error} title="Not saved" />}
          {may && (
            <div style={{ display: "flex", gap: 8 }}>
              <Button disabled={!dirty} loading={save.isPending} onClick={() => save.mutate({ transform: { code, enabled } })}>
                Save transformation
              </Button>
              {own != null && (
                <ConfirmButton
                  label="Remove"
                  button={{ variant: "default" }}
                  title="Remove the transformation?"
                  confirm="Remove"
                  danger
                  onConfirm={() => save.mutateAsync({ transform: null })}
                >
                  Webhooks are sent unchanged from now on, including pending ones.
                </ConfirmButton>
              )}
            </div>
          )}
        </Stack>
      </Card>
      {may && <DryRun endpoint={endpoint.id} code={code} onError={setWrong} />}
    </Stack>
  );
}

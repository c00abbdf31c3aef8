import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { useWrite } from "@/api/hooks";
import { Card } from "@/components/page/Card";
import { EventPicker } from "@/parts/catalog/EventPicker";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { type DraftFaults, draftFaults, draftOfEndpoint, type EndpointDraft, endpointChange, refusedFields } from "@/routes/endpoints/form/draft";
import styles from "./Endpoint.module.css";
import { DeliveryFields } from "@/routes/endpoints/form/DeliveryFields";
import { FilterField } from "@/routes/endpoints/form/FilterField";
import { AuthField } from "@/routes/endpoints/form/AuthField";
import { TlsField } from "@/routes/endpoints/form/TlsField";
import { HeadersField } from "@/routes/endpoints/form/HeadersField";
import { UrlField } from "@/routes/endpoints/form/UrlField";
import type { Endpoint, EndpointChange } from "@/parts/endpoints/types";
import { useUrlCheck } from "@/routes/endpoints/form/urlCheck";
import { ENDPOINT_TOUCHED } from "@/routes/endpoints/actions/usePause";

/** What an endpoint is set to, to be changed by those who may. Give it the endpoint's last change as key. */
export function EndpointSettings({ endpoint }: { endpoint: Endpoint }) {
  const { canWrite } = useAccess();
  const [before] = useState(() => draftOfEndpoint(endpoint));
  const [draft, setDraft] = useState(before);
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<DraftFaults & { secret?: string }>({});
  const [secret, setSecret] = useState("");
  const check = useUrlCheck(canWrite ? draft.url : "", before.url);
  const save = useWrite(
    (api, body: EndpointChange) => api.PATCH("/v1/endpoints/{id}", { params: { path: { id: endpoint.id } }, body }),
    { invalidates: ENDPOINT_TOUCHED, done: "Endpoint saved", quiet: true },
  );
  const edit = (change: Partial<EndpointDraft>) => {
    setDraft((now) => ({ ...now, ...change }));
    // What was refused may be mended by this.
    setRefused((now) => Object.fromEntries(Object.entries(now).filter(([name]) => !(name in change))));
  };
  const change: EndpointChange = { ...endpointChange(before, draft), ...(secret === "" ? {} : { secret }) };
  const dirty = Object.keys(change).length > 0;
  const own = draftFaults(draft);
  const faults: DraftFaults & { secret?: string } = { ...refused, ...(tried ? own : {}) };
  const submit = () => {
    setTried(true);
    if (Object.keys(own).length > 0 || !dirty || save.isPending) return;
    save.mutate(change, { onError: (error) => setRefused(refusedFields(error, draft)) });
  };
  return (
    <div className={styles.narrow}>
    <Card title="Settings" flush>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <fieldset className={styles.form} disabled={!canWrite} aria-label="Settings">
          {!canWrite && <p className="n-muted">This key is read-only and cannot change the endpoint.</p>}
          <UrlField value={draft.url} check={check} error={faults.url} onChange={(url) => edit({ url })} />
          <TextInput
            label="Description"
            description="Such as Production or Zapier."
            value={draft.description}
            error={faults.description}
            onChange={(event) => edit({ description: event.currentTarget.value })}
          />
          <EventPicker value={draft.events} error={faults.events ?? null} onChange={(events) => edit({ events })} />
          <FilterField value={draft.filter} faults={faults.filter} readOnly={!canWrite} onChange={(filter) => edit({ filter })} />
          <DeliveryFields draft={draft} faults={faults} onChange={edit} disabled={!canWrite} />
          <HeadersField headers={draft.headers} faults={faults.headers} onChange={(headers) => edit({ headers })} disabled={!canWrite} />
          <AuthField auth={draft.auth} faults={faults.auth} onChange={(auth) => edit({ auth })} disabled={!canWrite} />
          <TlsField tls={draft.tls} faults={faults.tls} onChange={(tls) => edit({ tls })} disabled={!canWrite} />
          {(faults.secret !== undefined || secret !== "") && (
            <TextInput
              label="New signing secret"
              description="The secret is sent in each request, so a URL on another host needs a new one. The old secret stops working at once."
              value={secret}
              error={faults.secret}
              autoComplete="off"
              spellCheck={false}
              classNames={{ input: "n-mono" }}
              onChange={({ currentTarget }) => {
                setSecret(currentTarget.value);
                setRefused(({ secret: _, ...others }) => others);
              }}
            />
          )}
          {save.error !== null && <ProblemAlert error={save.error} title="Not saved" />}
        </fieldset>
        {canWrite && (
          <div className={styles.foot}>
            <Button
              variant="default"
              disabled={!dirty || save.isPending}
              onClick={() => {
                setDraft(before);
                setTried(false);
                setRefused({});
                setSecret("");
                save.reset();
              }}
            >
              Discard
            </Button>
            <Button type="submit" disabled={!dirty} loading={save.isPending}>
              Save endpoint
            </Button>
          </div>
        )}
      </form>
    </Card>
    </div>
  );
}

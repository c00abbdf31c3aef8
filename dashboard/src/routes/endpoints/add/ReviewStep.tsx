import { Button, Collapse } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useAccess } from "@/api/access";
import { useWrite } from "@/api/hooks";
import { useWords } from "@/api/words";
import { Icon } from "@/components/inline/Icon";
import { KeyValue } from "@/components/blocks/KeyValue";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { visible } from "@/format/text";
import { draftFaults, type EndpointDraft, newEndpoint, refusedFields } from "@/routes/endpoints/form/draft";
import { DeliveryFields } from "@/routes/endpoints/form/DeliveryFields";
import { AuthField } from "@/routes/endpoints/form/AuthField";
import { TlsField } from "@/routes/endpoints/form/TlsField";
import { HeadersField } from "@/routes/endpoints/form/HeadersField";
import { SecretField } from "@/routes/endpoints/form/SecretField";
import type { Endpoint, NewEndpoint } from "@/parts/endpoints/types";
import { useSecretIsCustomers } from "@/routes/endpoints/form/useSecretIsCustomers";
import { ENDPOINT_TOUCHED } from "@/routes/endpoints/actions/usePause";
import styles from "./AddEndpoint.module.css";
import type { Refusal, Step } from "./step";

interface Props {
  draft: EndpointDraft;
  edit: (change: Partial<EndpointDraft>) => void;
  refused: Refusal;
  tenant: string;
  onGo: (step: Step) => void;
  onCreated: (endpoint: Endpoint) => void;
  onRefused: (refusal: Refusal) => void;
  /** A refusal of this field is no longer about what is there. */
  forget: (field: keyof Refusal) => void;
}

/** What is folded away; a fault in one of them unfolds it. */
const MORE = ["channels", "rate_limit", "timeout_ms", "retry", "headers", "auth", "tls", "dialect", "secret"] as const;

/** A last look, what hardly anybody changes, and the making of it. */
export function ReviewStep({ draft, edit, refused, tenant, onGo, onCreated, onRefused, forget }: Props) {
  const say = useWords();
  const { isOperator } = useAccess();
  const [more, setMore] = useState(false);
  const [tried, setTried] = useState(false);
  const [secret, setSecret] = useState("");
  const create = useWrite((api, body: NewEndpoint) => api.POST("/v1/endpoints", { body }), {
    invalidates: [...ENDPOINT_TOUCHED, ["tenants"]],
    quiet: true,
  });
  const customers = useSecretIsCustomers(draft.dialect);
  const required = customers || (refused.secret !== undefined && secret === "");
  const own: Refusal = draftFaults(draft);
  if (customers && secret === "") own.secret = "Enter the receiver’s secret";
  const faults: Refusal = { ...refused, ...(tried ? own : {}) };
  const open = more || required || MORE.some((name) => faults[name] !== undefined);
  const submit = () => {
    setTried(true);
    if (Object.keys(own).length > 0 || create.isPending) return;
    create.mutate(newEndpoint(draft, { ...(isOperator ? { tenant } : {}), secret }), {
      onSuccess: onCreated,
      onError: (error) => onRefused(refusedFields(error, draft)),
    });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className={styles.body}>
        <KeyValue
          items={[
            ["Tenant", isOperator ? tenant : undefined],
            [
              "URL",
              <Changeable key="url" what="URL" onChange={() => onGo("url")}>
                <span className="n-mono n-wrap">{visible(draft.url.trim())}</span>
              </Changeable>,
            ],
            ["Description", draft.description.trim() === "" ? undefined : visible(draft.description.trim())],
            [
              "Events",
              <Changeable key="events" what="events" onChange={() => onGo("events")}>
                {draft.events.includes("*") ? "All events" : <span className="n-mono n-wrap">{draft.events.join(", ")}</span>}
              </Changeable>,
            ],
            [
              "Payload filter",
              draft.filter.trim() === "" ? undefined : (
                <Changeable key="filter" what="payload filter" onChange={() => onGo("events")}>
                  <span className="n-mono n-wrap">{visible(draft.filter.trim())}</span>
                </Changeable>
              ),
            ],
          ]}
        />
        <div>
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            aria-expanded={open}
            rightSection={<Icon name="down" size={12} />}
            onClick={() => setMore(!more)}
          >
            Secret, channels, limits and headers
          </Button>
          <Collapse expanded={open}>
            <div className={styles.more}>
              <SecretField
                label="Your own signing secret"
                description={
                  required
                    ? say("This dialect needs a secret from you: 8 to 256 printable characters. Configure the same secret at the receiver.")
                    : "Leave empty to generate one. To migrate without changing the receiver, enter its current secret: 8 to 256 printable characters."
                }
                required={required}
                value={secret}
                error={faults.secret}
                onChange={(next) => {
                  setSecret(next);
                  forget("secret");
                }}
              />
              <DeliveryFields draft={draft} faults={faults} onChange={edit} />
              <HeadersField headers={draft.headers} faults={faults.headers} onChange={(headers) => edit({ headers })} />
              <AuthField auth={draft.auth} faults={faults.auth} onChange={(auth) => edit({ auth })} />
              <TlsField tls={draft.tls} faults={faults.tls} onChange={(tls) => edit({ tls })} />
            </div>
          </Collapse>
        </div>
        {create.error !== null && <ProblemAlert error={create.error} title="Could not add the endpoint" />}
      </div>
      <div className={styles.foot}>
        <Button variant="default" onClick={() => onGo("events")}>
          Back
        </Button>
        <Button type="submit" loading={create.isPending}>
          Add endpoint
        </Button>
      </div>
    </form>
  );
}

function Changeable({ what, onChange, children }: { what: string; onChange: () => void; children: ReactNode }) {
  return (
    <span className={styles.changeable}>
      {children}
      <Button variant="subtle" size="compact-xs" onClick={onChange} aria-label={`Change ${what}`}>
        Change
      </Button>
    </span>
  );
}

import { useState } from "react";
import { useAccess } from "@/api/access";
import { Card } from "@/components/page/Card";
import { EmptyState } from "@/components/page/EmptyState";
import { PageHeader } from "@/components/page/PageHeader";
import { text } from "@/url/filters";
import { useFilters } from "@/url/hooks";
import { type EndpointDraft, NEW_ENDPOINT } from "@/routes/endpoints/form/draft";
import type { Endpoint } from "@/parts/endpoints/types";
import styles from "./AddEndpoint.module.css";
import { Created } from "./Created";
import { EventsStep } from "./EventsStep";
import { ReviewStep } from "./ReviewStep";
import { type Refusal, type Step, stepOf } from "./step";
import { Steps } from "./Steps";
import { UrlStep } from "./UrlStep";

const SPEC = { tenant: text(256) };

/** Adds an endpoint in three steps: where, what, and a last look; then its secret, the code to verify it, and a test. */
export default function AddEndpoint() {
  const { canWrite, tenant: own } = useAccess();
  const filters = useFilters(SPEC);
  const [step, setStep] = useState<Step>("url");
  const [tenant, setTenant] = useState(own ?? filters.values.tenant ?? "");
  const [draft, setDraft] = useState<EndpointDraft>(NEW_ENDPOINT);
  const [refused, setRefused] = useState<Refusal>({});
  const [created, setCreated] = useState<Endpoint | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const forget = (...fields: string[]) =>
    setRefused((now) => Object.fromEntries(Object.entries(now).filter(([name]) => !fields.includes(name))));
  const edit = (change: Partial<EndpointDraft>) => {
    setDraft((now) => ({ ...now, ...change }));
    forget(...Object.keys(change));
  };
  if (created !== null) return <Created endpoint={created} secret={secret} onKept={() => setSecret(null)} />;
  const parts = { draft, edit, refused };
  return (
    <>
      <PageHeader title="Add endpoint" up={{ to: "/endpoints", label: "Endpoints" }}>
        The receiver’s URL and the events to send to it.
      </PageHeader>
      {canWrite ? (
        <div className={styles.flow}>
          <Steps current={step} onGo={setStep} />
          <Card flush>
            {step === "url" && (
              <UrlStep
                {...parts}
                tenant={tenant}
                onTenant={(next) => {
                  setTenant(next);
                  forget("tenant");
                }}
                onNext={() => setStep("events")}
              />
            )}
            {step === "events" && <EventsStep {...parts} onBack={() => setStep("url")} onNext={() => setStep("review")} />}
            {step === "review" && (
              <ReviewStep
                {...parts}
                tenant={tenant}
                forget={forget}
                onGo={setStep}
                onCreated={({ secret: made, ...endpoint }) => {
                  setSecret(made ?? null);
                  setCreated(endpoint);
                }}
                onRefused={(refusal) => {
                  setRefused(refusal);
                  setStep(stepOf(refusal) ?? "review");
                }}
              />
            )}
          </Card>
        </div>
      ) : (
        <EmptyState icon="ban" title="This key is read-only">
          To add an endpoint, sign in with a key that has the scope <code className="n-mono">full</code>.
        </EmptyState>
      )}
    </>
  );
}

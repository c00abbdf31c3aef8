import { Autocomplete, Button } from "@mantine/core";
import { useState } from "react";
import { useRead, useWrite } from "@/api/hooks";
import { asBody, rawJson } from "@/api/rawJson";
import type { components } from "@/api/schema";
import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { jsonFault, JsonInput, within } from "@/components/forms/JsonInput";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { StatusBadge } from "@/components/inline/StatusBadge";
import { pretty } from "@/format/json";
import { plural } from "@/format/number";
import { shortId } from "@/format/text";
import styles from "./Catalog.module.css";

type Published = components["schemas"]["Published"];
type NewEvent = components["schemas"]["NewEvent"];

const SUGGESTIONS = 250;

/** Publishes an event of the type, to see it arrive: the example, or whatever it is changed to. */
export function TryIt({ type, example }: { type: string; example: string }) {
  const [tenant, setTenant] = useState("");
  const [data, setData] = useState(example === "" ? "{}" : pretty(example));
  const [published, setPublished] = useState<Published | null>(null);
  const tenants = useRead(["tenants", "names"], (api, init) =>
    api.GET("/v1/tenants", { ...init, params: { query: { limit: SUGGESTIONS } } }),
  );
  const publish = useWrite((api, text: string) => api.POST("/v1/events", asBody<NewEvent>(text)), {
    invalidates: [["events"], ["deliveries"], ["overview"]],
    quiet: true,
    onDone: (answer) => setPublished(answer as Published),
  });
  const faults = publish.error?.faults ?? [];
  const tenantFault = faults.find(({ pointer }) => pointer === "/tenant");
  const inPlace = faults.length > 0 && faults.every(({ pointer }) => pointer === "/tenant" || within(pointer, "/data"));
  return (
    <Card title="Try it">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          setPublished(null);
          publish.mutate(rawJson({ tenant: tenant.trim(), type }, { data }));
        }}
      >
        <p className={`${styles.lead} n-muted`}>
          Publishes a real event, which goes to every endpoint of the tenant that subscribes to {type}.
        </p>
        <Autocomplete
          label="Tenant"
          placeholder="Your customer’s ID"
          required
          value={tenant}
          data={(tenants.data?.data ?? []).map(({ id }) => id)}
          limit={12}
          onChange={setTenant}
          error={tenantFault?.detail}
          maw={320}
        />
        <JsonInput label="Data" value={data} onChange={setData} faults={faults} root="/data" />
        {publish.error !== null && !inPlace && <ProblemAlert error={publish.error} title="Not published" />}
        <div className={styles.foot} role="status">
          {inPlace && <span className="n-danger">Not published. See the errors above.</span>}
          {published !== null && (
            <span>
              <StatusBadge status="succeeded" label="Published" />{" "}
              <AppLink to={`/events/${published.id}`} className="n-link n-mono">
                {shortId(published.id)}
              </AppLink>{" "}
              {published.deliveries === 0 ? "(no endpoint subscribes to it)" : `to ${plural(published.deliveries, "endpoint")}`}
            </span>
          )}
          <Button type="submit" loading={publish.isPending} disabled={tenant.trim() === "" || jsonFault(data) !== null}>
            Publish event
          </Button>
        </div>
      </form>
    </Card>
  );
}

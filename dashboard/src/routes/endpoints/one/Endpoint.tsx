import { Skeleton } from "@mantine/core";
import { useAccess } from "@/api/access";
import { useRead } from "@/api/hooks";
import { AppLink } from "@/components/inline/AppLink";
import { CopyButton } from "@/components/inline/CopyButton";
import { IdText } from "@/components/inline/IdText";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { Badge } from "@/components/inline/StatusBadge";
import { useNow } from "@/components/inline/useNow";
import { visible } from "@/format/text";
import { EndpointEvents } from "./EndpointEvents";
import { oneOf } from "@/url/filters";
import { useFilters, useParam } from "@/url/hooks";
import { EndpointActions } from "./EndpointActions";
import { EndpointAttempts } from "./EndpointAttempts";
import { EndpointDeliveries } from "./EndpointDeliveries";
import { EndpointHealth } from "./EndpointHealth";
import { EndpointNotice } from "./EndpointNotice";
import { EndpointSettings } from "./EndpointSettings";
import { WaitingBanner } from "./WaitingBanner";
import { EndpointTransform } from "@/routes/endpoints/transform/EndpointTransform";
import styles from "./Endpoint.module.css";
import { nameOf } from "@/parts/endpoints/names";
import { stateOf } from "@/parts/endpoints/state";
import { useEndpointStats } from "./useEndpointStats";

const TABS = [
  { name: "health", label: "Health" },
  { name: "deliveries", label: "Deliveries" },
  { name: "attempts", label: "Attempts" },
  { name: "events", label: "Event log" },
  { name: "transformation", label: "Transformation" },
  { name: "settings", label: "Settings" },
] as const;

const SPEC = { tab: oneOf("health", "deliveries", "attempts", "events", "transformation", "settings") };

/** One endpoint: how it does, what went to it, and how it is set up. */
export default function EndpointScreen() {
  const id = useParam("id");
  const { isOperator } = useAccess();
  const tab = useFilters(SPEC).values.tab ?? "health";
  const read = useRead(["endpoints", id], (api, init) => api.GET("/v1/endpoints/{id}", { ...init, params: { path: { id } } }), {
    poll: 15_000,
  });
  const stats = useEndpointStats(id, { pollMs: 5_000 });
  const now = useNow();
  const endpoint = read.data;
  const state = endpoint === undefined ? undefined : stateOf(endpoint, stats.data?.lane?.breaker.state ?? null, now);
  return (
    <>
      <PageHeader
        title={endpoint === undefined ? "Endpoint" : nameOf({ description: endpoint.description ?? null, url: endpoint.url })}
        up={{ to: "/endpoints", label: "Endpoints" }}
        beside={
          state !== undefined && (
            <Badge tone={state.tone} icon={state.icon}>
              {state.label}
            </Badge>
          )
        }
        actions={endpoint === undefined ? undefined : <EndpointActions endpoint={endpoint} />}
      >
        {endpoint !== undefined && (
          <span className={styles.facts}>
            <span className={styles.fact}>
              <span className="n-mono n-wrap">{visible(endpoint.url)}</span>
              <CopyButton value={endpoint.url} what="URL" size="xs" />
            </span>
            {isOperator && (
              <span className={styles.fact}>
                Tenant <AppLink to={`/tenants/${endpoint.tenant}`}>{endpoint.tenant}</AppLink>
              </span>
            )}
            <IdText id={id} what="endpoint ID" />
          </span>
        )}
      </PageHeader>
      <div className={styles.page}>
        {read.error !== null && (
          <ProblemAlert
            error={read.error}
            title={endpoint === undefined ? "Could not load the endpoint" : "This may be out of date"}
            retry={() => void read.refetch()}
          />
        )}
        {endpoint === undefined && read.error === null && <Skeleton height={260} />}
        {endpoint !== undefined && (
          <>
            <EndpointNotice endpoint={endpoint} stats={stats.data} />
            <WaitingBanner endpoint={endpoint} stats={stats.data} key={id} />
            <nav aria-label="Endpoint pages" className={styles.tabs}>
              {TABS.map(({ name, label }) => (
                <AppLink
                  key={name}
                  to={`/endpoints/${id}${name === "health" ? "" : `?tab=${name}`}`}
                  className={styles.tab ?? ""}
                  current={tab === name}
                >
                  {label}
                </AppLink>
              ))}
            </nav>
            {tab === "health" && <EndpointHealth endpoint={endpoint} now={stats} />}
            {tab === "deliveries" && <EndpointDeliveries endpoint={id} />}
            {tab === "attempts" && <EndpointAttempts endpoint={id} />}
            {tab === "events" && <EndpointEvents endpoint={id} />}
            {tab === "transformation" && <EndpointTransform endpoint={endpoint} key={endpoint.updated_at} />}
            {tab === "settings" && <EndpointSettings endpoint={endpoint} key={endpoint.updated_at} />}
          </>
        )}
      </div>
    </>
  );
}

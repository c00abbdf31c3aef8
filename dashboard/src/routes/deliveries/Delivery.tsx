import { useRead } from "@/api/hooks";
import { useAccess } from "@/api/access";
import { IdText } from "@/components/inline/IdText";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { Badge, StatusBadge } from "@/components/inline/StatusBadge";
import { Skeleton } from "@mantine/core";
import { useParam } from "@/url/hooks";
import { Attempts } from "./Attempts";
import styles from "./Delivery.module.css";
import { DeliveryActions } from "./DeliveryActions";
import { DeliveryFacts } from "./DeliveryFacts";

/** A pending delivery may change at any moment. */
const PENDING_POLL_MS = 2_000;

/** One delivery: where it stands, and every attempt with what was sent and what came back. */
export default function DeliveryScreen() {
  const id = useParam("id");
  const { canWrite } = useAccess();
  const read = useRead(
    ["deliveries", id],
    (api, init) => api.GET("/v1/deliveries/{id}", { ...init, params: { path: { id } } }),
    { poll: (last) => (last?.status === "pending" ? PENDING_POLL_MS : false) },
  );
  const delivery = read.data;
  return (
    <>
      <PageHeader
        title={delivery === undefined ? "Delivery" : `Delivery of ${delivery.type}`}
        up={{ to: "/deliveries", label: "Deliveries" }}
        beside={
          delivery !== undefined && (
            <>
              <StatusBadge status={delivery.status} />
              {delivery.test && <Badge tone="idle">Test</Badge>}
              {delivery.replay_of != null && <Badge tone="idle">Replay</Badge>}
            </>
          )
        }
        actions={delivery !== undefined && canWrite ? <DeliveryActions delivery={delivery} /> : undefined}
      >
        <IdText id={id} full what="delivery ID" />
      </PageHeader>
      <div className={styles.page}>
        {read.error !== null && (
          <ProblemAlert
            error={read.error}
            title={delivery === undefined ? "Could not load the delivery" : "This may be out of date"}
            retry={() => void read.refetch()}
          />
        )}
        {delivery !== undefined ? (
          <>
            <DeliveryFacts delivery={delivery} />
            <Attempts delivery={delivery} />
          </>
        ) : (
          read.error === null && <Skeleton height={220} />
        )}
      </div>
    </>
  );
}

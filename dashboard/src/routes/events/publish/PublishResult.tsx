import { Button, Group, Stack } from "@mantine/core";
import { useRead } from "@/api/hooks";
import { AppLink } from "@/components/inline/AppLink";
import { Icon } from "@/components/inline/Icon";
import { StatusBadge, StatusCode } from "@/components/inline/StatusBadge";
import { plural } from "@/format/number";
import { EndpointName } from "@/parts/endpoints/EndpointName";
import { errorSaid } from "@/parts/deliveries/words";
import styles from "./Publish.module.css";

const LIVE_MS = 1_000;

interface Props {
  published: { id: string; deliveries: number };
  onAgain: () => void;
  onClose: () => void;
}

/** What became of an event that was just sent, while it happens. */
export function PublishResult({ published, onAgain, onClose }: Props) {
  const { id, deliveries } = published;
  const read = useRead(
    ["events", id, "deliveries"],
    (api, init) => api.GET("/v1/events/{id}/deliveries", { ...init, params: { path: { id } } }),
    { poll: (last) => (last === undefined || last.data.some(({ status }) => status === "pending") ? LIVE_MS : false) },
  );
  return (
    <Stack gap="md">
      <div role="status" className={styles.accepted}>
        <Icon name="check" size={18} />
        <span>
          <strong>Accepted.</strong>{" "}
          {deliveries === 0
            ? "None of the tenant’s endpoints subscribe to it, so it is kept but not delivered."
            : `It is sent to ${plural(deliveries, "endpoint")}.`}
        </span>
      </div>
      {read.data !== undefined && read.data.data.length > 0 && (
        <ul className={styles.results} aria-label="Its deliveries">
          {read.data.data.map((delivery) => (
            <li key={delivery.id}>
              <EndpointName id={delivery.endpoint} plain />
              <span className={styles.outcome}>
                {delivery.last_status_code != null ? (
                  <StatusCode code={delivery.last_status_code} />
                ) : (
                  delivery.last_error != null && <span className="n-danger n-small">{errorSaid(delivery.last_error).label}</span>
                )}
                <StatusBadge status={delivery.status} />
                <AppLink to={`/deliveries/${delivery.id}`} aria-label={`Details of ${delivery.id}`}>
                  Details
                </AppLink>
              </span>
            </li>
          ))}
        </ul>
      )}
      <Group justify="space-between">
        <AppLink to={`/events/${id}`}>Open the event</AppLink>
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button onClick={onAgain}>Send another</Button>
        </Group>
      </Group>
    </Stack>
  );
}

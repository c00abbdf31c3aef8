import { ActionIcon, Drawer, Kbd, Skeleton } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useRead } from "@/api/hooks";
import { AppLink } from "@/components/inline/AppLink";
import { Icon } from "@/components/inline/Icon";
import { StatusBadge } from "@/components/inline/StatusBadge";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { useSearchText, useSetSearch } from "@/url/hooks";
import type { Delivery } from "@/parts/deliveries/types";
import { Attempts } from "./Attempts";
import { DeliveryFacts } from "./DeliveryFacts";
import styles from "./Peek.module.css";
import { neighbours } from "./neighbours";

const PENDING_POLL_MS = 2_000;

/** A delivery beside its list. The address names it; J and K, or the arrows, step to the next and the one before. */
export default function Peek({ rows }: { rows: readonly Delivery[] | undefined }) {
  const { peek: id } = useSearchText();
  const setSearch = useSetSearch();
  const to = (next: string | undefined) => setSearch(({ attempt: _, ...rest }) => ({ ...rest, peek: next }), { replace: true });
  const { before, after, at } = neighbours(rows?.map((row) => row.id) ?? [], id);
  const step = (next: string | undefined) => () => {
    if (id !== undefined && next !== undefined) to(next);
  };
  useHotkeys([
    ["J", step(after)],
    ["ArrowDown", step(after)],
    ["K", step(before)],
    ["ArrowUp", step(before)],
  ]);
  return (
    <Drawer
      opened={id !== undefined}
      onClose={() => to(undefined)}
      position="right"
      size="min(760px, 100%)"
      title={<strong>Delivery</strong>}
      overlayProps={{ backgroundOpacity: 0.15 }}
    >
      {id !== undefined && (
        <>
          <div className={styles.bar}>
            <ActionIcon variant="default" aria-label="Previous delivery" disabled={before === undefined} onClick={step(before)}>
              <Icon name="left" />
            </ActionIcon>
            <ActionIcon variant="default" aria-label="Next delivery" disabled={after === undefined} onClick={step(after)}>
              <Icon name="right" />
            </ActionIcon>
            <span className="n-muted n-small" role="status">
              {at === null ? "" : `${at + 1} of ${rows?.length ?? 0} on this page`}
            </span>
            <span className={styles.keys}>
              <Kbd size="xs">J</Kbd> <Kbd size="xs">K</Kbd>
            </span>
            <AppLink to={`/deliveries/${id}`}>Open delivery</AppLink>
          </div>
          <Beside key={id} id={id} />
        </>
      )}
    </Drawer>
  );
}

function Beside({ id }: { id: string }) {
  const read = useRead(["deliveries", id], (api, init) => api.GET("/v1/deliveries/{id}", { ...init, params: { path: { id } } }), {
    poll: (last) => (last?.status === "pending" ? PENDING_POLL_MS : false),
  });
  const delivery = read.data;
  if (delivery === undefined) return read.error === null ? <Skeleton height={260} /> : <ProblemAlert error={read.error} title="Could not load the delivery" retry={() => void read.refetch()} />;
  return (
    <div className={styles.beside}>
      <p className={styles.title}>
        <span className="n-mono n-wrap">{delivery.type}</span> <StatusBadge status={delivery.status} />
      </p>
      <DeliveryFacts delivery={delivery} />
      <Attempts delivery={delivery} />
    </div>
  );
}

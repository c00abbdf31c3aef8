import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { EmptyState } from "@/components/page/EmptyState";
import { Pager } from "@/components/lists/Pager";
import { DeliveryTable } from "@/parts/deliveries/DeliveryTable";
import type { Delivery } from "@/parts/deliveries/types";
import { useCursorList } from "@/url/cursor";

const LIVE_MS = 3_000;

/** Where an event went. */
export function EventDeliveries({ event: id }: { event: string }) {
  const list = useCursorList<Delivery>({
    key: ["events", id, "deliveries", "list"],
    page: (api, query, init) => api.GET("/v1/events/{id}/deliveries", { ...init, params: { path: { id }, query } }),
    poll: LIVE_MS,
  });
  return (
    <Card title="Deliveries" flush actions={<AppLink to={`/attempts?event=${id}`}>All attempts</AppLink>}>
      <DeliveryTable
        caption="Deliveries of this event"
        of="event"
        list={list}
        empty={
          <EmptyState icon="deliveries" title="Not delivered">
            None of the tenant’s endpoints subscribed to this type when the event was accepted.
          </EmptyState>
        }
      />
      <Pager list={list} />
    </Card>
  );
}

import { Button } from "@mantine/core";
import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { useInvalidate, useWrite } from "@/api/hooks";
import { ConfirmButton } from "@/components/forms/Confirm";
import { Icon } from "@/components/inline/Icon";
import type { DeliveryDetail } from "@/parts/deliveries/types";
import { retryable, waitingLabel } from "@/parts/deliveries/words";

/** Whatever shows deliveries reads them again. */
const TOUCHED = [["deliveries"], ["dead-letters"], ["events"], ["overview"], ["endpoints"]] as const;

/** What a retry does not get past. */
const KEPT_BACK = ["endpoint_disabled", "plan", "ordering_key"];

/** What can be done about a delivery in its state. */
export function DeliveryActions({ delivery }: { delivery: DeliveryDetail }) {
  const { api } = useAccess();
  const { id, status, reason } = delivery;
  const invalidate = useInvalidate();
  const retry = useWrite((client, _: void) => client.POST("/v1/deliveries/{id}/retry", { params: { path: { id } } }), {
    invalidates: TOUCHED,
    done: ({ waiting }) => {
      if (waiting != null && KEPT_BACK.includes(waiting)) return `It waits all the same: ${waitingLabel(waiting).toLowerCase()}`;
      return status === "pending" ? "One more attempt is on its way" : "The delivery is pending again, with a fresh schedule";
    },
  });
  const cancel = async () => {
    await must(api.POST("/v1/deliveries/{id}/cancel", { params: { path: { id } } }));
    await invalidate(...TOUCHED);
  };
  const icon = <Icon name="retry" size={14} />;
  return (
    <>
      {status === "pending" && (
        <ConfirmButton
          label="Cancel delivery…"
          title="Cancel this delivery?"
          confirm="Cancel delivery"
          onConfirm={cancel}
        >
          No further attempt starts. The receiver does not get this event, unless the delivery is retried later.
        </ConfirmButton>
      )}
      {!retryable(reason) ? null : status === "succeeded" ? (
        <ConfirmButton
          label="Send again…"
          button={{ leftSection: icon }}
          title="Send it again?"
          confirm="Send again"
          danger={false}
          onConfirm={() => retry.mutateAsync()}
        >
          The receiver has answered this delivery with success. It gets it a second time, under the same id: one that drops
          repeats will do so. To have it done anew, replay the event.
        </ConfirmButton>
      ) : (
        <Button onClick={() => retry.mutate()} loading={retry.isPending} leftSection={icon}>
          {status === "pending" ? "Attempt now" : "Retry"}
        </Button>
      )}
    </>
  );
}

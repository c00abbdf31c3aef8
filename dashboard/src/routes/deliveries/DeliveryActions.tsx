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
  const { id, status, reason, test } = delivery;
  const invalidate = useInvalidate();
  const retry = useWrite((client, once: boolean) => client.POST("/v1/deliveries/{id}/retry", { params: { path: { id } }, body: once ? { schedule: "once" } : {} }), {
    invalidates: TOUCHED,
    done: ({ waiting }) => {
      if (waiting != null && KEPT_BACK.includes(waiting)) return `Still waiting: ${waitingLabel(waiting).toLowerCase()}`;
      return status === "pending" ? "One more attempt is starting" : "The delivery is pending again";
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
          No more attempts are made. The receiver does not get this event unless you retry the delivery later.
        </ConfirmButton>
      )}
      {!retryable(reason) || test ? null : status === "succeeded" ? (
        <ConfirmButton
          label="Send again…"
          button={{ leftSection: icon }}
          title="Send again?"
          confirm="Send again"
          danger={false}
          onConfirm={() => retry.mutateAsync(false)}
        >
          The receiver has already accepted this delivery. It is sent again with the same ID, so the receiver may ignore it
          as a duplicate. To have the event processed again, replay it.
        </ConfirmButton>
      ) : (
        <>
          {status !== "pending" && (
            <Button variant="default" onClick={() => retry.mutate(true)} loading={retry.isPending}>
              Retry once
            </Button>
          )}
          <Button onClick={() => retry.mutate(false)} loading={retry.isPending} leftSection={icon}>
            {status === "pending" ? "Attempt now" : "Retry"}
          </Button>
        </>
      )}
    </>
  );
}

import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { useInvalidate } from "@/api/hooks";
import { ConfirmButton } from "@/components/forms/Confirm";

/** Erases what an event tells, for good: for a payload that should not have been sent, or that somebody asks to be forgotten. */
export function ErasePayload({ id }: { id: string }) {
  const { api } = useAccess();
  const invalidate = useInvalidate();
  return (
    <ConfirmButton
      label="Erase payload…"
      button={{ className: "n-danger" }}
      title="Erase the payload?"
      confirm="Erase payload"
      typed="erase"
      onConfirm={async () => {
        await must(api.DELETE("/v1/events/{id}/payload", { params: { path: { id } } }));
        await invalidate(["events"], ["deliveries"], ["dead-letters"], ["overview"]);
      }}
    >
      The payload and all its request and response bodies are deleted. Pending deliveries are cancelled, and the
      event cannot be replayed. The record of its deliveries and the payload's hash stay. This cannot be undone.
    </ConfirmButton>
  );
}

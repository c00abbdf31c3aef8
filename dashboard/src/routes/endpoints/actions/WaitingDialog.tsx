import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { useRead, useWrite } from "@/api/hooks";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { plural } from "@/format/number";
import type { Endpoint } from "@/parts/endpoints/types";
import { Progress } from "./RecoverDialog";

interface Props {
  endpoint: Endpoint;
  opened: boolean;
  onClose: () => void;
}

/** Attempts everything now that waits for its next attempt at an endpoint, with the count beforehand. */
export function WaitingDialog({ endpoint, opened, onClose }: Props) {
  const [job, setJob] = useState<string | null>(null);
  const close = () => {
    setJob(null);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={<strong>Attempt all waiting deliveries now?</strong>} size="md">
      {job === null ? <Ask endpoint={endpoint} onStarted={setJob} onCancel={close} /> : <Progress job={job} onClose={close} />}
    </Modal>
  );
}

function Ask({ endpoint: { id, disabled }, onStarted, onCancel }: { endpoint: Endpoint; onStarted: (job: string) => void; onCancel: () => void }) {
  const path = { id };
  const counted = useRead(["endpoints", id, "waiting"], (api, init) =>
    api.POST("/v1/endpoints/{id}/recover", { ...init, params: { path }, body: { which: "pending", dry_run: true } }),
  );
  const start = useWrite(
    (api, _: void) => api.POST("/v1/endpoints/{id}/recover", { params: { path }, body: { which: "pending" } }),
    { quiet: true },
  );
  const count = counted.data?.count;
  const error = start.error ?? counted.error;
  return (
    <Stack gap="sm">
      <p style={{ margin: 0 }}>
        {count === undefined
          ? "Counting…"
          : count === 0
            ? "No delivery is waiting."
            : `${plural(count, "delivery is", "deliveries are")} waiting. Each gets one more attempt now. Their retry schedules stay as they are.`}
      </p>
      {disabled != null && disabled !== false && (
        <p className="n-muted" style={{ margin: 0 }}>
          The endpoint is paused. Nothing is attempted until you enable it.
        </p>
      )}
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button
          disabled={count === undefined || count === 0}
          loading={start.isPending}
          onClick={() => start.mutate(undefined, { onSuccess: ({ job }) => job != null && onStarted(job) })}
        >
          {count === undefined || count === 0 ? "Attempt now" : `Attempt ${count} now`}
        </Button>
      </Group>
    </Stack>
  );
}

import { Button, Group, Modal, Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { useInvalidate, useWrite } from "@/api/hooks";
import { serverNow } from "@/api/serverClock";
import { OnceBox } from "@/parts/deliveries/OnceBox";
import { JobProgress } from "@/components/blocks/JobProgress";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { LAST_DAY, sinceOf } from "@/parts/span/span";
import { SpanFields } from "@/parts/span/SpanFields";
import { type Recovery, RECOVERIES } from "./recovery";
import type { Endpoint } from "@/parts/endpoints/types";
import { ENDPOINT_TOUCHED } from "./usePause";

interface Props {
  endpoint: Endpoint;
  opened: boolean;
  onClose: () => void;
}

/** Sends an endpoint what it missed while it was down, or before it was there. */
export function RecoverDialog({ endpoint, opened, onClose }: Props) {
  const [job, setJob] = useState<string | null>(null);
  const close = () => {
    setJob(null);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={<strong>Recover events</strong>} size="md">
      {job === null ? (
        <Ask endpoint={endpoint} onStarted={setJob} onCancel={close} />
      ) : (
        <Progress job={job} onClose={close} />
      )}
    </Modal>
  );
}

export function Progress({ job, onClose }: { job: string; onClose: () => void }) {
  const invalidate = useInvalidate();
  return (
    <Stack gap="md">
      <JobProgress job={job} label="Recovering" onDone={() => void invalidate(...ENDPOINT_TOUCHED, ["dead-letters"], ["events"])} />
      <p className="n-muted" style={{ margin: 0 }}>
        This runs in the background. The deliveries appear under Deliveries.
      </p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}

function Ask({ endpoint, onStarted, onCancel }: { endpoint: Endpoint; onStarted: (job: string) => void; onCancel: () => void }) {
  const [span, setSpan] = useState(LAST_DAY);
  const [which, setWhich] = useState<Recovery>("dead");
  const [once, setOnce] = useState(false);
  const recover = useWrite(
    (api, body: { since: string; until?: string; which: Recovery; schedule?: "once" }) =>
      api.POST("/v1/endpoints/{id}/recover", { params: { path: { id: endpoint.id } }, body }),
    { quiet: true },
  );
  const range = sinceOf(span, serverNow());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const now = sinceOf(span, serverNow());
        if ("fault" in now || recover.isPending) return;
        recover.mutate({ ...now, which, ...(once ? { schedule: "once" as const } : {}) }, { onSuccess: ({ job }) => job != null && onStarted(job) });
      }}
    >
      <Stack gap="sm">
        <SpanFields value={span} onChange={setSpan} />
        <Radio.Group label="Which events" value={which} onChange={(value) => setWhich(value as Recovery)}>
          <Stack gap={8} mt={4}>
            {RECOVERIES.map(({ value, label, about }) => (
              <Radio key={value} value={value} label={label} description={about} />
            ))}
          </Stack>
        </Radio.Group>
        <OnceBox once={once} onChange={setOnce} />
        {endpoint.disabled && (
          <p className="n-muted" style={{ margin: 0 }}>
            The endpoint is paused. Recovered deliveries wait until you enable it.
          </p>
        )}
        {recover.error !== null && <ProblemAlert error={recover.error} title="The recovery could not be started" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={recover.isPending} disabled={"fault" in range}>
            Recover
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

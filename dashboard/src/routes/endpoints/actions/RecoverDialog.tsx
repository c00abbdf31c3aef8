import { Button, Group, Modal, Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { useInvalidate, useWrite } from "@/api/hooks";
import { serverNow } from "@/api/serverClock";
import { useWords } from "@/api/words";
import { OnceBox } from "@/parts/deliveries/OnceBox";
import { JobProgress } from "@/components/blocks/JobProgress";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { LAST_DAY, sinceOf } from "@/parts/span/span";
import { SpanFields } from "@/parts/span/SpanFields";
import { count } from "@/format/number";
import { fitting, type Recovery, RECOVERIES } from "./recovery";
import { useRecoveryCounts } from "./useRecoveryCounts";
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
  const say = useWords();
  const [span, setSpan] = useState(LAST_DAY);
  const [chosen, choose] = useState<Recovery | null>(null);
  const [once, setOnce] = useState(false);
  const recover = useWrite(
    (api, body: { since?: string; until?: string; which: Recovery; schedule?: "once" }) =>
      api.POST("/v1/endpoints/{id}/recover", { params: { path: { id: endpoint.id } }, body }),
    { quiet: true },
  );
  const range = sinceOf(span, serverNow());
  const { counts, ready } = useRecoveryCounts(endpoint.id, "fault" in range ? undefined : range, `${span.span} ${span.from} ${span.to}`);
  const which = chosen ?? fitting(counts);
  const pending = which === "pending";
  const nothing = counts[which] === 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const now = sinceOf(span, serverNow());
        if (recover.isPending || nothing) return;
        if ("fault" in now && !pending) return;
        const dated = pending || "fault" in now ? {} : now;
        recover.mutate(
          { ...dated, which, ...(once && !pending ? { schedule: "once" as const } : {}) },
          { onSuccess: ({ job }) => job != null && onStarted(job) },
        );
      }}
    >
      <Stack gap="sm">
        <SpanFields value={span} onChange={setSpan} />
        {/* Nothing is chosen for somebody before it is known what there is. */}
        <Radio.Group label="Which events" value={ready || chosen !== null ? which : ""} onChange={(value) => choose(value as Recovery)}>
          <Stack gap={8} mt={4}>
            {RECOVERIES.map(({ value, label, about }) => (
              <Radio
                key={value}
                value={value}
                label={
                  <>
                    {say(label)}{" "}
                    <span className="n-muted n-num">{counts[value] === undefined ? "" : count(counts[value])}</span>
                  </>
                }
                description={say(about)}
              />
            ))}
          </Stack>
        </Radio.Group>
        {!pending && <OnceBox once={once} onChange={setOnce} />}
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
          <Button type="submit" loading={recover.isPending} disabled={(!ready && chosen === null) || ("fault" in range && !pending) || nothing}>
            Recover
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

import { Button, Group, Modal, Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "@/api/hooks";
import { Icon } from "@/components/inline/Icon";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { plural } from "@/format/number";
import { OnceBox } from "@/parts/deliveries/OnceBox";
import { EndpointSelect } from "@/parts/endpoints/EndpointSelect";
import type { EventRecord } from "@/parts/events/types";

/** What shows deliveries reads them again. */
export const TOUCHED_BY_REPLAY = [["events"], ["deliveries"], ["overview"]] as const;

/** Sends an event once more: to all that it went to, or to one endpoint of its tenant. */
export function Replay({ event }: { event: EventRecord }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button onClick={() => setOpened(true)} leftSection={<Icon name="retry" size={14} />}>
        Replay…
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title={<strong>Replay this event</strong>}>
        <ReplayForm event={event} onClose={() => setOpened(false)} />
      </Modal>
    </>
  );
}

function ReplayForm({ event, onClose }: { event: EventRecord; onClose: () => void }) {
  const { id, tenant, deliveries } = event;
  const [to, setTo] = useState<"all" | "one">(deliveries === 0 ? "one" : "all");
  const [endpoint, setEndpoint] = useState<string | null>(null);
  const [once, setOnce] = useState(false);
  const replay = useWrite(
    (api, one: string | null) =>
      api.POST("/v1/events/{id}/replay", {
        params: { path: { id } },
        body: { ...(one === null ? {} : { endpoint: one }), ...(once ? { schedule: "once" } : {}) },
      }),
    {
      invalidates: TOUCHED_BY_REPLAY,
      quiet: true,
      done: ({ deliveries }) =>
        deliveries.length === 0 ? "All of its endpoints were deleted" : `${plural(deliveries.length, "new delivery", "new deliveries")}`,
    },
  );
  const ready = to === "all" || endpoint !== null;
  return (
    <form
      onSubmit={(submitted) => {
        submitted.preventDefault();
        if (ready && !replay.isPending) replay.mutate(to === "all" ? null : endpoint, { onSuccess: onClose });
      }}
    >
      <Stack gap="sm">
        <p className="n-muted" style={{ margin: 0 }}>
          A replay creates new deliveries with new IDs, so receivers process the event again.
        </p>
        <Radio.Group label="Send it" value={to} onChange={(value) => setTo(value as "all" | "one")}>
          <Stack gap={8} mt={6}>
            <Radio value="all" label="to every endpoint that it was sent to" data-autofocus />
            <Radio value="one" label="to one endpoint, even if it was never sent there" />
          </Stack>
        </Radio.Group>
        {to === "one" && (
          <EndpointSelect label="Endpoint" placeholder="Choose one" tenant={tenant} value={endpoint} onChange={setEndpoint} />
        )}
        <OnceBox once={once} onChange={setOnce} />
        {replay.error !== null && <ProblemAlert error={replay.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={replay.isPending} disabled={!ready}>
            Replay
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

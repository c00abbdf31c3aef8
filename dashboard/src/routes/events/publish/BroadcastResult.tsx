import { Button, Group, Stack } from "@mantine/core";
import { useCallback } from "react";
import { useInvalidate } from "@/api/hooks";
import { JobProgress } from "@/components/blocks/JobProgress";

interface Props {
  job: string;
  onAgain: () => void;
  onClose: () => void;
}

/** How many tenants have an event that goes to all of them. It goes on when this is closed. */
export function BroadcastResult({ job, onAgain, onClose }: Props) {
  const invalidate = useInvalidate();
  const onDone = useCallback(() => void invalidate(["events"], ["deliveries"], ["overview"]), [invalidate]);
  return (
    <Stack gap="md">
      <JobProgress job={job} label="Sending to tenants" onDone={onDone} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button onClick={onAgain}>Send another</Button>
      </Group>
    </Stack>
  );
}

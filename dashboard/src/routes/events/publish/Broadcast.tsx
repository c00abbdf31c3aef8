import { Autocomplete, Button, Group, Radio, Stack, TextInput } from "@mantine/core";
import { useCallback, useState } from "react";
import { useAccess } from "@/api/access";
import { useInvalidate, useWrite } from "@/api/hooks";
import { asBody } from "@/api/rawJson";
import type { components } from "@/api/schema";
import { JobProgress } from "@/components/blocks/JobProgress";
import { ConfirmDialog } from "@/components/forms/Confirm";
import { JsonInput } from "@/components/forms/JsonInput";
import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { useTypeNames } from "@/parts/suggestions/suggestions";
import { useJobInAddress, useSetSearch } from "@/url/hooks";
import { audience, type BroadcastDraft, broadcastBody, broadcastFaults, EMPTY_BROADCAST } from "./broadcast";
import { MoreFields } from "./MoreFields";
import { type Draft, isInPlace, JSON_MEMBERS, serverFaults } from "./publication";
import { useExample } from "./useExample";

const WHERE = "/where/metadata";

/** One event for many tenants: what it says and whom it is for, then how far it has got. */
export default function BroadcastScreen() {
  const job = useJobInAddress();
  return (
    <>
      <PageHeader title="Broadcast" up={{ to: "/events", label: "Events" }}>
        Publishes one event to all tenants, or to some of them. Each gets an event of its own.
      </PageHeader>
      {job === undefined ? <Write /> : <Progress key={job} job={job} />}
    </>
  );
}

function Progress({ job }: { job: string }) {
  const setSearch = useSetSearch();
  const invalidate = useInvalidate();
  const [over, setOver] = useState(false);
  const onDone = useCallback(() => {
    setOver(true);
    void invalidate(["events"], ["deliveries"], ["overview"]);
  }, [invalidate]);
  return (
    <Card title="Progress">
      <Stack gap="md">
        <JobProgress job={job} label="Publishing to tenants" onDone={onDone} />
        <p className="n-muted" style={{ margin: 0 }}>
          This runs in the background, also if you leave this page. The events appear under{" "}
          <AppLink to="/events">Events</AppLink>.
        </p>
        {over && (
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setSearch(({ job: _, ...rest }) => rest)}>
              New broadcast
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}

function Write() {
  const { canWrite } = useAccess();
  const setSearch = useSetSearch();
  const types = useTypeNames();
  const [draft, setDraft] = useState<BroadcastDraft>(EMPTY_BROADCAST);
  const [tried, setTried] = useState(false);
  const [asking, setAsking] = useState(false);
  useExample(draft, types, setDraft);
  const start = useWrite(
    (api, body: string) => api.POST("/v1/events/broadcast", asBody<components["schemas"]["NewBroadcast"]>(body)),
    { quiet: true, onDone: ({ job }) => setSearch((search) => ({ ...search, job })) },
  );
  const own = broadcastFaults(draft);
  const refused = start.error === null ? {} : serverFaults(start.error);
  const faults = start.error?.faults ?? [];
  const change = (name: Exclude<keyof BroadcastDraft, "to">) => (value: string) => {
    start.reset();
    setDraft({ ...draft, [name]: value });
  };
  const field = (name: Exclude<keyof Draft, "tenant">) => ({
    value: draft[name],
    error: (tried ? own[name] : undefined) ?? refused[name],
    onChange: change(name),
  });
  const input = (name: Exclude<keyof Draft, "tenant">) => ({
    ...field(name),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => change(name)(event.currentTarget.value),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (Object.keys(own).length === 0) setAsking(true);
      }}
    >
      <Stack gap="md">
        <Card title="Tenants">
          <Stack gap="sm">
            <Radio.Group
              aria-label="Tenants"
              value={draft.to}
              onChange={(to) => {
                start.reset();
                setDraft({ ...draft, to: to as BroadcastDraft["to"] });
              }}
            >
              <Stack gap={8}>
                <Radio value="all" label="All tenants" description="Every tenant that exists when it starts." />
                <Radio value="some" label="Tenants with certain metadata" description="All of the members that you enter have to match." />
              </Stack>
            </Radio.Group>
            {draft.to === "some" && (
              <JsonInput
                label="Metadata of the tenants"
                description='A JSON object, such as {"region": "eu"}.'
                value={draft.where}
                onChange={change("where")}
                faults={faults}
                root={WHERE}
                optional={!tried}
                minRows={2}
              />
            )}
          </Stack>
        </Card>
        <Card title="Event">
          <Stack gap="sm">
            <Autocomplete label="Event type" withAsterisk data={types} limit={12} maw={420} {...field("type")} />
            <JsonInput
              label="Payload"
              description="JSON. It is sent exactly as you enter it."
              value={draft.data}
              onChange={change("data")}
              faults={faults}
              root="/data"
              optional={!tried}
              minRows={8}
            />
            <Group gap="sm" grow align="flex-start">
              <TextInput label="Source ID" description="Your own ID. A tenant that has an event with it is left out." {...input("id")} />
              <TextInput label="Ordering key" description="Events with the same key are delivered in order." {...input("ordering_key")} />
            </Group>
            <MoreFields draft={draft} change={change} input={input} faults={faults} />
          </Stack>
        </Card>
        {start.error !== null && !isInPlace(start.error, [...JSON_MEMBERS, WHERE]) && (
          <ProblemAlert error={start.error} title="The broadcast could not be started" />
        )}
        <Group justify="flex-end">
          <Button type="submit" disabled={!canWrite}>
            Broadcast…
          </Button>
        </Group>
      </Stack>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title="Start the broadcast?"
        confirm="Start broadcast"
        danger={false}
        onConfirm={() => start.mutateAsync(broadcastBody(draft))}
      >
        <span className="n-wrap">
          <code className="n-mono">{draft.type.trim()}</code> is published to {audience(draft)}. Events that were published are
          delivered, even if you cancel the rest.
        </span>
      </ConfirmDialog>
    </form>
  );
}

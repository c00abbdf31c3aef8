import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useCallback, useState } from "react";
import { useAccess } from "@/api/access";
import { useInvalidate, useWrite } from "@/api/hooks";
import { serverNow } from "@/api/serverClock";
import { JobProgress } from "@/components/blocks/JobProgress";
import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { plural } from "@/format/number";
import { OnceBox } from "@/parts/deliveries/OnceBox";
import { LAST_DAY } from "@/parts/span/span";
import { SpanFields } from "@/parts/span/SpanFields";
import { TenantInput } from "@/parts/suggestions/TenantInput";
import { useJobInAddress, useSetSearch } from "@/url/hooks";
import { TOUCHED_BY_REPLAY } from "./Replay";
import { replayBody, type ReplayBody, type ReplayDraft } from "./replayMany";

/** Events of a period again: which, how many deliveries that makes, then how far it has got. */
export default function ReplayManyScreen() {
  const job = useJobInAddress();
  return (
    <>
      <PageHeader title="Replay events" up={{ to: "/events", label: "Events" }}>
        Sends the events of a period again, each to every endpoint that received it.
      </PageHeader>
      {job === undefined ? <Choose /> : <Progress key={job} job={job} />}
    </>
  );
}

function Progress({ job }: { job: string }) {
  const setSearch = useSetSearch();
  const invalidate = useInvalidate();
  const [over, setOver] = useState(false);
  const onDone = useCallback(() => {
    setOver(true);
    void invalidate(...TOUCHED_BY_REPLAY);
  }, [invalidate]);
  return (
    <Card title="Progress">
      <Stack gap="md">
        <JobProgress job={job} label="Replaying" onDone={onDone} />
        <p className="n-muted" style={{ margin: 0 }}>
          This runs in the background, also if you leave this page. The deliveries appear under{" "}
          <AppLink to="/deliveries">Deliveries</AppLink>.
        </p>
        {over && (
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setSearch(({ job: _, ...rest }) => rest)}>
              New replay
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}

function Choose() {
  const { isOperator, canWrite } = useAccess();
  const setSearch = useSetSearch();
  const [draft, setDraft] = useState<ReplayDraft>({ span: LAST_DAY, tenant: "", types: "", once: false });
  /** What was counted: it is what is replayed. */
  const [plan, setPlan] = useState<{ body: ReplayBody; count: number } | null>(null);
  const count = useWrite((api, body: ReplayBody) => api.POST("/v1/events/replay", { body: { ...body, dry_run: true } }), { quiet: true });
  const start = useWrite((api, body: ReplayBody) => api.POST("/v1/events/replay", { body }), { quiet: true });
  const change = (next: Partial<ReplayDraft>) => {
    setDraft({ ...draft, ...next });
    setPlan(null);
    count.reset();
    start.reset();
  };
  const error = start.error ?? count.error;
  const incomplete = "fault" in replayBody(draft, serverNow());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (count.isPending || start.isPending) return;
        if (plan !== null) {
          start.mutate(plan.body, { onSuccess: ({ job }) => job != null && setSearch((search) => ({ ...search, job })) });
          return;
        }
        const body = replayBody(draft, serverNow());
        if (!("fault" in body)) count.mutate(body, { onSuccess: (answer) => setPlan({ body, count: answer.count }) });
      }}
    >
      <Card>
        <Stack gap="sm" maw={560}>
          <SpanFields value={draft.span} onChange={(span) => change({ span })} />
          {isOperator && (
            <TenantInput
              label="Tenant"
              description="Leave empty for all tenants."
              value={draft.tenant}
              onChange={(tenant) => change({ tenant })}
            />
          )}
          <TextInput
            label="Event types"
            description="Such as order.paid or order.*, separated by commas. Leave empty for all types."
            value={draft.types}
            onChange={(event) => change({ types: event.currentTarget.value })}
          />
          <OnceBox once={draft.once} onChange={(once) => change({ once })} />
          <p className="n-muted" style={{ margin: 0 }}>
            Each replay is a new delivery, so receivers process the event again. Events with a pending delivery to an endpoint are
            not sent there again.
          </p>
          {plan !== null && (
            <p role="status" style={{ margin: 0 }}>
              {plan.count === 0 ? "Nothing was sent in that period." : `${plural(plan.count, "delivery", "deliveries")} will be made.`}
            </p>
          )}
          {error !== null && <ProblemAlert error={error} title="The replay could not be started" />}
          <Group justify="flex-end" gap="xs">
            {plan === null ? (
              <Button type="submit" loading={count.isPending} disabled={incomplete || !canWrite}>
                Count deliveries
              </Button>
            ) : (
              <Button type="submit" loading={start.isPending} disabled={plan.count === 0}>
                {`Replay ${plural(plan.count, "delivery", "deliveries")}`}
              </Button>
            )}
          </Group>
        </Stack>
      </Card>
    </form>
  );
}

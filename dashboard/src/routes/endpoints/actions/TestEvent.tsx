import { Autocomplete, Button, Stack } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "@/api/hooks";
import { asBody, rawJson } from "@/api/rawJson";
import { Icon } from "@/components/inline/Icon";
import { JsonInput, jsonFault } from "@/components/forms/JsonInput";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { useTypeNames } from "@/parts/suggestions/suggestions";
import { TestResult } from "./TestResult";
import type { components } from "@/api/schema";

type Test = components["schemas"]["Test"];

/** What a test has unless told otherwise. */
const TEST_TYPE = "webhook.test";

/** Sends a test event to an endpoint and shows what it answers, right here. */
export function TestEvent({ endpoint: id }: { endpoint: string }) {
  const types = useTypeNames();
  const [type, setType] = useState("");
  const [data, setData] = useState("");
  const [delivery, setDelivery] = useState<string | null>(null);
  const send = useWrite(
    (api, text: string) => api.POST("/v1/endpoints/{id}/test", { params: { path: { id } }, ...asBody<Test>(text) }),
    { invalidates: [["deliveries"], ["endpoints", id]], quiet: true },
  );
  const submit = () => {
    if (jsonFault(data, true) !== null || send.isPending) return;
    setDelivery(null);
    send.mutate(rawJson(type.trim() === "" ? {} : { type: type.trim() }, { data }), {
      onSuccess: ({ delivery: made }) => setDelivery(made),
    });
  };
  const typeFault = send.error?.faults.find(({ pointer }) => pointer === "/type")?.detail;
  return (
    <Stack gap="md">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="sm">
          <p className="n-muted" style={{ margin: 0 }}>
            Sends one signed request, whatever the endpoint’s filter, even while it is paused. Tests do not count in
            statistics.
          </p>
          <Autocomplete
            label="Event type"
            placeholder={TEST_TYPE}
            data={[...new Set([TEST_TYPE, ...types])]}
            limit={12}
            value={type}
            error={typeFault}
            onChange={setType}
          />
          <JsonInput
            label="Payload"
            description="Leave empty to send a sample."
            optional
            minRows={3}
            value={data}
            root="/data"
            faults={send.error?.faults ?? []}
            onChange={setData}
          />
          {send.error !== null && send.error.faults.length === 0 && <ProblemAlert error={send.error} title="Could not send the test" />}
          <Button type="submit" w="fit-content" loading={send.isPending} leftSection={<Icon name="test" size={14} />}>
            {delivery === null ? "Send test event" : "Send another"}
          </Button>
        </Stack>
      </form>
      {delivery !== null && <TestResult key={delivery} delivery={delivery} />}
    </Stack>
  );
}

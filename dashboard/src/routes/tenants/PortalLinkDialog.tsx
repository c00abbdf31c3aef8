import { Button, Group, Modal, Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "@/api/hooks";
import type { PortalSession } from "@/api/types";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { SecretOnce } from "@/components/forms/SecretOnce";
import { TimeText } from "@/components/inline/TimeText";

interface Props {
  tenant: string;
  opened: boolean;
  onClose: () => void;
}

/** A link by which a tenant's people look after their own endpoints. */
export function PortalLinkDialog({ tenant, opened, onClose }: Props) {
  const [session, setSession] = useState<PortalSession | null>(null);
  const close = () => {
    setSession(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      closeOnClickOutside={session === null}
      closeOnEscape={session === null}
      title={<strong>Portal link for {tenant}</strong>}
      size="md"
    >
      {session === null ? <Ask tenant={tenant} onMade={setSession} onCancel={close} /> : <Made session={session} onDone={close} />}
    </Modal>
  );
}

function Ask({ tenant, onMade, onCancel }: { tenant: string; onMade: (session: PortalSession) => void; onCancel: () => void }) {
  const [scope, setScope] = useState<"full" | "read">("full");
  const make = useWrite(
    (api, wanted: "full" | "read") =>
      api.POST("/v1/tenants/{tenant}/portal-sessions", { params: { path: { tenant } }, body: { scope: wanted } }),
    { quiet: true },
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!make.isPending) make.mutate(scope, { onSuccess: onMade });
      }}
    >
      <Stack gap="sm">
        <p style={{ margin: 0 }}>
          Anyone with the link can access this tenant for an hour. Your application can create links with{" "}
          <code className="n-mono">POST /v1/tenants/{tenant}/portal-sessions</code>.
        </p>
        <Radio.Group label="Access" value={scope} onChange={(value) => setScope(value as "full" | "read")}>
          <Stack gap={8} mt={4}>
            <Radio value="full" label="Full access" description="Add endpoints, rotate secrets and retry deliveries." />
            <Radio value="read" label="Read-only" description="View endpoints, deliveries and events." />
          </Stack>
        </Radio.Group>
        {make.error !== null && <ProblemAlert error={make.error} title="Could not create the link" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={make.isPending}>
            Create link
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Made({ session, onDone }: { session: PortalSession; onDone: () => void }) {
  return (
    <Stack gap="sm">
      <SecretOnce label="Portal link" secret={session.url} hint="It works like a key of this tenant. Send it only to them." onDone={onDone} />
      <Group justify="space-between">
        <a className="n-link" href={session.url} target="_blank" rel="noreferrer">
          Open in a new tab
        </a>
        <span className="n-muted n-small">
          Ends <TimeText toCome at={session.expires_at} />
        </span>
      </Group>
    </Stack>
  );
}

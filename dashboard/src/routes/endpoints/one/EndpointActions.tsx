import { ActionIcon, Button, Drawer, Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { useInvalidate } from "@/api/hooks";
import { ConfirmDialog } from "@/components/forms/Confirm";
import { Icon } from "@/components/inline/Icon";
import { visible } from "@/format/text";
import { RecoverDialog } from "@/routes/endpoints/actions/RecoverDialog";
import { RotateSecretDialog } from "@/routes/endpoints/actions/RotateSecretDialog";
import { TestFilter } from "@/routes/endpoints/actions/TestFilter";
import { TestEvent } from "@/routes/endpoints/actions/TestEvent";
import { WaitingDialog } from "@/routes/endpoints/actions/WaitingDialog";
import type { Endpoint } from "@/parts/endpoints/types";
import { ENDPOINT_TOUCHED, usePause } from "@/routes/endpoints/actions/usePause";

type Asked = "test" | "filter" | "pause" | "rotate" | "waiting" | "recover" | "delete" | null;

/** What can be done with an endpoint. */
export function EndpointActions({ endpoint }: { endpoint: Endpoint }) {
  const { canWrite } = useAccess();
  const [asked, ask] = useState<Asked>(null);
  const close = () => ask(null);
  if (!canWrite) return null;
  return (
    <>
      <Button onClick={() => ask("test")} leftSection={<Icon name="test" size={14} />}>
        Send test event
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label="More actions">
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!endpoint.disabled && (
            <Menu.Item leftSection={<Icon name="pause" />} onClick={() => ask("pause")}>
              Pause…
            </Menu.Item>
          )}
          <Menu.Item leftSection={<Icon name="search" />} onClick={() => ask("filter")}>
            Test filter…
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="retry" />} onClick={() => ask("waiting")}>
            Attempt all waiting now…
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="retry" />} onClick={() => ask("recover")}>
            Recover events…
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="key" />} onClick={() => ask("rotate")}>
            Rotate secret…
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="trash" />} color="red" onClick={() => ask("delete")}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Drawer opened={asked === "test"} onClose={close} position="right" size={520} title={<strong>Send a test event</strong>}>
        <TestEvent endpoint={endpoint.id} />
      </Drawer>
      <Drawer opened={asked === "filter"} onClose={close} position="right" size={520} title={<strong>Test the filter</strong>}>
        <TestFilter endpoint={endpoint} />
      </Drawer>
      <PauseDialog endpoint={endpoint} opened={asked === "pause"} onClose={close} />
      <WaitingDialog endpoint={endpoint} opened={asked === "waiting"} onClose={close} />
      <RecoverDialog endpoint={endpoint} opened={asked === "recover"} onClose={close} />
      <RotateSecretDialog endpoint={endpoint} opened={asked === "rotate"} onClose={close} />
      <DeleteDialog endpoint={endpoint} opened={asked === "delete"} onClose={close} />
    </>
  );
}

interface DialogProps {
  endpoint: Endpoint;
  opened: boolean;
  onClose: () => void;
}

function PauseDialog({ endpoint, opened, onClose }: DialogProps) {
  const pause = usePause(endpoint);
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title="Pause this endpoint?"
      confirm="Pause endpoint"
      danger={false}
      onConfirm={() => pause.mutateAsync(true)}
    >
      Nothing is sent until you enable it again. New events wait as pending deliveries until then. Test events still
      work.
    </ConfirmDialog>
  );
}

function DeleteDialog({ endpoint, opened, onClose }: DialogProps) {
  const { api, base } = useAccess();
  const navigate = useNavigate();
  const invalidate = useInvalidate();
  const remove = async () => {
    await must(api.DELETE("/v1/endpoints/{id}", { params: { path: { id: endpoint.id } } }));
    await navigate({ to: `${base}/endpoints` });
    await invalidate(...ENDPOINT_TOUCHED);
  };
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title="Delete this endpoint?"
      confirm="Delete endpoint"
      typed="delete"
      onConfirm={remove}
    >
      <p style={{ margin: "0 0 8px" }} className="n-mono n-wrap">
        {visible(endpoint.url)}
      </p>
      Its pending deliveries are cancelled, and it receives no more events. Its history stays. This cannot be undone.
      To stop deliveries for a while, pause it instead.
    </ConfirmDialog>
  );
}

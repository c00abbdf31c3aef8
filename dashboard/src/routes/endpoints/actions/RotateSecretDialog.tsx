import { Button, Group, Modal, Select, Stack } from "@mantine/core";
import { useState } from "react";
import { useWrite } from "@/api/hooks";
import { useWords } from "@/api/words";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { SecretOnce } from "@/components/forms/SecretOnce";
import { SecretField } from "@/routes/endpoints/form/SecretField";
import { signing } from "./rotation";
import type { Endpoint, Rotated } from "@/parts/endpoints/types";
import { useSecretIsCustomers } from "@/routes/endpoints/form/useSecretIsCustomers";

interface Props {
  endpoint: Endpoint;
  opened: boolean;
  onClose: () => void;
}

const OVERLAPS = [
  { value: "0", label: "No overlap: use the new secret at once" },
  { value: "3600", label: "1 hour" },
  { value: "86400", label: "24 hours" },
  { value: "604800", label: "7 days" },
  { value: "2592000", label: "30 days" },
];

/** Gives an endpoint a new secret, and time to take it over. */
export function RotateSecretDialog({ opened, onClose, endpoint }: Props) {
  const [rotated, setRotated] = useState<Rotated | null>(null);
  const close = () => {
    setRotated(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      // A click beside it must not lose a secret that cannot be read again.
      closeOnClickOutside={rotated === null}
      closeOnEscape={rotated === null}
      title={<strong>{rotated === null ? "Rotate the signing secret" : "The new signing secret"}</strong>}
      size="md"
    >
      {rotated === null ? <Rotate endpoint={endpoint} onRotated={setRotated} onCancel={close} /> : <New rotated={rotated} onDone={close} />}
    </Modal>
  );
}

function Rotate({ endpoint, onRotated, onCancel }: { endpoint: Endpoint; onRotated: (rotated: Rotated) => void; onCancel: () => void }) {
  const say = useWords();
  const [overlap, setOverlap] = useState("86400");
  const [secret, setSecret] = useState("");
  const [tried, setTried] = useState(false);
  const customers = useSecretIsCustomers(endpoint.dialect ?? "");
  const rotate = useWrite(
    (api, body: { overlap_seconds: number; secret?: string }) =>
      api.POST("/v1/endpoints/{id}/rotate-secret", { params: { path: { id: endpoint.id } }, body }),
    { invalidates: [["endpoints", endpoint.id]], quiet: true },
  );
  const fault = rotate.error?.faults.find(({ pointer }) => pointer === "/secret")?.detail;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (rotate.isPending || (customers && secret === "")) return;
        rotate.mutate({ overlap_seconds: Number(overlap), ...(secret === "" ? {} : { secret }) }, { onSuccess: onRotated });
      }}
    >
      <Stack gap="sm">
        <p style={{ margin: 0 }}>
          Give the receiver the new secret before the old one expires. Which secret signs in the meantime depends on
          the dialect, and is shown after you rotate.
        </p>
        <Select
          label="Keep the old secret for"
          allowDeselect={false}
          data={OVERLAPS}
          value={overlap}
          data-autofocus
          onChange={(value) => setOverlap(value ?? "86400")}
        />
        <SecretField
          label="Your own secret"
          description={
            customers
              ? say("This dialect needs a secret from you: 8 to 256 printable characters. Configure the same secret at the receiver.")
              : "Leave empty to generate one. 8 to 256 printable characters."
          }
          required={customers || (fault !== undefined && secret === "")}
          value={secret}
          error={fault ?? (tried && customers && secret === "" ? "Enter the new secret" : undefined)}
          onChange={(next) => {
            rotate.reset();
            setSecret(next);
          }}
        />
        {rotate.error !== null && fault === undefined && <ProblemAlert error={rotate.error} title="Could not rotate the secret" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={rotate.isPending}>
            Rotate secret
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function New({ rotated, onDone }: { rotated: Rotated; onDone: () => void }) {
  return (
    <Stack gap="sm">
      <p style={{ margin: 0 }} role="status">
        {signing(rotated)}
      </p>
      <SecretOnce label="Signing secret" secret={rotated.secret} hint="Configure it at the receiver to verify signatures." onDone={onDone} />
    </Stack>
  );
}

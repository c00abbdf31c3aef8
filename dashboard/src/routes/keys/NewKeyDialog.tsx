import { Button, Group, Modal, Radio, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { fieldErrors } from "@/api/error";
import { useWrite } from "@/api/hooks";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { SecretOnce } from "@/components/forms/SecretOnce";
import { TenantInput } from "@/parts/suggestions/TenantInput";
import { type KeyDraft, keyFaults, type Kind, LIVES, type NewKey, newKey, SCOPES } from "./key";

/** Makes a key and shows it, once. */
export function NewKeyDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    setSecret(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      // A click beside it must not lose a key that cannot be read again.
      closeOnClickOutside={secret === null}
      closeOnEscape={secret === null}
      title={<strong>{secret === null ? "New key" : "The new key"}</strong>}
      size="md"
    >
      {secret === null ? (
        <Form onMade={setSecret} onCancel={close} />
      ) : (
        <SecretOnce
          label="API key"
          secret={secret}
          hint="Send it as “Authorization: Bearer …”. Store it with your other secrets."
          onDone={close}
        />
      )}
    </Modal>
  );
}

function Form({ onMade, onCancel }: { onMade: (key: string) => void; onCancel: () => void }) {
  const { isAdmin } = useAccess();
  const kind: Kind = isAdmin ? "project" : "tenant";
  const [draft, setDraft] = useState<KeyDraft>({
    name: "",
    kind,
    scope: SCOPES[kind][0]?.value ?? "full",
    tenant: "",
    life: "never",
    day: "",
  });
  const [tried, setTried] = useState(false);
  const make = useWrite((api, body: NewKey) => api.POST("/v1/keys", { body }), { invalidates: [["keys"]], quiet: true });
  const refused = make.error === null ? {} : fieldErrors(make.error);
  const own = keyFaults(draft, Date.now());
  const fault = (name: keyof KeyDraft) => (tried ? own[name] : undefined) ?? refused[name];
  const edit = (change: Partial<KeyDraft>) => {
    make.reset();
    setDraft((now) => ({ ...now, ...change }));
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (Object.keys(own).length > 0 || make.isPending) return;
        make.mutate(newKey(draft, Date.now()), { onSuccess: ({ key }) => key != null && onMade(key) });
      }}
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          withAsterisk
          description="Such as the application that will use it."
          placeholder="Checkout service"
          data-autofocus
          maxLength={200}
          autoComplete="off"
          value={draft.name}
          error={fault("name")}
          onChange={(event) => edit({ name: event.currentTarget.value })}
        />
        {isAdmin && (
          <div>
            <p id="key-kind" style={{ margin: "0 0 4px", fontWeight: 500, fontSize: "0.8125rem" }}>
              For
            </p>
            <SegmentedControl
              aria-labelledby="key-kind"
              value={draft.kind}
              onChange={(value) => edit({ kind: value as Kind, scope: SCOPES[value as Kind][0]?.value ?? "full" })}
              data={[
                { value: "project", label: "The project" },
                { value: "tenant", label: "One tenant" },
              ]}
            />
          </div>
        )}
        {draft.kind === "tenant" && (
          <TenantInput
            label="Tenant"
            withAsterisk
            value={draft.tenant}
            error={fault("tenant")}
            onChange={(tenant) => edit({ tenant })}
          />
        )}
        <Radio.Group label="Scope" value={draft.scope} error={fault("scope")} onChange={(scope) => edit({ scope })}>
          <Stack gap={8} mt={4}>
            {SCOPES[draft.kind].map(({ value, label, about }) => (
              <Radio key={value} value={value} label={label} description={about} />
            ))}
          </Stack>
        </Radio.Group>
        <Group gap="sm" grow align="flex-start">
          <Select
            label="Expires"
            allowDeselect={false}
            data={LIVES.map(({ value, label }) => ({ value, label }))}
            value={draft.life}
            error={refused.expires_at}
            onChange={(life) => edit({ life: life ?? "never" })}
          />
          {draft.life === "date" && (
            <TextInput
              label="Last day"
              type="date"
              value={draft.day}
              error={fault("day")}
              onChange={(event) => edit({ day: event.currentTarget.value })}
            />
          )}
        </Group>
        {make.error !== null && Object.keys(refused).length === 0 && <ProblemAlert error={make.error} title="Could not create the key" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={make.isPending}>
            Create key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

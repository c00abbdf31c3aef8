import { Autocomplete, Button, Group, Modal, Skeleton, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { useRead, useWrite } from "@/api/hooks";
import { asBody, rawJson } from "@/api/rawJson";
import { jsonFault, JsonInput } from "@/components/forms/JsonInput";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { memberText, pretty } from "@/format/json";
import { useTenantSearch } from "@/parts/suggestions/tenantSearch";
import { idFault, type TenantDraft } from "./tenant";
import { type Tenant, TENANT_TOUCHED, type TenantChange } from "./types";

interface Props {
  opened: boolean;
  onClose: () => void;
  /** The one to change; a new one without. */
  tenant?: Tenant;
}

/** Makes a tenant, or changes what is known of one. */
export function TenantDialog({ opened, onClose, tenant }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={<strong>{tenant === undefined ? "Add tenant" : `Edit ${tenant.id}`}</strong>} size="md">
      {tenant === undefined ? (
        <Form draft={{ id: "", uid: "", name: "", plan: "", metadata: "" }} onClose={onClose} />
      ) : (
        <Existing tenant={tenant} onClose={onClose} />
      )}
    </Modal>
  );
}

/** Metadata is edited as its text, so that nothing of it changes by being looked at. */
function Existing({ tenant, onClose }: { tenant: Tenant; onClose: () => void }) {
  const { id } = tenant;
  const read = useRead(["tenants", id, "text"], (api, init) =>
    api.GET("/v1/tenants/{tenant}", { ...init, params: { path: { tenant: id } }, parseAs: "text" }),
  );
  if (read.error !== null) return <ProblemAlert error={read.error} retry={() => void read.refetch()} />;
  if (read.data === undefined || read.isFetching) return <Skeleton height={240} />;
  const metadata = memberText(read.data as string, "metadata") ?? "{}";
  return (
    <Form
      existing
      draft={{ id, uid: tenant.uid ?? "", name: tenant.name ?? "", plan: tenant.plan ?? "", metadata: metadata === "{}" ? "" : pretty(metadata) }}
      onClose={onClose}
    />
  );
}

function Form({ draft: initial, existing = false, onClose }: { draft: TenantDraft; existing?: boolean; onClose: () => void }) {
  const { base, project } = useAccess();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(initial);
  const [tried, setTried] = useState(false);
  const id = draft.id.trim();
  const names = useTenantSearch(id).ids;
  const save = useWrite(
    (api, text: string) => api.PUT("/v1/tenants/{tenant}", { params: { path: { tenant: id } }, ...asBody<TenantChange>(text) }),
    { invalidates: TENANT_TOUCHED, done: "Tenant saved", quiet: true },
  );
  const fault = (pointer: string) => save.error?.faults.find((one) => one.pointer === pointer)?.detail;
  const wrongId = existing ? null : (idFault(id) ?? (names.includes(id) ? `${id} already exists` : null));
  const submit = () => {
    setTried(true);
    if (wrongId !== null || jsonFault(draft.metadata, true) !== null || save.isPending) return;
    const orNull = (text: string) => (text.trim() === "" ? null : text.trim());
    const metadata = draft.metadata.trim() === "" ? "null" : draft.metadata;
    save.mutate(rawJson({ uid: orNull(draft.uid), name: orNull(draft.name), plan: orNull(draft.plan) }, { metadata }), {
      onSuccess: () => {
        onClose();
        if (!existing) void navigate({ to: `${base}/tenants/${encodeURIComponent(id)}` });
      },
    });
  };
  const edit = (change: Partial<TenantDraft>) => {
    save.reset();
    setDraft((now) => ({ ...now, ...change }));
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="sm">
        {!existing && (
          <TextInput
            label="ID"
            withAsterisk
            description="The customer’s ID in your own system. You cannot change it later."
            data-autofocus
            autoComplete="off"
            value={draft.id}
            error={tried && wrongId !== null ? wrongId : undefined}
            onChange={(event) => edit({ id: event.currentTarget.value })}
          />
        )}
        <TextInput
          label="UID"
          description="Another ID of your own, which you can change. The API accepts it wherever the ID is."
          autoComplete="off"
          value={draft.uid}
          error={fault("/uid")}
          onChange={(event) => edit({ uid: event.currentTarget.value })}
        />
        <TextInput
          label="Name"
          description="Shown in the dashboard."
          value={draft.name}
          error={fault("/name")}
          {...(existing ? { "data-autofocus": true } : {})}
          onChange={(event) => edit({ name: event.currentTarget.value })}
        />
        <Autocomplete
          label="Plan"
          description={
            project.policy.plans.length === 0
              ? "Every plan includes webhooks."
              : `Plans with webhooks: ${project.policy.plans.join(", ")}. On other plans, deliveries wait.`
          }
          data={project.policy.plans}
          value={draft.plan}
          error={fault("/plan")}
          onChange={(plan) => edit({ plan })}
        />
        <JsonInput
          label="Metadata"
          description="Any JSON object, up to 8 KiB."
          optional
          minRows={3}
          value={draft.metadata}
          root="/metadata"
          faults={save.error?.faults ?? []}
          onChange={(metadata) => edit({ metadata })}
        />
        {save.error !== null && <ProblemAlert error={save.error} title="Not saved" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {existing ? "Save tenant" : "Add tenant"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

import { ActionIcon, Button, Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { useInvalidate } from "@/api/hooks";
import { ConfirmDialog } from "@/components/forms/Confirm";
import { Icon } from "@/components/inline/Icon";
import { PortalLinkDialog } from "./PortalLinkDialog";
import { TenantDialog } from "./TenantDialog";
import { type Tenant, TENANT_TOUCHED } from "./types";

/** What can be done with a tenant. */
export function TenantActions({ tenant }: { tenant: Tenant }) {
  const { api, base, canWrite } = useAccess();
  const navigate = useNavigate();
  const invalidate = useInvalidate();
  const [asked, ask] = useState<"portal" | "edit" | "delete" | null>(null);
  const close = () => ask(null);
  if (!canWrite) return null;
  const remove = async () => {
    await must(api.DELETE("/v1/tenants/{tenant}", { params: { path: { tenant: tenant.id } } }));
    await navigate({ to: `${base}/tenants` });
    await invalidate(...TENANT_TOUCHED);
  };
  return (
    <>
      <Button onClick={() => ask("portal")} leftSection={<Icon name="external" size={14} />}>
        Portal link
      </Button>
      <Button variant="default" onClick={() => ask("edit")} leftSection={<Icon name="edit" size={14} />}>
        Edit
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label="More actions">
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Icon name="trash" />} color="red" onClick={() => ask("delete")}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PortalLinkDialog tenant={tenant.id} opened={asked === "portal"} onClose={close} />
      <TenantDialog tenant={tenant} opened={asked === "edit"} onClose={close} />
      <ConfirmDialog
        opened={asked === "delete"}
        onClose={close}
        title="Delete this tenant?"
        confirm="Delete tenant"
        typed={tenant.id}
        onConfirm={remove}
      >
        Its endpoints and keys are deleted, and its pending deliveries are cancelled. Its history stays. This cannot
        be undone.
      </ConfirmDialog>
    </>
  );
}

import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { TenantInput } from "@/parts/suggestions/TenantInput";
import type { EndpointDraft } from "@/routes/endpoints/form/draft";
import { UrlField } from "@/routes/endpoints/form/UrlField";
import { useUrlCheck } from "@/routes/endpoints/form/urlCheck";
import styles from "./AddEndpoint.module.css";
import type { Refusal } from "./step";

interface Props {
  draft: EndpointDraft;
  edit: (change: Partial<EndpointDraft>) => void;
  refused: Refusal;
  tenant: string;
  onTenant: (tenant: string) => void;
  onNext: () => void;
}

/** Whose it is, where its requests go, and what to call it. */
export function UrlStep({ draft, edit, refused, tenant, onTenant, onNext }: Props) {
  const { isOperator } = useAccess();
  const check = useUrlCheck(draft.url);
  const [tried, setTried] = useState(false);
  const missing = { tenant: isOperator && tenant.trim() === "", url: draft.url.trim() === "" };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!missing.tenant && !missing.url && check.kind !== "refused") onNext();
      }}
    >
      <div className={styles.body}>
        {isOperator && (
          <TenantInput
            label="Tenant"
            withAsterisk
            description="The ID of your customer. A new tenant is created if it does not exist."
            value={tenant}
            error={refused.tenant ?? (tried && missing.tenant ? "Enter a tenant ID" : undefined)}
            onChange={onTenant}
          />
        )}
        <UrlField
          value={draft.url}
          check={check}
          error={refused.url ?? (tried && missing.url ? "Enter a URL" : undefined)}
          onChange={(url) => edit({ url })}
        />
        <TextInput
          label="Description"
          description="Such as Production or Zapier."
          value={draft.description}
          error={refused.description}
          onChange={(event) => edit({ description: event.currentTarget.value })}
        />
      </div>
      <div className={styles.foot}>
        <Button type="submit">Next: events</Button>
      </div>
    </form>
  );
}

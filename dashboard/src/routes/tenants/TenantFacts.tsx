import { useRead } from "@/api/hooks";
import { Card } from "@/components/page/Card";
import { CodeBlock } from "@/components/blocks/CodeBlock";
import { IdText } from "@/components/inline/IdText";
import { KeyValue } from "@/components/blocks/KeyValue";
import { TimeText } from "@/components/inline/TimeText";
import { memberText } from "@/format/json";
import { PlanBadge } from "./PlanBadge";
import styles from "./Tenants.module.css";
import type { Tenant } from "./types";

/** What is known of a tenant. */
export function TenantFacts({ tenant }: { tenant: Tenant }) {
  const { id, updated_at } = tenant;
  const whole = useRead(["tenants", id, "text", updated_at], (api, init) =>
    api.GET("/v1/tenants/{tenant}", { ...init, params: { path: { tenant: id } }, parseAs: "text" }),
  );
  const metadata = whole.data === undefined ? null : memberText(whole.data as string, "metadata");
  const empty = metadata === null || metadata.replaceAll(/\s/g, "") === "{}";
  return (
    <Card title="About">
      <div className={empty ? "" : styles.about}>
        <KeyValue
          items={[
            ["ID", <IdText key="id" id={id} full what="tenant ID" />],
            ...(tenant.uid == null ? [] : [["UID", <IdText key="uid" id={tenant.uid} full what="tenant UID" />] as const]),
            ["Plan", <PlanBadge key="plan" plan={tenant.plan ?? null} />],
            ["First used", <TimeText key="made" at={tenant.created_at} as="full" />],
            ["Last change", <TimeText key="changed" at={updated_at} as="full" />],
          ]}
        />
        {!empty && <CodeBlock label="Metadata" language="json" text={metadata} maxHeight={200} />}
      </div>
    </Card>
  );
}

import { Skeleton } from "@mantine/core";
import { useAccess } from "@/api/access";
import { useRead } from "@/api/hooks";
import { PageHeader } from "@/components/page/PageHeader";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { Icon } from "@/components/inline/Icon";
import { visible } from "@/format/text";
import { useParam } from "@/url/hooks";
import { planAllows } from "./tenant";
import { TenantActions } from "./TenantActions";
import { TenantEndpoints } from "./TenantEndpoints";
import { TenantFacts } from "./TenantFacts";
import { TenantNumbers } from "./TenantNumbers";
import { TenantRecent } from "./TenantRecent";
import styles from "./Tenants.module.css";

/** One customer: who it is, how its deliveries go, and what is its. */
export default function TenantScreen() {
  const id = useParam("id");
  const { project } = useAccess();
  const read = useRead(
    ["tenants", id],
    (api, init) => api.GET("/v1/tenants/{tenant}", { ...init, params: { path: { tenant: id } } }),
    { poll: 15_000 },
  );
  const tenant = read.data;
  const named = tenant?.name != null && tenant.name.trim() !== "";
  return (
    <>
      <PageHeader
        title={named ? visible(tenant.name ?? "") : id}
        up={{ to: "/tenants", label: "Tenants" }}
        actions={tenant === undefined ? undefined : <TenantActions tenant={tenant} />}
      />
      <div className={styles.page}>
        {read.error !== null && (
          <ProblemAlert
            error={read.error}
            title={tenant === undefined ? "Could not load the tenant" : "This may be out of date"}
            retry={() => void read.refetch()}
          />
        )}
        {tenant === undefined && read.error === null && <Skeleton height={260} />}
        {tenant !== undefined && (
          <>
            {!planAllows(project.policy.plans, tenant.plan ?? null) && (
              <p className={styles.notice} role="status">
                <Icon name="pause" size={18} />
                <span>
                  <strong>Its plan does not include webhooks.</strong> Its deliveries wait until it is moved to one of{" "}
                  {project.policy.plans.join(", ")}.
                </span>
              </p>
            )}
            <TenantFacts tenant={tenant} />
            <TenantNumbers tenant={id} />
            <TenantEndpoints tenant={id} />
            <TenantRecent tenant={id} />
          </>
        )}
      </div>
    </>
  );
}

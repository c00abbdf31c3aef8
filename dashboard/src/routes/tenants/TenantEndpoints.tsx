import { useRead } from "@/api/hooks";
import { AppLink } from "@/components/inline/AppLink";
import { Card } from "@/components/page/Card";
import { EmptyState } from "@/components/page/EmptyState";
import { AddButton } from "@/parts/endpoints/AddButton";
import { EndpointTable } from "@/parts/endpoints/EndpointTable";

/** As many as a policy usually allows; the list has the rest. */
const SHOWN = 50;

/** A tenant's endpoints, each with how it does. */
export function TenantEndpoints({ tenant }: { tenant: string }) {
  const read = useRead(
    ["endpoints", "list", { tenant }],
    (api, init) => api.GET("/v1/endpoints", { ...init, params: { query: { tenant, limit: SHOWN, health: true } } }),
    { poll: 15_000 },
  );
  const list = { rows: read.data?.data, error: read.error, retry: () => void read.refetch(), loading: false };
  return (
    <Card title="Endpoints" flush actions={(read.data?.data.length ?? 0) > 0 ? <AddButton tenant={tenant} quiet /> : undefined}>
      <EndpointTable
        list={list}
        tenant={false}
        empty={
          <EmptyState icon="endpoints" title="No endpoints yet" action={<AddButton tenant={tenant} />}>
            Its events are kept but not delivered until you add one.
          </EmptyState>
        }
      />
      {read.data?.next_cursor != null && (
        <p className="n-card-body">
          <AppLink to={`/endpoints?tenant=${encodeURIComponent(tenant)}`}>All endpoints</AppLink>
        </p>
      )}
    </Card>
  );
}

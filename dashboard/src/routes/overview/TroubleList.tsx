import { useAccess } from "@/api/access";
import type { EndpointTrouble, Overview } from "@/api/types";
import { useWords } from "@/api/words";
import { Card } from "@/components/page/Card";
import { type Column, DataTable } from "@/components/lists/DataTable";
import { Icon, type IconName } from "@/components/inline/Icon";
import { Badge, type Tone } from "@/components/inline/StatusBadge";
import { TimeText } from "@/components/inline/TimeText";
import { count, counted, percent } from "@/format/number";
import { visible } from "@/format/text";
import styles from "./Overview.module.css";

const REASONS: Record<string, { label: string; tone: Tone; icon: IconName }> = {
  breaker_open: { label: "Paused after failures", tone: "bad", icon: "ban" },
  failing: { label: "Failing", tone: "bad", icon: "warning" },
  backlog: { label: "Backlog", tone: "warn", icon: "clock" },
  certificate_expired: { label: "Certificate expired", tone: "bad", icon: "warning" },
  certificate_expiring: { label: "Certificate expires soon", tone: "warn", icon: "clock" },
  disabled: { label: "Disabled", tone: "idle", icon: "pause" },
  plan: { label: "Plan without webhooks", tone: "idle", icon: "pause" },
};

const unknown = (label: string) => ({ label, tone: "idle", icon: "info" }) as const;

/** The endpoints that need somebody, worst first. */
export function TroubleList({ overview }: { overview: Overview }) {
  const { isOperator } = useAccess();
  const say = useWords();
  const columns: Column<EndpointTrouble>[] = [
    {
      key: "endpoint",
      header: "Endpoint",
      cell: ({ description, url }) => (
        <>
          {description !== null && description !== "" && <span className={styles.two}>{visible(description)}</span>}
          <span className="n-mono n-muted n-wrap">{visible(url)}</span>
        </>
      ),
    },
    ...(isOperator ? [{ key: "tenant", header: "Tenant", cell: ({ tenant }: EndpointTrouble) => tenant }] : []),
    {
      key: "reasons",
      header: "Why",
      cell: ({ reasons }) => (
        <span className={styles.reasons}>
          {reasons.map((reason) => {
            const known = REASONS[reason] ?? unknown(reason);
            return (
              <Badge key={reason} tone={known.tone} icon={known.icon}>
                {say(known.label)}
              </Badge>
            );
          })}
        </span>
      ),
    },
    {
      key: "success",
      header: "Success rate",
      align: "end",
      cell: ({ success_rate }) => (success_rate === null ? "–" : percent(success_rate)),
    },
    { key: "pending", header: "Pending", align: "end", cell: ({ pending }) => counted(pending) },
    { key: "last", header: "Last success", cell: ({ last_success_at }) => <TimeText at={last_success_at} none="none recently" /> },
    {
      key: "failure",
      header: "Last failure",
      wideOnly: true,
      cell: ({ last_failure_at }) => <TimeText at={last_failure_at} none="none recently" />,
    },
  ];
  if (overview.trouble.length === 0) {
    return (
      <p className={`n-card ${styles.well}`}>
        <Icon name="check" />
        No endpoint is failing, and none has overdue deliveries.
      </p>
    );
  }
  const more = overview.endpoints.in_trouble - overview.trouble.length;
  return (
    <Card title="Endpoints with problems" flush>
      <DataTable
        caption="Endpoints with problems"
        columns={columns}
        rows={overview.trouble}
        rowKey={({ endpoint }) => endpoint}
        rowTo={({ endpoint }) => `/endpoints/${endpoint}`}
        empty={null}
      />
      {more > 0 && <p className="n-card-body n-muted">And {count(more)} more.</p>}
    </Card>
  );
}

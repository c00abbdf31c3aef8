import { useAccess } from "@/api/access";
import { Badge } from "@/components/inline/StatusBadge";
import { visible } from "@/format/text";
import { planAllows } from "./tenant";

/** A tenant's plan, and whether it stands in the way of deliveries. */
export function PlanBadge({ plan }: { plan: string | null }) {
  const { project } = useAccess();
  const allowed = planAllows(project.policy.plans, plan);
  if (plan === null && allowed) return <span className="n-muted">–</span>;
  return (
    <Badge tone={allowed ? "idle" : "warn"} {...(allowed ? {} : { icon: "pause" as const })}>
      {plan === null ? "No plan" : visible(plan)}
      {!allowed && ": deliveries wait"}
    </Badge>
  );
}

import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useAccess } from "@/api/access";
import { Icon } from "@/components/inline/Icon";

/** Leads to the page on which one is added. */
export function AddButton({ tenant, quiet = false }: { tenant?: string | undefined; quiet?: boolean }) {
  const { canWrite, base, isOperator } = useAccess();
  const navigate = useNavigate();
  if (!canWrite) return null;
  return (
    <Button
      {...(quiet ? { variant: "default", size: "compact-xs" } : {})}
      leftSection={<Icon name="plus" size={14} />}
      onClick={() =>
        void navigate({
          to: `${base}/endpoints/~new`,
          search: (isOperator && tenant !== undefined ? { tenant } : {}) as never,
        })
      }
    >
      Add endpoint
    </Button>
  );
}

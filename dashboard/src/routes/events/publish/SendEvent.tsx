import { Button } from "@mantine/core";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { Icon } from "@/components/inline/Icon";
import { PublishDrawer } from "./PublishDrawer";

/** The button that publishes an event by hand, for those who may publish. */
export function SendEvent({ label = "Send event", tenant, type }: { label?: string; tenant?: string; type?: string }) {
  const { isOperator, me } = useAccess();
  const [opened, setOpened] = useState(false);
  if (!isOperator || me.scope === "read") return null;
  return (
    <>
      <Button onClick={() => setOpened(true)} leftSection={<Icon name="deliveries" size={14} />}>
        {label}
      </Button>
      <PublishDrawer
        opened={opened}
        onClose={() => setOpened(false)}
        {...(tenant === undefined ? {} : { tenant })}
        {...(type === undefined ? {} : { type })}
      />
    </>
  );
}

import { Drawer } from "@mantine/core";
import { useState } from "react";
import { EMPTY } from "./publication";
import { PublishForm } from "./PublishForm";
import { PublishResult } from "./PublishResult";

interface Props {
  opened: boolean;
  onClose: () => void;
  /** What the form begins with. Without `data`, a type's example from the catalog. */
  tenant?: string;
  type?: string;
  data?: string;
}

/** Publishes an event by hand, and shows how its deliveries go. */
export function PublishDrawer({ opened, onClose, ...start }: Props) {
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={520} title={<strong>Send an event</strong>}>
      <Publishing start={start} onClose={onClose} />
    </Drawer>
  );
}

function Publishing({ start, onClose }: { start: Omit<Props, "opened" | "onClose">; onClose: () => void }) {
  const [draft, setDraft] = useState({
    ...EMPTY,
    tenant: start.tenant ?? "",
    type: start.type ?? "",
    data: start.data ?? "",
  });
  const [published, setPublished] = useState<{ id: string; deliveries: number } | null>(null);
  if (published !== null) {
    return <PublishResult published={published} onAgain={() => setPublished(null)} onClose={onClose} />;
  }
  return <PublishForm draft={draft} onChange={setDraft} onPublished={setPublished} />;
}

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { asApiError } from "@/api/error";
import { useInvalidate } from "@/api/hooks";
import { Icon } from "@/components/Icon";
import { count, plural } from "@/format/number";
import styles from "./DeadLetters.module.css";
import { inTurn } from "./inTurn";

/** As many as a browser keeps open to one server. */
const AT_ONCE = 6;

interface Props {
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
}

/** What can be done with the dead letters that were chosen. */
export function SelectedBar({ selected, onChange }: Props) {
  const { api } = useAccess();
  const invalidate = useInvalidate();
  const [over, setOver] = useState<number | null>(null);
  const retry = async () => {
    setOver(0);
    const { done, refused } = await inTurn(
      [...selected],
      AT_ONCE,
      (id) => must(api.POST("/v1/deliveries/{id}/retry", { params: { path: { id } } })),
      setOver,
    );
    setOver(null);
    onChange(new Set());
    if (done > 0) {
      notifications.show({ message: `${plural(done, "delivery is", "deliveries are")} pending again`, color: "green", role: "status" });
    }
    if (refused.length > 0) {
      const { title, detail } = asApiError(refused[0]);
      notifications.show({ title: `${count(refused.length)} refused: ${title}`, message: detail, color: "red", autoClose: 10_000 });
    }
    await invalidate(["dead-letters"], ["deliveries"], ["overview"]);
  };
  return (
    <div className={styles.selected} role="group" aria-label="Selected dead letters">
      <strong role="status">
        {over === null ? `${count(selected.size)} selected` : `${count(over)} of ${count(selected.size)} retried`}
      </strong>
      <Button loading={over !== null} onClick={() => void retry()} leftSection={<Icon name="retry" size={14} />}>
        Retry selected
      </Button>
      <Button variant="subtle" color="gray" disabled={over !== null} onClick={() => onChange(new Set())}>
        Select none
      </Button>
    </div>
  );
}

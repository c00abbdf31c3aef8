import { Button } from "@mantine/core";
import { Icon } from "@/components/inline/Icon";
import styles from "./LiveSwitch.module.css";

/** Whether a list follows what happens, and the button that stops it, so that it can be read. */
export function LiveSwitch({ live, onChange }: { live: boolean; onChange: (live: boolean) => void }) {
  return (
    <>
      <span className={styles.live} data-live={live} role="status">
        {live ? "Live" : "Paused"}
      </span>
      <Button
        variant="default"
        onClick={() => onChange(!live)}
        leftSection={<Icon name={live ? "pause" : "play"} size={13} />}
      >
        {live ? "Pause" : "Resume"}
      </Button>
    </>
  );
}

import { Checkbox } from "@mantine/core";

/** Whether what is sent again is attempted exactly once. */
export function OnceBox({ once, onChange }: { once: boolean; onChange: (once: boolean) => void }) {
  return (
    <Checkbox
      label="One attempt only"
      description="If it fails, it is not retried."
      checked={once}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

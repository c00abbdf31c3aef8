import { Button, type ButtonProps, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { asApiError } from "@/api/error";
import { ProblemAlert } from "@/components/page/ProblemAlert";

interface Asked {
  title: string;
  /** What will happen, and whether it can be undone. */
  children: ReactNode;
  /** The button that does it, named by what it does: `Delete endpoint`. */
  confirm: string;
  /** For what can't be undone: what must be typed first. */
  typed?: string;
  danger?: boolean;
  onConfirm: () => Promise<unknown>;
}

/** A question before something is done. It stays open, and says why, when the server refuses. */
export function ConfirmDialog({ opened, onClose, ...asked }: Asked & { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={<strong>{asked.title}</strong>} size="md">
      <Question {...asked} onClose={onClose} />
    </Modal>
  );
}

function Question({ children, confirm, typed, danger = true, onConfirm, onClose }: Asked & { onClose: () => void }) {
  const [answer, setAnswer] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const id = useId();
  const act = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      onClose();
    } catch (reason) {
      setError(asApiError(reason));
    } finally {
      setBusy(false);
    }
  };
  const ready = typed === undefined || answer === typed;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) void act();
      }}
    >
      <Stack gap="sm">
        <Text component="div">{children}</Text>
        {typed !== undefined && (
          <TextInput
            id={id}
            label={
              <>
                Type <code className="n-mono">{typed}</code> to confirm
              </>
            }
            value={answer}
            autoComplete="off"
            data-autofocus
            onChange={(event) => setAnswer(event.currentTarget.value)}
          />
        )}
        {error !== null && <ProblemAlert error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color={danger ? "red.8" : "accent"} loading={busy} disabled={!ready}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A button that asks before it does. */
export function ConfirmButton({
  label,
  button,
  disabled,
  ...asked
}: Asked & { label: ReactNode; button?: ButtonProps; disabled?: boolean }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button variant="default" {...button} disabled={disabled ?? false} onClick={() => setOpened(true)}>
        {label}
      </Button>
      <ConfirmDialog {...asked} opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}

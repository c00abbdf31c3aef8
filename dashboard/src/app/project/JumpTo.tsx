import { Kbd, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useAccess } from "@/api/access";
import { Icon } from "@/components/inline/Icon";
import styles from "./JumpTo.module.css";
import { placeOf } from "./place";

/** Takes an id and goes there. */
export function JumpTo() {
  const { base } = useAccess();
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [unknown, setUnknown] = useState(false);
  useHotkeys([["/", () => field.current?.focus()]]);
  const go = () => {
    const place = placeOf(typed);
    setUnknown(place === null && typed.trim() !== "");
    if (place === null) return;
    setTyped("");
    void navigate({ to: `${base}${place}` });
  };
  return (
    <form
      className={styles.jump}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      <TextInput
        ref={field}
        aria-label="Go to an ID"
        placeholder="evt_…, del_… or ep_…"
        error={unknown ? "Not an event, delivery or endpoint ID" : undefined}
        classNames={{ error: styles.error ?? "" }}
        leftSection={<Icon name="search" size={14} />}
        rightSection={<Kbd size="xs">/</Kbd>}
        value={typed}
        onChange={(event) => {
          setUnknown(false);
          setTyped(event.currentTarget.value);
        }}
        onBlur={() => setUnknown(false)}
      />
    </form>
  );
}

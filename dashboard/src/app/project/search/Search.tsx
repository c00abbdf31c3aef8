import { Kbd, Loader, Modal, UnstyledButton } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";
import { Icon } from "@/components/inline/Icon";
import styles from "./Search.module.css";

const Palette = lazy(() => import("./Palette"));

/** How the key beside the letter is called where the browser runs. */
const KEY = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘K" : "Ctrl K";

/** The search for everything, behind a button and two keys. */
export function Search() {
  const [opened, setOpened] = useState(false);
  useHotkeys([
    ["mod+K", () => setOpened(true)],
    ["/", () => setOpened(true)],
  ]);
  const close = () => setOpened(false);
  return (
    <>
      <UnstyledButton className={styles.open} aria-label="Search" aria-keyshortcuts="Control+K Meta+K /" onClick={() => setOpened(true)}>
        <Icon name="search" size={14} />
        <span className={styles.hint}>Search</span>
        <Kbd size="xs" className={styles.key}>
          {KEY}
        </Kbd>
      </UnstyledButton>
      <Modal.Root opened={opened} onClose={close} size={640} yOffset="10vh" centered={false}>
        <Modal.Overlay />
        <Modal.Content aria-label="Search">
          <Modal.Body p={0}>
            <Suspense fallback={<Loader m="md" size={18} />}>
              <Palette onClose={close} />
            </Suspense>
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
}

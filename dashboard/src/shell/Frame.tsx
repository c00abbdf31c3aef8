import { ActionIcon } from "@mantine/core";
import { useLocation } from "@tanstack/react-router";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { Icon } from "@/components/inline/Icon";
import { ColorSchemeMenu } from "./ColorSchemeMenu";
import styles from "./Frame.module.css";
import { Mark } from "./Mark";

interface Props {
  /** Top left: a mark, a name. */
  brand: ReactNode;
  nav?: ReactNode;
  /** Under the navigation. */
  foot?: ReactNode;
  /** Beside the brand, in the bar. */
  bar?: ReactNode;
  /** At the bar's end, before the colours' menu. */
  end?: ReactNode;
  /** Above everything: what must not be missed. */
  notice?: ReactNode;
  children: ReactNode;
}

/** Whether what is drawn has a frame around it already. */
export const InFrame = createContext(false);

/** Puts what has no frame of its own yet into a bare one: a screen of errors may stand in a project or outside of any. */
export function Framed({ children }: { children: ReactNode }) {
  return useContext(InFrame) ? children : <Frame brand={<Mark size={26} />}>{children}</Frame>;
}

/** The frame around every screen: a bar, a navigation that a phone folds away, and the screen itself. */
export function Frame({ brand, nav, foot, bar, end, notice, children }: Props) {
  const [open, setOpen] = useState(false);
  const path = useLocation({ select: (location) => location.pathname });
  useEffect(() => setOpen(false), [path]);
  useEffect(() => {
    if (!open) return;
    const close = (event: KeyboardEvent) => event.key === "Escape" && setOpen(false);
    addEventListener("keydown", close);
    return () => removeEventListener("keydown", close);
  }, [open]);
  return (
    <div className={styles.frame} data-nav={nav !== undefined}>
      <a href="#main" className={styles.skip} onClick={toMain}>
        Skip to content
      </a>
      <header className={styles.bar}>
        {nav !== undefined && (
          <ActionIcon
            className={styles.burger}
            size="lg"
            aria-label={open ? "Close navigation" : "Open navigation"}
            aria-expanded={open}
            aria-controls="navigation"
            onClick={() => setOpen(!open)}
          >
            <Icon name={open ? "cross" : "menu"} size={20} />
          </ActionIcon>
        )}
        <div className={styles.brand}>{brand}</div>
        <div className={styles.barMiddle}>{bar}</div>
        <div className={styles.barEnd}>
          {end}
          <ColorSchemeMenu />
        </div>
      </header>
      {nav !== undefined && (
        <div id="navigation" className={styles.side} data-open={open}>
          {nav}
          {foot !== undefined && <footer className={styles.foot}>{foot}</footer>}
        </div>
      )}
      {open && <div className={styles.veil} onClick={() => setOpen(false)} aria-hidden="true" />}
      <main id="main" tabIndex={-1} className={styles.main}>
        {notice}
        <InFrame value={true}>
          <div className={styles.content}>{children}</div>
        </InFrame>
      </main>
    </div>
  );
}

/** The address keeps its path: a fragment would be one more thing to go back through. */
export function toMain(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
